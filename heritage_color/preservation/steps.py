"""Bags out of the archive, exports of the catalog into its bucket, and the catalog made again from the bucket."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, migrations, progress
from heritage_color.errors import DeliveryError, FixityError, ServiceError
from heritage_color.preservation import bagging, exports, records, targets
from heritage_color.settings import Settings
from heritage_color.store import Store

EVERYTHING = "all"


def bag(settings: Settings, names: Sequence[str], place: Path, zipped: bool = False) -> dict:
    """Write collections or single scans (`names`: their names or identifiers, or `all`) as a BagIt bag.

    Returns `scans`, `tombstones`, `files` and `bytes` of the payload, and `place`. Each object is verified as it is
    written; the bag has its name when all are. Raises DeliveryError for an unknown name, a place that is taken or has
    no room, FixityError at the end, naming every object that is damaged or gone.
    """
    choice = {"everything": list(names) == [EVERYTHING], "names": list(names)}
    with db.connect(settings) as connection, TemporaryDirectory(prefix="heritage-bag-") as folder:
        _queries().freeze(connection)
        counts = _bag_counts(connection, choice)
        target = targets.open_target(place, zipped, counts["bytes"])
        with ExitStack() as stack:
            work = bagging.Bagging(Store(settings), target, Path(folder), stack)
            work.write_payload(connection, choice, counts["rows"])
        if work.faults:
            raise FixityError(f"The bag is not finished. {' '.join(work.faults)} {target.give_up()}")
        work.write_tags(settings.institution, ", ".join(names), settings.bag_profile)
        target.finish()
    sums = {"files": work.files, "bytes": work.bytes, "place": str(target.place)}
    return {"scans": work.scans, "tombstones": work.tombstones, **sums}


def _bag_counts(connection, choice: dict) -> dict:
    unknown = [] if choice["everything"] else [row["name"] for row in _queries().unknown_names(connection, **choice)]
    if unknown:
        raise DeliveryError(f"The archive has no collection and no identifier {', '.join(unknown)}.")
    counts = _queries().bag_counts(connection, **choice)
    if not counts["rows"]:
        raise DeliveryError("The archive holds no scan yet, so there is nothing to put into a bag.")
    return counts


def export_catalog(settings: Settings) -> dict:
    """Write every table of the catalog, as it is at one moment, to the archive bucket: `tables`, `rows`, `new`.

    Compressed CSV objects first, a manifest that names them next, the pointer to it last: killed anywhere, the export
    before stands. Objects are named by their content, so what has not changed is not stored again.
    """
    store = Store(settings)
    with db.connect(settings) as connection, TemporaryDirectory(prefix="heritage-export-") as folder:
        _queries().freeze(connection)
        _queries().plain_texts(connection)
        tables = list(_queries().tables(connection))
        written = {
            table["name"]: exports.export_table(store, connection, table, Path(folder))
            for table in progress.track(tables, "exporting tables", len(tables))
        }
        manifest = {
            "format": exports.FORMAT,
            "migrations": [row["name"] for row in _queries().applied_migrations(connection)],
            "sequences": {row["name"]: row["last_value"] for row in _queries().sequences(connection)},
            "tables": {name: {"rows": parts.rows, "parts": parts.keys} for name, parts in written.items()},
        }
    key, new = exports.deposit_manifest(store, manifest)
    pointer = {"manifest": key, "exported_at": datetime.now(UTC).isoformat(timespec="seconds")}
    store.replace(settings.archive_bucket, exports.POINTER, json.dumps(pointer).encode(), "application/json")
    rows = sum(parts.rows for parts in written.values())
    return {"tables": len(tables), "rows": rows, "new": new + sum(parts.new for parts in written.values())}


def rebuild(settings: Settings, export: str = "") -> dict:
    """Make the catalog again from the archive bucket: the newest export, or `export`, and all records since.

    All or nothing, in one transaction. Returns `tables`, `rows`, `exported_at` (None where there was no export),
    `recovered` (masters, references, flags and withdrawals that came after it), `left` (sentences on records that
    could not be taken), and what `agreement` finds. Raises ServiceError where the catalog is not empty, or has
    migrations that the export or this version lacks; FixityError for a damaged export.
    """
    store = Store(settings)
    _refuse_filled(settings)
    manifest, exported_at = exports.newest(store, export)
    with db.connect(settings, bare=True) as connection, TemporaryDirectory(prefix="heritage-rebuild-") as folder:
        _queries().lock_rebuilding(connection)
        migrations.apply_migrations(connection, set(manifest["migrations"]) if manifest else None)
        _refuse_rows(connection)
        rows = exports.load(store, connection, manifest, Path(folder)) if manifest else 0
        migrations.apply_migrations(connection)
        recovered, left = records.recover(store, connection)
    counts = {"tables": len(manifest["tables"]) if manifest else 0, "rows": rows, "exported_at": exported_at}
    return counts | {"recovered": recovered, "left": left} | agreement(settings)


def _refuse_filled(settings: Settings) -> None:
    """Raise before anything is changed; a database without tables is welcome, too."""
    with db.connect(settings, bare=True) as connection:
        if _queries().has_migrations(connection):
            _refuse_rows(connection)


def _refuse_rows(connection) -> None:
    filled = []
    with connection.cursor() as cursor:
        for table in _queries().tables(connection):
            cursor.execute(table["look"])
            filled += [table["name"]] if cursor.fetchone()["filled"] else []
    if filled:
        raise ServiceError(
            f"The catalog is not empty ({', '.join(filled)}), so it is left as it is. "
            "Name an empty database in HERITAGE_DATABASE."
        )


def agreement(settings: Settings) -> dict[str, list[str]]:
    """Whether catalog and bucket speak of the same objects, by their keys; whether they are whole, audit_fixity tells.

    `rows_without_object` of masters, sidecars, references and colorizations; `objects_without_row` of all but these.
    """
    store = Store(settings)
    with db.connect(settings) as connection:
        named = {row["object_key"] for row in _queries().stored_keys(connection)}
    kinds = ("masters", "sidecars", "references", "colorizations")
    kept = {kind: {key for key, _ in store.keys(settings.archive_bucket, f"{kind}/")} for kind in kinds}
    return {
        "rows_without_object": sorted(named - set().union(*kept.values())),
        "objects_without_row": sorted((kept["masters"] | kept["sidecars"] | kept["references"]) - named),
    }


def _queries():
    return db.queries("preservation")
