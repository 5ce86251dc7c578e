-- A veto of a community, beside staff's own "do not colorize": somebody asked, it may end by itself, nothing is lost.

create table vetoes (
    veto_id        uuid primary key,
    scan_id        bigint not null references scans,
    asked_by       text not null check (btrim(asked_by) <> ''),
    reason         text not null check (btrim(reason) <> ''),
    last_day       date,
    recorded_by    text not null check (btrim(recorded_by) <> ''),
    account_id     bigint references accounts,
    recorded_at    timestamptz not null default now(),
    lifted_at      timestamptz,
    lifted_by      text not null default '',
    lifted_reason  text not null default '',
    check ((lifted_at is null) = (lifted_by = '')),
    check ((lifted_at is null) = (lifted_reason = ''))
);
comment on table vetoes is
    'Communities and persons who asked that a photograph be not coloured. While one stands the scan is coloured, measured, '
    'rated and published nowhere; what was made before stays and comes back afterwards.';
comment on column vetoes.veto_id is 'From the form, so that a form sent twice acts once.';
comment on column vetoes.last_day is 'The last day on which it stands, in UTC; null: until somebody lifts it.';

create index vetoes_of_scan on vetoes (scan_id);
comment on index vetoes_of_scan is 'Every stage asks whether a veto stands on a scan.';
create index vetoes_newest on vetoes (recorded_at desc, veto_id);
comment on index vetoes_newest is 'The page of vetoes lists the newest first.';

create view standing_vetoes as
select veto_id, scan_id, asked_by, reason, last_day, recorded_by, recorded_at
from vetoes
where lifted_at is null and (last_day is null or last_day >= (now() at time zone 'UTC')::date);
comment on view standing_vetoes is 'Vetoes that hold today. One whose last day is over has ended by itself.';
