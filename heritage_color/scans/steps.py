"""Takes deliveries in: masters into the archive bucket first, then their rows, one transaction per file."""

from pathlib import Path
from typing import NamedTuple

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.db import Connection
from heritage_color.errors import DeliveryError, HeritageError
from heritage_color.scans.arrival import inbox, receiving
from heritage_color.scans.check import examine
from heritage_color.scans.intake.rows import Ingested
from heritage_color.scans.intake.space import check_space, space_needed
from heritage_color.scans.intake.taking import Intake
from heritage_color.scans.isolating import told
from heritage_color.scans.reporting import rework, signing
from heritage_color.scans.reporting.report import Report
from heritage_color.scans.uploading import ending
from heritage_color.settings import Settings
from heritage_color.store import Store

AGAIN = "It is tried again after an hour, or when it changes; nothing of it is lost."

queries = db.queries("scans/arrival")


def ingest(settings: Settings, delivery: Path | str) -> Ingested:
    """Check a delivery of any shape and take in what passes. Refused files are kept under `quarantine/`.

    A run can be killed anywhere and started again; a delivery that was taken in before is recognised by its
    fingerprint. Raises DeliveryError where there is no delivery, or no space for it, and FixityError where an object
    in the bucket is damaged that a file needs: all other files are taken in then, and that one by the next run.
    """
    return take_in(settings, delivery).counts


class TakenIn(NamedTuple):
    """The report on a delivery, and what became of its files."""

    report: Report
    counts: Ingested


def take_in(settings: Settings, delivery: Path | str) -> TakenIn:
    """Do what `ingest` does, and return the report, too."""
    with receiving.receive(settings, delivery) as received:
        check_services(settings)
        report = examine(received, settings)
        report.space = check_space(settings, *space_needed(report.pictures))
        with open_archive(settings, own=True) as archive:
            intake = Intake.open(archive, report, received)
            intake.run()
            report.debts = rework.list_debts(archive.db, intake.ledger.delivery_id)
            report.signed = signing.sign_off_of(archive.db, intake.ledger.delivery_id)
            return TakenIn(report, intake.ledger.counts)


def check_services(settings: Settings) -> None:
    """Raise ServiceError where catalog or bucket are not ready: told at once, not after hours of decoding."""
    db.check(settings)
    Store(settings).check_bucket(settings.archive_bucket)


# ------------------------------------------------------------------------ watched places


def look_at_inbox(settings: Settings) -> list[str]:
    """Addresses of the deliveries in the watched places that are whole and were not taken in yet.

    A delivery is whole when its .done is there, or when it has not changed for HERITAGE_INBOX_QUIET_SECONDS between
    two looks. Uploads that were handed in are among them.
    """
    ending.settle_all(settings)
    entries = list(inbox.look_into_places(settings))
    with db.connect(settings) as connection:
        queries.forget_gone_entries(connection, sources=[db.text(entry.source) for entry in entries])
        return [entry.source for entry in entries if _is_whole(connection, settings, entry)]


def _is_whole(connection: Connection, settings: Settings, entry: inbox.Seen) -> bool:
    quiet = {"marked": entry.marked, "quiet_seconds": settings.inbox_quiet_seconds}
    return bool(queries.note_look(connection, source=db.text(entry.source), signature=entry.signature, **quiet))


def take_from_inbox(settings: Settings, source: str) -> Ingested:
    """Take in a delivery of a watched place, and leave its report beside it.

    Whatever goes wrong, a sentence is left beside it, and the error raised: DeliveryError where the delivery cannot be
    taken in as it is, another where that is no fault of its supplier's.
    """
    try:
        taken = _take_entry(settings, source)
    except DeliveryError as error:
        inbox.leave_report(settings, source, f"{error}\n")
        with db.connect(settings) as connection:
            queries.entry_refused(connection, source=db.text(source), refusal=db.text(str(error)))
        raise
    except Exception as error:
        why = str(error) if isinstance(error, HeritageError) else f"The archive met a fault of its own: {told(error)}."
        inbox.leave_report(settings, source, f"Not taken in yet. {why} {AGAIN}\n")
        raise
    last = f"Taken in as delivery {taken.counts.delivery_id}."
    inbox.leave_report(settings, source, f"{taken.report.as_text(most_shown=None)}\n\n{last}\n")
    return taken.counts


def _take_entry(settings: Settings, source: str) -> TakenIn:
    with db.connect(settings) as connection:
        signature = queries.try_entry(connection, source=db.text(source))
    taken = take_in(settings, source)
    with db.connect(settings) as connection:
        entry = {"source": db.text(source), "signature": signature}
        queries.entry_taken_in(connection, **entry, delivery_id=taken.counts.delivery_id)
    return taken
