-- name: get_delivery_facts^
-- What a delivery's report begins with.
select name, fingerprint, checksums_listed, checksums_verified, profiles, looked_at from deliveries
where delivery_id = :delivery_id;

-- name: list_delivery_files
-- All files of a delivery with their outcomes.
select path, role, outcome, bytes, sha256 from delivered_files where delivery_id = :delivery_id order by path;

-- name: list_delivery_findings
-- All findings of a delivery.
select file, row_number as row, code, severity, sentence from findings
where delivery_id = :delivery_id order by finding_id;

-- name: delivery_state$
-- Only what is taken in has a report to sign off.
select state from deliveries where delivery_id = :delivery_id;

-- name: add_sign_off!
-- The report on a delivery is accepted; whoever did so first stays.
insert into sign_offs (delivery_id, signed_by, account_id, owed) values (:delivery_id, :by, :account_id, :owed)
on conflict do nothing;

-- name: get_sign_off^
-- Who signed the report on a delivery off.
select signed_by, signed_at, owed from sign_offs where delivery_id = :delivery_id;
