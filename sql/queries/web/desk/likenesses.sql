-- What the pages of likenesses read. Pages write nothing themselves: they call the steps of other rooms.

-- name: count_likenesses
-- How many pairs that look alike are in each state.
select state::text as state, count(*) as pairs from likenesses group by state;

-- name: list_likenesses
-- A page of pairs of a state, the nearest first, each with both scans; one pair only where its number is given.
select l.likeness_id, l.distance, l.state, l.kept_scan_id, l.curator, l.decided_at, l.decisions,
    to_jsonb(one) as first, to_jsonb(other) as second
from (
    select * from likenesses
    where (:likeness_id::bigint is null or likeness_id = :likeness_id) and (:state = 'all' or state::text = :state)
    order by distance, likeness_id limit :shown offset :skipped
) l
join lateral (
    select scan_id, identifier, title, width, height, bits, bytes, media_type, supplier_filename, content_warning,
        do_not_colorize, do_not_colorize_reason, withdrawn_at, preview_key is not null as has_preview,
        (select count(*) from colorizations c where c.scan_id = scans.scan_id and c.withdrawn_at is null) as colorizations
    from scans where scans.scan_id = l.scan_id
) one on true
join lateral (
    select scan_id, identifier, title, width, height, bits, bytes, media_type, supplier_filename, content_warning,
        do_not_colorize, do_not_colorize_reason, withdrawn_at, preview_key is not null as has_preview,
        (select count(*) from colorizations c where c.scan_id = scans.scan_id and c.withdrawn_at is null) as colorizations
    from scans where scans.scan_id = l.other_scan_id
) other on true
order by l.distance, l.likeness_id;

-- name: list_scan_likenesses
-- The pairs of a scan, each with the other scan of it.
select l.likeness_id, l.distance, l.state, l.kept_scan_id, l.linked_scan_id, l.curator, l.decided_at,
    s.scan_id, s.identifier, s.title, s.do_not_colorize
from likenesses l
join scans s on s.scan_id = case when l.scan_id = :scan_id then l.other_scan_id else l.scan_id end
where l.scan_id = :scan_id or l.other_scan_id = :scan_id
order by l.distance, l.likeness_id limit 100;
