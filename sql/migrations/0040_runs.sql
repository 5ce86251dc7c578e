-- Runs of the pipeline: asked for, planned, rung for, and what the orchestrator says of them.

create type run_state as enum (
    'planned', 'asked', 'queued', 'running', 'waiting', 'done', 'failed', 'stopped', 'cancelled', 'refused'
);
comment on type run_state is
    'planned: due later. asked: not sent yet. waiting: for a person''s answer. cancelled: never sent. refused: the '
    'orchestrator would not take it.';

create type run_origin as enum ('person', 'plan', 'bell', 'schedule', 'asset', 'airflow');
comment on type run_origin is
    'Who began it: a person or a plan of ours, an act that rang, the DAG''s own schedule or asset, somebody in Airflow.';

create table planned_runs (
    plan_id       bigint generated always as identity primary key,
    request_key   uuid not null unique,
    kind          text not null check (kind <> ''),
    parameters    jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
    weekdays      smallint[] not null check (cardinality(weekdays) between 1 and 7 and weekdays <@ '{1,2,3,4,5,6,7}'),
    at            time not null,
    within_hours  boolean not null default false,
    asked_by      text not null check (asked_by <> ''),
    account_id    bigint,
    planned_at    timestamptz not null default now(),
    version       integer not null default 1,
    cancelled_by  text not null default '',
    cancelled_at  timestamptz,
    check ((cancelled_at is null) = (cancelled_by = ''))
);
comment on table planned_runs is 'Runs that a person wants every week, on these days at this time.';
comment on column planned_runs.request_key is 'From the form: the same form sent twice is one plan.';
comment on column planned_runs.weekdays is '1 is Monday, 7 is Sunday; days and times are those of HERITAGE_TIME_ZONE.';
comment on column planned_runs.within_hours is 'A run that is due outside run_hours starts when they begin.';
comment on column planned_runs.version is 'Grows with each change, so that a changed plan makes new runs.';

create table runs (
    run_id          bigint generated always as identity primary key,
    request_key     uuid not null unique default gen_random_uuid(),
    kind            text not null,
    dag_id          text not null check (dag_id <> ''),
    airflow_run_id  text check (airflow_run_id <> ''),
    origin          run_origin not null,
    occasion        text not null default '',
    asked_by        text not null default '',
    account_id      bigint,
    parameters      jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
    plan_id         bigint references planned_runs,
    within_hours    boolean not null default false,
    state           run_state not null,
    asked_at        timestamptz not null default now(),
    due_at          timestamptz not null default now(),
    started_at      timestamptz,
    ended_at        timestamptz,
    total           integer check (total >= 0),
    done            integer check (done >= 0),
    failed          integer check (failed >= 0),
    sentence        text not null default '',
    remedy          text not null default '',
    traceback       text not null default '',
    link            text not null default '',
    stop_asked_by   text not null default '',
    retry_asked_by  text not null default '',
    changed_at      timestamptz not null default clock_timestamp(),
    unique (dag_id, airflow_run_id),
    check ((state in ('done', 'failed', 'stopped', 'cancelled', 'refused')) = (ended_at is not null))
);
comment on table runs is
    'Each run of a DAG: those that somebody asked for, and copies of those that the orchestrator began by itself.';
comment on column runs.request_key is
    'From the form, or made of what rang: the same request is one run, and its name in Airflow is made of it.';
comment on column runs.kind is 'What it does, a word of heritage_color/runs/forms.py.';
comment on column runs.airflow_run_id is 'The run''s name in Airflow; known before it is sent, so that it is sent once.';
comment on column runs.occasion is 'What rang: a delivery was handed in, a picture was sent back.';
comment on column runs.total is 'Pictures, files or objects that it works on, where that can be counted.';
comment on column runs.traceback is 'For engineers: what the failed task''s log holds.';
comment on column runs.link is 'The page of the web application that shows what came of it.';
comment on column runs.stop_asked_by is 'Who wants it stopped; the follower does so at its next look.';
comment on column runs.retry_asked_by is 'Who wants its failed tasks tried again; the follower does so at its next look.';

create index runs_open on runs (run_id) where ended_at is null;
comment on index runs_open is 'open_runs, and what the follower has to send, stop and ask after.';
create index runs_ended on runs (ended_at desc, run_id desc) where ended_at is not null;
comment on index runs_ended is 'recent_runs lists what ended, newest first, page by page.';
create index runs_changed on runs (changed_at);
comment on index runs_changed is 'newest_change tells pages whether there is anything new.';
create index runs_of_plan on runs (plan_id) where plan_id is not null;
comment on index runs_of_plan is 'The next run of a plan, and those that a changed plan takes back.';

create table run_questions (
    run_id       bigint primary key references runs,
    task_id      text not null,
    subject      text not null,
    body         text not null default '',
    options      text[] not null,
    asked_at     timestamptz not null,
    option       text,
    why          text not null default '',
    answered_by  text not null default '',
    account_id   bigint,
    answered_at  timestamptz,
    given_at     timestamptz,
    refusal      text not null default '',
    check ((option is null) = (answered_at is null) and (option is null) = (answered_by = ''))
);
comment on table run_questions is 'What a run asks a person, and the answer, which the follower gives to Airflow.';
comment on column run_questions.given_at is 'When Airflow took the answer.';
comment on column run_questions.refusal is 'Why Airflow did not take the answer.';

create table run_hours (
    sole       boolean primary key default true check (sole is true),
    weekdays   smallint[] not null check (cardinality(weekdays) between 1 and 7 and weekdays <@ '{1,2,3,4,5,6,7}'),
    begins     time not null,
    ends       time not null,
    set_by     text not null check (set_by <> ''),
    set_at     timestamptz not null default now()
);
comment on table run_hours is
    'When runs may start that are to wait for the museum''s hours: one row, or none where every hour is right.';
comment on column run_hours.weekdays is 'Days on which the hours begin, 1 is Monday.';
comment on column run_hours.ends is 'Before `begins` where the hours go past midnight.';

create table bells (
    bell_id  bigint generated always as identity primary key,
    bell     text not null,
    dag_id   text not null,
    rung_at  timestamptz not null default now()
);
comment on table bells is
    'Acts whose DAG shall start at once, written with the act; a row goes when a run that begins after it is asked for.';

create index bells_of_dag on bells (dag_id, bell_id);
comment on index bells_of_dag is 'waiting_bells reads which DAGs are rung for.';

create table follower (
    sole        boolean primary key default true check (sole is true),
    looked_at   timestamptz not null default now(),
    seen_at     timestamptz,
    away_since  timestamptz,
    sentence    text not null default '',
    paused      text[] not null default '{}',
    check ((away_since is null) = (sentence = ''))
);
comment on table follower is 'One row of the process that copies the state of runs: `heritage-color follow-runs`.';
comment on column follower.looked_at is 'When it last tried: a sign that it lives.';
comment on column follower.seen_at is 'When Airflow last answered.';
comment on column follower.away_since is 'Since when Airflow does not answer; null while it does.';
comment on column follower.paused is 'DAGs that are paused in Airflow.';

alter table colorization_jobs
    add run_id bigint references runs,
    add ended_at timestamptz;
comment on column colorization_jobs.run_id is 'The run that queued it last; null for jobs that a curator asked for.';
comment on column colorization_jobs.ended_at is 'When it was done, refused or failed; of jobs before this column null.';
create index colorization_jobs_of_run on colorization_jobs (run_id, state, scan_id) where run_id is not null;
comment on index colorization_jobs_of_run is 'job_counts counts the jobs of a run by their state, and lists them.';

create view listed_runs as
select run_id, request_key, kind, dag_id, airflow_run_id, origin, occasion, asked_by, account_id, parameters, plan_id,
    state, asked_at, due_at, started_at, ended_at, total, done, failed, sentence, remedy,
    traceback <> '' as has_traceback, link, stop_asked_by, retry_asked_by,
    state = 'waiting' and exists (
        select from run_questions where run_questions.run_id = runs.run_id and run_questions.option is null
    ) as question
from runs;
comment on view listed_runs is 'Runs as pages list them: without the traceback, and whether a person is asked.';
