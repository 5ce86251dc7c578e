"""Time to start the command line and to parse each DAG file, against the interpreter and Airflow alone."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Row, fastest

DAGS = Path(__file__).resolve().parents[1] / "dags"
# Airflow is loaded once, as in the DAG processor; then each file is run as if nothing of ours had been imported.
PARSE = """
import json, runpy, sys, time
import airflow.sdk
seconds = {}
for path in sys.argv[1:]:
    for name in [name for name in sys.modules if name.startswith("heritage_color")]:
        del sys.modules[name]
    start = time.perf_counter()
    runpy.run_path(path)
    seconds[path] = time.perf_counter() - start
print(json.dumps(seconds))
"""


def run() -> list[Row]:
    """A row for the command line and one per DAG file."""
    bare = fastest(lambda: _python("-c", "pass"))
    cli = fastest(lambda: _python("-c", "import heritage_color.cli.main"))
    rows = [Row("start of heritage-color", cli * 1000, bare * 1000, "ms", "bare Python")]
    return rows + [_row(Path(path), seconds, bare) for path, seconds in _parse().items()]


def _row(path: Path, seconds: float, bare: float) -> Row:
    return Row(f"parsing {path.name}", seconds * 1000, bare * 1000, "ms", "bare Python")


def _parse() -> dict[str, float]:
    paths = [str(path) for path in sorted(DAGS.glob("*.py"))]
    return json.loads(_python("-c", PARSE, *paths).splitlines()[-1])


def _python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout
