"""The sample delivery: the same bytes each time, and every case that the demonstration is to show."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from heritage_color.demo import samples
from heritage_color.errors import DeliveryError
from heritage_color.scans.check import check_delivery
from heritage_color.settings import Settings


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    return samples.make_delivery(tmp_path_factory.mktemp("samples") / "delivery")


@pytest.fixture(scope="module")
def report(delivery):
    return check_delivery(delivery, Settings())


def contents(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_bytes_each_time(delivery, tmp_path):
    assert contents(samples.make_delivery(tmp_path / "delivery")) == contents(delivery)


def test_all_is_accepted_but_what_was_broken_on_purpose(report):
    refused = {one.name: one.codes for one in report.pictures if not one.accepted}
    assert refused == {samples.CUT_SHORT: ["truncated"], samples.NO_PICTURE: ["not-a-picture"]}
    assert not [one for one in report.findings if one.severity == "warning"]


def test_every_checksum_is_listed_and_verified(report):
    assert report.listed == report.verified == report.files + 1


def test_at_least_five_scans_have_their_true_colour(report):
    pairs = [one for one in report.pictures if one.reference]
    assert len(pairs) >= 5
    assert all(one.picture.width == one.reference.picture.width for one in pairs)


def test_the_kinds_of_an_archive_are_there(report):
    scans = [one for one in report.pictures if one.accepted and one.role == "scan"]
    assert {one.picture.bits for one in scans} == {8, 16}
    assert {one.picture.media_type for one in scans} == {"image/jpeg", "image/png", "image/tiff"}
    assert [one.name for one in scans if one.row.do_not_colorize] == ["negatives/coins.png"]
    assert any(one.picture.metadata.get("orientation") == 6 for one in scans)


def test_a_turned_scan_lies_over_its_truth(delivery):
    from PIL import ImageOps

    with (
        Image.open(delivery / "plates/motorcycle.jpg") as scan,
        Image.open(delivery / "truth/motorcycle.png") as truth,
    ):
        upright = np.asarray(ImageOps.exif_transpose(scan).convert("L"), float)
        assert np.abs(upright - np.asarray(truth.convert("L"), float)).mean() < 12


def test_toning_leaves_lightness_alone():
    from heritage_color import lab

    grey = np.linspace(0, 1, 256)[None, :]
    toned = lab.rgb_to_lab(samples.tone(grey, None))[..., 0]
    assert np.abs(toned - lab.grey_to_lightness(grey)).max() < 0.5


def test_anyones_own_folder_is_a_delivery(delivery, tmp_path):
    assert samples.delivery_from(delivery, tmp_path) == delivery


def test_a_single_picture_becomes_a_delivery(delivery, tmp_path):
    folder = samples.delivery_from(delivery / "album/cat.tif", tmp_path / "own")
    assert contents(folder).keys() == {(delivery / "album/cat.tif").relative_to(delivery / "album")}


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DeliveryError, match="There is no folder"):
        samples.delivery_from(tmp_path / "nowhere", tmp_path)
