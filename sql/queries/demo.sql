-- name: delivery_of$
-- The newest delivery that came from a folder.
select max(delivery_id) from deliveries where source = :source;

-- name: row_count$
-- All rows that the pipeline can add, to tell whether a run added any.
select (select count(*) from deliveries) + (select count(*) from delivered_files) + (select count(*) from findings)
    + (select count(*) from scans) + (select count(*) from colour_references) + (select count(*) from models)
    + (select count(*) from colorization_jobs) + (select count(*) from colorizations)
    + (select count(*) from measurements) + (select count(*) from campaigns) + (select count(*) from campaign_items)
    + (select count(*) from item_scores) + (select count(*) from raters) + (select count(*) from ratings) + (select count(*) from opinion_scores)
    + (select count(*) from debts) + (select count(*) from scan_likenesses) + (select count(*) from likenesses) + (select count(*) from decisions) + (select count(*) from publications) + (select count(*) from events);

-- name: delivery_counts^
-- How far one delivery has come, stage by stage.
with mine as (
    select distinct colorizations.colorization_id
    from delivered_files
    join colorizations using (scan_id)
    where delivery_id = :delivery_id and withdrawn_at is null
)
select
    (select count(*) from delivered_files where delivery_id = :delivery_id) as delivered,
    (select count(*) from delivered_files where delivery_id = :delivery_id and outcome <> 'refused') as accepted,
    (select count(*) from delivered_files where delivery_id = :delivery_id and outcome = 'refused') as refused,
    (select count(*) from mine) as colorized,
    (select count(distinct colorization_id) from measurements join mine using (colorization_id)
        where needs_reference) as measured,
    (select count(*) from mine join colorizations using (colorization_id) where too_unsure) as held_back,
    (select count(*) from campaign_items join mine using (colorization_id) where role = 'ordinary') as queued,
    (select count(distinct colorization_id) from opinion_scores join mine using (colorization_id)) as rated,
    (select count(*) from current_decisions join mine using (colorization_id) where verdict = 'approved') as approved,
    (select count(*) from publications join mine using (colorization_id)
        where publications.withdrawn_at is null) as published;

-- name: refusals
-- What was refused of a delivery, and why.
select file, code, sentence from findings
join delivered_files on delivered_files.delivery_id = findings.delivery_id and path = file and outcome = 'refused'
where findings.delivery_id = :delivery_id and severity = 'error'
order by file, code;

-- name: closed_scans
-- Scans of a delivery that were taken in and may not be colorized.
select distinct identifier, do_not_colorize_reason as reason from delivered_files
join scans using (scan_id)
where delivery_id = :delivery_id and do_not_colorize
order by identifier;

-- name: figures
-- MSE and PSNR of a delivery's colorizations that have a colour truth.
select identifier, max(value) filter (where metric = 'psnr_rgb') as psnr,
    max(value) filter (where metric = 'mse_rgb') as mse
from measurements
join scans using (scan_id)
where needs_reference
    and exists (select from delivered_files where delivery_id = :delivery_id and delivered_files.scan_id = scans.scan_id)
group by identifier, colorization_id
order by identifier;
