"""Private PostgreSQL and S3 server for one machine: data, logs and credentials under one folder.

They outlive the process that starts them. A second start, here or elsewhere, finds what answers and replaces what
does not.
"""

import dataclasses
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from heritage_color import db
from heritage_color import settings as configuration
from heritage_color.errors import ServiceError
from heritage_color.local import postgres, processes, s3
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
    """A further database on the catalog's server, where absent; its address."""
    db.create_database(settings, name, template)
    return settings.database.rsplit("/", 1)[0] + f"/{name}"


@contextmanager
def locked(home: Path, name: str = "lock") -> Iterator[None]:
    """One at a time per home and name; released by the system when its holder dies."""
    with (home / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_state(home: Path) -> dict:
    """Ports and credentials kept for this home."""
    path = home / "services.json"
    return json.loads(path.read_text()) if path.exists() else {}


def update_state(home: Path, change: Callable[[dict], dict]) -> dict:
    """Keep more, while nobody else does; what is kept then."""
    with locked(home):
        state = change(read_state(home))
        _write_state(home, state)
    return state


def _write_state(home: Path, state: dict) -> None:
    """Readable by this user only; whole or not at all."""
    unfinished = home / "services.json.unfinished"
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(state, file, indent=2)
    unfinished.replace(home / "services.json")


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
        postgres.start(home, state["postgres_port"], state["postgres_password"])
    if not up[1]:
        s3.stop(home)
        s3.start(home, state["s3_ports"], state["s3_access_key"], state["s3_secret_key"], state["s3_signing_key"])
    answers = _wait(home, postgres, _postgres_answers, catalog) and _wait(home, s3, _s3_answers, catalog)
    if answers:
        db.create_database(catalog, CATALOG)
    return answers


def _wait(home: Path, server, answers, settings: Settings) -> bool:
    """Whether a server answers before it ends or the time does."""
    processes.wait(lambda: server.is_running(home), 2)
    processes.wait(lambda: answers(settings) or not server.is_running(home), START_SECONDS)
    return server.is_running(home) and answers(settings)


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
    return s3.finds_objects(read_state(settings.home)["s3_ports"][s3.LISTENERS.index("master")])


def _complete(home: Path) -> dict:
    """The kept state, with what is absent chosen at random; a port that another program took is chosen again."""
    state = _fresh() | read_state(home)
    if not postgres.is_running(home) and not processes.is_free(state["postgres_port"]):
        state["postgres_port"] = processes.free_ports(1)[0]
    if not s3.is_running(home) and not all(map(processes.is_free, state["s3_ports"])):
        state["s3_ports"] = processes.free_ports(len(s3.LISTENERS))
    _write_state(home, state)
    return state


def _fresh() -> dict:
    ports = processes.free_ports(1 + len(s3.LISTENERS))
    words = ("postgres_password", "s3_access_key", "s3_secret_key", "s3_signing_key", "session_secret")
    return {
        "postgres_port": ports[0],
        "s3_ports": ports[1:],
        "staff_password": secrets.token_urlsafe(9),
        **{word: secrets.token_hex(16) for word in words},
    }


def _forget_ports(home: Path) -> None:
    postgres.stop(home)
    s3.stop(home)
    kept = {name: value for name, value in read_state(home).items() if "port" not in name}
    _write_state(home, kept)


def _settings(home: Path, database: str = CATALOG) -> Settings:
    state = read_state(home)
    given = configuration.read()
    return dataclasses.replace(
        given,
        home=home,
        database=postgres.url(state["postgres_port"], state["postgres_password"], database),
        s3_endpoint=f"http://127.0.0.1:{state['s3_ports'][0]}",
        s3_status=f"http://127.0.0.1:{state['s3_ports'][s3.LISTENERS.index('volume')]}/status",
        s3_access_key=state["s3_access_key"],
        s3_secret_key=state["s3_secret_key"],
        session_secret=given.session_secret or state["session_secret"],
        staff_password=given.staff_password or state["staff_password"],
    )


def _complaints(home: Path) -> str:
    return "\n".join(processes.last_lines(home / "logs" / name) for name in ("postgres.log", "s3.log"))
