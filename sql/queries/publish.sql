-- What may be published, what stands published, and what must go.

-- name: lock_publishing$
-- One publishing run at a time; the lock ends with the connection, also when its process is killed.
select pg_advisory_lock(7370082);

-- name: publishable
-- Approved, standing colorizations that are not on the public bucket.
select c.colorization_id, c.scan_id, s.identifier, s.title, s.creator, s.date_created, s.place, s.collection, s.rights,
    s.content_warning, s.object_key as master_key, s.sha256 as master_sha256, c.object_key as derivative_key,
    c.sha256 as derivative_sha256, c.colorized_at, m.method, m.weights_sha256,
    coalesce(m.card ->> 'version', left(m.weights_sha256, 8)) as version, c.preset::text as preset,
    d.decision_id, d.verdict::text as verdict, d.reason, d.curator, d.decided_at,
    h.votes as human_votes, h.mos as human_mos, h.low as human_low, h.high as human_high,
    t.votes as simulated_votes, t.mos as simulated_mos, t.low as simulated_low, t.high as simulated_high, s.width, s.height
from colorizations c
join scans s using (scan_id)
join models m using (model_id)
join current_decisions d on d.colorization_id = c.colorization_id and d.verdict = 'approved'
left join opinion_scores h on h.colorization_id = c.colorization_id and not h.simulated
left join opinion_scores t on t.colorization_id = c.colorization_id and t.simulated
left join publications p on p.colorization_id = c.colorization_id
where c.withdrawn_at is null and not s.do_not_colorize and s.fixity_intact and c.fixity_intact
    and not exists (select from standing_vetoes v where v.scan_id = s.scan_id)
    and (p.colorization_id is null or p.withdrawn_at is not null)
order by c.colorization_id;

-- name: public_notes
-- The notes on regions of a colorization that stand and are public.
select note_id, x::float, y::float, width::float, height::float, words, curator, written_at, changed_at
from region_notes where colorization_id = :colorization_id and public and deleted_at is null
order by written_at, note_id;

-- name: hold_colorization$
-- Decisions and flags on a colorization wait until the transaction ends.
select colorization_id from colorizations where colorization_id = :colorization_id for update;

-- name: decision_holds$
-- Whether a decision still holds for a standing colorization of a scan without a veto.
select exists (
    select from colorizations c
    join current_decisions d using (colorization_id)
    where c.colorization_id = :colorization_id and c.withdrawn_at is null and d.decision_id = :decision_id
        and not exists (select from standing_vetoes v where v.scan_id = c.scan_id)
);

-- name: add_publication!
-- A picture on the public bucket; one that was withdrawn stands again.
insert into publications (colorization_id, manifest_key, colour_key, original_key, label)
values (:colorization_id, :manifest_key, :colour_key, :original_key, :label)
on conflict (colorization_id) do update
    set manifest_key = excluded.manifest_key, colour_key = excluded.colour_key, original_key = excluded.original_key,
        label = excluded.label, published_at = now(), withdrawn_at = null
    where publications.withdrawn_at is not null;

-- name: to_withdraw
-- Publications whose colorization was withdrawn, is no longer approved or has a veto, with the reason and the newest decision, also
-- where that one took an approval back.
select p.colorization_id, c.scan_id, d.decision_id,
    case
        when c.withdrawn_at is not null then 'do not colorize'
        when v.veto_id is not null then 'veto ' || v.veto_id
        else coalesce(d.verdict::text, 'undecided')
    end as reason
from publications p
join colorizations c using (colorization_id)
left join lateral (
    select decision_id, verdict from decisions where colorization_id = p.colorization_id
    order by decision_id desc limit 1
) d on true
left join lateral (
    select veto_id from standing_vetoes where scan_id = c.scan_id order by recorded_at, veto_id limit 1
) v on true
where p.withdrawn_at is null
    and (c.withdrawn_at is not null or v.veto_id is not null or d.verdict is distinct from 'approved')
order by p.colorization_id;

-- name: withdraw!
-- A publication that stands no longer.
update publications set withdrawn_at = now() where colorization_id = :colorization_id and withdrawn_at is null;

-- name: forget_set_aside!
-- What could not be published and is not wanted any more.
delete from set_aside a
where stage = :stage and not exists (
    select from current_decisions d join colorizations c using (colorization_id)
    where d.colorization_id = a.colorization_id and d.verdict = 'approved' and c.withdrawn_at is null
);

-- name: standing
-- What the index lists, with the keys of the manifests.
select p.colorization_id, c.scan_id, s.identifier, p.manifest_key
from publications p join colorizations c using (colorization_id) join scans s using (scan_id)
where p.withdrawn_at is null order by p.manifest_key;

-- name: tombstones
-- Withdrawn scans that were public once: what the page says in their place.
select s.identifier, s.withdrawn_at, s.withdrawn_reason as reason from scans s
where s.withdrawn_at is not null
    and exists (select from publications join colorizations c using (colorization_id) where c.scan_id = s.scan_id)
order by s.identifier;
