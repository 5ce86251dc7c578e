"""Everything on this machine: the private services, Airflow with its pages, and the web application."""

import http.client
import json
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

from heritage_color.accounts import steps as accounts
from heritage_color.catalog import steps as catalog
from heritage_color.errors import ServiceError
from heritage_color.keys import Component
from heritage_color.local import processes, servers
from heritage_color.local.state import State, locked, update_state
from heritage_color.machine.orchestrator import SERVICES_DATABASE, airflow_environment, complete, prepare_airflow
from heritage_color.settings import Settings

HEALTHY_SECONDS = 180
ATTEMPTS = 3
AIRFLOW = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
# Seconds that each may take to end, from when the one before has ended: a running task may come to its own end
ENDING = {"scheduler": 10, "dag-processor": 1, "triggerer": 1, "api-server": 3, "web": 1}


def up(home: Path) -> Settings:
    """Start all that does not run, wait until it is healthy, and print addresses and sign-in."""
    _say("Starting the database and the object storage ...")
    settings = servers.start(home)
    with locked(settings.home, "up.lock"):
        state = _settle_ports(settings.home)
        settings = replace(settings, web_address=f"http://127.0.0.1:{state.ports['web']}")
        _say("Preparing the databases ...")
        catalog.migrate(settings)
        accounts.add_first(settings, accounts.FIRST, settings.staff_password)
        prepare_airflow(settings, SERVICES_DATABASE)
        _write_password(settings.home / "airflow" / "passwords.json", state.airflow_password)
        _say("Starting Airflow and the web application, which takes about half a minute ...")
        _bring_up(settings, state)
    print(_sign_in(settings, state))
    return settings


def down(home: Path) -> None:
    """End all that `up` started; data stay."""
    home.mkdir(parents=True, exist_ok=True)
    with locked(home, "up.lock"):
        _end_all(home)
    servers.stop(home)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _settle_ports(home: Path) -> State:
    """Return what is kept of this machine; a port that another program took meanwhile is chosen again."""
    state = complete(home)
    ended = [name for name in state.ports if not processes.main_process(_folder(home, name))]
    for name in ended:
        processes.make_end(_folder(home, name), 0)
    taken = [name for name in ended if not processes.is_free(state.ports[name])]
    if not taken:
        return state
    _end_all(home)  # the others were told the old address
    new = dict(zip(taken, processes.free_ports(len(taken)), strict=True))
    return update_state(home, lambda kept: replace(kept, ports=kept.ports | new))


def _end_all(home: Path) -> None:
    for name in ENDING:
        processes.ask_to_end(_folder(home, name))
    for name, seconds in ENDING.items():
        processes.make_end(_folder(home, name), seconds)


def _write_password(path: Path, password: str) -> None:
    """The file that Airflow's simple sign-in reads; it would write it readable by everyone."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"admin": password}))


def _folder(home: Path, name: str) -> Path:
    return home / "run" / name


def _commands(state: State) -> dict[Component, list[str]]:
    web = ["-m", "uvicorn", "--factory", "heritage_color.web.app:create_from_environment", "--host", "127.0.0.1"]
    web += ["--port", str(state.ports["web"]), "--no-access-log"]  # raters' addresses are nobody's business
    web += ["--timeout-graceful-shutdown", "10"]  # live pages would keep it open
    return {name: ["-m", "airflow", *command] for name, command in AIRFLOW.items()} | {"web": web}


def _ensure(settings: Settings, name: str, command: list[str]) -> None:
    """Launch a component whose main process is not there, after its left-over children are gone."""
    folder = _folder(settings.home, name)
    if processes.main_process(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    processes.end(folder)
    environment = airflow_environment(settings, SERVICES_DATABASE)
    processes.launch([sys.executable, *command], folder, settings.home / "logs" / f"{name}.log", environment)


def _bring_up(settings: Settings, state: State) -> None:
    """Launch what is not there until all is healthy; one that gave up while another was replaced comes again."""
    for _ in range(ATTEMPTS):
        for name, command in _commands(state).items():
            _ensure(settings, name, command)
        if _becomes_healthy(settings.home, state):
            return
    ended = _ended(settings.home) or list(ENDING)
    logs = [settings.home / "logs" / f"{name}.log" for name in ended]
    ends = "\n".join(f"{log}:\n{processes.last_lines(log, 10)}" for log in logs)
    raise ServiceError(f"These do not come up: {', '.join(ended)}.\n{ends}")


def _becomes_healthy(home: Path, state: State) -> bool:
    processes.wait(lambda: not _ended(home), 2)
    processes.wait(lambda: _ended(home) or _healthy(state), HEALTHY_SECONDS, pause=0.5)
    return not _ended(home) and _healthy(state)


def _ended(home: Path) -> list[str]:
    return [name for name in ENDING if not processes.main_process(_folder(home, name))]


def _healthy(state: State) -> bool:
    """Return whether Airflow reports all its parts healthy and the web application answers."""
    report = _read(f"http://127.0.0.1:{state.ports['api-server']}/api/v2/monitor/health")
    if report is None or _read(f"http://127.0.0.1:{state.ports['web']}/healthz") is None:
        return False
    return all(part["status"] == "healthy" for part in json.loads(report).values())


def _read(address: str) -> bytes | None:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (our own address)
            return bytes(answer.read())
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return None


def _sign_in(settings: Settings, state: State) -> str:
    return f"""\
Web application   {settings.web_address}
  name, password  {_staff(settings)}
Airflow           http://127.0.0.1:{state.ports["api-server"]}
  user, password  admin, {state.airflow_password}
Gallery           {settings.public_address}/index.html
S3                {settings.s3_endpoint}
Logs              {settings.home / "logs"}
`heritage-color down` ends all; data stay in {settings.home}"""


def _staff(settings: Settings) -> str:
    """Name and password of the first account, as long as they are right."""
    first = accounts.check_password(settings, accounts.FIRST, settings.staff_password)
    return (
        f"{accounts.FIRST}, {settings.staff_password}" if first else "yours; `heritage-color account list` shows all"
    )
