"""The DAG files: they parse light, explain themselves, and their forms refuse what does not fit."""

import ast
import dataclasses
import json
import subprocess
import sys

import pytest
import pyvips
from catalog_rows import add_reference, add_scan
from skimage import data

from heritage_color import samples
from heritage_color.errors import HeritageError
from heritage_color.machine import orchestrator
from heritage_color.store import Store

DAGS = {
    "ingest_scans",
    "watch_inbox",
    "colorize_photographs",
    "measure_quality",
    "queue_ratings",
    "score_opinions",
    "watch_campaigns",
    "publish_approved",
    "audit_fixity",
    "propose_tags",
    "find_likenesses",
    "export_catalog",
    "train_colorizer",
    "promote_model",
    "benchmark_methods",
}
HEAVY = {"numpy", "tensorflow", "keras", "boto3", "psycopg2", "skimage", "pyvips", "tifffile"}
DESCRIBE = """
import json, sys
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
before = set(sys.modules)
bag = DagBag(sys.argv[1])
print(json.dumps({
    "errors": bag.import_errors,
    "imported": sorted(name for name in set(sys.modules) - before if "." not in name),
    "dags": {dag.dag_id: {
        "doc": dag.doc_md, "tags": sorted(dag.tags), "runs": dag.max_active_runs,
        "schedule": repr(getattr(dag.timetable, "asset_condition", "")),
        "tasks": {task.task_id: {"pool": task.pool, "queue": task.queue, "retries": task.retries,
                                 "hopeless": [rule.exception for rule in getattr(task.retry_policy, "rules", [])],
                                 "waits": getattr(task, "response_timeout", None),
                                 "next": sorted(task.downstream_task_ids),
                                 "outlets": [asset.name for asset in task.outlets]} for task in dag.tasks},
        "params": {name: dag.params.get_param(name).schema | {"description": dag.params.get_param(name).description}
                   for name in dag.params}} for dag in bag.dags.values()}}, default=str))
"""


@pytest.fixture(scope="module")
def airflow(services):
    """Settings and an Airflow database of their own."""
    orchestrator.prepare_airflow(services, orchestrator.DEMO_DATABASE)
    return services


@pytest.fixture(scope="module")
def parsed(airflow, repository):
    """What Airflow makes of the DAG files."""
    environment = orchestrator.airflow_environment(airflow, orchestrator.DEMO_DATABASE)
    command = [sys.executable, "-c", DESCRIBE, str(repository / "dags")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_exactly_these_dags_parse(parsed):
    assert parsed["errors"] == {}
    assert set(parsed["dags"]) == DAGS


def test_parsing_imports_nothing_heavy(parsed):
    assert HEAVY.isdisjoint(parsed["imported"])


@pytest.mark.parametrize("dag_id", sorted(DAGS))
def test_a_dag_explains_itself_in_the_pages_of_airflow(parsed, dag_id):
    dag = parsed["dags"][dag_id]
    assert "**When**" in dag["doc"]
    assert "heritage" in dag["tags"]
    assert all(param["title"] and param["description"] for param in dag["params"].values())


def test_two_runs_of_a_dag_never_work_side_by_side(parsed):
    assert {dag["runs"] for dag in parsed["dags"].values()} == {1}


def test_lanes_run_in_the_pool_and_the_queue_of_the_gpus(parsed):
    assert parsed["dags"]["colorize_photographs"]["tasks"]["drain"]["pool"] == "gpu"
    assert parsed["dags"]["colorize_photographs"]["tasks"]["drain"]["queue"] == "gpu"


def test_training_and_its_benchmark_run_in_the_pool_and_the_queue_of_the_gpus(parsed):
    tasks = parsed["dags"]["train_colorizer"]["tasks"]
    assert {(task["pool"], task["queue"]) for task in tasks.values()} == {("gpu", "gpu")}
    assert {name: task["next"] for name, task in tasks.items()} == {
        "collect": ["train"],
        "train": ["benchmark"],
        "benchmark": [],
    }


def test_a_promotion_passes_the_gate_and_then_waits_for_a_person_but_not_for_ever(parsed):
    tasks = parsed["dags"]["promote_model"]["tasks"]
    assert {name: task["next"] for name, task in tasks.items()} == {
        "gate": ["approval"],
        "approval": ["promote"],
        "promote": [],
    }
    assert tasks["approval"]["waits"] == "14 days, 0:00:00"
    assert tasks["approval"]["retries"] == 0


def test_a_benchmark_waits_for_a_gpu_as_lanes_do_and_is_started_by_hand(parsed):
    dag = parsed["dags"]["benchmark_methods"]
    assert (dag["tasks"]["compare"]["pool"], dag["tasks"]["compare"]["queue"]) == ("gpu", "gpu")
    assert dag["schedule"] == "None"
    assert list(dag["params"]) == ["folder", "methods", "pictures", "out"]


def test_what_no_second_try_can_mend_is_not_tried_again(parsed):
    dags = parsed["dags"]
    assert dags["ingest_scans"]["tasks"]["ingest"]["hopeless"] == ["heritage_color.errors.DeliveryError"]
    assert dags["colorize_photographs"]["tasks"]["enqueue"]["hopeless"] == ["heritage_color.errors.WeightsError"]
    assert dags["audit_fixity"]["tasks"]["alarm"]["hopeless"] == ["heritage_color.errors.FixityError"]
    assert dags["watch_campaigns"]["tasks"]["alarm"]["hopeless"] == ["heritage_color.errors.CampaignError"]
    assert dags["promote_model"]["tasks"]["gate"]["hopeless"] == ["heritage_color.errors.ModelError"]
    assert dags["train_colorizer"]["tasks"]["train"]["hopeless"] == ["heritage_color.errors.DeliveryError"]


def test_what_one_dag_makes_starts_the_next(parsed):
    dags = parsed["dags"]
    for maker, task, user in (
        ("ingest_scans", "ingest", "colorize_photographs"),
        ("ingest_scans", "ingest", "propose_tags"),
        ("ingest_scans", "ingest", "find_likenesses"),
        ("watch_inbox", "take_in", "colorize_photographs"),
        ("colorize_photographs", "drain", "measure_quality"),
        ("colorize_photographs", "drain", "queue_ratings"),
    ):
        assert dags[maker]["tasks"][task]["outlets"][0] in dags[user]["schedule"]


@pytest.mark.parametrize("dag_id", sorted(DAGS))
def test_a_dag_file_is_wiring_only(repository, dag_id):
    text = (repository / "dags" / f"{dag_id}.py").read_text()
    imported = {node.module.split(".")[0] for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    assert len(text.splitlines()) <= 60
    assert imported <= {"airflow", "datetime", "heritage_color"}


def test_a_delivery_goes_in_through_airflow_and_wrong_forms_are_refused(airflow, site, rows, tmp_path):
    delivery = samples.make_delivery(tmp_path / "delivery")
    with orchestrator.DagRuns(site) as runs:
        runs.run("ingest_scans", {"delivery": str(delivery)})
        runs.run("audit_fixity", {"older_than_days": 0})
        with pytest.raises(HeritageError, match="loud"):
            runs.run("colorize_photographs", {"preset": "loud"})
        with pytest.raises(HeritageError, match="delivery"):
            runs.run("ingest_scans", {"delivery": "a relative path"})
        with pytest.raises(HeritageError, match="There is no model 7"):
            runs.run("promote_model", {"model_id": 7, "why": "More colour."})
    outcomes = {row["outcome"] for row in rows("select outcome from delivered_files")}
    assert outcomes >= {"accepted", "refused"}
    assert rows("select count(*) as checks from events where event_type = 'fixity check'")[0]["checks"] > 0


def test_a_task_fails_with_the_sentence_on_a_slip(airflow, site, tmp_path):
    (tmp_path / "box").mkdir()
    pyvips.Image.new_from_array(data.coffee()[:64, :80, 0]).write_to_file(str(tmp_path / "box" / "cup.png"))
    away = dataclasses.replace(site, archive_bucket="nowhere")
    with orchestrator.DagRuns(away) as runs, pytest.raises(HeritageError, match=r"has no bucket nowhere\. Correct"):
        runs.run("ingest_scans", {"delivery": str(tmp_path / "box")})


def test_what_is_dropped_into_the_watched_place_goes_in_through_airflow_once(airflow, site, rows, tmp_path):
    place = tmp_path / "inbox"
    (place / "glass").mkdir(parents=True)
    pyvips.Image.new_from_array(data.coffee()[:64, :80, 0]).write_to_file(str(place / "glass" / "cup.png"))
    with orchestrator.DagRuns(dataclasses.replace(site, inbox=str(place))) as runs:
        runs.run("watch_inbox")
        assert rows("select 1 from deliveries") == []  # it has no mark yet, and was seen once only
        (place / "glass.done").touch()
        runs.run("watch_inbox")
        runs.run("watch_inbox")
    assert rows("select count(*) as files from delivered_files") == [{"files": 1}]
    assert "1 accepted" in (place / "glass.taken-in.txt").read_text()


def test_damage_fails_the_run_after_all_is_read_and_the_catalog_is_exported(airflow, site, rows):
    for name in ("photo-1", "photo-2"):
        add_scan(site, name)
    Store(site).client.delete_object(
        Bucket=site.archive_bucket, Key=rows("select object_key from scans")[0]["object_key"]
    )
    with orchestrator.DagRuns(site) as runs:
        runs.run("export_catalog")
        with pytest.raises(HeritageError, match="Stored objects are damaged: master of photo-1"):
            runs.run("audit_fixity", {"older_than_days": 0})
    assert len(rows("select 1 as one from events where event_type = 'fixity check'")) == 2
    assert Store(site).read(site.archive_bucket, "exports/newest.json")


def test_a_benchmark_runs_through_airflow_and_leaves_its_table(airflow, site, tmp_path):
    folder, out = tmp_path / "photographs", tmp_path / "out"
    folder.mkdir()
    pyvips.Image.new_from_array(data.coffee()[:128, :160]).write_to_file(str(folder / "cup.png"))
    with orchestrator.DagRuns(site) as runs:
        runs.run("benchmark_methods", {"folder": str(folder), "methods": "grey", "out": str(out)})
        with pytest.raises(HeritageError, match="no photograph in"):
            runs.run("benchmark_methods", {"folder": str(tmp_path / "empty"), "methods": "grey", "out": str(out)})
    assert "| `grey/-` |" in (out / "table.md").read_text()


def test_a_training_runs_whole_through_airflow_and_ends_with_a_measured_candidate(airflow, site, rows, tmp_path):
    for number in range(4):
        add_reference(site, f"photo-{number}", date_created="1911")
    with orchestrator.DagRuns(site) as runs:
        runs.run("train_colorizer", {"method": "fusion-lite", "epochs": 1, "batch": 2})
        with pytest.raises(HeritageError, match="must hold the folders train and val"):
            runs.run("train_colorizer", {"folder": str(tmp_path)})
    trained, installed = rows("select code_revision, protocol, weights_key from models order by weights_key is null")
    assert installed["protocol"]["rows"]["grey/-"] == trained["protocol"]["rows"]["grey/-"]
