-- Curators' decisions, and what they see before they take one.

-- name: review_rows
-- Colorizations in a state, with the opinion of people and of simulated raters apart, and all measurements.
-- Undecided ones first by what needs eyes: the widest interval, then the lowest score.
select * from (
    select c.colorization_id, c.scan_id, s.identifier, s.title, s.content_warning, c.preset, c.preview_key,
        c.original_preview_key, c.colorized_at, m.method, m.weights_sha256,
        coalesce(m.card ->> 'version', left(m.weights_sha256, 8)) as version,
        h.votes as human_votes, h.mos as human_mos, h.low as human_low, h.high as human_high,
        h.recovered as human_recovered,
        t.votes as simulated_votes, t.mos as simulated_mos, t.low as simulated_low, t.high as simulated_high,
        t.recovered as simulated_recovered,
        (select coalesce(jsonb_object_agg(metric, value), '{}') from measurements f
            where f.colorization_id = c.colorization_id) as measurements,
        d.verdict, d.reason, d.note, d.curator, d.decided_at, p.published_at, p.withdrawn_at as unpublished_at,
        case when c.withdrawn_at is not null then 'withdrawn'
            when p.published_at is not null and p.withdrawn_at is null then 'published'
            else coalesce(d.verdict::text, 'undecided') end as state
    from colorizations c
    join scans s using (scan_id)
    join models m using (model_id)
    left join opinion_scores h on h.colorization_id = c.colorization_id and not h.simulated
    left join opinion_scores t on t.colorization_id = c.colorization_id and t.simulated
    left join current_decisions d on d.colorization_id = c.colorization_id
    left join publications p on p.colorization_id = c.colorization_id
) review
where (:state::text is null or state = :state)
    and (:colorization_id::bigint is null or colorization_id = :colorization_id)
order by (human_high - human_low) desc nulls last, coalesce(human_mos, simulated_mos) nulls last, colorization_id
limit :limit offset :offset;

-- name: count_states
-- How many colorizations are in each state.
select case when c.withdrawn_at is not null then 'withdrawn'
        when p.published_at is not null and p.withdrawn_at is null then 'published'
        else coalesce(d.verdict::text, 'undecided') end as state, count(*) as pictures
from colorizations c
left join current_decisions d using (colorization_id)
left join publications p using (colorization_id)
group by 1 order by 1;

-- name: lock_colorization^
-- A colorization for a decision; other decisions on it wait.
select colorization_id, scan_id, withdrawn_at from colorizations where colorization_id = :colorization_id for update;

-- name: current_decision^
-- The decision that holds, and how many there were.
select d.*, (select count(*) from decisions o where o.colorization_id = d.colorization_id) as decisions
from current_decisions d where d.colorization_id = :colorization_id;

-- name: add_decision$
-- A decision.
insert into decisions (colorization_id, verdict, reason, note, curator)
values (:colorization_id, :verdict, :reason, :note, :curator)
returning decision_id;

-- name: record!
-- An event of curation, once per natural key.
insert into events (event_key, event_type, agent, outcome, detail, scan_id, colorization_id)
values (:event_key, :event_type, :agent, :outcome, :detail, :scan_id, :colorization_id)
on conflict (event_key) do nothing;

-- name: flag_scan^
-- Lock a scan against colorization; its trigger withdraws what was colorized. Nothing where it is locked already.
update scans set do_not_colorize = true, do_not_colorize_reason = :reason
where scan_id = :scan_id and not do_not_colorize
returning scan_id, identifier, sha256;

-- name: find_scan^
-- Whether a scan is there.
select scan_id, do_not_colorize from scans where scan_id = :scan_id;

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
    and not exists (select from decisions d where d.colorization_id = c.colorization_id)
order by c.colorization_id;

-- name: find_tag^
-- A tag of a scan: as it was decided, else as the newest model proposes it, and how many decisions there were.
select t.*, (select count(*) from tag_decisions d where d.scan_id = t.scan_id and d.tag = t.tag) as decisions
from scan_tags t where t.scan_id = :scan_id and t.tag = :tag;

-- name: lock_scan$
-- A scan for a decision on its tags; other decisions on it wait.
select scan_id from scans where scan_id = :scan_id for no key update;

-- name: add_tag_decision$
-- A decision on a proposed tag.
insert into tag_decisions (scan_id, model_sha256, tag, state, curator)
values (:scan_id, :model_sha256, :tag, cast(:state as tag_state), :curator)
returning tag_decision_id;
