-- What the pages of vetoes read. Pages write nothing themselves: they call the steps of other rooms.

-- name: count_vetoes^
-- How many vetoes stand, have ended by their last day, and were lifted.
select count(*) filter (where lifted_at is null and (last_day is null or last_day >= current_date)) as standing,
    count(*) filter (where lifted_at is null and last_day < current_date) as ended,
    count(*) filter (where lifted_at is not null) as lifted, count(*) as all
from vetoes;

-- name: list_vetoes
-- A page of vetoes of a state, newest first; with a scan only its own.
select veto_id, scan_id, asked_by, reason, last_day, recorded_by, recorded_at, lifted_at, lifted_by, lifted_reason,
    state, identifier, title
from (
    select v.*, s.identifier, s.title,
        case
            when v.lifted_at is not null then 'lifted'
            when v.last_day < current_date then 'ended'
            else 'standing'
        end as state
    from vetoes v join scans s using (scan_id)
    where :scan_id::bigint is null or v.scan_id = :scan_id
) told
where :state = 'all' or state = :state
order by recorded_at desc, veto_id limit :shown offset :skipped;
