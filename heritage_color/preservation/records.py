"""Records that lie beside the masters: what they tell of acts after the newest export."""

import json
from datetime import datetime
from pathlib import Path

from heritage_color import db, progress
from heritage_color.events import Agent
from heritage_color.store import Store


def recover(store: Store, connection) -> tuple[int, list[str]]:
    """Take in what the records tell and the catalog does not know: how many, and why others did not fit."""
    known = {row["sha256"]: dict(row) for row in _queries().known_scans(connection)}
    todo = [
        (moment, key) for moment, key in store.dated(store.settings.archive_bucket, "records/") if _is_news(key, known)
    ]
    todo.sort(key=lambda item: (_kind(item[1]) != "master", item))
    recovered, left = 0, []
    for written, key in progress.track(todo, "recovering", len(todo)):
        record = json.loads(store.read(store.settings.archive_bucket, key) or b"{}")
        recovered += _take(connection, record, _sha256(key), written)
        if not db.queries("scans/intake").scan_by_checksum(connection, sha256=_sha256(key)):
            left.append(f"{key} was not taken: another picture has the identifier, or no record tells of its master.")
    return recovered, left


def _kind(key: str) -> str:
    return Path(key).name.rpartition("-")[0]


def _sha256(key: str) -> str:
    return Path(key).parent.name


def _is_news(key: str, known: dict[str, dict]) -> bool:
    """Whether a record, by its key, says something that the catalog does not."""
    scan = known.get(_sha256(key))
    if scan is None:
        return True
    says = {"reference": "referenced", "do-not-colorize": "do_not_colorize", "withdrawal": "withdrawn"}
    return _kind(key) in says and not scan[says[_kind(key)]]


def _take(connection, record: dict, sha256: str, written: datetime) -> int:
    scan = db.queries("scans/intake").scan_by_checksum(connection, sha256=sha256)
    if record["kind"] == "master":
        return 0 if scan else _take_master(connection, record, sha256, written)
    if scan is None:
        return 0
    if record["kind"] == "reference":
        delivery_id = _queries().recover_delivery(connection, **record["delivery"], written=written)
        facts = {"scan_id": scan["scan_id"], "written": written, "reference": db.json(record["reference"])}
        _recover_file(connection, record, delivery_id, scan["scan_id"])
        return _queries().recover_reference(connection, **facts)
    said = {"scan_id": scan["scan_id"], "reason": record["reason"]}
    if record["kind"] == "withdrawal":
        return _queries().recover_withdrawal(connection, **said, by=record["by"], written=written)
    return _queries().recover_flag(connection, **said)


def _take_master(connection, record: dict, sha256: str, written: datetime) -> int:
    delivery_id = _queries().recover_delivery(connection, **record["delivery"], written=written)
    scan = db.json(record["scan"])
    scan_id = _queries().recover_scan(connection, scan=scan, delivery_id=delivery_id, written=written)
    if scan_id is None:
        return 0
    _recover_file(connection, record, delivery_id, scan_id)
    detail = {"file": record["file"]["path"], "sha256": sha256, "digests": record["digests"]}
    for kind, outcome in (("message digest calculation", "calculated"), ("ingestion", "accepted")):
        _queries().recover_event(
            connection,
            event_key=f"{kind}:{sha256}",
            event_type=kind,
            written=written,
            agent=Agent.INGEST,
            outcome=outcome,
            detail=db.json(detail | {"recovered_from_record": True}),
            delivery_id=delivery_id,
            scan_id=scan_id,
        )
    return 1


def _recover_file(connection, record: dict, delivery_id: int, scan_id: int) -> None:
    file = db.json(record["file"])
    _queries().recover_file(connection, file=file, delivery_id=delivery_id, scan_id=scan_id)


def _queries():
    return db.queries("preservation")
