-- The queue of colorizations.

-- name: enqueue_scans!
-- A job for each scan that may be colorized and has none of this model and preset yet, and again for each that failed
-- otherwise than by silencing its worker. A scan whose picture is colorized under another number has none.
insert into colorization_jobs as job (scan_id, model_id, preset)
select scan_id, :model_id, cast(:preset as preset)
from scans
where not do_not_colorize
    and (fixity_intact or exists (
        select from colorization_jobs as earlier
        where earlier.scan_id = scans.scan_id and earlier.model_id = :model_id
            and earlier.preset = cast(:preset as preset) and earlier.state = 'failed'
    ))
    and not exists (select from likenesses where linked_scan_id = scans.scan_id)
    and not exists (select from standing_vetoes v where v.scan_id = scans.scan_id)
on conflict (scan_id, model_id, preset) do update set state = 'waiting', sentence = null
    where job.state = 'failed' and job.attempts < :most_attempts;

-- name: find_veto$
-- Who asked that a scan be not coloured, where a veto stands.
select asked_by from standing_vetoes where scan_id = :scan_id order by recorded_at limit 1;

-- name: colorized_as$
-- The colorization of a scan by a model with a preset, if there is one.
select colorization_id from colorizations
where scan_id = :scan_id and model_id = :model_id and preset = cast(:preset as preset);

-- name: request_job!
-- A job for one scan; one that was refused or failed is tried again, others stay as they are.
insert into colorization_jobs as j (scan_id, model_id, preset) values (:scan_id, :model_id, cast(:preset as preset))
on conflict (scan_id, model_id, preset) do update set state = 'waiting', attempts = 0, sentence = null
    where j.state in ('refused', 'failed');

-- name: release_stale_jobs!
-- Claims of lanes that fell silent have failed after too many attempts; the others may be claimed again.
update colorization_jobs
set state = 'failed', lane = null, lease_until = null,
    sentence = 'It was tried ' || attempts || ' times and the worker fell silent each time.'
where state = 'claimed' and lease_until < now() and attempts >= :most_attempts;

-- name: claim_jobs
-- A few jobs for one lane, with a lease: other lanes skip them, and get them back when the lease has ended.
-- A lane never claims anew what it still works on itself, however late it is.
update colorization_jobs
set state = 'claimed', lane = :lane, lease_until = now() + make_interval(secs => :lease_seconds)
from (
    select job.scan_id, job.model_id, job.preset, scans.object_key, scans.preview_key, scans.sha256,
        scans.fixity_intact, models.method, models.weights_sha256
    from colorization_jobs as job
    join scans using (scan_id)
    join models using (model_id)
    where (job.state = 'waiting' or (job.state = 'claimed' and job.lease_until < now() and job.lane <> :lane))
        and not exists (select from standing_vetoes v where v.scan_id = job.scan_id)
    order by job.scan_id
    limit :claim_size
    for update of job skip locked
) as chosen
where colorization_jobs.scan_id = chosen.scan_id
    and colorization_jobs.model_id = chosen.model_id
    and colorization_jobs.preset = chosen.preset
returning colorization_jobs.lane, chosen.scan_id, chosen.model_id, chosen.preset, colorization_jobs.attempts,
    chosen.object_key, chosen.preview_key, chosen.sha256, chosen.fixity_intact, chosen.method, chosen.weights_sha256;

-- name: renew_lease!
-- A lane shows that it is alive: what it still holds stays its own for another lease.
update colorization_jobs set lease_until = now() + make_interval(secs => :lease_seconds)
where state = 'claimed' and lane = :lane;

-- name: begin_job!
-- A job of this lane is begun: only now an attempt is counted.
update colorization_jobs set attempts = attempts + 1
where scan_id = :scan_id and model_id = :model_id and preset = cast(:preset as preset)
    and state = 'claimed' and lane = :lane;

-- name: other_lanes
-- The other lanes that hold claims.
select distinct lane from colorization_jobs where state = 'claimed' and lane <> :lane;

-- name: end_lease!
-- A lane is known to be dead: its claims are free at once.
update colorization_jobs set lease_until = now() - interval '1 second' where state = 'claimed' and lane = :lane;

-- name: open_job_count$
-- Jobs that nobody has finished, of all models; those that wait for the end of a veto are not open.
select count(*) from colorization_jobs j where state in ('waiting', 'claimed')
    and not exists (select from standing_vetoes v where v.scan_id = j.scan_id);

-- name: record_colorization$
-- The derivative of a job that this lane still holds; nothing where the scan was closed or the lease was lost.
insert into colorizations
    (scan_id, model_id, preset, object_key, preview_key, original_preview_key, uncertainty_key, sha256, media_type,
    bytes, settings, unsure_p95, unsure_from)
select scan_id, model_id, preset, :object_key, :preview_key, :original_preview_key, :uncertainty_key, :sha256,
    :media_type, :bytes, :settings, :unsure_p95, :unsure_from
from colorization_jobs
where scan_id = :scan_id and model_id = :model_id and preset = cast(:preset as preset)
    and state = 'claimed' and lane = :lane
    and not exists (select from standing_vetoes v where v.scan_id = colorization_jobs.scan_id)
on conflict do nothing
returning colorization_id;

-- name: finish_job!
-- A job of this lane is done, refused or failed; the sentence says why.
update colorization_jobs
set state = cast(:state as job_state), lane = null, lease_until = null, sentence = :sentence
where scan_id = :scan_id and model_id = :model_id and preset = cast(:preset as preset)
    and state = 'claimed' and lane = :lane;
