"""When an open campaign needs a person: nobody votes, or not fast enough for its day. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

WEEK = 7  # days that a pace is taken from
SILENT, LATE = "silent", "late"


@dataclass(frozen=True)
class Watched:
    """An open campaign: when people last voted (None: never), how many votes they gave in the last WEEK days, and how
    many its pictures still miss at most."""

    campaign_id: int
    name: str
    opened_at: datetime
    paused_at: datetime | None
    due_on: date | None
    last_at: datetime | None
    week_votes: int
    missing: int


@dataclass(frozen=True)
class Alert:
    """Why a campaign needs a person: `kind` is SILENT or LATE; `key` stays the same while the reason does."""

    campaign_id: int
    name: str
    kind: str
    key: str
    sentence: str


def find_alerts(campaigns: Iterable[Watched], now: datetime, silent_hours: int) -> list[Alert]:
    """An alert for each open campaign that is silent, and for each that will be late.

    Paused campaigns and those that miss nothing are left alone.
    """
    return [
        alert
        for campaign in campaigns
        if campaign.missing and not campaign.paused_at
        for alert in (*_silent(campaign, now, silent_hours), *_late(campaign, now))
    ]


def end_of(campaign: Watched, now: datetime) -> date | None:
    """The day on which a campaign has all its votes if people go on as in the last week; None without a pace."""
    days = min(WEEK, max((now - campaign.opened_at) / timedelta(days=1), 1 / 24))
    pace = campaign.week_votes / days
    ahead = campaign.missing / pace if pace else float("inf")
    return (now + timedelta(days=ahead)).date() if ahead < 100_000 else None


def _silent(campaign: Watched, now: datetime, hours: int) -> Iterator[Alert]:
    since = max(campaign.last_at or campaign.opened_at, campaign.opened_at)
    if now - since < timedelta(hours=hours):
        return
    when = f"since {_moment(since)}" if campaign.last_at else f"since it was opened on {_moment(since)}"
    sentence = f"Nobody has voted in the campaign {campaign.name!r} {when}; {campaign.missing} votes are missing."
    yield Alert(campaign.campaign_id, campaign.name, SILENT, f"{since:%Y-%m-%dT%H:%M}", sentence)


def _late(campaign: Watched, now: datetime) -> Iterator[Alert]:
    due, end = campaign.due_on, end_of(campaign, now)
    if due is None or (end is not None and end <= due):
        return
    when = f"on {end}" if end else "never"
    sentence = (
        f"At its pace ({campaign.week_votes} votes in the last week) the campaign {campaign.name!r} has all its "
        f"votes {when}, and they are wanted by {due}; {campaign.missing} are missing."
    )
    yield Alert(campaign.campaign_id, campaign.name, LATE, f"{due}", sentence)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
