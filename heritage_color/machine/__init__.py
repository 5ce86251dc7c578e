"""Everything on this machine: the private services, Airflow with its pages, and the web application."""

import http.client
import json
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

from heritage_color import local
from heritage_color.catalog import steps as catalog
from heritage_color.errors import ServiceError
from heritage_color.local import processes
from heritage_color.machine.orchestrator import (
    SERVICES_DATABASE,
    DagRuns,
    airflow_environment,
    complete,
    prepare_airflow,
    run_dag,
)
from heritage_color.settings import Settings

__all__ = ["DagRuns", "airflow_environment", "down", "prepare_airflow", "run_dag", "up"]

HEALTHY_SECONDS = 180
AIRFLOW = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}


def up(home: Path) -> Settings:
    """Start all that does not run, wait until it is healthy, and print addresses and sign-in."""
    settings = local.start(home)
    with local.locked(settings.home, "up.lock"):
        state = complete(settings.home)
        settings = replace(settings, web_address=f"http://127.0.0.1:{state['ports']['web']}")
        catalog.migrate(settings)
        prepare_airflow(settings, SERVICES_DATABASE)
        _write_password(settings.home / "airflow" / "passwords.json", state["airflow_password"])
        for name, command in _commands(state).items():
            _ensure(settings, name, command)
        _wait_until_healthy(settings, state)
    print(_sign_in(settings, state))
    return settings


def down(home: Path) -> None:
    """End all that `up` started; data stay."""
    home.mkdir(parents=True, exist_ok=True)
    with local.locked(home, "up.lock"):
        for name in ("web", *reversed(AIRFLOW)):
            processes.end(_folder(home, name))
    local.stop(home)


def _write_password(path: Path, password: str) -> None:
    """The file that Airflow's simple sign-in reads; it would write it readable by everyone."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"admin": password}))


def _folder(home: Path, name: str) -> Path:
    return home / "run" / name


def _commands(state: dict) -> dict[str, list[str]]:
    web = ["-m", "uvicorn", "--factory", "heritage_color.web.app:create_from_environment", "--host", "127.0.0.1"]
    web += ["--port", str(state["ports"]["web"])]
    return {name: ["-m", "airflow", *command] for name, command in AIRFLOW.items()} | {"web": web}


def _ensure(settings: Settings, name: str, command: list[str]) -> None:
    """Launch a component whose main process is not there, after its left-over children are gone."""
    folder = _folder(settings.home, name)
    if processes.main(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    processes.end(folder)
    environment = airflow_environment(settings, SERVICES_DATABASE)
    processes.launch([sys.executable, *command], folder, settings.home / "logs" / f"{name}.log", environment)


def _wait_until_healthy(settings: Settings, state: dict) -> None:
    names = list(_commands(state))
    processes.wait(lambda: all(processes.main(_folder(settings.home, name)) for name in names), 2)
    processes.wait(lambda: _ended(settings, names) or _healthy(state), HEALTHY_SECONDS, pause=0.5)
    for name in _ended(settings, names):
        log = settings.home / "logs" / f"{name}.log"
        raise ServiceError(f"The component {name} ended; its log is {log}.\n{processes.last_lines(log, 15)}")
    if not _healthy(state):
        raise ServiceError(f"Not all is healthy after {HEALTHY_SECONDS} s; logs are in {settings.home / 'logs'}.")


def _ended(settings: Settings, names: list[str]) -> list[str]:
    return [name for name in names if not processes.main(_folder(settings.home, name))]


def _healthy(state: dict) -> bool:
    """Whether Airflow reports all its parts healthy and the web application answers."""
    ports = state["ports"]
    report = _read(f"http://127.0.0.1:{ports['api-server']}/api/v2/monitor/health")
    if report is None or _read(f"http://127.0.0.1:{ports['web']}/healthz") is None:
        return False
    return all(part["status"] == "healthy" for part in json.loads(report).values())


def _read(address: str) -> bytes | None:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (our own address)
            return answer.read()
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return None


def _sign_in(settings: Settings, state: dict) -> str:
    return f"""\
Web application   {settings.web_address}
  staff password  {settings.staff_password}
Airflow           http://127.0.0.1:{state["ports"]["api-server"]}
  user, password  admin, {state["airflow_password"]}
S3                {settings.s3_endpoint}
Logs              {settings.home / "logs"}
`heritage-color down` ends all; data stay in {settings.home}"""
