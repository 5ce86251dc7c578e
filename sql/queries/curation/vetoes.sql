-- Vetoes of communities.

-- name: hold_scan$
-- The checksum of a scan whose colorizations wait until the transaction ends, so that none is published meanwhile;
-- nothing where there is no such scan.
with held as materialized (
    select colorization_id from colorizations where scan_id = :scan_id order by colorization_id for update
)
select sha256 from scans where scan_id = :scan_id and (select count(*) from held) >= 0;

-- name: add_veto!
-- A veto, once per form.
insert into vetoes (veto_id, scan_id, asked_by, reason, last_day, recorded_by, account_id)
values (:veto_id, :scan_id, :asked_by, :reason, :last_day, :recorded_by, :account_id)
on conflict do nothing;

-- name: put_jobs_back!
-- What lanes are colouring of a scan goes back to the queue, where it waits until no veto stands.
update colorization_jobs set state = 'waiting', lane = null, lease_until = null, sentence = :sentence
where scan_id = :scan_id and state in ('claimed', 'waiting');

-- name: lift_veto$
-- A veto that stands no longer: its scan. Nothing where it was lifted before.
update vetoes set lifted_at = now(), lifted_by = :by, lifted_reason = :reason
where veto_id = :veto_id and lifted_at is null
returning scan_id;

-- name: find_veto$
-- Whether a veto is there.
select veto_id from vetoes where veto_id = :veto_id;

-- name: checksum_of$
-- The checksum of a scan's master.
select sha256 from scans where scan_id = :scan_id;

-- name: forget_sentence!
-- Jobs that waited for the end of vetoes, of a scan on which none stands any more.
update colorization_jobs j set sentence = null
where scan_id = :scan_id and state = 'waiting'
    and not exists (select from standing_vetoes v where v.scan_id = j.scan_id);
