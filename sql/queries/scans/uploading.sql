-- name: open_upload$
-- A new upload.
insert into uploads (name, uploader, account_id) values (:name, :uploader, :account_id) returning upload_id;

-- name: get_upload^
-- An upload with what became of it after it was handed in.
select u.*, i.tried_at, i.delivery_id, coalesce(i.refusal, '') as refusal
from uploads u left join inbox_entries i using (source)
where upload_id = :upload_id;

-- name: lock_upload$
-- The state of an upload, which nobody changes until the transaction ends.
select state from uploads where upload_id = :upload_id for update;

-- name: touch_upload!
-- Something came.
update uploads set touched_at = now() where upload_id = :upload_id;

-- name: close_upload!
-- Handed in (with its place) or given up; once.
update uploads set state = :state, closed_at = now(), source = :source where upload_id = :upload_id and state = 'open';

-- name: list_uploaded_files
-- Files of an upload by path, those that are not whole first.
select file_id, path, bytes, received, answer is not null as checked
from uploaded_files where upload_id = :upload_id order by received = bytes, path limit :most;

-- name: get_uploaded_file^
-- One file of an upload.
select file_id, path, bytes, received, answer is not null as checked
from uploaded_files where upload_id = :upload_id and file_id = :file_id;

-- name: find_clash^
-- What stands in the way of a path: the same path (perhaps in other letter case), a file where a folder should be, or
-- a folder where a file should be: what lies below it is a range of the index in the order of bytes, where 0 follows /.
select file_id, path, bytes, modified, received from uploaded_files
where upload_id = :upload_id
    and (
        alike collate "C" = any(:folders::text[] || :alike::text)
        or (alike collate "C" >= :alike || '/' and alike collate "C" < :alike || '0')
    )
order by alike <> :alike, path limit 1;

-- name: forget_report!
-- The files are others now: the report of those before is not theirs.
update uploads set report = null, report_of = null where upload_id = :upload_id;

-- name: upload_sizes^
-- How many files an upload has announced, their bytes, and how many are not here in full.
select count(*) as files, coalesce(sum(bytes), 0)::bigint as bytes, coalesce(sum(received), 0)::bigint as received,
    count(*) filter (where received < bytes) as unfinished,
    count(*) filter (where received = bytes and answer is null) as unchecked
from uploaded_files where upload_id = :upload_id;

-- name: bytes_to_come$
-- Bytes that all open uploads together have announced and not sent.
select coalesce(sum(bytes - received), 0)::bigint
from uploaded_files join uploads using (upload_id) where state = 'open';

-- name: add_uploaded_file$
-- A file is announced.
insert into uploaded_files (upload_id, path, alike, bytes, modified)
values (:upload_id, :path, :alike, :bytes, :modified) returning file_id;

-- name: remove_uploaded_file!
-- A file is taken off the upload.
delete from uploaded_files where upload_id = :upload_id and file_id = :file_id;

-- name: remove_uploaded_files!
-- The files of an upload are gone from the disk.
delete from uploaded_files where upload_id = :upload_id;

-- name: file_received!
-- So many bytes of a file are on the disk for good.
update uploaded_files set received = :received where file_id = :file_id and received < :received;

-- name: list_unseen_uploads
-- What was handed in and not yet seen in the watched place.
select upload_id from uploads
where state = 'finished' and on_disk and not exists (select from inbox_entries i where i.source = uploads.source);

-- name: list_old_uploads
-- Uploads whose files shall leave the disk: given up, left alone, or taken in or refused for so long.
select upload_id, u.state, u.source
from uploads u left join inbox_entries i using (source)
where on_disk and (
    u.state = 'abandoned'
    or (u.state = 'open' and touched_at < now() - make_interval(days => :days))
    or (closed_at < now() - make_interval(days => :days) and (i.delivery_id is not null or i.refusal <> ''))
)
order by upload_id;

-- name: upload_removed!
-- Nothing of it is on the disk any more.
update uploads set on_disk = false, report = null, report_of = null where upload_id = :upload_id;

-- name: lock_checking$
-- One process at a time looks at an upload; the lock ends with the connection, also of a killed process.
select pg_try_advisory_lock(hashtext('upload'), :upload_id::int);

-- name: unlock_checking$
-- The look is over: the next one need not wait until the server has noticed that the connection is closed.
select pg_advisory_unlock(hashtext('upload'), :upload_id::int);

-- name: list_unchecked_files
-- Whole files of an open upload that nobody has looked at yet.
select file_id, path from uploaded_files join uploads using (upload_id)
where upload_id = :upload_id and state = 'open' and received = bytes and answer is null
order by file_id limit :most;

-- name: file_checked!
-- What the decoding process said of a file; nothing where it was removed meanwhile.
update uploaded_files set answer = :answer where file_id = :file_id;

-- name: list_answers
-- All that is known of the files of an open upload, with what its report is of, and how many are not here in full.
select file_id, path, answer, report_of,
    (select count(*) from uploaded_files u where u.upload_id = :upload_id and u.received < u.bytes) as unfinished
from uploaded_files join uploads using (upload_id)
where upload_id = :upload_id and state = 'open' and answer is not null order by file_id;

-- name: keep_report!
-- The newest report of an upload.
update uploads set report = :report, report_of = :report_of where upload_id = :upload_id;

-- name: list_on_the_way
-- Deliveries that were not taken in yet: open uploads of an account (or of all), and what lies in the watched places.
select upload_id, name, uploader, account_id, 'being uploaded' as state, opened_at as since, '' as refusal,
    (select count(*) from uploaded_files f where f.upload_id = u.upload_id) as files,
    (select coalesce(sum(received), 0)::bigint from uploaded_files f where f.upload_id = u.upload_id) as bytes
from uploads u where state = 'open' and (:everyone or account_id = :account_id)
union all
select upload_id, coalesce(name, regexp_replace(source, '^.*/', '')), uploader, account_id,
    case when refusal <> '' then 'refused' when tried_at is not null then 'being received' else 'waiting' end,
    coalesce(closed_at, seen_at), coalesce(refusal, ''), null, null
from (select * from uploads where state = 'finished') u full join inbox_entries i using (source)
where i.delivery_id is null and coalesce(on_disk, true)
    and (:seen_by::bigint is null or u.upload_id is null or u.account_id = :seen_by)
    and not exists (select from deliveries d where d.source = coalesce(u.source, i.source) and d.state = 'received')
order by since desc;

-- name: count_other_uploads$
-- Open uploads that an account does not see.
select count(*) from uploads where state = 'open' and account_id is distinct from :account_id;
