-- What the review queue reads: its filters, its order, saved views, and what a decision on many is about. Pages write nothing themselves: they call the steps of other rooms.

-- name: list_queue
-- A part of the queue in an order of choice, with what its page shows of each.
select f.colorization_id, f.state::text as state, c.scan_id, s.identifier, s.title, c.preset, m.method, c.withdrawn_at,
    o.simulated, o.votes, o.mos, o.low, o.high, q.flags, q.spread, q.unsure, d.verdict, d.curator,
    p.published_at, p.withdrawn_at as unpublished_at
from (
    select * from review_matches(
        :state, :collection, :method, :preset, :campaign, :tag, :lowest, :highest, :sort
    )
    order by rank, colorization_id limit :shown offset :skipped
) f
join review_queue q using (colorization_id)
join colorizations c using (colorization_id)
join scans s on s.scan_id = c.scan_id
join models m using (model_id)
left join current_decisions d on d.colorization_id = f.colorization_id
left join publications p on p.colorization_id = f.colorization_id
left join lateral (
    select * from opinion_scores where colorization_id = f.colorization_id order by simulated limit 1
) o on true
order by f.rank, f.colorization_id;

-- name: count_queue$
-- How many colorizations fit the filters.
select count(*) from review_matches(
        :state, :collection, :method, :preset, :campaign, :tag, :lowest, :highest, :sort
    ) found;

-- name: find_place^
-- Where a colorization stands among those that fit the filters, whether it fits itself or not.
with here as (
    select colorization_id, rank from review_matches(null, null, null, null, null, null, null, null, :sort)
    where colorization_id = :colorization_id
)
select (
        select m.colorization_id from review_matches(
        :state, :collection, :method, :preset, :campaign, :tag, :lowest, :highest, :sort
    ) m
        where (m.rank, m.colorization_id) > (here.rank, here.colorization_id)
        order by m.rank, m.colorization_id limit 1
    ) as next, (
        select m.colorization_id from review_matches(
        :state, :collection, :method, :preset, :campaign, :tag, :lowest, :highest, :sort
    ) m
        where (m.rank, m.colorization_id) < (here.rank, here.colorization_id)
        order by m.rank desc, m.colorization_id desc limit 1
    ) as previous, found.total,
    case when found.fits then found.before + 1 end as position
from here cross join lateral (
    select count(*) as total, coalesce(bool_or(m.colorization_id = here.colorization_id), false) as fits,
        count(*) filter (where (m.rank, m.colorization_id) < (here.rank, here.colorization_id)) as before
    from review_matches(
        :state, :collection, :method, :preset, :campaign, :tag, :lowest, :highest, :sort
    ) m
) found;

-- name: list_collections
-- The collections that have colorizations, each found by one look into the index.
with recursive found (collection) as (
    (select collection from review_queue order by collection limit 1)
    union all
    select (select q.collection from review_queue q where q.collection > f.collection order by q.collection limit 1)
    from found f where f.collection is not null
)
select collection from found where collection <> '' limit 500;

-- name: list_methods
-- The methods that coloured.
select distinct method from models order by method;

-- name: list_campaign_names
-- The campaigns by name, newest first.
select campaign_id, name from campaigns order by campaign_id desc limit 200;

-- name: list_views
-- A curator's own saved views, then those that others share.
select view_id, account_id, owner, name, query, shared from saved_views
where account_id = :account_id or shared
order by account_id <> :account_id, lower(name), view_id limit 200;

-- name: list_chosen
-- Colorizations that a decision shall be about, as the page shows them beforehand.
select q.colorization_id, q.state::text as state, q.scan_id, s.identifier, s.title, q.method, q.preset, c.withdrawn_at,
    d.decision_id, d.verdict, d.curator, d.account_id, p.published_at, p.withdrawn_at as unpublished_at,
    asks_for_four_eyes(q.scan_id) as four_eyes, c.too_unsure
from review_queue q
join colorizations c using (colorization_id)
join scans s on s.scan_id = c.scan_id
left join current_decisions d on d.colorization_id = q.colorization_id
left join publications p on p.colorization_id = q.colorization_id
where q.colorization_id = any (:colorization_ids)
order by q.colorization_id;

-- name: newest_decision$
-- The number of the newest decision of all: what a page shows knows of no later one.
select coalesce(max(decision_id), 0) from decisions;
