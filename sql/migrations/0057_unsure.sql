-- What the model does not know sorts the queue, and is held back from campaigns and from approval of many at once.

alter table colorizations
    add column unsure_p95 double precision check (unsure_p95 between 0 and 1),
    add column unsure_from double precision check (unsure_from between 0 and 1),
    add column too_unsure boolean not null generated always as (coalesce(unsure_p95 >= unsure_from, false)) stored;
comment on column colorizations.unsure_p95 is
    'The 95th percentile of the map of uncertainty over what is photograph; null where it was not measured.';
comment on column colorizations.unsure_from is
    'The model card''s threshold when the colorization was made; null where the card has none.';
comment on column colorizations.too_unsure is
    'Held back from campaigns and from approval of many at once: only a curator who looks at it may approve it.';

create index colorizations_too_unsure on colorizations (colorization_id) where too_unsure;
comment on index colorizations_too_unsure is 'What is held back is counted for campaigns and exports.';

comment on column review_queue.unsure is 'The 95th percentile of the method''s own uncertainty over the picture.';

create or replace function refresh_review(changed bigint[])
returns void language sql as $$
    insert into review_queue as q
        (colorization_id, scan_id, state, collection, method, preset, score, simulated, interval_width, spread, flags, unsure)
    select c.colorization_id, c.scan_id,
        case when c.withdrawn_at is not null then 'withdrawn'
            when p.published_at is not null and p.withdrawn_at is null then 'published'
            else coalesce(d.verdict::text, 'undecided') end::review_state,
        s.collection, m.method, c.preset, o.mos, o.simulated, o.high - o.low, v.spread,
        (select count(*) from campaign_items i join skips k using (item_id)
            where i.colorization_id = c.colorization_id and k.reason <> '')
            + (select count(*) from region_notes n where n.colorization_id = c.colorization_id and n.deleted_at is null),
        c.unsure_p95
    from colorizations c
    join scans s using (scan_id)
    join models m using (model_id)
    left join lateral (
        select verdict from decisions where colorization_id = c.colorization_id order by decision_id desc limit 1
    ) d on true
    left join publications p using (colorization_id)
    left join lateral (
        select * from opinion_scores where colorization_id = c.colorization_id order by simulated limit 1
    ) o on true
    left join lateral (
        select stddev_samp(r.score) as spread from campaign_items i join ratings r using (item_id)
        where i.colorization_id = c.colorization_id and i.role = 'ordinary' and r.simulated = o.simulated
            and r.screened_by is null and r.undone_at is null
    ) v on o.mos is not null
    where c.colorization_id = any (changed)
    order by c.colorization_id
    on conflict (colorization_id) do update
        set state = excluded.state, collection = excluded.collection, score = excluded.score,
            simulated = excluded.simulated, interval_width = excluded.interval_width, spread = excluded.spread,
            flags = excluded.flags, unsure = excluded.unsure
        where (q.state, q.collection, q.score, q.simulated, q.interval_width, q.spread, q.flags, q.unsure)
            is distinct from (excluded.state, excluded.collection, excluded.score, excluded.simulated,
                excluded.interval_width, excluded.spread, excluded.flags, excluded.unsure)
$$;

select refresh_review(array(select colorization_id from colorizations order by 1));
