"""Real services for all tests: one private Postgres and one S3 server, a fresh catalog and buckets for each test."""

import dataclasses
import os
import uuid
from pathlib import Path

import clamav
import hypothesis
import pytest

for name in [name for name in os.environ if name.startswith("HERITAGE_")]:
    del os.environ[name]

from heritage_color import db, settings  # noqa: E402  (after the environment is clean)
from heritage_color.catalog import steps as catalog  # noqa: E402
from heritage_color.local import servers  # noqa: E402  (after the environment is clean)
from heritage_color.store import Store  # noqa: E402

# Budgets of property tests: the bounded one draws the same examples on every run, and no busy machine fails one.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("bounded", max_examples=100, derandomize=True, database=None, **PATIENT)
hypothesis.settings.register_profile("long", max_examples=5_000, print_blob=True, **PATIENT)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "bounded"))


@pytest.fixture(scope="session")
def services(tmp_path_factory):
    """Settings of a private Postgres and S3 server that live as long as the test run."""
    home = tmp_path_factory.mktemp("services")
    yield servers.start(home)
    servers.remove(home)


@pytest.fixture(scope="session")
def template(services):
    """Name of a migrated, empty catalog that each test's catalog is cloned from."""
    made = _database(services, "template1")
    catalog.migrate(dataclasses.replace(services, database=made))
    return made


@pytest.fixture(scope="session")
def new_site(services, template):
    """A function that makes a museum: settings of an empty catalog and two empty buckets; uploads lie in a folder."""

    def make(folder: Path):
        name = uuid.uuid4().hex[:12]
        settings = dataclasses.replace(
            services,
            database=_database(services, template.rsplit("/", 1)[-1].split("?")[0]),
            archive_bucket=f"archive-{name}",
            public_bucket=f"public-{name}",
            uploads=str(folder / "uploads"),
            staff_password="correct horse",
            session_secret="only for tests",
        )
        Store(settings).make_buckets()
        return settings

    return make


@pytest.fixture
def site(new_site, tmp_path):
    """Settings of a museum of one test."""
    return new_site(tmp_path)


@pytest.fixture
def environment(site, monkeypatch):
    """`site` as this process' and its children's environment."""
    for name, value in settings.to_environment(site).items():
        monkeypatch.setenv(name, value)
    return site


def _database(services, template: str) -> str:
    return servers.create_database(services, f"test_{uuid.uuid4().hex[:12]}", template)


@pytest.fixture
def rows(site):
    """A function that runs a query on the test's catalog and returns its rows."""

    def run(query, parameters=None):
        with db.connect(site) as connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    return run


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def clamd(tmp_path_factory):
    """The socket of a virus scanner that knows the EICAR test string."""
    if clamav.PROGRAM is None:
        pytest.skip("needs ClamAV's clamd")
    with clamav.clamd(tmp_path_factory.mktemp("clamd")) as place:
        yield place
