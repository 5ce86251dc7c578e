-- Near-duplicates: a likeness of each scan, looked up through an index, and the pairs that a curator looks at.

create table scan_likenesses (
    scan_id      bigint primary key references scans,
    likeness     bigint,
    band_1       integer generated always as (((likeness >> 51) & 8191)::integer) stored,
    band_2       integer generated always as (((likeness >> 38) & 8191)::integer) stored,
    band_3       integer generated always as (((likeness >> 25) & 8191)::integer) stored,
    band_4       integer generated always as (((likeness >> 12) & 8191)::integer) stored,
    band_5       integer generated always as ((likeness & 4095)::integer) stored,
    compared_at  timestamptz
);
comment on table scan_likenesses is
    'The perceptual hash of each scan, and its five bands: hashes within 9 bits have a band within 1 bit.';
comment on column scan_likenesses.likeness is
    '64 bits, the lowest frequencies of the picture; null where there is too little in it to tell pictures apart.';
comment on column scan_likenesses.compared_at is 'When it was looked up among all others; null: the next run does that.';
create index scan_likenesses_band_1 on scan_likenesses (band_1);
create index scan_likenesses_band_2 on scan_likenesses (band_2);
create index scan_likenesses_band_3 on scan_likenesses (band_3);
create index scan_likenesses_band_4 on scan_likenesses (band_4);
create index scan_likenesses_band_5 on scan_likenesses (band_5);
comment on index scan_likenesses_band_1 is 'like_scans asks for 14 values of each band and compares only what has one of them.';
comment on index scan_likenesses_band_2 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_3 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_4 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_5 is 'As scan_likenesses_band_1.';
create index scan_likenesses_waiting on scan_likenesses (scan_id) where compared_at is null and likeness is not null;
comment on index scan_likenesses_waiting is 'The next run finds what was not compared yet.';

create type likeness_state as enum (
    'open',         -- found by their likeness; waits for a curator
    'same picture', -- open or different -> same picture, by a curator, who says which of the two is colorized
    'different'     -- open or same picture -> different, by a curator; either may go back to open
);

create table likenesses (
    likeness_id    bigint generated always as identity primary key,
    scan_id        bigint not null references scans,
    other_scan_id  bigint not null references scans,
    distance       smallint not null check (distance between 0 and 64),
    state          likeness_state not null default 'open',
    kept_scan_id   bigint check (kept_scan_id in (scan_id, other_scan_id)),
    linked_scan_id bigint generated always as (
        case when kept_scan_id = scan_id then other_scan_id when kept_scan_id = other_scan_id then scan_id end
    ) stored,
    curator        text check (curator ~ '\S'),
    decided_at     timestamptz,
    decisions      integer not null default 0,
    found_at       timestamptz not null default now(),
    unique (scan_id, other_scan_id),
    check (scan_id < other_scan_id),
    check ((state = 'same picture') = (kept_scan_id is not null)),
    check (state = 'open' or decisions > 0),
    check ((decisions = 0) = (curator is null)),
    check ((curator is null) = (decided_at is null))
);
comment on table likenesses is
    'Pairs of scans that look alike. The newest decision stands here; every decision is an event, likeness/<id>/<number>/<scan>.';
comment on column likenesses.kept_scan_id is 'Of two scans of the same picture the one that is colorized.';
comment on column likenesses.linked_scan_id is 'The other one: it stays preserved, and is not colorized while this stands.';
comment on column likenesses.decisions is 'How often it was decided, taking back included: the number of its newest event.';
create index likenesses_queue on likenesses (state, distance, likeness_id);
comment on index likenesses_queue is 'The page of likenesses shows a state, the nearest pairs first.';
create index likenesses_other on likenesses (other_scan_id);
comment on index likenesses_other is 'The page of a scan lists its likenesses.';
create index likenesses_linked on likenesses (linked_scan_id) where linked_scan_id is not null;
comment on index likenesses_linked is 'enqueue_scans leaves out scans whose picture is colorized under another number.';
