-- The registry: what makes a model again, how it was measured, and which model a method colours with.

alter table models
    add column weights_key           text unique,
    add column card_key              text unique,
    add column code_revision         text,
    add column data_manifest_sha256  char(64) check (data_manifest_sha256 ~ '^[0-9a-f]{64}$'),
    add column parent_id             bigint references models check (parent_id <> model_id),
    add column protocol              jsonb,
    add column judged_at             timestamptz,
    add column promotable            boolean generated always as (
        weights_key is not null
        and coalesce(protocol -> 'skin_tone', 'null') not in ('null', '{}', '[]')
        and coalesce(protocol -> 'era', 'null') not in ('null', '{}', '[]')
    ) stored,
    add unique (model_id, method),
    add unique (model_id, method, promotable),
    add check ((weights_key is null) = (card_key is null)),
    add check ((protocol is null) = (judged_at is null));
comment on column models.weights_key is
    'The weight file in the archive bucket, its card beside it under card_key; null while only installed weights were used.';
comment on column models.code_revision is 'The commit that trained it, as its card says.';
comment on column models.data_manifest_sha256 is 'SHA-256 of the list of photographs it was trained on, as its card says.';
comment on column models.parent_id is 'The model whose weights the training started from, if any.';
comment on column models.protocol is 'Its benchmark: its own rows and those of the baselines, the newest judging.';
comment on column models.promotable is
    'Whether its weights are in the archive and its benchmark reports by skin tone and by era: no champion without.';

create type champion_move_kind as enum (
    'promotion',  -- a person put a model that passed the gate in the place of the one before
    'roll back'   -- a person put the one before back
);

create table champion_moves (
    move_id        bigint generated always as identity primary key,
    method         text not null,
    kind           champion_move_kind not null,
    model_id       bigint,
    from_model_id  bigint,
    approved_by    text not null check (approved_by ~ '\S'),
    why            text not null check (why ~ '\S'),
    figures        jsonb not null,
    approved_at    timestamptz not null default now(),
    promotable     boolean generated always as (case when model_id is not null then true end) stored,
    check (kind = 'roll back' or model_id is not null),
    check (model_id is distinct from from_model_id),
    foreign key (from_model_id, method) references models (model_id, method),
    constraint champion_without_weights_or_reports
        foreign key (model_id, method, promotable) references models (model_id, method, promotable)
);
comment on table champion_moves is
    'Which model a method colours with, move by move, append-only. No model_id: the installed weights, as before the first.';
comment on column champion_moves.figures is 'What the gate compared at the time of the promotion.';
comment on column champion_moves.promotable is
    'With its foreign key a rule: a champion has its weights in the archive and its reports, as long as the row stands.';
create index champion_moves_newest on champion_moves (method, move_id desc);
comment on index champion_moves_newest is 'champions takes the newest move of each method.';

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The table % is append-only.', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger champion_moves_append_only before update or delete or truncate on champion_moves
    for each statement execute function refuse_change();

create view champions as
    select method, model_id, move_id, approved_by, why, approved_at
    from (select distinct on (method) * from champion_moves order by method, move_id desc) as newest
    where model_id is not null;
comment on view champions is 'The model that each method colours with; a method without a row uses the installed weights.';
