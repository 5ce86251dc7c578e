"""The DAG files: they parse light, explain themselves, and their forms refuse what does not fit."""

import ast
import dataclasses
import json
import subprocess
import sys

import pytest
import pyvips
from catalog_rows import add_scan
from museum_state import state
from skimage import data

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.demo import samples
from heritage_color.errors import HeritageError
from heritage_color.machine import orchestrator
from heritage_color.rating import steps as rating
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
# What a DAG rightly adds when it runs again, and why; else its second run leaves every row and object as it is
GROWS = {
    "audit_fixity": {
        "events where event_type = 'fixity check'": "each reading back is an act of its own",
        "scans.fixity_checked_at": "when it was read last",
        "colour_references.fixity_checked_at": "when it was read last",
        "colorizations.fixity_checked_at": "when it was read last",
    },
    "export_catalog": {"object exports/newest.json": "the pointer says when the export was made"},
    "train_colorizer": {
        "models.protocol": "a benchmark holds the seconds and the memory that it took",
        "models.judged_at": "the candidate is measured again",
    },
}
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
def runs(airflow):
    """Airflow, imported once; each run names the museum whose archive it works on."""
    with orchestrator.DagRuns(airflow) as runs:
        yield runs


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
    assert imported <= {"airflow", "dataclasses", "datetime", "heritage_color"}


def test_a_delivery_goes_in_through_airflow_and_wrong_forms_are_refused(runs, site, rows, tmp_path):
    delivery = samples.make_delivery(tmp_path / "delivery")
    runs.run("ingest_scans", {"delivery": str(delivery)}, site)
    with pytest.raises(HeritageError, match="loud"):
        runs.run("colorize_photographs", {"preset": "loud"}, site)
    with pytest.raises(HeritageError, match="delivery"):
        runs.run("ingest_scans", {"delivery": "a relative path"}, site)
    with pytest.raises(HeritageError, match="There is no model 7"):
        runs.run("promote_model", {"model_id": 7, "why": "More colour."}, site)
    assert {row["outcome"] for row in rows("select outcome from delivered_files")} >= {"accepted", "refused"}


def test_a_task_fails_with_the_sentence_on_a_slip(runs, site, tmp_path):
    (tmp_path / "box").mkdir()
    pyvips.Image.new_from_array(data.coffee()[:64, :80, 0]).write_to_file(str(tmp_path / "box" / "cup.png"))
    away = dataclasses.replace(site, archive_bucket="nowhere")
    with pytest.raises(HeritageError, match=r"has no bucket nowhere\. Correct"):
        runs.run("ingest_scans", {"delivery": str(tmp_path / "box")}, away)


def test_what_is_dropped_into_the_watched_place_goes_in_through_airflow_once(runs, site, rows, tmp_path):
    place = tmp_path / "inbox"
    (place / "glass").mkdir(parents=True)
    pyvips.Image.new_from_array(data.coffee()[:64, :80, 0]).write_to_file(str(place / "glass" / "cup.png"))
    watching = dataclasses.replace(site, inbox=str(place))
    runs.run("watch_inbox", {}, watching)
    assert rows("select 1 from deliveries") == []  # it has no mark yet, and was seen once only
    (place / "glass.done").touch()
    runs.run("watch_inbox", {}, watching)
    runs.run("watch_inbox", {}, watching)
    assert rows("select count(*) as files from delivered_files") == [{"files": 1}]
    assert "1 accepted" in (place / "glass.taken-in.txt").read_text()


def test_damage_fails_the_run_after_all_is_read_and_the_catalog_is_exported(runs, site, rows):
    for name in ("photo-1", "photo-2"):
        add_scan(site, name)
    Store(site).client.delete_object(
        Bucket=site.archive_bucket, Key=rows("select object_key from scans")[0]["object_key"]
    )
    runs.run("export_catalog", {}, site)
    with pytest.raises(HeritageError, match="Stored objects are damaged: master of photo-1"):
        runs.run("audit_fixity", {"older_than_days": 0}, site)
    assert len(rows("select 1 as one from events where event_type = 'fixity check'")) == 2
    assert Store(site).read(site.archive_bucket, "exports/newest.json")


def test_a_benchmark_or_training_without_photographs_fails_with_its_sentence(runs, site, tmp_path):
    (tmp_path / "empty").mkdir()
    form = {"folder": str(tmp_path / "empty"), "methods": "grey", "out": str(tmp_path / "out")}
    with pytest.raises(HeritageError, match="no photograph in"):
        runs.run("benchmark_methods", form, site)
    with pytest.raises(HeritageError, match="must hold the folders train and val"):
        runs.run("train_colorizer", {"folder": str(tmp_path)}, site)


def small(source, colour=True):
    """One of scikit-image's photographs at 64 x 64 pixels."""
    pixels = source()[: 64 * 4 : 4, : 64 * 4 : 4]
    return pyvips.Image.new_from_array(pixels if colour else pixels.mean(2).astype("uint8"))


def small_delivery(folder):
    """Four small scans with their true colours, and a manifest."""
    lines = ["file,identifier,title,date,rights,reference"]
    (folder / "truth").mkdir(parents=True)
    for number, source in enumerate((data.coffee, data.chelsea, data.astronaut, data.rocket), 1):
        name = f"plate-{number}.png"
        small(source, colour=False).write_to_file(str(folder / name))
        small(source).write_to_file(str(folder / "truth" / name))
        lines.append(f"{name},photo-{number},View {number},191{number},{samples.CC0},truth/{name}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")


def forms(folder):
    """Every DAG in the order of the flow, with its form; promote_model asks a person: tests/test_machine.py."""
    return {
        "ingest_scans": {"delivery": str(folder / "delivery")},
        "watch_inbox": {},
        "colorize_photographs": {},
        "measure_quality": {},
        "queue_ratings": {"campaign": "Small"},
        "score_opinions": {},
        "watch_campaigns": {},
        "publish_approved": {},
        "audit_fixity": {"older_than_days": 0},
        "propose_tags": {},
        "find_likenesses": {},
        "train_colorizer": {"epochs": 1, "batch": 2},
        "benchmark_methods": {"folder": str(folder / "delivery" / "truth"), "methods": "grey", "out": str(folder)},
        "export_catalog": {},
    }


PEOPLE = {  # what people do before the DAG
    "score_opinions": lambda site: rating.simulate(site, "Small", 8),
    "publish_approved": lambda site: curation.approve_by_rule(site, 1.0),
}


@pytest.fixture(scope="module")
def museum(new_site, tmp_path_factory):
    """A museum with a small delivery and a watched place with another."""
    folder = tmp_path_factory.mktemp("museum")
    small_delivery(folder / "delivery")
    (folder / "inbox" / "box").mkdir(parents=True)
    small(data.retina, colour=False).write_to_file(str(folder / "inbox" / "box" / "plate-5.png"))
    (folder / "inbox" / "box.done").touch()
    site = dataclasses.replace(new_site(folder), inbox=str(folder / "inbox"), home=folder)
    return folder, site


@pytest.fixture(scope="module")
def histories(runs, museum):
    """The museum's state before each DAG, after its first run, and after its second."""
    folder, site = museum
    states = {}
    for dag_id, form in forms(folder).items():
        PEOPLE.get(dag_id, lambda site: None)(site)
        states[dag_id] = [state(site, GROWS.get(dag_id, {}))]
        for _ in range(2):
            runs.run(dag_id, form, site)
            states[dag_id].append(state(site, GROWS.get(dag_id, {})))
    return states


def test_every_dag_runs_whole_here_but_the_one_that_asks_a_person(tmp_path):
    assert set(forms(tmp_path)) | {"promote_model"} == DAGS


@pytest.mark.parametrize("dag_id", sorted(DAGS - {"promote_model", "benchmark_methods", "audit_fixity"}))
def test_a_dag_leaves_its_work_in_the_archive(histories, dag_id):
    before, first, _ = histories[dag_id]
    assert first != before


@pytest.mark.parametrize("dag_id", sorted(DAGS - {"promote_model"}))
def test_a_dag_run_again_leaves_every_row_and_object_as_it_is(histories, dag_id):
    _, first, second = histories[dag_id]
    assert {name for name in first if first[name] != second[name]} == set()


def test_a_benchmark_leaves_its_table(histories, museum):
    assert "| `grey/-` |" in (museum[0] / "table.md").read_text()


def test_a_training_ends_with_a_candidate_that_is_measured_as_what_it_would_replace(histories, museum):
    with db.connect(museum[1]) as connection, connection.cursor() as cursor:
        cursor.execute("select protocol -> 'rows' -> 'grey/-' as grey from models where protocol is not null")
        candidate, installed = (row["grey"] for row in cursor.fetchall())
    assert candidate == installed
