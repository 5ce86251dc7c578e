"""Private PostgreSQL and S3 server for one machine: data, logs and credentials under one folder.

They outlive the process that starts them. A second start, here or elsewhere, finds what answers and replaces what
does not.
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from heritage_color import db
from heritage_color import settings as configuration
from heritage_color.errors import ServiceError
from heritage_color.local import postgres, processes, s3
from heritage_color.local.state import State, locked, read_state, write_state
from heritage_color.settings import Settings
from heritage_color.store import Store

START_SECONDS = 60
ATTEMPTS = 3
CATALOG = "heritage"


def start(home: Path) -> Settings:
    """Start what does not run yet; settings that reach both, with the same credentials each time.

    Other settings are those of this process' environment. Raises ServiceError with the end of the log.
    """
    home = _prepared(home)
    with locked(home):
        for _ in range(ATTEMPTS):  # a chosen port may be taken in the moment before the server listens
            if _ensure(home):
                return _settings(home)
            _forget_ports(home)
    raise ServiceError(f"The services under {home} do not answer.\n{_complaints(home)}")


def stop(home: Path) -> None:
    """End both; data and credentials stay."""
    with locked(_prepared(home)):
        postgres.stop(home)
        s3.stop(home)


def remove(home: Path) -> None:
    """End both and delete their data, credentials and logs."""
    stop(home)
    postgres.remove(home)
    s3.remove(home)
    shutil.rmtree(home / "logs", ignore_errors=True)
    (home / "services.json").unlink(missing_ok=True)


def create_database(settings: Settings, name: str, template: str = "template1") -> str:
    """Create a further database on the catalog's server, where absent, and return its address."""
    db.create_database(settings, name, template)
    return settings.database.rsplit("/", 1)[0] + f"/{name}"


def _prepared(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    return home.resolve()


def _ensure(home: Path) -> bool:
    """Both servers up and answering; False when they do not answer in time."""
    state = _complete(home)
    catalog = _settings(home, "postgres")
    up = [postgres.is_running(home) and _postgres_answers(catalog), s3.is_running(home) and _s3_answers(catalog)]
    if not up[0]:
        postgres.stop(home)
        postgres.start(home, state.postgres_port, state.postgres_password)
    if not up[1]:
        s3.stop(home)
        s3.start(home, state.s3_ports, state.s3_access_key, state.s3_secret_key, state.s3_signing_key)
    if not _wait(home, postgres.is_running, _postgres_answers, catalog):
        return False
    if not _wait(home, s3.is_running, _s3_answers, catalog):
        return False
    db.create_database(catalog, CATALOG)
    return True


def _wait(home: Path, is_running: Callable[[Path], bool], answers: Callable[[Settings], bool], site: Settings) -> bool:
    """Return whether a server answers before it ends or the time does."""
    processes.wait(lambda: is_running(home), 2)
    processes.wait(lambda: answers(site) or not is_running(home), START_SECONDS)
    return is_running(home) and answers(site)


def _postgres_answers(settings: Settings) -> bool:
    try:
        db.check(settings, bare=True)
    except ServiceError:
        return False
    return True


def _s3_answers(settings: Settings) -> bool:
    try:
        Store(settings).check()
    except ServiceError:
        return False
    return s3.finds_objects(read_state(settings.home).s3_ports[s3.LISTENERS.index("master")])


def _complete(home: Path) -> State:
    """The kept state, with what is absent chosen at random; a port that another program took is chosen again."""
    state = read_state(home).completed(_fresh())
    if not postgres.is_running(home) and not processes.is_free(state.postgres_port):
        state = replace(state, postgres_port=processes.free_ports(1)[0])
    if not s3.is_running(home) and not all(map(processes.is_free, state.s3_ports)):
        state = replace(state, s3_ports=tuple(processes.free_ports(len(s3.LISTENERS))))
    write_state(home, state)
    return state


def _fresh() -> State:
    """A state with everything that the servers need chosen at random."""
    ports = processes.free_ports(1 + len(s3.LISTENERS))
    return State(
        postgres_port=ports[0],
        s3_ports=tuple(ports[1:]),
        staff_password=secrets.token_urlsafe(9),
        postgres_password=secrets.token_hex(16),
        s3_access_key=secrets.token_hex(16),
        s3_secret_key=secrets.token_hex(16),
        s3_signing_key=secrets.token_hex(16),
        session_secret=secrets.token_hex(16),
    )


def _forget_ports(home: Path) -> None:
    """End both, so that the next attempt chooses other ports."""
    postgres.stop(home)
    s3.stop(home)
    write_state(home, replace(read_state(home), postgres_port=0, s3_ports=()))


def _settings(home: Path, database: str = CATALOG) -> Settings:
    state, process = read_state(home), configuration.read()
    return replace(
        process,
        home=home,
        database=postgres.url(state.postgres_port, state.postgres_password, database),
        s3_endpoint=f"http://127.0.0.1:{state.s3_ports[0]}",
        s3_status=f"http://127.0.0.1:{state.s3_ports[s3.LISTENERS.index('volume')]}/status",
        s3_access_key=state.s3_access_key,
        s3_secret_key=state.s3_secret_key,
        session_secret=process.session_secret or state.session_secret,
        staff_password=process.staff_password or state.staff_password,
    )


def _complaints(home: Path) -> str:
    return "\n".join(processes.last_lines(home / "logs" / name) for name in ("postgres.log", "s3.log"))
