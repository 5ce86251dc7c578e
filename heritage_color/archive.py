"""The archive in one hand: the catalog, verified objects of the archive bucket, and the log of events.

Objects are content-addressed: written once under their checksum, read back, and compared again at each reading.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from heritage_color import db, events
from heritage_color.digests import sha256_file
from heritage_color.errors import FixityError, MissingObject, sentence_of
from heritage_color.events import Event
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.s3 import Role
from heritage_color.settings import Settings
from heritage_color.store import Store
from heritage_color.whole_files import whole

queries = db.queries("archive")

REMEDY = "Put it right with `heritage-color repair`."


class Deposited(NamedTuple):
    """An object as it was stored; `new` where it was not there before."""

    key: ObjectKey
    sha256: Sha256
    new: bool


@dataclass(frozen=True)
class Archive:
    """What a step works with: `db` is the catalog's connection, `store` the S3 server in the step's role."""

    settings: Settings
    db: db.Connection
    store: Store

    @property
    def bucket(self) -> str:
        """The private bucket of masters, colorizations and all that was made of them."""
        return self.settings.archive_bucket

    def file(self, key: ObjectKey, sha256: Sha256, place: Path) -> Path:
        """An object as a file at `place`, or in it where it is a folder: whole and with this checksum, or not at all.

        What is there already is used as it is. Raises FixityError, with key and remedy, when the stored object is
        missing, is another, or cannot be read.
        """
        return retrieve(self.store, key, sha256, place)

    def read(self, key: ObjectKey, sha256: Sha256 = "") -> bytes:
        """Return a small object's bytes; by default its key names the checksum. Raises FixityError as `file` does."""
        try:
            content = b"".join(self.store.stream(self.bucket, key))
        except FixityError as error:
            raise _told(error, key) from error
        _compare(key, sha256 or checksum_in(key), hashlib.sha256(content).hexdigest())
        return content

    def deposit(self, kind: str, path: Path, media_type: str, suffix: str = "") -> Deposited:
        """Store a file of a kind, such as `masters`, `colorizations` or `models`, and verify the stored bytes.

        Raises FixityError when what was stored differs.
        """
        sha256 = sha256_file(path)
        key = key_for(kind, sha256, suffix)
        new = self.store.write_once(self.bucket, key, path, media_type)
        self.store.verify(self.bucket, key, sha256)
        return Deposited(key, sha256, new)

    def keep_record(self, sha256: Sha256, kind: str, /, **facts: object) -> bool:
        """Write a fact about a master to the bucket, from which the catalog can be made again. True when it was new.

        Kinds: `master`, `reference`, `do-not-colorize`, `withdrawal`. Written before the catalog's row, so that no row
        is without its record; the same facts are the same object.
        """
        record = json.dumps({"kind": kind, **facts}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        content = record.encode()
        key = key_for("records", sha256, f"/{kind}-{hashlib.sha256(content).hexdigest()}.json")
        return self.store.write_once(self.bucket, key, content, "application/json")

    def note(self, event: Event) -> bool:
        """Add an event to the log, once per key; True when it is new."""
        return events.note(self.db, event)

    def set_aside(self, stage: str, error: Exception, scan_id: int, colorization_id: int | None = None) -> str:
        """Keep in the catalog why a stage could not take an item, one of `DAMAGES`; the sentence.

        It stops nobody: the stage tries the item again in its next run, and calls `take_up` when it could.
        """
        sentence = sentence_of(error)
        item = {"stage": stage, "scan_id": scan_id, "colorization_id": colorization_id}
        queries.set_aside(self.db, **item, sentence=sentence)
        return sentence

    def take_up(self, stage: str, scan_id: int, colorization_id: int | None = None) -> None:
        """A stage could take an item, which may have been set aside before."""
        queries.take_up(self.db, stage=stage, scan_id=scan_id, colorization_id=colorization_id)


@contextmanager
def open_archive(settings: Settings, role: Role = Role.WORKER, own: bool = False) -> Iterator[Archive]:
    """The archive for one step: the catalog's transaction commits at the end, rolls back on an error.

    `own` for a connection that is surely closed then, so that a lock of its session ends.
    """
    with db.connect(settings, own=own) as connection:
        yield Archive(settings, connection, Store(settings, role))


def key_for(kind: str, sha256: Sha256, suffix: str = "") -> ObjectKey:
    """Key of an object: `masters/sha256/ab/cd/abcd...`, spread so that no folder of a file system overflows."""
    return f"{kind}/sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}{suffix}"


def checksum_in(key: ObjectKey) -> Sha256:
    """Return the checksum that the key of an object, or of a record beside a master, names."""
    return key.rpartition("/")[2].partition(".")[0].rpartition("-")[2]


def _compare(key: ObjectKey, sha256: Sha256, stored: Sha256) -> None:
    if stored != sha256:
        raise FixityError(
            f"{key} of the archive should have SHA-256 {sha256}; what is stored there has {stored}. {REMEDY}"
        )


def _told(error: FixityError, key: ObjectKey) -> FixityError:
    """The same with the remedy that the archive has."""
    if isinstance(error, MissingObject):
        return MissingObject(f"{key} of the archive is not there. {REMEDY}")
    return FixityError(f"{error}. {REMEDY}".replace("..", "."))


def retrieve(store: Store, key: ObjectKey, sha256: Sha256, place: Path) -> Path:
    """Return the same as `Archive.file` from any store, such as the second one."""
    destination = place / key.rpartition("/")[2] if place.is_dir() else place
    if destination.is_file() and sha256_file(destination) == sha256:
        return destination
    with whole(destination) as partial:
        try:
            store.fetch(store.settings.archive_bucket, key, partial)
        except FixityError as error:
            raise _told(error, key) from error
        _compare(key, sha256, sha256_file(partial))
    return destination
