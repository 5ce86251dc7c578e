"""Airflow on this machine: its environment, its databases, and runs of single DAGs without a scheduler.

Airflow has databases of its own on the private PostgreSQL: `airflow` for its services, `airflow_demo` for runs without
a scheduler, because a live scheduler would take their tasks.
"""

import base64
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from heritage_color import db
from heritage_color import settings as configuration
from heritage_color.errors import HeritageError, ServiceError
from heritage_color.keys import FormField, FormValue, Variable
from heritage_color.local import processes
from heritage_color.local.state import State, locked, read_state, update_state
from heritage_color.settings import ROOT, Settings

SERVICES_DATABASE = "airflow"
DEMO_DATABASE = "airflow_demo"
TEMPLATE_DATABASE = "airflow_template"
PREFERRED_PORTS = {"api-server": 8080, "web": 8000}


class DagRuns:
    """Runs DAGs through Airflow one after another, without a scheduler; a context that ends its process.

    Airflow's import takes seconds: it goes on beside whatever the caller does before the first run.
    """

    def __init__(self, settings: Settings):
        prepare_airflow(settings, DEMO_DATABASE)
        self._settings = settings
        self.log = settings.home / "logs" / "dag-runs.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "infra" / "run_dags.py")],
                env=airflow_environment(settings, DEMO_DATABASE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )

    def __enter__(self) -> "DagRuns":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._process.kill()
        self._process.communicate()

    def run(
        self, dag_id: str, form: Mapping[FormField, FormValue] | None = None, settings: Settings | None = None
    ) -> float:
        """Run one DAG, over the archive that `settings` name where they are given; its seconds.

        Raises HeritageError with the end of the log when the run fails.
        """
        started, before = time.monotonic(), self.log.stat().st_size
        environment = configuration.to_environment(settings or self._settings)
        if not self._ask(json.dumps([dag_id, form or {}, environment])):
            text = self.log.read_bytes()[before:].decode(errors="replace")
            raise HeritageError(f"The run of {dag_id} failed: {_cause(text)}\nThe whole log is {self.log}.")
        return time.monotonic() - started

    def _ask(self, request: str) -> bool:
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return False
        try:
            requests.write(request + "\n")
            requests.flush()
        except BrokenPipeError:
            return False
        return answers.readline() == "true\n"


def _cause(log: str) -> str:
    """Return the last error that a run's log names, as its own sentence; the end of the log where it names none."""
    sentences: list[str] = re.findall(r"^[\w.]+(?:Error|Exception): (.+)$", log, re.MULTILINE)
    return sentences[-1] if sentences else "\n".join(log.splitlines()[-25:])


def prepare_airflow(settings: Settings, database: str) -> None:
    """A database for Airflow, with its schema and the pool `gpu`; a copy of one that was made once."""
    setup = f"Airflow {version('apache-airflow')}, lanes {settings.lanes}"
    with locked(settings.home, "airflow.lock"):
        migrated = dict(read_state(settings.home).airflow_databases)
        for name, template in ((TEMPLATE_DATABASE, "template1"), (database, TEMPLATE_DATABASE)):
            made = db.create_database(settings, name, template)
            is_copy = made and template == TEMPLATE_DATABASE
            if not is_copy and (made or migrated.get(name) != setup):
                _migrate(settings, name)
            migrated[name] = setup
        update_state(settings.home, lambda state: replace(state, airflow_databases=migrated))


def _migrate(settings: Settings, database: str) -> None:
    log = settings.home / "logs" / "airflow-migrate.log"
    pool = ["pools", "set", "gpu", str(settings.lanes), "Colorization lanes: one slot per GPU"]
    for command in (["db", "migrate"], pool):
        if _airflow(settings, database, command, log):
            raise ServiceError(f"Airflow's database could not be set up.\n{processes.last_lines(log)}")


def _airflow(settings: Settings, database: str, command: list[str], log: Path) -> int:
    environment = airflow_environment(settings, database)
    with log.open("wb") as output:
        command = [sys.executable, "-m", "airflow", *command]
        return subprocess.run(command, env=environment, cwd=ROOT, stdout=output, stderr=output).returncode


def airflow_environment(settings: Settings, database: str) -> dict[Variable, str]:
    """Environment of an Airflow process on this machine that reads these settings, with a database of its own."""
    state = complete(settings.home)
    port = state.ports["api-server"]
    folder = settings.home / "airflow"
    sections = {
        "CORE__DAGS_FOLDER": ROOT / "dags",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": settings.lanes + 3,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "CORE__FERNET_KEY": state.fernet_key,
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": folder / "passwords.json",
        "DATABASE__SQL_ALCHEMY_CONN": _sqlalchemy_address(settings.database, database),
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__WORKERS": 1,
        "API__SECRET_KEY": state.airflow_secret,
        "API_AUTH__JWT_SECRET": state.airflow_secret,
        "LOGGING__BASE_LOG_FOLDER": settings.home / "logs" / "airflow",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": settings.home / "logs" / "airflow" / "dag-processor",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 60,
        "SCHEDULER__ENABLE_TRACING": False,
        "USAGE_DATA_COLLECTION__ENABLED": False,
    }
    left_out = ("AIRFLOW", "HERITAGE_", "PYTHONDONTWRITEBYTECODE")  # without bytecode each start takes twice as long
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    airflow = {f"AIRFLOW__{name}": str(value) for name, value in sections.items()} | {"AIRFLOW_HOME": str(folder)}
    # TensorFlow writes greetings to standard error, which Airflow logs as errors
    return inherited | {"TF_CPP_MIN_LOG_LEVEL": "3"} | airflow | configuration.to_environment(settings)


def _sqlalchemy_address(catalog: str, database: str) -> str:
    """Address of another database on the catalog's server, as SQLAlchemy wants it."""
    server = catalog.rsplit("/", 1)[0].partition("://")[2]
    return f"postgresql+psycopg2://{server}/{database}"  # without a driver, SQLAlchemy 2.1 takes psycopg 3


def complete(home: Path) -> State:
    """Return what is kept of this machine, with ports and passwords of Airflow and of the web application."""
    state = read_state(home)
    if not (state.airflow_secret and state.ports):
        state = update_state(home, lambda kept: kept.completed(_fresh()))
    return state


def _fresh() -> State:
    """A state with everything that Airflow and the web application need chosen at random."""
    return State(
        ports={name: _port(number) for name, number in PREFERRED_PORTS.items()},
        airflow_password=secrets.token_urlsafe(9),
        airflow_secret=secrets.token_hex(32),
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )


def _port(preferred: int) -> int:
    return preferred if processes.is_free(preferred) else processes.free_ports(1)[0]
