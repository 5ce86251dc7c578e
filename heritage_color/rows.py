"""What the stages know of the catalog's connection and of its rows: their types, and rows as frozen records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from types import TracebackType
from typing import Any, ClassVar, Protocol, TypeVar

from heritage_color.keys import Column

Row = Mapping[Column, Any]  # as the driver gives it
Parameters = Mapping[str, object] | Sequence[object] | None
_fitting: set[tuple[type, tuple[Column, ...]]] = set()  # records and columns that were found to fit


class Shape(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Record = TypeVar("Record", bound=Shape)


class Cursor(Protocol):
    """A statement's way to the catalog and its rows' way back, as PEP 249 has it; rows are dictionaries."""

    rowcount: int
    itersize: int

    def execute(self, query: str, parameters: Parameters = None, /) -> None:
        """Run a statement, with %s or %(name)s where its parameters go."""

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""

    def fetchmany(self, size: int, /) -> list[Any]:
        """Return the next so many rows."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def mogrify(self, query: str, parameters: Parameters = None, /) -> bytes:
        """The statement as it would be sent."""

    def copy_expert(self, statement: str, file: object, /) -> None:
        """Run a COPY statement from or to a file."""

    def __enter__(self) -> "Cursor": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Server(Protocol):
    """What a connection knows of its other end."""

    dbname: str
    host: str
    port: int
    user: str
    transaction_status: int


class Connection(Protocol):
    """A session of the catalog. Whoever is handed one leaves closing it to `db.connect`, which opened it."""

    autocommit: bool

    @property
    def closed(self) -> int:
        """0 while it is open."""

    @property
    def info(self) -> Server:
        """The server's address and the database's name."""

    def fileno(self) -> int:
        """Its socket."""

    def cursor(self, name: str | None = None, cursor_factory: type | None = None) -> Cursor:
        """A new cursor, on the server where it has a name; it closes at the end of its `with`."""

    def commit(self) -> None:
        """End the transaction and keep what it wrote."""

    def rollback(self) -> None:
        """End the transaction and forget what it wrote."""

    def close(self) -> None:
        """End the session, and with it its locks."""

    def __enter__(self) -> "Connection": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Query(Protocol):
    """A named query of sql/queries. What it returns follows from the sign behind its name, as aiosql has it."""

    __name__: str
    sql: str

    def __call__(self, connection: Connection, *rows: object, **parameters: object) -> Any:
        """Run it: rows, a row, a value or a number of rows."""


def record(kind: type[Record], row: Row | None) -> Record | None:
    """Return a row as a frozen record: each column is the field of its name. No row is None.

    Raises TypeError where the record has no field for a column, or a field without a default has no column.
    """
    return None if row is None else sure_record(kind, row)


def sure_record(kind: type[Record], row: Row | None) -> Record:
    """The same for a row that is surely there, as of an `insert ... returning`. Raises LookupError where it is not."""
    if row is None:
        raise LookupError(f"The catalog returned no row for a {kind.__name__}.")
    _compare(kind, tuple(row))
    return kind(**row)


def records(kind: type[Record], rows: Iterable[Row]) -> list[Record]:
    """Return all rows of a query as frozen records; see `record`."""
    return [sure_record(kind, row) for row in rows]


def _compare(kind: type[Shape], columns: tuple[Column, ...]) -> None:
    """Compare columns with a record's fields, once for all rows of a query. Raises TypeError where they do not fit."""
    if (kind, columns) in _fitting:
        return
    known = {field.name: field for field in fields(kind) if field.init}
    unknown = sorted(set(columns) - set(known))
    lacking = sorted(
        name
        for name, field in known.items()
        if name not in columns and field.default is MISSING and field.default_factory is MISSING
    )
    faults = [f"has no field for the column {', '.join(unknown)}"] if unknown else []
    faults += [f"needs the column {', '.join(lacking)}"] if lacking else []
    if faults:
        raise TypeError(f"{kind.__name__} {' and '.join(faults)}.")
    _fitting.add((kind, columns))
