-- name: due_masters
-- Masters not re-read for a while, the longest first, as many as fit the byte budget (one at least).
select scan_id, identifier, sha256, object_key, bytes from (
    select scan_id, identifier, sha256, object_key, bytes, fixity_checked_at,
        sum(bytes) over (order by fixity_checked_at, scan_id) as running,
        row_number() over (order by fixity_checked_at, scan_id) as place
    from scans where fixity_checked_at <= now() - make_interval(days => :older_than_days)
) as due
where running <= :byte_budget or place = 1
order by place;

-- name: record_fixity!
-- What re-reading a master found.
update scans set fixity_checked_at = now(), fixity_intact = :intact where scan_id = :scan_id;

-- name: add_fixity_event!
-- One event per master, day and outcome.
insert into events (event_key, event_type, agent, outcome, detail, scan_id)
values (concat_ws(':', 'fixity check', :scan_id, current_date, :outcome), 'fixity check', :agent, :outcome,
    :detail, :scan_id)
on conflict do nothing;

-- name: stage_counts^
-- How far the pictures have come, stage by stage.
select
    (select count(*) from deliveries) as deliveries,
    (select count(*) from delivered_files) as delivered,
    (select count(*) from delivered_files where outcome <> 'refused') as accepted,
    (select count(*) from delivered_files where outcome = 'duplicate') as duplicates,
    (select count(*) from delivered_files where outcome = 'refused') as refused,
    (select count(*) from scans) as scans,
    (select count(*) from colour_references) as references,
    (select count(*) from scans where do_not_colorize) as not_to_colorize,
    (select count(*) from scans where not fixity_intact) as damaged,
    (select count(*) from colorization_jobs where state in ('waiting', 'claimed')) as waiting,
    (select count(*) from colorizations where withdrawn_at is null) as colorized,
    (select count(distinct colorization_id) from measurements where needs_reference) as measured,
    (select count(*) from campaign_items) as queued,
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
