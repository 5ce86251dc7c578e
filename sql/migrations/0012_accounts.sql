-- Accounts: who may do what on the staff pages.

create type account_role as enum (
    'rater',         -- may do what everyone may: rate pictures
    'digitizer',     -- sees deliveries and scans
    'curator',       -- reviews and decides
    'scheduler',     -- sees everything, runs campaigns
    'administrator'  -- everything, accounts included
);

create table accounts (
    account_id    bigint generated always as identity primary key,
    name          text not null check (name = btrim(name) and name <> '' and char_length(name) <= 200),
    display_name  text not null check (btrim(display_name) <> ''),
    roles         account_role[] not null check (cardinality(roles) > 0 and array_position(roles, null) is null),
    issuer        text check (issuer <> ''),
    subject       text check (subject <> ''),
    generation    integer not null default 1,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    check ((issuer is null) = (subject is null)),
    unique (issuer, subject)
);
comment on table accounts is
    'People who may sign in. A row is never deleted: the log of events names accounts by their number.';
comment on column accounts.name is 'What the person types at sign-in, and commands take; unique whatever the case.';
comment on column accounts.display_name is 'What stands under the person''s decisions.';
comment on column accounts.issuer is
    'With subject: who this is at an OpenID Connect provider. Null for accounts that sign in with a password.';
comment on column accounts.generation is
    'Sessions carry it; another password or role counts it up, which ends all sessions before.';
create unique index accounts_name on accounts (lower(name collate pg_c_utf8));
comment on index accounts_name is 'One account per name, whatever the case; signing in finds the account by it.';

create table account_passwords (
    account_id  bigint primary key references accounts,
    hash        text not null check (hash like '$argon2id$%'),
    temporary   boolean not null default false,
    set_at      timestamptz not null default now()
);
comment on table account_passwords is
    'Argon2id hashes, apart from the accounts: the export of the catalog, which is kept for ever, leaves them out.';
comment on column account_passwords.temporary is 'Chosen by somebody else: the person chooses another before anything.';
