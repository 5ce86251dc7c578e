"""The catalog: its connections, and the named queries of sql/queries. Only this module imports psycopg2."""

import io
import select
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import cache, cached_property
from typing import Any, cast

import aiosql
import psycopg2
import psycopg2.extras
from psycopg2 import sql
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from heritage_color import migrations
from heritage_color.errors import ServiceError
from heritage_color.keys import Column
from heritage_color.rows import Connection, Query, Shape, record, records, sure_record
from heritage_color.settings import ROOT, Settings

__all__ = ["Connection", "Query", "record", "records", "sure_record"]  # stages say `db.Connection`, `db.record`

AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)  # what a server that went away makes of a query
CONNECT_SECONDS = "10"  # libpq would wait for minutes for a host that never answers; an address may say otherwise
# Classes and codes of errors by which a server says that it cannot go on: PostgreSQL, "PostgreSQL Error Codes"
SERVER_TROUBLE = {
    "08": "Try again when the catalog's server answers.",
    "25006": "Name the server in HERITAGE_DATABASE that takes writes, not its copy.",
    "42501": "Give the user of HERITAGE_DATABASE all rights on the catalog's tables.",
    "53": "Make room for the catalog's server, and run again.",
    "57P": "Try again when the catalog's server is in order.",
    "58": "Try again when the catalog's server is in order.",
}
REFUSALS = (  # what libpq and the server say where there is no connection, and what helps
    ("password", "Correct user and password in HERITAGE_DATABASE; / is written %2F there, @ %40, % %25 and # %23."),
    ("pg_hba", "Let this machine in at the server, in its pg_hba.conf, or correct HERITAGE_DATABASE."),
    ("database system", "Try again when the catalog's server is in order."),
    ("role", "Correct the user in HERITAGE_DATABASE."),
    ("database", "Correct the database's name in HERITAGE_DATABASE, or create it."),
    ("translate host name", "Correct the host in HERITAGE_DATABASE."),
    ("SSL", "Correct sslmode in HERITAGE_DATABASE."),
    ("too many", "Try again when others are done."),
    ("", "Start the server, or correct host and port in HERITAGE_DATABASE."),
)
_kept: dict[str, deque[Connection]] = {}  # idle connections by the catalog's address, only while `keeping` is open


class Queries:
    """The named queries of one file as functions: `queries.name(connection, **parameters)`, `queries.name.sql`.

    Nothing is read before the first of them is used, so that a module may name its queries at its top.
    """

    def __init__(self, room: str):
        self.room = room

    @cached_property
    def _parsed(self) -> aiosql.queries.Queries:
        file = ROOT / "sql" / "queries" / f"{self.room}.sql"
        return cast(aiosql.queries.Queries, aiosql.from_path(file, "psycopg2", mandatory_parameters=False))

    def __getattr__(self, name: str) -> Query:
        if name.startswith("_"):  # what copy, pickle and the like ask of any object
            raise AttributeError(name)
        query: Query | None = getattr(self._parsed, name, None)
        if query is None:
            raise AttributeError(f"sql/queries/{self.room}.sql has no query {name}.")
        return query


@cache
def queries(room: str) -> Queries:
    """Return the queries of sql/queries/<room>.sql; a room of a wing is named with it, as `rating/campaigns`."""
    return Queries(room)


@contextmanager
def connect(settings: Settings, own: bool = False, bare: bool = False) -> Iterator[Connection]:
    """A connection whose rows are dictionaries: commits at the end, rolls back on an error, then closes or is kept.

    Its times are UTC, whatever the server's are. `own` for one that is surely closed, so that a lock of its session
    ends; `bare` for a database that need not be the catalog. Raises ServiceError where there is no connection, no
    catalog of this version behind it, or where it is lost on the way.
    """
    own = own or bare
    connection = (None if own else _take_kept(settings)) or _open(settings, bare)
    try:
        with connection:
            yield connection
    except psycopg2.Error as error:
        sentence = _trouble(connection, error)
        if sentence is None:
            raise
        raise ServiceError(sentence) from error
    finally:
        if own or not _keep(settings, connection):
            connection.close()


def _trouble(connection: Connection, error: psycopg2.Error) -> str | None:
    """The sentence on a server that cannot go on; None where the fault is in what was asked of it."""
    if connection.closed:
        return "The catalog broke off the connection; what was not finished is not stored. Run again when it is back."
    code = error.pgcode or ""
    remedy = next((remedy for sign, remedy in SERVER_TROUBLE.items() if code.startswith(sign)), None)
    return f"The catalog cannot go on: {_one_line(error)}. {remedy}" if remedy else None


@contextmanager
def keeping(settings: Settings, most: int = 20) -> Iterator[None]:
    """Meanwhile this process keeps up to `most` idle connections to the catalog for those who connect next."""
    idle: deque[Connection] = deque(maxlen=most)
    _kept[settings.database] = idle
    try:
        yield
    finally:
        if _kept.get(settings.database) is idle:
            del _kept[settings.database]
        while idle:
            idle.pop().close()


def _take_kept(settings: Settings) -> Connection | None:
    """An idle connection that the server has not cut, if any: after a restart of the server none is."""
    idle = _kept.get(settings.database)
    while idle:
        with suppress(IndexError):  # another thread took the last one
            connection = idle.pop()
            if not _is_cut(connection):
                return connection
            connection.close()
    return None


def _is_cut(connection: Connection) -> bool:
    """Return whether the server said something while nobody asked, which is goodbye."""
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(0))


def _keep(settings: Settings, connection: Connection) -> bool:
    """Keep a connection that rests, where there is room."""
    idle = _kept.get(settings.database)
    rests = not connection.closed and connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    if idle is None or not rests or len(idle) == idle.maxlen:
        return False
    idle.append(connection)
    return True


def _open(settings: Settings, bare: bool) -> Connection:
    if not settings.database:
        raise ServiceError("No catalog is configured: set HERITAGE_DATABASE, or start one with `heritage-color up`.")
    try:
        parts = {"connect_timeout": CONNECT_SECONDS} | psycopg2.extensions.parse_dsn(settings.database)
        connection = psycopg2.connect(**parts, cursor_factory=psycopg2.extras.RealDictCursor)
    except psycopg2.ProgrammingError:  # what libpq says of an address repeats it, with the password
        raise ServiceError(
            "HERITAGE_DATABASE is no address that PostgreSQL reads: postgresql://user:password@host:5432/name."
        ) from None
    except psycopg2.OperationalError as error:
        reason = _one_line(error)
        remedy = next(remedy for sign, remedy in REFUSALS if sign in reason)
        raise ServiceError(f"The catalog does not answer: {reason}. {remedy}") from None
    try:
        _set_up(connection, bare)
    except BaseException:
        connection.close()
        raise
    return cast(Connection, connection)


def _one_line(error: psycopg2.Error) -> str:
    """Return what the server said, without its advice and the statement."""
    lines = [line for line in str(error).splitlines() if not line.startswith(("\t", "LINE ", "HINT:", "CONTEXT:"))]
    return " ".join(" ".join(lines).split()).removesuffix(".")


def _set_up(connection: Connection, bare: bool) -> None:
    """UTC for the session, and a look whether this is the catalog of this version. Raises ServiceError if not."""
    connection.autocommit = True  # what is set within a transaction ends with one that is rolled back
    with connection.cursor() as cursor:
        cursor.execute("set time zone 'UTC'")
        fault = None if bare else migrations.fault(cursor, connection.info.dbname)
    connection.autocommit = False
    if fault:
        raise ServiceError(fault)


def check(settings: Settings, bare: bool = False) -> None:
    """Ask the database something. Raises ServiceError when it does not answer, or is not the catalog unless `bare`."""
    with connect(settings, bare=bare) as connection, connection.cursor() as cursor:
        cursor.execute("select 1")


def has_database(settings: Settings, name: str) -> bool:
    """Return whether the server has a database of this name."""
    with connect(settings, bare=True) as connection, connection.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", (name,))
        return cursor.fetchone() is not None


def create_database(settings: Settings, name: str, template: str = "template1") -> bool:
    """Create a database on the same server, a copy of a template that nobody uses. False when it was there.

    Copied file by file: in PostgreSQL's other way, through its log, a sequence that was used a little before it was
    copied falls back when the server crashes soon after, and gives the same numbers again.
    """
    if has_database(settings, name):
        return False
    connection = _open(settings, bare=True)
    connection.autocommit = True  # PostgreSQL creates no database inside a transaction
    try:
        with connection.cursor() as cursor:
            statement = sql.SQL("create database {} template {} strategy file_copy")
            cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    finally:
        connection.close()
    return True


def copy_out(connection: Connection, query: Query, **parameters: object) -> bytes:
    """Return the rows of a named query as PostgreSQL copies them: a line each, tabs between; several times as fast."""
    rows = io.BytesIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(query.sql.strip().rstrip(";"), parameters).decode()
        cursor.copy_expert(f"copy ({text}) to stdout", rows)
    return rows.getvalue()


def json(value: object) -> object:
    """Return a value for a jsonb column."""
    return psycopg2.extras.Json(value)


def text(value: str) -> str:
    """Text of a stranger as a column takes it: lone surrogates are written out, zero characters left out."""
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "")


def columns(row: Shape) -> dict[Column, object]:
    """Return a record's values as the columns of its row take them: dictionaries and lists become jsonb."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: json(value) if isinstance(value, dict | list) else value for name, value in values.items()}


def stream(
    connection: Connection, query: Query, at_once: int = 10_000, **parameters: object
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a named query as tuples, so many at a time through a cursor on the server: memory stays flat."""
    with connection.cursor(f"stream_{query.__name__}", cursor_factory=psycopg2.extensions.cursor) as cursor:
        cursor.itersize = at_once
        cursor.execute(query.sql, parameters)
        while rows := cursor.fetchmany(at_once):
            yield rows


def migrate(settings: Settings) -> list[str]:
    """Apply the migrations of sql/migrations that the catalog does not have yet; returns their names.

    Raises ServiceError for a database that another program uses, and for a catalog that is newer than this program.
    """
    with connect(settings, bare=True) as connection:
        return migrations.apply_migrations(connection)
