"""Vetoes of communities: who asked that a photograph be not coloured, why, and until when.

Beside staff's own "do not colorize" a veto loses nothing: while it stands every stage passes the scan over. What was
made before comes back when it has ended, by its last day or by a curator's word.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.runs import bells
from heritage_color.settings import Settings

queries = db.queries("curation/vetoes")


@dataclass(frozen=True)
class Wish:
    """What was asked for: by whom, why, and the last day on which it holds; None: until it is lifted."""

    asked_by: str
    reason: str
    last_day: date | None = None

    @property
    def sentence(self) -> str:
        """What a job of the scan says while it waits."""
        until = f" until {self.last_day:%Y-%m-%d}" if self.last_day else ""
        return (
            f"{self.asked_by} asked that this photograph not be coloured{until}; it waits, and nothing of it is lost."
        )


def record_veto(
    settings: Settings, veto_id: UUID, scan_id: int, wish: Wish, by: str, account_id: int | None = None
) -> bool:
    """Record a veto, once per `veto_id`; False where it is there already.

    It holds at once: what a lane is colouring goes back to the queue, and what is published leaves with the next
    publishing run. Raises CurationError for an unknown scan, a last day that is over, or without
    asker, reason or curator.
    """
    _refuse_incomplete(wish, by)
    with open_archive(settings) as archive:
        sha256 = queries.hold_scan(archive.db, scan_id=scan_id)
        if sha256 is None:
            raise CurationError(f"There is no scan {scan_id}.")
        said = {"asked_by": wish.asked_by.strip(), "reason": wish.reason.strip()}
        row = {"veto_id": str(veto_id), "scan_id": scan_id, "last_day": wish.last_day, **said}
        if not queries.add_veto(archive.db, **row, recorded_by=by.strip(), account_id=account_id):
            return False
        bells.ring(archive.db, bells.Bell.VETO)
        queries.put_jobs_back(archive.db, scan_id=scan_id, sentence=wish.sentence)
        told = said | {"veto_id": str(veto_id), "last_day": wish.last_day.isoformat() if wish.last_day else None}
        archive.keep_record(sha256, "veto", by=by.strip(), **told)
        key = Key.VETO.of(veto_id=veto_id, act="recorded")
        detail = told | {"account_id": account_id}
        archive.note(Event(key, EventType.METADATA, by.strip(), "veto recorded", detail, scan_id=scan_id))
    return True


def lift_veto(settings: Settings, veto_id: UUID, reason: str, by: str, account_id: int | None = None) -> bool:
    """End a veto before its last day; False where it was lifted already. Raises CurationError without a reason."""
    if not reason.strip() or not by.strip():
        raise CurationError("Say why the veto ends: whoever asked for it may want to know.")
    said = {"reason": reason.strip(), "by": by.strip()}
    with open_archive(settings) as archive:
        scan_id = queries.lift_veto(archive.db, veto_id=str(veto_id), **said)
        if scan_id is None:
            if queries.find_veto(archive.db, veto_id=str(veto_id)) is None:
                raise CurationError("There is no veto with this number.")
            return False
        queries.forget_sentence(archive.db, scan_id=scan_id)
        sha256 = queries.checksum_of(archive.db, scan_id=scan_id)
        archive.keep_record(sha256, "veto-lifted", veto_id=str(veto_id), **said)
        detail = {"veto_id": str(veto_id), "reason": reason.strip(), "account_id": account_id}
        key = Key.VETO.of(veto_id=veto_id, act="lifted")
        archive.note(Event(key, EventType.METADATA, by.strip(), "veto lifted", detail, scan_id=scan_id))
    return True


def _refuse_incomplete(wish: Wish, by: str) -> None:
    if not wish.asked_by.strip() or not wish.reason.strip() or not by.strip():
        raise CurationError("A veto says who asked for it and why, and carries the name of its curator.")
    if wish.last_day and wish.last_day < datetime.now(UTC).date():
        raise CurationError(f"The last day, {wish.last_day:%Y-%m-%d}, is over. Give a later one, or none.")
