"""Reads back what is stored and compares it with what was stored: nothing is repaired unasked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, progress
from heritage_color.archive import Archive, open_archive
from heritage_color.errors import DAMAGES, FixityError, sentence_of
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.preservation import fixity
from heritage_color.preservation.fixity import Readings, StoredObject
from heritage_color.s3 import Role
from heritage_color.settings import Settings

queries = db.queries("preservation/auditing")

STAGE = "fixity"
BATCH = 200  # objects due that are held in memory at once
NO_BYTES = ("nothing", "unreadable")  # what `Store.digest` says where there is nothing to keep aside


@dataclass(frozen=True)
class Audited:
    """What an audit read, in objects and bytes; `left` has a sentence for each object that it could not judge."""

    checked: int
    intact: int
    damaged: int
    bytes: int
    left: list[str]


@dataclass(frozen=True)
class Reading:
    """An object as it was read back: intact, damaged, or not judged, for which `sentence` says why."""

    bytes: int
    intact: bool
    sentence: str = ""


@dataclass(frozen=True)
class Read:
    """Which object was read: a `master`, `reference` or `colorization` by its row, and what it belongs to."""

    kind: str
    row_id: int
    scan_id: int
    colorization_id: int | None = None


@dataclass(frozen=True)
class Quiet:
    """The answer of an alarm that was not raised: of so many objects none is damaged."""

    objects: int
    damaged: int = 0


def audit_fixity(settings: Settings, older_than_days: int = 30, byte_budget: int | None = None) -> Audited:
    """Re-read masters, colour references and colorizations, the longest unread first, and compare their SHA-256.

    Reads what was not read for so many days, `byte_budget` bytes at most (one object at least). What lies in the
    place of a damaged object is copied to `quarantine/`, the object marked and an event written. An object that this
    machine cannot read is left as it is, for the next audit. Raises ServiceError where catalog or server are away.
    """
    checked = intact = size = 0
    left = []
    with open_archive(settings) as archive:
        budget = settings.fixity_bytes if byte_budget is None else byte_budget
        for reading in progress.track(audit_all(archive, older_than_days, budget), "re-reading"):
            left += [reading.sentence] if reading.sentence else []
            checked += not reading.sentence
            intact += reading.intact
            size += reading.bytes
    return Audited(checked, intact, checked - intact, size, left)


def audit_all(archive: Archive, older_than_days: int, budget: int) -> Iterator[Reading]:
    """The readings of all objects that are due, each kept in the catalog before the next begins."""
    for stored in _due(archive, older_than_days, budget):
        reading = _audit(archive, stored)
        archive.db.commit()  # what is read so far counts, should the run be killed
        yield reading


def _due(archive: Archive, older_than_days: int, budget: int) -> Iterator[StoredObject]:
    """Objects to read, batch by batch, each after the last of the batch before: what could not be read is not due."""
    started = queries.audit_started(archive.db)
    last: StoredObject | None = None
    while True:
        batch = db.records(
            StoredObject,
            queries.due_objects(
                archive.db,
                started=started,
                older_than_days=older_than_days,
                most=BATCH,
                byte_budget=budget,
                first=last is None,
                after=last.fixity_checked_at if last else "-infinity",
                after_kind=last.kind if last else "",
                after_row=last.row_id if last else 0,
            ),
        )
        yield from batch
        if not batch:
            return
        budget, last = budget - sum(stored.bytes for stored in batch), batch[-1]


def _audit(archive: Archive, stored: StoredObject) -> Reading:
    """Read one object. What keeps this machine from reading it says nothing of the object."""
    try:
        digest = archive.store.digest(archive.bucket, stored.object_key)
    except DAMAGES as error:
        archive.set_aside(f"{STAGE}/{stored.kind}", error, stored.scan_id, stored.colorization_id)
        return Reading(0, False, f"{stored.kind} of {stored.identifier}: {sentence_of(error)}")
    intact = digest == stored.sha256
    key = None if intact else keep_aside(archive, stored, digest)
    record_reading(archive, stored, digest, key)
    archive.take_up(f"{STAGE}/{stored.kind}", stored.scan_id, stored.colorization_id)
    return Reading(stored.bytes, intact)


def record_reading(
    archive: Archive, stored: StoredObject, digest: Sha256, quarantine_key: ObjectKey | None = None
) -> None:
    """Keep what reading an object found."""
    intact = digest == stored.sha256
    read = Read(stored.kind, stored.row_id, stored.scan_id, stored.colorization_id)
    detail = {"object_key": stored.object_key, "expected": stored.sha256, "found": digest}
    mark(archive, read, intact, Agent.AUDIT, **detail, **({} if intact else {"quarantine_key": quarantine_key}))


def mark(archive: Archive, read: Read, intact: bool, agent: Agent, **detail: object) -> None:
    """Mark an object that some stage read, and tell it: one event per object, day and outcome."""
    outcome = "intact" if intact else "damaged"
    queries.record_fixity(archive.db, kind=read.kind, row_id=read.row_id, intact=intact)
    archive.note(
        Event(
            Key.FIXITY.of(kind=read.kind, row_id=read.row_id, day=datetime.now(UTC).date(), outcome=outcome),
            EventType.FIXITY_CHECK,
            agent,
            outcome,
            detail,
            scan_id=read.scan_id,
            colorization_id=read.colorization_id,
        )
    )


def keep_aside(archive: Archive, stored: StoredObject, digest: Sha256) -> ObjectKey | None:
    """Copy what lies in a damaged object's place to `quarantine/`; its key there, None where nothing can be read."""
    if digest in NO_BYTES:
        return None
    with TemporaryDirectory(prefix="heritage-") as folder:
        try:
            file = archive.store.fetch(archive.bucket, stored.object_key, Path(folder) / "damaged")
            kept = archive.deposit("quarantine", file, "application/octet-stream")
        except DAMAGES:
            return None
    names = {"object_key": stored.object_key, "expected": stored.sha256, "found": kept.sha256}
    archive.note(
        Event(
            Key.REPAIRED.of(type=EventType.QUARANTINE, object_key=stored.object_key, act=kept.sha256),
            EventType.QUARANTINE,
            Agent.AUDIT,
            "damaged",
            names | {"quarantine_key": kept.key},
            scan_id=stored.scan_id,
            colorization_id=stored.colorization_id,
        )
    )
    return kept.key


def damaged_objects(archive: Archive) -> list[StoredObject]:
    """Return what stands damaged, the oldest first."""
    return db.records(StoredObject, queries.damaged_objects(archive.db))


def raise_alarm(settings: Settings) -> Quiet:
    """Raise FixityError where stored objects stand damaged, or were not read for 90 days."""
    with open_archive(settings, Role.READER) as archive:
        damaged, state = damaged_objects(archive), fixity_state(archive.db)
    sentence = fixity.alarm(damaged, state, settings.fixity_bytes)
    if sentence:
        raise FixityError(sentence)
    return Quiet(state.objects)


def fixity_state(connection: db.Connection) -> fixity.State:
    """Return how much is kept, and how far back its readings lie."""
    return fixity.state(db.sure_record(Readings, queries.fixity_state(connection, days=fixity.DAYS)))
