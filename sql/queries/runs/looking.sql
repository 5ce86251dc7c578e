-- What pages ask of runs.

-- name: open_runs
-- Runs that are asked for, wait or go on, the oldest first.
select * from listed_runs where ended_at is null and state <> 'planned' order by run_id limit :most;

-- name: planned_runs
-- Runs that are due later, in that order.
select * from listed_runs where ended_at is null and state = 'planned' order by due_at, run_id limit :most;

-- name: recent_runs
-- Runs that ended, newest first, of a stretch of time.
select * from listed_runs
where ended_at is not null and ended_at >= :since and (ended_at, run_id) < (:before, :before_id)
order by ended_at desc, run_id desc
limit :most;

-- name: run^
-- One run.
select * from listed_runs where run_id = :run_id;

-- name: traceback$
-- What the log of a run's failed task holds.
select traceback from runs where run_id = :run_id;

-- name: question^
-- What a run asks, or asked, a person.
select * from run_questions where run_id = :run_id;

-- name: open_questions
-- What waits for a person's answer, the oldest first.
select run_questions.* from run_questions join runs using (run_id)
where runs.ended_at is null and option is null
order by run_id
limit :most;

-- name: plans
-- Plans that hold, each with its next run.
select plan_id, request_key, kind, parameters, weekdays, at, within_hours, asked_by, account_id, planned_at, version, (
        select min(due_at) from runs where runs.plan_id = planned_runs.plan_id and runs.state = 'planned'
    ) as next_due
from planned_runs
where cancelled_at is null
order by plan_id;

-- name: plan^
-- One plan that holds.
select plan_id, request_key, kind, parameters, weekdays, at, within_hours, asked_by, account_id, planned_at, version, (
        select min(due_at) from runs where runs.plan_id = planned_runs.plan_id and runs.state = 'planned'
    ) as next_due
from planned_runs
where cancelled_at is null and plan_id = :plan_id;

-- name: hours^
-- When runs may start that wait for the museum's hours.
select weekdays, begins, ends, set_by, set_at from run_hours;

-- name: follower^
-- What is known of the process that follows runs.
select looked_at, seen_at, away_since, sentence, paused from follower;

-- name: newest_change$
-- When any run changed last, in microseconds.
select coalesce(max((extract(epoch from changed_at) * 1000000)::bigint), 0) as newest from runs;

-- name: pictures
-- Colorizations that a run queued, in the order of their scans.
select job.scan_id, scans.identifier, job.model_id, job.preset, job.state, job.sentence
from colorization_jobs as job join scans using (scan_id)
where job.run_id = :run_id and (:state is null or job.state = cast(:state as job_state)) and job.scan_id > :after
order by job.scan_id
limit :most;
