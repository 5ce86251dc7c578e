"""The catalog's connection, migrations, and the named queries of sql/queries. Only this module imports psycopg2."""

import io
import select
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import aiosql
import psycopg2
import psycopg2.extras
from psycopg2 import sql
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from heritage_color.errors import ServiceError
from heritage_color.settings import ROOT, Settings

SQL = ROOT / "sql"
MIGRATION_LOCK = 0x686572  # "her": one migration at a time
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)  # what a server that went away makes of a query
_kept: dict[str, deque] = {}  # idle connections by the catalog's address, only while `keeping` is open


@cache
def queries(stage: str) -> Any:
    """The queries of sql/queries/<stage>.sql as functions: `queries(stage).name(connection, **parameters)`."""
    return aiosql.from_path(SQL / "queries" / f"{stage}.sql", "psycopg2", mandatory_parameters=False)


@contextmanager
def connect(settings: Settings, own: bool = False) -> Iterator[psycopg2.extensions.connection]:
    """A connection whose rows are dictionaries: commits at the end, rolls back on an error, then closes or is kept.

    `own` for one that is surely closed, so that a lock of its session ends. Raises ServiceError where there is no
    connection, or where it is lost on the way.
    """
    connection = (None if own else _take_kept(settings)) or _open(settings)
    try:
        with connection:
            yield connection
    except AWAY as error:
        if not connection.closed:
            raise
        raise ServiceError("The catalog broke off the connection; what was not finished is not stored.") from error
    finally:
        if own or not _keep(settings, connection):
            connection.close()


@contextmanager
def keeping(settings: Settings, most: int = 20) -> Iterator[None]:
    """Meanwhile this process keeps up to `most` idle connections to the catalog for those who connect next."""
    idle: deque = deque(maxlen=most)
    _kept[settings.database] = idle
    try:
        yield
    finally:
        if _kept.get(settings.database) is idle:
            del _kept[settings.database]
        while idle:
            idle.pop().close()


def _take_kept(settings: Settings) -> psycopg2.extensions.connection | None:
    """An idle connection that the server has not cut, if any: after a restart of the server none is."""
    idle = _kept.get(settings.database)
    while idle:
        with suppress(IndexError):  # another thread took the last one
            connection = idle.pop()
            if not _is_cut(connection):
                return connection
            connection.close()
    return None


def _is_cut(connection: psycopg2.extensions.connection) -> bool:
    """Whether the server said something while nobody asked, which is goodbye."""
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(0))


def _keep(settings: Settings, connection: psycopg2.extensions.connection) -> bool:
    """Keep a connection that rests, where there is room."""
    idle = _kept.get(settings.database)
    rests = not connection.closed and connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    if idle is None or not rests or len(idle) == idle.maxlen:
        return False
    idle.append(connection)
    return True


def _open(settings: Settings) -> psycopg2.extensions.connection:
    if not settings.database:
        raise ServiceError("No catalog is configured: set HERITAGE_DATABASE, or start one with `heritage-color up`.")
    try:
        return psycopg2.connect(settings.database, cursor_factory=psycopg2.extras.RealDictCursor)
    except psycopg2.OperationalError as error:
        raise ServiceError(f"The catalog does not answer: {str(error).strip()}") from error


def check(settings: Settings) -> None:
    """Ask the database something. Raises ServiceError when it does not answer."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("select 1")


def has_database(settings: Settings, name: str) -> bool:
    """Whether the server has a database of this name."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", (name,))
        return cursor.fetchone() is not None


def create_database(settings: Settings, name: str, template: str = "template1") -> bool:
    """A further database on the same server, a copy of a template that nobody uses. False when it was there.

    Copied file by file: in PostgreSQL's other way, through its log, a sequence that was used a little before it was
    copied falls back when the server crashes soon after, and gives the same numbers again.
    """
    if has_database(settings, name):
        return False
    connection = _open(settings)
    connection.autocommit = True  # PostgreSQL creates no database inside a transaction
    try:
        with connection.cursor() as cursor:
            statement = sql.SQL("create database {} template {} strategy file_copy")
            cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    finally:
        connection.close()
    return True


def copy_out(connection, query, **parameters) -> bytes:
    """The rows of a named query as PostgreSQL copies them: a line each, tabs between; several times as fast."""
    rows = io.BytesIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(query.sql.strip().rstrip(";"), parameters).decode()
        cursor.copy_expert(f"copy ({text}) to stdout", rows)
    return rows.getvalue()


def json(value) -> psycopg2.extras.Json:
    """A value for a jsonb column."""
    return psycopg2.extras.Json(value)


def columns(values: dict) -> dict:
    """A row's values as its columns take them: dictionaries and lists become jsonb."""
    return {name: json(value) if isinstance(value, dict | list) else value for name, value in values.items()}


def stream(connection, query, at_once: int = 10_000, **parameters) -> Iterator[list[tuple]]:
    """The rows of a named query as tuples, so many at a time through a cursor on the server: memory stays flat."""
    with connection.cursor(f"stream_{query.__name__}", cursor_factory=psycopg2.extensions.cursor) as cursor:
        cursor.itersize = at_once
        cursor.execute(query.sql, parameters)
        while rows := cursor.fetchmany(at_once):
            yield rows


def migrate(settings: Settings) -> list[str]:
    """Apply the migrations of sql/migrations that the catalog does not have yet; returns their names."""
    with connect(settings) as connection:
        return apply_migrations(connection)


def apply_migrations(connection, only: set[str] | None = None) -> list[str]:
    """The same within a transaction, or `only` those of these names."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        cursor.execute("create table if not exists migrations (name text primary key, applied_at timestamptz)")
        cursor.execute("select name from migrations")
        applied = {row["name"] for row in cursor.fetchall()}
        wanted = (known_migrations() if only is None else only) - applied
        new = [path for path in _migrations() if path.name in wanted]
        for path in new:
            cursor.execute(path.read_text())
            cursor.execute("insert into migrations values (%s, now())", (path.name,))
    return [path.name for path in new]


def known_migrations() -> set[str]:
    """The names of all migrations that this version has."""
    return {path.name for path in _migrations()}


def _migrations() -> list[Path]:
    return sorted((SQL / "migrations").glob("*.sql"))
