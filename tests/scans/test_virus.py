"""The virus scan, against a real clamd that knows one thing only: the EICAR test string, put together at run time."""

import io
import socket
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace

import pytest
from clamav import EICAR, STREAM_MOST
from PIL import Image
from scan_pictures import save

from heritage_color import settings
from heritage_color.cli.commands import DONE, REFUSED, WRONG
from heritage_color.cli.main import main
from heritage_color.scans import steps
from heritage_color.scans.arrival import virus
from heritage_color.scans.check import check_delivery
from heritage_color.scans.reporting import printing
from heritage_color.settings import Settings
from heritage_color.store import Store


@pytest.fixture
def scanning(clamd):
    return replace(Settings(), virus_scanner=clamd)


@pytest.fixture
def delivery(tmp_path):
    """A folder with one sound picture."""
    save(tmp_path / "box" / "sound.png")
    return tmp_path / "box"


def infected_picture() -> bytes:
    """A picture that any decoder opens, with the test string behind its end."""
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).save(kept, "PNG")
    return kept.getvalue() + EICAR


def found(report) -> dict[str, set[str]]:
    return {
        name: {one.code for one in report.findings if one.file == name} for name in {f.file for f in report.findings}
    }


def test_without_a_scanner_the_report_says_that_nothing_was_scanned(delivery):
    report = check_delivery(delivery, Settings())
    assert "Viruses: nothing was scanned, as HERITAGE_VIRUS_SCANNER is not set." in report.as_text()
    assert report.as_json()["viruses"] == {"engine": None, "files": 0, "scanned": 0}
    assert "nothing was scanned" in printing.as_html(report)


def test_clean_files_are_counted_and_the_engine_is_named(delivery, scanning):
    (delivery / "checksums.txt").write_text("")
    report = check_delivery(delivery, scanning)
    assert (report.accepted, report.viruses.files, report.viruses.judged) == (1, 2, 2)
    assert "Viruses: 2 of 2 files were scanned by ClamAV " in report.as_text()


@pytest.mark.parametrize("name", ["a.png", "manifest.csv", "sound.xmp", "checksums.md5", "letter.doc", "Thumbs.db"])
def test_a_find_in_any_kind_of_file_is_an_error_and_the_file_is_not_opened(name, delivery, scanning):
    (delivery / name).write_bytes(infected_picture() if name == "a.png" else EICAR)
    report = check_delivery(delivery, scanning)
    assert "virus-found" in found(report)[name]
    one = next(one for one in report.pictures if one.name == name)
    assert ("virus-found" in one.codes, one.picture, one.accepted) == (True, None, False)
    assert "what the virus scanner knows as Eicar-Test.UNOFFICIAL; it was not opened" in report.as_text()
    assert (report.accepted + report.refused, report.viruses.judged) == (report.files, 2)


def test_a_find_is_quarantined_and_shown_to_nobody(site, delivery, scanning, rows):
    (delivery / "a.png").write_bytes(infected_picture())
    counts = steps.ingest(replace(site, virus_scanner=scanning.virus_scanner), delivery)
    assert (counts.accepted, counts.refused) == (1, 1)
    kept = list(Store(site).keys(site.archive_bucket, "quarantine/"))
    assert [size for _, size in kept] == [len(infected_picture())]
    refused = rows("select outcome, thumbnail_key from delivered_files where path = 'a.png'")
    assert refused == [{"outcome": "refused", "thumbnail_key": None}]
    event = rows("select detail from events where event_type = 'validation'")[0]["detail"]
    assert event["virus_scan"].startswith("ClamAV ")


def test_a_file_beside_a_bag_s_payload_is_scanned_too(tmp_path, scanning):
    save(tmp_path / "bag" / "data" / "sound.png")
    (tmp_path / "bag" / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (tmp_path / "bag" / "notes.txt").write_bytes(EICAR)
    assert "virus-found" in found(check_delivery(tmp_path / "bag", scanning))["notes.txt"]


def test_an_archive_is_scanned_as_what_is_in_it(tmp_path, scanning):
    with zipfile.ZipFile(tmp_path / "box.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("box/a.png", infected_picture())
    assert found(check_delivery(tmp_path / "box.zip", scanning)) == {"a.png": {"virus-found"}}


def test_what_is_too_large_for_the_scanner_is_taken_and_said_so(delivery, scanning):
    (delivery / "large.png").write_bytes((delivery / "sound.png").read_bytes() + bytes(2000))
    report = check_delivery(delivery, replace(scanning, virus_scan_bytes=1000))
    assert "virus-not-scanned" in found(report)["large.png"]
    assert "over HERITAGE_VIRUS_SCAN_BYTES" not in report.as_text()
    assert "HERITAGE_VIRUS_SCAN_BYTES is 1,000" in report.as_text()
    assert report.refused == 0
    assert report.viruses.judged < report.viruses.files


@pytest.mark.parametrize(
    ("size", "why"),
    [
        (STREAM_MOST - 1000, "it goes over a limit of clamd, Heuristics.Limits.Exceeded.MaxFileSize"),
        (STREAM_MOST + 1000, "it has more bytes than clamd's StreamMaxLength"),
        (100 * STREAM_MOST, "it has more bytes than clamd's StreamMaxLength"),
    ],
)
def test_limits_of_the_scanner_itself_are_no_verdict(size, why, delivery, scanning):
    (delivery / "large.bin").write_bytes(EICAR + b" " * (size - len(EICAR)))
    scan = virus.scan(scanning, [delivery / "large.bin"])
    assert scan.verdicts == {delivery / "large.bin": ("virus-not-scanned", {"why": why})}
    assert scan.judged == 0


def test_host_and_port_serve_as_the_socket_does(clamd, delivery):
    with Forwarding(clamd) as port:
        (delivery / "a.png").write_bytes(infected_picture())
        report = check_delivery(delivery, replace(Settings(), virus_scanner=f"127.0.0.1:{port}"))
    assert (report.refused, report.viruses.judged) == (1, 2)


class Forwarding:
    """A port that leads to a socket, as a clamd on another host has one."""

    def __init__(self, place: str):
        self.command = ["-c", FORWARD, place]

    def __enter__(self) -> int:
        self.process = subprocess.Popen([sys.executable, *self.command], stdout=subprocess.PIPE, text=True)
        return int(self.process.stdout.readline())

    def __exit__(self, *failure) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


FORWARD = """
import asyncio, sys
async def copy(reader, writer):
    while block := await reader.read(65536):
        writer.write(block)
        await writer.drain()
    writer.close()
async def lead(reader, writer):
    far_reader, far_writer = await asyncio.open_unix_connection(sys.argv[1])
    await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer), return_exceptions=True)
async def serve():
    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(serve())
"""


@pytest.mark.parametrize("place", ["/nowhere/clamd.ctl", "127.0.0.1:9", "nowhere.invalid:3310"])
def test_a_scanner_that_is_away_stops_the_delivery_with_a_sentence(place, delivery, site, rows, capsys, monkeypatch):
    for name, value in settings.to_environment(replace(site, virus_scanner=place)).items():
        monkeypatch.setenv(name, value)
    for command in ("check", "ingest"):
        assert main([command, str(delivery)]) == WRONG
        said = capsys.readouterr().err
        assert f"The virus scanner at {place} does not answer" in said
        assert "nothing is taken in unscanned" in said
        assert len(said.splitlines()) == 1
    assert rows("select * from deliveries") == []


def test_the_command_ends_with_1_where_something_was_found(delivery, clamd, capsys, monkeypatch):
    monkeypatch.setenv("HERITAGE_VIRUS_SCANNER", clamd)
    assert main(["check", str(delivery)]) == DONE
    (delivery / "letter.doc").write_bytes(EICAR)
    assert main(["check", str(delivery)]) == REFUSED


class Breaking:
    """A scanner that names itself, and hangs up at each file."""

    def __enter__(self) -> str:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *failure) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            with near:
                if near.recv(100).startswith(b"zVERSION"):
                    near.sendall(b"Broken 1\0")


def test_a_file_at_which_the_scanner_dies_is_refused(delivery):
    with Breaking() as place:
        report = check_delivery(delivery, replace(Settings(), virus_scanner=place))
    assert found(report)["sound.png"] == {"virus-scan-failed"}
    assert (report.accepted, report.viruses.judged) == (0, 0)
