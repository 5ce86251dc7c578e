"""Near-duplicates: likenesses of scans that have none, pairs that look alike, and decisions on them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, progress
from heritage_color.archive import Archive, checksum_in, open_archive
from heritage_color.errors import DAMAGES, CurationError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.images import likeness
from heritage_color.images.reading.pictures import open_picture
from heritage_color.keys import ObjectKey
from heritage_color.settings import Settings

queries = db.queries("likeness")

STAGE = "likeness"
LOT = 50  # scans of one transaction
MOST_PAIRS = 10  # of one scan, the nearest: of a form that was scanned a thousand times nobody answers for every pair
STATES = ("open", "same picture", "different")
OUTCOMES = {"open": "likeness open again", "different": "different pictures", "same picture": "same picture"}


@dataclass(frozen=True)
class Found:
    """Scans that got a likeness, those with too little in them for one, those set aside as their preview is damaged.

    Then how many scans were compared with all others, and the new pairs that look alike.
    """

    seen: int
    left_out: int
    set_aside: int
    compared: int
    found: int


@dataclass(frozen=True)
class UnseenScan:
    """A scan without a likeness."""

    scan_id: int
    preview_key: ObjectKey


@dataclass(frozen=True)
class UncomparedScan:
    """A scan that was not looked up among the others; its likeness as a signed number."""

    scan_id: int
    likeness: int


@dataclass(frozen=True)
class Neighbourhood:
    """What like scans share with one, or differ in: a bit at most in each band, so many bits in all."""

    likeness: int
    scan_id: int
    band_1: list[int]
    band_2: list[int]
    band_3: list[int]
    band_4: list[int]
    band_5: list[int]
    most_distance: int
    most: int


@dataclass(frozen=True)
class NearScan:
    """A scan within so many bits of a likeness."""

    scan_id: int
    distance: int


@dataclass(frozen=True)
class Side:
    """One scan of a pair."""

    scan_id: int
    identifier: str
    do_not_colorize: bool


@dataclass(frozen=True)
class Pair:
    """Two scans that look alike, as the pair stands; a row of the query `find_pair`."""

    likeness_id: int
    scan_id: int
    identifier: str
    do_not_colorize: bool
    other_scan_id: int
    other_identifier: str
    other_do_not_colorize: bool
    state: str
    kept_scan_id: int | None
    decisions: int

    @property
    def sides(self) -> tuple[Side, Side]:
        """Its two scans."""
        return (
            Side(self.scan_id, self.identifier, self.do_not_colorize),
            Side(self.other_scan_id, self.other_identifier, self.other_do_not_colorize),
        )


@dataclass(frozen=True)
class Decided:
    """Whether a decision on a pair was new, 1 or 0."""

    new: int


def find(settings: Settings) -> Found:
    """Give each scan without a likeness one, then look every new one up among all, and queue the pairs found.

    A few scans at a time, each lot one transaction: killed anywhere, the next run goes on. Scans that came before
    likenesses were kept are read from their previews; one whose preview is damaged is tried again in the next run.
    """
    with db.connect(settings) as connection:
        waiting = queries.count_unseen(connection)
    outcomes: Counter[str] = Counter(progress.track(see_all(settings), "likenesses", waiting))
    with db.connect(settings) as connection:
        waiting = queries.count_uncompared(connection)
    pairs = list(progress.track(_compare_all(settings), "looking up", waiting))
    return Found(outcomes["seen"], outcomes["left_out"], outcomes["set_aside"], len(pairs), sum(pairs))


def see_all(settings: Settings) -> Iterator[str]:
    """Yield what became of each scan without a likeness: "seen", "left_out" or "set_aside", lot by lot."""
    last = 0
    while True:
        with open_archive(settings) as archive:
            lot = db.records(UnseenScan, queries.claim_unseen(archive.db, after=last, most=LOT))
            outcomes = [_see(archive, scan) for scan in lot]
        if not lot:
            return
        last = lot[-1].scan_id
        yield from outcomes


def _see(archive: Archive, scan: UnseenScan) -> str:
    """Keep the likeness of a scan by its preview; none where there is too little in it to tell pictures apart."""
    try:
        code = _of_preview(archive, scan.preview_key)
    except DAMAGES as error:
        archive.set_aside(STAGE, error, scan.scan_id)
        return "set_aside"
    signed = likeness.signed(code) if code else None
    queries.add_likeness(archive.db, scan_id=scan.scan_id, likeness=signed)
    archive.take_up(STAGE, scan.scan_id)
    return "seen" if code else "left_out"


def _of_preview(archive: Archive, key: ObjectKey) -> str | None:
    with TemporaryDirectory(prefix="heritage-likeness-") as folder:
        preview = archive.file(key, checksum_in(key), Path(folder))
        return likeness.hash_of(open_picture(preview).image.copy_memory())


def _compare_all(settings: Settings) -> Iterator[int]:
    """How many new pairs each scan has that was not compared; each after its own row is there for others to find."""
    while True:
        with open_archive(settings) as archive:
            lot = db.records(UncomparedScan, queries.claim_uncompared(archive.db, most=LOT))
            pairs = [_compare(archive, scan) for scan in lot]
        if not lot:
            return
        yield from pairs


def _compare(archive: Archive, scan: UncomparedScan) -> int:
    new = 0
    for near in look_up(archive.db, scan.likeness, scan.scan_id):
        ends = {"scan_id": scan.scan_id, "other_scan_id": near.scan_id, "distance": near.distance}
        likeness_id = queries.add_pair(archive.db, **ends)
        if likeness_id is not None:
            new += 1
            event = Event("found", EventType.VALIDATION, Agent.LIKENESS, "looks alike", {"distance": near.distance})
            _tell_both(archive, likeness_id, (scan.scan_id, near.scan_id), event)
    queries.mark_compared(archive.db, scan_id=scan.scan_id)
    return new


def look_up(connection: db.Connection, signed: int, but: int = 0, most: int = MOST_PAIRS) -> list[NearScan]:
    """Return scans within `MOST_DISTANCE` bits of a likeness, the nearest first, `but` one."""
    return db.records(NearScan, queries.like_scans(connection, **vars(choice(signed, but, most))))


def choice(signed: int, but: int = 0, most: int = MOST_PAIRS) -> Neighbourhood:
    """Return what the query `like_scans` asks for."""
    bands = likeness.near_bands(f"{signed % 2**likeness.BITS:016x}")
    first, second, third, fourth, fifth = bands
    return Neighbourhood(signed, but, first, second, third, fourth, fifth, likeness.MOST_DISTANCE, most)


def decide_pair(settings: Settings, likeness_id: int, state: str, kept: int | None, curator: str) -> Decided:
    """Say of a pair that it is the `same picture`, of which `kept` is colorized, or `different`; `open` takes it back.

    The other scan stays preserved, leaves the queue and is not colorized while the decision stands; what was colorized
    of it before stays. The same decision again adds nothing. Raises CurationError for an unknown pair or state,
    without a curator, and where nobody would be left to colorize, or a flag "do not colorize" be passed by.
    """
    if state not in STATES:
        raise CurationError(f"Of a pair can be said {', '.join(STATES)}, found {state!r}.")
    if not curator.strip():
        raise CurationError("A decision carries the name of its curator.")
    with open_archive(settings) as archive:
        queries.lock_decisions(archive.db)
        pair = db.record(Pair, queries.find_pair(archive.db, likeness_id=likeness_id))
        if pair is None:
            raise CurationError(f"There is no pair {likeness_id}.")
        kept = kept if state == "same picture" else None
        if (pair.state, pair.kept_scan_id) == (state, kept):
            return Decided(0)
        if state == "same picture":
            _link(archive.db, pair, kept)
        facts = {"state": state, "kept_scan_id": kept, "curator": curator.strip()}
        queries.decide_pair(archive.db, likeness_id=likeness_id, **facts)
        _record(archive, pair, state, kept, curator.strip())
    return Decided(1)


def _link(connection: db.Connection, pair: Pair, kept_scan_id: int | None) -> None:
    """Take the scan that is not kept out of the queue. Raises CurationError where that must not be."""
    if kept_scan_id not in (pair.scan_id, pair.other_scan_id):
        raise CurationError("Say which of the two scans is kept for colorizing.")
    first, second = pair.sides
    kept, linked = (first, second) if first.scan_id == kept_scan_id else (second, first)
    if linked.do_not_colorize and not kept.do_not_colorize:
        raise CurationError(
            f"{linked.identifier} is flagged “do not colorize”, and the same picture must not be colorized "
            "under another number. Keep that one, or flag the other one, too."
        )
    ends = {"scan_id": kept.scan_id, "other_scan_id": linked.scan_id, "likeness_id": pair.likeness_id}
    if queries.stands_behind(connection, **ends):
        raise CurationError(
            f"{kept.identifier} is linked to {linked.identifier} already, by way of other pairs: "
            "none of them would be left to colorize. Keep the other one, or take one of those decisions back."
        )
    queries.leave_queue(connection, scan_id=linked.scan_id)


def _record(archive: Archive, pair: Pair, state: str, kept: int | None, curator: str) -> None:
    detail = {"before": pair.state} | ({"kept": kept} if kept else {})
    event = Event(f"{pair.decisions + 1}", EventType.APPRAISAL, curator, OUTCOMES[state], detail)
    _tell_both(archive, pair.likeness_id, (pair.scan_id, pair.other_scan_id), event)


def _tell_both(archive: Archive, likeness_id: int, ends: tuple[int, int], event: Event) -> None:
    """The event, whose key is the act's own, in the history of each of the two scans."""
    for scan_id, other in (ends, ends[::-1]):
        key = Key.LIKENESS.of(likeness_id=likeness_id, act=event.key, scan_id=scan_id)
        detail = {"likeness": likeness_id, "scan": other, **event.detail}
        archive.note(replace(event, key=key, detail=detail, scan_id=scan_id))
