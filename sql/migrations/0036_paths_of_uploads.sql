-- A path that is announced is looked up by what it begins with, too. In the order of bytes an index serves that in
-- every database; in that of a language, as most servers have it, each announced file read all of its upload.

alter table uploaded_files drop constraint uploaded_files_upload_id_alike_key;
create unique index uploaded_files_alike on uploaded_files (upload_id, alike collate "C");
comment on index uploaded_files_alike is
    'No two files of one upload share a path; in the order of bytes, so that what lies below a folder is a range.';
