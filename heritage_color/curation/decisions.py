"""How decisions are written: by one, by two under four eyes, sent back, undone. `steps` opens the connection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from heritage_color import db
from heritage_color.colorize import steps as colorize
from heritage_color.curation import reasons
from heritage_color.errors import CurationError
from heritage_color.methods.names import METHODS, PRESETS
from heritage_color.settings import Settings

APPROVALS = ("approved", "approved once")


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
        reason = reasons.find(self.verdict, self.reason)
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


def lock(connection, colorization_ids: Sequence[int]) -> dict[int, dict]:
    """Colorizations by number, held for a decision, each with the newest decision and the count of all."""
    curation, ids = db.queries("curation"), list(colorization_ids)
    list(curation.lock_colorizations(connection, colorization_ids=ids))
    rows = curation.newest_decisions(connection, colorization_ids=ids)  # after the lock: what others wrote is seen
    return {row["colorization_id"]: dict(row) for row in rows}


def standing(picture: dict | None, colorization_id: int) -> dict:
    """The colorization, if it can be decided on. Raises CurationError where it is not there or was withdrawn."""
    if picture is None:
        raise CurationError(f"There is no colorization {colorization_id}.")
    if picture["withdrawn_at"]:
        raise CurationError(f"Colorization {colorization_id} was withdrawn and can no longer be decided on.")
    return picture


def refuse_overtaken(picture: dict, decision: Decision, seen: int) -> None:
    """Raise CurationError where somebody else decided after the decision `seen`, the newest when the page was made."""
    if (picture["decision_id"] or 0) > seen and not _same_person(picture, decision):
        raise CurationError(f"{picture['curator']} decided on it meanwhile: {picture['verdict']}.")


def write(settings: Settings, connection, picture: dict, decision: Decision) -> dict:
    """Write a decision on a locked colorization: `decision_id`, `new`, `verdict` as it counts; the same again is none.

    Raises CurationError where a colorization as wanted is there already.
    """
    counted, first = _under_four_eyes(picture, decision)
    if _is_repeated(picture, counted):
        return {"decision_id": picture["decision_id"], "new": 0, "verdict": counted.verdict}
    asked = colorize.request(settings, connection, picture["scan_id"], decision.method, decision.preset)
    decision_id = _add(connection, picture, counted, first)
    if asked:
        db.queries("curation").add_send_back(connection, decision_id=decision_id, **asdict(asked))
    return {"decision_id": decision_id, "new": 1, "verdict": counted.verdict}


def _under_four_eyes(picture: dict, decision: Decision) -> tuple[Decision, int | None]:
    """The decision as it counts, and the approval by somebody else that it completes."""
    if decision.verdict != "approved" or not picture["four_eyes"]:
        return decision, None
    first = _approval_by_another(picture, decision)
    return (decision, first) if first else (replace(decision, verdict="approved once"), None)


def _approval_by_another(picture: dict, decision: Decision) -> int | None:
    if picture["verdict"] not in APPROVALS:
        return None
    return picture["first_decision_id"] if _same_person(picture, decision) else picture["decision_id"]


def _same_person(standing: dict, decision: Decision) -> bool:
    """Accounts tell people apart, names only where one of them has none."""
    accounts = (standing["account_id"], decision.account_id)
    if None in accounts:
        return standing["curator"].casefold() == decision.curator.casefold()
    return accounts[0] == accounts[1]


def _is_repeated(picture: dict, decision: Decision) -> bool:
    names = ("verdict", "reason", "note", "curator", "account_id")
    wanted = (picture["wanted_method"] or "", picture["wanted_preset"] or "")
    same_wanted = decision.verdict != "sent back" or wanted == (decision.method, decision.preset)
    return same_wanted and all(picture[name] == getattr(decision, name) for name in names)


def _add(connection, picture: dict, decision: Decision, first: int | None) -> int:
    row = {name: getattr(decision, name) for name in ("verdict", "reason", "note", "curator", "account_id", "bulk_id")}
    row |= {"first_decision_id": first, "undoes": None, "undone_by": None, "decided_at": None}
    return _insert(connection, picture, row, decision.curator, decision.account_id)


def _insert(connection, picture: dict, row: dict, agent: str, account_id: int | None) -> int:
    """The row and its event, whose key is the number of the decision on its colorization."""
    curation, colorization = db.queries("curation"), picture["colorization_id"]
    decision_id = curation.add_decision(connection, colorization_id=colorization, **row)
    facts = {name: row[name] for name in ("reason", "note")}
    further = {"account_id": account_id, "bulk_id": row["bulk_id"], "undoes": row["undoes"]}
    curation.record(
        connection,
        event_key=f"appraisal/{colorization}/{picture['decisions'] + 1}",
        event_type="appraisal",
        agent=agent,
        outcome=row["verdict"],
        detail=db.json(facts | {name: value for name, value in further.items() if value is not None}),
        scan_id=picture["scan_id"],
        colorization_id=colorization,
    )
    return decision_id


def undo(connection, picture: dict, decision_id: int, by: str, account_id: int | None) -> dict:
    """Take the newest decision on a locked colorization back: `decision_id`, `verdict` that holds again.

    Undoing what undid brings it back. Raises CurationError where another decision came after it.
    """
    if picture["decision_id"] != decision_id:
        raise CurationError("It was decided anew since, so this decision can no longer be undone.")
    curation, colorization = db.queries("curation"), picture["colorization_id"]
    before = curation.decision_before(connection, colorization_id=colorization, decision_id=decision_id)
    row = dict(before or _nothing(by, account_id)) | {"bulk_id": None, "undoes": decision_id, "undone_by": by}
    if picture["verdict"] == "sent back":
        curation.take_job_back(connection, colorization_id=colorization)
    if row["verdict"] == "sent back":
        curation.ask_for_job_again(connection, colorization_id=colorization)
    return {"decision_id": _insert(connection, picture, row, by, account_id), "verdict": row["verdict"]}


def _nothing(by: str, account_id: int | None) -> dict:
    """What held before the first decision."""
    row = {"verdict": "undecided", "reason": "undone", "note": "", "curator": by, "account_id": account_id}
    return row | {"first_decision_id": None, "decided_at": None}
