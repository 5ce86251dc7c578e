-- What is known of a scan, where that came from, and what came inside and beside its file: kept for ever.

alter table scans
    add column description        text not null default '',
    add column described_by       jsonb not null default '{}',
    add column sidecar_key        text,
    add column sidecar_metadata   jsonb not null default '{}',
    add check ((sidecar_key is null) = (sidecar_metadata = '{}'));
comment on column scans.described_by is
    'Where title, creator, date, place, rights and description came from at ingest: manifest.csv, the sidecar, XMP, IPTC or EXIF.';
comment on column scans.embedded_metadata is
    'EXIF, IPTC, XMP and header facts as they were inside the master; of long texts the beginning, the master has all.';
comment on column scans.sidecar_key is 'The XMP file that came beside the master, in the archive bucket; null where none came.';
comment on column scans.sidecar_metadata is 'The properties of that file, by name.';

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'What came with scan % is written once.', old.scan_id using errcode = 'restrict_violation';
end $$;
comment on function refuse_rewriting is 'The supplier''s file name and metadata stay as they came, whatever is corrected elsewhere.';
create trigger scans_written_once
    before update of supplier_filename, embedded_metadata, sidecar_key, sidecar_metadata, further_columns on scans
    for each row when ((old.supplier_filename, old.embedded_metadata, old.sidecar_key, old.sidecar_metadata,
        old.further_columns) is distinct from (new.supplier_filename, new.embedded_metadata, new.sidecar_key,
        new.sidecar_metadata, new.further_columns))
    execute function refuse_rewriting();
