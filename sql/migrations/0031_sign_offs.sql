-- The report on a delivery is signed off: somebody of the staff has read it, and accepts it as it stands.

create table sign_offs (
    delivery_id  bigint primary key references deliveries,
    signed_at    timestamptz not null default now(),
    signed_by    text not null check (signed_by <> ''),
    account_id   bigint references accounts,
    owed         integer not null check (owed >= 0)
);
comment on table sign_offs is 'Who accepted the report on a delivery, and when; once for each, and never changed.';
comment on column sign_offs.signed_by is 'The account''s display name at that time.';
comment on column sign_offs.account_id is 'The account; none where it was signed on the command line.';
comment on column sign_offs.owed is 'Files that the delivery still owed then: what was signed.';
