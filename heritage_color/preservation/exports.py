"""The catalog's tables as objects of the archive bucket, out and in: compressed CSV, and a manifest that names it."""

import gzip
import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from heritage_color import db, migrations, progress
from heritage_color.archive import Archive, checksum_in
from heritage_color.errors import FixityError, ServiceError
from heritage_color.keys import ObjectKey, TableName
from heritage_color.rows import Cursor

queries = db.queries("preservation")

LOG = logging.getLogger(__name__)
PART_ROWS = 50_000  # rows of one object: the full parts of a growing table stay as they are from export to export
PREFIX = "exports/"
POINTER = "exports/newest.json"
FORMAT = 1


@dataclass(frozen=True)
class Table:
    """A table of the catalog with the statements that take it out and in; a row of the query `tables`.

    `columns` is the header of its CSV, `needs` the tables that its foreign keys refer to.
    """

    name: TableName
    columns: str
    copy_out: str
    copy_in: str
    silence: str
    wake: str
    look: str
    needs: list[TableName]


@dataclass(frozen=True)
class ExportedTable:
    """A table as an export holds it: so many rows, in these objects."""

    rows: int
    parts: list[ObjectKey]


@dataclass(frozen=True)
class Manifest:
    """What an export holds: which migrations the catalog had, how far its numberings were, and its tables."""

    format: int
    migrations: list[str]
    sequences: dict[TableName, int]
    tables: dict[TableName, ExportedTable]

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """The manifest that an object holds. Raises ServiceError where a newer version made it."""
        facts = json.loads(content)
        unknown = sorted(set(facts["migrations"]) - migrations.known_migrations())
        if unknown or facts["format"] != FORMAT:
            raise ServiceError(
                f"The export was made by a newer version ({', '.join(unknown)}). Update first, then rebuild."
            )
        tables = {name: ExportedTable(**table) for name, table in facts["tables"].items()}
        return cls(facts["format"], facts["migrations"], facts["sequences"], tables)


@dataclass
class Parts:
    """Where COPY writes a table to, row by row: every PART_ROWS of them a compressed object with a header."""

    archive: Archive
    header: str
    path: Path
    rows: int = 0
    new: int = 0
    keys: list[ObjectKey] = field(default_factory=list)
    raw: IO[bytes] | None = None
    file: gzip.GzipFile | None = None

    def write(self, row: bytes) -> None:
        """Take a row: libpq hands over the rows of a COPY one at a time (PQgetCopyData)."""
        if self.file is None:  # no name and no time in the file, so that the same rows are the same bytes
            self.raw = self.path.open("wb")
            self.file = gzip.GzipFile("", "wb", fileobj=self.raw, mtime=0)
            self.file.write(f"{self.header}\n".encode())
        self.file.write(row)
        self.rows += 1
        if self.rows % PART_ROWS == 0:
            self.close()

    def close(self) -> None:
        """Store what is written so far as one object."""
        if self.file is None or self.raw is None:
            return
        self.file.close()
        self.raw.close()
        self.file = self.raw = None
        part = self.archive.deposit("exports", self.path, "application/gzip", ".csv.gz")
        self.keys.append(part.key)
        self.new += part.new


def export_table(archive: Archive, table: Table, folder: Path) -> Parts:
    """Write a table as objects of the bucket. Raises ServiceError when not all rows arrived."""
    parts = Parts(archive, table.columns, folder / "part.csv.gz")
    with archive.db.cursor() as cursor:
        cursor.copy_expert(table.copy_out, parts)
        copied = cursor.rowcount
    parts.close()
    if parts.rows != copied:
        raise ServiceError(f"{copied} rows of {table.name} were copied, and {parts.rows} arrived. Run again.")
    return parts


def deposit_manifest(archive: Archive, manifest: Manifest) -> tuple[ObjectKey, int]:
    """The key of an export's manifest, and 1 where it is new."""
    with TemporaryDirectory(prefix="heritage-export-") as folder:
        file = Path(folder) / "manifest.json"
        file.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", "utf-8")
        stored = archive.deposit("exports", file, "application/json", ".json")
    return stored.key, int(stored.new)


def point_to(archive: Archive, key: ObjectKey) -> None:
    """Let the pointer name a manifest as the newest."""
    pointer = {"manifest": key, "exported_at": datetime.now(UTC).isoformat(timespec="seconds")}
    archive.store.replace(archive.bucket, POINTER, json.dumps(pointer).encode(), "application/json")


def remove_old(archive: Archive, newest: ObjectKey, days: int) -> int:
    """Remove what is older than so many days and what no younger manifest, nor the newest, names: how many objects.

    Whoever calls it holds the lock of exporting. Where the server lets nobody delete, all stays, and the log says so.
    """
    horizon = datetime.now(UTC) - timedelta(days=days)
    written = {key: moment for moment, key in archive.store.dated(archive.bucket, PREFIX) if key != POINTER}
    kept = {key for key, moment in written.items() if moment >= horizon} | {newest}
    kept |= _named_by(archive, [key for key in kept if key.endswith(".json")])
    old = sorted(written.keys() - kept)
    try:
        for key in old:
            archive.store.delete(archive.bucket, key)
    except ServiceError as error:
        LOG.warning("Old exports stay in the bucket: %s", error)
        return 0
    return len(old)


def _named_by(archive: Archive, keys: Iterable[ObjectKey]) -> set[ObjectKey]:
    """The parts that manifests name. Raises FixityError for one that is damaged: nothing is removed on its word."""
    manifests = (json.loads(archive.read(key)) for key in keys)
    return {part for manifest in manifests for table in manifest["tables"].values() for part in table["parts"]}


def newest(archive: Archive, key: ObjectKey) -> tuple[Manifest | None, str | None]:
    """The manifest of the newest export, or of that under a key, and its time; nothing where there was never one.

    Raises FixityError where it is damaged or cannot be found, ServiceError where a newer version made it.
    """
    exported_at = None
    if not key:
        pointer = archive.store.read(archive.bucket, POINTER)
        if pointer is None:
            _refuse_lost_pointer(archive)
            return None, None
        key, exported_at = (json.loads(pointer)[name] for name in ("manifest", "exported_at"))
    content = archive.store.read(archive.bucket, key)
    if content is None or hashlib.sha256(content).hexdigest() != checksum_in(key):
        raise FixityError(
            f"{archive.bucket}/{key}, the list of an export, is damaged or gone. Name another with --export KEY."
        )
    return Manifest.read(content), exported_at


def _refuse_lost_pointer(archive: Archive) -> None:
    manifests = [key for key, _ in archive.store.keys(archive.bucket, PREFIX) if key.endswith(".json")]
    if manifests:
        raise FixityError(f"{POINTER} is gone. Name one of the exports with --export KEY: {', '.join(manifests)}.")


def read_tables(connection: db.Connection) -> list[Table]:
    """All tables that an export holds."""
    return db.records(Table, queries.tables(connection))


def load_tables(archive: Archive, manifest: Manifest, folder: Path) -> int:
    """Fill all tables, each after those that it refers to, with the catalog's own triggers silent. Rows in all."""
    _refuse_other_schema(archive.db, manifest)
    tables = {table.name: table for table in read_tables(archive.db)}
    order = TopologicalSorter({name: table.needs for name, table in tables.items()}).static_order()
    with archive.db.cursor() as cursor:
        for name in progress.track(list(order), "loading tables", len(tables)):
            cursor.execute(tables[name].silence)  # what a trigger would do is in the export already
            _load_table(archive, cursor, tables[name], manifest.tables[name], folder)
            cursor.execute(tables[name].wake)
    for name, last_value in manifest.sequences.items():
        queries.set_sequence(archive.db, name=name, last_value=last_value)
    return sum(table.rows for table in manifest.tables.values())


def _refuse_other_schema(connection: db.Connection, manifest: Manifest) -> None:
    further = {row["name"] for row in queries.applied_migrations(connection)} - set(manifest.migrations)
    if further:
        raise ServiceError(
            f"The catalog has migrations that the export lacks ({', '.join(sorted(further))}). "
            "Name a database without tables in HERITAGE_DATABASE; the migrations follow by themselves."
        )


def _load_table(archive: Archive, cursor: Cursor, table: Table, exported: ExportedTable, folder: Path) -> None:
    loaded = 0
    for key in exported.parts:
        file = archive.file(key, checksum_in(key), folder / "part.csv.gz")
        with gzip.open(file) as rows:
            cursor.copy_expert(table.copy_in, rows)
        loaded += cursor.rowcount
        file.unlink()
    if loaded != exported.rows:
        raise FixityError(f"{table.name} has {loaded} rows, its export says {exported.rows}.")
