-- Out of the archive: exports of the whole catalog, the catalog made again from them, and bags.

-- name: freeze!
-- All that follows in the transaction sees one moment of the catalog.
set transaction isolation level repeatable read, read only;

-- name: plain_texts!
-- Dates and times as ISO 8601 in UTC, whatever the server's own settings are.
select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true);

-- name: lock_exporting!
-- One export at a time: what another one has stored and not listed yet is not to be removed.
select pg_advisory_xact_lock(7370084);

-- name: lock_rebuilding$
-- One rebuilding at a time; the lock ends with the transaction, also when its process is killed.
select pg_advisory_xact_lock(7370083);

-- name: tables
-- Every table but the list of migrations and what must not last (passwords, and from which networks votes came), with the
-- statements that copy it out and in, and the tables that its foreign keys need first. Generated columns are left out:
-- they come back by themselves. Rows go out in the order in which they came to be, by number or time, where the key is
-- random: what is new is at the end then, and the parts before are those of the export before.
select t.relname as name, string_agg(a.attname, ',' order by a.attnum) as columns,
    'copy (select ' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ' from ' || quote_ident(t.relname)
        || ' order by ' || concat_ws(', ', b.born, k.columns) || ') to stdout (format csv)' as copy_out,
    'copy ' || quote_ident(t.relname) || ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum)
        || ') from stdin (format csv, header match)' as copy_in,
    'alter table ' || quote_ident(t.relname) || ' disable trigger user' as silence,
    'alter table ' || quote_ident(t.relname) || ' enable trigger user' as wake,
    'select exists (select from ' || quote_ident(t.relname) || ') as filled' as look,
    array(select distinct f.confrelid::regclass::text from pg_constraint f
        where f.contype = 'f' and f.conrelid = t.oid and f.confrelid <> t.oid) as needs
from pg_class t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
join lateral (
    select string_agg(quote_ident(b.attname), ', ' order by array_position(i.indkey::int[], b.attnum::int)) as columns
    from pg_index i join pg_attribute b on b.attrelid = t.oid and b.attnum = any (i.indkey)
    where i.indrelid = t.oid and i.indisprimary
) k on true
left join (
    values ('bulk_decisions', 'decided_at'), ('campaign_items', 'queued_at'), ('event_keys', 'event_id'),
        ('item_scores', 'number'), ('participations', 'joined_at'), ('rater_scores', 'number'),
        ('vetoes', 'number'),
        ('raters', 'first_seen'), ('ratings', 'voted_at'), ('region_notes', 'written_at'),
        ('reservations', 'reserved_at'), ('screened_raters', 'screened_at'), ('skips', 'skipped_at')
) b (name, born) on b.name = t.relname
where t.relnamespace = 'public'::regnamespace and t.relkind = 'r'
    and t.relname not in ('migrations', 'account_passwords', 'network_salts', 'network_activity')
group by t.oid, t.relname, k.columns, b.born
order by t.relname;

-- name: applied_migrations
-- Which migrations the catalog has.
select name from migrations order by name;

-- name: has_migrations$
-- Whether the database is a catalog at all.
select to_regclass('public.migrations') is not null;

-- name: sequences
-- How far each numbering has come; those that gave no number yet are left out.
select sequencename as name, last_value from pg_sequences
where schemaname = 'public' and last_value is not null order by sequencename;

-- name: set_sequence$
-- A numbering goes on after a value.
select setval(quote_ident(:name)::regclass, :last_value);

-- name: recover_delivery$
-- The delivery that a recovered file came in; `received`, so that the same delivery taken in again completes it.
insert into deliveries (name, source, fingerprint, received_at) values (:name, :source, :fingerprint, :written)
on conflict (fingerprint) do update set name = deliveries.name
returning delivery_id;

-- name: recover_scan$
-- A master that came after the export; nothing where its identifier went to another picture. The first records tell
-- nothing of descriptions.
insert into scans (sha256, identifier, title, creator, date_created, place, collection, rights, content_warning,
    do_not_colorize, do_not_colorize_reason, supplier_filename, media_type, width, height, bits, channels, bytes,
    object_key, preview_key, embedded_metadata, further_columns, description, described_by, sidecar_key,
    sidecar_metadata, first_delivery_id, ingested_at, fixity_checked_at)
select sha256, identifier, title, creator, date_created, place, collection, rights, content_warning,
    do_not_colorize, do_not_colorize_reason, supplier_filename, media_type, width, height, bits, channels, bytes,
    object_key, preview_key, embedded_metadata, further_columns, coalesce(description, ''),
    coalesce(described_by, '{}'), sidecar_key, coalesce(sidecar_metadata, '{}'), :delivery_id, :written, :written
from jsonb_populate_record(null::scans, :scan)
on conflict do nothing
returning scan_id;

-- name: recover_reference!
-- A true colour that came after the export.
insert into colour_references (scan_id, sha256, object_key, media_type, bytes, fixity_checked_at)
select :scan_id, sha256, object_key, media_type, bytes, :written
from jsonb_populate_record(null::colour_references, :reference)
on conflict do nothing;

-- name: recover_file!
-- What a recovered file was called in its delivery.
insert into delivered_files (delivery_id, path, role, outcome, bytes, sha256, scan_id)
select :delivery_id, path, role, 'accepted', bytes, sha256, :scan_id
from jsonb_populate_record(null::delivered_files, :file)
on conflict do nothing;

-- name: recover_flag!
-- "Do not colorize", said after the export.
update scans set do_not_colorize = true, do_not_colorize_reason = :reason
where scan_id = :scan_id and not do_not_colorize;

-- name: recover_withdrawal!
-- A withdrawal after the export.
update scans set withdrawn_at = :written, withdrawn_by = :by, withdrawn_reason = :reason, do_not_colorize = true,
    do_not_colorize_reason = case when do_not_colorize then do_not_colorize_reason else :reason end
where scan_id = :scan_id and withdrawn_at is null;

-- name: recover_veto!
-- A veto that was recorded after the export.
insert into vetoes (veto_id, scan_id, asked_by, reason, last_day, recorded_by, recorded_at)
values (:veto_id, :scan_id, :asked_by, :reason, :last_day, :by, :written)
on conflict do nothing;

-- name: recover_lifting!
-- A veto that was lifted after the export.
update vetoes set lifted_at = :written, lifted_by = :by, lifted_reason = :reason
where veto_id = :veto_id and lifted_at is null;

-- name: known_scans
-- Of each master what its records could still add.
select s.sha256, s.scan_id, s.do_not_colorize, s.withdrawn_at is not null as withdrawn, r.scan_id is not null as referenced
from scans s left join colour_references r using (scan_id);

-- name: scan_of_checksum$
-- The master with these very bytes, if the catalog knows it.
select scan_id from scans where sha256 = :sha256;

-- name: stored_keys
-- Keys that the catalog says are in the archive bucket.
select object_key from stored_objects
union
select sidecar_key from scans where sidecar_key is not null;

-- name: unknown_names
-- Of what was asked for, what is neither a collection nor an identifier.
select name from unnest(:names::text[]) as asked (name)
where not exists (select from scans where collection = name or identifier = name);

-- name: bag_counts^
-- What a bag of these collections and identifiers will hold; all where no name is given.
select count(*) as rows, coalesce(sum(s.bytes + coalesce(r.bytes, 0)) filter (where withdrawn_at is null), 0)::bigint as bytes
from scans s left join colour_references r using (scan_id)
where :everything or collection = any (:names::text[]) or identifier = any (:names::text[]);

-- name: bag_further_columns
-- The suppliers' own columns of those scans.
select distinct jsonb_object_keys(further_columns) as name
from scans where :everything or collection = any (:names::text[]) or identifier = any (:names::text[]) order by 1;

-- name: bag_scans
-- A page of those scans, tombstones too, each with its true colour.
select s.*, r.sha256 as reference_sha256, r.object_key as reference_key, r.bytes as reference_bytes,
    (select f.path from delivered_files f where f.scan_id = s.scan_id and f.role = 'reference'
        and f.sha256 = r.sha256 order by f.delivery_id, f.path limit 1) as reference_filename,
    d.name as delivery
from scans s
join deliveries d on d.delivery_id = s.first_delivery_id
left join colour_references r on r.scan_id = s.scan_id
where s.scan_id > :after
    and (:everything or collection = any (:names::text[]) or identifier = any (:names::text[]))
order by s.scan_id limit :most;

-- name: bag_events
-- All that happened to some scans, in order.
select e.event_key, e.event_type, e.occurred_at, e.agent, e.outcome, e.detail, e.colorization_id, s.identifier,
    d.name as delivery
from events e join scans s using (scan_id) left join deliveries d on d.delivery_id = e.delivery_id
where e.scan_id = any (:scan_ids) order by e.event_id;

-- name: forget_faults!
-- What kept a bag of these from being finished does so no longer.
delete from set_aside where stage = 'bag' and scan_id in (
    select scan_id from scans
    where :everything or collection = any (:names::text[]) or identifier = any (:names::text[])
);
