"""How decisions are written: by one, by two under four eyes, sent back, undone. `steps` opens the archive."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from heritage_color import db
from heritage_color.archive import Archive
from heritage_color.colorize import steps as colorize
from heritage_color.curation import reasons
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.methods.names import METHODS, PRESETS

APPROVALS = ("approved", "approved once")

queries = db.queries("curation")


@dataclass(frozen=True)
class Decision:
    """What a curator wants of colorizations. `method` and `preset`: how one that is sent back is wanted instead."""

    verdict: str
    reason: str
    note: str
    curator: str
    account_id: int | None = None
    method: str = ""
    preset: str = ""
    bulk_id: str | None = None

    def refuse_incomplete(self) -> None:
        """Raise CurationError where verdict, reason, note or curator is missing, or they do not fit together."""
        if self.verdict not in reasons.VERDICTS:
            raise CurationError(f"A verdict is {', '.join(reasons.VERDICTS)}, found {self.verdict!r}.")
        reason = reasons.find_reason(self.verdict, self.reason)
        if reason is None:
            known = ", ".join(item.code for item in reasons.REASONS if item.verdict == self.verdict)
            raise CurationError(f"{self.reason!r} is no reason for {self.verdict}; choose one of {known}.")
        if reason.needs_note and not self.note:
            raise CurationError(f"“{reason.words}” needs a note that says more.")
        if not self.curator:
            raise CurationError("A decision carries the name of its curator.")
        if (self.verdict == "sent back") != bool(self.method and self.preset):
            raise CurationError(
                "What is sent back, and nothing else, names the method and the preset that it is wanted with."
            )
        if self.method and (self.method not in METHODS or self.preset not in PRESETS):
            raise CurationError(f"There is no method {self.method!r} with a preset {self.preset!r}.")


@dataclass(frozen=True)
class Picture:
    """A colorization that is held for a decision, with the newest decision on it and the number of all.

    `too_unsure`: the model knows too little of its colours to be approved among many.
    `four_eyes`: its approval takes two curators. `wanted_method` and `wanted_preset`: how it was wanted instead when
    it was sent back last.
    """

    colorization_id: int
    scan_id: int
    withdrawn_at: datetime | None
    too_unsure: bool
    four_eyes: bool
    decision_id: int | None
    verdict: str | None
    reason: str | None
    note: str | None
    curator: str | None
    account_id: int | None
    first_decision_id: int | None
    decided_at: datetime | None
    decisions: int
    wanted_method: str | None
    wanted_preset: str | None


@dataclass(frozen=True)
class Written:
    """A decision as its row is written; one that takes another back repeats what held before that."""

    verdict: str
    reason: str
    note: str
    curator: str
    account_id: int | None = None
    first_decision_id: int | None = None
    decided_at: datetime | None = None
    bulk_id: str | None = None
    undoes: int | None = None
    undone_by: str | None = None


@dataclass(frozen=True)
class Decided:
    """What became of a decision: `verdict` as it counts, `new` 0 where it stood so already."""

    decision_id: int
    verdict: str
    new: int


@dataclass(frozen=True)
class Undone:
    """The decision that took another back, and the verdict that holds again (`undecided`: none)."""

    decision_id: int
    verdict: str


def lock_pictures(archive: Archive, colorization_ids: Sequence[int]) -> dict[int, Picture]:
    """Colorizations by their number, held for a decision until the transaction ends."""
    ids = list(colorization_ids)
    list(queries.lock_colorizations(archive.db, colorization_ids=ids))
    rows = queries.newest_decisions(archive.db, colorization_ids=ids)  # after the lock: what others wrote is seen
    return {picture.colorization_id: picture for picture in db.records(Picture, rows)}


def decidable(picture: Picture | None, colorization_id: int) -> Picture:
    """The colorization, if it can be decided on. Raises CurationError where it is not there or was withdrawn."""
    if picture is None:
        raise CurationError(f"There is no colorization {colorization_id}.")
    if picture.withdrawn_at:
        raise CurationError(f"Colorization {colorization_id} was withdrawn and can no longer be decided on.")
    return picture


def refuse_unseen(picture: Picture, decision: Decision) -> None:
    """Raise CurationError for an approval among many of a picture that the model is too unsure of."""
    if picture.too_unsure and decision.verdict == "approved":
        raise CurationError("The model is too unsure of its colours. Open it, look closely, and approve it by itself.")


def refuse_overtaken(picture: Picture, decision: Decision, seen: int) -> None:
    """Raise CurationError where somebody else decided after the decision `seen`, the newest when the page was made."""
    if (picture.decision_id or 0) > seen and not _same_person(picture, decision):
        raise CurationError(f"{picture.curator} decided on it meanwhile: {picture.verdict}.")


def write_decision(archive: Archive, picture: Picture, decision: Decision) -> Decided:
    """Write a decision on a locked colorization, unless the same stands already.

    Raises CurationError where a colorization as wanted is there already.
    """
    counted, first = _under_four_eyes(picture, decision)
    if picture.decision_id is not None and _is_repeated(picture, counted):
        return Decided(picture.decision_id, counted.verdict, 0)
    request = colorize.request(archive.settings, archive.db, picture.scan_id, decision.method, decision.preset)
    about = (counted.verdict, counted.reason, counted.note, counted.curator, counted.account_id)
    row = Written(*about, first, bulk_id=counted.bulk_id)
    decision_id = _insert(archive, picture, row, counted.curator, counted.account_id)
    if request:
        queries.add_send_back(archive.db, decision_id=decision_id, **vars(request))
    return Decided(decision_id, counted.verdict, 1)


def _under_four_eyes(picture: Picture, decision: Decision) -> tuple[Decision, int | None]:
    """The decision as it counts, and the approval by somebody else that it completes."""
    if decision.verdict != "approved" or not picture.four_eyes:
        return decision, None
    first = _approval_by_another(picture, decision)
    return (decision, first) if first else (replace(decision, verdict="approved once"), None)


def _approval_by_another(picture: Picture, decision: Decision) -> int | None:
    if picture.verdict not in APPROVALS:
        return None
    return picture.first_decision_id if _same_person(picture, decision) else picture.decision_id


def _same_person(picture: Picture, decision: Decision) -> bool:
    """Tell whether the newest decision is this curator's: accounts tell people apart, names where one has none."""
    if picture.account_id is None or decision.account_id is None:
        return (picture.curator or "").casefold() == decision.curator.casefold()
    return picture.account_id == decision.account_id


def _is_repeated(picture: Picture, decision: Decision) -> bool:
    newest = (picture.verdict, picture.reason, picture.note, picture.curator, picture.account_id)
    if newest != (decision.verdict, decision.reason, decision.note, decision.curator, decision.account_id):
        return False
    way = (picture.wanted_method or "", picture.wanted_preset or "")
    return decision.verdict != "sent back" or way == (decision.method, decision.preset)


def _insert(archive: Archive, picture: Picture, row: Written, agent: str, account_id: int | None) -> int:
    """Write the row and its event, whose key counts the decisions on the colorization; the row's number."""
    colorization_id = picture.colorization_id
    decision_id: int = queries.add_decision(archive.db, colorization_id=colorization_id, **vars(row))
    further = {"account_id": account_id, "bulk_id": row.bulk_id, "undoes": row.undoes}
    known = {name: value for name, value in further.items() if value is not None}
    archive.note(
        Event(
            Key.APPRAISAL.of(colorization_id=colorization_id, number=picture.decisions + 1),
            EventType.APPRAISAL,
            agent,
            row.verdict,
            {"reason": row.reason, "note": row.note, **known},
            scan_id=picture.scan_id,
            colorization_id=colorization_id,
        )
    )
    return decision_id


def undo_decision(archive: Archive, picture: Picture, decision_id: int, by: str, account_id: int | None) -> Undone:
    """Take the newest decision on a locked colorization back; undoing what undid brings it back.

    Raises CurationError where another decision came after it.
    """
    if picture.decision_id != decision_id:
        raise CurationError("It was decided anew since, so this decision can no longer be undone.")
    which = {"colorization_id": picture.colorization_id}
    before = db.record(Written, queries.decision_before(archive.db, **which, decision_id=decision_id))
    nothing = Written("undecided", "undone", "", by, account_id)  # what held before the first decision
    row = replace(before or nothing, undoes=decision_id, undone_by=by)
    if picture.verdict == "sent back":
        queries.take_job_back(archive.db, **which)
    if row.verdict == "sent back":
        queries.ask_for_job_again(archive.db, **which)
    return Undone(_insert(archive, picture, row, by, account_id), row.verdict)
