"""The catalog's migrations: which of them a database has, and those that it lacks applied."""

from pathlib import Path

from heritage_color.errors import ServiceError
from heritage_color.rows import Connection, Cursor
from heritage_color.settings import ROOT

SQL = ROOT / "sql"
MIGRATION_LOCK = 0x686572  # "her": one migration at a time


def fault(cursor: Cursor, name: str) -> str | None:
    """The sentence on a database that is not the catalog of this version; None where it is."""
    applied, foreign = _applied(cursor)
    if foreign:
        return _foreign(name, foreign)
    known = known_migrations()
    if newer := sorted(applied - known):
        return _newer(name, newer)
    if known - applied:
        state = "is older than this program" if applied else "is empty"
        return f"The database {name} {state}. Bring the catalog up to date with `heritage-color migrate`."
    return None


def _foreign(name: str, tables: list[str]) -> str:
    shown = ", ".join(tables[:3]) + (", ..." if len(tables) > 3 else "")
    return (
        f"The database {name} holds tables of another program ({shown}). Name a database of the catalog's own in "
        "HERITAGE_DATABASE."
    )


def _newer(name: str, migrations: list[str]) -> str:
    return (
        f"The catalog in the database {name} is newer than this program: it has {migrations[-1]}. "
        "Install the version of the program that made it so."
    )


def _applied(cursor: Cursor) -> tuple[set[str], list[str]]:
    """The migrations that a database has; where it is no catalog, the tables of whoever else uses it."""
    cursor.execute(
        "select array(select attname::text from pg_attribute where attrelid = to_regclass('migrations')"
        " and attnum > 0) as columns,"
        " array(select relname::text from pg_class c where relnamespace = current_schema()::regnamespace"
        " and relkind in ('r', 'p') and not exists (select from pg_depend d where d.objid = c.oid"
        " and d.deptype = 'e') order by relname) as tables"
    )
    tables = cursor.fetchone()
    if {"name", "applied_at"} <= set(tables["columns"]):
        cursor.execute("select name from migrations")
        applied = {row["name"] for row in cursor.fetchall()}
        if not applied or applied & known_migrations():
            return applied, []
    return set(), tables["tables"]


def apply_migrations(connection: Connection, only: set[str] | None = None) -> list[str]:
    """Apply within its transaction what a database lacks, of `only` these names where some are given; returns the new.

    Raises ServiceError for a database that another program uses, and for a catalog that is newer than this program.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        applied, foreign = _applied(cursor)
        if foreign:
            raise ServiceError(_foreign(connection.info.dbname, foreign))
        if newer := sorted(applied - known_migrations()):
            raise ServiceError(_newer(connection.info.dbname, newer))
        cursor.execute("create table if not exists migrations (name text primary key, applied_at timestamptz)")
        lacking = (known_migrations() if only is None else only) - applied
        new = [path for path in _migrations() if path.name in lacking]
        for path in new:
            cursor.execute(path.read_text())
            cursor.execute("insert into migrations values (%s, now())", (path.name,))
    return [path.name for path in new]


def known_migrations() -> set[str]:
    """The names of all migrations that this version has."""
    return {path.name for path in _migrations()}


def _migrations() -> list[Path]:
    return sorted((SQL / "migrations").glob("*.sql"))
