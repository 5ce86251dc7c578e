"""What is not plain is read by two readers, and refused where they see different pictures."""

import struct
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image

from heritage_color.images.reading import opening, witness
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.images.tiff import segments
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import decode
from heritage_color.settings import Settings

LIMITS = Limits(10_000_000, 2**30)
GREY = (np.add.outer(np.arange(48), np.arange(64)) * 2).astype(np.uint8)
RGB = np.dstack([GREY, GREY[::-1], 255 - GREY])
DEEP = GREY.astype(np.uint16) * 257


def write(path, samples, **options):
    tifffile.imwrite(path, samples, metadata=None, **options)
    return path


def described(path):
    return opening.describe_picture(path, opening.sniff(path))


PLAIN = {
    "8 bits": (GREY, {}),
    "16 bits, LZW": (DEEP, {"compression": "lzw", "predictor": True}),
    "RGB in tiles": (RGB, {"photometric": "rgb", "tile": (16, 16)}),
}
NOT_PLAIN = {
    "white is zero, one bit": ((GREY > 60), {"photometric": "miniswhite"}, "libvips and tifffile"),
    "an infrared plane": (np.dstack([GREY, GREY]), {"extrasamples": [0]}, "libvips and tifffile"),
    "planes": (np.moveaxis(RGB, 2, 0), {"photometric": "rgb", "planarconfig": "separate"}, "libvips and tifffile"),
    "inks": (np.dstack([RGB, GREY]), {"photometric": "separated"}, "libvips and tifffile"),
    "JPEG": (RGB, {"photometric": "rgb", "compression": "jpeg"}, "libvips and tifffile"),
    "LZMA": (DEEP, {"compression": "lzma"}, "tifffile and our own container reader"),
    "Zstandard, predicted": (
        DEEP, {"compression": "zstd", "predictor": True}, "tifffile and our own container reader"
    ),
    "12 bits": (DEEP >> 4, {"bitspersample": 12}, "tifffile and our own container reader"),
    "PNG inside": (GREY, {"compression": "png"}, "tifffile and our own container reader"),
    "big-endian tiles, Zstandard": (
        DEEP, {"compression": "zstd", "tile": (16, 32), "byteorder": ">"}, "tifffile and our own container reader"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLAIN)
def test_plain_kinds_pay_nothing(tmp_path, kind):
    samples, options = PLAIN[kind]
    path = write(tmp_path / "a.tif", samples, **options)
    assert witness.is_plain(described(path))
    assert "second_reading" not in decode.examine(path, LIMITS).picture.metadata


@pytest.mark.parametrize("kind", NOT_PLAIN)
def test_other_kinds_are_read_twice(tmp_path, kind):
    samples, options, readers = NOT_PLAIN[kind]
    path = write(tmp_path / "a.tif", samples, **options)
    answer = decode.examine(path, LIMITS)
    assert answer.picture.metadata["second_reading"].startswith(f"{readers} agree on all of it")
    assert "one-reader" not in [code for code, _ in answer.notes]


def test_a_policy_asks_for_two_readers_of_plain_kinds_too(tmp_path):
    path = write(tmp_path / "a.tif", GREY)
    picture = decode.examine(path, LIMITS, two_readers=True).picture
    assert picture.metadata["second_reading"] == "libvips and tifffile agree on all of it"


def test_a_policy_that_asks_is_followed_by_the_whole_delivery(tmp_path):
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    write(delivery / "plain.tif", GREY)
    write(delivery / "infrared.tif", np.dstack([GREY, GREY]), extrasamples=[0])
    write(delivery / "jpeg.tif", RGB, photometric="rgb", compression="jpeg")
    policy = tmp_path / "twice.toml"
    policy.write_text('version = "1"\ntwo_readers = true\n[wanted]\n')
    usual, twice = (check_delivery(delivery, Settings(profile=str(profile))) for profile in ("any", policy))
    assert "Two readers: 2 pictures of no plain kind seen alike by both, 1 of them by one codec" in usual.as_text()
    assert "Two readers: 3 pictures seen alike by both, 1 of them by one codec" in twice.as_text()
    assert twice.profiles[0].as_json()["two_readers"] is True


def test_of_a_large_picture_some_strips_are_read(tmp_path):
    samples = np.tile(GREY, (30, 30))
    path = write(tmp_path / "a.tif", np.dstack([samples, samples]), extrasamples=[0], rowsperstrip=10)
    assert (
        witness.hear(path, described(path), LIMITS).sentence
        == "libvips and tifffile agree on 3 of its strips or tiles"
    )


def test_one_codec_in_two_containers_is_told(tmp_path):
    path = write(tmp_path / "a.tif", RGB, photometric="rgb", compression="jpeg")
    assert witness.hear(path, described(path), LIMITS).sentence.endswith("(one codec, two containers)")


@pytest.mark.parametrize(("mode", "name"), [("P", "a.png"), ("LA", "a.png"), ("RGBA", "a.png"), ("CMYK", "a.jpg")])
def test_pictures_of_other_formats_have_their_second_reader(tmp_path, mode, name):
    Image.fromarray(RGB).convert(mode).save(tmp_path / name)
    assert "agree on all of it" in witness.hear(tmp_path / name, described(tmp_path / name), LIMITS).sentence


LARGE = np.tile(np.arange(256, dtype=np.uint8), (3000, 6))[..., None].repeat(4, axis=2)  # 3,000 x 1,536, four samples


@pytest.mark.parametrize(("name", "save"), [
    ("a.png", lambda path: Image.fromarray(LARGE).save(path, compress_level=1)),
    ("a.jpg", lambda path: Image.fromarray(LARGE, "CMYK").save(path)),
    ("a.tif", lambda path: write(path, LARGE, photometric="rgb", extrasamples=[0], rowsperstrip=3000)),
])  # fmt: skip
def test_of_a_large_picture_some_rows_are_compared(tmp_path, monkeypatch, name, save):
    save(tmp_path / name)
    seen, full_range = [], witness._full_range
    monkeypatch.setattr(witness, "_full_range", lambda image: seen.append(image.height) or full_range(image))
    said = witness.hear(tmp_path / name, described(tmp_path / name), LIMITS).sentence
    assert "agree on three stripes of it" in said or "agree on 1 of its strips or tiles" in said
    assert seen == [682] * 6


def test_readers_that_disagree_refuse_a_picture_with_both_readings(tmp_path, monkeypatch):
    path = write(tmp_path / "a.tif", DEEP, compression="lzma")
    whole = segments.parts
    monkeypatch.setattr(
        segments, "parts", lambda *given: (replace(part, samples=~part.samples) for part in whole(*given))
    )  # a reader that takes white for zero
    answer = decode.examine(path, LIMITS)
    assert answer.picture is None
    ((code, facts),) = answer.notes
    assert code == "readers-disagree"
    assert facts["first"].startswith("tifffile sees a mean of")
    assert facts["second"].startswith("our own container reader sees a mean of")


def test_a_tag_that_one_reader_follows_alone_is_found(tmp_path):
    """Bytes of a strip that say another number of rows than the tags: each reader fills the rest in its own way."""
    path = write(tmp_path / "a.tif", np.dstack([GREY, GREY]), extrasamples=[0], rowsperstrip=16)
    raw = bytearray(path.read_bytes())
    tiff = tifffile.TiffFile(path)
    tag = tiff.pages.first.tags["StripByteCounts"]
    tiff.close()
    struct.pack_into("<H" if tag.dtype == 3 else "<I", raw, tag.valueoffset, 16 * 64 * 2 // 2)
    path.write_bytes(raw)
    answer = decode.examine(path, LIMITS)
    assert answer.picture is None or "one-reader" in [code for code, _ in answer.notes]


def test_a_picture_that_only_one_reader_knows_is_taken_with_a_warning(tmp_path):
    path = tmp_path / "a.tif"
    Image.fromarray(GREY > 60).save(path, compression="group4")
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages.first.tags["PhotometricInterpretation"].offset
    raw = bytearray(path.read_bytes())
    struct.pack_into("<H", raw, place, 65000)  # the interpretation is left out: libvips takes it for white is zero
    path.write_bytes(raw)
    answer = decode.examine(path, LIMITS)
    assert [code for code, _ in answer.notes] == ["photometric-missing", "one-reader"]
    assert answer.picture.metadata["second_reading"].startswith("tifffile alone: no second reader knows CCITT")


def test_bytes_that_are_missing_are_no_reading(tmp_path):
    path = write(tmp_path / "a.tif", DEEP, compression="lzma")
    description = described(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises((RefusedError, StopIteration)):
        list(segments.parts(path, description, range))


def test_a_plain_picture_with_a_complaint_is_read_twice(tmp_path):
    Image.fromarray(GREY).save(tmp_path / "a.jpg")
    raw = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(raw[:2] + b"\xff\xfe\x00\x04ab" + b"junk" + raw[2:])  # behind a comment
    answer = decode.examine(tmp_path / "a.jpg", LIMITS)
    assert [code for code, _ in answer.notes] == ["decoder-complaint"]
    assert answer.picture.metadata["second_reading"].startswith("libvips and Pillow agree on all of it")
