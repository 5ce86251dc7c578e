"""Tombstones: a scan that is withdrawn keeps its identifier and its bytes, and leaves the public and the lanes."""

from dataclasses import dataclass
from datetime import datetime

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.keys import Sha256
from heritage_color.settings import Settings

queries = db.queries("preservation/auditing")


@dataclass(frozen=True)
class WithdrawnScan:
    """The scan that is withdrawn; `new` is 0 where it was so already, and keeps its first reason and date."""

    scan_id: int
    new: int


@dataclass(frozen=True)
class _Scan:
    scan_id: int
    sha256: Sha256
    withdrawn_at: datetime | None


def withdraw(settings: Settings, identifier: str, reason: str, by: str) -> WithdrawnScan:
    """Put a tombstone in the place of a scan: closed for colour, taken from the public, its identifier kept for ever.

    The stored bytes stay. Raises CurationError for an unknown identifier, or without a reason or a name.
    """
    reason, by = reason.strip(), by.strip()
    if not reason or not by:
        raise CurationError("A withdrawal carries a reason, which the public reads, and the name of who decided it.")
    with open_archive(settings) as archive:
        scan = db.record(_Scan, queries.scan_by_identifier(archive.db, identifier=identifier))
        if scan is None:
            raise CurationError(f"The archive holds nothing with the identifier {identifier}.")
        new = queries.withdraw_scan(archive.db, scan_id=scan.scan_id, reason=reason, by=by)
        if new:
            archive.keep_record(scan.sha256, "withdrawal", reason=reason, by=by)
            archive.note(
                Event(
                    Key.WITHDRAWAL.of(scan_id=scan.scan_id),
                    EventType.DEACCESSION,
                    by,
                    "withdrawn",
                    {"reason": reason},
                    scan_id=scan.scan_id,
                )
            )
    return WithdrawnScan(scan.scan_id, new)
