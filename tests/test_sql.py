"""The schema's text is what the migrations make; every named query has its callers, every call its query."""

import dataclasses

import pytest
import query_calls

from heritage_color import db
from heritage_color.catalog.schema import FILE, read_schema
from heritage_color.catalog.schema_text import as_sql
from heritage_color.local import servers


@pytest.fixture
def empty(services):
    """Settings of a database without a catalog."""
    return dataclasses.replace(services, database=servers.create_database(services, "empty_catalog"))


def written(settings) -> str:
    with db.connect(settings, bare=True) as connection:
        return as_sql(read_schema(connection))


def test_the_migrations_make_the_schema_of_the_file(site):
    assert written(site) == FILE.read_text(), "Run python -m heritage_color.catalog.schema."


def test_the_file_makes_the_same_schema_in_an_empty_database(empty):
    with db.connect(empty, bare=True) as connection, connection.cursor() as cursor:
        cursor.execute(FILE.read_text())
    assert written(empty) == FILE.read_text()


@pytest.fixture(scope="module")
def rooms(repository):
    """The names of the queries of each file of sql/queries."""
    return query_calls.named(repository / "sql" / "queries")


@pytest.fixture(scope="module")
def calls(repository, rooms):
    """Each call of a query: file and line, its room, its name."""
    return [
        (f"{path.relative_to(repository)}:{line}", room, name)
        for folder in ("heritage_color", "benchmarks", "tools", "tests")
        for path in sorted((repository / folder).rglob("*.py"))
        for room, name, line in query_calls.calls(path, rooms)
    ]


def test_every_call_has_its_query(rooms, calls):
    assert [(place, room, name) for place, room, name in calls if name not in rooms.get(room, ())] == []


def test_every_query_has_its_caller(rooms, calls):
    called = {(room, name) for place, room, name in calls if not place.startswith("tests")}
    assert {(room, name) for room, names in rooms.items() for name in names} - called == set()


def test_queries_are_asked_for_at_the_top_of_a_module_and_called_by_their_names(repository):
    others = {
        f"{path.relative_to(repository)}:{line}"
        for folder in ("heritage_color", "benchmarks", "tools")
        for path in (repository / folder).rglob("*.py")
        for line in query_calls.other_spellings(path)
    }
    assert others == set()


def test_no_query_is_named_twice_in_its_file(repository):
    for path in (repository / "sql" / "queries").rglob("*.sql"):
        names = query_calls.NAME.findall(path.read_text())
        assert len(names) == len(set(names)), path
