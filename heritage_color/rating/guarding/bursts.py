"""Bursts: more new raters, or more votes, in an hour than people give. Pure; `holding` sets their votes aside."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
NETWORK_RATERS = 40  # new raters of one network in an hour: a school class is smaller
RATER_VOTES = 600  # votes of one rater in an hour: one every six seconds without a pause
CROWD_RATERS = 200  # new raters in an hour from everywhere, ...
CROWD_TIMES = 8  # ... when that is so many times the busiest hour of the week before


@dataclass(frozen=True)
class Activity:
    """A rater in an hour: from which network (a salted hash), whether they were new then, how many votes they gave."""

    hour: datetime
    network: str
    rater: str
    new: bool
    votes: int


@dataclass(frozen=True)
class Burst:
    """Raters whose votes of an hour are unusual together; `name` is the same whenever they are found."""

    name: str
    rule: str
    reason: str
    since: datetime
    raters: tuple[str, ...]

    @property
    def until(self) -> datetime:
        """When its hour was over."""
        return self.since + HOUR


def find_bursts(
    activity: Iterable[Activity], newcomers: dict[datetime, int], network_raters: int = NETWORK_RATERS
) -> list[Burst]:
    """Return the bursts in some hours. `newcomers` counts all new raters per hour, also in the week before."""
    rows = list(activity)
    return [*_of_networks(rows, network_raters), *_of_raters(rows), *_of_crowds(rows, newcomers)]


def _of_networks(rows: list[Activity], least: int) -> list[Burst]:
    """Many new raters of one network: votes of its older raters are left alone."""
    groups = defaultdict(set)
    for row in rows:
        if row.new and row.votes:
            groups[row.hour, row.network].add(row.rater)
    return [
        _burst("network", hour, network[:8], f"{len(raters)} new raters voted from one network within an hour", raters)
        for (hour, network), raters in sorted(groups.items())
        if len(raters) >= least
    ]


def _of_raters(rows: list[Activity]) -> list[Burst]:
    """Single raters who vote faster than anybody can look."""
    votes = {(row.hour, row.rater): row.votes for row in rows}
    return [
        _burst("rater", hour, _digest(rater), f"One rater gave {count} votes within an hour", {rater})
        for (hour, rater), count in sorted(votes.items())
        if count >= RATER_VOTES
    ]


def _of_crowds(rows: list[Activity], newcomers: dict[datetime, int]) -> list[Burst]:
    """Many new raters from many networks, where the week before knew few."""
    crowds = []
    for hour in sorted({row.hour for row in rows}):
        usual = max(
            (count for other, count in newcomers.items() if timedelta(0) < hour - other <= 7 * 24 * HOUR), default=0
        )
        count = newcomers.get(hour, 0)
        if count >= max(CROWD_RATERS, CROWD_TIMES * usual):
            raters = {row.rater for row in rows if row.hour == hour and row.new and row.votes}
            reason = f"{count} new raters came within an hour; the busiest hour of the week before had {usual}"
            crowds.append(_burst("crowd", hour, "", reason, raters))
    return [burst for burst in crowds if burst.raters]


def _burst(rule: str, hour: datetime, of: str, reason: str, raters: set[str]) -> Burst:
    name = f"burst-{rule}-{hour:%Y-%m-%dt%H}" + (f"-{of}" if of else "")
    return Burst(name, rule, f"{reason}.", hour, tuple(sorted(raters)))


def _digest(rater: str) -> str:
    """A name for a rater's burst that does not tell the rater: part of a hash says nothing of a random id."""
    return hashlib.sha256(rater.encode()).hexdigest()[:8]
