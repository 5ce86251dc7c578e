-- Preservation: fixity of all that is kept for good, and identifiers that outlive their pictures.

alter type event_type add value if not exists 'replication';

alter table colour_references
    add column fixity_checked_at  timestamptz not null default now(),
    add column fixity_intact      boolean not null default true;
update colour_references r set fixity_checked_at = s.ingested_at from scans s where s.scan_id = r.scan_id;
create index colour_references_fixity on colour_references (fixity_checked_at);
comment on index colour_references_fixity is 'audit_fixity reads the reference that was checked longest ago first.';

alter table colorizations
    add column fixity_checked_at  timestamptz not null default now(),
    add column fixity_intact      boolean not null default true;
update colorizations set fixity_checked_at = colorized_at;
create index colorizations_fixity on colorizations (fixity_checked_at);
comment on index colorizations_fixity is 'audit_fixity reads the colorization that was checked longest ago first.';

create index scans_damaged on scans (scan_id) where not fixity_intact;
comment on index scans_damaged is 'The pages and the alarm ask for damaged objects, of which there are hardly any.';
create index colour_references_damaged on colour_references (scan_id) where not fixity_intact;
comment on index colour_references_damaged is 'As scans_damaged.';
create index colorizations_damaged on colorizations (colorization_id) where not fixity_intact;
comment on index colorizations_damaged is 'As scans_damaged.';

create view stored_objects as
    select 'master' as kind, scan_id as row_id, scan_id, object_key, sha256, media_type, bytes,
        fixity_checked_at, fixity_intact
    from scans
    union all
    select 'reference', scan_id, scan_id, object_key, sha256, media_type, bytes, fixity_checked_at, fixity_intact
    from colour_references
    union all
    select 'colorization', colorization_id, scan_id, object_key, sha256, media_type, bytes,
        fixity_checked_at, fixity_intact
    from colorizations;
comment on view stored_objects is 'Everything whose bytes must stay as they are, with the last time that they were read back.';

alter table scans
    add column withdrawn_at      timestamptz,
    add column withdrawn_by      text not null default '',
    add column withdrawn_reason  text not null default '',
    add constraint tombstone_has_reason check ((withdrawn_at is null) = (withdrawn_reason = '')),
    add constraint tombstone_is_closed check (withdrawn_at is null or do_not_colorize);
comment on column scans.withdrawn_at is
    'When the scan was withdrawn. Its row stays as a tombstone: the identifier is never given to another picture.';
comment on column scans.withdrawn_reason is 'What the public page of the identifier says in the picture''s place.';
