"""Handing out pictures: reserved for a rater, the least certain first, control pictures among them."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns.identifiers import known_form
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/serving")
campaign_queries = db.queries("rating/campaigns/lifecycle")
rater_queries = db.queries("rating/campaigns/raters")

RESERVED_MINUTES = 15  # then a picture that was handed out and not answered is given to others
CONTROL, TRAINING = ["gold", "trap"], ["training"]


@dataclass
class Turn:
    """Where a rater stands in a campaign: votes given, pictures shown and handed out, the photograph shown last."""

    campaign: dict
    rater_id: str
    votes: int
    shown: int
    last_scan: int | None
    training: bool

    @property
    def choice(self) -> dict:
        """What the queries that pick need to know."""
        return {
            "campaign_id": self.campaign["campaign_id"],
            "rater_id": self.rater_id,
            "last_scan": self.last_scan,
        }


def next_items(settings: Settings, rater_id: str | uuid.UUID, campaign_id: int, count: int = 3) -> list[dict]:
    """The next pictures for a rater, at most `count`, reserved for RESERVED_MINUTES; the same ones until answered.

    Each is `{"item_id", "method", "first", "second", "swapped", "title", "content_warning", "original"}`: `first`,
    `second` (pairs and Turing tests) and `original` (None where it is not to be shown) are addresses of previews. With
    `swapped` the second stands left, or comes first. What role an item has is not told. Empty where nothing is left,
    where the rater has given as many votes as one may, or while the campaign is paused or closed.

    Never a picture that the rater scored or skipped, never one photograph twice in a row. Training pictures come
    first; then the picture with the widest interval, votes on their way counted in, and once in `control_every`
    pictures, at a place that the rater cannot tell, one whose answer is known.
    """
    rater = known_form(rater_id, "rater")
    with db.connect(settings) as connection:
        if queries.try_give_back(connection):
            queries.give_back(connection)
        connection.commit()  # nobody waits for these rows while pictures are picked
        queries.need_not_outlive_a_crash(connection)
        campaign = campaign_queries.find_campaign(connection, campaign_id=campaign_id, name=None)
        if campaign is None or campaign["closed_at"] or campaign["paused_at"]:
            return []
        items = _top_up(connection, campaign, rater, count)
    return [_shown(campaign, item) for item in items]


def _top_up(connection, campaign: dict, rater_id: str, count: int) -> list[dict]:
    """What the rater has been handed, with as much more as is missing.

    Where others are being handed all that is left, it is waited for, one picture at a time, by one who holds nothing.
    """
    handed = _hand_out(connection, campaign, rater_id, count, queries.take_item)
    while len(handed) < count:
        connection.commit()
        queries.wait_in_line(connection, campaign_id=campaign["campaign_id"])
        before, wanted = len(handed), len(handed) + 1
        handed = _hand_out(connection, campaign, rater_id, wanted, queries.wait_for_item)
        if len(handed) <= before:
            break
    return handed


def _hand_out(connection, campaign: dict, rater_id: str, count: int, take: Callable) -> list[dict]:
    who = {"campaign_id": campaign["campaign_id"], "rater_id": rater_id}
    rater_queries.meet_rater(connection, rater_id=rater_id, simulated=False)
    if rater_queries.lock_rater(connection, rater_id=rater_id):
        raise RatingError("rater-mixed", "A simulated rater is not shown pictures.")
    handed = list(queries.reserved_items(connection, **who))
    if len(handed) >= count:
        return handed[:count]
    turn = _turn(connection, campaign, rater_id, handed)
    while len(handed) < count and turn.votes < campaign["rater_cap"] and _reserve(connection, turn, take):
        handed = list(queries.reserved_items(connection, **who))
        turn.votes, turn.shown, turn.last_scan = turn.votes + 1, turn.shown + 1, handed[-1]["scan_id"]
    return handed


def _reserve(connection, turn: Turn, take: Callable) -> bool:
    """Reserve what comes next for the rater; False where nothing is left, or others are being handed all of it."""
    wanted = turn.campaign["votes_wanted"]
    passed: list[str] = []
    while item_id := _pick(connection, turn, passed):
        if take(connection, item_id=item_id, votes_wanted=wanted):
            queries.reserve(connection, item_id=item_id, rater_id=turn.rater_id, minutes=RESERVED_MINUTES)
            return True
        passed.append(item_id)
    return False


def _turn(connection, campaign: dict, rater_id: str, handed: list[dict]) -> Turn:
    who = {"campaign_id": campaign["campaign_id"], "rater_id": rater_id}
    place = queries.meet_participant(connection, **who)
    progress = queries.rater_progress(connection, **who)
    return Turn(
        campaign=campaign,
        rater_id=rater_id,
        votes=progress["votes"] + len(handed),
        shown=progress["shown"] + len(handed),
        last_scan=handed[-1]["scan_id"] if handed else progress["last_scan"],
        training=place["trained_at"] is None,
    )


def _pick(connection, turn: Turn, passed: list[str]) -> str | None:
    """The id of the item that comes next for the rater, other than those `passed`, or None."""
    choice = turn.choice | {"passed": passed}
    if turn.training:
        item = queries.pick_control(connection, roles=TRAINING, **choice)
        if item or passed:
            return item and item["item_id"]
        turn.training = bool(_unanswered_training(connection, turn))
    if _is_control(turn) and (item := queries.pick_control(connection, roles=CONTROL, **choice)):
        return item["item_id"]
    point = uuid.UUID(bytes=_digest(turn, "point")[:16])
    item = queries.pick_item(connection, point=str(point), votes_wanted=turn.campaign["votes_wanted"], **choice)
    return item["item_id"] if item else None


def _unanswered_training(connection, turn: Turn) -> int:
    """Training pictures that are handed out still; without any, the training is over."""
    handed = queries.reserved_items(connection, campaign_id=turn.campaign["campaign_id"], rater_id=turn.rater_id)
    waiting = sum(row["role"] == "training" for row in handed)
    if not waiting:
        queries.end_training(connection, campaign_id=turn.campaign["campaign_id"], rater_id=turn.rater_id)
    return waiting


def _is_control(turn: Turn) -> bool:
    """Whether the next picture is a control: one of each block of `control_every`, at a place of the rater's own."""
    every = turn.campaign["control_every"]
    if not every:
        return False
    block, place = divmod(turn.shown, every)
    return int.from_bytes(_digest(turn, f"control/{block}")[:4]) % every == place


def _digest(turn: Turn, purpose: str) -> bytes:
    """Bytes that look random and are the same for the same rater, campaign, purpose and number of pictures shown."""
    shown = turn.shown if purpose == "point" else ""
    return hashlib.sha256(f"{turn.campaign['campaign_id']}/{turn.rater_id}/{purpose}/{shown}".encode()).digest()


def _shown(campaign: dict, item: dict) -> dict:
    address = f"/rate/picture/{item['item_id']}"
    two = campaign["method"] in ("pairs", "turing")
    return {
        "item_id": str(item["item_id"]),
        "method": campaign["method"],
        "first": f"{address}/first",
        "second": f"{address}/second" if two else None,
        "original": None if campaign["method"] == "turing" else f"{address}/original",
        "swapped": item["swapped"],
        "title": item["title"],
        "content_warning": item["content_warning"],
    }


def shown_keys(settings: Settings, item_id: str | uuid.UUID) -> dict | None:
    """Archive keys `first`, `second` and `original` of the previews that an item shows (None where it has none).

    None for an unknown item, one whose campaign is closed, or one that shows something withdrawn.
    """
    with db.connect(settings) as connection:
        found = queries.shown_keys(connection, item_id=known_form(item_id, "picture"))
    if found is None:
        return None
    return {
        "first": found["first"],
        "second": found["second"],
        "original": None if found["method"] == "turing" else found["original"],
    }
