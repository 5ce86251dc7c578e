-- The rework loop: what was refused stays owed until a later delivery replaces it, or somebody waives it.

create table debts (
    delivery_id    bigint not null references deliveries,
    path           text not null,
    identifier     text not null default '',
    missing        boolean not null default false,
    waived_at      timestamptz,
    waived_by      text not null default '',
    waived_reason  text not null default '',
    changes        integer not null default 0,
    primary key (delivery_id, path),
    check ((waived_at is null) = (waived_by = '')),
    check ((waived_at is null) = (waived_reason = ''))
);
comment on table debts is
    'Files that a delivery owes: refused, or named in its manifest.csv and not delivered. Never deleted.';
comment on column debts.identifier is 'As manifest.csv names it; empty where it names none, or one that was not its own.';
comment on column debts.missing is 'It did not come at all.';
comment on column debts.waived_at is 'Somebody has said that it is owed no longer, and why.';
comment on column debts.changes is 'How often people changed its state: the number of its newest event, debt/<delivery>/<number>/<path>.';
create index debts_path on debts (path);
comment on index debts_path is 'find_debts looks a replacement up by the name of the file that it replaces.';
create index debts_identifier on debts (identifier) where identifier <> '';
comment on index debts_identifier is 'find_debts looks a replacement up by its identifier.';

create type link_rule as enum (
    'replaces',   -- manifest.csv names the file that is replaced
    'identifier', -- manifest.csv gives it the identifier of the file that is owed
    'file name'   -- it has the path of the one file of that path that is owed
);
alter table delivered_files
    add column answers_delivery_id  bigint,
    add column answers_path         text,
    add column answered_by          link_rule,
    add foreign key (answers_delivery_id, answers_path) references debts (delivery_id, path),
    add check (num_nonnulls(answers_delivery_id, answers_path, answered_by) in (0, 3)),
    add check (answers_delivery_id <> delivery_id);
comment on column delivered_files.answers_path is
    'The debt for which this file came. Accepted, it replaces what was owed; refused, it was one more try.';
create index delivered_files_answers on delivered_files (answers_delivery_id, answers_path)
    where answers_delivery_id is not null;
comment on index delivered_files_answers is 'debt_states looks up what came for a debt.';

create type debt_state as enum (
    'owed',     -- refused or missing, and nothing accepted came for it
    'replaced', -- owed -> replaced, by a file of a later delivery that was accepted
    'waived'    -- owed -> waived, by a person with a reason, who may take that back
);
create view debt_states as
    select d.*,
        case when d.waived_at is not null then 'waived'
            when r.path is not null then 'replaced' else 'owed' end::debt_state as state,
        r.delivery_id as replaced_in, r.path as replaced_by, r.answered_by, r.scan_id,
        t.delivery_id as tried_in, t.path as tried_as
    from debts d
    left join lateral (
        select * from delivered_files f
        where f.answers_delivery_id = d.delivery_id and f.answers_path = d.path and f.outcome <> 'refused'
        order by f.delivery_id, f.path limit 1
    ) r on true
    left join lateral (
        select * from delivered_files f
        where f.answers_delivery_id = d.delivery_id and f.answers_path = d.path and f.outcome = 'refused'
        order by f.delivery_id desc, f.path limit 1
    ) t on true;
comment on view debt_states is 'Each debt as it stands, with what replaced it, or the newest try that was refused.';

insert into debts (delivery_id, path) select delivery_id, path from delivered_files where outcome = 'refused';
insert into debts (delivery_id, path, missing) select distinct delivery_id, file, true from findings
where code = 'file-missing' on conflict do nothing;
