-- Deliveries that come as bags keep what the bag says of itself; watched places remember what they have seen.

alter table deliveries add column bag_info jsonb not null default '[]' check (jsonb_typeof(bag_info) = 'array');
comment on column deliveries.bag_info is
    'bag-info.txt of a delivery that came as a bag, as pairs of label and value in their order; labels may come twice.';

create table inbox_entries (
    source       text primary key,
    signature    char(64) not null check (signature ~ '^[0-9a-f]{64}$'),
    seen_at      timestamptz not null default now(),
    tried_at     timestamptz,
    delivery_id  bigint references deliveries
);
comment on table inbox_entries is
    'What lies in the watched places: an entry is taken in when it is whole, and not again until it changes.';
comment on column inbox_entries.signature is 'SHA-256 over names, sizes and times (in a bucket: tags) of its files.';
comment on column inbox_entries.seen_at is 'Since when it has been as it is now.';
