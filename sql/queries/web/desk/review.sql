-- What the page of one colorization reads. Pages write nothing themselves: they call the steps of other rooms.

-- name: get_colorization^
-- A colorization with its scan, its model, the decision that holds, the number of the newest one, which may be undoing,
-- and where it is published.
select c.colorization_id, c.scan_id, c.preset, c.colorized_at, c.withdrawn_at, c.bytes, c.sha256, c.settings,
    c.uncertainty_key is not null as has_uncertainty,
    s.identifier, s.title, s.creator, s.date_created, s.place, s.collection, s.rights, s.content_warning,
    s.width, s.height, s.bits, s.do_not_colorize, s.do_not_colorize_reason,
    m.method, m.weights_sha256,
    d.verdict, d.reason, d.note, d.curator, d.account_id, d.decided_at, q.state::text as state,
    n.decision_id, n.undoes, asks_for_four_eyes(c.scan_id) as four_eyes,
    p.published_at, p.withdrawn_at as unpublished_at,
    exists (select from colour_references r where r.scan_id = c.scan_id) as has_truth
from colorizations c
join review_queue q using (colorization_id)
left join lateral (
    select decision_id, undoes from decisions x where x.colorization_id = c.colorization_id
    order by x.decision_id desc limit 1
) n on true
join scans s on s.scan_id = c.scan_id
join models m using (model_id)
left join current_decisions d on d.colorization_id = c.colorization_id
left join publications p on p.colorization_id = c.colorization_id
where c.colorization_id = :colorization_id;

-- name: list_scores
-- Opinion scores of a colorization: of people's votes, and of simulated ones.
select simulated, votes, mos, low, high, recovered, scored_at
from opinion_scores where colorization_id = :colorization_id order by simulated;

-- name: list_vote_counts
-- The histogram of votes over all campaigns, per score and kind of rater; screened votes are counted apart.
select r.simulated, r.score, count(*) filter (where r.screened_by is null) as used,
    count(*) filter (where r.screened_by is not null) as screened
from ratings r
join campaign_items i using (item_id)
where i.colorization_id = :colorization_id and i.role = 'ordinary' and r.undone_at is null and r.score is not null
group by r.simulated, r.score
order by r.simulated, r.score;

-- name: list_peers
-- How the scores of all colorizations that the same kind of raters voted on are spread, in steps of a quarter, and how
-- many of them are lower than this one.
select width_bucket(least(score, 4.999), 1, 5, 16) as bin, count(*) as pictures,
    count(*) filter (where score < :score) as lower
from review_queue where simulated = :simulated and score is not null
group by bin order by bin;

-- name: list_votes
-- Who voted what: raters are numbered within the picture, in an order that its salt alone makes.
select dense_rank() over (order by md5(q.salt::text || r.rater_id::text)) as rater, r.score, r.simulated,
    r.screened_by is not null as screened, k.name as campaign
from campaign_items i
join ratings r using (item_id)
join campaigns k using (campaign_id)
join review_queue q using (colorization_id)
where i.colorization_id = :colorization_id and i.role = 'ordinary' and r.undone_at is null and r.score is not null
order by rater, campaign limit 500;

-- name: list_campaigns_of
-- The campaigns that show a colorization, and how far its votes have come.
select k.name, k.votes_wanted, i.human_votes, k.closed_at, k.paused_at, i.retired_by
from campaign_items i join campaigns k using (campaign_id)
where i.colorization_id = :colorization_id and i.role = 'ordinary'
order by k.closed_at is not null, k.campaign_id desc;

-- name: list_measurements
-- Figures of a colorization with what each means.
select metric, value, unit, definition, v.needs_reference
from measurements v join metrics using (metric)
where colorization_id = :colorization_id order by v.needs_reference desc, metric;

-- name: list_decisions
-- All decisions on a colorization, newest first.
select decision_id, verdict, reason, note, curator, decided_at, undoes, undone_by, undone_at, bulk_id
from decisions where colorization_id = :colorization_id order by decision_id desc;

-- name: find_sent_back^
-- The colorization that was sent back for this one, and why.
select b.colorization_id, d.reason, d.note, d.curator, d.decided_at
from colorizations c
join send_backs b using (scan_id, model_id, preset)
join decisions d using (decision_id)
where c.colorization_id = :colorization_id and b.colorization_id <> c.colorization_id
order by b.decision_id desc limit 1;

-- name: find_wanted^
-- How a colorization was wanted instead when it was sent back last, and what became of that.
select m.method, b.preset, j.state::text as job, j.sentence, n.colorization_id as answer
from send_backs b
join models m using (model_id)
left join colorization_jobs j using (scan_id, model_id, preset)
left join colorizations n using (scan_id, model_id, preset)
where b.colorization_id = :colorization_id
order by b.decision_id desc limit 1;

-- name: list_notes
-- The notes on regions of a colorization that stand.
select note_id, x::float, y::float, width::float, height::float, words, public, curator, account_id, version, written_at,
    changed_at
from region_notes where colorization_id = :colorization_id and deleted_at is null
order by written_at, note_id;
