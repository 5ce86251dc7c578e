"""Bursts of votes are held: a rule sets them aside, and a person releases or confirms them.

For this a hash of each rater's address is kept, with a random salt of the day, and nothing else of the address. The
salt goes when the day is over, the hash after HERITAGE_NETWORK_DAYS.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.rating.guarding.bursts import Activity, Burst, find_bursts
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")

HOURS = 3  # that a run looks back at: it runs every hour, and may be late
RELEASED, CONFIRMED = "released", "confirmed"


@dataclass(frozen=True)
class Holding:
    """How many bursts a run found, and how many votes it set aside."""

    bursts: int
    votes: int


@dataclass(frozen=True)
class Hold:
    """A burst whose votes are set aside: a row of `holds`."""

    hold_id: int
    name: str
    rule: str
    reason: str
    since: datetime
    until: datetime
    raters: int
    votes: int
    state: str
    held_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """What a person made of a hold, and how many votes changed their mark."""

    name: str
    state: str
    votes: int


def note(settings: Settings, address: str, rater_id: str) -> None:
    """Remember for some days that a rater voted from a network in this hour."""
    day = datetime.now(UTC).date()
    with db.connect(settings) as connection:
        queries.make_salt(connection, day=day, salt=secrets.token_hex(32))
        salt = queries.salt_of_day(connection, day=day)
        if salt:  # else midnight has just passed
            network = hmac.new(bytes.fromhex(salt), address.encode(), hashlib.sha256).hexdigest()[:16]
            queries.note_activity(connection, network=network, rater_id=rater_id)


def hold(settings: Settings) -> Holding:
    """Set the votes of bursts aside; then forget what has been kept long enough.

    A burst that grew since is held with its new votes; one that was released is left alone for ever.
    """
    with open_archive(settings) as archive:
        bursts = _bursts(archive.db, settings.burst_raters)
        votes = sum(_hold(archive, burst) for burst in bursts)
        queries.forget_networks(archive.db, days=settings.network_days)
    return Holding(len(bursts), votes)


def _bursts(connection: Connection, network_raters: int) -> list[Burst]:
    activity = db.records(Activity, queries.list_activity(connection, hours=HOURS))
    newcomers = {row["hour"]: row["raters"] for row in queries.list_newcomers(connection)}
    return find_bursts(activity, newcomers, network_raters)


def _hold(archive: Archive, burst: Burst) -> int:
    known = find_hold(archive.db, burst.name)
    if known and known.state == RELEASED:
        return 0
    when = {"since": burst.since, "until": burst.until}
    votes: int = queries.hold_votes(archive.db, name=burst.name, raters=list(burst.raters), **when)
    if votes or known:
        counts = {"raters": len(burst.raters), "votes": votes}
        queries.add_hold(archive.db, name=burst.name, rule=burst.rule, reason=burst.reason, **when, **counts)
        key = Key.HOLD.of(name=burst.name, outcome="held")
        archive.note(Event(key, EventType.APPRAISAL, Agent.RATING_HOLDING, "held", {"reason": burst.reason}))
    return votes


def find_hold(connection: Connection, name: str) -> Hold | None:
    """A hold by its name, locked until the transaction ends."""
    return db.record(Hold, queries.find_hold(connection, name=name))


def decide_hold(settings: Settings, name: str, state: str, by: str) -> Verdict:
    """Release a hold, so that its votes count again, or confirm it.

    What is released is never held again; what was confirmed can still be released. Raises RatingError, `hold-unknown`
    or `hold-decided`.
    """
    if state not in (RELEASED, CONFIRMED):
        raise RatingError("hold-unknown", f"A hold is {RELEASED} or {CONFIRMED}, found {state[:40]!r}.")
    with open_archive(settings) as archive:
        known = find_hold(archive.db, name)
        if known is None:
            raise RatingError("hold-unknown", f"There is no hold {name[:80]!r}.")
        if known.state == RELEASED and state == CONFIRMED:
            raise RatingError("hold-decided", f"{known.decided_by} has released these votes; they count.")
        if known.state == state:
            return Verdict(name, state, 0)
        votes = queries.release_votes(archive.db, name=name) if state == RELEASED else 0
        queries.decide_hold(archive.db, name=name, state=state, by=by)
        detail = {"reason": known.reason, "votes": votes or known.votes}
        archive.note(Event(Key.HOLD.of(name=name, outcome=state), EventType.APPRAISAL, by, state, detail))
    return Verdict(name, state, votes)
