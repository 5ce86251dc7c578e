"""Pictures are handed out: reserved for a rater, the least certain first, with control pictures among them."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.keys import ObjectKey
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.campaigns.identifiers import known_form
from heritage_color.rating.methods import SCALED
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/serving")
campaign_queries = db.queries("rating/campaigns/lifecycle")
rater_queries = db.queries("rating/campaigns/raters")

RESERVED_MINUTES = 15  # then a picture that was handed out and not answered is given to others
CONTROL, TRAINING = ["gold", "trap"], ["training"]

Take = Callable[[Connection, str, int], bool]  # tries to take a picture, which so many votes retire


@dataclass(frozen=True)
class Item:
    """What a rater is shown next: the addresses of previews, and what stands beside them. Nothing tells its role.

    Only pairs and Turing tests have a `second`, which stands left, or comes first, where `swapped` says so. `original`
    is None where it must not be shown.
    """

    item_id: str
    method: str
    first: str
    second: str | None
    original: str | None
    swapped: bool
    title: str
    content_warning: str


@dataclass(frozen=True)
class Reserved:
    """What a rater has been handed and not answered."""

    item_id: str
    role: str
    scan_id: int
    swapped: bool
    title: str
    content_warning: str


@dataclass(frozen=True)
class Progress:
    """How many pictures of a campaign a rater has scored and was shown, and which photograph came last."""

    votes: int
    shown: int
    last_scan: int | None


@dataclass(frozen=True)
class PreviewKeys:
    """Archive keys of the previews that an item shows, None where it has none."""

    first: ObjectKey
    second: ObjectKey | None
    original: ObjectKey | None


@dataclass
class Turn:
    """Where a rater stands in a campaign: votes given, pictures shown and handed out, the photograph shown last."""

    campaign: Campaign
    rater_id: str
    votes: int
    shown: int
    last_scan: int | None
    training: bool


def next_items(settings: Settings, rater_id: str | uuid.UUID, campaign_id: int, count: int = 3) -> list[Item]:
    """The next pictures for a rater, at most `count`. They are reserved for RESERVED_MINUTES.

    The same pictures come until they are answered. None come when nothing is left, when the rater has given as many
    votes as one may, or while the campaign is paused or closed.

    A picture that the rater scored or skipped never comes again, and one photograph never comes twice in a row.
    Training pictures come first. Then comes the picture with the widest interval, where votes on their way count as
    given. Once in `control_every` pictures, at a place that the rater cannot tell, comes one whose answer is known.
    """
    rater = known_form(rater_id, "rater")
    with db.connect(settings) as connection:
        if queries.try_give_back(connection):
            queries.give_back(connection)
        connection.commit()  # nobody waits for these rows while pictures are picked
        queries.need_not_outlive_a_crash(connection)
        campaign = db.record(Campaign, campaign_queries.find_campaign(connection, campaign_id=campaign_id, name=None))
        if campaign is None or campaign.closed_at or campaign.paused_at:
            return []
        items = _top_up(connection, campaign, rater, count)
    return [_shown(campaign, item) for item in items]


def _top_up(connection: Connection, campaign: Campaign, rater_id: str, count: int) -> list[Reserved]:
    """What the rater has been handed, with as much more as is missing.

    Where others are being handed all that is left, this rater waits for it, one picture at a time, holding none
    meanwhile.
    """
    handed = _hand_out(connection, campaign, rater_id, count, _take)
    while len(handed) < count:
        connection.commit()
        queries.wait_in_line(connection, campaign_id=campaign.campaign_id)
        before = len(handed)
        handed = _hand_out(connection, campaign, rater_id, before + 1, _wait_and_take)
        if len(handed) <= before:
            break
    return handed


def _hand_out(connection: Connection, campaign: Campaign, rater_id: str, count: int, take: Take) -> list[Reserved]:
    rater_queries.meet_rater(connection, rater_id=rater_id, simulated=False)
    if rater_queries.lock_rater(connection, rater_id=rater_id):
        raise RatingError("rater-mixed", "A simulated rater is not shown pictures.")
    handed = _reserved(connection, campaign, rater_id)
    if len(handed) >= count:
        return handed[:count]
    turn = _turn(connection, campaign, rater_id, handed)
    while len(handed) < count and turn.votes < campaign.rater_cap and _reserve(connection, turn, take):
        handed = _reserved(connection, campaign, rater_id)
        turn.votes, turn.shown, turn.last_scan = turn.votes + 1, turn.shown + 1, handed[-1].scan_id
    return handed


def _reserved(connection: Connection, campaign: Campaign, rater_id: str) -> list[Reserved]:
    """Return what the rater has been handed and not answered, in the order of showing."""
    rows = queries.reserved_items(connection, campaign_id=campaign.campaign_id, rater_id=rater_id)
    return db.records(Reserved, rows)


def _take(connection: Connection, item_id: str, votes_wanted: int) -> bool:
    """Return whether a picture may be handed out; nobody waits for one that somebody else is being handed."""
    return bool(queries.take_item(connection, item_id=item_id, votes_wanted=votes_wanted))


def _wait_and_take(connection: Connection, item_id: str, votes_wanted: int) -> bool:
    """The same after whoever is being handed it."""
    queries.wait_for_item(connection, item_id=item_id, votes_wanted=votes_wanted)
    return _take(connection, item_id, votes_wanted)


def _reserve(connection: Connection, turn: Turn, take: Take) -> bool:
    """Reserve what comes next for the rater; False where nothing is left, or others are being handed all of it."""
    passed: list[str] = []
    while item_id := _pick(connection, turn, passed):
        if take(connection, item_id, turn.campaign.votes_wanted):
            queries.reserve(connection, item_id=item_id, rater_id=turn.rater_id, minutes=RESERVED_MINUTES)
            return True
        passed.append(item_id)
    return False


def _turn(connection: Connection, campaign: Campaign, rater_id: str, handed: list[Reserved]) -> Turn:
    who = {"campaign_id": campaign.campaign_id, "rater_id": rater_id}
    trained_at = queries.meet_participant(connection, **who)
    progress = db.sure_record(Progress, queries.rater_progress(connection, **who))
    return Turn(
        campaign=campaign,
        rater_id=rater_id,
        votes=progress.votes + len(handed),
        shown=progress.shown + len(handed),
        last_scan=handed[-1].scan_id if handed else progress.last_scan,
        training=trained_at is None,
    )


def _pick(connection: Connection, turn: Turn, passed: list[str]) -> str | None:
    """The id of the item that comes next for the rater, other than those `passed`, or None.

    First comes training, until all of it is answered; then a control where it is due and one is left; else the least
    certain picture.
    """
    if turn.training:
        item_id = _pick_control(connection, turn, passed, TRAINING)
        if item_id or passed:
            return item_id
        turn.training = _is_in_training(connection, turn)
    if _is_control(turn) and (item_id := _pick_control(connection, turn, passed, CONTROL)):
        return item_id
    point = uuid.UUID(bytes=_digest(turn.campaign, turn.rater_id, f"point/{turn.shown}")[:16])
    least_certain: str | None = queries.pick_item(
        connection,
        point=str(point),
        votes_wanted=turn.campaign.votes_wanted,
        campaign_id=turn.campaign.campaign_id,
        rater_id=turn.rater_id,
        last_scan=turn.last_scan,
        passed=passed,
    )
    return least_certain


def _pick_control(connection: Connection, turn: Turn, passed: list[str], roles: list[str]) -> str | None:
    item_id: str | None = queries.pick_control(
        connection,
        roles=roles,
        campaign_id=turn.campaign.campaign_id,
        rater_id=turn.rater_id,
        last_scan=turn.last_scan,
        passed=passed,
    )
    return item_id


def _is_in_training(connection: Connection, turn: Turn) -> bool:
    """Return whether the rater still holds training pictures; without any, the training is over."""
    waiting = any(item.role == "training" for item in _reserved(connection, turn.campaign, turn.rater_id))
    if not waiting:
        queries.end_training(connection, campaign_id=turn.campaign.campaign_id, rater_id=turn.rater_id)
    return waiting


def _is_control(turn: Turn) -> bool:
    """Return whether the next picture is one whose answer is known.

    The pictures that a rater is shown fall into blocks of `control_every`, and one of each block is a control. Which
    one follows from a hash of rater and block: the same at each request, and nothing that a rater can tell.
    """
    every = turn.campaign.control_every
    if not every:
        return False
    block, place = divmod(turn.shown, every)
    number = int.from_bytes(_digest(turn.campaign, turn.rater_id, f"control/{block}/")[:4])
    return place == number % every


def _digest(campaign: Campaign, rater_id: str, purpose: str) -> bytes:
    """Bytes that look random and are the same for the same campaign, rater and purpose."""
    return hashlib.sha256(f"{campaign.campaign_id}/{rater_id}/{purpose}".encode()).digest()


def _shown(campaign: Campaign, item: Reserved) -> Item:
    address = f"/rate/picture/{item.item_id}"
    return Item(
        item_id=item.item_id,
        method=campaign.method,
        first=f"{address}/first",
        second=None if campaign.method in SCALED else f"{address}/second",
        original=None if campaign.method == "turing" else f"{address}/original",
        swapped=item.swapped,
        title=item.title,
        content_warning=item.content_warning,
    )


def shown_keys(settings: Settings, item_id: str | uuid.UUID) -> PreviewKeys | None:
    """The previews that an item shows.

    None for an unknown item, one whose campaign is closed, or one that shows something withdrawn.
    """
    with db.connect(settings) as connection:
        row = queries.shown_keys(connection, item_id=known_form(item_id, "picture"))
    return db.record(PreviewKeys, row)
