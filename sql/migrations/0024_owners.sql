-- Whose an upload is, and with it the delivery that came of it.

alter table uploads add column account_id bigint references accounts;
comment on column uploads.account_id is 'Whose it is: names may be alike. Null where it was begun before there were accounts.';
create index uploads_account on uploads (account_id);
comment on index uploads_account is 'A digitizer''s list of deliveries leaves out those that others uploaded.';

create view owned_deliveries as
    select delivery_id, account_id
    from inbox_entries join uploads using (source)
    where delivery_id is not null and account_id is not null;
comment on view owned_deliveries is
    'Deliveries that a person uploaded. Those that came another way, by courier or command, are of the whole team.';
