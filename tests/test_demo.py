"""The demonstration, whole, as `make demo` runs it: every DAG through Airflow, twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from heritage_color.local import servers


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What two runs in one home wrote and printed."""
    home = tmp_path_factory.mktemp("demo")
    yield [_run(home) for _ in range(2)]
    servers.stop(home / "home")


def _run(folder: Path) -> tuple[dict, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HERITAGE_")}
    command = [sys.executable, "-m", "heritage_color.cli", "demo"]
    done = subprocess.run(
        command, cwd=folder, env=environment | {"HERITAGE_HOME": str(folder / "home")}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "demo-report.json").read_text()), done.stdout


def test_the_numbers_add_up(runs):
    report = runs[0][0]
    assert report["accepted"] + report["refused"] == report["delivered"]
    assert report["refused"] == len({row["file"] for row in report["refusals"]}) == 2
    assert report["queued"] + report["held_back"] == report["colorized"]
    assert 8 < report["queued"] == report["rated"]
    assert 0 < report["published"] == report["approved"] < report["colorized"]


def test_only_pictures_with_a_truth_are_measured_against_one(runs):
    report = runs[0][0]
    assert 5 <= report["measured"] == len(report["figures"]) < report["colorized"]


def test_the_flagged_scan_was_not_colorized(runs):
    assert [row["identifier"] for row in runs[0][0]["not_colorized"]] == ["demo-0012"]


def test_a_second_run_changes_nothing_and_says_so(runs):
    (first, _), (second, printed) = runs
    same = [name for name in first if name not in ("new", "seconds")]
    assert first["new"] > 0
    assert second["new"] == 0
    assert {name: first[name] for name in same} == {name: second[name] for name in same}
    assert "Nothing changed" in printed


def test_the_last_line_names_the_report(runs):
    assert runs[0][1].splitlines()[-1] == "Report: demo-report.json"


def test_simulated_raters_are_named_as_such(runs):
    assert "simulated raters" in runs[0][1]
