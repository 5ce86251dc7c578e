"""Slips of whoever sets the archive up: each ends every command with one sentence, exit code 2 and no password."""

import argparse
import dataclasses
import io
import socket
import threading
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import pyvips

from heritage_color import db, settings
from heritage_color.cli.commands import DONE, WRONG
from heritage_color.cli.main import main, parser
from heritage_color.errors import ServiceError
from heritage_color.local import servers
from heritage_color.methods.baselines import Tint
from heritage_color.preservation.repairing import second_of
from heritage_color.store import Store

WORD = "hid%2Fden"
# Commands that need neither catalog nor bucket, and those that bring services of their own
ALONE = {"template", "check", "colorize", "measure", "train", "benchmark", "sheet", "sources", "tags", "train-tags"}
ALONE |= {"tags-benchmark", "opinion"}
OWN_SERVICES = {"up", "down", "demo"}
WITHOUT_SETTINGS = {"template", "measure", "opinion", "train", "train-tags"}
STORING = {"migrate", "ingest", "register", "publish", "mirror", "export", "rebuild"}  # with an empty catalog


def commands() -> list[tuple[str, ...]]:
    return list(_leaves(parser(), ()))


def _leaves(one: argparse.ArgumentParser, names):
    acts = [action for action in one._actions if isinstance(action, argparse._SubParsersAction)]
    for action in acts:
        for name, below in action.choices.items():
            yield from _leaves(below, (*names, name))
    if not acts:
        yield names


@pytest.fixture
def arguments(tmp_path):
    """A function from the names of a command to a whole command line, with inputs that are good."""
    votes, weights, benchmark, delivery = (tmp_path / name for name in ("v.csv", "t.safetensors", "b.json", "box"))
    votes.write_text("picture,rater,score\na,r1,5\na,r2,4\n")
    Tint().save(weights)
    benchmark.write_text("{}")
    delivery.mkdir()
    pyvips.Image.new_from_array(np.tile(np.arange(64, dtype=np.uint8), (48, 1))).write_to_file(f"{delivery}/a.png")
    given = {"delivery": delivery, "file": votes, "weights": weights, "benchmark": benchmark, "rater": uuid.uuid4()}
    given |= {
        "paths": delivery,
        "photographs": delivery,
        "folder": delivery,
        "tags": votes,
        "votes": votes,
        "method": "tint",
        "role": "viewer",
        "roles": "curator",
        "model_id": 1,
    }

    def line(names) -> list[str]:
        one = parser()
        for name in names:
            one = next(a for a in one._actions if isinstance(a, argparse._SubParsersAction)).choices[name]
        found = list(names)
        for action in (action for action in one._actions if action.required):
            fitting = action.choices[0] if action.choices else tmp_path / f"no-{action.dest}"
            numeric = action.type not in (None, str, Path)
            value = 1 if numeric else given.get(action.dest, fitting)
            found += [*action.option_strings[:1], str(value)]
        return found

    return line


def slip_into(settings_, monkeypatch, **changes) -> None:
    """The settings with these changes as the environment of commands that are called in this process."""
    for name, value in settings.to_environment(dataclasses.replace(settings_, **changes)).items():
        monkeypatch.setenv(name, value)


def said_by(line, capsys, monkeypatch) -> str:
    """What a command says that must end with 2, by one line on the error stream."""
    monkeypatch.setattr("sys.stdin", io.StringIO("a password for somebody\n"))
    capsys.readouterr()
    code, printed = main(line), capsys.readouterr()
    assert code == WRONG, (line, printed)
    assert len(printed.err.splitlines()) == 1, (line, printed)
    assert "Traceback" not in printed.err
    assert WORD not in printed.err
    assert printed.err.rstrip().endswith("."), printed.err
    return printed.err


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def other_database(site, statement: str = "", template: str = "template1") -> str:
    address = servers.create_database(site, f"test_{uuid.uuid4().hex[:12]}", template)
    if statement:
        with db.connect(dataclasses.replace(site, database=address), bare=True) as connection:
            connection.cursor().execute(statement)
    return address


def at(site, **parts) -> str:
    """The catalog's address with another user, password, host or name."""
    old = urlsplit(site.database)
    now = {"user": old.username, "word": old.password, "host": f"{old.hostname}:{old.port}", "name": old.path[1:]}
    return "postgresql://{user}:{word}@{host}/{name}".format(**(now | parts))


CATALOG_SLIPS = {
    "wrong password": (lambda site, template: at(site, word=WORD), "password authentication failed"),
    "wrong user": (lambda site, template: at(site, user="nobody", word=WORD), "user"),
    "no such database": (lambda site, template: at(site, name="nowhere"), '"nowhere" does not exist'),
    "nothing listens": (lambda site, template: at(site, host=f"127.0.0.1:{free_port()}", word=WORD), "refused"),
    "no such host": (lambda site, template: at(site, host="nowhere.invalid", word=WORD), "Correct the host"),
    "TLS on a plain port": (lambda site, template: at(site) + "?sslmode=require", "Correct sslmode"),
    "an empty database": (lambda site, template: other_database(site), "is empty. Bring the catalog up to date"),
    "another program's": (
        lambda site, template: other_database(site, "create table albums (id int)"),
        "holds tables of another program (albums)",
    ),
    "migrations of another program": (
        lambda site, template: other_database(site, "create table migrations (id int, migration text, batch int)"),
        "holds tables of another program (migrations)",
    ),
    "a newer catalog": (
        lambda site, template: other_database(
            site, "insert into migrations values ('9999_later.sql', now())", template
        ),
        "is newer than this program: it has 9999_later.sql",
    ),
    "an older catalog": (
        lambda site, template: other_database(
            site, "delete from migrations where name = (select max(name) from migrations)", template
        ),
        "is older than this program",
    ),
}
MENDED_BY = {"migrate", "rebuild"}  # bring an empty database and an older catalog up to date


@pytest.mark.parametrize("slip", CATALOG_SLIPS)
def test_a_catalog_that_cannot_be_used_ends_every_command_with_a_sentence(
    slip, site, template, arguments, capsys, monkeypatch
):
    address, pattern = CATALOG_SLIPS[slip]
    changes = {"database": address(site, template.rsplit("/", 1)[-1]), "second_endpoint": site.s3_endpoint}
    slip_into(site, monkeypatch, **changes)
    left_out = (
        ALONE | OWN_SERVICES | {"mirror"} | (MENDED_BY if slip in ("an empty database", "an older catalog") else set())
    )
    tried = [names for names in commands() if names[0] not in left_out]
    for names in tried:
        assert pattern in said_by(arguments(names), capsys, monkeypatch), names
    assert len(tried) > 20


def test_a_port_of_another_program_is_given_up_after_a_time(site, capsys, monkeypatch):
    address = at(site, host=urlsplit(site.s3_endpoint).netloc, word=WORD)
    slip_into(site, monkeypatch, database=f"{address}?connect_timeout=2")
    assert "correct host and port in HERITAGE_DATABASE" in said_by(["report"], capsys, monkeypatch)


def test_settings_that_do_not_fit_end_every_command_that_reads_them(site, arguments, capsys, monkeypatch):
    for name, value in settings.to_environment(site).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HERITAGE_DATABASE", f"postgresql://museum:{WORD}/w%rd#1@127.0.0.1:5432/catalog")
    for names in commands():
        if names[0] not in WITHOUT_SETTINGS:
            assert "HERITAGE_DATABASE must be an address" in said_by(arguments(names), capsys, monkeypatch), names


STORE_SLIPS = {
    "wrong secret": (lambda site: {"s3_secret_key": WORD}, "does not let us in (SignatureDoesNotMatch"),
    "wrong key": (lambda site: {"s3_access_key": "nobody", "s3_secret_key": WORD}, "does not let us in"),
    "nothing listens": (
        lambda site: {"s3_endpoint": f"http://127.0.0.1:{free_port()}"},
        "start it, or correct HERITAGE_S3_ENDPOINT",
    ),
    "TLS on a plain port": (
        lambda site: {"s3_endpoint": site.s3_endpoint.replace("http:", "https:")},
        "does not speak TLS as we do",
    ),
    "a bucket in the address": (
        lambda site: {"s3_endpoint": f"{site.s3_endpoint}/{site.archive_bucket}"},
        "no bucket stands in it",
    ),
    "a server that is no S3": (lambda site: {"s3_endpoint": f"http://{at(site).split('@')[1].split('/')[0]}"}, "S3"),
}


@pytest.mark.parametrize("slip", STORE_SLIPS)
def test_a_storage_that_cannot_be_used_ends_every_command_that_needs_it(slip, site, arguments, capsys, monkeypatch):
    changes, pattern = STORE_SLIPS[slip]
    slip_into(site, monkeypatch, **changes(site))
    for names in commands():
        if names[0] in STORING:
            assert pattern in said_by(arguments(names), capsys, monkeypatch), names


def test_a_bucket_that_is_not_there_is_named(site, arguments, capsys, monkeypatch):
    slip_into(site, monkeypatch, archive_bucket="no-such-bucket", public_bucket="no-such-either")
    for names in commands():
        if names[0] in STORING - {"migrate"}:
            assert "has no bucket no-such-" in said_by(arguments(names), capsys, monkeypatch), names
    assert main(["migrate"]) == DONE  # which makes both
    Store(dataclasses.replace(site, archive_bucket="no-such-bucket")).check_bucket("no-such-bucket")


def test_a_second_store_is_told_by_its_own_variables(site):
    second = {"second_endpoint": site.s3_endpoint + "/", "second_access_key": "nobody", "second_secret_key": WORD}
    with pytest.raises(ServiceError, match="Correct HERITAGE_SECOND_ACCESS_KEY"):
        Store(second_of(dataclasses.replace(site, **second))).check()


def test_a_server_that_goes_away_while_an_object_is_read_is_told_in_a_sentence(site):
    key, store = "masters/large", Store(site)
    store.write_once(site.archive_bucket, key, bytes(8 * 2**20), "text/plain")
    with BreakingOff(urlsplit(site.s3_endpoint).port) as port:
        near = Store(dataclasses.replace(site, s3_endpoint=f"http://127.0.0.1:{port}"))
        with pytest.raises(ServiceError, match="does not answer, or broke off"):
            list(near.stream(site.archive_bucket, key))


class BreakingOff:
    """A way to a server that breaks off after so many bytes of answers, for good."""

    def __init__(self, port: int, after: int = 2**20):
        self.port, self.left, self.listener = port, after, socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *failure) -> None:
        self.listener.close()

    def _serve(self) -> None:
        near, _ = self.listener.accept()
        self.listener.close()
        with near, socket.create_connection(("127.0.0.1", self.port)) as far:
            threading.Thread(target=self._send, args=(near, far), daemon=True).start()
            while self.left > 0 and (block := far.recv(2**16)):
                near.sendall(block)
                self.left -= len(block)
            near.shutdown(socket.SHUT_RDWR)  # closing alone would wait for the other thread

    @staticmethod
    def _send(near, far) -> None:
        try:
            while block := near.recv(2**16):
                far.sendall(block)
        except OSError:
            return  # the way is broken off


def test_a_catalog_that_goes_away_midway_is_told_in_a_sentence(site):
    with pytest.raises(ServiceError, match="broke off the connection"), db.connect(site) as connection:
        _cut_and_ask(site, connection)


def _cut_and_ask(site, connection) -> None:
    with db.connect(site, own=True) as other:
        other.cursor().execute("select pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
    connection.cursor().execute("select 1")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("set transaction read only; delete from raters", "Name the server in HERITAGE_DATABASE that takes writes"),
        ("create role {role}; set role {role}; delete from raters", "Give the user of HERITAGE_DATABASE all rights"),
    ],
)
def test_a_server_that_refuses_to_go_on_is_told_with_the_remedy(site, statement, sentence):
    with pytest.raises(ServiceError, match=sentence), db.connect(site) as connection:
        connection.cursor().execute(statement.format(role=f"role_{uuid.uuid4().hex}"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("HERITAGE_HOME", str(tmp_path / "file" / "home"))
    assert main(["down"]) == WRONG
    assert f"{tmp_path}/file/home: Not a directory." in capsys.readouterr().err


def test_nothing_that_is_printed_for_programmers_holds_a_secret(site):
    wrong = dataclasses.replace(site, s3_secret_key=WORD, database=at(site, word=WORD))
    shown = [repr(Store(wrong)), repr(wrong)]
    for asked in (lambda: Store(wrong).check(), lambda: db.check(wrong)):
        with pytest.raises(ServiceError) as raised:
            asked()
        error: BaseException | None = raised.value
        while error is not None:  # as a traceback prints them
            shown.append(f"{error!r} {error}")
            error = None if error.__suppress_context__ else error.__cause__ or error.__context__
    assert len(shown) >= 4
    assert not any(WORD in one or "hid/den" in one for one in shown)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_catalog_speaks_utc_whatever_the_zone_of_its_database(site, zone):
    with db.connect(site) as connection:
        connection.cursor().execute(f"alter database {connection.info.dbname} set timezone = '{zone}'")
    for bare in (False, True):
        with db.connect(site, bare=bare) as connection:
            cursor = connection.cursor()
            connection.rollback()  # what is set within a transaction would end here
            cursor.execute(
                "select now() as now, now()::text as shown, current_date = (now() at time zone 'UTC')::date as day"
            )
            found = cursor.fetchone()
    assert found["now"].utcoffset().total_seconds() == 0
    assert found["shown"].endswith("+00")
    assert found["day"]
