"""Bursts of votes are held: set aside by rule, released or confirmed by a person. And the little that is kept for it.

Of an address nothing is kept but a hash with a random salt of the day; the salt goes when the day is over, the hash
after HERITAGE_NETWORK_DAYS.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.guarding import bursts
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")

AGENT = "heritage-color rating.holding"
HOURS = 3  # that a run looks back at: it runs every hour, and may be late
PREFIX = "hold:"  # of screened_by
RELEASED, CONFIRMED = "released", "confirmed"


def note(settings: Settings, address: str, rater_id: str) -> None:
    """Remember for some days that a rater voted from a network in this hour."""
    day = datetime.now(UTC).date()
    with db.connect(settings) as connection:
        queries.make_salt(connection, day=day, salt=secrets.token_hex(32))
        salt = queries.salt_of_day(connection, day=day)
        if salt:  # else midnight has just passed
            network = hmac.new(bytes.fromhex(salt), address.encode(), hashlib.sha256).hexdigest()[:16]
            queries.note_activity(connection, network=network, rater_id=rater_id)


def hold(settings: Settings) -> dict:
    """Set the votes of bursts aside: `{"bursts", "votes"}`; then forget what has been kept long enough.

    A burst that grew since is held with its new votes; one that was released is left alone for ever.
    """
    held = 0
    with db.connect(settings) as connection:
        found = _bursts(connection, settings.burst_raters)
        for burst in found:
            held += _hold(connection, burst)
        queries.forget_networks(connection, days=settings.network_days)
    return {"bursts": len(found), "votes": held}


def _bursts(connection, network_raters: int) -> list[bursts.Burst]:
    activity = [bursts.Activity(**row) for row in queries.list_activity(connection, hours=HOURS)]
    newcomers = {row["hour"]: row["raters"] for row in queries.list_newcomers(connection)}
    return bursts.find(activity, newcomers, network_raters)


def _hold(connection, burst: bursts.Burst) -> int:
    known = queries.find_hold(connection, name=burst.name)
    if known and known["state"] == RELEASED:
        return 0
    when = {"since": burst.since, "until": burst.until}
    votes = queries.hold_votes(connection, name=burst.name, raters=list(burst.raters), **when)
    if votes or known:
        counts = {"raters": len(burst.raters), "votes": votes}
        queries.add_hold(connection, name=burst.name, rule=burst.rule, reason=burst.reason, **when, **counts)
        detail = db.json({"reason": burst.reason})
        queries.add_hold_event(connection, name=burst.name, outcome="held", agent=AGENT, detail=detail)
    return votes


def decide(settings: Settings, name: str, state: str, by: str) -> dict:
    """Release a hold, so that its votes count again, or confirm it: `{"name", "state", "votes"}` whose mark changed.

    What is released is never held again; what was confirmed can still be released. Raises RatingError, `hold-unknown`
    or `hold-decided`.
    """
    if state not in (RELEASED, CONFIRMED):
        raise RatingError("hold-unknown", f"A hold is {RELEASED} or {CONFIRMED}, found {state[:40]!r}.")
    with db.connect(settings) as connection:
        known = queries.find_hold(connection, name=name)
        if known is None:
            raise RatingError("hold-unknown", f"There is no hold {name[:80]!r}.")
        if known["state"] == RELEASED and state == CONFIRMED:
            raise RatingError("hold-decided", f"{known['decided_by']} has released these votes; they count.")
        if known["state"] == state:
            return {"name": name, "state": state, "votes": 0}
        votes = queries.release_votes(connection, name=name) if state == RELEASED else 0
        queries.decide_hold(connection, name=name, state=state, by=by)
        detail = db.json({"reason": known["reason"], "votes": votes or known["votes"]})
        queries.add_hold_event(connection, name=name, outcome=state, agent=by, detail=detail)
    return {"name": name, "state": state, "votes": votes}
