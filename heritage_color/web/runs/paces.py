"""How long a run will take, and how many bytes it will write: from how long earlier work took per megapixel.

Nothing is timed for it: results stand in the catalog with the moment at which they came, and what lies between two of
them is what the second took, however many lanes and machines there were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from heritage_color import db
from heritage_color.db import Connection

queries = db.queries("web/runs/paces")

MOST, LOOKED_AT = 200, 2_000  # results that a pace is made of, and among which it looks for those of a method
FEWEST = 5  # results of one go, before a pace is told
PAUSE, TIMES = 20.0, 10.0  # seconds between two results, and times what is usual, after which nobody was at work
COLOUR, MEASURE, TAKE_IN, PUBLISH = "colour", "measure", "take in", "publish"
NOT_MEASURED = "It has not been measured yet how long this takes here."


@dataclass(frozen=True)
class Result:
    """A result of earlier work: when it came, how large the picture is, and how many bytes were written."""

    moment: datetime
    megapixels: float
    bytes: int


@dataclass(frozen=True)
class Pace:
    """Seconds and bytes per megapixel, and of how many pictures that is known."""

    seconds: float
    bytes: float
    pictures: int

    def of(self, megapixels: float) -> float:
        """Seconds for so many megapixels."""
        return self.seconds * megapixels


@dataclass(frozen=True)
class Work:
    """What a run is to do: so many pictures, of so many megapixels together."""

    pictures: int
    megapixels: float


@dataclass(frozen=True)
class Estimate:
    """What a run will take: the work, and what is known of its pace."""

    work: Work
    pace: Pace | None

    @property
    def seconds(self) -> float | None:
        """Seconds; None where it was never measured."""
        return None if self.pace is None else self.pace.of(self.work.megapixels)

    @property
    def bytes(self) -> float | None:
        """Bytes that will be written; None where it was never measured, or nothing is written."""
        return self.pace.bytes * self.work.megapixels if self.pace and self.pace.bytes else None


def pace_of(results: Sequence[Result]) -> Pace | None:
    """The pace of results, newest first. A pause between two runs is nobody's work; None for fewer than FEWEST."""
    steps = [(new, (new.moment - old.moment).total_seconds()) for new, old in pairwise(results)]
    if not steps:
        return None
    usual = sorted(seconds for _, seconds in steps)[len(steps) // 2]
    working = [(result, seconds) for result, seconds in steps if seconds <= max(PAUSE, TIMES * usual)]
    megapixels = sum(result.megapixels for result, _ in working)
    if len(working) < FEWEST or megapixels <= 0:
        return None
    seconds = sum(seconds for _, seconds in working)
    return Pace(seconds / megapixels, sum(result.bytes for result, _ in working) / megapixels, len(working))


def colouring(connection: Connection, method: str | None = None) -> Pace | None:
    """The pace of colouring with a method, by what it coloured last; of any method without one."""
    return pace_of(
        db.records(Result, queries.coloured_lately(connection, method=method, looked_at=LOOKED_AT, most=MOST))
    )


def pace(connection: Connection, stage: str) -> Pace | None:
    """The pace of a stage, COLOUR, MEASURE, TAKE_IN or PUBLISH; None where it was never measured, or has none."""
    if stage == COLOUR:
        return colouring(connection)
    if stage == MEASURE:
        return pace_of(db.records(Result, queries.measured_lately(connection, looked_at=LOOKED_AT, most=MOST)))
    if stage == TAKE_IN:
        return pace_of(db.records(Result, queries.taken_in_lately(connection, most=MOST)))
    if stage == PUBLISH:
        return pace_of(db.records(Result, queries.published_lately(connection, most=MOST)))
    return None


def duration(seconds: float) -> str:
    """How long something takes, as one says it: less than a minute, about 2 minutes, about 3 hours, about 2 days."""
    if seconds < 50:
        return "less than a minute"
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 1.5 * length or unit == "minute":
            number = max(1, round(seconds / length))
            return f"about {number} {unit}{'s' * (number != 1)}"
    raise AssertionError(seconds)
