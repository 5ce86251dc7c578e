"""The catalog's schema as PostgreSQL describes it, and sql/schema.sql, which is that as a text for people.

`python -m heritage_color.catalog.schema` writes the file anew, from a private server that it starts for that.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, migrations
from heritage_color.local import servers

FILE = migrations.SQL / "schema.sql"

queries = db.queries("catalog/schema")


@dataclass(frozen=True)
class Words:
    """A type whose values are words."""

    name: str
    comment: str | None
    words: list[str]


@dataclass(frozen=True)
class Function:
    """A function; `manner` is what the planner may assume of it, `in_columns` that tables compute columns with it."""

    name: str
    comment: str | None
    arguments: str
    result: str
    language: str
    body: str
    manner: str
    of_trigger: bool
    in_columns: bool


@dataclass(frozen=True)
class Column:
    """A column; `expression` is its default, or what it is computed by."""

    table_name: str
    name: str
    comment: str | None
    type: str
    required: bool
    identity: str
    generated: str
    expression: str | None


@dataclass(frozen=True)
class Rule:
    """A key (p, u), reference (f) or check (c) over columns of a table."""

    table_name: str
    name: str
    comment: str | None
    kind: str
    definition: str
    columns: list[str]


@dataclass(frozen=True)
class Index:
    """An index that no key brings with it."""

    table_name: str
    name: str
    comment: str | None
    definition: str


@dataclass(frozen=True)
class Trigger:
    """A trigger, and the name of the function that it calls."""

    table_name: str
    name: str
    comment: str | None
    definition: str
    calls: str


@dataclass(frozen=True)
class Table:
    """A table with all that belongs to it; `needs` names the tables that its references point at."""

    name: str
    comment: str | None
    needs: list[str]
    columns: tuple[Column, ...] = ()
    rules: tuple[Rule, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()


@dataclass(frozen=True)
class View:
    """A view; `needs` names the views that it reads."""

    name: str
    comment: str | None
    needs: list[str]
    body: str


@dataclass(frozen=True)
class Schema:
    """All that the migrations make, each kind in the order of its names."""

    types: list[Words]
    functions: list[Function]
    tables: list[Table]
    views: list[View]


def read_schema(connection: db.Connection) -> Schema:
    """Return what PostgreSQL says of the schema that a connection works in."""
    columns = db.records(Column, queries.list_columns(connection))
    rules = db.records(Rule, queries.list_rules(connection))
    indexes = db.records(Index, queries.list_indexes(connection))
    triggers = db.records(Trigger, queries.list_triggers(connection))
    tables = [
        replace(
            table,
            columns=tuple(column for column in columns if column.table_name == table.name),
            rules=tuple(rule for rule in rules if rule.table_name == table.name),
            indexes=tuple(index for index in indexes if index.table_name == table.name),
            triggers=tuple(trigger for trigger in triggers if trigger.table_name == table.name),
        )
        for table in db.records(Table, queries.list_tables(connection))
    ]
    return Schema(
        db.records(Words, queries.list_words(connection)),
        db.records(Function, queries.list_functions(connection)),
        tables,
        db.records(View, queries.list_views(connection)),
    )


def main() -> None:
    """Write sql/schema.sql as the migrations make it now."""
    from heritage_color.catalog.schema_text import as_sql

    with TemporaryDirectory() as folder:
        settings = servers.start(Path(folder))
        try:
            db.migrate(settings)
            with db.connect(settings) as connection:
                FILE.write_text(as_sql(read_schema(connection)))
        finally:
            servers.remove(Path(folder))
    print(FILE)


if __name__ == "__main__":
    main()
