-- How far the pictures of a delivery are on their way.

-- name: way_of_delivery^
-- How many of a delivery's pictures, at most so many of them, came how far; and how many there are in all.
with pictures as (
    select distinct scan_id from delivered_files where delivery_id = :delivery_id and scan_id is not null
    order by scan_id limit :most
)
select
    (select count(distinct scan_id) from delivered_files where delivery_id = :delivery_id) as pictures,
    count(*) as looked_at,
    count(*) filter (where coloured) as coloured,
    count(*) filter (where measured) as measured,
    count(*) filter (where being_rated) as being_rated,
    count(*) filter (where in_review) as in_review,
    count(*) filter (where published) as published,
    count(*) filter (where stands = 'approved') as approved,
    count(*) filter (where stands = 'failed') as failed,
    count(*) filter (where stands in ('kept without colour', 'kept as a duplicate', 'withdrawn')) as kept
from pictures join picture_ways using (scan_id);

-- name: ways_of_pictures
-- Where each of these scans stands.
select scan_id, stands, coloured, measured, being_rated, in_review, published, coalesce(sentence, '') as sentence
from picture_ways where scan_id = any(:scan_ids::bigint[]);

-- name: sees_delivery$
-- Whether there is such a delivery, and an account that sees only its own and the team's may see it.
select exists (
    select from deliveries d
    where d.delivery_id = :delivery_id and (
        :seen_by::bigint is null
        or not exists (select from owned_deliveries o where o.delivery_id = d.delivery_id and account_id <> :seen_by)
    )
);
