"""Bags out of the archive, exports of the catalog into its bucket, and the catalog made again from the bucket."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, migrations, progress
from heritage_color.archive import Archive, open_archive
from heritage_color.errors import DeliveryError, FixityError, ServiceError, sentence_of
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import ObjectKey
from heritage_color.preservation import bagging, exports, records, targets
from heritage_color.preservation.bagging import Choice
from heritage_color.settings import Settings
from heritage_color.store import Store

queries = db.queries("preservation")

EVERYTHING = "all"


@dataclass(frozen=True)
class Bagged:
    """A bag as it was written: scans and tombstones, files and bytes of its payload, and where it is."""

    scans: int
    tombstones: int
    files: int
    bytes: int
    place: str


@dataclass(frozen=True)
class Exported:
    """Tables and rows of an export, objects that it added to the bucket, and objects of old ones that it removed."""

    tables: int
    rows: int
    new: int
    removed: int


@dataclass(frozen=True)
class Agreement:
    """Where catalog and bucket do not speak of the same objects, by their keys."""

    rows_without_object: list[ObjectKey]
    objects_without_row: list[ObjectKey]


@dataclass(frozen=True)
class Rebuilt:
    """A catalog that was made again: tables and rows of an export (`exported_at` is None where there was none).

    `recovered` counts masters, references, flags and withdrawals that came after it, `left` has a sentence for each
    record that could not be taken; then what `agreement` finds.
    """

    tables: int
    rows: int
    exported_at: str | None
    recovered: int
    left: list[str]
    rows_without_object: list[ObjectKey]
    objects_without_row: list[ObjectKey]


@dataclass(frozen=True)
class _Counts:
    rows: int
    bytes: int


def bag(settings: Settings, names: Sequence[str], place: Path, zipped: bool = False) -> Bagged:
    """Write collections or single scans (`names`: their names or identifiers, or `all`) as a BagIt bag.

    Each object is verified as it is written; the bag has its name when all are. Raises DeliveryError for an unknown
    name, a place that is taken or has no room, FixityError at the end, naming every object that is damaged or gone.
    """
    choice = Choice(list(names) == [EVERYTHING], list(names))
    with open_archive(settings) as archive, TemporaryDirectory(prefix="heritage-bag-") as folder:
        queries.freeze(archive.db)
        counts = _bag_counts(archive.db, choice)
        target = targets.open_target(place, zipped, counts.bytes)
        with ExitStack() as stack:
            work = bagging.Bagging(archive, target, Path(folder), stack)
            work.write_payload(choice, counts.rows)
        if not work.faults:
            work.write_tags(settings.institution, ", ".join(names), settings.bag_profile)
            target.finish()
    _tell_faults(settings, choice, work.faults)
    if not work.faults:
        _tell_bag(settings, names, target.place, work)
    if work.faults:
        sentences = " ".join(sentence_of(fault.error) for fault in work.faults)
        raise FixityError(f"The bag is not finished. {sentences} {target.give_up()}")
    return Bagged(work.scans, work.tombstones, work.files, work.bytes, str(target.place))


def _tell_bag(settings: Settings, names: Sequence[str], place: Path, work: bagging.Bagging) -> None:
    """The event of a bag that was handed out: the same bag written again is the same act."""
    key = Key.BAG.of(name=place.name, bytes=work.bytes, files=work.files)
    detail = {"of": list(names), "scans": work.scans, "tombstones": work.tombstones, "files": work.files}
    with open_archive(settings) as archive:
        archive.note(Event(key, EventType.REPLICATION, Agent.BAG, "handed out", detail))


def _bag_counts(connection: db.Connection, choice: Choice) -> _Counts:
    unknown = [] if choice.everything else [row["name"] for row in queries.unknown_names(connection, **vars(choice))]
    if unknown:
        raise DeliveryError(f"The archive has no collection and no identifier {', '.join(unknown)}.")
    counts = db.sure_record(_Counts, queries.bag_counts(connection, **vars(choice)))
    if not counts.rows:
        raise DeliveryError("The archive holds no scan yet, so there is nothing to put into a bag.")
    return counts


def _tell_faults(settings: Settings, choice: Choice, faults: list[bagging.Fault]) -> None:
    """What kept the bag from being finished stands in the catalog until a bag of the same scans is."""
    with open_archive(settings) as archive:
        queries.forget_faults(archive.db, **vars(choice))
        for fault in faults:
            archive.set_aside(bagging.STAGE, fault.error, fault.scan_id)


def export_catalog(settings: Settings) -> Exported:
    """Write every table of the catalog, as it is at one moment, to the archive bucket.

    Compressed CSV objects first, a manifest that names them next, the pointer to it last: killed anywhere, the export
    before stands. Objects are named by their content, so what has not changed is not stored again. Then what only
    manifests of more than HERITAGE_EXPORT_DAYS days ago name is removed.
    """
    with db.connect(settings, own=True) as lock:
        queries.lock_exporting(lock)
        with open_archive(settings) as archive, TemporaryDirectory(prefix="heritage-export-") as folder:
            manifest, new = _export_tables(archive, Path(folder))
            key, new_manifest = exports.deposit_manifest(archive, manifest)
            exports.point_to(archive, key)
            removed = exports.remove_old(archive, key, settings.export_days)
    rows = sum(table.rows for table in manifest.tables.values())
    return Exported(len(manifest.tables), rows, new + new_manifest, removed)


def _export_tables(archive: Archive, folder: Path) -> tuple[exports.Manifest, int]:
    """Write all tables to the bucket; return the manifest that names them, and how many of the objects are new."""
    queries.freeze(archive.db)
    queries.plain_texts(archive.db)
    tables = exports.read_tables(archive.db)
    written = {
        table.name: exports.export_table(archive, table, folder)
        for table in progress.track(tables, "exporting tables", len(tables))
    }
    manifest = exports.Manifest(
        exports.FORMAT,
        [row["name"] for row in queries.applied_migrations(archive.db)],
        {row["name"]: row["last_value"] for row in queries.sequences(archive.db)},
        {name: exports.ExportedTable(parts.rows, parts.keys) for name, parts in written.items()},
    )
    return manifest, sum(parts.new for parts in written.values())


def rebuild(settings: Settings, export: ObjectKey = "") -> Rebuilt:
    """Make the catalog again from the archive bucket: the newest export, or `export`, and all records since.

    All or nothing, in one transaction. Raises ServiceError where the catalog is not empty, or has migrations that the
    export or this version lacks; FixityError for a damaged export.
    """
    _refuse_filled(settings)
    with db.connect(settings, bare=True) as connection, TemporaryDirectory(prefix="heritage-rebuild-") as folder:
        archive = Archive(settings, connection, Store(settings))
        manifest, exported_at = exports.newest(archive, export)
        queries.lock_rebuilding(connection)
        migrations.apply_migrations(connection, set(manifest.migrations) if manifest else None)
        _refuse_rows(connection)
        rows = exports.load_tables(archive, manifest, Path(folder)) if manifest else 0
        migrations.apply_migrations(connection)
        recovered, left = records.recover(archive)
    tables = len(manifest.tables) if manifest else 0
    return Rebuilt(tables, rows, exported_at, recovered, left, **vars(agreement(settings)))


def _refuse_filled(settings: Settings) -> None:
    """Raise before anything is changed; a database without tables is welcome, too."""
    with db.connect(settings, bare=True) as connection:
        if queries.has_migrations(connection):
            _refuse_rows(connection)


def _refuse_rows(connection: db.Connection) -> None:
    filled = []
    with connection.cursor() as cursor:
        for table in exports.read_tables(connection):
            cursor.execute(table.look)
            filled += [table.name] if cursor.fetchone()["filled"] else []
    if filled:
        raise ServiceError(
            f"The catalog is not empty ({', '.join(filled)}), so it is left as it is. "
            "Name an empty database in HERITAGE_DATABASE."
        )


def agreement(settings: Settings) -> Agreement:
    """Tell whether catalog and bucket speak of the same objects; whether these are whole, audit_fixity tells.

    Looks for objects of masters, sidecars, references and colorizations, and for rows of all but these last.
    """
    with open_archive(settings) as archive:
        named = {row["object_key"] for row in queries.stored_keys(archive.db)}
        kinds = ("masters", "sidecars", "references", "colorizations")
        kept = {kind: {key for key, _ in archive.store.keys(archive.bucket, f"{kind}/")} for kind in kinds}
    return Agreement(
        rows_without_object=sorted(named - set().union(*kept.values())),
        objects_without_row=sorted((kept["masters"] | kept["sidecars"] | kept["references"]) - named),
    )
