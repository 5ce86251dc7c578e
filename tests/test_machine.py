"""Everything on this machine: `up` starts and repairs it, Airflow's address runs a DAG, `down` ends it."""

import json
import os
import urllib.request

import pytest

from heritage_color import local, machine
from heritage_color.local import processes

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer", "web")


@pytest.fixture
def home(tmp_path):
    """A home whose services are ended and deleted, whatever happens."""
    yield tmp_path / "home"
    machine.down(tmp_path / "home")
    local.remove(tmp_path / "home")


def ask(address, body=None, token=""):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def run_through_the_interface(home, dag_id):
    state = local.read_state(home)
    address = f"http://127.0.0.1:{state['ports']['api-server']}"
    token = ask(f"{address}/auth/token", {"username": "admin", "password": state["airflow_password"]})["access_token"]
    dags = f"{address}/api/v2/dags"
    processes.wait(lambda: dag_id in {dag["dag_id"] for dag in ask(dags, token=token)["dags"]}, 60, pause=0.5)
    run = ask(f"{dags}/{dag_id}/dagRuns", {"logical_date": None}, token)["dag_run_id"]
    state_of_run = lambda: ask(f"{dags}/{dag_id}/dagRuns/{run}", token=token)["state"]
    processes.wait(lambda: state_of_run() in ("success", "failed"), 120, pause=0.5)
    return state_of_run()


def test_up_runs_a_dag_repairs_what_was_killed_and_down_ends_all(home, capsys):
    settings = machine.up(home)
    assert settings.staff_password in capsys.readouterr().out
    assert run_through_the_interface(home, "audit_fixity") == "success"
    killed = processes.main(home / "run" / "scheduler").pid
    os.kill(killed, 9)
    machine.up(home)
    assert processes.main(home / "run" / "scheduler").pid != killed
    machine.down(home)
    assert not any(processes.find(home / "run" / name) for name in COMPONENTS)
