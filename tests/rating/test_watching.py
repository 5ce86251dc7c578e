"""Silence: when an open campaign needs a person, and that each alert is told once."""

import logging
import uuid
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from catalog_rows import add_museum

from heritage_color.errors import CampaignError, RatingError
from heritage_color.rating import steps
from heritage_color.rating.campaigns import drawing, silence, watching

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def campaign(**given):
    open_for = {"campaign_id": 1, "name": "spring", "opened_at": NOW - timedelta(days=20), "paused_at": None}
    votes = {"due_on": None, "last_at": NOW - timedelta(hours=1), "week_votes": 70, "missing": 100}
    return silence.Watched(**(open_for | votes | given))


def kinds(*campaigns, hours=48):
    return [(alert.kind, alert.name) for alert in silence.find_alerts(campaigns, NOW, hours)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"last_at": NOW - timedelta(hours=49)}, ["silent"]),
        ({"last_at": None}, ["silent"]),
        ({"last_at": None, "opened_at": NOW - timedelta(hours=3)}, []),
        ({"last_at": NOW - timedelta(days=9), "paused_at": NOW}, []),
        ({"last_at": NOW - timedelta(days=9), "missing": 0}, []),
        ({"due_on": date(2026, 12, 8)}, []),
        ({"due_on": date(2026, 12, 7)}, ["late"]),
        ({"due_on": date(2026, 11, 1), "last_at": None, "week_votes": 0}, ["silent", "late"]),
    ],
)
def test_a_campaign_alerts_when_votes_stay_away_or_come_too_slowly(given, expected):
    assert [kind for kind, _ in kinds(campaign(**given))] == expected


def test_the_pace_of_a_young_campaign_is_that_of_its_own_days():
    young = campaign(opened_at=NOW - timedelta(days=2), week_votes=100, missing=100)
    assert silence.end_of(young, NOW) == date(2026, 11, 30)


@pytest.fixture
def silent(site, rows):
    """An open campaign with one vote, three days ago."""
    add_museum(site, 2)
    steps.queue(site, "spring", 9)
    item = rows("select item_id from campaign_items")[0]["item_id"]
    steps.vote(site, item, uuid.uuid4(), 3, uuid.uuid4())
    rows("update campaigns set opened_at = now() - interval '9 days'")
    rows("update campaign_days set last_at = now() - interval '3 days'")
    return site


def test_an_alert_is_one_event_and_one_warning_and_the_task_fails_each_time(silent, rows, caplog):
    with caplog.at_level(logging.WARNING, "heritage_color.rating.campaigns.watching"):
        for _ in range(2):
            with pytest.raises(CampaignError, match="Nobody has voted in the campaign 'spring' since"):
                watching.raise_alarm(silent)
    assert len(caplog.records) == 1
    assert [row["outcome"] for row in rows("select outcome from events where outcome <> 'opened'")] == ["silent"]


def test_a_new_vote_ends_the_silence(silent, rows):
    item = rows("select item_id from campaign_items")[0]["item_id"]
    steps.vote(silent, item, uuid.uuid4(), 3, uuid.uuid4())
    assert watching.raise_alarm(silent) == watching.Watch(1, [])


def test_only_an_open_campaign_has_a_day_to_be_done_by(silent, rows):
    watching.set_due(silent, 1, date(2026, 1, 1))
    assert len(watching.watch(silent).alerts) == 2
    rows("update campaigns set closed_at = now()")
    with pytest.raises(RatingError, match="not open"):
        watching.set_due(silent, 1, None)


def test_groups_of_pictures_have_the_interval_of_a_mean_over_pictures():
    items = drawing.ScoredItems(
        colorization=np.arange(4),
        collection=np.array(["c", "c", "c", "c"]),
        way=np.array(["a", "a", "a", "b"]),
        votes=np.array([9, 9, 9, 4]),
        mos=np.array([2.9, 3.0, 3.1, 5.0]),
        low=np.array([1.5, 2.5, 3.5, 4.2]),
        high=np.array([2.5, 3.5, 4.5, 5.0]),
    )
    three, one = drawing.groups(items, items.way)
    assert (three.mos, three.votes, three.pictures) == (pytest.approx(3), 27, 3)
    assert three.high == pytest.approx(3 + 0.1 * 4.302652730 / 3**0.5)  # Student's t with two degrees of freedom
    assert (one.low, one.high) == (4.2, 5.0)
