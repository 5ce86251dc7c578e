"""Processor time of starting the command line and of parsing each DAG file, against what they may take.

`--help` may take three times as long as a bare start of Python, a DAG file once as long beyond Airflow's own import:
ratios up to 1 are kept.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Row

STARTS = 5  # of which the fastest counts
DAGS = Path(__file__).resolve().parents[1] / "dags"
PLAIN = DAGS / "measure_quality.py"  # imports nothing of ours when it is parsed
# Airflow is loaded once, as in the DAG processor, which parses each file in a process of its own.
PARSE = """
import gc, json, runpy, sys, time
from multiprocessing import get_context
from airflow.providers.standard.operators.hitl import ApprovalOperator

def parse(path):
    start = time.process_time()
    runpy.run_path(path)
    return time.process_time() - start

runs, plain, *paths = sys.argv[1:]
parse(plain)  # what Airflow loads when it is first used is its own
gc.freeze()  # what Airflow left is not looked through again in each process
with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    rounds = [pool.map(parse, paths, chunksize=1) for _ in range(int(runs))]
print(json.dumps([min(seconds) for seconds in zip(*rounds)]))
"""


def run() -> list[Row]:
    """A row for the command line and one per DAG file."""
    bare = _fastest("-c", "pass")
    text = _fastest("-m", "heritage_color.cli", "--help")
    starting = Row("heritage-color --help", text * 1000, 3 * bare * 1000, "ms", "3 bare starts of Python")
    return [starting, *_dag_files(bare)]


def _fastest(*arguments: str) -> float:
    """Processor seconds of the fastest of some runs of Python: the others were disturbed."""
    return min(_processor_seconds(*arguments) for _ in range(STARTS))


def _processor_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _dag_files(bare: float) -> list[Row]:
    paths = sorted(DAGS.glob("*.py"))
    seconds = json.loads(_python("-c", PARSE, str(STARTS), str(PLAIN), *map(str, paths)).splitlines()[-1])
    return [
        Row(f"parsing {path.name}", taken * 1000, bare * 1000, "ms", "a bare start of Python")
        for path, taken in zip(paths, seconds, strict=True)
    ]


def _python(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
