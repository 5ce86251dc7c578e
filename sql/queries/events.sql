-- The log of events.

-- name: add_event!
-- An act, once per key: the log itself leaves out what it has (see its trigger).
insert into events (
    event_key, event_type, occurred_at, agent, outcome, detail, delivery_id, scan_id, colorization_id
)
values (
    :event_key, cast(:event_type as event_type), coalesce(:occurred_at, now()), :agent, :outcome, :detail,
    :delivery_id, :scan_id, :colorization_id
);
