-- One damaged item never stops a stage: it is set aside with its sentence, and tried again in the next run.

create table set_aside (
    set_aside_id     bigint generated always as identity primary key,
    stage            text not null,
    scan_id          bigint not null references scans,
    colorization_id  bigint references colorizations,
    sentence         text not null,
    since            timestamptz not null default now(),
    unique nulls not distinct (stage, scan_id, colorization_id)
);
comment on table set_aside is
    'What a stage could not take, as its object is missing, another or not to be read; gone when it could.';
comment on column set_aside.stage is 'The room that set it aside, such as metrics or publish.';
