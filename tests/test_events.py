"""The log of events: one writer, one event for an act, and a table that lasts."""

from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from catalog_rows import add_scan

from heritage_color.archive import open_archive
from heritage_color.events import Agent, Event, EventType, Key

WITHDRAWN = Event(Key.WITHDRAWAL.of(scan_id=1), EventType.DEACCESSION, "eva", "withdrawn", {"reason": "asked"})


def note(site, *events):
    with open_archive(site) as archive:
        return [archive.note(event) for event in events]


def test_an_act_is_told_once(site, rows):
    assert note(site, WITHDRAWN, WITHDRAWN) == [True, False]
    assert note(site, WITHDRAWN) == [False]
    assert rows("select event_key, event_type, agent, outcome, detail, scan_id from events") == [
        {
            "event_key": "deaccession/scan/1",
            "event_type": "deaccession",
            "agent": "eva",
            "outcome": "withdrawn",
            "detail": {"reason": "asked"},
            "scan_id": None,
        }
    ]


def test_what_was_rolled_back_can_be_told_again(site):
    with open_archive(site) as archive:
        archive.note(WITHDRAWN)
        archive.db.rollback()
    assert note(site, WITHDRAWN) == [True]


def test_an_event_belongs_to_its_scan_and_may_lie_back(site, rows):
    scan, long_ago = add_scan(site), datetime(1999, 5, 1, tzinfo=UTC)
    key = Key.DERIVATION.of(scan_id=scan, model_id=1, preset="vivid")
    note(site, Event(key, EventType.DERIVATION, Agent.INGEST, "done", scan_id=scan, occurred_at=long_ago))
    (event,) = rows("select *, clock_timestamp() - recorded_at as since from events")
    assert (event["event_key"], event["scan_id"]) == (f"derivation:{scan}:1:vivid", scan)
    assert event["occurred_at"] == long_ago
    assert timedelta() <= event["since"] < timedelta(minutes=5)


def test_number_and_time_of_writing_are_the_databases_alone(site, rows):
    told = "insert into events (event_key, event_type, agent, outcome, {}) values ('k', 'ingestion', 'a', 'o', {})"
    with pytest.raises(psycopg2.errors.GeneratedAlways):
        rows(told.format("event_id", "7"))
    rows(told.format("recorded_at", "'1999-05-01'"))
    assert rows("select recorded_at > now() - interval '5 minutes' as recent from events") == [{"recent": True}]


def test_a_part_of_a_key_that_is_forgotten_is_missed():
    with pytest.raises(KeyError, match="preset"):
        Key.DERIVATION.of(scan_id=1, model_id=1)


def test_every_kind_of_event_is_one_that_the_catalog_knows(rows):
    known = rows("select unnest(enum_range(null::event_type))::text as kind")
    assert {row["kind"] for row in known} == set(EventType)


def test_the_log_can_be_parted_by_time_without_being_made_anew(site, rows):
    note(site, WITHDRAWN)
    rows(
        """
        alter table events rename to events_until_now;
        alter table events_until_now alter event_id drop identity;
        create table events (like events_until_now including defaults) partition by range (recorded_at);
        alter table events add primary key (event_id, recorded_at);
        create sequence event_numbers owned by events.event_id;
        select setval('event_numbers', (select max(event_id) from events_until_now));
        alter table events alter event_id set default nextval('event_numbers');
        alter table events attach partition events_until_now for values from (minvalue) to ('2200-01-01');
        create table events_from_then partition of events for values from ('2200-01-01') to (maxvalue);
        drop trigger events_once on events_until_now;
        create trigger events_once before insert on events for each row execute function tell_once();
        """
    )
    assert note(site, WITHDRAWN) == [False]
    assert note(site, Event("another", EventType.APPRAISAL, "eva", "approved")) == [True]
    assert [row["event_key"] for row in rows("select event_key from events order by event_id")] == [
        "deaccession/scan/1",
        "another",
    ]
