-- Curators' decisions, and what they see before they take one.

-- name: count_states
-- How many colorizations are in each state.
select state::text as state, count(*) as pictures from review_queue group by state order by state;

-- name: lock_colorizations
-- Colorizations for decisions, in the order of their numbers; other decisions on them wait.
select colorization_id from colorizations where colorization_id = any (:colorization_ids)
order by colorization_id for update;

-- name: newest_decisions
-- Colorizations with the newest decision on each, how many there were, what was wanted instead of it when it was sent
-- back last, and whether its approval takes two.
select c.colorization_id, c.scan_id, c.withdrawn_at, c.too_unsure, asks_for_four_eyes(c.scan_id) as four_eyes,
    n.decision_id, n.verdict::text as verdict, n.reason, n.note, n.curator, n.account_id, n.first_decision_id, n.decided_at,
    (select count(*) from decisions o where o.colorization_id = c.colorization_id) as decisions,
    b.method as wanted_method, b.preset as wanted_preset
from colorizations c
left join lateral (
    select * from decisions d where d.colorization_id = c.colorization_id order by d.decision_id desc limit 1
) n on true
left join lateral (
    select m.method, w.preset::text as preset from send_backs w join models m using (model_id)
    where w.colorization_id = c.colorization_id order by w.decision_id desc limit 1
) b on true
where c.colorization_id = any (:colorization_ids)
order by c.colorization_id;

-- name: decision_before^
-- The decision before a decision on a colorization, as undoing repeats it; nothing where it was the first.
select verdict::text as verdict, reason, note, curator, account_id, first_decision_id, decided_at
from decisions where colorization_id = :colorization_id and decision_id < :decision_id
order by decision_id desc limit 1;

-- name: decided_colorization$
-- Which colorization a decision is about.
select colorization_id from decisions where decision_id = :decision_id;

-- name: add_decision$
-- A decision; one that takes another back keeps the moment of what it repeats.
insert into decisions (colorization_id, verdict, reason, note, curator, account_id, first_decision_id, bulk_id, undoes,
    undone_by, undone_at, decided_at)
values (:colorization_id, :verdict, :reason, :note, :curator, :account_id, :first_decision_id, :bulk_id, :undoes,
    :undone_by, case when :undoes::bigint is not null then now() end, coalesce(:decided_at::timestamptz, now()))
returning decision_id;

-- name: add_send_back!
-- How a colorization is wanted that was just sent back.
insert into send_backs (decision_id, colorization_id, scan_id, model_id, preset, queued)
select decision_id, colorization_id, :scan_id, :model_id, cast(:preset as preset), :queued
from decisions where decision_id = :decision_id;

-- name: take_job_back!
-- The job that the last sending back put into the queue, unless somebody began it.
delete from colorization_jobs j
using (
    select * from send_backs where colorization_id = :colorization_id order by decision_id desc limit 1
) b
where b.queued and j.state = 'waiting' and (j.scan_id, j.model_id, j.preset) = (b.scan_id, b.model_id, b.preset);

-- name: ask_for_job_again!
-- The job of the last sending back, which holds again.
insert into colorization_jobs (scan_id, model_id, preset)
select scan_id, model_id, preset from send_backs
where colorization_id = :colorization_id and queued order by decision_id desc limit 1
on conflict do nothing;

-- name: lock_review$
-- Whatever writes many rows of the queue in one transaction comes after whatever does so now.
select lock_review();

-- name: add_bulk!
-- A decision on many, once per form.
insert into bulk_decisions (bulk_id, verdict, reason, note, curator, account_id, asked)
values (:bulk_id, :verdict, :reason, :note, :curator, :account_id, :asked)
on conflict do nothing;

-- name: keep_skipped!
-- Which colorizations of a bulk were skipped, and why.
update bulk_decisions set skipped = :skipped where bulk_id = :bulk_id;

-- name: find_bulk^
-- A bulk decision with the number of its decisions.
select b.bulk_id, b.verdict::text as verdict, b.reason, b.note, b.curator, b.account_id, b.asked, b.skipped, b.decided_at,
    (select count(*) from decisions d where d.bulk_id = b.bulk_id) as decided
from bulk_decisions b where b.bulk_id = :bulk_id;

-- name: bulk_members
-- The decisions of a bulk by the number of their colorization.
select decision_id, colorization_id from decisions where bulk_id = :bulk_id order by colorization_id;

-- name: ask_for_four_eyes$
-- From now on an approval in a collection takes two curators; the moment, nothing where that was so already.
insert into four_eyes (collection, asked_by, account_id) values (:collection, :asked_by, :account_id)
on conflict do nothing returning asked_at;

-- name: end_four_eyes$
-- From now on one curator is enough; the moment when two were asked for, nothing where none were.
delete from four_eyes where collection = :collection returning asked_at;

-- name: list_four_eyes
-- Where an approval takes two curators; the empty name stands for all collections.
select collection, asked_by, asked_at from four_eyes order by collection;

-- name: flag_scan$
-- Lock a scan against colorization, its trigger withdraws what was colorized: its checksum. Nothing where it is locked.
update scans set do_not_colorize = true, do_not_colorize_reason = :reason
where scan_id = :scan_id and not do_not_colorize
returning sha256;

-- name: find_scan$
-- Whether a scan is there.
select scan_id from scans where scan_id = :scan_id;

-- name: count_withdrawn$
-- Colorizations of a scan that were withdrawn.
select count(*) from colorizations where scan_id = :scan_id and withdrawn_at is not null;

-- name: approvable
-- Standing, undecided colorizations whose score reaches a minimum: people's where there are any, else simulated.
select c.colorization_id, o.mos, o.simulated
from colorizations c
join lateral (
    select mos, simulated from opinion_scores s where s.colorization_id = c.colorization_id order by simulated limit 1
) o on o.mos >= :minimum
where c.withdrawn_at is null
    and not exists (select from current_decisions d where d.colorization_id = c.colorization_id)
order by c.colorization_id;

-- name: find_tag^
-- A tag of a scan: as it was decided, else as the newest model proposes it, and how many decisions there were.
select t.scan_id, t.tag, t.votes, t.model_sha256, t.state::text as state,
    (select count(*) from tag_decisions d where d.scan_id = t.scan_id and d.tag = t.tag) as decisions
from scan_tags t where t.scan_id = :scan_id and t.tag = :tag;

-- name: lock_scan$
-- A scan for a decision on its tags; other decisions on it wait.
select scan_id from scans where scan_id = :scan_id for no key update;

-- name: add_tag_decision$
-- A decision on a proposed tag.
insert into tag_decisions (scan_id, model_sha256, tag, state, curator)
values (:scan_id, :model_sha256, :tag, cast(:state as tag_state), :curator)
returning tag_decision_id;

-- name: find_standing$
-- A colorization that was not withdrawn.
select colorization_id from colorizations where colorization_id = :colorization_id and withdrawn_at is null;

-- name: add_note!
-- A note on a region, once per form.
insert into region_notes (note_id, colorization_id, x, y, width, height, words, public, curator, account_id)
values (:note_id, :colorization_id, :x, :y, :width, :height, :words, :public, :curator, :account_id)
on conflict do nothing;

-- name: lock_note^
-- A standing note, for a change.
select curator, account_id from region_notes where note_id = :note_id and deleted_at is null for update;

-- name: change_note!
-- A note as it is now; nothing where it was so already.
update region_notes
set x = :x, y = :y, width = :width, height = :height, words = :words, public = :public, version = version + 1,
    changed_at = now()
where note_id = :note_id
    and (x, y, width, height, words, public) is distinct from (:x, :y, :width, :height, :words, :public);

-- name: delete_note!
-- A tombstone of a note.
update region_notes set deleted_at = now(), version = version + 1, changed_at = now()
where note_id = :note_id and deleted_at is null;

-- name: kept_note^
-- A note as it was just written, for its event.
select colorization_id, c.scan_id, version, x::float, y::float, width::float, height::float, words, public, n.account_id
from region_notes n join colorizations c using (colorization_id)
where note_id = :note_id;

-- name: count_views$
-- How many saved views an account has beside one of a name.
select count(*) from saved_views where account_id = :account_id and name <> :name;

-- name: save_view$
-- A view under its name.
insert into saved_views (account_id, owner, name, query) values (:account_id, :owner, :name, :query)
on conflict (account_id, name) do update set query = excluded.query, owner = excluded.owner, saved_at = now()
returning view_id;

-- name: find_view$
-- An account's view of a name.
select view_id from saved_views where account_id = :account_id and name = :name;

-- name: change_view!
-- Another name, shared or not.
update saved_views set name = :name, shared = :shared where view_id = :view_id and account_id = :account_id;

-- name: delete_view!
-- A view that is wanted no longer.
delete from saved_views where view_id = :view_id and account_id = :account_id;
