-- name: open_delivery^
-- The row of a delivery, made at its first arrival; the same files sent again find it by their fingerprint.
-- `new` is 1 for a row just inserted: only one that was there has an xmax.
insert into deliveries (name, source, fingerprint, bag_info) values (coalesce((select u.name from uploads u where u.source = :source), :name), :source, :fingerprint, :bag_info)
on conflict (fingerprint) do update set name = deliveries.name
returning delivery_id, (xmax = 0)::int as new;

-- name: lock_delivery^
-- One run at a time takes in a delivery; the lock ends with the connection, also of a killed run.
select pg_advisory_lock(hashtext('delivery'), hashtext(:fingerprint))::text as locked;

-- name: delivery_state$
-- Read again once the lock is held: another run may have finished it meanwhile.
select state from deliveries where delivery_id = :delivery_id;

-- name: finish_delivery!
-- Every file has an outcome.
update deliveries set state = 'ingested', ingested_at = now(), checksums_listed = :listed,
    checksums_verified = :verified, profiles = :profiles, looked_at = :looked_at
where delivery_id = :delivery_id and state = 'received';

-- name: taken_in_paths
-- Files that an earlier, interrupted run has brought to their outcome.
select path from delivered_files where delivery_id = :delivery_id;

-- name: delivery_counts^
-- What became of a delivery's files.
select count(*) as files,
    count(*) filter (where outcome <> 'refused') as accepted,
    count(*) filter (where outcome = 'refused') as refused,
    count(*) filter (where outcome = 'duplicate') as duplicates
from delivered_files where delivery_id = :delivery_id;

-- name: scan_by_checksum^
-- The master with these very bytes, if the archive holds it.
select scan_id, do_not_colorize, object_key from scans where sha256 = :sha256;

-- name: identifier_holder^
-- The scan that has an identifier.
select scan_id, sha256 from scans where identifier = :identifier;

-- name: add_scan$
-- A new master; nothing where its checksum or its identifier is taken.
insert into scans (sha256, identifier, title, creator, date_created, place, collection, rights, content_warning,
    do_not_colorize, do_not_colorize_reason, supplier_filename, media_type, width, height, bits, channels, bytes,
    object_key, preview_key, embedded_metadata, further_columns, description, described_by, sidecar_key,
    sidecar_metadata, first_delivery_id)
values (:sha256, :identifier, :title, :creator, :date_created, :place, :collection, :rights, :content_warning,
    :do_not_colorize, :do_not_colorize_reason, :supplier_filename, :media_type, :width, :height, :bits, :channels,
    :bytes, :object_key, :preview_key, :embedded_metadata, :further_columns, :description, :described_by, :sidecar_key,
    :sidecar_metadata, :delivery_id)
on conflict do nothing
returning scan_id;

-- name: add_likeness!
-- The perceptual hash of a new scan; null where there is too little in it to tell pictures apart.
insert into scan_likenesses (scan_id, likeness) values (:scan_id, :likeness) on conflict do nothing;

-- name: close_scan!
-- A later delivery flags a picture that the archive holds already: the lock counts for it, too.
update scans set do_not_colorize = true, do_not_colorize_reason = :reason
where scan_id = :scan_id and not do_not_colorize;

-- name: add_reference!
-- The true colour of a scan; the first one delivered stays.
insert into colour_references (scan_id, sha256, object_key, media_type, bytes)
values (:scan_id, :sha256, :object_key, :media_type, :bytes)
on conflict do nothing;

-- name: add_delivered_file!
-- The outcome of one file.
insert into delivered_files (delivery_id, path, role, outcome, bytes, sha256, scan_id, thumbnail_key)
values (:delivery_id, :path, :role, :outcome, :bytes, :sha256, :scan_id, :thumbnail_key)
on conflict do nothing;

-- name: add_finding!
-- What pre-flight said.
insert into findings (delivery_id, file, row_number, code, severity, sentence)
values (:delivery_id, :file, :row_number, :code, :severity, :sentence)
on conflict do nothing;
