-- Accounts: who may sign in, with which roles.

-- name: lock_accounts!
-- One change of accounts at a time, so that two cannot take the last administrator away together.
lock table accounts in share row exclusive mode;

-- name: add_account$
-- A new account; nothing where the name is taken.
insert into accounts (name, display_name, roles)
values (:name, :display_name, cast(:roles as account_role[]))
on conflict (lower(name collate pg_c_utf8)) do nothing
returning account_id;

-- name: get_linked^
-- The account of a person at an OpenID Connect provider.
select account_id, name, display_name, roles::text[] as roles, issuer, subject, generation, created_at, disabled_at,
    p.temporary, p.set_at
from accounts left join account_passwords p using (account_id)
where issuer = :issuer and subject = :subject;

-- name: free_name$
-- A name that nobody has: the wanted one, or the first with a number behind it.
select wanted from (
    select :name as wanted, 1 as number
    union all
    select left(:name, 190) || ' (' || number || ')', number
    from generate_series(2, (select count(*) + 2 from accounts)) number
) names
where not exists (select from accounts where lower(name collate pg_c_utf8) = lower(wanted collate pg_c_utf8))
order by number limit 1;

-- name: add_linked$
-- An account without a password, of a person at an OpenID Connect provider.
insert into accounts (name, display_name, roles, issuer, subject)
values (:name, :display_name, cast(:roles as account_role[]), :issuer, :subject)
returning account_id;

-- name: set_password!
-- The password of an account, in the place of the one before.
insert into account_passwords (account_id, hash, temporary) values (:account_id, :hash, :temporary)
on conflict (account_id) do update set hash = excluded.hash, temporary = excluded.temporary, set_at = now();

-- name: end_sessions!
-- All sessions of an account end.
update accounts set generation = generation + 1 where account_id = :account_id;

-- name: set_roles!
-- Other roles; sessions end.
update accounts set roles = cast(:roles as account_role[]), generation = generation + 1
where account_id = :account_id;

-- name: set_disabled!
-- Close an account, or open it again; sessions end.
update accounts set disabled_at = case when :disabled then coalesce(disabled_at, now()) end,
    generation = generation + 1
where account_id = :account_id;

-- name: has_accounts$
-- Whether anybody has an account.
select exists (select from accounts);

-- name: list_accounts
-- All accounts, open ones first, by name.
select account_id, name, display_name, roles::text[] as roles, issuer, subject, generation, created_at, disabled_at,
    p.temporary, p.set_at
from accounts left join account_passwords p using (account_id)
order by disabled_at is not null, lower(name collate pg_c_utf8);

-- name: get_account^
-- One account by its number.
select account_id, name, display_name, roles::text[] as roles, issuer, subject, generation, created_at, disabled_at,
    p.temporary, p.set_at
from accounts left join account_passwords p using (account_id)
where account_id = :account_id;

-- name: find_account^
-- An account by its name, whatever the case.
select account_id, name, display_name, roles::text[] as roles, issuer, subject, generation, created_at, disabled_at,
    p.temporary, p.set_at
from accounts left join account_passwords p using (account_id)
where lower(name collate pg_c_utf8) = lower(:name collate pg_c_utf8);

-- name: get_password_hash$
-- The password of an account, as it is stored.
select hash from account_passwords where account_id = :account_id;

-- name: find_session^
-- The account behind a session, unless it was disabled or its sessions were ended.
select account_id, name, display_name, roles::text[] as roles, issuer, subject, generation, created_at, disabled_at,
    p.temporary, p.set_at
from accounts left join account_passwords p using (account_id)
where account_id = :account_id and generation = :generation and disabled_at is null;

-- name: other_administrators$
-- How many open accounts of administrators there are beside one.
select count(*) from accounts
where 'administrator' = any (roles) and disabled_at is null and account_id <> :account_id;
