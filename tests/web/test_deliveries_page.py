"""The deliveries page: where every delivery is, and what was refused, with pictures and reports."""

import dataclasses
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sending import Sender
from skimage import data

from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.scans.metadata import schema
from heritage_color.scans.reporting.printing import render


@pytest.fixture
def delivered(site, tmp_path):
    """The report on a delivery that was taken in: one good, one cut short, one no picture, one rowless."""
    folder = tmp_path / "glass"
    folder.mkdir()
    for number, name in enumerate(("good.png", "cut.png", "rowless <b>.png")):
        photograph = np.roll(data.camera()[:400], 40 * number, axis=1)
        Image.fromarray(np.hstack([photograph, photograph[:, :88]])).save(folder / name)
    (folder / "cut.png").write_bytes((folder / "cut.png").read_bytes()[:50_000])
    (folder / "text.tif").write_text("no picture")
    (folder / "manifest.csv").write_text(
        "file,rights\n" + "".join(f"{name},http://rightsstatements.org/vocab/NoC-US/1.0/\n" for name in
                                   ("good.png", "cut.png", "text.tif", "missing.png"))
    )  # fmt: skip
    return steps.take_in(site, folder).report


def rows_of(page: str) -> list[str]:
    """The rows of the page's tables as plain text."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows]


def test_every_delivery_is_on_the_page_with_its_state(site, signed_in, tmp_path):
    watching = dataclasses.replace(site, inbox=str(tmp_path / "inbox"))
    for name, content in (("waits", "a.txt"), ("refuse", "b.txt")):
        (tmp_path / "inbox" / name).mkdir(parents=True)
        (tmp_path / "inbox" / name / content).write_text("no picture")
    sender = Sender(signed_in("digitizer"), name="Sent at the moment")
    sender.send("a.txt", b"12345")
    steps.look_at_inbox(watching)
    with pytest.raises(DeliveryError):
        steps.take_from_inbox(watching, str(tmp_path / "inbox" / "refuse"))
    shown = "\n".join(rows_of(sender.client.get("/deliveries").text))
    assert re.search(r"Sent at the moment by \S.* being uploaded .* 1 5 bytes", shown)
    assert re.search(r"waits waiting", shown)
    assert re.search(r"refuse refused .* holds no picture", shown)


def test_what_is_taken_away_from_the_watched_place_is_not_on_its_way_any_more(site, curator, tmp_path):
    watching = dataclasses.replace(site, inbox=str(tmp_path / "inbox"))
    (tmp_path / "inbox" / "box").mkdir(parents=True)
    steps.look_at_inbox(watching)
    assert "On the way" in curator.get("/deliveries").text
    (tmp_path / "inbox" / "box").rmdir()
    steps.look_at_inbox(watching)
    assert "On the way" not in curator.get("/deliveries").text


def test_open_uploads_of_others_are_counted_and_not_named(signed_in):
    Sender(signed_in("digitizer"), name="Secret box")
    page = signed_in("curator").get("/deliveries").text
    assert ("Secret box" in page, "1 upload of other people is open" in page) == (False, True)
    assert "Name of the delivery" not in page
    page = signed_in("administrator").get("/deliveries").text
    assert 'href="/uploads/1"' in page


def test_a_delivery_shows_what_was_refused_with_small_pictures_and_reasons_by_group(delivered, curator):
    page = curator.get("/deliveries/1").text
    assert "received" in rows_of(curator.get("/deliveries").text)[1]
    small = re.findall(r'<img src="(/deliveries/1/thumbnail[^"]+)"', page)
    sizes = [Image.open(io.BytesIO(curator.get(address).content)).size for address in small]
    assert (sizes, page.count("Cannot be shown")) == ([(320, 213)] * 2, 1)
    assert "rowless &lt;b&gt;.png has no row in manifest.csv" in page
    assert re.findall(r"numbers\">\((\d+)\).*?<code>([a-z-]+)</code>", page, re.DOTALL) == [
        ("1", "file-missing"), ("1", "not-a-picture"), ("1", "not-in-manifest"), ("1", "truncated"),
        ("1", "name-not-portable"),
    ]  # fmt: skip
    assert "Named in the manifest, not delivered" in page


def test_each_reason_has_a_page_that_says_what_it_means_and_what_helps(curator):
    assert 'href="/reasons/bad-rights"' in curator.get("/reasons").text
    page = curator.get("/reasons/truncated").text
    assert all(words in page for words in ("Incomplete file", "The file is refused.", "What helps", "Copy it again"))
    assert "The colours are plausible" in curator.get("/reasons/plausible").text
    assert curator.get("/reasons/nonsense").status_code == 404


def test_what_is_owed_has_a_button_that_begins_the_upload_of_corrected_files(delivered, signed_in):
    digitizer = signed_in("digitizer")
    page = digitizer.get("/deliveries/1").text
    assert "Send corrected files" in page
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert ", corrected</h1>" in digitizer.post("/uploads", data={"token": token, "name": "Box, corrected"}).text


def test_a_small_picture_that_is_not_there_is_not_found(delivered, curator):
    for file in ("text.tif", "good.png", "../../etc/passwd", "a\0b"):
        assert curator.get("/deliveries/1/thumbnail", params={"file": file}).status_code == 404


def test_the_reports_to_download_are_those_of_the_intake(delivered, curator):
    found = curator.get("/deliveries/1/report.json")
    assert json.loads(found.text) == json.loads(render(delivered, "json"))
    page = curator.get("/deliveries/1/report.html")
    assert page.text == render(delivered, "html")
    assert "attachment" in page.headers["content-disposition"]
    assert curator.get("/deliveries/2/report.json").status_code == 404


def test_the_counted_checksums_are_kept_for_the_report(site, curator, tmp_path):
    Image.fromarray(np.eye(40, dtype=np.uint8) * 255).save(tmp_path / "a.png")
    folder = tmp_path / "box"
    folder.mkdir()
    (tmp_path / "a.png").rename(folder / "a.png")
    (folder / "md5sums.txt").write_text(f"{'0' * 32}  a.png\n")
    steps.ingest(site, folder)
    assert curator.get("/deliveries/1/report.json").json()["checksums"] == {"listed": 1, "verified": 0}
    assert "refused" in rows_of(curator.get("/deliveries").text)[1]
    assert Path(folder / "a.png").exists()


def test_a_curator_signs_a_report_off_and_its_page_says_so(site, delivered, signed_in, rows):
    curator = signed_in("curator")
    page = curator.get("/deliveries/1").text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert "Sign this report off" in page
    assert curator.post("/deliveries/1/sign-off", data={"token": token}).url.path == "/deliveries/1"
    (signed,) = rows("select signed_by, display_name from sign_offs join accounts using (account_id)")
    page = curator.get("/deliveries/1").text
    assert (f"Signed off by {signed['signed_by']} on " in page, "Sign this report off" in page) == (True, False)
    assert signed["signed_by"] == signed["display_name"]
    assert "Sign this report off" not in signed_in("digitizer").get("/deliveries/1").text


def test_an_empty_manifest_and_its_schema_are_there_to_download(curator):
    page = curator.get("/deliveries").text
    assert all(f'href="/deliveries/{name}"' in page for name in ("manifest.csv", "manifest.schema.json"))
    answer = curator.get("/deliveries/manifest.csv")
    assert 'attachment; filename="manifest.csv"' in answer.headers["content-disposition"]
    assert answer.content.decode("utf-8-sig") == schema.template()
    assert curator.get("/deliveries/manifest.schema.json").text == schema.schema_text()
