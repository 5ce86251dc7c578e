-- The figures that the plots of a campaign show.

-- name: list_to_draw
-- Campaigns whose votes or scores are others than when their figures were made.
select k.campaign_id, v.state
from campaigns k
cross join lateral (
    select jsonb_build_object(
        'votes', (select coalesce(sum(votes), 0) from campaign_days d where d.campaign_id = k.campaign_id),
        'set_aside', (select coalesce(sum(set_aside), 0) from campaign_days d where d.campaign_id = k.campaign_id),
        'items', (select count(*) from campaign_items i where i.campaign_id = k.campaign_id),
        'retired', (select count(*) from campaign_items i where i.campaign_id = k.campaign_id and i.retired_at is not null),
        'scored_at', (select max(scored_at)::text from item_scores s join campaign_items i using (item_id)
            where i.campaign_id = k.campaign_id)
    ) as state
) v
left join campaign_figures f using (campaign_id)
where not k.is_imported and f.figures -> 'state' is distinct from v.state
order by k.campaign_id;

-- name: keep_figures!
-- What the plots of a campaign show.
insert into campaign_figures (campaign_id, figures) values (:campaign_id, :figures)
on conflict (campaign_id) do update set figures = excluded.figures, made_at = now();

-- name: count_campaign_items^
-- How many pictures of a campaign are scored, how many of them have votes enough, how many are shown no more otherwise.
select count(*)::int as items, count(*) filter (where retired_by in ('votes', 'precision'))::int as enough,
    count(*) filter (where retired_by not in ('votes', 'precision'))::int as gone
from campaign_items where campaign_id = :campaign_id and role in ('ordinary', 'hidden-reference');

-- name: list_retired
-- How many of them had votes enough, day by day.
select (retired_at at time zone 'UTC')::date as day, count(*)::int as items
from campaign_items
where campaign_id = :campaign_id and retired_by in ('votes', 'precision') and role in ('ordinary', 'hidden-reference')
group by 1 order by 1;

-- name: plot_items
-- The scored pictures of a campaign; `way` is what made them.
select coalesce(i.colorization_id, 0), coalesce(nullif(s.collection, ''), 'in no collection'),
    coalesce(m.method || ' ' || left(m.weights_sha256, 8) || ' ' || c.preset::text, 'true colours'), o.votes, o.mos, o.low, o.high
from campaign_items i
join item_scores o on o.item_id = i.item_id and o.simulated = :simulated
left join colorizations c on c.colorization_id = i.colorization_id
left join models m on m.model_id = c.model_id
left join scans s on s.scan_id = coalesce(c.scan_id, i.reference_scan_id)
where i.campaign_id = :campaign_id and i.role in ('ordinary', 'hidden-reference') and i.altered_key is null
order by i.item_id;

-- name: plot_measurements
-- What was measured of a campaign's pictures.
select v.metric, t.unit, v.colorization_id, v.value
from campaign_items i
join measurements v using (colorization_id)
join metrics t using (metric)
where i.campaign_id = :campaign_id and i.role = 'ordinary'
order by v.metric, i.item_id;
