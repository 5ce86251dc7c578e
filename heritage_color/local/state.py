"""What is kept of a home, so that the next start finds it again: ports and credentials, in services.json."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from heritage_color.keys import Component, DatabaseName
from heritage_color.whole_files import whole


@dataclass(frozen=True)
class State:
    """Ports and credentials; what is empty has not been chosen yet. No `repr`: most of it is secret."""

    postgres_port: int = 0
    s3_ports: tuple[int, ...] = ()  # one per listener of the S3 server
    staff_password: str = ""
    postgres_password: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_signing_key: str = ""
    session_secret: str = ""
    ports: dict[Component, int] = field(default_factory=dict)  # of Airflow's pages and the web application
    airflow_password: str = ""
    airflow_secret: str = ""
    fernet_key: str = ""
    airflow_databases: dict[DatabaseName, str] = field(default_factory=dict)  # for which Airflow each was migrated

    def __repr__(self) -> str:
        return "State(...)"

    def completed(self, fresh: "State") -> "State":
        """This state, with what is empty taken from a fresh one."""
        return State(**{name: value or getattr(fresh, name) for name, value in vars(self).items()})


@contextmanager
def locked(home: Path, name: str = "lock") -> Iterator[None]:
    """Let one process in at a time per home and name; the system lets go when the process dies."""
    with (home / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_state(home: Path) -> State:
    """Return what is kept of a home; an empty state where nothing is."""
    path = home / "services.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    known = {item.name: kept[item.name] for item in fields(State) if item.name in kept}
    return State(**known | {"s3_ports": tuple(known.get("s3_ports", ()))})


def update_state(home: Path, change: Callable[[State], State]) -> State:
    """Change the state while nobody else does; returns what is kept then."""
    with locked(home):
        state = change(read_state(home))
        write_state(home, state)
    return state


def write_state(home: Path, state: State) -> None:
    """Keep a state: readable by this user only, whole or not at all. Its caller holds the lock."""
    chosen = {name: value for name, value in asdict(state).items() if value}
    with whole(home / "services.json") as partial:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(chosen, file, indent=2)
