"""The protocol: what it depends on, what it refuses, and which photographs it takes."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import pyvips
from skimage import data

from heritage_color.errors import DeliveryError, PictureError, ProtocolError
from heritage_color.metrics import protocol


@pytest.fixture
def folder(tmp_path):
    """Two photographs of 160 x 128 pixels."""
    folder = tmp_path / "photographs"
    (folder / "more").mkdir(parents=True)
    for name, rgb in (("cat.png", data.chelsea()[60:188, 100:260]), ("more/cup.png", data.coffee()[80:208, 150:310])):
        pyvips.Image.new_from_array(rgb).write_to_file(str(folder / name))
    return folder


def described(folder, **changed):
    return replace(protocol.describe_benchmark(folder, protocol.photographs_of(folder), [], crop=0), **changed)


def test_the_same_pictures_elsewhere_have_the_same_hash(folder):
    before = described(folder)
    moved = folder.rename(folder.with_name("elsewhere"))
    assert described(moved) == before


def test_another_name_or_another_picture_is_another_list(folder):
    before = described(folder).list_sha256
    (folder / "cat.png").rename(folder / "tom.png")
    renamed = described(folder).list_sha256
    pyvips.Image.new_from_array(data.rocket()[:64, :64]).write_to_file(str(folder / "tom.png"))
    assert len({before, renamed, described(folder).list_sha256}) == 3


def test_the_dates_of_the_photographs_belong_to_the_list(folder):
    before = described(folder)
    (folder / "photographs.csv").write_text("file,date,work\ncat.png,1911,\n")
    assert described(folder).list_sha256 != before.list_sha256


def test_a_protocol_that_is_not_there_agrees_with_everything(folder, tmp_path):
    protocol.compare_protocols(described(folder), tmp_path / "protocol.json")


def test_a_protocol_agrees_with_itself(folder, tmp_path):
    (tmp_path / "protocol.json").write_text(json.dumps(asdict(described(folder))))
    protocol.compare_protocols(described(folder), tmp_path / "protocol.json")


def test_what_differs_is_named_with_both_values(folder, tmp_path):
    other = described(folder, crop=256, software=described(folder).software | {"numpy": "0.1"})
    (tmp_path / "protocol.json").write_text(json.dumps(asdict(other)))
    with pytest.raises(ProtocolError, match=r"crop is None, there 256; software.numpy is [\d.]+, there 0.1\.$"):
        protocol.compare_protocols(described(folder), tmp_path / "protocol.json")


@pytest.mark.parametrize("text", ["no json", "[1, 2]"])
def test_a_damaged_protocol_is_refused(folder, tmp_path, text):
    (tmp_path / "protocol.json").write_text(text)
    with pytest.raises(ProtocolError, match=r"protocol\.json is no protocol of a benchmark"):
        protocol.compare_protocols(described(folder), tmp_path / "protocol.json")


def test_some_photographs_are_spread_over_all_of_them():
    paths = [Path(str(number)) for number in range(100)]
    assert [int(path.name) for path in protocol.evenly(paths, 4)] == [0, 33, 66, 99]
    assert protocol.evenly(paths, 0) == protocol.evenly(paths, 500) == paths


@pytest.mark.parametrize("side", [64, 256])
def test_a_crop_is_the_centre_square_of_that_side(folder, side):
    with protocol.seen(folder / "cat.png", side) as file:
        square = pyvips.Image.new_from_file(str(file)).copy_memory()
        assert (square.width, square.height, square.bands) == (side, side, 3)
        middle = square.crop(side // 4, side // 4, side // 2, side // 2)
    expected = pyvips.Image.new_from_file(str(folder / "cat.png")).crop(48, 32, 64, 64)
    assert middle.avg() == pytest.approx(expected.avg(), abs=1)


def test_without_a_crop_the_photograph_itself_is_seen(folder):
    with protocol.seen(folder / "cat.png", 0) as file:
        assert file == folder / "cat.png"


def test_a_torn_photograph_is_named_when_it_is_cropped(tmp_path):
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    with pytest.raises(PictureError, match=r"torn\.jpg cannot be read"):
        protocol.centre_square(tmp_path / "torn.jpg", 64)


def test_a_folder_without_photographs_is_named(tmp_path):
    with pytest.raises(DeliveryError, match=f"no photograph in {tmp_path}"):
        protocol.photographs_of(tmp_path)
