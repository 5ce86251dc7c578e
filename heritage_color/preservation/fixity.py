"""What the readings of stored objects say: how far back they lie, and when that is an alarm. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from heritage_color.keys import ObjectKey, Sha256

# Each object is read back at least so often: NDSA levels ask for fixed intervals, and most archives keep to months
DAYS = 90
MOST_NAMED = 10  # damaged objects that an alarm names; the catalog has all


@dataclass(frozen=True)
class StoredObject:
    """A row of the view `stored_objects`: a master, a colour reference or a colorization, and its last reading.

    `row_id` is the colorization's number for a colorization, else the scan's.
    """

    kind: Literal["master", "reference", "colorization"]
    row_id: int
    scan_id: int
    identifier: str
    object_key: ObjectKey
    sha256: Sha256
    bytes: int
    media_type: str
    fixity_checked_at: datetime
    fixity_intact: bool

    @property
    def colorization_id(self) -> int | None:
        """The colorization's number, if it is one."""
        return self.row_id if self.kind == "colorization" else None


@dataclass(frozen=True)
class Readings:
    """A row of the query `fixity_state`: what is kept, and how far back its readings lie."""

    objects: int
    bytes: int
    oldest_check: datetime | None
    checked_in_time: int
    damaged: int


@dataclass(frozen=True)
class State:
    """The state of fixity; `oldest_check` is None where nothing is stored.

    `checked_in_90_days` is a share, 0 to 1; `bytes_per_day` must be read each day so that all is read within 90 days.
    """

    objects: int
    bytes: int
    damaged: int
    oldest_check: datetime | None
    checked_in_90_days: float
    bytes_per_day: int


def state(readings: Readings) -> State:
    """Return the state of fixity that the readings amount to."""
    share = readings.checked_in_time / readings.objects if readings.objects else 1.0
    per_day = math.ceil(readings.bytes / DAYS)
    return State(readings.objects, readings.bytes, readings.damaged, readings.oldest_check, share, per_day)


def alarm(damaged: Sequence[StoredObject], state: State, budget: int) -> str:
    """Return what is wrong in one sentence each, with the remedy; empty where nothing is."""
    return " ".join(filter(None, (_damage(damaged), _delay(state, budget))))


def _damage(damaged: Sequence[StoredObject]) -> str:
    if not damaged:
        return ""
    named = [f"{stored.kind} of {stored.identifier} ({stored.object_key})" for stored in damaged[:MOST_NAMED]]
    named += [f"{len(damaged) - MOST_NAMED} more"] if len(damaged) > MOST_NAMED else []
    return (
        f"Stored objects are damaged: {', '.join(named)}. "
        "Run `heritage-color repair`, which takes good copies from the second store."
    )


def _delay(state: State, budget: int) -> str:
    if state.checked_in_90_days >= 1:
        return ""
    late = 1 - state.checked_in_90_days
    return (
        f"{late:.1%} of the stored objects were not read for {DAYS} days. All need {state.bytes_per_day} bytes "
        f"a day, and HERITAGE_FIXITY_BYTES lets a run read {budget}: raise it, or run audit_fixity more often."
    )


def as_lines(state: State, budget: int) -> list[str]:
    """Return the lines of the report."""
    if not state.objects:
        return []
    lines = [
        f"Fixity: {state.checked_in_90_days:.1%} of {state.objects} stored objects ({state.bytes} bytes) "
        f"were read back within {DAYS} days; the oldest reading is of {state.oldest_check:%Y-%m-%d}.",
        f"All within {DAYS} days need {state.bytes_per_day} bytes a day; a nightly run reads {budget} at most.",
    ]
    if state.damaged:
        lines.append(f"ALARM: {state.damaged} damaged. Run `heritage-color repair`.")
    return lines
