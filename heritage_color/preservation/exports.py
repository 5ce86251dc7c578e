"""The catalog's tables as objects of the archive bucket, out and in: compressed CSV, and a manifest that names it."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from heritage_color import archive, db, migrations, progress
from heritage_color.errors import FixityError, ServiceError
from heritage_color.store import Store

PART_ROWS = 50_000  # rows of one object: the full parts of a growing table stay as they are from export to export
POINTER = "exports/newest.json"
FORMAT = 1


@dataclass
class Parts:
    """Where COPY writes a table to, row by row: every PART_ROWS of them a compressed object with a header."""

    store: Store
    header: str
    path: Path
    rows: int = 0
    new: int = 0
    keys: list[str] = field(default_factory=list)
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
        key, _, new = archive.deposit(self.store, "exports", self.path, "application/gzip", ".csv.gz")
        self.keys.append(key)
        self.new += new


def export_table(store: Store, connection, table: dict, folder: Path) -> Parts:
    """A row of `tables` as objects of the bucket. Raises ServiceError when not all rows arrived."""
    parts = Parts(store, table["columns"], folder / "part.csv.gz")
    with connection.cursor() as cursor:
        cursor.copy_expert(table["copy_out"], parts)
        copied = cursor.rowcount
    parts.close()
    if parts.rows != copied:
        raise ServiceError(f"{copied} rows of {table['name']} were copied, and {parts.rows} arrived. Run again.")
    return parts


def deposit_manifest(store: Store, manifest: dict) -> tuple[str, int]:
    """The key of an export's manifest, and 1 where it is new."""
    with TemporaryDirectory(prefix="heritage-export-") as folder:
        file = Path(folder) / "manifest.json"
        file.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
        key, _, new = archive.deposit(store, "exports", file, "application/json", ".json")
    return key, int(new)


def newest(store: Store, key: str) -> tuple[dict | None, str | None]:
    """The manifest of the newest export, or of that under a key, and its time; nothing where there was never one.

    Raises FixityError where it is damaged or cannot be found, ServiceError where a newer version made it.
    """
    bucket, exported_at = store.settings.archive_bucket, None
    if not key:
        pointer = store.read(bucket, POINTER)
        if pointer is None:
            _refuse_lost_pointer(store)
            return None, None
        key, exported_at = (json.loads(pointer)[name] for name in ("manifest", "exported_at"))
    body = store.read(bucket, key)
    if body is None or hashlib.sha256(body).hexdigest() != Path(key).stem:
        raise FixityError(
            f"{bucket}/{key}, the list of an export, is damaged or gone. Name another with --export KEY."
        )
    manifest = json.loads(body)
    unknown = sorted(set(manifest["migrations"]) - migrations.known_migrations())
    if unknown or manifest["format"] != FORMAT:
        raise ServiceError(
            f"The export was made by a newer version ({', '.join(unknown)}). Update first, then rebuild."
        )
    return manifest, exported_at


def _refuse_lost_pointer(store: Store) -> None:
    found = [key for key, _ in store.keys(store.settings.archive_bucket, "exports/") if key.endswith(".json")]
    if found:
        raise FixityError(f"{POINTER} is gone. Name one of the exports with --export KEY: {', '.join(found)}.")


def load(store: Store, connection, manifest: dict, folder: Path) -> int:
    """Fill all tables, each after those that it refers to, with the catalog's own triggers silent. Rows in all."""
    _refuse_other_schema(connection, manifest)
    tables = {table["name"]: table for table in _queries().tables(connection)}
    order = TopologicalSorter({name: table["needs"] for name, table in tables.items()}).static_order()
    with connection.cursor() as cursor:
        for name in progress.track(list(order), "loading tables", len(tables)):
            cursor.execute(tables[name]["silence"])  # what a trigger would do is in the export already
            _load_table(store, cursor, tables[name], manifest["tables"][name], folder)
            cursor.execute(tables[name]["wake"])
    for name, last_value in manifest["sequences"].items():
        _queries().set_sequence(connection, name=name, last_value=last_value)
    return sum(table["rows"] for table in manifest["tables"].values())


def _refuse_other_schema(connection, manifest: dict) -> None:
    further = {row["name"] for row in _queries().applied_migrations(connection)} - set(manifest["migrations"])
    if further:
        raise ServiceError(
            f"The catalog has migrations that the export lacks ({', '.join(sorted(further))}). "
            "Name a database without tables in HERITAGE_DATABASE; the migrations follow by themselves."
        )


def _load_table(store: Store, cursor, table: dict, exported: dict, folder: Path) -> None:
    loaded = 0
    for key in exported["parts"]:
        sha256 = Path(key).name.removesuffix(".csv.gz")
        file = archive.retrieve(store, key, sha256, folder / "part.csv.gz")
        with gzip.open(file) as rows:
            cursor.copy_expert(table["copy_in"], rows)
        loaded += cursor.rowcount
        file.unlink()
    if loaded != exported["rows"]:
        raise FixityError(f"{table['name']} has {loaded} rows, its export says {exported['rows']}.")


def _queries():
    return db.queries("preservation")
