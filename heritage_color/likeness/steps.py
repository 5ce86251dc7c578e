"""Near-duplicates: likenesses of scans that have none, pairs that look alike, and decisions on them."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, progress
from heritage_color.errors import CurationError, PictureError
from heritage_color.images import likeness
from heritage_color.images.reading.pictures import open_picture
from heritage_color.settings import Settings
from heritage_color.store import Store

AGENT = "heritage-color likeness.find"
LOT = 50  # scans of one transaction
MOST_PAIRS = 10  # of one scan, the nearest: of a form that was scanned a thousand times nobody answers for every pair
STATES = ("open", "same picture", "different")

queries = partial(db.queries, "likeness")


def find(settings: Settings) -> dict:
    """Give each scan without a likeness one, then look every new one up among all, and queue the pairs found.

    A few scans at a time, each lot one transaction: killed anywhere, the next run goes on. Scans that came before
    likenesses were kept are read from their previews. Returns `seen`, those that got a likeness, `left_out`, those
    with too little in them or no readable preview, `compared`, and `found`, the new pairs.
    """
    with db.connect(settings) as connection:
        waiting = queries().count_unseen(connection)
    outcomes: Counter[str] = Counter(progress.track(_see_all(settings), "likenesses", waiting))
    with db.connect(settings) as connection:
        waiting = queries().count_uncompared(connection)
    found = list(progress.track(_compare_all(settings), "looking up", waiting))
    counts = {"seen": outcomes["seen"], "left_out": outcomes["left_out"]}
    return counts | {"compared": len(found), "found": sum(found)}


def _see_all(settings: Settings) -> Iterator[str]:
    store, last = Store(settings), 0
    while True:
        with db.connect(settings) as connection:
            lot = list(queries().claim_unseen(connection, after=last, most=LOT))
            found = {scan["scan_id"]: _of_preview(store, scan["preview_key"]) for scan in lot}
            for scan_id, own in found.items():
                signed = likeness.signed(own) if own else None
                queries().add_likeness(connection, scan_id=scan_id, likeness=signed)
        if not lot:
            return
        last = max(found)
        yield from ("seen" if own else "left_out" for own in found.values())


def _of_preview(store: Store, key: str) -> str | None:
    """The likeness of a scan by its preview; None where that is gone or damaged, too."""
    content = store.read(store.settings.archive_bucket, key)
    if content is None:
        return None
    with TemporaryDirectory(prefix="heritage-likeness-") as folder:
        file = Path(folder) / Path(key).name
        file.write_bytes(content)
        try:
            return likeness.hash_of(open_picture(file).image.copy_memory())
        except PictureError:
            return None


def _compare_all(settings: Settings) -> Iterator[int]:
    """How many new pairs each scan has that was not compared; each after its own row is there for others to find."""
    while True:
        with db.connect(settings) as connection:
            lot = list(queries().claim_uncompared(connection, most=LOT))
            found = [_compare(connection, scan) for scan in lot]
        if not lot:
            return
        yield from found


def _compare(connection, scan: dict) -> int:
    new = 0
    for near in look_up(connection, scan["likeness"], scan["scan_id"]):
        pair = {"scan_id": scan["scan_id"], "other_scan_id": near["scan_id"], "distance": near["distance"]}
        pair["likeness_id"] = queries().add_pair(connection, **pair)
        if pair["likeness_id"] is not None:
            new += 1
            act = f"likeness/{pair['likeness_id']}/found"
            _tell_both(connection, pair, act, "validation", AGENT, "looks alike", {"distance": pair["distance"]})
    queries().mark_compared(connection, scan_id=scan["scan_id"])
    return new


def look_up(connection, signed: int, but: int = 0, most: int = MOST_PAIRS) -> list[dict]:
    """Scans (`scan_id`, `distance`) within `MOST_DISTANCE` bits of a likeness, the nearest first, `but` one."""
    return list(queries().like_scans(connection, **choice(signed, but, most)))


def choice(signed: int, but: int = 0, most: int = MOST_PAIRS) -> dict:
    """The parameters of the query `like_scans`."""
    near = likeness.near_bands(f"{signed % 2**likeness.BITS:016x}")
    bands = {f"band_{number}": values for number, values in enumerate(near, 1)}
    limits = {"most_distance": likeness.MOST_DISTANCE, "most": most}
    return {"likeness": signed, "scan_id": but, **bands, **limits}


def decide(settings: Settings, likeness_id: int, state: str, kept: int | None, curator: str) -> dict:
    """Say of a pair that it is the `same picture`, of which `kept` is colorized, or `different`; `open` takes it back.

    The other scan stays preserved, leaves the queue and is not colorized while the decision stands; what was colorized
    of it before stays. The same decision again adds nothing. `{"new"}`. Raises CurationError for an unknown pair or
    state, without a curator, and where nobody would be left to colorize, or a flag "do not colorize" be passed by.
    """
    if state not in STATES:
        raise CurationError(f"Of a pair can be said {', '.join(STATES)}, found {state!r}.")
    if not curator.strip():
        raise CurationError("A decision carries the name of its curator.")
    with db.connect(settings) as connection:
        queries().lock_decisions(connection)
        pair = queries().find_pair(connection, likeness_id=likeness_id)
        if pair is None:
            raise CurationError(f"There is no pair {likeness_id}.")
        wanted = {"state": state, "kept_scan_id": kept if state == "same picture" else None}
        if all(pair[name] == value for name, value in wanted.items()):
            return {"new": 0}
        if state == "same picture":
            _link(connection, pair, kept)
        queries().decide_pair(connection, likeness_id=likeness_id, curator=curator.strip(), **wanted)
        _record(connection, pair, wanted, curator.strip())
    return {"new": 1}


def _link(connection, pair: dict, kept: int | None) -> None:
    """Take the scan that is not kept out of the queue. Raises CurationError where that must not be."""
    both = {pair["scan_id"]: "", pair["other_scan_id"]: "other_"}
    if kept not in both:
        raise CurationError("Say which of the two scans is kept for colorizing.")
    (linked,) = both.keys() - {kept}
    own, other = both[kept], both[linked]
    if pair[f"{other}do_not_colorize"] and not pair[f"{own}do_not_colorize"]:
        raise CurationError(
            f"{pair[f'{other}identifier']} is flagged “do not colorize”, and the same picture must not be colorized "
            "under another number. Keep that one, or flag the other one, too."
        )
    ends = {"scan_id": kept, "other_scan_id": linked, "likeness_id": pair["likeness_id"]}
    if queries().stands_behind(connection, **ends):
        raise CurationError(
            f"{pair[f'{own}identifier']} is linked to {pair[f'{other}identifier']} already, by way of other pairs: "
            "none of them would be left to colorize. Keep the other one, or take one of those decisions back."
        )
    queries().leave_queue(connection, scan_id=linked)


def _record(connection, pair: dict, wanted: dict, curator: str) -> None:
    act = f"likeness/{pair['likeness_id']}/{pair['decisions'] + 1}"
    outcome = {"open": "likeness open again", "different": "different pictures"}.get(wanted["state"], "same picture")
    detail = {"before": pair["state"]} | ({"kept": wanted["kept_scan_id"]} if wanted["kept_scan_id"] else {})
    _tell_both(connection, pair, act, "appraisal", curator, outcome, detail)


def _tell_both(connection, pair: dict, act: str, kind: str, agent: str, outcome: str, detail: dict) -> None:
    """An event in the history of each of the two scans."""
    for one, other in (("scan_id", "other_scan_id"), ("other_scan_id", "scan_id")):
        told = {"likeness": pair["likeness_id"], "scan": pair[other], **detail}
        queries().add_event(
            connection,
            event_key=f"{act}/{pair[one]}",
            event_type=kind,
            agent=agent,
            outcome=outcome,
            detail=db.json(told),
            scan_id=pair[one],
        )
