-- Runs and plans as people ask for them.

-- name: add_run!
-- A run that is asked for; the same request again is no second one.
insert into runs (request_key, kind, dag_id, airflow_run_id, origin, occasion, asked_by, account_id, parameters, plan_id,
    within_hours, state, due_at)
values (:request_key, :kind, :dag_id, :airflow_run_id, :origin, :occasion, :asked_by, :account_id, :parameters,
    :plan_id, :within_hours, :state, :due_at)
on conflict (request_key) do nothing;

-- name: run_of_request^
-- The run of a request.
select * from listed_runs where request_key = :request_key;

-- name: cancel_run!
-- A run that was not sent yet will not be.
update runs
set state = 'cancelled', ended_at = now(), sentence = :sentence, changed_at = clock_timestamp()
where run_id = :run_id and state in ('planned', 'asked');

-- name: move_run!
-- A run that was not sent yet is due at another time.
update runs
set due_at = :due_at, state = 'planned', sentence = '', changed_at = clock_timestamp()
where run_id = :run_id and state in ('planned', 'asked');

-- name: ask_to_stop!
-- A run that was sent is to be stopped; who asks first stands.
update runs
set stop_asked_by = :by, changed_at = clock_timestamp()
where run_id = :run_id and state in ('queued', 'running', 'waiting') and stop_asked_by = '';

-- name: ask_to_retry!
-- What failed in a run is to be tried again; who asks first stands.
update runs
set retry_asked_by = :by, changed_at = clock_timestamp()
where run_id = :run_id and state in ('failed', 'stopped') and retry_asked_by = '' and airflow_run_id is not null;

-- name: answer_question!
-- A person's answer to what a run asks; only the first counts.
update run_questions
set option = :option, why = :why, answered_by = :by, account_id = :account_id, answered_at = now()
where run_id = :run_id and option is null and :option = any (options);

-- name: touch_run!
-- A run changed in what belongs to it.
update runs set changed_at = clock_timestamp() where run_id = :run_id;

-- name: add_plan$
-- A run that is wanted every week; the same form sent twice is one plan.
insert into planned_runs (request_key, kind, parameters, weekdays, at, within_hours, asked_by, account_id)
values (:request_key, :kind, :parameters, :weekdays, :at, :within_hours, :asked_by, :account_id)
on conflict (request_key) do update set version = planned_runs.version
returning plan_id;

-- name: change_plan!
-- A plan has another timetable or form.
update planned_runs
set parameters = :parameters, weekdays = :weekdays, at = :at, within_hours = :within_hours, asked_by = :by,
    account_id = :account_id, version = version + 1
where plan_id = :plan_id and cancelled_at is null;

-- name: cancel_plan!
-- A plan makes no more runs.
update planned_runs set cancelled_by = :by, cancelled_at = now() where plan_id = :plan_id and cancelled_at is null;

-- name: cancel_runs_of_plan!
-- Runs of a plan that were not sent yet will not be.
update runs
set state = 'cancelled', ended_at = now(), sentence = :sentence, changed_at = clock_timestamp()
where plan_id = :plan_id and state in ('planned', 'asked');

-- name: set_hours!
-- When runs may start that wait for the museum's hours.
insert into run_hours (weekdays, begins, ends, set_by) values (:weekdays, :begins, :ends, :by)
on conflict (sole) do update set weekdays = excluded.weekdays, begins = excluded.begins, ends = excluded.ends,
    set_by = excluded.set_by, set_at = now();

-- name: clear_hours!
-- Every hour is right.
delete from run_hours;
