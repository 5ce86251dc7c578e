"""Curation: what curators decide of pictures, one by one or many at once, and the lock "do not colorize"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.curation import decisions
from heritage_color.curation.decisions import Decided, Decision, Undone
from heritage_color.errors import ColorizedAlready, CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.keys import Word
from heritage_color.settings import Settings

STATES = ("undecided", "approved once", "approved", "rejected", "sent back", "published", "withdrawn")
MOST_AT_ONCE = 200  # colorizations that one decision may be about

queries = db.queries("curation")


@dataclass(frozen=True)
class Skipped:
    """A colorization that a decision on many left as it was, and why."""

    colorization_id: int
    sentence: str


@dataclass(frozen=True)
class Bulk:
    """A decision on many as it was taken: `asked` for so many, `decided` on so many, the others `skipped`."""

    bulk_id: str
    verdict: str
    reason: str
    note: str
    curator: str
    account_id: int | None
    asked: int
    skipped: tuple[Skipped, ...]
    decided_at: datetime
    decided: int


@dataclass(frozen=True)
class BulkUndone:
    """How many decisions of a bulk were taken back, and how many were left because they are not the newest."""

    undone: int
    left: int


@dataclass(frozen=True)
class Flagged:
    """A scan that is locked, the number of its withdrawn colorizations, and whether the lock is `new` (1)."""

    scan_id: int
    withdrawn: int
    new: int


@dataclass(frozen=True)
class Approvable:
    """An undecided colorization with its mean opinion score, of people or of simulated raters."""

    colorization_id: int
    mos: float
    simulated: bool


@dataclass(frozen=True)
class ApprovedByRule:
    """All that stand approved, and how many of them are `new`."""

    approved: int
    new: int


def count_states(settings: Settings) -> dict[Word, int]:
    """Return how many colorizations are in each of STATES."""
    with db.connect(settings) as connection:
        counts = {row["state"]: row["pictures"] for row in queries.count_states(connection)}
    return {state: counts.get(state, 0) for state in STATES}


def decide(
    settings: Settings,
    colorization_id: int,
    verdict: str,
    reason: str,
    note: str,
    curator: str,
    account_id: int | None = None,
    method: str = "",
    preset: str = "",
) -> Decided:
    """Write a decision and its event; the same decision again adds nothing.

    Where four eyes are asked for, the first approval counts as `approved once`. A colorization that is `sent back` is
    queued anew by `method` with `preset`. `account_id` of the curator, where there is one, tells people of one name
    apart. Raises CurationError for an unknown or withdrawn colorization, a reason that does not fit the verdict, a
    missing note, curator, method or preset; ColorizedAlready and WeightsError as `colorize.steps.request` does.
    """
    decision = Decision(verdict, reason, note.strip(), curator.strip(), account_id, method, preset)
    decision.refuse_incomplete()
    with open_archive(settings) as archive:
        picture = decisions.lock_pictures(archive, [colorization_id]).get(colorization_id)
        return decisions.write_decision(archive, decisions.decidable(picture, colorization_id), decision)


def undo(settings: Settings, decision_id: int, by: str, account_id: int | None = None) -> Undone:
    """Take a decision back, if it is the newest.

    Raises CurationError for an unknown decision, one that another came after, or a withdrawn colorization.
    """
    with open_archive(settings) as archive:
        colorization_id = queries.decided_colorization(archive.db, decision_id=decision_id)
        if colorization_id is None:
            raise CurationError(f"There is no decision {decision_id}.")
        picture = decisions.lock_pictures(archive, [colorization_id]).get(colorization_id)
        decidable = decisions.decidable(picture, colorization_id)
        return decisions.undo_decision(archive, decidable, decision_id, by.strip(), account_id)


def decide_many(
    settings: Settings, bulk_id: str, colorization_ids: Sequence[int], decision: Decision, seen: int = 0
) -> Bulk:
    """Take one decision on up to 200 colorizations, in one transaction; the same `bulk_id` again adds none.

    What cannot be decided so is skipped with a sentence: withdrawn, decided by others after the decision `seen`,
    decided so already, or approved though the model is too unsure of it. Raises CurationError for an incomplete
    decision, no colorization, or too many.
    """
    ids = sorted(set(colorization_ids))
    decision = replace(decision, note=decision.note.strip(), curator=decision.curator.strip(), bulk_id=bulk_id)
    decision.refuse_incomplete()
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise CurationError(f"Choose 1 to {MOST_AT_ONCE} colorizations, found {len(ids)}.")
    with open_archive(settings) as archive:
        queries.lock_review(archive.db)
        about = {name: getattr(decision, name) for name in ("verdict", "reason", "note", "curator", "account_id")}
        if queries.add_bulk(archive.db, bulk_id=bulk_id, asked=len(ids), **about):
            skipped = [vars(picture) for picture in _decide_each(archive, ids, decision, seen)]
            queries.keep_skipped(archive.db, bulk_id=bulk_id, skipped=db.json(skipped))
    return bulk(settings, bulk_id)


def _decide_each(archive: Archive, ids: list[int], decision: Decision, seen: int) -> list[Skipped]:
    pictures, skipped = decisions.lock_pictures(archive, ids), []
    for colorization_id in ids:
        try:
            picture = decisions.decidable(pictures.get(colorization_id), colorization_id)
            decisions.refuse_overtaken(picture, decision, seen)
            decisions.refuse_unseen(picture, decision)
            if not decisions.write_decision(archive, picture, decision).new:
                raise CurationError("It stands so already.")
        except (CurationError, ColorizedAlready) as error:
            skipped.append(Skipped(colorization_id, str(error)))
    return skipped


def bulk(settings: Settings, bulk_id: str) -> Bulk:
    """A decision on many as it was taken. Raises CurationError where there is none."""
    with db.connect(settings) as connection:
        row = queries.find_bulk(connection, bulk_id=bulk_id)
    if row is None:
        raise CurationError("There is no such decision on many pictures.")
    return db.sure_record(Bulk, {**row, "skipped": tuple(db.records(Skipped, row["skipped"]))})


def undo_many(settings: Settings, bulk_id: str, by: str, account_id: int | None = None) -> BulkUndone:
    """Take back each decision of a bulk that still is the newest of its colorization."""
    undone = left = 0
    with open_archive(settings) as archive:
        queries.lock_review(archive.db)
        rows = queries.bulk_members(archive.db, bulk_id=bulk_id)
        members: dict[int, int] = {row["colorization_id"]: row["decision_id"] for row in rows}
        for colorization_id, picture in decisions.lock_pictures(archive, sorted(members)).items():
            newest = picture.decision_id == members[colorization_id] and not picture.withdrawn_at
            undone, left = undone + newest, left + (not newest)
            if newest:
                decisions.undo_decision(archive, picture, members[colorization_id], by.strip(), account_id)
    return BulkUndone(undone, left)


def flag_do_not_colorize(
    settings: Settings, scan_id: int, reason: str, curator: str, account_id: int | None = None
) -> Flagged:
    """Lock a scan: its colorizations are withdrawn now, their publications with the next publishing run.

    A scan that is locked already stays as it is. Raises CurationError for an unknown scan, or without a reason or
    curator.
    """
    if not reason.strip() or not curator.strip():
        raise CurationError("“Do not colorize” carries a reason and the name of its curator.")
    with open_archive(settings) as archive:
        sha256 = queries.flag_scan(archive.db, scan_id=scan_id, reason=reason.strip())
        if sha256 is None and queries.find_scan(archive.db, scan_id=scan_id) is None:
            raise CurationError(f"There is no scan {scan_id}.")
        if sha256:  # an object, too: a catalog that is made again from the bucket must not forget it
            archive.keep_record(sha256, "do-not-colorize", reason=reason.strip(), by=curator.strip())
            account = {} if account_id is None else {"account_id": account_id}
            key, detail = Key.DO_NOT_COLORIZE.of(scan_id=scan_id), {"reason": reason.strip(), **account}
            archive.note(Event(key, EventType.METADATA, curator.strip(), "do not colorize", detail, scan_id=scan_id))
        return Flagged(scan_id, queries.count_withdrawn(archive.db, scan_id=scan_id), int(sha256 is not None))


def approve_by_rule(settings: Settings, minimum: float, curator: str = "demo script") -> ApprovedByRule:
    """Approve every undecided colorization whose mean opinion score is at least `minimum`.

    People's score counts where there is one, else that of simulated raters; the note says which.
    """
    new = 0
    with db.connect(settings) as connection:
        pictures = db.records(Approvable, queries.approvable(connection, minimum=minimum))
    for picture in pictures:
        voters = "simulated raters" if picture.simulated else "people"
        note = f"Rule: mean opinion score {picture.mos:.2f} of {voters} is at least {minimum:g}."
        new += decide(settings, picture.colorization_id, "approved", "score-rule", note, curator).new
    counts = count_states(settings)
    return ApprovedByRule(counts["approved"] + counts["published"], new)
