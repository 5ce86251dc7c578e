"""Records that lie beside the masters: what they tell of acts after the newest export."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from heritage_color import db, progress
from heritage_color.archive import Archive
from heritage_color.errors import DAMAGES, sentence_of
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import Column, ObjectKey, Sha256

queries = db.queries("preservation")

VETOES = ("veto", "veto-lifted")  # a scan may have several: each is looked at, and taken once
SAYS = {"reference": "referenced", "do-not-colorize": "do_not_colorize", "withdrawal": "withdrawn"}


@dataclass(frozen=True)
class KnownScan:
    """What the catalog knows of a master that its records could still add to."""

    sha256: Sha256
    scan_id: int
    do_not_colorize: bool
    withdrawn: bool
    referenced: bool


@dataclass(frozen=True)
class Record:
    """A fact about a master as it lies in the bucket: of what kind, when it was written, and what it says."""

    kind: str
    sha256: Sha256
    written: datetime
    facts: Mapping[Column, Any]

    def about(self, name: Column) -> object:
        """Return a part of the record as a jsonb parameter."""
        return db.json(self.facts[name])


def recover(archive: Archive) -> tuple[int, list[str]]:
    """Take in what the records tell and the catalog does not know: how many, and why others did not fit."""
    known = {scan.sha256: scan for scan in db.records(KnownScan, queries.known_scans(archive.db))}
    news = [(moment, key) for moment, key in archive.store.dated(archive.bucket, "records/") if _is_news(key, known)]
    news.sort(key=lambda item: (_kind(item[1]) != "master", item))
    recovered, left = 0, []
    for written, key in progress.track(news, "recovering", len(news)):
        try:
            facts = json.loads(archive.read(key))
        except DAMAGES as error:
            left.append(sentence_of(error))
            continue
        recovered += _take(archive, Record(facts["kind"], _sha256(key), written, facts))
        if _scan_id(archive, _sha256(key)) is None:
            left.append(f"{key} was not taken: another picture has the identifier, or no record tells of its master.")
    return recovered, left


def _kind(key: ObjectKey) -> str:
    return Path(key).name.rpartition("-")[0]


def _sha256(key: ObjectKey) -> Sha256:
    return Path(key).parent.name


def _is_news(key: ObjectKey, known: dict[Sha256, KnownScan]) -> bool:
    """Tell whether a record, by its key, says something that the catalog does not."""
    scan = known.get(_sha256(key))
    if scan is None:
        return True
    return _kind(key) in VETOES or (_kind(key) in SAYS and not getattr(scan, SAYS[_kind(key)]))


def _scan_id(archive: Archive, sha256: Sha256) -> int | None:
    scan_id: int | None = queries.scan_of_checksum(archive.db, sha256=sha256)
    return scan_id


def _take(archive: Archive, record: Record) -> int:
    scan_id = _scan_id(archive, record.sha256)
    if record.kind == "master":
        return 0 if scan_id is not None else _take_master(archive, record)
    if scan_id is None:
        return 0
    if record.kind == "reference":
        return _take_reference(archive, record, scan_id)
    if record.kind == "veto":
        facts = {"scan_id": scan_id, "written": record.written, **record.facts}
        return int(queries.recover_veto(archive.db, **facts))
    if record.kind == "veto-lifted":
        return int(queries.recover_lifting(archive.db, written=record.written, **record.facts))
    told = {"scan_id": scan_id, "reason": record.facts["reason"]}
    if record.kind == "withdrawal":
        return int(queries.recover_withdrawal(archive.db, **told, by=record.facts["by"], written=record.written))
    return int(queries.recover_flag(archive.db, **told))


def _take_reference(archive: Archive, record: Record, scan_id: int) -> int:
    _recover_file(archive, record, _recover_delivery(archive, record), scan_id)
    reference = record.about("reference")
    return int(queries.recover_reference(archive.db, scan_id=scan_id, written=record.written, reference=reference))


def _take_master(archive: Archive, record: Record) -> int:
    delivery_id = _recover_delivery(archive, record)
    scan = record.about("scan")
    scan_id = queries.recover_scan(archive.db, scan=scan, delivery_id=delivery_id, written=record.written)
    if scan_id is None:
        return 0
    _recover_file(archive, record, delivery_id, scan_id)
    detail = {
        "file": record.facts["file"]["path"],
        "sha256": record.sha256,
        "digests": record.facts["digests"],
        "recovered_from_record": True,
    }
    for kind, outcome in ((EventType.MESSAGE_DIGEST, "calculated"), (EventType.INGESTION, "accepted")):
        archive.note(
            Event(
                Key.INGESTED.of(type=kind, act=record.sha256),
                kind,
                Agent.INGEST,
                outcome,
                detail,
                delivery_id,
                scan_id,
                occurred_at=record.written,
            )
        )
    return 1


def _recover_delivery(archive: Archive, record: Record) -> int:
    return int(queries.recover_delivery(archive.db, **record.facts["delivery"], written=record.written))


def _recover_file(archive: Archive, record: Record, delivery_id: int, scan_id: int) -> None:
    queries.recover_file(archive.db, file=record.about("file"), delivery_id=delivery_id, scan_id=scan_id)
