-- A delivery's report says what was not looked at, too, also when it is read again later.

alter table deliveries add column looked_at jsonb not null default '{}';
comment on column deliveries.looked_at is
    'What its report says of the virus scan, of free space and of second readings; empty of deliveries before these.';
