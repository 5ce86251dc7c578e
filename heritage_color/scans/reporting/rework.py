"""The rework loop: a refused file stays owed until a later delivery replaces it, or somebody waives it.

A file replaces what is owed by, in this order: what its row says in `replaces`; its identifier; its path, where only
one owed file has that path and the identifiers do not contradict. What different people uploaded does not answer for
each other; what came by courier or command is of the whole team. A replacement that is refused, too, is one more try:
the debt stays with the delivery that had it first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.db import Connection, Query
from heritage_color.errors import DeliveryError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import FileName, Json, Word
from heritage_color.scans.reporting.debts import Debt
from heritage_color.scans.reporting.report import Delivered
from heritage_color.settings import Settings

EVERYTHING = 1_000_000  # debts; nobody reads more
NOT_ITS_OWN = {"identifier-taken", "duplicate-identifier"}  # refused for it, so nothing is known by that identifier

queries = db.queries("scans/reporting/rework")


@dataclass(frozen=True)
class OpenDebt:
    """What another delivery owes and a file may be meant for, with the `rule` by which it is known."""

    delivery_id: int
    path: FileName
    rule: str


@dataclass(frozen=True)
class DebtState:
    """How a debt stands, what replaced it, and how often a person changed it."""

    state: str
    replaced_in: int | None
    replaced_by: FileName | None
    changes: int


@dataclass(frozen=True)
class Changed:
    """1 where a person's act changed something, 0 where it was so already."""

    new: int


def find_debts(archive: Archive, delivery_id: int, file: Delivered) -> list[OpenDebt]:
    """The debts that a file may be meant for, by the first rule that finds any, and held for this transaction."""
    told = {"identifier": cell_of(file, "identifier"), "replaces": cell_of(file, "replaces")}
    rows = queries.find_debts(archive.db, delivery_id=delivery_id, path=file.name, **told)
    debts = db.records(OpenDebt, rows)
    named = [debt for debt in debts if debt.rule == "identifier"]
    return named or debts


def settle(archive: Archive, delivery_id: int, file: Delivered, debts: list[OpenDebt], scan_id: int | None) -> int:
    """Link a delivered file with the one debt that it is meant for; else a refused file is a new debt. Rows added."""
    debt = debts[0] if debts and (len(debts) == 1 or debts[0].rule == "identifier") else None
    if debt is None:
        return 0 if scan_id else _owe(archive.db, delivery_id, file)
    answered = {"answers_delivery_id": debt.delivery_id, "answers_path": debt.path, "rule": debt.rule}
    queries.answer_debt(archive.db, delivery_id=delivery_id, path=file.name, **answered)
    return archive.note(
        Event(
            Key.REWORK.of(
                owed_delivery_id=debt.delivery_id, owed_path=debt.path, delivery_id=delivery_id, path=file.name
            ),
            EventType.METADATA,
            Agent.INGEST,
            "replaced" if scan_id else "refused again",
            {"file": debt.path, "came": file.name, "delivery": delivery_id, "by": debt.rule},
            delivery_id=debt.delivery_id,
            scan_id=scan_id,
        )
    )


def _owe(connection: Connection, delivery_id: int, file: Delivered) -> int:
    identifier = "" if NOT_ITS_OWN & set(file.codes) else cell_of(file, "identifier")
    added: int = queries.add_debt(
        connection, delivery_id=delivery_id, path=file.name, identifier=identifier, missing=False
    )
    return added


def owe_missing(archive: Archive, delivery_id: int, names: list[FileName]) -> int:
    """Files that manifest.csv names and that did not come, unless an earlier delivery owes them. Rows added."""
    debt = {"delivery_id": delivery_id, "identifier": ""}
    added: int = sum(
        queries.add_debt(archive.db, path=name, missing=True, **debt)
        for name in names
        if not list(queries.find_debts(archive.db, path=name, replaces="", **debt))
    )
    return added


def cell_of(file: Delivered, column: str) -> str:
    """Return what the file's row says in a column, as the catalog takes it; nothing where it has no row."""
    return db.text(file.row[column]) if file.row else ""


def debts(settings: Settings, delivery_id: int | None = None, state: str = "all") -> list[Debt]:
    """Return what one delivery owes or owed, and what came with it for others; without a number, of all deliveries."""
    with db.connect(settings) as connection:
        return list_debts(connection, delivery_id, state)


def list_debts(
    connection: Connection,
    delivery_id: int | None = None,
    state: str = "all",
    shown: int = EVERYTHING,
    skipped: int = 0,
    seen_by: int | None = None,
) -> list[Debt]:
    """As `debts`, over a connection; for the account `seen_by` without those of deliveries that others uploaded."""
    choice = {"delivery_id": delivery_id, "state": state, "shown": shown, "skipped": skipped, "seen_by": seen_by}
    return db.records(Debt, queries.list_debts(connection, **choice))


def count_debts(connection: Connection, delivery_id: int | None = None, seen_by: int | None = None) -> int:
    """Return how many files are owed, of the same choice as in `list_debts`."""
    count: int = queries.count_debts(connection, delivery_id=delivery_id, state="owed", seen_by=seen_by)
    return count


def waive(settings: Settings, delivery_id: int, path: str, reason: str, by: str) -> Changed:
    """Say that a file is owed no longer, and why. What is waived already stays as it is.

    Raises DeliveryError for a file that is not owed, and without a reason or a name.
    """
    if not reason.strip() or not by.strip():
        raise DeliveryError("Waiving carries a reason and the name of whoever waives.")
    act = _Act(delivery_id, path, "waived", by.strip(), reason.strip())
    return _change(settings, act, {"owed": queries.waive_debt})


def take_back(settings: Settings, delivery_id: int, path: str, by: str) -> Changed:
    """Make a file owed again: what was waived, or what a file that is no replacement was taken for."""
    if not by.strip():
        raise DeliveryError("Whoever takes something back is named.")
    act = _Act(delivery_id, path, "owed", by.strip())
    return _change(settings, act, {"waived": queries.claim_debt, "replaced": queries.part_debt})


@dataclass(frozen=True)
class _Act:
    """A person brings a debt to a state."""

    delivery_id: int
    path: FileName
    state: str
    by: str
    reason: str = ""


def _change(settings: Settings, act: _Act, changes: Mapping[Word, Query]) -> Changed:
    """Make the change that the debt's present state asks for, with an event."""
    debt = {"delivery_id": act.delivery_id, "path": act.path}
    with open_archive(settings) as archive:
        if queries.lock_debt(archive.db, **debt) is None:
            raise DeliveryError(f"Delivery {act.delivery_id} owes no {act.path}.")
        before = db.sure_record(DebtState, queries.debt_state(archive.db, **debt))
        if before.state == act.state:
            return Changed(0)
        if before.state not in changes:
            raise DeliveryError(f"{act.path} of delivery {act.delivery_id} is {before.state}, and not owed.")
        changes[before.state](archive.db, **debt, reason=act.reason, by=act.by)
        archive.note(_event(act, before))
    return Changed(1)


def _event(act: _Act, before: DebtState) -> Event:
    detail: Json = {"file": act.path, "before": before.state, "reason": act.reason}
    detail |= {"came": before.replaced_by, "delivery": before.replaced_in} if before.replaced_by else {}
    return Event(
        Key.DEBT.of(delivery_id=act.delivery_id, number=before.changes + 1, path=act.path),
        EventType.METADATA,
        act.by,
        act.state,
        {name: value for name, value in detail.items() if value},
        delivery_id=act.delivery_id,
    )
