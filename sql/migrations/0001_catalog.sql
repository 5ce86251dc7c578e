-- The catalog: from a delivery of scans to published, labelled colour pictures.
-- Rules that must always hold are constraints here, not code elsewhere.

-- ---------------------------------------------------------------- deliveries

create type delivery_state as enum (
    'received',  -- its files are being taken in; a killed run goes on from here
    'ingested'   -- received -> ingested, when every file has an outcome
);

create table deliveries (
    delivery_id  bigint generated always as identity primary key,
    name         text not null check (name <> ''),
    source       text not null,
    fingerprint  char(64) not null unique,
    state        delivery_state not null default 'received',
    received_at  timestamptz not null default now(),
    ingested_at  timestamptz,
    check ((state = 'ingested') = (ingested_at is not null))
);
comment on table deliveries is 'One delivery of scans by a digitization team.';
comment on column deliveries.fingerprint is
    'SHA-256 over the sorted paths and checksums of all files: the same delivery sent twice is one row.';

-- --------------------------------------------------------------------- scans

create table scans (
    scan_id                 bigint generated always as identity primary key,
    sha256                  char(64) not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
    identifier              text not null unique check (identifier <> ''),
    title                   text not null default '',
    creator                 text not null default '',
    date_created            text not null default '',
    place                   text not null default '',
    collection              text not null default '',
    rights                  text not null default '',
    content_warning         text not null default '',
    do_not_colorize         boolean not null default false,
    do_not_colorize_reason  text not null default '',
    supplier_filename       text not null,
    media_type              text not null,
    width                   integer not null check (width > 0),
    height                  integer not null check (height > 0),
    bits                    smallint not null check (bits in (1, 2, 4, 8, 16, 32)),
    channels                smallint not null check (channels between 1 and 5),
    bytes                   bigint not null check (bytes > 0),
    object_key              text not null unique,
    embedded_metadata       jsonb not null default '{}',
    further_columns         jsonb not null default '{}',
    first_delivery_id       bigint not null references deliveries,
    ingested_at             timestamptz not null default now(),
    fixity_checked_at       timestamptz not null default now(),
    fixity_intact           boolean not null default true,
    check (not do_not_colorize or do_not_colorize_reason <> ''),
    unique (scan_id, do_not_colorize)
);
comment on table scans is 'Masters: one row per checksum, never altered, stored under their content hash.';
comment on column scans.further_columns is 'Columns of the supplier''s manifest that we do not know, kept as they came.';
create index scans_fixity on scans (fixity_checked_at);
comment on index scans_fixity is 'audit_fixity reads the master that was checked longest ago first.';

create table colour_references (
    scan_id     bigint primary key references scans,
    sha256      char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
    object_key  text not null,
    media_type  text not null,
    bytes       bigint not null check (bytes > 0)
);
comment on table colour_references is 'The true colour of a scan, where one exists. Only then can MSE and PSNR exist.';

create type file_role as enum ('scan', 'reference');
create type file_outcome as enum ('accepted', 'duplicate', 'refused');

create table delivered_files (
    delivery_id  bigint not null references deliveries,
    path         text not null,
    role         file_role not null,
    outcome      file_outcome not null,
    bytes        bigint not null,
    sha256       char(64),
    scan_id      bigint references scans,
    primary key (delivery_id, path),
    check ((outcome = 'refused') = (scan_id is null))
);
comment on table delivered_files is 'What came in a delivery and what became of it: nothing that came is without an outcome.';
create index delivered_files_scan on delivered_files (scan_id);
comment on index delivered_files_scan is 'The page of a scan lists the deliveries it came in.';

create type severity as enum ('error', 'warning');

create table findings (
    finding_id   bigint generated always as identity primary key,
    delivery_id  bigint not null references deliveries,
    file         text not null,
    row_number   integer,
    code         text not null check (code ~ '^[a-z0-9-]+$'),
    severity     severity not null,
    sentence     text not null,
    unique nulls not distinct (delivery_id, file, row_number, code, sentence)
);
comment on table findings is 'What pre-flight said of a delivery: file, row, reason code, a sentence with the remedy.';

-- -------------------------------------------------------------- colorization

create table models (
    model_id       bigint generated always as identity primary key,
    method         text not null,
    weights_sha256 char(64) not null,
    card           jsonb not null,
    registered_at  timestamptz not null default now(),
    unique (method, weights_sha256)
);
comment on table models is 'A method with one set of weights. Which weights made a picture is part of its record.';

create type preset as enum ('faithful', 'balanced', 'vivid');
create type job_state as enum (
    'waiting',  -- in the queue
    'claimed',  -- waiting -> claimed, by a lane, until the lease ends; then any lane may claim it again
    'done',     -- claimed -> done, in the transaction that writes the colorization
    'refused',  -- claimed -> refused: the picture cannot be colorized; the sentence says why
    'failed'    -- claimed -> failed, after too many attempts
);

create table colorization_jobs (
    scan_id          bigint not null references scans,
    model_id         bigint not null references models,
    preset           preset not null,
    state            job_state not null default 'waiting',
    lane             text,
    lease_until      timestamptz,
    attempts         smallint not null default 0,
    sentence         text,
    primary key (scan_id, model_id, preset),
    check ((state = 'claimed') = (lease_until is not null))
);
comment on table colorization_jobs is 'The queue that lanes drain. One job per scan, model and preset, for ever.';
create index colorization_jobs_queue on colorization_jobs (scan_id) where state in ('waiting', 'claimed');
comment on index colorization_jobs_queue is 'claim_jobs reads the open jobs in the order of their scans.';

create table colorizations (
    colorization_id  bigint generated always as identity primary key,
    scan_id          bigint not null references scans,
    model_id         bigint not null references models,
    preset           preset not null,
    object_key       text not null,
    preview_key      text not null,
    original_preview_key text not null,
    sha256           char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type       text not null,
    bytes            bigint not null check (bytes > 0),
    settings         jsonb not null,
    colorized_at     timestamptz not null default now(),
    withdrawn_at     timestamptz,
    scan_closed      boolean generated always as (case when withdrawn_at is null then false end) stored,
    unique (scan_id, model_id, preset),
    unique (colorization_id, scan_id),
    constraint colorization_of_closed_scan
        foreign key (scan_id, scan_closed) references scans (scan_id, do_not_colorize)
);
comment on table colorizations is 'A derivative with a typed link to its master and its model; the master stays the object of record.';
comment on column colorizations.scan_closed is
    'False while the colorization stands, null once withdrawn. With its foreign key it makes "do not colorize" a lock: '
    'a flagged scan can have no standing colorization, whichever of the two is written first.';

-- -------------------------------------------------------------- measurements

create table metrics (
    metric           text primary key,
    needs_reference  boolean not null,
    unit             text not null,
    definition       text not null,
    unique (metric, needs_reference)
);
comment on table metrics is 'The metrics that exist, written by the measuring step from heritage_color.metrics.definitions.';

create table measurements (
    colorization_id    bigint not null,
    scan_id            bigint not null,
    metric             text not null,
    needs_reference    boolean not null,
    reference_scan_id  bigint references colour_references (scan_id),
    value              double precision not null,
    measured_at        timestamptz not null default now(),
    primary key (colorization_id, metric),
    foreign key (colorization_id, scan_id) references colorizations (colorization_id, scan_id),
    foreign key (metric, needs_reference) references metrics (metric, needs_reference),
    constraint no_metric_without_truth
        check (not needs_reference or (reference_scan_id is not null and reference_scan_id = scan_id))
);
comment on table measurements is 'One figure of one colorization. PSNR and its kin need a colour reference of the same scan.';

-- -------------------------------------------------------------------- rating

create table campaigns (
    campaign_id   bigint generated always as identity primary key,
    name          text not null unique check (name <> ''),
    question      text not null,
    votes_wanted  integer not null check (votes_wanted > 0),
    opened_at     timestamptz not null default now(),
    closed_at     timestamptz
);
comment on table campaigns is 'A question put to the public about a set of colorizations.';

create table campaign_items (
    item_id          uuid primary key default gen_random_uuid(),
    campaign_id      bigint not null references campaigns,
    colorization_id  bigint not null references colorizations,
    queued_at        timestamptz not null default now(),
    unique (campaign_id, colorization_id)
);
comment on table campaign_items is 'A picture in a campaign. Its random id is all that a rater sees of the catalog.';
create index campaign_items_colorization on campaign_items (colorization_id);
comment on index campaign_items_colorization is 'The review page collects a picture''s votes.';

create table raters (
    rater_id    uuid primary key,
    simulated   boolean not null default false,
    first_seen  timestamptz not null default now(),
    unique (rater_id, simulated)
);
comment on table raters is 'Pseudonyms: a random id in the rater''s own browser. Simulated raters test the statistics and say so.';

create table ratings (
    vote_key   uuid primary key,
    item_id    uuid not null references campaign_items,
    rater_id   uuid not null,
    simulated  boolean not null,
    score      smallint not null check (score between 1 and 5),
    voted_at   timestamptz not null default now(),
    screened_by text,
    unique (item_id, rater_id),
    foreign key (rater_id, simulated) references raters (rater_id, simulated)
);
comment on table ratings is 'Votes, 1 bad to 5 excellent. Written before they are acknowledged, never deleted by screening.';
comment on column ratings.vote_key is 'Made by the browser with the page: the same vote sent twice is one vote.';
comment on column ratings.screened_by is 'The rule that set the vote aside, if any; reversible.';

create table opinion_scores (
    colorization_id  bigint not null references colorizations,
    simulated        boolean not null,
    votes            integer not null check (votes > 0),
    mos              double precision not null check (mos between 1 and 5),
    low              double precision not null check (low between 1 and 5),
    high             double precision not null check (high between 1 and 5),
    recovered        double precision not null,
    scored_at        timestamptz not null default now(),
    primary key (colorization_id, simulated),
    check (low <= mos and mos <= high)
);
comment on table opinion_scores is 'Mean opinion score with a 95% interval; of human votes and of simulated ones, never mixed.';

-- ------------------------------------------------------------------ curation

create type verdict as enum ('approved', 'rejected');

create table decisions (
    decision_id      bigint generated always as identity primary key,
    colorization_id  bigint not null references colorizations,
    verdict          verdict not null,
    reason           text not null,
    note             text not null default '',
    curator          text not null check (curator <> ''),
    decided_at       timestamptz not null default now()
);
comment on table decisions is 'Each decision of a curator. The newest of a colorization holds; the others stay as history.';
create index decisions_newest on decisions (colorization_id, decision_id desc);
comment on index decisions_newest is 'current_decisions takes the newest per colorization.';

create view current_decisions as
    select distinct on (colorization_id) * from decisions order by colorization_id, decision_id desc;

-- --------------------------------------------------------------- publication

create table publications (
    colorization_id  bigint primary key references colorizations,
    manifest_key     text not null unique,
    colour_key       text not null,
    original_key     text not null,
    label            text not null check (label <> ''),
    published_at     timestamptz not null default now(),
    withdrawn_at     timestamptz
);
comment on table publications is 'What stands on the public bucket: written after its objects, before the index that shows it.';

-- -------------------------------------------------------------------- events

create type event_type as enum (
    'message digest calculation', 'validation', 'ingestion', 'fixity check', 'quarantine',
    'derivation', 'appraisal', 'publication', 'deaccession', 'metadata modification'
);

create table events (
    event_id         bigint generated always as identity primary key,
    event_key        text not null unique,
    event_type       event_type not null,
    occurred_at      timestamptz not null default now(),
    agent            text not null,
    outcome          text not null,
    detail           jsonb not null default '{}',
    delivery_id      bigint references deliveries,
    scan_id          bigint references scans,
    colorization_id  bigint references colorizations
);
comment on table events is 'The append-only log, in PREMIS 3 terms.';
comment on column events.event_key is 'Natural key of the act, so that a step run twice leaves one event.';
create index events_scan on events (scan_id, event_id);
comment on index events_scan is 'The page of a scan tells its history.';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The event log is append-only.' using errcode = 'restrict_violation';
end $$;
create trigger events_append_only before update or delete or truncate on events
    for each statement execute function refuse_change();

-- ------------------------------------------------------------------ do not colorize

create function withdraw_colorizations() returns trigger language plpgsql as $$
begin
    update colorizations set withdrawn_at = now() where scan_id = new.scan_id and withdrawn_at is null;
    update colorization_jobs set state = 'refused', lane = null, lease_until = null,
        sentence = 'The scan was flagged "do not colorize": ' || new.do_not_colorize_reason
    where scan_id = new.scan_id and state in ('waiting', 'claimed');
    return new;
end $$;
comment on function withdraw_colorizations is 'Flagging a scan withdraws what was colorized and empties its place in the queue.';
create trigger scans_closed before update of do_not_colorize on scans
    for each row when (new.do_not_colorize and not old.do_not_colorize) execute function withdraw_colorizations();
