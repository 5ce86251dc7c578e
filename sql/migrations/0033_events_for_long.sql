-- The log of events for a long time: parted by time, and chained by hashes, it need not be made anew.

-- A log that is parted by time holds no unique index over keys alone: that an act is told once is kept beside it.
create table event_keys (
    event_key  text primary key,
    event_id   bigint not null
);
comment on table event_keys is 'Natural keys of all events: the log may be parted by time, what was told stays told.';
insert into event_keys select event_key, event_id from events order by event_id;

alter table events drop constraint events_event_key_key;
alter table events add column recorded_at timestamptz;
alter table events alter column recorded_at type timestamptz using occurred_at;
alter table events alter column recorded_at set not null, alter column recorded_at set default clock_timestamp();
alter table events drop constraint events_pkey, add primary key (event_id, recorded_at);
comment on column events.event_id is 'The number in the log: given by the database, growing, never given again.';
comment on column events.recorded_at is
    'When the row was written, by the database''s clock; occurred_at may lie back. The log can be parted by it.';
comment on column events.event_key is 'Natural key of the act, so that a step run twice leaves one event: see event_keys.';

create function tell_once() returns trigger language plpgsql as $$
begin
    insert into event_keys values (new.event_key, new.event_id) on conflict do nothing;
    if not found then
        return null;
    end if;
    new.recorded_at = clock_timestamp();
    return new;
end $$;
comment on function tell_once is 'An event whose key the log knows is left out; when a row is written is for the database to say.';
create trigger events_once before insert on events for each row execute function tell_once();

create trigger event_keys_append_only before update or delete or truncate on event_keys
    for each statement execute function refuse_change();
