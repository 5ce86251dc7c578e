"""House rules that a machine can see: short functions, thin DAG files, honest errors, light imports."""

import ast
import re
import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "keras", "boto3", "skimage")
LINES_OF_A_FUNCTION = 60
LINES_OF_A_DAG_FILE = 60


def sources(repository, *folders):
    return sorted(path for folder in folders for path in (repository / folder).rglob("*.py"))


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def hides(handler):
    """Whether an `except` takes errors of every kind and raises none in their place."""
    everything = handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")
    return everything and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_no_function_is_longer_than_a_screen(repository):
    found = [
        f"{path.name}:{function.lineno} {function.name}"
        for path in sources(repository, "heritage_color", "dags", "infra", "benchmarks", "tools", "tests")
        for function in functions(ast.parse(path.read_text()))
        if function.end_lineno - function.lineno >= LINES_OF_A_FUNCTION
    ]
    assert found == []


def test_no_error_is_swallowed_unseen(repository):
    found = [
        f"{path.name}:{node.lineno}"
        for path in sources(repository, "heritage_color", "dags", "infra", "benchmarks", "tools")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and hides(node)
    ]
    assert found == []


def test_nothing_is_left_for_later(repository):
    mark = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    found = [
        path.name for path in sources(repository, "heritage_color", "dags", "tests") if mark.search(path.read_text())
    ]
    assert found == []


def test_dag_files_only_wire(repository):
    long = {path.name: len(path.read_text().splitlines()) for path in sources(repository, "dags")}
    assert {name: lines for name, lines in long.items() if lines > LINES_OF_A_DAG_FILE} == {}


def test_sql_stands_in_sql_files(repository):
    statement = re.compile(
        r"^\s*(select|insert into|update|delete from)\s+\w+.*\b(from|values|set|where)\b", re.IGNORECASE
    )
    found = [
        f"{path.name}:{node.lineno}"
        for path in sources(repository, "heritage_color", "dags")
        if path.name not in ("db.py", "migrations.py") and path.parent.name != "local"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
    ]
    assert found == []


def test_every_named_query_says_what_it_is_for(repository):
    silent = []
    for file in sorted((repository / "sql" / "queries").rglob("*.sql")):
        lines = file.read_text().splitlines()
        for number, line in enumerate(lines[:-1]):
            if line.startswith("-- name:") and not lines[number + 1].startswith("--"):
                silent.append(f"{file.name}:{number + 1}")
    assert silent == []


@pytest.mark.parametrize("module", ["heritage_color.cli.main", "heritage_color.web.app"])
def test_entrances_start_without_the_heavy_libraries(module):
    assert loaded_by(module) == []


def test_the_command_line_starts_with_nothing_but_python():
    code = "import sys; at_once = set(sys.modules); import heritage_color.cli.main; print(set(sys.modules) - at_once)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ast.literal_eval(done.stdout)
    assert {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names) == {"heritage_color"}
    assert {"heritage_color.settings", "dataclasses", "typing"}.isdisjoint(loaded)


def test_steps_are_importable_without_the_heavy_libraries(repository):
    steps = sorted((repository / "heritage_color").glob("*/steps.py"))
    assert len(steps) >= 6
    assert loaded_by(*(f"heritage_color.{path.parent.name}.steps" for path in steps)) == []


def loaded_by(*modules):
    """Which of the heavy libraries a new interpreter has loaded once it imported these modules."""
    code = f"import sys, {', '.join(modules)}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)
