-- How far the pictures have come.

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

-- name: set_aside
-- What stages could not take, stage by stage.
select a.stage, s.identifier, a.sentence, a.since from set_aside a join scans s using (scan_id)
order by a.stage, s.identifier, a.set_aside_id;
