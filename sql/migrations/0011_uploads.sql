-- Deliveries that come through the web application; and what the pages tell of a delivery on its way.

create type upload_state as enum (
    'open',      -- its files are being sent
    'finished',  -- open -> finished: handed in; the watched place has it from now on
    'abandoned'  -- open -> abandoned: given up by its uploader, or nothing came for HERITAGE_UPLOAD_DAYS
);

create table uploads (
    upload_id    bigint generated always as identity primary key,
    name         text not null check (name <> ''),
    uploader     text not null check (uploader <> ''),
    state        upload_state not null default 'open',
    opened_at    timestamptz not null default now(),
    touched_at   timestamptz not null default now(),
    closed_at    timestamptz,
    source       text unique,
    on_disk      boolean not null default true,
    report       jsonb,
    report_of    char(64) check (report_of ~ '^[0-9a-f]{64}$'),
    check ((state = 'open') = (closed_at is null)),
    check ((state = 'finished') = (source is not null))
);
comment on table uploads is
    'A delivery that is sent through the web application. While open only its uploader and administrators see it.';
comment on column uploads.touched_at is 'When something of it last came.';
comment on column uploads.source is 'Where it lies in the watched place since it was handed in, as in inbox_entries.';
comment on column uploads.on_disk is 'Whether its files may still lie in the folder of uploads.';
comment on column uploads.report is 'The newest report of the pre-flight on the files that are whole.';
comment on column uploads.report_of is 'SHA-256 over the ids of the files that the report is of, so that none is made twice.';
create index uploads_open on uploads (touched_at) where on_disk;
comment on index uploads_open is 'Old files are removed by the time at which something last came.';

create table uploaded_files (
    file_id    bigint generated always as identity primary key,
    upload_id  bigint not null references uploads,
    path       text not null check (path <> ''),
    alike      text not null,
    bytes      bigint not null check (bytes >= 0),
    modified   bigint not null,
    received   bigint not null default 0,
    answer     jsonb,
    check (received between 0 and bytes),
    check (answer is null or received = bytes),
    unique (upload_id, alike)
);
comment on table uploaded_files is
    'A file of an upload. A corrected file under the same path is a new row, so that nothing of two files mixes.';
comment on column uploaded_files.path is 'Its path below the delivery''s folder.';
comment on column uploaded_files.alike is
    'The path without what a careless system cannot tell apart: no two files of one upload share it.';
comment on column uploaded_files.modified is
    'The browser''s time of the file, in milliseconds: another one means another file.';
comment on column uploaded_files.received is 'Bytes that are on the disk for good; what lies behind them does not count.';
comment on column uploaded_files.answer is 'What the decoding process said of the whole file: digests, facts, notes.';

alter table inbox_entries add column refusal text not null default '';
comment on column inbox_entries.refusal is 'Why the entry could not be taken in, as it was said at the last try.';

alter table deliveries
    add column checksums_listed integer not null default 0,
    add column checksums_verified integer not null default 0,
    add column profiles jsonb not null default '[]' check (jsonb_typeof(profiles) = 'array');
comment on column deliveries.checksums_listed is 'Checksums that came with the delivery, for its report.';
comment on column deliveries.checksums_verified is 'How many of them its files have.';
comment on column deliveries.profiles is 'The technical profiles that its scans were compared with, for its report.';

alter table delivered_files add column thumbnail_key text;
comment on column delivered_files.thumbnail_key is
    'A small JPEG of a refused file, in the archive bucket; none where it cannot be decoded.';
