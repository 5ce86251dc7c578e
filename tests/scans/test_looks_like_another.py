"""The same picture many times in one delivery, under other names and not byte by byte: a fault that is named."""

import csv
import io
import json

import pytest
import skimage.data
from PIL import Image
from scan_pictures import codes, manifest, save

from heritage_color.scans import steps
from heritage_color.scans.check import check_delivery
from heritage_color.scans.reporting import printing
from heritage_color.settings import Settings

CODE = "looks-like-another"


@pytest.fixture
def delivery(tmp_path):
    """Two photographs, one of them three times: as a TIFF, smaller as a JPEG, and byte for byte."""
    folder = tmp_path / "delivery"
    save(folder / "a-camera.tif", skimage.data.camera())
    save(folder / "b-coins.tif", skimage.data.coins())
    Image.fromarray(skimage.data.camera()).resize((300, 300)).save(folder / "c-again.jpg", quality=60)
    (folder / "d-twice.tif").write_bytes((folder / "a-camera.tif").read_bytes())
    return folder


def test_a_picture_that_looks_like_an_earlier_one_is_named_with_it(delivery):
    (found,) = [one for one in check_delivery(delivery, Settings()).findings if one.code == CODE]
    assert (found.file, found.severity) == ("c-again.jpg", "warning")
    assert found.sentence.startswith("c-again.jpg looks like a-camera.tif: of the 64 bits")
    assert "deliver the better scan only" in found.remedy


def test_byte_for_byte_equals_have_their_own_reason_alone(delivery):
    assert codes(check_delivery(delivery, Settings())) == [
        ("c-again.jpg", CODE),
        ("d-twice.tif", "same-picture-twice"),
    ]


def test_it_stands_in_every_form_of_the_report(delivery):
    report = check_delivery(delivery, Settings())
    (line, *_) = csv.DictReader(io.StringIO(printing.render(report, "csv")))
    assert (line["file"], line["code"]) == ("c-again.jpg", CODE)
    assert json.loads(printing.render(report, "json"))["findings"][0]["code"] == CODE
    assert all("c-again.jpg looks like a-camera.tif" in printing.render(report, form) for form in ("text", "html"))


def test_a_true_colour_beside_its_scan_is_no_fault(tmp_path):
    folder = tmp_path / "delivery"
    save(folder / "scan.png", skimage.data.chelsea().mean(2).astype("uint8"))
    save(folder / "true.png", skimage.data.chelsea())
    assert codes(check_delivery(manifest(folder, {"file": "scan.png", "reference": "true.png"}), Settings())) == []


def test_many_equal_looking_pictures_each_name_an_earlier_one(tmp_path):
    files = [save(tmp_path / f"{number:02}.jpg", skimage.data.coins(), quality=50 + number) for number in range(40)]
    found = [one for one in check_delivery(tmp_path, Settings()).findings if one.code == CODE]
    assert len(found) == len({file.read_bytes() for file in files}) - 1
    named = [one.sentence.split(" looks like ")[1].split(":")[0] for one in found]
    assert all(other < one.file for one, other in zip(found, named, strict=True))
    assert len(set(named)) < 6


def test_ingest_takes_it_in_with_the_same_warning_and_its_likeness(site, delivery, rows):
    counts = steps.ingest(site, delivery)
    assert (counts.accepted, counts.refused, counts.duplicates) == (4, 0, 1)
    assert [row["file"] for row in rows("select file from findings where code = %s", [CODE])] == ["c-again.jpg"]
    stored = rows("select supplier_filename, likeness from scan_likenesses join scans using (scan_id) order by 1")
    assert [row["supplier_filename"] for row in stored] == ["a-camera.tif", "b-coins.tif", "c-again.jpg"]
    assert (stored[0]["likeness"] ^ stored[2]["likeness"]).bit_count() <= 4
