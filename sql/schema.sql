-- The catalog's schema as it is today, for reading. `python -m heritage_color.catalog.schema` writes this file from a
-- database that has all migrations. `heritage-color migrate` applies sql/migrations, never this file.

set check_function_bodies = off;

-- -------------------------------------------------------------------------------------------------------------- types

create type account_role as enum ('rater', 'digitizer', 'curator', 'scheduler', 'administrator');

create type champion_move_kind as enum ('promotion', 'roll back');

create type colour_vision as enum ('normal', 'deficient', 'unknown');

create type debt_state as enum ('owed', 'replaced', 'waived');

create type delivery_state as enum ('received', 'ingested');

create type event_type as enum (
    'message digest calculation',
    'validation',
    'ingestion',
    'fixity check',
    'quarantine',
    'derivation',
    'appraisal',
    'publication',
    'deaccession',
    'metadata modification',
    'replication'
);

create type file_outcome as enum ('accepted', 'duplicate', 'refused');

create type file_role as enum ('scan', 'reference');

create type hold_state as enum ('held', 'released', 'confirmed');
comment on type hold_state is
    'held: nobody has looked. released: the votes count again. confirmed: they stay set aside.';

create type item_role as enum ('ordinary', 'hidden-reference', 'gold', 'trap', 'training');
comment on type item_role is
    'Only ordinary items and hidden references are scored. gold: the answer is known. trap: nobody who looks '
    'can miss it.';

create type job_state as enum ('waiting', 'claimed', 'done', 'refused', 'failed');

create type likeness_state as enum ('open', 'same picture', 'different');

create type link_rule as enum ('replaces', 'identifier', 'file name');

create type pair_choice as enum ('first', 'second');

create type preset as enum ('faithful', 'balanced', 'vivid');

create type rating_method as enum ('acr', 'acr-hr', 'pairs', 'turing');
comment on type rating_method is
    'acr: one score per picture. acr-hr: the same with true-colour photographs hidden among them. pairs: '
    'which of two
    colorizations. turing: which of two is not the real photograph, one second each (Zhang '
    'et al. 2016).';

create type review_state as enum (
    'undecided',
    'approved once',
    'approved',
    'rejected',
    'sent back',
    'published',
    'withdrawn'
);

create type run_origin as enum ('person', 'plan', 'bell', 'schedule', 'asset', 'airflow');
comment on type run_origin is
    'Who began it: a person or a plan of ours, an act that rang, the DAG''s own schedule or asset, somebody in '
    'Airflow.';

create type run_state as enum (
    'planned',
    'asked',
    'queued',
    'running',
    'waiting',
    'done',
    'failed',
    'stopped',
    'cancelled',
    'refused'
);
comment on type run_state is
    'planned: due later. asked: not sent yet. waiting: for a person''s answer. cancelled: never sent. refused: '
    'the orchestrator would not take it.';

create type severity as enum ('error', 'warning');

create type tag_state as enum ('proposed', 'accepted', 'refused');

create type upload_state as enum ('open', 'finished', 'abandoned');

create type verdict as enum ('approved', 'approved once', 'rejected', 'sent back', 'undecided');

-- --------------------------------------------------------------------------- functions that columns are computed with

create function expected_half_width(votes integer, total bigint, squares bigint, pending integer, of_all double precision)
returns double precision language plpgsql immutable parallel safe as $$
declare
    n double precision := votes + pending;
    mean double precision := case when votes > 0 then total::float8 / votes else 3 end;
    mean_square double precision := case when votes > 0 then squares::float8 / votes else 9 + 4 * of_all end;
    room double precision := greatest((mean - 1) * (5 - mean), 0);
    seen double precision := n * greatest(mean_square - mean * mean, 0);
    possible double precision := greatest(n - 1, 0) * room + seen / greatest(n, 1);
    degrees double precision := greatest(n - 1, 0) + 30;
    z constant double precision := 2.0046544617650963;
    quantile double precision := z + (z^3 + z) / (4 * degrees) + (5 * z^5 + 16 * z^3 + 3 * z) / (96 * degrees^2)
        + (3 * z^7 + 19 * z^5 + 17 * z^3 - 15 * z) / (384 * degrees^3);
    share double precision := (mean - 1) / 4;
    spread double precision;
    lack double precision;
    half double precision;
begin
    if n = 0 then
        return 2;
    end if;
    spread := case when room > 0 then (seen + 6 * of_all * room) / (possible + 6 * room) else of_all end;
    lack := quantile^2 * least(greatest(spread, 0.05), 1) / n;
    half := sqrt(share * (1 - share) * lack + lack^2 / 4) / (1 + lack);
    return 2 * (least(greatest((share + lack / 2) / (1 + lack) + half, share), 1)
        - greatest(least((share + lack / 2) / (1 + lack) - half, share), 0));
end $$;
comment on function expected_half_width is
    'Half the width 0..2 of the interval that looks after every vote, when the votes on their way are in: '
    'what benchmarks/allocation.py computes for simulations. Student''s quantile by the expansion of Fisher '
    'and Cornish (1960), exact to 1e-6 here.';

-- ----------------------------------------------------------------------------------------------------------- accounts

create table accounts (
    account_id    bigint generated always as identity primary key,
    name          text not null check (name = btrim(name) and name <> '' and char_length(name) <= 200),
    display_name  text not null check (btrim(display_name) <> ''),
    roles         account_role[] not null check (cardinality(roles) > 0 and array_position(roles, null::account_role) is null),
    issuer        text check (issuer <> ''),
    subject       text check (subject <> ''),
    generation    integer not null default 1,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    unique (issuer, subject),
    check ((issuer is null) = (subject is null))
);
comment on table accounts is
    'People who may sign in. A row is never deleted: the log of events names accounts by their number.';
comment on column accounts.name is 'What the person types at sign-in, and commands take; unique whatever the case.';
comment on column accounts.display_name is 'What stands under the person''s decisions.';
comment on column accounts.issuer is
    'With subject: who this is at an OpenID Connect provider. Null for accounts that sign in with a password.';
comment on column accounts.generation is
    'Sessions carry it; another password or role counts it up, which ends all sessions before.';

create unique index accounts_name on accounts (lower(name collate pg_c_utf8));
comment on index accounts_name is 'One account per name, whatever the case; signing in finds the account by it.';

-- -------------------------------------------------------------------------------------------------- account_passwords

create table account_passwords (
    account_id  bigint primary key references accounts(account_id),
    hash        text not null check (hash ~~ '$argon2id$%'),
    temporary   boolean not null default false,
    set_at      timestamptz not null default now()
);
comment on table account_passwords is
    'Argon2id hashes, apart from the accounts: the export of the catalog, which is kept for ever, leaves them '
    'out.';
comment on column account_passwords.temporary is
    'Chosen by somebody else: the person chooses another before anything.';

-- -------------------------------------------------------------------------------------------------------------- bells

create table bells (
    bell_id  bigint generated always as identity primary key,
    bell     text not null,
    dag_id   text not null,
    rung_at  timestamptz not null default now()
);
comment on table bells is
    'Acts whose DAG shall start at once, written with the act; a row goes when a run that begins after it is '
    'asked for.';

create index bells_of_dag on bells (dag_id, bell_id);
comment on index bells_of_dag is 'waiting_bells reads which DAGs are rung for.';

-- ----------------------------------------------------------------------------------------------------- bulk_decisions

create table bulk_decisions (
    bulk_id     uuid primary key,
    verdict     verdict not null,
    reason      text not null,
    note        text not null default '',
    curator     text not null check (curator <> ''),
    account_id  bigint,
    asked       integer not null check (asked >= 1 and asked <= 200),
    skipped     jsonb not null default '[]',
    decided_at  timestamptz not null default now()
);
comment on table bulk_decisions is
    'One decision on up to 200 colorizations: what was asked for, and which were skipped and why.';
comment on column bulk_decisions.bulk_id is 'Made with the page: the same form sent twice is one.';

-- ---------------------------------------------------------------------------------------------------------- campaigns

create table campaigns (
    campaign_id        bigint generated always as identity primary key,
    name               text not null unique check (name <> ''),
    question           text not null,
    votes_wanted       integer not null check (votes_wanted > 0),
    opened_at          timestamptz not null default now(),
    closed_at          timestamptz,
    method             rating_method not null default 'acr',
    instructions       text not null default '',
    consent            text not null default '',
    consent_version    integer not null default 1 check (consent_version > 0),
    languages          text[] not null default '{en,ne,es}' check (cardinality(languages) > 0),
    target_half_width  double precision check (target_half_width > 0),
    votes_least        integer not null default 8 check (votes_least > 0),
    rater_cap          integer not null default 200 check (rater_cap > 0),
    control_every      integer not null default 12 check (control_every >= 0),
    screening          jsonb not null default '{}',
    panel              jsonb,
    paused_at          timestamptz,
    spread             double precision not null default 0.3 check (spread > 0 and spread <= 1),
    imported_from      jsonb,
    due_on             date,
    is_imported        boolean not null generated always as (imported_from is not null) stored,
    constraint campaigns_imported unique (campaign_id, is_imported),
    constraint imported_is_closed check (imported_from is null or closed_at is not null)
);
comment on table campaigns is 'A question put to the public about a set of colorizations.';
comment on column campaigns.instructions is
    'Shown before the first picture; empty: those of the method in the rater''s language.';
comment on column campaigns.consent is 'What a rater agrees to; empty: the standard text in the rater''s language.';
comment on column campaigns.consent_version is
    'Rises with every change of the text: who agreed to an older one is asked again.';
comment on column campaigns.target_half_width is
    'A picture whose 95% interval is as narrow as this retires early; null: only votes_wanted retires.';
comment on column campaigns.votes_least is 'Votes before early retirement is considered at all.';
comment on column campaigns.rater_cap is 'Votes that one rater may give in this campaign.';
comment on column campaigns.control_every is 'One picture in so many is a gold or trap item; 0: none.';
comment on column campaigns.screening is 'Rules and limits that set votes aside, by name; empty: the standard ones.';
comment on column campaigns.panel is
    'For paid panels: parameter of their rater ids, completion code, votes asked for, address to return to.';
comment on column campaigns.paused_at is
    'A paused campaign shows no pictures, but takes votes on pictures shown already.';
comment on column campaigns.spread is
    'Spread of the campaign''s votes (interval.spread_of_all) when it was last scored.';
comment on column campaigns.imported_from is
    'Where the votes of another laboratory come from: file, checksum, scale, counts. Null: the campaign is '
    'our own.';
comment on column campaigns.due_on is
    'When the campaign should have all its votes; watch_campaigns tells when its pace will not do.';

-- ------------------------------------------------------------------------------------------------------ campaign_days

create table campaign_days (
    campaign_id  bigint not null references campaigns(campaign_id),
    day          date not null,
    simulated    boolean not null,
    answer       text not null,
    votes        integer not null,
    set_aside    integer not null,
    last_at      timestamptz not null,
    primary key (campaign_id, day, simulated, answer)
);
comment on table campaign_days is
    'Votes per campaign, day (UTC) and answer (1 to 5, first, second), kept by the trigger count_days, never '
    'written otherwise.';
comment on column campaign_days.set_aside is 'Votes that screening or a hold has set aside; `votes` are the others.';
comment on column campaign_days.last_at is 'When the newest of them was given; stays when votes are erased.';

-- --------------------------------------------------------------------------------------------------- campaign_figures

create table campaign_figures (
    campaign_id  bigint primary key references campaigns(campaign_id),
    figures      jsonb not null,
    made_at      timestamptz not null default now()
);
comment on table campaign_figures is
    'What the plots of a campaign show beyond counts per day: made every hour by watch_campaigns, so that a '
    'page reads one row.';

-- ------------------------------------------------------------------------------------------------------------- models

create table models (
    model_id              bigint generated always as identity primary key,
    method                text not null,
    weights_sha256        char(64) not null,
    card                  jsonb not null,
    registered_at         timestamptz not null default now(),
    weights_key           text unique,
    card_key              text unique,
    code_revision         text,
    data_manifest_sha256  char(64) check (data_manifest_sha256 ~ '^[0-9a-f]{64}$'),
    parent_id             bigint references models(model_id),
    protocol              jsonb,
    judged_at             timestamptz,
    promotable            boolean generated always as (weights_key is not null and (coalesce(protocol -> 'skin_tone', 'null'::jsonb) <> all (array['null'::jsonb, '{}'::jsonb, '[]'::jsonb])) and (coalesce(protocol -> 'era', 'null'::jsonb) <> all (array['null'::jsonb, '{}'::jsonb, '[]'::jsonb]))) stored,
    unique (method, weights_sha256),
    unique (model_id, method),
    unique (model_id, method, promotable),
    check (parent_id <> model_id),
    constraint models_check1 check ((weights_key is null) = (card_key is null)),
    constraint models_check2 check ((protocol is null) = (judged_at is null))
);
comment on table models is 'A method with one set of weights. Which weights made a picture is part of its record.';
comment on column models.weights_key is
    'The weight file in the archive bucket, its card beside it under card_key; null while only installed '
    'weights were used.';
comment on column models.code_revision is 'The commit that trained it, as its card says.';
comment on column models.data_manifest_sha256 is
    'SHA-256 of the list of photographs it was trained on, as its card says.';
comment on column models.parent_id is 'The model whose weights the training started from, if any.';
comment on column models.protocol is 'Its benchmark: its own rows and those of the baselines, the newest judging.';
comment on column models.promotable is
    'Whether its weights are in the archive and its benchmark reports by skin tone and by era: no champion '
    'without.';

-- --------------------------------------------------------------------------------------------------------- deliveries

create table deliveries (
    delivery_id         bigint generated always as identity primary key,
    name                text not null check (name <> ''),
    source              text not null,
    fingerprint         char(64) not null unique,
    state               delivery_state not null default 'received',
    received_at         timestamptz not null default now(),
    ingested_at         timestamptz,
    bag_info            jsonb not null default '[]' check (jsonb_typeof(bag_info) = 'array'),
    checksums_listed    integer not null default 0,
    checksums_verified  integer not null default 0,
    profiles            jsonb not null default '[]' check (jsonb_typeof(profiles) = 'array'),
    looked_at           jsonb not null default '{}',
    check ((state = 'ingested'::delivery_state) = (ingested_at is not null))
);
comment on table deliveries is 'One delivery of scans by a digitization team.';
comment on column deliveries.fingerprint is
    'SHA-256 over the sorted paths and checksums of all files: the same delivery sent twice is one row.';
comment on column deliveries.bag_info is
    'bag-info.txt of a delivery that came as a bag, as pairs of label and value in their order; labels may '
    'come twice.';
comment on column deliveries.checksums_listed is 'Checksums that came with the delivery, for its report.';
comment on column deliveries.checksums_verified is 'How many of them its files have.';
comment on column deliveries.profiles is 'The technical profiles that its scans were compared with, for its report.';
comment on column deliveries.looked_at is
    'What its report says of the virus scan, of free space and of second readings; empty of deliveries before '
    'these.';

-- -------------------------------------------------------------------------------------------------------------- scans

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
    bits                    smallint not null check (bits >= 1 and bits <= 32),
    channels                smallint not null check (channels >= 1 and channels <= 5),
    bytes                   bigint not null check (bytes > 0),
    object_key              text not null unique,
    embedded_metadata       jsonb not null default '{}',
    further_columns         jsonb not null default '{}',
    first_delivery_id       bigint not null references deliveries(delivery_id),
    ingested_at             timestamptz not null default now(),
    fixity_checked_at       timestamptz not null default now(),
    fixity_intact           boolean not null default true,
    preview_key             text,
    description             text not null default '',
    described_by            jsonb not null default '{}',
    sidecar_key             text,
    sidecar_metadata        jsonb not null default '{}',
    withdrawn_at            timestamptz,
    withdrawn_by            text not null default '',
    withdrawn_reason        text not null default '',
    unique (scan_id, do_not_colorize),
    check (not do_not_colorize or do_not_colorize_reason <> ''),
    constraint scans_check1 check ((sidecar_key is null) = (sidecar_metadata = '{}'::jsonb)),
    constraint tombstone_has_reason check ((withdrawn_at is null) = (withdrawn_reason = '')),
    constraint tombstone_is_closed check (withdrawn_at is null or do_not_colorize)
);
comment on table scans is 'Masters: one row per checksum, never altered, stored under their content hash.';
comment on column scans.embedded_metadata is
    'EXIF, IPTC, XMP and header facts as they were inside the master; of long texts the beginning, the master '
    'has all.';
comment on column scans.further_columns is
    'Columns of the supplier''s manifest that we do not know, kept as they came.';
comment on column scans.preview_key is
    'A JPEG of at most 1600 pixels in the archive bucket, for the pages; null where none could be made.';
comment on column scans.described_by is
    'Where title, creator, date, place, rights and description came from at ingest: manifest.csv, the '
    'sidecar, XMP, IPTC or EXIF.';
comment on column scans.sidecar_key is
    'The XMP file that came beside the master, in the archive bucket; null where none came.';
comment on column scans.sidecar_metadata is 'The properties of that file, by name.';
comment on column scans.withdrawn_at is
    'When the scan was withdrawn. Its row stays as a tombstone: the identifier is never given to another '
    'picture.';
comment on column scans.withdrawn_reason is 'What the public page of the identifier says in the picture''s place.';

create index scans_damaged on scans (scan_id) where not fixity_intact;
comment on index scans_damaged is 'The pages and the alarm ask for damaged objects, of which there are hardly any.';
create index scans_fixity on scans (fixity_checked_at);
comment on index scans_fixity is 'audit_fixity reads the master that was checked longest ago first.';
create index scans_ingested on scans (ingested_at);
comment on index scans_ingested is 'The page of runs counts what was taken in since yesterday.';

create function refuse_rewriting()
returns trigger language plpgsql as $$
begin
    raise exception 'What came with scan % is written once.', old.scan_id using errcode = 'restrict_violation';
end $$;
comment on function refuse_rewriting is
    'The supplier''s file name and metadata stay as they came, whatever is corrected elsewhere.';

create function retire_closed()
returns trigger language plpgsql as $$
begin
    update campaign_items set retired_by = 'withdrawn' where reference_scan_id = new.scan_id;
    return null;
end $$;
comment on function retire_closed is
    'Of a photograph that may not be colorized, the true colours are shown to no rater either.';

create function review_of_scan()
returns trigger language plpgsql as $$
begin
    perform refresh_review(array(select colorization_id from colorizations where scan_id = new.scan_id));
    return null;
end $$;
comment on function review_of_scan is 'A scan went to another collection.';

create function withdraw_colorizations()
returns trigger language plpgsql as $$
begin
    update colorizations set withdrawn_at = now() where scan_id = new.scan_id and withdrawn_at is null;
    update colorization_jobs set state = 'refused', lane = null, lease_until = null,
        sentence = 'The scan was flagged "do not colorize": ' || new.do_not_colorize_reason
    where scan_id = new.scan_id and state in ('waiting', 'claimed');
    return new;
end $$;
comment on function withdraw_colorizations is
    'Flagging a scan withdraws what was colorized and empties its place in the queue.';

create trigger scans_closed before update of do_not_colorize on scans
    for each row when (new.do_not_colorize and not old.do_not_colorize)
    execute function withdraw_colorizations();
create trigger scans_closed_to_raters after update of do_not_colorize on scans
    for each row when (new.do_not_colorize and not old.do_not_colorize)
    execute function retire_closed();
create trigger scans_reviewed after update of collection on scans
    for each row when (new.collection <> old.collection)
    execute function review_of_scan();
create trigger scans_written_once before update of supplier_filename, embedded_metadata, sidecar_key, sidecar_metadata, further_columns on scans
    for each row when (old.supplier_filename is distinct from new.supplier_filename or old.embedded_metadata is distinct from new.embedded_metadata or old.sidecar_key is distinct from new.sidecar_key or old.sidecar_metadata is distinct from new.sidecar_metadata or old.further_columns is distinct from new.further_columns)
    execute function refuse_rewriting();

-- ------------------------------------------------------------------------------------------------------ colorizations

create table colorizations (
    colorization_id       bigint generated always as identity primary key,
    scan_id               bigint not null references scans(scan_id),
    model_id              bigint not null references models(model_id),
    preset                preset not null,
    object_key            text not null,
    preview_key           text not null,
    original_preview_key  text not null,
    sha256                char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type            text not null,
    bytes                 bigint not null check (bytes > 0),
    settings              jsonb not null,
    colorized_at          timestamptz not null default now(),
    withdrawn_at          timestamptz,
    scan_closed           boolean generated always as (case when withdrawn_at is null then false else null::boolean end) stored,
    uncertainty_key       text,
    fixity_checked_at     timestamptz not null default now(),
    fixity_intact         boolean not null default true,
    unsure_p95            double precision check (unsure_p95 >= 0 and unsure_p95 <= 1),
    unsure_from           double precision check (unsure_from >= 0 and unsure_from <= 1),
    too_unsure            boolean not null generated always as (coalesce(unsure_p95 >= unsure_from, false)) stored,
    unique (colorization_id, scan_id),
    unique (scan_id, model_id, preset),
    constraint colorization_of_closed_scan foreign key (scan_id, scan_closed) references scans(scan_id, do_not_colorize)
);
comment on table colorizations is
    'A derivative with a typed link to its master and its model; the master stays the object of record.';
comment on column colorizations.scan_closed is
    'False while the colorization stands, null once withdrawn. With its foreign key it makes "do not '
    'colorize" a lock: a flagged scan can have no standing colorization, whichever of the two is written '
    'first.';
comment on column colorizations.uncertainty_key is
    'A small grey PNG in the archive bucket, bright where the method was unsure; null where it cannot tell.';
comment on column colorizations.unsure_p95 is
    'The 95th percentile of the map of uncertainty over what is photograph; null where it was not measured.';
comment on column colorizations.unsure_from is
    'The model card''s threshold when the colorization was made; null where the card has none.';
comment on column colorizations.too_unsure is
    'Held back from campaigns and from approval of many at once: only a curator who looks at it may approve '
    'it.';

create index colorizations_colorized on colorizations (colorized_at);
comment on index colorizations_colorized is
    'The page of runs counts what was coloured since yesterday, and how long it took.';
create index colorizations_damaged on colorizations (colorization_id) where not fixity_intact;
comment on index colorizations_damaged is 'As scans_damaged.';
create index colorizations_fixity on colorizations (fixity_checked_at);
comment on index colorizations_fixity is 'audit_fixity reads the colorization that was checked longest ago first.';
create index colorizations_too_unsure on colorizations (colorization_id) where too_unsure;
comment on index colorizations_too_unsure is 'What is held back is counted for campaigns and exports.';

create function retire_withdrawn()
returns trigger language plpgsql as $$
begin
    update campaign_items set retired_by = 'withdrawn'
    where colorization_id = new.colorization_id or other_colorization_id = new.colorization_id;
    return null;
end $$;
comment on function retire_withdrawn is 'What is withdrawn is shown to nobody, whatever its role.';

create function review_of_row()
returns trigger language plpgsql as $$
begin
    perform refresh_review(array[new.colorization_id]);
    return null;
end $$;
comment on function review_of_row is 'Something was written of one colorization.';

create trigger colorizations_reviewed after insert or update of withdrawn_at on colorizations
    for each row
    execute function review_of_row();
create trigger colorizations_withdrawn after update of withdrawn_at on colorizations
    for each row when (new.withdrawn_at is not null and old.withdrawn_at is null)
    execute function retire_withdrawn();

-- -------------------------------------------------------------------------------------------------- colour_references

create table colour_references (
    scan_id            bigint primary key references scans(scan_id),
    sha256             char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
    object_key         text not null,
    media_type         text not null,
    bytes              bigint not null check (bytes > 0),
    fixity_checked_at  timestamptz not null default now(),
    fixity_intact      boolean not null default true,
    preview_key        text
);
comment on table colour_references is 'The true colour of a scan, where one exists. Only then can MSE and PSNR exist.';
comment on column colour_references.preview_key is
    'A JPEG of at most 1600 pixels in the archive bucket, made when a campaign first shows it.';

create index colour_references_damaged on colour_references (scan_id) where not fixity_intact;
comment on index colour_references_damaged is 'As scans_damaged.';
create index colour_references_fixity on colour_references (fixity_checked_at);
comment on index colour_references_fixity is 'audit_fixity reads the reference that was checked longest ago first.';

-- ----------------------------------------------------------------------------------------------------- campaign_items

create table campaign_items (
    item_id                uuid default gen_random_uuid() primary key,
    campaign_id            bigint not null references campaigns(campaign_id),
    colorization_id        bigint references colorizations(colorization_id),
    queued_at              timestamptz not null default now(),
    human_votes            integer not null default 0,
    role                   item_role not null default 'ordinary',
    reference_scan_id      bigint references colour_references(scan_id),
    other_colorization_id  bigint references colorizations(colorization_id),
    altered_key            text,
    expected_low           smallint check (expected_low >= 1 and expected_low <= 5),
    expected_high          smallint,
    retired_at             timestamptz,
    retired_by             text,
    scan_id                bigint not null references scans(scan_id),
    total                  integer not null default 0,
    squares                integer not null default 0,
    pending                integer not null default 0 check (pending >= 0),
    revision               bigint not null default 0,
    need                   smallint not null generated always as (ceil(20 * expected_half_width(human_votes, total::bigint, squares::bigint, pending, 0.3::double precision))) stored,
    of_imported            boolean not null generated always as (false) stored,
    constraint in_a_campaign_once unique nulls not distinct (campaign_id, role, colorization_id, other_colorization_id, reference_scan_id, altered_key),
    constraint no_items_of_others foreign key (campaign_id, of_imported) references campaigns(campaign_id, is_imported),
    check (expected_high >= expected_low and expected_high <= 5),
    constraint shows_something check (num_nonnulls(colorization_id, reference_scan_id, altered_key) > 0),
    constraint two_different check (other_colorization_id <> colorization_id)
);
comment on table campaign_items is 'A picture in a campaign. Its random id is all that a rater sees of the catalog.';
comment on column campaign_items.human_votes is
    'Votes of people that screening has not set aside; kept by the trigger count_human_votes, never written '
    'otherwise.';
comment on column campaign_items.reference_scan_id is
    'A true-colour photograph: shown alone as hidden reference, or beside its colorization in a Turing test.';
comment on column campaign_items.other_colorization_id is 'The second picture of a pair; both are of the same scan.';
comment on column campaign_items.altered_key is
    'Archive key of a picture made for control, such as colours turned to their opposites.';
comment on column campaign_items.expected_low is
    'Lowest score of an attentive rater, for gold, trap and training items; in pairs 1 means the first, 2 the '
    'second.';
comment on column campaign_items.retired_by is 'votes, precision, rejected or withdrawn.';
comment on column campaign_items.scan_id is 'The photograph: a rater never sees the same one twice in a row.';
comment on column campaign_items.total is
    'Sum of the scores of the votes in human_votes; a choice counts as 1 (first) or 5 (second).';
comment on column campaign_items.squares is 'Sum of their squares.';
comment on column campaign_items.pending is
    'Reservations that stand, of pictures that are scored; 0 for others, which never run out.';
comment on column campaign_items.revision is
    'Rises with every change of votes of any kind: what is scored is known by it.';
comment on column campaign_items.need is
    'Twentieths of a score: half the width of its interval once the votes on their way are in.';
comment on column campaign_items.of_imported is
    'Always false. With its foreign key it keeps our pictures, and so our votes, out of imported campaigns.';

create index campaign_items_colorization on campaign_items (colorization_id);
comment on index campaign_items_colorization is 'The review page collects a picture''s votes.';
create index campaign_items_control on campaign_items (campaign_id, role)
    where role = any (array['gold'::item_role, 'trap'::item_role, 'training'::item_role]);
comment on index campaign_items_control is 'Control and training items are few and found by their role.';
create index campaign_items_need on campaign_items (campaign_id, need, item_id)
    where retired_at is null and (role = any (array['ordinary'::item_role, 'hidden-reference'::item_role]));
comment on index campaign_items_need is
    'pick_item takes the picture with the widest interval, among equals one in a random place.';
create index campaign_items_other on campaign_items (other_colorization_id) where other_colorization_id is not null;
comment on index campaign_items_other is 'A withdrawn colorization is found in the pairs that show it.';
create index campaign_items_reference on campaign_items (reference_scan_id) where reference_scan_id is not null;
comment on index campaign_items_reference is
    'A withdrawn photograph is found in the items that show its true colours.';

create function place_item()
returns trigger language plpgsql as $$
declare
    campaign campaigns;
begin
    if new.scan_id is null then
        new.scan_id := coalesce(new.reference_scan_id,
            (select scan_id from colorizations where colorization_id = new.colorization_id));
    end if;
    if new.retired_by is null or new.retired_by in ('votes', 'precision') then
        select * into campaign from campaigns where campaign_id = new.campaign_id;
        new.retired_by := retirement(new.role, new.human_votes, new.total, new.squares, campaign);
    end if;
    if new.retired_by is null then
        new.retired_at := null;
    elsif new.retired_at is null or tg_op = 'UPDATE' and new.retired_by is distinct from old.retired_by then
        new.retired_at := now();
    end if;
    return new;
end $$;
comment on function place_item is
    'An item knows its photograph, and whether it is retired: by votes and precision as they come and go, by '
    'rejection and withdrawal until these are taken back.';

create trigger campaign_items_placed before insert or update of human_votes, total, squares, retired_by on campaign_items
    for each row
    execute function place_item();

-- --------------------------------------------------------------------------------------------------- campaign_results

create table campaign_results (
    campaign_id  bigint not null references campaigns(campaign_id),
    simulated    boolean not null,
    votes        integer not null,
    revision     numeric not null,
    result       jsonb not null,
    computed_at  timestamptz not null default now(),
    primary key (campaign_id, simulated)
);
comment on table campaign_results is
    'What a campaign says as a whole: agreement (acr), strengths of models and presets (pairs), fooling rates '
    '(turing).';
comment on column campaign_results.revision is
    'Sum of the revisions of its items: another one now, and there are new votes.';

-- ----------------------------------------------------------------------------------------------------- champion_moves

create table champion_moves (
    move_id        bigint generated always as identity primary key,
    method         text not null,
    kind           champion_move_kind not null,
    model_id       bigint,
    from_model_id  bigint,
    approved_by    text not null check (approved_by ~ '\S'),
    why            text not null check (why ~ '\S'),
    figures        jsonb not null,
    approved_at    timestamptz not null default now(),
    promotable     boolean generated always as (case when model_id is not null then true else null::boolean end) stored,
    foreign key (from_model_id, method) references models(model_id, method),
    constraint champion_without_weights_or_reports foreign key (model_id, method, promotable) references models(model_id, method, promotable),
    check (kind = 'roll back'::champion_move_kind or model_id is not null),
    constraint champion_moves_check1 check (model_id is distinct from from_model_id)
);
comment on table champion_moves is
    'Which model a method colours with, move by move, append-only. No model_id: the installed weights, as '
    'before the first.';
comment on column champion_moves.figures is 'What the gate compared at the time of the promotion.';
comment on column champion_moves.promotable is
    'With its foreign key a rule: a champion has its weights in the archive and its reports, as long as the '
    'row stands.';

create index champion_moves_newest on champion_moves (method, move_id desc);
comment on index champion_moves_newest is 'champions takes the newest move of each method.';

create function refuse_change()
returns trigger language plpgsql as $$
begin
    raise exception 'The table % is append-only.', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger champion_moves_append_only before delete or update or truncate on champion_moves
    for each statement
    execute function refuse_change();

-- ------------------------------------------------------------------------------------------------------- planned_runs

create table planned_runs (
    plan_id       bigint generated always as identity primary key,
    request_key   uuid not null unique,
    kind          text not null check (kind <> ''),
    parameters    jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
    weekdays      smallint[] not null check (cardinality(weekdays) >= 1 and cardinality(weekdays) <= 7 and weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
    at            time without time zone not null,
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

-- --------------------------------------------------------------------------------------------------------------- runs

create table runs (
    run_id          bigint generated always as identity primary key,
    request_key     uuid not null default gen_random_uuid() unique,
    kind            text not null,
    dag_id          text not null check (dag_id <> ''),
    airflow_run_id  text check (airflow_run_id <> ''),
    origin          run_origin not null,
    occasion        text not null default '',
    asked_by        text not null default '',
    account_id      bigint,
    parameters      jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
    plan_id         bigint references planned_runs(plan_id),
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
    check ((state = any (array['done'::run_state, 'failed'::run_state, 'stopped'::run_state, 'cancelled'::run_state, 'refused'::run_state])) = (ended_at is not null))
);
comment on table runs is
    'Each run of a DAG: those that somebody asked for, and copies of those that the orchestrator began by '
    'itself.';
comment on column runs.request_key is
    'From the form, or made of what rang: the same request is one run, and its name in Airflow is made of it.';
comment on column runs.kind is 'What it does, a word of heritage_color/runs/forms.py.';
comment on column runs.airflow_run_id is
    'The run''s name in Airflow; known before it is sent, so that it is sent once.';
comment on column runs.occasion is 'What rang: a delivery was handed in, a picture was sent back.';
comment on column runs.total is 'Pictures, files or objects that it works on, where that can be counted.';
comment on column runs.traceback is 'For engineers: what the failed task''s log holds.';
comment on column runs.link is 'The page of the web application that shows what came of it.';
comment on column runs.stop_asked_by is 'Who wants it stopped; the follower does so at its next look.';
comment on column runs.retry_asked_by is
    'Who wants its failed tasks tried again; the follower does so at its next look.';

create index runs_changed on runs (changed_at);
comment on index runs_changed is 'newest_change tells pages whether there is anything new.';
create index runs_ended on runs (ended_at desc, run_id desc) where ended_at is not null;
comment on index runs_ended is 'recent_runs lists what ended, newest first, page by page.';
create index runs_of_plan on runs (plan_id) where plan_id is not null;
comment on index runs_of_plan is 'The next run of a plan, and those that a changed plan takes back.';
create index runs_open on runs (run_id) where ended_at is null;
comment on index runs_open is 'open_runs, and what the follower has to send, stop and ask after.';

-- -------------------------------------------------------------------------------------------------- colorization_jobs

create table colorization_jobs (
    scan_id      bigint not null references scans(scan_id),
    model_id     bigint not null references models(model_id),
    preset       preset not null,
    state        job_state not null default 'waiting',
    lane         text,
    lease_until  timestamptz,
    attempts     smallint not null default 0,
    sentence     text,
    run_id       bigint references runs(run_id),
    ended_at     timestamptz,
    primary key (scan_id, model_id, preset),
    check ((state = 'claimed'::job_state) = (lease_until is not null))
);
comment on table colorization_jobs is 'The queue that lanes drain. One job per scan, model and preset, for ever.';
comment on column colorization_jobs.run_id is 'The run that queued it last; null for jobs that a curator asked for.';
comment on column colorization_jobs.ended_at is
    'When it was done, refused or failed; of jobs before this column null.';

create index colorization_jobs_of_run on colorization_jobs (run_id, state, scan_id) where run_id is not null;
comment on index colorization_jobs_of_run is 'job_counts counts the jobs of a run by their state, and lists them.';
create index colorization_jobs_queue on colorization_jobs (scan_id)
    where state = any (array['waiting'::job_state, 'claimed'::job_state]);
comment on index colorization_jobs_queue is 'claim_jobs reads the open jobs in the order of their scans.';

-- -------------------------------------------------------------------------------------------------------------- debts

create table debts (
    delivery_id    bigint not null references deliveries(delivery_id),
    path           text not null,
    identifier     text not null default '',
    missing        boolean not null default false,
    waived_at      timestamptz,
    waived_by      text not null default '',
    waived_reason  text not null default '',
    changes        integer not null default 0,
    primary key (delivery_id, path),
    check ((waived_at is null) = (waived_by = '')),
    constraint debts_check1 check ((waived_at is null) = (waived_reason = ''))
);
comment on table debts is
    'Files that a delivery owes: refused, or named in its manifest.csv and not delivered. Never deleted.';
comment on column debts.identifier is
    'As manifest.csv names it; empty where it names none, or one that was not its own.';
comment on column debts.missing is 'It did not come at all.';
comment on column debts.waived_at is 'Somebody has said that it is owed no longer, and why.';
comment on column debts.changes is
    'How often people changed its state: the number of its newest event, debt/<delivery>/<number>/<path>.';

create index debts_identifier on debts (identifier) where identifier <> '';
comment on index debts_identifier is 'find_debts looks a replacement up by its identifier.';
create index debts_path on debts (path);
comment on index debts_path is 'find_debts looks a replacement up by the name of the file that it replaces.';

-- ---------------------------------------------------------------------------------------------------------- decisions

create table decisions (
    decision_id        bigint generated always as identity primary key,
    colorization_id    bigint not null references colorizations(colorization_id),
    verdict            verdict not null,
    reason             text not null,
    note               text not null default '',
    curator            text not null check (curator <> ''),
    decided_at         timestamptz not null default now(),
    account_id         bigint,
    first_decision_id  bigint references decisions(decision_id),
    bulk_id            uuid references bulk_decisions(bulk_id),
    undoes             bigint references decisions(decision_id),
    undone_by          text check (undone_by <> ''),
    undone_at          timestamptz,
    constraint undecided_by_undoing_alone check (verdict <> 'undecided'::verdict or undoes is not null),
    constraint undoing_is_complete check (num_nonnulls(undoes, undone_by, undone_at) = any (array[0, 3]))
);
comment on table decisions is
    'Each decision of a curator. The newest of a colorization holds; the others stay as history.';
comment on column decisions.account_id is 'The curator''s account; null for rules and scripts.';
comment on column decisions.first_decision_id is
    'Where four eyes are asked for: the approval by somebody else that this one completes.';
comment on column decisions.undoes is
    'This row takes that decision back: it repeats what held before, with that curator and moment, or is '
    'undecided.';

create index decisions_decided on decisions (decided_at);
comment on index decisions_decided is 'The page of runs counts what was decided since yesterday.';
create index decisions_newest on decisions (colorization_id, decision_id desc);
comment on index decisions_newest is 'current_decisions takes the newest per colorization.';
create index decisions_of_bulk on decisions (bulk_id) where bulk_id is not null;
comment on index decisions_of_bulk is 'A bulk is shown and undone as a whole.';
create unique index decisions_undone_once on decisions (undoes) where undoes is not null;
comment on index decisions_undone_once is 'A decision is taken back once, also when two press the button.';

create function refuse_single_approval()
returns trigger language plpgsql as $$
begin
    if exists (
        select from colorizations c
        where c.colorization_id = new.colorization_id and asks_for_four_eyes(c.scan_id)
    ) and not exists (
        select from decisions f
        where f.decision_id = new.first_decision_id and f.colorization_id = new.colorization_id
            and f.verdict in ('approved', 'approved once')
            and case when f.account_id is null or new.account_id is null
                then lower(f.curator) <> lower(new.curator) else f.account_id <> new.account_id end
    ) then
        raise exception 'An approval in this collection needs two different curators.'
            using errcode = 'check_violation', constraint = 'approved_by_two';
    end if;
    return new;
end $$;
comment on function refuse_single_approval is
    'Four eyes are kept whoever writes: only undoing, which repeats an approval, goes without.';

create function retire_decided()
returns trigger language plpgsql as $$
begin
    update campaign_items i set retired_by = case when new.verdict in ('rejected', 'sent back') then 'rejected' end
    from (
        select item_id from campaign_items
        where (colorization_id = new.colorization_id or other_colorization_id = new.colorization_id)
            and role = 'ordinary' and retired_by is distinct from 'withdrawn'
            and (new.verdict in ('rejected', 'sent back') or retired_by = 'rejected')
        order by item_id for no key update
    ) own
    where i.item_id = own.item_id;
    return null;
end $$;
comment on function retire_decided is
    'What a curator rejects or sends back is shown to raters no more; approved or undone after all, it comes '
    'back.';

create trigger decisions_four_eyes before insert on decisions
    for each row when (new.verdict = 'approved'::verdict and new.undoes is null)
    execute function refuse_single_approval();
create trigger decisions_retire after insert on decisions for each row execute function retire_decided();
create trigger decisions_reviewed after insert on decisions for each row execute function review_of_row();

-- ---------------------------------------------------------------------------------------------------- delivered_files

create table delivered_files (
    delivery_id          bigint not null references deliveries(delivery_id),
    path                 text not null,
    role                 file_role not null,
    outcome              file_outcome not null,
    bytes                bigint not null,
    sha256               char(64),
    scan_id              bigint references scans(scan_id),
    thumbnail_key        text,
    answers_delivery_id  bigint,
    answers_path         text,
    answered_by          link_rule,
    primary key (delivery_id, path),
    foreign key (answers_delivery_id, answers_path) references debts(delivery_id, path),
    check ((outcome = 'refused'::file_outcome) = (scan_id is null)),
    constraint delivered_files_check1 check (num_nonnulls(answers_delivery_id, answers_path, answered_by) = any (array[0, 3])),
    constraint delivered_files_check2 check (answers_delivery_id <> delivery_id)
);
comment on table delivered_files is
    'What came in a delivery and what became of it: nothing that came is without an outcome.';
comment on column delivered_files.thumbnail_key is
    'A small JPEG of a refused file, in the archive bucket; none where it cannot be decoded.';
comment on column delivered_files.answers_path is
    'The debt for which this file came. Accepted, it replaces what was owed; refused, it was one more try.';

create index delivered_files_answers on delivered_files (answers_delivery_id, answers_path)
    where answers_delivery_id is not null;
comment on index delivered_files_answers is 'debt_states looks up what came for a debt.';
create index delivered_files_scan on delivered_files (scan_id);
comment on index delivered_files_scan is 'The page of a scan lists the deliveries it came in.';

-- --------------------------------------------------------------------------------------------------------- event_keys

create table event_keys (
    event_key  text primary key,
    event_id   bigint not null
);
comment on table event_keys is 'Natural keys of all events: the log may be parted by time, what was told stays told.';

create trigger event_keys_append_only before delete or update or truncate on event_keys
    for each statement
    execute function refuse_change();

-- ------------------------------------------------------------------------------------------------------------- events

create table events (
    event_id         bigint generated always as identity,
    event_key        text not null,
    event_type       event_type not null,
    occurred_at      timestamptz not null default now(),
    agent            text not null,
    outcome          text not null,
    detail           jsonb not null default '{}',
    delivery_id      bigint references deliveries(delivery_id),
    scan_id          bigint references scans(scan_id),
    colorization_id  bigint references colorizations(colorization_id),
    recorded_at      timestamptz not null default clock_timestamp(),
    primary key (event_id, recorded_at)
);
comment on table events is 'The append-only log, in PREMIS 3 terms.';
comment on column events.event_id is 'The number in the log: given by the database, growing, never given again.';
comment on column events.event_key is
    'Natural key of the act, so that a step run twice leaves one event: see event_keys.';
comment on column events.recorded_at is
    'When the row was written, by the database''s clock; occurred_at may lie back. The log can be parted by '
    'it.';

create index events_scan on events (scan_id, event_id);
comment on index events_scan is 'The page of a scan tells its history.';

create function tell_once()
returns trigger language plpgsql as $$
begin
    insert into event_keys values (new.event_key, new.event_id) on conflict do nothing;
    if not found then
        return null;
    end if;
    new.recorded_at = clock_timestamp();
    return new;
end $$;
comment on function tell_once is
    'An event whose key the log knows is left out; when a row is written is for the database to say.';

create trigger events_append_only before delete or update or truncate on events
    for each statement
    execute function refuse_change();
create trigger events_once before insert on events for each row execute function tell_once();

-- ----------------------------------------------------------------------------------------------------------- findings

create table findings (
    finding_id   bigint generated always as identity primary key,
    delivery_id  bigint not null references deliveries(delivery_id),
    file         text not null,
    row_number   integer,
    code         text not null check (code ~ '^[a-z0-9-]+$'),
    severity     severity not null,
    sentence     text not null,
    unique nulls not distinct (delivery_id, file, row_number, code, sentence)
);
comment on table findings is 'What pre-flight said of a delivery: file, row, reason code, a sentence with the remedy.';

-- ----------------------------------------------------------------------------------------------------------- follower

create table follower (
    sole        boolean default true primary key check (sole is true),
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

-- ---------------------------------------------------------------------------------------------------------- four_eyes

create table four_eyes (
    collection  text primary key,
    asked_by    text not null check (asked_by <> ''),
    account_id  bigint,
    asked_at    timestamptz not null default now()
);
comment on table four_eyes is
    'Where an approval needs two curators: collections by name; the empty name stands for all.';

-- -------------------------------------------------------------------------------------------------------------- holds

create table holds (
    hold_id     bigint generated always as identity primary key,
    name        text not null unique check (name ~ '^burst-[a-z0-9-]+$'),
    rule        text not null,
    reason      text not null,
    since       timestamptz not null,
    until       timestamptz not null,
    raters      integer not null,
    votes       integer not null,
    state       hold_state not null default 'held',
    held_at     timestamptz not null default now(),
    decided_by  text,
    decided_at  timestamptz,
    check (until > since),
    constraint holds_check1 check ((state = 'held'::hold_state) = (decided_at is null)),
    constraint holds_check2 check ((state = 'held'::hold_state) = (decided_by is null))
);
comment on table holds is
    'Bursts of votes set aside by rule until someone looks. Their votes carry screened_by = ''hold:'' || name.';

-- ---------------------------------------------------------------------------------------------------- imported_scores

create table imported_scores (
    campaign_id  bigint not null references campaigns(campaign_id),
    stimulus     text not null,
    votes        integer not null check (votes > 0),
    mos          double precision not null check (mos >= 1 and mos <= 5),
    low          double precision not null check (low >= 1 and low <= 5),
    high         double precision not null check (high >= 1 and high <= 5),
    sos          double precision,
    recovered    double precision not null,
    primary key (campaign_id, stimulus),
    check (low <= mos and mos <= high)
);
comment on table imported_scores is
    'Our statistics of the votes of another laboratory; repetitions of a rater are averaged first.';

-- ----------------------------------------------------------------------------------------------------- imported_votes

create table imported_votes (
    campaign_id  bigint not null references campaigns(campaign_id),
    stimulus     text not null check (stimulus <> ''),
    rater        text not null check (rater <> ''),
    repetition   integer not null default 1 check (repetition > 0),
    score        double precision not null check (score >= 1 and score <= 5),
    is_imported  boolean not null generated always as (true) stored,
    primary key (campaign_id, stimulus, rater, repetition),
    constraint votes_of_others foreign key (campaign_id, is_imported) references campaigns(campaign_id, is_imported)
);
comment on table imported_votes is
    'Votes of another laboratory under its own names, on our scale. They stand apart from ratings, so nothing '
    'counts them as ours.';

-- ------------------------------------------------------------------------------------------------------ inbox_entries

create table inbox_entries (
    source       text primary key,
    signature    char(64) not null check (signature ~ '^[0-9a-f]{64}$'),
    seen_at      timestamptz not null default now(),
    tried_at     timestamptz,
    delivery_id  bigint references deliveries(delivery_id),
    refusal      text not null default ''
);
comment on table inbox_entries is
    'What lies in the watched places: an entry is taken in when it is whole, and not again until it changes.';
comment on column inbox_entries.signature is 'SHA-256 over names, sizes and times (in a bucket: tags) of its files.';
comment on column inbox_entries.seen_at is 'Since when it has been as it is now.';
comment on column inbox_entries.refusal is 'Why the entry could not be taken in, as it was said at the last try.';

-- -------------------------------------------------------------------------------------------------------- item_scores

create table item_scores (
    item_id     uuid not null references campaign_items(item_id) on delete cascade,
    simulated   boolean not null,
    revision    bigint not null,
    votes       integer not null check (votes > 0),
    mos         double precision not null check (mos >= 1 and mos <= 5),
    low         double precision not null check (low >= 1 and low <= 5),
    high        double precision not null check (high >= 1 and high <= 5),
    sos         double precision,
    recovered   double precision not null,
    difference  double precision,
    scored_at   timestamptz not null default now(),
    number      bigint generated always as identity,
    primary key (item_id, simulated),
    check (low <= mos and mos <= high)
);
comment on table item_scores is
    'Score of a picture within its campaign (acr, acr-hr); opinion_scores is that of a colorization over all '
    'campaigns.';
comment on column item_scores.revision is
    'Revision of the item when it was scored: another one now, and it has to be scored anew.';
comment on column item_scores.difference is
    'acr-hr: differential mean opinion score, 5 + the mean over raters of picture less hidden reference '
    '(ITU-T P.910).';
comment on column item_scores.number is 'The order in which scores came to be; exports follow it.';

-- --------------------------------------------------------------------------------------------------------- likenesses

create table likenesses (
    likeness_id     bigint generated always as identity primary key,
    scan_id         bigint not null references scans(scan_id),
    other_scan_id   bigint not null references scans(scan_id),
    distance        smallint not null check (distance >= 0 and distance <= 64),
    state           likeness_state not null default 'open',
    kept_scan_id    bigint,
    linked_scan_id  bigint generated always as (case when kept_scan_id = scan_id then other_scan_id when kept_scan_id = other_scan_id then scan_id else null::bigint end) stored,
    curator         text check (curator ~ '\S'),
    decided_at      timestamptz,
    decisions       integer not null default 0,
    found_at        timestamptz not null default now(),
    unique (scan_id, other_scan_id),
    check (kept_scan_id = scan_id or kept_scan_id = other_scan_id),
    constraint likenesses_check1 check (scan_id < other_scan_id),
    constraint likenesses_check2 check ((state = 'same picture'::likeness_state) = (kept_scan_id is not null)),
    constraint likenesses_check3 check (state = 'open'::likeness_state or decisions > 0),
    constraint likenesses_check4 check ((decisions = 0) = (curator is null)),
    constraint likenesses_check5 check ((curator is null) = (decided_at is null))
);
comment on table likenesses is
    'Pairs of scans that look alike. The newest decision stands here; every decision is an event, '
    'likeness/<id>/<number>/<scan>.';
comment on column likenesses.kept_scan_id is 'Of two scans of the same picture the one that is colorized.';
comment on column likenesses.linked_scan_id is
    'The other one: it stays preserved, and is not colorized while this stands.';
comment on column likenesses.decisions is
    'How often it was decided, taking back included: the number of its newest event.';

create index likenesses_linked on likenesses (linked_scan_id) where linked_scan_id is not null;
comment on index likenesses_linked is
    'enqueue_scans leaves out scans whose picture is colorized under another number.';
create index likenesses_other on likenesses (other_scan_id);
comment on index likenesses_other is 'The page of a scan lists its likenesses.';
create index likenesses_queue on likenesses (state, distance, likeness_id);
comment on index likenesses_queue is 'The page of likenesses shows a state, the nearest pairs first.';

-- ------------------------------------------------------------------------------------------------------------ metrics

create table metrics (
    metric           text primary key,
    needs_reference  boolean not null,
    unit             text not null,
    definition       text not null,
    unique (metric, needs_reference)
);
comment on table metrics is
    'The metrics that exist, written by the measuring step from heritage_color.metrics.definitions.';

-- ------------------------------------------------------------------------------------------------------- measurements

create table measurements (
    colorization_id    bigint not null,
    scan_id            bigint not null,
    metric             text not null,
    needs_reference    boolean not null,
    reference_scan_id  bigint references colour_references(scan_id),
    value              double precision not null,
    measured_at        timestamptz not null default now(),
    primary key (colorization_id, metric),
    foreign key (colorization_id, scan_id) references colorizations(colorization_id, scan_id),
    foreign key (metric, needs_reference) references metrics(metric, needs_reference),
    constraint no_metric_without_truth check (not needs_reference or reference_scan_id is not null and reference_scan_id = scan_id)
);
comment on table measurements is
    'One figure of one colorization. PSNR and its kin need a colour reference of the same scan.';

create trigger measurements_reviewed after insert or update of value on measurements
    for each row when (new.metric = 'uncertainty')
    execute function review_of_row();

-- --------------------------------------------------------------------------------------------------------- migrations

create table migrations (
    name        text primary key,
    applied_at  timestamptz
);

-- ------------------------------------------------------------------------------------------------------------- raters

create table raters (
    rater_id    uuid primary key,
    simulated   boolean not null default false,
    first_seen  timestamptz not null default now(),
    unique (rater_id, simulated)
);
comment on table raters is
    'Pseudonyms: a random id in the rater''s own browser. Simulated raters test the statistics and say so.';

-- --------------------------------------------------------------------------------------------------- network_activity

create table network_activity (
    hour      timestamptz not null,
    network   bytea not null check (octet_length(network) = 8),
    rater_id  uuid not null references raters(rater_id) on delete cascade,
    primary key (hour, network, rater_id)
);
comment on table network_activity is
    'Which raters voted from a network in an hour, for the burst report; deleted after HERITAGE_NETWORK_DAYS. '
    'In no export.';
comment on column network_activity.network is
    'Salted hash of the network, another one every day; no address is stored anywhere.';

create index network_activity_rater on network_activity (rater_id);
comment on index network_activity_rater is 'A rater who is erased leaves nothing here.';

-- ------------------------------------------------------------------------------------------------------ network_salts

create table network_salts (
    day   date primary key,
    salt  bytea not null check (octet_length(salt) = 32)
);
comment on table network_salts is
    'A random salt per day, deleted when the day is over: after that nobody can tell which address a network '
    'was.';

-- ----------------------------------------------------------------------------------------------------- opinion_scores

create table opinion_scores (
    colorization_id  bigint not null references colorizations(colorization_id),
    simulated        boolean not null,
    votes            integer not null check (votes > 0),
    mos              double precision not null check (mos >= 1 and mos <= 5),
    low              double precision not null check (low >= 1 and low <= 5),
    high             double precision not null check (high >= 1 and high <= 5),
    recovered        double precision not null,
    scored_at        timestamptz not null default now(),
    primary key (colorization_id, simulated),
    check (low <= mos and mos <= high)
);
comment on table opinion_scores is
    'Mean opinion score with a 95% interval; of human votes and of simulated ones, never mixed.';

create function review_of_scores()
returns trigger language plpgsql as $$
begin
    perform lock_review();
    perform refresh_review(array(select distinct colorization_id from changed order by 1));
    return null;
end $$;
comment on function review_of_scores is 'Opinion scores come by the thousand: once per statement.';

create trigger opinion_scores_added after insert on opinion_scores referencing new table as changed
    for each statement
    execute function review_of_scores();
create trigger opinion_scores_changed after update on opinion_scores referencing new table as changed
    for each statement
    execute function review_of_scores();
create trigger opinion_scores_removed after delete on opinion_scores referencing old table as changed
    for each statement
    execute function review_of_scores();

-- ----------------------------------------------------------------------------------------------------- pair_strengths

create table pair_strengths (
    campaign_id      bigint not null references campaigns(campaign_id),
    colorization_id  bigint not null references colorizations(colorization_id),
    simulated        boolean not null,
    pairs            integer not null,
    wins             double precision not null,
    strength         double precision not null,
    low              double precision not null,
    high             double precision not null,
    computed_at      timestamptz not null default now(),
    primary key (campaign_id, colorization_id, simulated)
);
comment on table pair_strengths is
    'Bradley-Terry strength of a colorization among those of the same photograph; their mean is 0.';

-- ----------------------------------------------------------------------------------------------------- participations

create table participations (
    campaign_id      bigint not null references campaigns(campaign_id),
    rater_id         uuid not null references raters(rater_id) on delete cascade,
    language         text not null default 'en',
    consent_version  integer,
    agreed_at        timestamptz,
    colour_vision    colour_vision not null default 'unknown',
    screen_steps     smallint,
    trained_at       timestamptz,
    panel_person     text,
    completion_code  text unique,
    finished_at      timestamptz,
    joined_at        timestamptz not null default now(),
    checked_at       timestamptz,
    primary key (campaign_id, rater_id)
);
comment on table participations is
    'A rater in a campaign: consent, checks, training, and where a paid panel sent them from.';
comment on column participations.colour_vision is
    'By plates of our own drawing: a hint for screening, no diagnosis; unknown where skipped.';
comment on column participations.screen_steps is
    'How many of the grey steps of the screen check the rater tells apart.';
comment on column participations.checked_at is
    'The rater did the checks of colour vision and screen, or chose to skip them; null: not asked yet.';

create unique index participations_panel on participations (campaign_id, panel_person) where panel_person is not null;
comment on index participations_panel is 'A person of a panel takes part once.';

-- ------------------------------------------------------------------------------------------------------- publications

create table publications (
    colorization_id  bigint primary key references colorizations(colorization_id),
    manifest_key     text not null unique,
    colour_key       text not null,
    original_key     text not null,
    label            text not null check (label <> ''),
    published_at     timestamptz not null default now(),
    withdrawn_at     timestamptz
);
comment on table publications is
    'What stands on the public bucket: written after its objects, before the index that shows it.';

create index publications_published on publications (published_at);
comment on index publications_published is 'The page of runs counts what was published since yesterday.';

create trigger publications_reviewed after insert or update of published_at, withdrawn_at on publications
    for each row
    execute function review_of_row();

-- ------------------------------------------------------------------------------------------------------- rater_scores

create table rater_scores (
    campaign_id    bigint not null references campaigns(campaign_id),
    rater_id       uuid not null references raters(rater_id) on delete cascade,
    votes          integer not null,
    bias           double precision not null,
    inconsistency  double precision not null,
    correlation    double precision,
    scored_at      timestamptz not null default now(),
    number         bigint generated always as identity,
    primary key (campaign_id, rater_id)
);
comment on table rater_scores is
    'Bias and inconsistency of raters (ITU-T P.910 Annex E): what a new vote is weighed with.';
comment on column rater_scores.number is 'The order in which scores came to be; exports follow it.';

create index rater_scores_rater on rater_scores (rater_id);
comment on index rater_scores_rater is 'A rater may ask for all that is kept of them to be deleted.';

-- ------------------------------------------------------------------------------------------------------------ ratings

create table ratings (
    vote_key     uuid primary key,
    item_id      uuid not null references campaign_items(item_id),
    rater_id     uuid not null,
    simulated    boolean not null,
    score        smallint check (score >= 1 and score <= 5),
    voted_at     timestamptz not null default now(),
    screened_by  text,
    choice       pair_choice,
    swapped      boolean not null default false,
    seconds      real check (seconds >= 0),
    undone_at    timestamptz,
    foreign key (rater_id, simulated) references raters(rater_id, simulated),
    constraint one_answer check (num_nonnulls(score, choice) = 1)
);
comment on table ratings is
    'Votes, 1 bad to 5 excellent. Written before they are acknowledged, never deleted by screening.';
comment on column ratings.vote_key is 'Made by the browser with the page: the same vote sent twice is one vote.';
comment on column ratings.screened_by is 'The rule that set the vote aside, if any; reversible.';
comment on column ratings.choice is
    'pairs: which is preferred, first the item''s colorization, second its other one. turing: which was called '
    'not real,
    first the colorization, second the true photograph (the rater was fooled).';
comment on column ratings.swapped is 'The second picture stood left, or came first.';
comment on column ratings.seconds is
    'From the moment that the picture stood on the screen to the answer, as the browser measured it.';
comment on column ratings.undone_at is 'The rater took it back; it stays, and counts nowhere.';

create index ratings_held on ratings (screened_by) where starts_with(screened_by, 'hold:');
comment on index ratings_held is 'Releasing a hold finds its votes.';
create index ratings_newest on ratings (voted_at);
comment on index ratings_newest is 'Scoring and screening look at who has voted since they ran last.';
create unique index ratings_one_vote on ratings (item_id, rater_id) where undone_at is null;
comment on index ratings_one_vote is 'One standing vote of a rater on a picture.';
create index ratings_rater on ratings (rater_id);
comment on index ratings_rater is
    'What a rater has scored: for their progress, and when they ask for all of it to be deleted.';

create function count_days()
returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into campaign_days as d (campaign_id, day, simulated, answer, votes, set_aside, last_at)
        select i.campaign_id, (r.voted_at at time zone 'UTC')::date, r.simulated, coalesce(r.score::text, r.choice::text),
            -count(*) filter (where r.screened_by is null), -count(*) filter (where r.screened_by is not null),
            max(r.voted_at)
        from old_rows r join campaign_items i using (item_id) where r.undone_at is null
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (campaign_id, day, simulated, answer) do update
            set votes = d.votes + excluded.votes, set_aside = d.set_aside + excluded.set_aside;
    end if;
    if tg_op <> 'DELETE' then
        insert into campaign_days as d (campaign_id, day, simulated, answer, votes, set_aside, last_at)
        select i.campaign_id, (r.voted_at at time zone 'UTC')::date, r.simulated, coalesce(r.score::text, r.choice::text),
            count(*) filter (where r.screened_by is null), count(*) filter (where r.screened_by is not null),
            max(r.voted_at)
        from new_rows r join campaign_items i using (item_id) where r.undone_at is null
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (campaign_id, day, simulated, answer) do update
            set votes = d.votes + excluded.votes, set_aside = d.set_aside + excluded.set_aside,
                last_at = greatest(d.last_at, excluded.last_at);
    end if;
    return null;
end $$;
comment on function count_days is
    'Whatever writes, screens, takes back or deletes votes, the counts of their days agree. Once per '
    'statement.';

create function count_human_votes()
returns trigger language plpgsql as $$
declare
    score smallint;
begin
    if tg_op <> 'INSERT' then
        score := counted_score(old);
        update campaign_items set human_votes = human_votes - (score is not null)::int,
            total = total - coalesce(score, 0), squares = squares - coalesce(score * score, 0), revision = revision + 1
        where item_id = old.item_id;
    end if;
    if tg_op <> 'DELETE' then
        score := counted_score(new);
        update campaign_items set human_votes = human_votes + (score is not null)::int,
            total = total + coalesce(score, 0), squares = squares + coalesce(score * score, 0), revision = revision + 1
        where item_id = new.item_id;
    end if;
    return null;
end $$;
comment on function count_human_votes is
    'Whatever writes, screens, undoes or deletes a vote, its picture''s sums agree.';

create trigger ratings_counted after insert or delete or update of item_id, simulated, screened_by, undone_at on ratings
    for each row
    execute function count_human_votes();
create trigger ratings_days_of_changed after update on ratings referencing old table as old_rows new table as new_rows
    for each statement
    execute function count_days();
create trigger ratings_days_of_deleted after delete on ratings referencing old table as old_rows
    for each statement
    execute function count_days();
create trigger ratings_days_of_new after insert on ratings referencing new table as new_rows
    for each statement
    execute function count_days();

-- ------------------------------------------------------------------------------------------------------- region_notes

create table region_notes (
    note_id          uuid primary key,
    colorization_id  bigint not null references colorizations(colorization_id),
    x                numeric(5,2) not null check (x >= 0::numeric),
    y                numeric(5,2) not null check (y >= 0::numeric),
    width            numeric(5,2) not null check (width > 0::numeric),
    height           numeric(5,2) not null check (height > 0::numeric),
    words            text not null check (btrim(words) <> '' and char_length(words) <= 4000),
    public           boolean not null default false,
    curator          text not null check (curator <> ''),
    account_id       bigint,
    version          integer not null default 1,
    written_at       timestamptz not null default now(),
    changed_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    constraint inside_the_picture check ((x + width) <= 100::numeric and (y + height) <= 100::numeric)
);
comment on table region_notes is
    'Curators'' notes on parts of a picture: W3C Web Annotations whose target is a rectangle of the canvas, in '
    'percent.';
comment on column region_notes.note_id is 'Made with the form: the same note sent twice is one.';
comment on column region_notes.public is
    'Goes into the published record with the next publication; the others stay internal.';
comment on column region_notes.deleted_at is 'A deleted note stays as a tombstone and shows nowhere.';

create index region_notes_picture on region_notes (colorization_id) where deleted_at is null;
comment on index region_notes_picture is 'A review page shows the notes of its picture.';

create trigger region_notes_reviewed after insert or update of deleted_at on region_notes
    for each row
    execute function review_of_row();

-- ------------------------------------------------------------------------------------------------------- reservations

create table reservations (
    item_id      uuid not null references campaign_items(item_id),
    rater_id     uuid not null references raters(rater_id) on delete cascade,
    reserved_at  timestamptz not null default now(),
    expires_at   timestamptz not null,
    swapped      boolean not null default false,
    primary key (item_id, rater_id)
);
comment on table reservations is
    'Pictures handed to a rater and not answered yet: they count as votes on the way, so that nobody scores '
    'what is enough.';
comment on column reservations.swapped is 'Of a pair: the second picture stands left, or comes first.';

create index reservations_expiring on reservations (expires_at);
comment on index reservations_expiring is 'Expired reservations are given back.';
create index reservations_rater on reservations (rater_id);
comment on index reservations_rater is 'A rater comes back to what was handed out.';

create function count_reservations()
returns trigger language plpgsql as $$
declare
    item uuid := case when tg_op = 'INSERT' then new.item_id else old.item_id end;
    change integer := case when tg_op = 'INSERT' then 1 else -1 end;
begin
    update campaign_items set pending = pending + change
    where item_id = item and role in ('ordinary', 'hidden-reference');
    return null;
end $$;
comment on function count_reservations is
    'Whatever makes or ends a reservation, its picture''s count agrees; of control and training pictures '
    'nothing is counted.';

create trigger reservations_counted after insert or delete on reservations
    for each row
    execute function count_reservations();

-- ------------------------------------------------------------------------------------------------------- review_queue

create table review_queue (
    colorization_id  bigint primary key references colorizations(colorization_id),
    scan_id          bigint not null references scans(scan_id),
    state            review_state not null,
    collection       text not null,
    method           text not null,
    preset           preset not null,
    score            double precision,
    simulated        boolean,
    interval_width   double precision,
    spread           double precision,
    flags            integer not null,
    unsure           double precision,
    salt             uuid not null default gen_random_uuid(),
    by_score         double precision not null generated always as (coalesce(score + (10 * simulated::integer)::double precision, 100)) stored,
    by_interval      double precision not null generated always as (coalesce((10 * simulated::integer)::double precision - interval_width, 100)) stored,
    by_spread        double precision not null generated always as (coalesce((10 * simulated::integer)::double precision - spread, 100)) stored,
    by_flags         double precision not null generated always as ((- flags)) stored,
    by_unsure        double precision not null generated always as (coalesce(- unsure, 100)) stored
);
comment on table review_queue is
    'What the queue sorts and filters by, one narrow row per colorization. Kept by triggers through '
    'refresh_review; whatever
    it says can be computed again from the other tables.';
comment on column review_queue.score is
    'Mean opinion score of people, else of simulated raters; the scoring step brings it and the spread.';
comment on column review_queue.spread is 'Standard deviation of the votes that count.';
comment on column review_queue.flags is 'Raters who skipped the picture with a reason, and notes on regions.';
comment on column review_queue.unsure is 'The 95th percentile of the method''s own uncertainty over the picture.';
comment on column review_queue.salt is
    'Numbers the raters of this picture in an order that says nothing of other pictures.';
comment on column review_queue.by_score is
    'The by_ columns: place in that order, smallest first; people''s votes stand before simulated ones, and '
    'these before none.';

create index review_queue_collection on review_queue (collection, state);
comment on index review_queue_collection is 'The list of collections, and the queue of one.';
create index review_queue_state_interval on review_queue (state, by_interval, colorization_id);
comment on index review_queue_state_interval is 'As review_queue_state_score, by widest interval.';
create index review_queue_state_score on review_queue (state, by_score, colorization_id);
comment on index review_queue_state_score is 'The queue of a state by lowest score, and its neighbours.';
create index review_queue_state_spread on review_queue (state, by_spread, colorization_id);
comment on index review_queue_state_spread is 'As review_queue_state_score, by most disagreement.';

-- ---------------------------------------------------------------------------------------------------------- run_hours

create table run_hours (
    sole      boolean default true primary key check (sole is true),
    weekdays  smallint[] not null check (cardinality(weekdays) >= 1 and cardinality(weekdays) <= 7 and weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
    begins    time without time zone not null,
    ends      time without time zone not null,
    set_by    text not null check (set_by <> ''),
    set_at    timestamptz not null default now()
);
comment on table run_hours is
    'When runs may start that are to wait for the museum''s hours: one row, or none where every hour is right.';
comment on column run_hours.weekdays is 'Days on which the hours begin, 1 is Monday.';
comment on column run_hours.ends is 'Before `begins` where the hours go past midnight.';

-- ------------------------------------------------------------------------------------------------------ run_questions

create table run_questions (
    run_id       bigint primary key references runs(run_id),
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

-- -------------------------------------------------------------------------------------------------------- saved_views

create table saved_views (
    view_id     bigint generated always as identity primary key,
    account_id  bigint not null,
    owner       text not null check (owner <> ''),
    name        text not null check (btrim(name) <> '' and char_length(name) <= 80),
    query       text not null check (char_length(query) <= 2000),
    shared      boolean not null default false,
    saved_at    timestamptz not null default now(),
    unique (account_id, name)
);
comment on table saved_views is 'A curator''s named filters of the queue; shared ones are listed for everyone.';
comment on column saved_views.owner is 'The name that others see beside a shared view.';

-- ---------------------------------------------------------------------------------------------------- scan_likenesses

create table scan_likenesses (
    scan_id      bigint primary key references scans(scan_id),
    likeness     bigint,
    band_1       integer generated always as (((likeness >> 51) & 8191::bigint)::integer) stored,
    band_2       integer generated always as (((likeness >> 38) & 8191::bigint)::integer) stored,
    band_3       integer generated always as (((likeness >> 25) & 8191::bigint)::integer) stored,
    band_4       integer generated always as (((likeness >> 12) & 8191::bigint)::integer) stored,
    band_5       integer generated always as ((likeness & 4095::bigint)::integer) stored,
    compared_at  timestamptz
);
comment on table scan_likenesses is
    'The perceptual hash of each scan, and its five bands: hashes within 9 bits have a band within 1 bit.';
comment on column scan_likenesses.likeness is
    '64 bits, the lowest frequencies of the picture; null where there is too little in it to tell pictures '
    'apart.';
comment on column scan_likenesses.compared_at is
    'When it was looked up among all others; null: the next run does that.';

create index scan_likenesses_band_1 on scan_likenesses (band_1) include (scan_id, likeness);
comment on index scan_likenesses_band_1 is
    'like_scans asks for 14 values of each band and compares the likenesses that stand beside them.';
create index scan_likenesses_band_2 on scan_likenesses (band_2) include (scan_id, likeness);
comment on index scan_likenesses_band_2 is 'As scan_likenesses_band_1.';
create index scan_likenesses_band_3 on scan_likenesses (band_3) include (scan_id, likeness);
comment on index scan_likenesses_band_3 is 'As scan_likenesses_band_1.';
create index scan_likenesses_band_4 on scan_likenesses (band_4) include (scan_id, likeness);
comment on index scan_likenesses_band_4 is 'As scan_likenesses_band_1.';
create index scan_likenesses_band_5 on scan_likenesses (band_5) include (scan_id, likeness);
comment on index scan_likenesses_band_5 is 'As scan_likenesses_band_1; 13 values.';
create index scan_likenesses_waiting on scan_likenesses (scan_id) where compared_at is null and likeness is not null;
comment on index scan_likenesses_waiting is 'The next run finds what was not compared yet.';

-- ---------------------------------------------------------------------------------------------------- screened_raters

create table screened_raters (
    campaign_id  bigint not null references campaigns(campaign_id),
    rater_id     uuid not null references raters(rater_id) on delete cascade,
    rule         text not null,
    reason       text not null,
    votes        integer not null,
    screened_at  timestamptz not null default now(),
    pardoned_by  text,
    pardoned_at  timestamptz,
    primary key (campaign_id, rater_id),
    check ((pardoned_by is null) = (pardoned_at is null))
);
comment on table screened_raters is
    'Whose votes in a campaign a rule set aside (ratings.screened_by), why, and who took that back; for who '
    'was pardoned the rules rest.';

create index screened_raters_rater on screened_raters (rater_id);
comment on index screened_raters_rater is 'A rater may ask for all that is kept of them to be deleted.';

-- --------------------------------------------------------------------------------------------------------- send_backs

create table send_backs (
    decision_id      bigint primary key references decisions(decision_id),
    colorization_id  bigint not null,
    scan_id          bigint not null,
    model_id         bigint not null references models(model_id),
    preset           preset not null,
    queued           boolean not null,
    foreign key (colorization_id, scan_id) references colorizations(colorization_id, scan_id)
);
comment on table send_backs is
    'How a colorization that was sent back is wanted instead. The job and the colorization that answer it '
    'have its scan,
    model and preset; the decision''s note holds hints for people, which no installed '
    'method reads.';
comment on column send_backs.queued is 'Whether this put the job into the queue; undoing takes back only what it did.';

create index send_backs_answered on send_backs (scan_id, model_id, preset);
comment on index send_backs_answered is 'The review page of a new colorization finds the one that was sent back.';
create index send_backs_newest on send_backs (colorization_id, decision_id desc);
comment on index send_backs_newest is 'What was wanted when a colorization was sent back last.';

-- ---------------------------------------------------------------------------------------------------------- set_aside

create table set_aside (
    set_aside_id     bigint generated always as identity primary key,
    stage            text not null,
    scan_id          bigint not null references scans(scan_id),
    colorization_id  bigint references colorizations(colorization_id),
    sentence         text not null,
    since            timestamptz not null default now(),
    unique nulls not distinct (stage, scan_id, colorization_id)
);
comment on table set_aside is
    'What a stage could not take, as its object is missing, another or not to be read; gone when it could.';
comment on column set_aside.stage is 'The room that set it aside, such as metrics or publish.';

-- ---------------------------------------------------------------------------------------------------------- sign_offs

create table sign_offs (
    delivery_id  bigint primary key references deliveries(delivery_id),
    signed_at    timestamptz not null default now(),
    signed_by    text not null check (signed_by <> ''),
    account_id   bigint references accounts(account_id),
    owed         integer not null check (owed >= 0)
);
comment on table sign_offs is 'Who accepted the report on a delivery, and when; once for each, and never changed.';
comment on column sign_offs.signed_by is 'The account''s display name at that time.';
comment on column sign_offs.account_id is 'The account; none where it was signed on the command line.';
comment on column sign_offs.owed is 'Files that the delivery still owed then: what was signed.';

-- -------------------------------------------------------------------------------------------------------------- skips

create table skips (
    item_id     uuid not null references campaign_items(item_id),
    rater_id    uuid not null references raters(rater_id) on delete cascade,
    reason      text not null default '',
    skipped_at  timestamptz not null default now(),
    primary key (item_id, rater_id)
);
comment on table skips is 'Pictures that a rater would rather not score; not offered to them again.';

create index skips_rater on skips (rater_id);
comment on index skips_rater is 'What a rater skipped is part of their progress.';

create function review_of_skip()
returns trigger language plpgsql as $$
begin
    perform refresh_review(array(
        select colorization_id from campaign_items where item_id = new.item_id and colorization_id is not null
    ));
    return null;
end $$;
comment on function review_of_skip is 'A rater would rather not score a picture, and said why.';

create trigger skips_reviewed after insert or update of reason on skips
    for each row when (new.reason <> '')
    execute function review_of_skip();

-- ------------------------------------------------------------------------------------------------------ tag_proposals

create table tag_proposals (
    scan_id       bigint not null references scans(scan_id),
    model_sha256  char(64) not null check (model_sha256 ~ '^[0-9a-f]{64}$'),
    tag           text not null check (tag ~ '\S'),
    votes         smallint not null check (votes >= 1 and votes <= 100),
    proposed_at   timestamptz not null default now(),
    primary key (scan_id, model_sha256, tag)
);
comment on table tag_proposals is
    'What a tagging model said of a scan, never changed afterwards. A scan with rows of a model is done with '
    'that model.';
comment on column tag_proposals.model_sha256 is 'SHA-256 of the weight file that proposed it.';
comment on column tag_proposals.votes is 'Of the model''s 100 samples, those among whose nearest tags it was.';

create trigger tag_proposals_append_only before delete or update or truncate on tag_proposals
    for each statement
    execute function refuse_change();

-- ------------------------------------------------------------------------------------------------------ tag_decisions

create table tag_decisions (
    tag_decision_id  bigint generated always as identity primary key,
    scan_id          bigint not null,
    model_sha256     char(64) not null,
    tag              text not null,
    state            tag_state not null check (state <> 'proposed'::tag_state),
    curator          text not null check (curator ~ '\S'),
    decided_at       timestamptz not null default now(),
    foreign key (scan_id, model_sha256, tag) references tag_proposals(scan_id, model_sha256, tag)
);
comment on table tag_decisions is
    'Each decision of a curator on a proposed tag. The newest of a scan''s tag holds; the others stay as '
    'history.';

create index tag_decisions_by_tag on tag_decisions (tag, scan_id, tag_decision_id desc);
comment on index tag_decisions_by_tag is 'Scans are looked up by a tag that was accepted.';
create index tag_decisions_newest on tag_decisions (scan_id, tag, tag_decision_id desc);
comment on index tag_decisions_newest is 'current_tag_decisions takes the newest per scan and tag.';

create trigger tag_decisions_append_only before delete or update or truncate on tag_decisions
    for each statement
    execute function refuse_change();

-- ------------------------------------------------------------------------------------------------------------ uploads

create table uploads (
    upload_id   bigint generated always as identity primary key,
    name        text not null check (name <> ''),
    uploader    text not null check (uploader <> ''),
    state       upload_state not null default 'open',
    opened_at   timestamptz not null default now(),
    touched_at  timestamptz not null default now(),
    closed_at   timestamptz,
    source      text unique,
    on_disk     boolean not null default true,
    report      jsonb,
    report_of   char(64) check (report_of ~ '^[0-9a-f]{64}$'),
    account_id  bigint references accounts(account_id),
    check ((state = 'open'::upload_state) = (closed_at is null)),
    constraint uploads_check1 check ((state = 'finished'::upload_state) = (source is not null))
);
comment on table uploads is
    'A delivery that is sent through the web application. While open only its uploader and administrators see '
    'it.';
comment on column uploads.touched_at is 'When something of it last came.';
comment on column uploads.source is 'Where it lies in the watched place since it was handed in, as in inbox_entries.';
comment on column uploads.on_disk is 'Whether its files may still lie in the folder of uploads.';
comment on column uploads.report is 'The newest report of the pre-flight on the files that are whole.';
comment on column uploads.report_of is
    'SHA-256 over the ids of the files that the report is of, so that none is made twice.';
comment on column uploads.account_id is
    'Whose it is: names may be alike. Null where it was begun before there were accounts.';

create index uploads_account on uploads (account_id);
comment on index uploads_account is 'A digitizer''s list of deliveries leaves out those that others uploaded.';
create index uploads_open on uploads (touched_at) where on_disk;
comment on index uploads_open is 'Old files are removed by the time at which something last came.';

-- ----------------------------------------------------------------------------------------------------- uploaded_files

create table uploaded_files (
    file_id    bigint generated always as identity primary key,
    upload_id  bigint not null references uploads(upload_id),
    path       text not null check (path <> ''),
    alike      text not null,
    bytes      bigint not null check (bytes >= 0),
    modified   bigint not null,
    received   bigint not null default 0,
    answer     jsonb,
    check (received >= 0 and received <= bytes),
    constraint uploaded_files_check1 check (answer is null or received = bytes)
);
comment on table uploaded_files is
    'A file of an upload. A corrected file under the same path is a new row, so that nothing of two files '
    'mixes.';
comment on column uploaded_files.path is 'Its path below the delivery''s folder.';
comment on column uploaded_files.alike is
    'The path without what a careless system cannot tell apart: no two files of one upload share it.';
comment on column uploaded_files.modified is
    'The browser''s time of the file, in milliseconds: another one means another file.';
comment on column uploaded_files.received is
    'Bytes that are on the disk for good; what lies behind them does not count.';
comment on column uploaded_files.answer is 'What the decoding process said of the whole file: digests, facts, notes.';

create unique index uploaded_files_alike on uploaded_files (upload_id, alike collate "C");
comment on index uploaded_files_alike is
    'No two files of one upload share a path; in the order of bytes, so that what lies below a folder is a '
    'range.';

-- ------------------------------------------------------------------------------------------------------------- vetoes

create table vetoes (
    veto_id        uuid primary key,
    scan_id        bigint not null references scans(scan_id),
    asked_by       text not null check (btrim(asked_by) <> ''),
    reason         text not null check (btrim(reason) <> ''),
    last_day       date,
    recorded_by    text not null check (btrim(recorded_by) <> ''),
    account_id     bigint references accounts(account_id),
    recorded_at    timestamptz not null default now(),
    lifted_at      timestamptz,
    lifted_by      text not null default '',
    lifted_reason  text not null default '',
    number         bigint generated always as identity,
    check ((lifted_at is null) = (lifted_by = '')),
    constraint vetoes_check1 check ((lifted_at is null) = (lifted_reason = ''))
);
comment on table vetoes is
    'Communities and persons who asked that a photograph be not coloured. While one stands the scan is '
    'coloured, measured, rated and published nowhere; what was made before stays and comes back afterwards.';
comment on column vetoes.veto_id is 'From the form, so that a form sent twice acts once.';
comment on column vetoes.last_day is 'The last day on which it stands, in UTC; null: until somebody lifts it.';
comment on column vetoes.number is 'The order in which vetoes came; exports follow it.';

create index vetoes_newest on vetoes (recorded_at desc, veto_id);
comment on index vetoes_newest is 'The page of vetoes lists the newest first.';
create index vetoes_of_scan on vetoes (scan_id);
comment on index vetoes_of_scan is 'Every stage asks whether a veto stands on a scan.';

-- -------------------------------------------------------------------------------------------------- further functions

create function asks_for_four_eyes(scan bigint)
returns boolean language sql stable as $$
    select exists (
        select from four_eyes f join scans s on s.scan_id = scan where f.collection in ('', s.collection)
    )
$$;
comment on function asks_for_four_eyes is 'Whether approving colorizations of this scan takes two curators.';

create function counted_score(vote ratings)
returns smallint language sql immutable parallel safe as $$
    select case when not vote.simulated and vote.screened_by is null and vote.undone_at is null
        then coalesce(vote.score, case vote.choice when 'first' then 1 else 5 end) end
$$;
comment on function counted_score is 'What a vote adds to the sums of its item; null where it does not count.';

create function lock_review()
returns void language sql as $$ select pg_advisory_xact_lock(7370085) $$;
comment on function lock_review is
    'Whatever writes many rows of the queue in one transaction comes after whatever does so now.';

create function refresh_review(changed bigint[])
returns void language sql as $$
    insert into review_queue as q
        (colorization_id, scan_id, state, collection, method, preset, score, simulated, interval_width, spread, flags, unsure)
    select c.colorization_id, c.scan_id,
        case when c.withdrawn_at is not null then 'withdrawn'
            when p.published_at is not null and p.withdrawn_at is null then 'published'
            else coalesce(d.verdict::text, 'undecided') end::review_state,
        s.collection, m.method, c.preset, o.mos, o.simulated, o.high - o.low, v.spread,
        (select count(*) from campaign_items i join skips k using (item_id)
            where i.colorization_id = c.colorization_id and k.reason <> '')
            + (select count(*) from region_notes n where n.colorization_id = c.colorization_id and n.deleted_at is null),
        c.unsure_p95
    from colorizations c
    join scans s using (scan_id)
    join models m using (model_id)
    left join lateral (
        select verdict from decisions where colorization_id = c.colorization_id order by decision_id desc limit 1
    ) d on true
    left join publications p using (colorization_id)
    left join lateral (
        select * from opinion_scores where colorization_id = c.colorization_id order by simulated limit 1
    ) o on true
    left join lateral (
        select stddev_samp(r.score) as spread from campaign_items i join ratings r using (item_id)
        where i.colorization_id = c.colorization_id and i.role = 'ordinary' and r.simulated = o.simulated
            and r.screened_by is null and r.undone_at is null
    ) v on o.mos is not null
    where c.colorization_id = any (changed)
    order by c.colorization_id
    on conflict (colorization_id) do update
        set state = excluded.state, collection = excluded.collection, score = excluded.score,
            simulated = excluded.simulated, interval_width = excluded.interval_width, spread = excluded.spread,
            flags = excluded.flags, unsure = excluded.unsure
        where (q.state, q.collection, q.score, q.simulated, q.interval_width, q.spread, q.flags, q.unsure)
            is distinct from (excluded.state, excluded.collection, excluded.score, excluded.simulated,
                excluded.interval_width, excluded.spread, excluded.flags, excluded.unsure)
$$;
comment on function refresh_review is
    'The one place that says what a row of the queue is; rows in the order of their number, so that no two '
    'wait for each other.';

create function retirement(role item_role, votes integer, total bigint, squares bigint, campaign campaigns)
returns text language sql immutable parallel safe as $$
    select case
        when role not in ('ordinary', 'hidden-reference') then null
        when votes >= campaign.votes_wanted then 'votes'
        when votes >= campaign.votes_least and campaign.target_half_width is not null
            and expected_half_width(votes, total, squares, 0, campaign.spread) <= campaign.target_half_width
            then 'precision'
    end
$$;
comment on function retirement is
    'Why votes retire an item, or null: the rule of benchmarks/stopping.py, with its correction for looking '
    'after every vote.';

create function review_matches(wanted_state review_state, wanted_collection text, wanted_method text, wanted_preset preset, wanted_campaign bigint, wanted_tag text, lowest double precision, highest double precision, sort text)
returns TABLE(colorization_id bigint, scan_id bigint, state review_state, rank double precision) language sql stable as $$
    select q.colorization_id, q.scan_id, q.state,
        case sort
            when 'low' then q.by_score
            when 'disagreement' then q.by_spread
            when 'flags' then q.by_flags
            when 'unsure' then q.by_unsure
            when 'oldest' then q.colorization_id::double precision
            else q.by_interval
        end
    from review_queue q
    where (wanted_state is null or q.state = wanted_state)
        and (wanted_collection is null or q.collection = wanted_collection)
        and (wanted_method is null or q.method = wanted_method)
        and (wanted_preset is null or q.preset = wanted_preset)
        and (wanted_campaign is null or q.colorization_id in (
            select i.colorization_id from campaign_items i
            where i.campaign_id = wanted_campaign and i.colorization_id is not null
        ))
        and (wanted_tag is null or q.scan_id in (
            select t.scan_id from current_tag_decisions t where t.tag = wanted_tag and t.state = 'accepted'
        ))
        and (lowest is null or q.score >= lowest)
        and (highest is null or q.score <= highest)
$$;
comment on function review_matches is
    'Colorizations that fit the filters, null for any, with their place in an order. Inlined by the planner: '
    'what is not asked costs nothing.';

-- -------------------------------------------------------------------------------------------------------------- views

create view champions as
 select method,
    model_id,
    move_id,
    approved_by,
    why,
    approved_at
   from ( select distinct on (champion_moves.method) champion_moves.move_id,
            champion_moves.method,
            champion_moves.kind,
            champion_moves.model_id,
            champion_moves.from_model_id,
            champion_moves.approved_by,
            champion_moves.why,
            champion_moves.figures,
            champion_moves.approved_at,
            champion_moves.promotable
           from champion_moves
          order by champion_moves.method, champion_moves.move_id desc) newest
  where model_id is not null;
comment on view champions is
    'The model that each method colours with; a method without a row uses the installed weights.';

create view current_decisions as
 select decision_id,
    colorization_id,
    verdict,
    reason,
    note,
    curator,
    decided_at,
    account_id,
    first_decision_id,
    bulk_id,
    undoes,
    undone_by,
    undone_at
   from ( select distinct on (decisions.colorization_id) decisions.decision_id,
            decisions.colorization_id,
            decisions.verdict,
            decisions.reason,
            decisions.note,
            decisions.curator,
            decisions.decided_at,
            decisions.account_id,
            decisions.first_decision_id,
            decisions.bulk_id,
            decisions.undoes,
            decisions.undone_by,
            decisions.undone_at
           from decisions
          order by decisions.colorization_id, decisions.decision_id desc) newest
  where verdict <> 'undecided'::verdict;
comment on view current_decisions is
    'The decision that holds; none where the newest row takes one back and none was before.';

create view current_tag_decisions as
 select distinct on (scan_id, tag) tag_decision_id,
    scan_id,
    model_sha256,
    tag,
    state,
    curator,
    decided_at
   from tag_decisions
  order by scan_id, tag, tag_decision_id desc;

create view debt_states as
 select d.delivery_id,
    d.path,
    d.identifier,
    d.missing,
    d.waived_at,
    d.waived_by,
    d.waived_reason,
    d.changes,
        case
            when d.waived_at is not null then 'waived'
            when r.path is not null then 'replaced'
            else 'owed'
        end::debt_state as state,
    r.delivery_id as replaced_in,
    r.path as replaced_by,
    r.answered_by,
    r.scan_id,
    t.delivery_id as tried_in,
    t.path as tried_as
   from debts d
     left join lateral ( select f.delivery_id,
            f.path,
            f.role,
            f.outcome,
            f.bytes,
            f.sha256,
            f.scan_id,
            f.thumbnail_key,
            f.answers_delivery_id,
            f.answers_path,
            f.answered_by
           from delivered_files f
          where f.answers_delivery_id = d.delivery_id and f.answers_path = d.path and f.outcome <> 'refused'::file_outcome
          order by f.delivery_id, f.path
         limit 1) r on true
     left join lateral ( select f.delivery_id,
            f.path,
            f.role,
            f.outcome,
            f.bytes,
            f.sha256,
            f.scan_id,
            f.thumbnail_key,
            f.answers_delivery_id,
            f.answers_path,
            f.answered_by
           from delivered_files f
          where f.answers_delivery_id = d.delivery_id and f.answers_path = d.path and f.outcome = 'refused'::file_outcome
          order by f.delivery_id desc, f.path
         limit 1) t on true;
comment on view debt_states is 'Each debt as it stands, with what replaced it, or the newest try that was refused.';

create view listed_runs as
 select run_id,
    request_key,
    kind,
    dag_id,
    airflow_run_id,
    origin,
    occasion,
    asked_by,
    account_id,
    parameters,
    plan_id,
    state,
    asked_at,
    due_at,
    started_at,
    ended_at,
    total,
    done,
    failed,
    sentence,
    remedy,
    traceback <> '' as has_traceback,
    link,
    stop_asked_by,
    retry_asked_by,
    state = 'waiting'::run_state and (exists ( select
           from run_questions
          where run_questions.run_id = runs.run_id and run_questions.option is null)) as question
   from runs;
comment on view listed_runs is 'Runs as pages list them: without the traceback, and whether a person is asked.';

create view owned_deliveries as
 select inbox_entries.delivery_id,
    uploads.account_id
   from inbox_entries
     join uploads using (source)
  where inbox_entries.delivery_id is not null and uploads.account_id is not null;
comment on view owned_deliveries is
    'Deliveries that a person uploaded. Those that came another way, by courier or command, are of the whole '
    'team.';

create view picture_ways as
 select s.scan_id,
    coalesce(c.coloured, false) as coloured,
    coalesce(c.measured, false) as measured,
    coalesce(c.rating, false) as being_rated,
    coalesce(c.waiting and c.measured, false) as in_review,
    coalesce(c.published, false) as published,
        case
            when s.withdrawn_at is not null then 'withdrawn'
            when c.published then 'published'
            when c.approved then 'approved'
            when c.waiting and c.rating then 'being rated'
            when c.waiting and c.measured then 'in review'
            when c.waiting then 'coloured'
            when j.claimed then 'being coloured'
            when j.waiting then 'waiting for colour'
            when c.sent_back then 'sent back'
            when c.rejected then 'rejected'
            when s.do_not_colorize then 'kept without colour'
            when (exists ( select
               from likenesses l
              where l.linked_scan_id = s.scan_id)) then 'kept as a duplicate'
            when j.sentence is not null then 'failed'
            else 'received'
        end as stands,
        case
            when c.coloured is null then j.sentence
            else null::text
        end as sentence
   from scans s
     left join lateral ( select true as coloured,
            bool_or(q.state = 'published'::review_state) as published,
            bool_or(q.state = 'approved'::review_state) as approved,
            bool_or(q.state = any (array['undecided'::review_state, 'approved once'::review_state])) as waiting,
            bool_or(q.state = 'sent back'::review_state) as sent_back,
            bool_or(q.state = 'rejected'::review_state) as rejected,
            bool_or((exists ( select
                   from measurements m
                  where m.colorization_id = k.colorization_id))) as measured,
            bool_or((exists ( select
                   from campaign_items i
                     join campaigns g using (campaign_id)
                  where i.colorization_id = k.colorization_id and i.role = 'ordinary'::item_role and i.retired_at is null and g.closed_at is null))) as rating
           from colorizations k
             join review_queue q using (colorization_id)
          where k.scan_id = s.scan_id and k.withdrawn_at is null
         having count(*) > 0) c on true
     left join lateral ( select bool_or(colorization_jobs.state = 'claimed'::job_state) as claimed,
            bool_or(colorization_jobs.state = 'waiting'::job_state) as waiting,
            max(colorization_jobs.sentence) filter (where colorization_jobs.state = any (array['failed'::job_state, 'refused'::job_state])) as sentence
           from colorization_jobs
          where colorization_jobs.scan_id = s.scan_id) j on true;
comment on view picture_ways is
    'How far each picture is: received, coloured, measured, being rated, in review, published. Asked by scan, '
    'never for all at once.';

create view scan_tags as
 select p.scan_id,
    p.tag,
    p.votes,
    p.model_sha256,
    p.proposed_at,
    coalesce(d.state, 'proposed'::tag_state) as state,
    d.curator,
    d.decided_at
   from tag_proposals p
     left join current_tag_decisions d on d.scan_id = p.scan_id and d.tag = p.tag
  where p.model_sha256 = coalesce(d.model_sha256, ( select newest.model_sha256
           from tag_proposals newest
          where newest.scan_id = p.scan_id
          order by newest.proposed_at desc, newest.model_sha256
         limit 1));
comment on view scan_tags is
    'The tags of a scan now: what was decided, by which proposal, and what the newest model proposes beside '
    'it.';

create view standing_vetoes as
 select veto_id,
    scan_id,
    asked_by,
    reason,
    last_day,
    recorded_by,
    recorded_at
   from vetoes
  where lifted_at is null and (last_day is null or last_day >= (now() at time zone 'UTC')::date);
comment on view standing_vetoes is 'Vetoes that hold today. One whose last day is over has ended by itself.';

create view stored_objects as
 select 'master' as kind,
    scans.scan_id as row_id,
    scans.scan_id,
    scans.object_key,
    scans.sha256,
    scans.media_type,
    scans.bytes,
    scans.fixity_checked_at,
    scans.fixity_intact
   from scans
union all
 select 'reference' as kind,
    colour_references.scan_id as row_id,
    colour_references.scan_id,
    colour_references.object_key,
    colour_references.sha256,
    colour_references.media_type,
    colour_references.bytes,
    colour_references.fixity_checked_at,
    colour_references.fixity_intact
   from colour_references
union all
 select 'colorization' as kind,
    colorizations.colorization_id as row_id,
    colorizations.scan_id,
    colorizations.object_key,
    colorizations.sha256,
    colorizations.media_type,
    colorizations.bytes,
    colorizations.fixity_checked_at,
    colorizations.fixity_intact
   from colorizations;
comment on view stored_objects is
    'Everything whose bytes must stay as they are, with the last time that they were read back.';
