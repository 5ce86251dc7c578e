"""The private Postgres and S3 server: they start, are found again, and are replaced when something killed them."""

import dataclasses
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from heritage_color import db
from heritage_color.errors import ServiceError
from heritage_color.local import postgres, processes, s3, servers
from heritage_color.local.state import read_state
from heritage_color.store import Store

START = """
import sys, pathlib
from heritage_color.local import servers
settings = servers.start(pathlib.Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home of its own, whose servers these tests may kill."""
    folder = tmp_path_factory.mktemp("a home with a rather long name, and a space") / "below" / "it"
    servers.start(folder)
    yield folder
    servers.remove(folder)


def folders(home):
    return postgres.data_folder(home), home / "s3"


def main_processes(home):
    return [processes.main_process(folder).pid for folder in folders(home)]


def test_a_site_has_an_empty_catalog_and_two_buckets(site, rows):
    assert rows("select count(*) as scans from scans") == [{"scans": 0}]
    assert Store(site).write_once(site.archive_bucket, "masters/a", b"bytes", "text/plain")
    assert Store(site).read(site.archive_bucket, "masters/a") == b"bytes"


def test_a_second_start_finds_what_runs_and_gives_the_same_settings(home):
    first, running = servers.start(home), main_processes(home)
    assert servers.start(home) == first
    assert main_processes(home) == running


def test_another_process_finds_what_runs(home):
    running = main_processes(home)
    program = START + "print(settings.database)"
    found = subprocess.run([sys.executable, "-c", program, home], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == servers.start(home).database
    assert main_processes(home) == running


def test_killed_servers_are_replaced_and_keep_what_was_stored(home):
    settings = servers.start(home)
    Store(settings).make_buckets()
    Store(settings).write_once(settings.archive_bucket, "kept", b"bytes", "text/plain")
    servers.create_database(settings, "kept")
    for pid in main_processes(home):
        os.kill(pid, 9)
    again = servers.start(home)
    assert Store(again).read(again.archive_bucket, "kept") == b"bytes"
    assert not db.create_database(again, "kept")


def test_a_copied_database_counts_on_after_a_crash(home):
    settings = servers.start(home)
    original = dataclasses.replace(settings, database=servers.create_database(settings, "counted"))
    run(original, "create table acts (id bigint generated always as identity primary key)")
    run(original, "insert into acts default values")
    copy = dataclasses.replace(settings, database=servers.create_database(settings, "counted_copy", "counted"))
    run(copy, "insert into acts default values")
    for process in processes.find(postgres.data_folder(home)):
        process.kill()
    servers.start(home)
    run(copy, "insert into acts default values")
    assert run(copy, "select count(distinct id) as ids from acts")[0]["ids"] == 3


def run(settings, statement):
    with db.connect(settings, bare=True) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_the_number_of_a_strangers_process_is_not_trusted(home):
    servers.stop(home)
    for folder in folders(home):
        (folder / processes.PID_FILE).write_text(str(os.getpid()))
    (postgres.data_folder(home) / "postmaster.pid").write_text(f"{os.getppid()}\n")
    servers.stop(home)
    db.check(servers.start(home), bare=True)
    assert os.getpid() not in main_processes(home)


def test_starts_at_the_same_time_leave_one_server_each(home):
    servers.stop(home)
    starts = [subprocess.Popen([sys.executable, "-c", START, home]) for _ in range(3)]
    assert [start.wait() for start in starts] == [0, 0, 0]
    weeds = [process for process in processes.find(home / "s3") if process.name() == "weed"]
    assert len(weeds) == 1


def test_both_answer_only_those_who_know_the_credentials(home):
    settings = servers.start(home)
    with pytest.raises(ServiceError, match="password authentication failed"):
        db.check(
            dataclasses.replace(settings, database=postgres.url(read_state(home).postgres_port, "guess")),
            bare=True,
        )
    with pytest.raises(ServiceError, match="signature"):
        Store(dataclasses.replace(settings, s3_secret_key="guess")).check()
    assert (home / "services.json").stat().st_mode & 0o777 == 0o600


def test_no_port_is_open_to_other_machines(home):
    servers.start(home)
    running = [process for folder in folders(home) for process in processes.find(folder)]
    listening = {port.laddr.ip for process in running for port in process.net_connections() if port.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize("listener", ["volume", "filer"])
def test_the_ports_behind_the_s3_server_want_a_token(home, listener):
    servers.start(home)
    port = read_state(home).s3_ports[s3.LISTENERS.index(listener)]
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/buckets/")


def test_a_stop_leaves_no_process_and_the_next_start_finds_another_port_where_one_is_taken(home):
    before = servers.start(home)
    servers.stop(home)
    assert not any(processes.find(folder) for folder in folders(home))
    taken = subprocess.Popen(
        [sys.executable, "-m", "http.server", before.s3_endpoint.rsplit(":", 1)[-1], "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with taken:
        processes.wait(lambda: not processes.is_free(int(before.s3_endpoint.rsplit(":", 1)[-1])), 20)
        assert servers.start(home).s3_endpoint != before.s3_endpoint
        taken.terminate()


def test_what_make_clean_runs_is_there(repository, tmp_path):
    (program,) = re.findall(r"python -c '(.*servers.*)'", (repository / "Makefile").read_text())
    environment = os.environ | {"HERITAGE_HOME": str(tmp_path / "home")}
    assert subprocess.run([sys.executable, "-c", program], env=environment, cwd=repository).returncode == 0
