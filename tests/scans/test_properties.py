"""Deliveries put together by chance: every file is accounted for once, and what is accepted can be worked with."""

import json
import os
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from random_deliveries import SOUND_PIECES, WIDTH, Delivery, Piece, deliveries

from heritage_color.colorize import files
from heritage_color.colorize.predict import predict
from heritage_color.errors import DeliveryError
from heritage_color.images.reading.light import to_srgb8
from heritage_color.images.reading.pictures import open_picture, to_array
from heritage_color.images.refusals import Limits
from heritage_color.images.writing.saving import save_preview
from heritage_color.methods import loading
from heritage_color.scans.arrival import names
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import decode
from heritage_color.scans.reporting.report import Delivered, Report
from heritage_color.settings import Settings

# A delivery starts a decoding process: fewer examples than elsewhere, in the bounded budget and in the long one
FEWER = settings(max_examples=max(settings.default.max_examples // 4, 10))
DO_NOT_COUNT = names.SYSTEM_FOLDERS  # what systems keep in folders of their own is left alone
OF_ITS_BYTES = re.compile(  # codes that speak of a picture's bytes: against a sound one, none of them may stand
    "empty|not-a-picture|unsupported.*|unlike-its-tags|directories-broken|disguised|truncated|damaged|too-.*|several-.*"
)


def delivered(folder: Path) -> list[str]:
    """The names of all entries that are no folders, as reports write them."""
    found = []
    for place, inner, entries in os.walk(folder):
        inner[:] = [name for name in inner if name not in DO_NOT_COUNT]
        links = [name for name in inner if (Path(place) / name).is_symlink()]
        found += [names.printable(str((Path(place) / name).relative_to(folder))) for name in [*entries, *links]]
    return sorted(found)


def is_companion(name: str) -> bool:
    """Whether a file may lie beside pictures without a word: a list, a sidecar, what systems leave."""
    last = name.rsplit("/", 1)[-1].lower()
    return bool(names.SIDECARS.fullmatch(last)) or last.endswith((".xmp", "checksums.txt"))


@FEWER
@given(deliveries())
def test_every_delivered_file_is_accounted_for_exactly_once(tmp_path_factory, delivery: Delivery):
    folder = delivery.write(tmp_path_factory.mktemp("random") / "delivery")
    report = report_on(folder)
    if report is None:
        return
    json.dumps(report.as_json())
    assert report.as_text()
    pictures = {picture.name: picture for picture in report.pictures}
    said = {one.file for one in report.general}
    assert len(report.pictures) == len(pictures) == report.accepted + report.refused
    for name in delivered(folder):
        assert name in pictures or name in said or is_companion(name), name
    assert set(pictures) <= set(delivered(folder))
    assert "internal-fault" not in [one.code for one in report.findings]  # what nobody thought of
    for path, piece in delivery.pieces.items():
        judge(piece, pictures.get(names.printable(path)), tmp_path_factory.mktemp("work"))


def report_on(folder: Path) -> Report | None:
    """The report on a delivery; None where it holds no picture, which is said in a sentence."""
    try:
        return check_delivery(folder, Settings())
    except DeliveryError as refusal:
        if "holds no picture" not in str(refusal):
            raise
        return None


def judge(piece: Piece, picture: Delivered | None, folder: Path) -> None:
    """What is accepted can be worked with, what is sound is accepted unless its surroundings speak against it."""
    if picture is None:
        return
    assert picture.accepted != bool(picture.codes)
    if piece.fate == "sound":
        assert not any(map(OF_ITS_BYTES.fullmatch, picture.codes)), picture.findings
    if picture.accepted:
        found = work_with(picture.path, folder)
        assert piece.fate != "sound" or found == (piece.size, piece.bits)


def work_with(path: Path, folder: Path) -> tuple[tuple[int, int], int]:
    """Open, preview and colorize an accepted picture; size and depth of the result."""
    picture = open_picture(path)
    save_preview(picture, folder / "preview.jpg")
    with files.prepared(path) as ready:
        chroma = predict(loading.create("grey"), [ready.small], "balanced")[0]
        about = files.provenance(loading.create("grey"), "balanced", "0" * 64)
        files.write(ready, chroma, folder / f"result{ready.picture.suffix}", about)
        result = open_picture(folder / f"result{ready.picture.suffix}")
        assert result.size == ready.picture.size
        to_array(to_srgb8(result), path)
    return result.size, result.bits


@pytest.mark.parametrize("piece", SOUND_PIECES, ids=lambda piece: piece.name)
def test_every_sound_piece_is_accepted_and_colorized_in_its_size_and_depth(tmp_path, piece: Piece):
    folder = Delivery({piece.name: piece}, {}).write(tmp_path / "delivery")
    report = check_delivery(folder, Settings())
    assert (report.accepted, report.refused) == (1, 0), report.as_text()
    assert work_with(folder / piece.name, tmp_path) == (piece.size, piece.bits)


def test_a_tiff_whose_depth_is_of_a_type_that_makes_no_sense_is_refused_by_kind(tmp_path):
    (sound,) = (piece for piece in SOUND_PIECES if piece.name == "tiled.tif")
    as_short, as_float = (struct.pack("<HH", 258, kind) for kind in (3, 11))  # BitsPerSample
    (tmp_path / "depth.tif").write_bytes(sound.content.replace(as_short, as_float, 1))
    answer = decode.examine(tmp_path / "depth.tif", Limits(1_000_000, 2**31))
    assert (answer.picture, answer.notes[-1][0]) == (None, "unlike-its-tags")  # a tag of that type says nothing


@pytest.mark.parametrize("offset", [2**62, 2**63 + 5, 2**64 - 1])
def test_an_offset_behind_every_file_loses_the_tag_and_not_the_picture(tmp_path, offset):
    (sound,) = (piece for piece in SOUND_PIECES if piece.name == "bigtiff.tif")
    place = sound.content.index(struct.pack("<HH", 270, 2)) + 12  # where ImageDescription says that its text lies
    content = sound.content[:place] + struct.pack("<Q", offset) + sound.content[place + 8 :]
    (tmp_path / "far.tif").write_bytes(content)
    answer = decode.examine(tmp_path / "far.tif", Limits(1_000_000, 2**31))
    assert answer.picture.width == WIDTH
