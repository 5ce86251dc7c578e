-- name: audit_started$
-- What is read in a run is not due in it again, whatever the run's number of days.
select now();

-- name: due_objects
-- Stored objects not re-read for a while, the longest first, as many as fit the byte budget (the first in any case).
select d.*, s.identifier from (
    select *, sum(bytes) over (order by fixity_checked_at, kind, row_id) as running,
        row_number() over (order by fixity_checked_at, kind, row_id) as place
    from (
        select * from stored_objects where fixity_checked_at < :started - make_interval(days => :older_than_days)
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

-- name: add_fixity_event!
-- One event per object, day and outcome.
insert into events (event_key, event_type, agent, outcome, detail, scan_id, colorization_id)
values (concat_ws(':', 'fixity check', :kind, :row_id, current_date, :outcome), 'fixity check', :agent, :outcome,
    :detail, :scan_id, case when :kind = 'colorization' then :row_id end)
on conflict do nothing;

-- name: add_event!
-- An act of preservation, once per natural key.
insert into events (event_key, event_type, agent, outcome, detail, scan_id, colorization_id)
values (:event_key, :event_type, :agent, :outcome, :detail, :scan_id, :colorization_id)
on conflict do nothing;

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

-- name: stage_counts^
-- How far the pictures have come, stage by stage.
select
    (select count(*) from deliveries) as deliveries,
    (select count(*) from delivered_files) as delivered,
    (select count(*) from delivered_files where outcome <> 'refused') as accepted,
    (select count(*) from delivered_files where outcome = 'duplicate') as duplicates,
    (select count(*) from delivered_files where outcome = 'refused') as refused,
    (select count(*) from debt_states where state = 'owed') as owed,
    (select count(*) from likenesses where state = 'open') as alike,
    (select count(*) from scans) as scans,
    (select count(*) from colour_references) as references,
    (select count(*) from scans where do_not_colorize) as not_to_colorize,
    (select count(*) from stored_objects where not fixity_intact) as damaged,
    (select count(*) from scans where withdrawn_at is not null) as withdrawn,
    (select count(*) from colorization_jobs where state in ('waiting', 'claimed')) as waiting,
    (select count(*) from colorizations where withdrawn_at is null) as colorized,
    (select count(distinct colorization_id) from measurements where needs_reference) as measured,
    (select count(*) from campaign_items where role = 'ordinary') as queued,
    (select count(distinct colorization_id) from opinion_scores) as rated,
    (select count(*) from current_decisions where verdict = 'approved') as approved,
    (select count(*) from publications where withdrawn_at is null) as published;

-- name: refused_by_reason
-- Refused files by reason code; a file with two reasons counts under both.
select code, count(*) as files from (
    select distinct delivery_id, file, code from findings where severity = 'error'
) as reasons
join delivered_files on delivered_files.delivery_id = reasons.delivery_id and path = file and outcome = 'refused'
group by code order by files desc, code;

-- name: count_untagged$
-- How many scans wait for this model's proposals.
select count(*) from scans
where preview_key is not null and not do_not_colorize
    and not exists (
        select from tag_proposals p where p.scan_id = scans.scan_id and p.model_sha256 = :model_sha256
    );

-- name: claim_untagged
-- A few scans that this model has proposed nothing for yet, held until the transaction ends; other runs skip them.
select scan_id, preview_key from scans
where preview_key is not null and not do_not_colorize and scan_id > :after
    and not exists (
        select from tag_proposals p where p.scan_id = scans.scan_id and p.model_sha256 = :model_sha256
    )
order by scan_id limit :most
for no key update skip locked;

-- name: add_tag_proposals*!
-- What a model proposes for a scan.
insert into tag_proposals (scan_id, model_sha256, tag, votes) values (:scan_id, :model_sha256, :tag, :votes)
on conflict do nothing;

-- name: add_tagging_event!
-- One event per scan and model.
insert into events (event_key, event_type, agent, outcome, detail, scan_id)
values (concat_ws('/', 'tags proposed', :scan_id, :model_sha256), 'metadata modification', :agent, 'tags proposed',
    :detail, :scan_id)
on conflict do nothing;
