"""Uploads in pieces: what is here counts once, what was damaged does not, and nobody gets out of the folder."""

import dataclasses
import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
from clamav import EICAR
from PIL import Image
from sending import Sender, content_digest
from serving import serve

from heritage_color import db, settings
from heritage_color.demo import samples
from heritage_color.errors import ScannerError
from heritage_color.scans import steps
from heritage_color.scans.check import check_delivery
from heritage_color.scans.uploading import ending, preflight, uploads
from heritage_color.scans.uploading.ending import Removed
from heritage_color.scans.uploading.pieces import PIECE_BYTES


def picture(seed: int = 0) -> bytes:
    """A small grey PNG."""
    file = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (40, 60)).astype(np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def digitizer(signed_in):
    """Someone of a digitization team."""
    return signed_in("digitizer")


@pytest.fixture
def sender(digitizer):
    """Someone with an upload of their own."""
    return Sender(digitizer)


@pytest.fixture
def quiet(site, sender, monkeypatch):
    """The same, and nothing is looked at before the test does it."""
    monkeypatch.setattr("heritage_color.web.door.checking.Checking.wake", lambda self, upload_id: None)
    return sender


@pytest.fixture
def folder(site, sender):
    """Where the upload lies."""
    return Path(site.uploads) / str(sender.upload_id)


def test_a_file_comes_in_pieces_and_gets_its_name_when_it_is_whole(sender, folder):
    (answer,) = sender.announce(("sub/a.tif", 10)).json()
    assert answer == {"path": "sub/a.tif", "file_id": answer["file_id"], "received": 0}
    assert sender.put(answer["file_id"], b"01234").json() == {"received": 5}
    assert not (folder / "delivery" / "sub" / "a.tif").exists()
    assert sender.put(answer["file_id"], b"56789", 5).json() == {"received": 10}
    assert (folder / "delivery" / "sub" / "a.tif").read_bytes() == b"0123456789"
    assert "1 file of 1 announced" in sender.client.get(sender.address).text


def test_a_token_in_a_form_where_the_body_is_no_form_is_refused_before_the_body_is_wanted(sender):
    (answer,) = sender.announce(("a.tif", 4)).json()
    assert sender.post(f"{sender.address}/files").status_code == 400
    headers = {"Upload-Offset": "0", "Content-Digest": content_digest(b"")}
    path = f"{sender.address}/files/{answer['file_id']}"
    assert sender.client.put(path, data={"token": sender.token}, headers=headers).status_code == 400


def test_a_sender_that_comes_back_hears_where_each_file_goes_on(sender):
    (first,) = sender.announce(("a.tif", 10, 7)).json()
    sender.put(first["file_id"], b"0123")
    assert sender.announce(("a.tif", 10, 7)).json() == [{**first, "received": 4}]
    assert sender.client.get(f"{sender.address}/files/{first['file_id']}").json()["received"] == 4


def test_a_piece_sent_twice_counts_once_and_the_answer_says_where_to_go_on(sender, folder):
    (answer,) = sender.announce(("a.tif", 8)).json()
    sender.put(answer["file_id"], b"0123")
    again = sender.put(answer["file_id"], b"0123")
    ahead = sender.put(answer["file_id"], b"67", 6)
    assert [(one.status_code, one.json()["received"]) for one in (again, ahead)] == [(409, 4), (409, 4)]
    sender.put(answer["file_id"], b"4567", 4)
    assert (folder / "delivery" / "a.tif").read_bytes() == b"01234567"


def test_a_piece_that_was_damaged_on_its_way_does_not_count(sender, folder):
    (answer,) = sender.announce(("a.tif", 4)).json()
    damaged = sender.put(answer["file_id"], b"0x23", digest=content_digest(b"0123"))
    assert (damaged.status_code, damaged.json()["received"]) == (422, 0)
    assert sender.put(answer["file_id"], b"0123").json() == {"received": 4}
    assert (folder / "delivery" / "a.tif").read_bytes() == b"0123"


@pytest.mark.parametrize("digest", ["md5=:abc:", "sha-256=:AAAA:", "none"])
def test_a_piece_without_its_checksum_is_refused(sender, digest):
    (answer,) = sender.announce(("a.tif", 4)).json()
    assert sender.put(answer["file_id"], b"0123", digest=digest).status_code == 400


def test_more_bytes_than_announced_are_refused(sender):
    (answer,) = sender.announce(("a.tif", 4)).json()
    assert sender.put(answer["file_id"], b"01234").status_code == 413
    assert sender.client.get(f"{sender.address}/files/{answer['file_id']}").json()["received"] == 0


HOSTILE = [
    "../a.tif", "sub/../../a.tif", "/etc/passwd", "C:/a.tif", "sub\\a.tif", "a\0.tif", "a\n.tif", "", ".", "a//b.tif",
    "a/", "\u202egnp.tif", "n" * 256, "/".join("x" * 33), "x/" * 40 + "a.tif",
]  # fmt: skip


def test_names_that_lead_out_or_deceive_are_refused_with_a_sentence(sender, site):
    answers = sender.announce(*((name, 1) for name in HOSTILE)).json()
    assert [answer["fault"].endswith("Rename it and send it again.") for answer in answers] == [True] * len(HOSTILE)
    assert list(Path(site.uploads).rglob("*")) == []


def test_names_that_a_careless_system_cannot_tell_apart_are_refused(sender):
    sender.send("Box/a.tif", b"1")
    paths = ("box/A.TIF", "Box", "box", "Box/a.tif/b.tif", "Box/b.tif")
    faults = [answer.get("fault", "") for answer in sender.announce(*((path, 1) for path in paths)).json()]
    assert "letter case" in faults[0]
    assert ["folder of the other's name" in fault for fault in faults] == [False, True, True, True, False]


def test_a_corrected_file_takes_the_place_of_the_earlier_one(sender, folder):
    first = sender.send("a.tif", b"cut sho")
    second = sender.send("a.tif", b"whole now")
    assert (folder / "delivery" / "a.tif").read_bytes() == b"whole now"
    assert sender.put(first, b"cut sho").status_code == 404
    assert sender.post(f"{sender.address}/files/{second}/remove").status_code == 200
    assert list((folder / "delivery").iterdir()) == []


def test_files_and_uploads_that_are_too_large_are_refused_before_a_byte_comes(site):
    small = dataclasses.replace(site, upload_file_bytes=100, upload_bytes=150)
    with serve(small) as address, httpx.Client(base_url=address, follow_redirects=True) as client:
        client.post("/sign-in", data={"name": "Ada Curator", "password": "correct horse"})
        answers = Sender(client).announce(("a.tif", 101), ("b.tif", 100), ("c.tif", 100)).json()
    assert "too large to be uploaded" in answers[0]["fault"]
    assert "makes the upload too large" in answers[2]["fault"]
    assert "fault" not in answers[1]


def test_what_does_not_fit_on_the_disk_is_not_begun(site):
    large = dataclasses.replace(site, upload_file_bytes=2**62, upload_bytes=2**62)
    with serve(large) as address, httpx.Client(base_url=address, follow_redirects=True) as client:
        client.post("/sign-in", data={"name": "Ada Curator", "password": "correct horse"})
        answer = Sender(client).announce(("a.tif", 2**60))
    assert (answer.status_code, "not enough room" in answer.json()["sentence"]) == (507, True)


def test_only_pieces_of_files_may_be_large(sender):
    (answer,) = sender.announce(("a.tif", 200_000)).json()
    assert sender.put(answer["file_id"], b"x" * 100_000).status_code == 200
    headers = {"X-Form-Token": sender.token}
    large = b"x" * 70_000
    paths = (
        "/uploads",
        f"{sender.address}/files",
        f"{sender.address}/hand-in",
        "/uploads/1/files/1/remove",
        "/sign-out",
    )
    assert [sender.client.post(path, content=large, headers=headers).status_code for path in paths] == [413] * 5
    too_large = b"x" * (PIECE_BYTES + 1)
    assert sender.put(answer["file_id"], too_large, 100_000).status_code == 413


def test_a_piece_needs_the_token_of_its_session(sender):
    (answer,) = sender.announce(("a.tif", 4)).json()
    sender.token = "guessed"
    assert sender.put(answer["file_id"], b"0123").status_code == 403


def test_an_upload_of_another_person_is_as_if_it_were_not(sender, signed_in):
    file_id = sender.send("a.tif", b"0123")
    eve = Sender(signed_in("digitizer", "curator"), sender.upload_id)
    answers = [eve.client.get(sender.address + path) for path in ("", "/now", f"/files/{file_id}")]
    answers += [eve.announce(("b.tif", 1)), eve.put(file_id, b"0123")]
    paths = ("/hand-in", "/give-up", f"/files/{file_id}/remove", "/form")
    answers += [eve.post(sender.address + path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 9
    assert "1 file of 1 announced" in sender.client.get(sender.address).text


def test_handed_in_twice_it_is_one_delivery_and_its_page_leads_to_the_report(sender, site, rows):
    sender.send("a.png", picture(1))
    sender.send("sub/b.png", picture(2))
    pages = [sender.post(f"{sender.address}/hand-in") for _ in range(2)]
    assert ["was handed in" in page.text for page in pages] == [True, True]
    (source,) = steps.look_at_inbox(site)
    assert Path(source).name == f"Glass plates ({sender.upload_id})"
    assert steps.take_from_inbox(site, source).accepted == 2
    assert rows("select name from deliveries") == [{"name": "Glass plates"}]
    assert rows("select path from delivered_files order by path") == [{"path": "a.png"}, {"path": "sub/b.png"}]
    assert "/deliveries/1" in sender.client.get(sender.address).text
    assert steps.look_at_inbox(site) == []


def test_nothing_is_added_to_what_was_handed_in(sender):
    (open_file,) = sender.announce(("b.png", 4)).json()
    sender.send("a.png", picture(1))
    early = sender.post(f"{sender.address}/hand-in")
    assert (early.status_code, "1 file is not here in full" in early.text) == (409, True)
    sender.post(f"{sender.address}/files/{open_file['file_id']}/remove")
    sender.post(f"{sender.address}/hand-in")
    assert sender.announce(("c.png", 1)).status_code == 409
    assert sender.post(f"{sender.address}/give-up").status_code == 409


def test_an_empty_upload_cannot_be_handed_in(sender):
    page = sender.client.get(sender.address).text
    assert ("There is nothing to hand in yet" in page, "disabled>Hand in" in page) == (True, True)
    answer = sender.post(f"{sender.address}/hand-in")
    assert "<h1>Nothing to hand in yet</h1>" in answer.text


def test_the_button_says_how_many_pictures_will_be_refused_and_giving_up_asks_first(quiet, site):
    quiet.send("a.png", picture(1))
    quiet.send("b.png", picture(2)[:700])
    looked(site, quiet)
    page = quiet.client.get(quiet.address).text
    assert "Hand in 1 picture; 1 will be refused</button>" in page
    assert "This removes 2 files" in page


def test_a_manifest_alone_is_told_without_a_path_of_the_server(quiet, site):
    quiet.send("manifest.csv", b"file\na.png\n")
    assert looked(site, quiet) == {"sentence": "No picture has been sent yet."}


def test_a_server_killed_between_closing_and_moving_has_it_moved_by_the_next_look(sender, site):
    sender.send("a.png", picture(1))
    with db.connect(site) as connection:
        ending._close(connection, site, sender.upload_id)
    assert [Path(source).name for source in steps.look_at_inbox(site)] == [f"Glass plates ({sender.upload_id})"]


def test_an_archive_alone_is_the_delivery(digitizer, site, rows):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("box/a.png", picture(1))
    sender = Sender(digitizer, name="../Box 3/4.tmp")
    sender.send("box.zip", packed.getvalue())
    sender.post(f"{sender.address}/hand-in")
    (source,) = steps.look_at_inbox(site)
    assert Path(source).name == f"Box 3-4.tmp ({sender.upload_id}).zip"
    assert steps.take_from_inbox(site, source).accepted == 1


def test_given_up_nothing_is_left_of_it(sender, folder):
    sender.send("a.png", picture(1))
    assert sender.post(f"{sender.address}/give-up").url.path == "/deliveries"
    assert not folder.exists()
    assert "was given up" in sender.client.get(sender.address).text
    assert "given up, so it cannot be handed in" in sender.post(f"{sender.address}/hand-in").text
    assert sender.announce(("b.png", 1)).status_code == 409


def test_old_uploads_leave_the_disk_and_what_waits_stays(digitizer, site, rows):
    left, waiting, taken = (Sender(digitizer, name=name) for name in ("left", "waiting", "taken"))
    for number, one in enumerate((left, waiting, taken)):
        one.send("a.png", picture(number))
    for one in (waiting, taken):
        one.post(f"{one.address}/hand-in")
    sources = steps.look_at_inbox(site)
    steps.take_from_inbox(site, next(source for source in sources if "taken" in source))
    rows("update uploads set touched_at = now() - interval '31 days', closed_at = closed_at - interval '31 days'")
    assert ending.remove_old(site) == Removed(2)
    kept = [path.name for path in Path(site.uploads).rglob("*.png")]
    assert (kept, "waiting" in str(next(Path(site.uploads).rglob("*.png")))) == (["a.png"], True)
    assert ending.remove_old(site) == Removed(0)


def test_a_form_without_scripts_sends_files_too(sender, folder):
    files = [("files", (f"box-7/{name}", content)) for name, content in (("a.png", picture(1)), ("sub/b.txt", b""))]
    page = sender.client.post(f"{sender.address}/form", data={"token": sender.token}, files=files)
    assert (page.status_code, "2 files of 2 announced" in page.text) == (200, True)
    assert (folder / "delivery" / "a.png").read_bytes() == picture(1)
    bad = sender.client.post(
        f"{sender.address}/form", data={"token": sender.token}, files=[("files", ("../x.png", b"1"))]
    )
    assert (bad.status_code, "Rename it" in bad.text) == (400, True)


# ------------------------------------------------------------------------- pre-flight


def looked(site, sender) -> dict:
    """The report after all that is here was looked at."""
    with preflight.workers_for(site) as workers:
        while preflight.look(site, sender.upload_id, workers).more:
            pass
    return uploads.find_upload(site, sender.upload_id).report


def codes(report: dict) -> dict:
    """Code and files of each group of findings."""
    return {group["code"]: [one["file"] for one in group["findings"]] for group in report["groups"]}


def test_files_are_checked_as_they_come_and_the_manifest_changes_the_verdict(quiet, site):
    quiet.send("a.png", picture(1))
    quiet.send("b.png", picture(2)[:700])
    quiet.send("list.txt", b"no picture")
    first = looked(site, quiet)
    assert (first["accepted"], first["refused"]) == (1, 1)
    assert codes(first) == {"truncated": ["b.png"], "text-unread": ["list.txt"]}
    quiet.send(
        "manifest.csv", b"file,rights\nb.png,mine\nc.png,http://rightsstatements.org/vocab/NoC-US/1.0/\nlist.txt,\n"
    )
    second = looked(site, quiet)
    assert [one["fault"] for one in second["missing"]] == [
        "c.png is named in manifest.csv, but was not delivered (row 3)."
    ]
    assert {"not-in-manifest", "bad-rights", "not-a-scan"} <= set(codes(second))
    quiet.send("b.png", picture(2))
    assert "truncated" not in codes(looked(site, quiet))


def test_the_verdict_of_uploads_is_that_of_the_command(quiet, site, tmp_path):
    samples.make_delivery(tmp_path / "delivery")
    for path in sorted((tmp_path / "delivery").rglob("*")):
        if path.is_file():
            quiet.send(path.relative_to(tmp_path / "delivery").as_posix(), path.read_bytes())
    report = looked(site, quiet)
    expected = check_delivery(tmp_path / "delivery", site)
    assert (report["files"], report["refused"]) == (expected.files, expected.refused)
    assert {code: len(files) for code, files in codes(report).items()} == {
        code: len(found) for _, code, found in expected.groups
    }


def test_errors_of_no_picture_are_shown_before_hand_in_as_the_command_shows_them(quiet, site):
    bag = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/a.png": picture(1)}
    bag["bag-info.txt"] = b"Payload-Oxum: 1.1\n"
    bag["manifest-sha256.txt"] = f"{hashlib.sha256(bag['data/a.png']).hexdigest()}  data/a.png\n".encode()
    for name, content in bag.items():
        quiet.send(name, content)
    report = looked(site, quiet)
    assert (codes(report)["bag-oxum"], report["beside"], report["missing"]) == (["bag-info.txt"], 1, [])
    page = quiet.client.get(quiet.address).text
    assert "promises a payload of 1 bytes in 1 files" in page
    assert "<strong>1 error</strong> of the delivery itself" in page
    quiet.announce(("data/b.png", 100))
    report = looked(site, quiet)
    assert ("bag-oxum" in codes(report), [one["file"] for one in report["missing"]]) == (False, ["bag-info.txt"])


def test_a_file_is_decoded_once_however_often_the_report_is_made(quiet, site, rows):
    quiet.send("a.png", picture(1))
    looked(site, quiet)
    rows("update uploaded_files set answer = jsonb_set(answer, '{picture,width}', '61')")
    quiet.send("b.png", picture(2))
    looked(site, quiet)
    assert rows("select answer -> 'picture' -> 'width' as width from uploaded_files order by path")[0]["width"] == 61


def test_what_would_be_refused_has_a_small_picture_where_it_can_be_decoded(quiet, site):
    whole = io.BytesIO()
    Image.open(io.BytesIO(picture(2))).resize((600, 400)).save(whole, "JPEG")
    shown = quiet.send("cut.jpg", whole.getvalue()[:-3000])
    unseeable = quiet.send("text.tif", b"no picture")
    looked(site, quiet)
    small = quiet.client.get(f"{quiet.address}/files/{shown}/thumbnail")
    assert Image.open(io.BytesIO(small.content)).size == (320, 213)
    assert quiet.client.get(f"{quiet.address}/files/{unseeable}/thumbnail").status_code == 404
    page = quiet.client.get(quiet.address).text
    assert (page.count("/thumbnail"), page.count("Cannot be shown")) == (1, 1)
    assert "text.tif is not a picture, whatever its name says." in page


def test_an_upload_is_scanned_for_viruses_and_what_is_found_is_shown_to_nobody(quiet, site, clamd):
    quiet.send("a.png", picture(1))
    held = quiet.send("b.png", picture(2) + EICAR)
    quiet.send("manifest.csv", EICAR)
    report = looked(dataclasses.replace(site, virus_scanner=clamd), quiet)
    assert (report["accepted"], report["refused"]) == (0, 3)  # what the manifest would protect, nobody knows
    assert codes(report)["virus-found"] == ["b.png", "manifest.csv"]
    assert quiet.client.get(f"{quiet.address}/files/{held}/thumbnail").status_code == 404
    assert "3 of 3 files were scanned by ClamAV" in quiet.client.get(quiet.address).text


def test_an_upload_waits_for_a_virus_scanner_that_is_away(quiet, site, clamd):
    quiet.send("a.png", picture(1))
    with pytest.raises(ScannerError):
        looked(dataclasses.replace(site, virus_scanner="/nowhere/clamd"), quiet)
    assert (
        "The virus scanner does not answer. Files are looked at when it is back"
        in quiet.client.get(quiet.address).text
    )
    assert looked(dataclasses.replace(site, virus_scanner=clamd), quiet)["accepted"] == 1


def test_an_archive_is_checked_as_what_is_in_it(quiet, site):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("box/a.png", picture(1))
        archive.writestr("box/b.png", b"no picture")
    quiet.send("box.zip", packed.getvalue())
    assert codes(looked(site, quiet)) == {"not-a-picture": ["b.png"]}


def test_one_process_at_a_time_looks_at_an_upload_and_its_lock_ends_with_it(quiet, site):
    quiet.send("a.png", picture(1))
    with db.keeping(site), preflight.workers_for(site) as workers:
        with preflight._alone(site, quiet.upload_id):
            preflight.look(site, quiet.upload_id, workers)
            assert uploads.find_upload(site, quiet.upload_id).report is None
        with db.connect(site):  # takes the connection that rests, where one was kept
            preflight.look(site, quiet.upload_id, workers)
    assert uploads.find_upload(site, quiet.upload_id).report["accepted"] == 1


def test_the_page_checks_by_itself_what_has_come(sender, site):
    sender.send("a.png", picture(1))
    deadline = time.monotonic() + 150
    while "1 would be accepted, 0 refused" not in (page := sender.client.get(f"{sender.address}/now").text):
        assert time.monotonic() < deadline, page
        time.sleep(0.1)


# ----------------------------------------------------------------------- a killed server


def start(site, port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "uvicorn", "--factory", "heritage_color.web.app:create_from_environment"]
    environment = {**os.environ, **settings.to_environment(site)}
    server = subprocess.Popen([*command, "--port", str(port), "--log-level", "critical"], env=environment)
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in")
            return server
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("The server did not start.")


def dribble(sender: Sender, file_id: int, content: bytes, server: subprocess.Popen) -> None:
    """Send half of a piece, and kill the server before the rest."""

    def halves():
        yield content[: len(content) // 2]
        time.sleep(0.2)  # the half is on its way to the disk
        server.send_signal(signal.SIGKILL)
        server.wait()
        yield content[len(content) // 2 :]

    headers = {"Content-Length": str(len(content)), "Content-Digest": content_digest(content)}
    headers |= {"Upload-Offset": "1000", "X-Form-Token": sender.token}
    with pytest.raises(httpx.TransportError):
        sender.client.put(f"{sender.address}/files/{file_id}", content=halves(), headers=headers)


def test_a_server_killed_in_the_middle_of_a_piece_loses_nothing_that_counted(site):
    content = os.urandom(500_000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start(site, port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30) as client:
        client.post("/sign-in", data={"name": "Ada Curator", "password": "correct horse"})
        sender = Sender(client)
        (answer,) = sender.announce(("a.tif", len(content), 7)).json()
        sender.put(answer["file_id"], content[:1000])
        dribble(sender, answer["file_id"], content[1000:], server)
        server = start(site, port)
        try:
            assert sender.announce(("a.tif", len(content), 7)).json()[0]["received"] == 1000
            assert sender.put(answer["file_id"], content[1000:], 1000).json() == {"received": len(content)}
        finally:
            server.kill()
            server.wait()
    assert (Path(site.uploads) / str(sender.upload_id) / "delivery" / "a.tif").read_bytes() == content
