-- Every scan has a preview from its ingest on, also one that is never colorized.

alter table scans add column preview_key text;
comment on column scans.preview_key is
    'A JPEG of at most 1600 pixels in the archive bucket, for the pages; null where none could be made.';
