-- Near-duplicates: likenesses of scans, pairs that look alike, and the decisions on them.

-- name: count_unseen$
-- How many scans have no likeness yet: those that came before likenesses were kept, or were recovered.
select count(*) from scans
where preview_key is not null and not exists (select from scan_likenesses l where l.scan_id = scans.scan_id);

-- name: claim_unseen
-- A few of them, held until the transaction ends; other runs skip them.
select scan_id, preview_key from scans
where preview_key is not null and scan_id > :after
    and not exists (select from scan_likenesses l where l.scan_id = scans.scan_id)
order by scan_id limit :most
for no key update skip locked;

-- name: add_likeness!
-- The likeness of a scan; null where there is too little in it to tell pictures apart.
insert into scan_likenesses (scan_id, likeness) values (:scan_id, :likeness) on conflict do nothing;

-- name: count_uncompared$
-- How many scans were not looked up among the others yet.
select count(*) from scan_likenesses where compared_at is null and likeness is not null;

-- name: claim_uncompared
-- A few scans that were not looked up among the others, held until the transaction ends; other runs skip them.
select scan_id, likeness from scan_likenesses
where compared_at is null and likeness is not null
order by scan_id limit :most
for update skip locked;

-- name: mark_compared!
-- A scan was looked up among all others. Whatever comes later looks for it.
update scan_likenesses set compared_at = now() where scan_id = :scan_id;

-- name: like_scans
-- Scans whose likeness is within so many bits, the nearest first. Each band's index gives those that share it but for a
-- bit, and holds their likenesses, so that the table itself is not read.
select distinct scan_id, bit_count((likeness # :likeness)::bit(64)) as distance from (
    select scan_id, likeness from scan_likenesses where band_1 = any (:band_1::integer[])
    union all
    select scan_id, likeness from scan_likenesses where band_2 = any (:band_2::integer[])
    union all
    select scan_id, likeness from scan_likenesses where band_3 = any (:band_3::integer[])
    union all
    select scan_id, likeness from scan_likenesses where band_4 = any (:band_4::integer[])
    union all
    select scan_id, likeness from scan_likenesses where band_5 = any (:band_5::integer[])
) sharing
where bit_count((likeness # :likeness)::bit(64)) <= :most_distance and scan_id <> :scan_id
order by distance, scan_id limit :most;

-- name: add_pair$
-- Two scans that look alike, once; the smaller number stands first.
insert into likenesses (scan_id, other_scan_id, distance)
values (least(:scan_id::bigint, :other_scan_id::bigint), greatest(:scan_id::bigint, :other_scan_id::bigint), :distance)
on conflict do nothing
returning likeness_id;

-- name: lock_decisions!
-- One decision at a time, so that no two of them together leave a picture without a scan that is colorized.
select pg_advisory_xact_lock(hashtext('likeness decisions'));

-- name: find_pair^
-- A pair as it stands.
select l.likeness_id, l.scan_id, s.identifier, s.do_not_colorize, l.other_scan_id, o.identifier as other_identifier,
    o.do_not_colorize as other_do_not_colorize, l.state, l.kept_scan_id, l.decisions
from likenesses l
join scans s on s.scan_id = l.scan_id
join scans o on o.scan_id = l.other_scan_id
where l.likeness_id = :likeness_id;

-- name: stands_behind$
-- Whether a scan is colorized under the number of another one, also by way of further scans; a pair is left aside.
with recursive kept as (
    select kept_scan_id from likenesses where linked_scan_id = :scan_id and likeness_id <> :likeness_id
    union
    select l.kept_scan_id from likenesses l join kept on l.linked_scan_id = kept.kept_scan_id
    where l.likeness_id <> :likeness_id
)
select exists (select from kept where kept_scan_id = :other_scan_id);

-- name: decide_pair!
-- The newest decision on a pair.
update likenesses set state = cast(:state as likeness_state), kept_scan_id = :kept_scan_id, curator = :curator,
    decided_at = now(), decisions = decisions + 1
where likeness_id = :likeness_id;

-- name: leave_queue!
-- A scan whose picture is colorized under another number gives up its place in the queue; work in hand is not recorded.
delete from colorization_jobs where scan_id = :scan_id and state in ('waiting', 'claimed');
