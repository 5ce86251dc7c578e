-- Fixity of what is stored, its repair, and tombstones.

-- name: audit_started$
-- What is read in a run is not due in it again, whatever the run's number of days.
select now();

-- name: due_objects
-- Stored objects not re-read for a while, the longest first, as many as fit the byte budget (the first in any case).
select d.kind, d.row_id, d.scan_id, s.identifier, d.object_key, d.sha256, d.bytes, d.media_type, d.fixity_checked_at,
    d.fixity_intact
from (
    select *, sum(bytes) over (order by fixity_checked_at, kind, row_id) as running,
        row_number() over (order by fixity_checked_at, kind, row_id) as place
    from (
        select * from stored_objects
        where fixity_checked_at < :started - make_interval(days => :older_than_days)
            and (fixity_checked_at, kind, row_id)
                > (cast(:after as timestamptz), cast(:after_kind as text), cast(:after_row as bigint))
        order by fixity_checked_at, kind, row_id limit :most
    ) as oldest
) as d
join scans s using (scan_id)
where d.running <= :byte_budget or (d.place = 1 and :first)
order by d.place;

-- name: record_fixity!
-- What re-reading an object found.
with masters as (
    update scans set fixity_checked_at = now(), fixity_intact = :intact
    where scan_id = :row_id and :kind = 'master'
), true_colours as (
    update colour_references set fixity_checked_at = now(), fixity_intact = :intact
    where scan_id = :row_id and :kind = 'reference'
)
update colorizations set fixity_checked_at = now(), fixity_intact = :intact
where colorization_id = :row_id and :kind = 'colorization';

-- name: damaged_objects
-- Objects whose last reading found other bytes, or none, the oldest first.
select o.*, s.identifier from stored_objects o join scans s using (scan_id)
where not o.fixity_intact order by o.kind, o.row_id;

-- name: fixity_state^
-- How much is kept, and how far back its readings lie.
select count(*) as objects, coalesce(sum(bytes), 0)::bigint as bytes, min(fixity_checked_at) as oldest_check,
    count(*) filter (where fixity_checked_at >= now() - make_interval(days => :days)) as checked_in_time,
    count(*) filter (where not fixity_intact) as damaged
from stored_objects;

-- name: scan_by_identifier^
-- The scan behind an identifier; it waits for other changes to it.
select scan_id, sha256, withdrawn_at from scans where identifier = :identifier for update;

-- name: withdraw_scan!
-- A tombstone in the place of a scan; its trigger withdraws what was colorized.
update scans set withdrawn_at = now(), withdrawn_by = :by, withdrawn_reason = :reason, do_not_colorize = true,
    do_not_colorize_reason = case when do_not_colorize then do_not_colorize_reason else :reason end
where scan_id = :scan_id and withdrawn_at is null;
