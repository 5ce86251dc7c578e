"""The rework loop: a refused file stays owed until a later delivery replaces it, or somebody waives it.

A file replaces what is owed by, in this order: what its row says in `replaces`; its identifier; its path, where only
one owed file has that path and the identifiers do not contradict. What different people uploaded does not answer for
each other; what came by courier or command is of the whole team. A replacement that is refused, too, is one more try:
the debt stays with the delivery that had it first.
"""

from functools import partial

from heritage_color import db
from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting.report import Debt, Delivered
from heritage_color.settings import Settings

AGENT = "heritage-color scans.ingest"
STATES = ("owed", "replaced", "waived")
EVERYTHING = 1_000_000  # debts; nobody reads more
NOT_ITS_OWN = {"identifier-taken", "duplicate-identifier"}  # refused for it, so nothing is known by that identifier

queries = partial(db.queries, "rework")


def find(connection, delivery_id: int, file: Delivered) -> list[dict]:
    """The debts that a file may be meant for, by the first rule that finds any, and held for this transaction."""
    wanted = {"path": file.name, "identifier": cell_of(file, "identifier"), "replaces": cell_of(file, "replaces")}
    found = list(queries().find_debts(connection, delivery_id=delivery_id, **wanted))
    named = [debt for debt in found if debt["rule"] == "identifier"]
    return named or found


def settle(connection, delivery_id: int, file: Delivered, found: list[dict], scan_id: int | None) -> int:
    """Link a delivered file with the one debt that it is meant for; else a refused file is a new debt. Rows added."""
    debt = found[0] if found and (len(found) == 1 or found[0]["rule"] == "identifier") else None
    if debt is None:
        return 0 if scan_id else _owe(connection, delivery_id, file)
    old = {"answers_delivery_id": debt["delivery_id"], "answers_path": debt["path"], "rule": debt["rule"]}
    queries().answer_debt(connection, delivery_id=delivery_id, path=file.name, **old)
    detail = {"file": debt["path"], "came": file.name, "delivery": delivery_id, "by": debt["rule"]}
    return queries().add_event(
        connection,
        event_key=f"rework:{debt['delivery_id']}:{debt['path']}:{delivery_id}:{file.name}",
        agent=AGENT,
        outcome="replaced" if scan_id else "refused again",
        detail=db.json(detail),
        delivery_id=debt["delivery_id"],
        scan_id=scan_id,
    )


def _owe(connection, delivery_id: int, file: Delivered) -> int:
    own = "" if NOT_ITS_OWN & set(file.codes) else cell_of(file, "identifier")
    return queries().add_debt(connection, delivery_id=delivery_id, path=file.name, identifier=own, missing=False)


def owe_missing(connection, delivery_id: int, names: list[str]) -> int:
    """Files that manifest.csv names and that did not come, unless an earlier delivery owes them. Rows added."""
    this = {"delivery_id": delivery_id, "identifier": ""}
    return sum(
        queries().add_debt(connection, path=name, missing=True, **this)
        for name in names
        if not list(queries().find_debts(connection, path=name, replaces="", **this))
    )


def cell_of(file: Delivered, column: str) -> str:
    """What the file's row says in a column, as the catalog takes it; nothing where it has no row."""
    cell = file.row[column] if file.row else ""
    return cell.encode("utf-8", "backslashreplace").decode().replace("\0", "")


def debts(settings: Settings, delivery_id: int | None = None, state: str = "all") -> list[Debt]:
    """What one delivery owes or owed, and what came with it for others; without a number, of all deliveries."""
    with db.connect(settings) as connection:
        return read(connection, delivery_id, state)


def read(
    connection,
    delivery_id: int | None = None,
    state: str = "all",
    shown: int = EVERYTHING,
    skipped: int = 0,
    seen_by: int | None = None,
) -> list[Debt]:
    """As `debts`, over a connection; for the account `seen_by` without those of deliveries that others uploaded."""
    choice = {"delivery_id": delivery_id, "state": state, "shown": shown, "skipped": skipped, "seen_by": seen_by}
    return [Debt(**row) for row in queries().list_debts(connection, **choice)]


def count(connection, delivery_id: int | None = None, seen_by: int | None = None) -> int:
    """How many files are owed, of the same choice as in `read`."""
    return queries().count_debts(connection, delivery_id=delivery_id, state="owed", seen_by=seen_by)


def waive(settings: Settings, delivery_id: int, path: str, reason: str, by: str) -> dict:
    """Say that a file is owed no longer, and why. `{"new"}`; what is waived already stays as it is.

    Raises DeliveryError for a file that is not owed, and without a reason or a name.
    """
    if not reason.strip() or not by.strip():
        raise DeliveryError("Waiving carries a reason and the name of whoever waives.")
    said = {"reason": reason.strip(), "by": by.strip()}
    return _change(settings, delivery_id, path, {"owed": queries().waive_debt}, "waived", said)


def take_back(settings: Settings, delivery_id: int, path: str, by: str) -> dict:
    """Make a file owed again: what was waived, or what a file that is no replacement was taken for. `{"new"}`."""
    if not by.strip():
        raise DeliveryError("Whoever takes something back is named.")
    changes = {"waived": queries().claim_debt, "replaced": queries().part_debt}
    return _change(settings, delivery_id, path, changes, "owed", {"by": by.strip()})


def _change(settings: Settings, delivery_id: int, path: str, changes: dict, wanted: str, said: dict) -> dict:
    """Bring a debt to a state by the change that its state asks for, with an event."""
    this = {"delivery_id": delivery_id, "path": path}
    with db.connect(settings) as connection:
        if queries().lock_debt(connection, **this) is None:
            raise DeliveryError(f"Delivery {delivery_id} owes no {path}.")
        now = queries().debt_state(connection, **this)
        if now["state"] == wanted:
            return {"new": 0}
        if now["state"] not in changes:
            raise DeliveryError(f"{path} of delivery {delivery_id} is {now['state']}, and not owed.")
        changes[now["state"]](connection, **this, **said)
        _record(connection, this, dict(now), wanted, said)
    return {"new": 1}


def _record(connection, this: dict, before: dict, outcome: str, said: dict) -> None:
    detail = {"file": this["path"], "before": before["state"]} | {"reason": said.get("reason", "")}
    detail |= {"came": before["replaced_by"], "delivery": before["replaced_in"]} if before["replaced_by"] else {}
    queries().add_event(
        connection,
        event_key=f"debt/{this['delivery_id']}/{before['changes'] + 1}/{this['path']}",
        agent=said["by"],
        outcome=outcome,
        detail=db.json({name: value for name, value in detail.items() if value}),
        delivery_id=this["delivery_id"],
        scan_id=None,
    )
