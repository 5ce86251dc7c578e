"""Everything on this machine: `up` starts and repairs it, Airflow's address runs a DAG, `down` ends it."""

import json
import os
import time
import urllib.request

import pytest
from museum_state import state as state_of

from heritage_color.local import processes, servers
from heritage_color.local.state import read_state
from heritage_color.machine import orchestrator, running
from heritage_color.methods.baselines import Tint
from heritage_color.train import registering

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer", "web")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home whose services are ended and deleted, whatever happens; `up` in each test finds what runs already."""
    home = tmp_path_factory.mktemp("machine") / "home"
    yield home
    running.down(home)
    servers.remove(home)


def ask(address, body=None, token="", method=None):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    content = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, content, headers, method=method)) as answer:
        return json.load(answer)


def signed_in(home):
    """The address of Airflow's DAGs and a token."""
    state = read_state(home)
    address = f"http://127.0.0.1:{state.ports['api-server']}"
    account = {"username": "admin", "password": state.airflow_password}
    return f"{address}/api/v2/dags", ask(f"{address}/auth/token", account)["access_token"]


def start_run(home, dag_id, conf=None):
    """Address of a new run, and the token."""
    dags, token = signed_in(home)
    processes.wait(lambda: dag_id in {dag["dag_id"] for dag in ask(dags, token=token)["dags"]}, 60, pause=0.5)
    run = ask(f"{dags}/{dag_id}/dagRuns", {"logical_date": None, "conf": conf or {}}, token)["dag_run_id"]
    return f"{dags}/{dag_id}/dagRuns/{run}", token


def outcome_of(run, token):
    state = lambda: ask(run, token=token)["state"]
    processes.wait(lambda: state() in ("success", "failed"), 120, pause=0.5)
    return state()


def answer_approval(run, token, choice):
    """Answer like a person, who needs longer than the moment in which Airflow would take the answer amiss."""
    task = f"{run}/taskInstances/approval"
    processes.wait(lambda: ask(task, token=token)["state"] == "awaiting_input", 120, pause=0.5)
    time.sleep(1)
    asked = ask(f"{task}/-1/hitlDetails", token=token)
    ask(f"{task}/-1/hitlDetails", {"chosen_options": [choice], "params_input": {}}, token, "PATCH")
    return asked


def candidate(settings, folder) -> int:
    """A tint that beats grey, registered and judged."""
    Tint().save(folder / "tint.safetensors")
    model_id = registering.register(settings, folder / "tint.safetensors").model_id
    better = {"psnr_rgb": 24.0, "ciede2000": 9.0, "auc_rebalanced": 70.0}
    worse = {"psnr_rgb": 22.0, "ciede2000": 12.0, "auc_rebalanced": 60.0}
    intervals = {name: [value - 0.5, value + 0.5] for name, value in better.items()}
    row = f"tint/{settings.preset}"
    benchmark = {"rows": {"grey/-": worse, row: better}, "intervals": {row: intervals}}
    registering.judge(settings, model_id, benchmark | {"skin_tone": {"dark": 3.0}, "era": {"1900": 24.0}})
    return model_id


def test_up_prints_the_sign_in_and_runs_a_dag(home, capsys):
    settings = running.up(home)
    assert settings.staff_password in capsys.readouterr().out
    assert outcome_of(*start_run(home, "audit_fixity")) == "success"


def test_a_model_becomes_champion_when_a_person_approves_and_not_before(home, tmp_path):
    settings = running.up(home)
    form = {"model_id": candidate(settings, tmp_path), "why": "More colour."}
    for choice, champions in (("Reject", []), ("Approve", [form["model_id"]])):
        run = start_run(home, "promote_model", form)
        asked = answer_approval(*run, choice)
        assert "| auc_rebalanced | 70 | 60 |" in asked["body"]
        assert outcome_of(*run) == "success"
        assert [model.model_id for model in registering.list_models(settings) if model.champion] == champions
    (model,) = registering.list_models(settings)
    assert (model.approved_by, model.why) == ("admin", "More colour.")
    registry = lambda: [state_of(settings)[table] for table in ("models", "champion_moves")]  # the scheduler does more
    before = registry()
    assert outcome_of(*start_run(home, "promote_model", form)) == "failed"  # the gate: it is the champion already
    assert registry() == before


def test_ports_that_a_failed_start_forgot_are_chosen_again(tmp_path):
    (tmp_path / "services.json").write_text('{"airflow_secret": "kept"}')
    state = orchestrator.complete(tmp_path)
    assert state.airflow_secret == "kept"
    assert set(state.ports) == {"api-server", "web"}
    assert read_state(tmp_path) == state


def test_up_repairs_what_was_killed_and_down_ends_all(home):
    running.up(home)
    killed = processes.main_process(home / "run" / "scheduler").pid
    os.kill(killed, 9)
    running.up(home)
    assert processes.main_process(home / "run" / "scheduler").pid != killed
    running.down(home)
    assert not any(processes.find(home / "run" / name) for name in COMPONENTS)
