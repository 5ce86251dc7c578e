-- The pages of plots.

-- name: list_plots
-- A page of campaigns with what came in, newest first.
select k.campaign_id, k.name, k.method::text as method, k.opened_at, k.closed_at, k.paused_at, k.due_on, k.is_imported,
    k.imported_from, d.people, d.simulated, d.set_aside, d.last_at, f.figures -> 'items' as items
from (select * from campaigns order by campaign_id desc limit :shown offset :skipped) k
left join lateral (
    select sum(votes) filter (where not simulated)::bigint as people, sum(votes) filter (where simulated)::bigint as simulated,
        sum(set_aside)::bigint as set_aside, max(last_at) filter (where not simulated) as last_at
    from campaign_days d where d.campaign_id = k.campaign_id
) d on true
left join campaign_figures f using (campaign_id)
order by k.campaign_id desc;

-- name: count_plots$
-- How many campaigns there are, imported ones too.
select count(*) from campaigns;

-- name: plotted_campaign^
-- One campaign with its figures and what scoring says of it as a whole, of people's votes and of simulated ones.
select k.campaign_id, k.name, k.method::text as method, k.question, k.opened_at, k.closed_at, k.paused_at, k.due_on,
    k.is_imported, k.imported_from, f.figures, f.made_at,
    (select result from campaign_results r where r.campaign_id = k.campaign_id and not r.simulated) as people,
    (select result from campaign_results r where r.campaign_id = k.campaign_id and r.simulated) as simulated
from campaigns k left join campaign_figures f using (campaign_id)
where k.campaign_id = :campaign_id;

-- name: list_answers
-- A campaign's votes per day and answer.
select day, simulated, answer, votes, set_aside from campaign_days
where campaign_id = :campaign_id and (votes <> 0 or set_aside <> 0) order by day, answer;

-- name: list_imported_scores
-- The scores of an imported campaign, highest first.
select stimulus, votes, mos, low, high, sos, recovered from imported_scores
where campaign_id = :campaign_id order by mos desc, stimulus limit :most;
