"""JPEG is read by its own segments: every frame that two readers take, or refused by kind."""

import contextlib
import struct
from pathlib import Path

import exif_blocks
import icc_profiles
import imagecodecs
import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from heritage_color import lab
from heritage_color.images.formats import JPEG
from heritage_color.images.reading import opening
from heritage_color.images.reading.light import lightness_of, to_srgb8
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.scans.decoding import decode

LIMITS = Limits(10_000_000, 2**30)
GREY = np.linspace(0, 1, 48 * 64).reshape(48, 64)
HUES = np.dstack([GREY, GREY[::-1], GREY[:, ::-1] ** 2])
SCAN = b"\xff\xda"


def verdict(path: Path, limits: Limits = LIMITS):
    """Codes of a file, without that of a missing second witness, and its picture."""
    answer = decode.examine(path, limits)
    return [code for code, _ in answer.notes if code != "one-reader"], answer.picture


def lightness(path: Path) -> float:
    return lightness_of(open_picture(path)).avg()


def expected(srgb: np.ndarray) -> float:
    """Mean lightness of sRGB values 0..1."""
    return float(lab.grey_to_lightness(srgb).mean() if srgb.ndim == 2 else lab.rgb_to_lab(srgb)[..., 0].mean())


def written(path: Path, light: np.ndarray, bits: int = 8, **options) -> Path:
    samples = np.rint(light * (2**bits - 1)).astype(np.uint8 if bits <= 8 else np.uint16)
    path.write_bytes(imagecodecs.jpeg8_encode(samples, bitspersample=bits, **options))
    return path


def plain(path: Path, light: np.ndarray = GREY, **options) -> Path:
    Image.fromarray(np.rint(light * 255).astype(np.uint8)).save(path, "JPEG", quality=98, **options)
    return path


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def with_segment(path: Path, marker: int, content: bytes) -> Path:
    """Put a segment before all others."""
    path.write_bytes(b"\xff\xd8" + segment(marker, content) + path.read_bytes()[2:])
    return path


@pytest.mark.parametrize("light", [GREY, HUES], ids=["grey", "colour"])
@pytest.mark.parametrize("bits", [2, 5, 8, 10, 12, 14, 16])
def test_lossless_frames_of_every_depth(tmp_path, bits, light):
    path = written(tmp_path / "a.jpg", light, bits, lossless=True)
    codes, picture = verdict(path)
    assert (codes, picture.bits) == ([], bits)
    levels = 2**bits - 1
    assert lightness(path) == pytest.approx(expected(np.rint(light * levels) / levels), abs=0.1)


@pytest.mark.parametrize("light", [GREY, HUES], ids=["grey", "colour"])
@pytest.mark.parametrize("bits", [8, 12])
def test_frames_that_lose_something(tmp_path, bits, light):
    path = written(tmp_path / "a.jpg", light, bits, level=97)
    codes, picture = verdict(path)
    assert (codes, picture.bits, picture.metadata["compression"]) == ([], bits, "JPEG")
    assert lightness(path) == pytest.approx(expected(light), abs=0.5)


@pytest.mark.parametrize("light", [GREY, HUES], ids=["grey", "colour"])
@pytest.mark.parametrize("bits", [8, 16])
def test_jpeg_ls(tmp_path, bits, light):
    samples = np.rint(light * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    path = tmp_path / "a.jpg"
    path.write_bytes(imagecodecs.jpegls_encode(samples))
    codes, picture = verdict(path)
    assert (codes, picture.bits, picture.metadata["compression"]) == ([], bits, "JPEG-LS")
    assert lightness(path) == pytest.approx(expected(light), abs=0.1)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_height_behind_the_scan_is_taken(tmp_path, progressive):
    path = plain(tmp_path / "a.jpg", progressive=progressive)
    content = path.read_bytes()
    place = content.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    first_scan = content.index(SCAN)
    end = next(
        at for at in range(first_scan + 12, len(content)) if content[at] == 0xFF and content[at + 1] not in (0, 0xFF)
    )
    lines = b"\xff\xdc\0\4" + struct.pack(">H", 48)
    path.write_bytes(content[:place] + b"\0\0" + content[place + 2 : end] + lines + content[end:])
    codes, picture = verdict(path)
    assert (codes, picture.height, picture.width) == ([], 48, 64)
    assert lightness(path) == pytest.approx(expected(GREY), abs=0.3)


def test_a_height_that_stands_nowhere_is_refused_by_kind(tmp_path):
    path = plain(tmp_path / "a.jpg")
    content = path.read_bytes()
    place = content.index(b"\xff\xc0") + 5
    path.write_bytes(content[:place] + b"\0\0" + content[place + 2 :])
    assert verdict(path) == (["unsupported"], None)


INKS = np.dstack([HUES, GREY / 3])


@pytest.mark.parametrize("marked", [True, False])
def test_four_inks_are_stored_inverted_with_adobes_mark_and_without(tmp_path, marked):
    path = tmp_path / "a.jpg"
    Image.fromarray(np.rint(INKS * 255).astype(np.uint8), "CMYK").save(path, quality=98)
    content = path.read_bytes()
    start = content.index(b"Adobe") - 4
    if not marked:
        path.write_bytes(content[:start] + content[start + 16 :])
    Image.fromarray(np.rint(INKS * 255).astype(np.uint8), "CMYK").save(tmp_path / "a.tif")
    assert verdict(path)[0] == ([] if marked else ["photometric-missing"])
    assert lightness(path) == pytest.approx(lightness(tmp_path / "a.tif"), abs=0.5)


def test_four_inks_of_twelve_bits(tmp_path):
    path = with_segment(written(tmp_path / "a.jpg", 1 - INKS, 12, level=98), 0xEE, b"Adobe\0\x64\0\0\0\0\0")
    Image.fromarray(np.rint(INKS * 255).astype(np.uint8), "CMYK").save(tmp_path / "a.tif")
    assert verdict(path)[0] == []
    assert lightness(path) == pytest.approx(lightness(tmp_path / "a.tif"), abs=0.6)


RESOLUTIONS = {
    "inches": ((300, 300), 1, None, [300, 300]),
    "centimetres": ((100, 100), 2, None, [254, 254]),
    "how wide a pixel is": ((1, 1), 0, None, None),
    "one to the inch, as GraphicsMagick has it": ((1, 1), 1, None, None),
    "EXIF": ((1, 1), 0, exif_blocks.block(across=600, down=600, unit=2), [600, 600]),
    "EXIF without a unit": ((1, 1), 0, exif_blocks.block(across=600, down=600, unit=1), None),
}


@pytest.mark.parametrize("kind", RESOLUTIONS)
def test_resolution_counts_with_its_unit_only(tmp_path, kind):
    (across, down), unit, exif, wanted = RESOLUTIONS[kind]
    path = plain(tmp_path / "a.jpg", **({"exif": b"Exif\0\0" + exif} if exif else {}))
    content = path.read_bytes()
    start = content.index(b"JFIF\0")
    path.write_bytes(content[: start + 7] + struct.pack(">BHH", unit, across, down) + content[start + 12 :])
    assert verdict(path)[1].metadata.get("pixels_per_inch") == wanted


@pytest.mark.parametrize("bits", [8, 12])
def test_exif_turns_and_a_profile_counts_in_every_depth(tmp_path, bits):
    path = written(tmp_path / "a.jpg", GREY, bits, level=98)
    with_segment(path, 0xE2, b"ICC_PROFILE\0\1\1" + icc_profiles.grey(1.0))
    with_segment(path, 0xE1, b"Exif\0\0" + exif_blocks.block(orientation=6))
    picture = verdict(path)[1]
    assert (picture.width, picture.height) == (48, 64) == open_picture(path).size
    assert lightness(path) == pytest.approx(expected(lab.linear_to_srgb(GREY)), abs=0.5)


def test_adobe_rgb_by_exif_counts_as_its_profile_does(tmp_path):
    exif = b"Exif\0\0" + exif_blocks.of_camera(b"R03\0")
    said = plain(tmp_path / "said.jpg", HUES, exif=exif)
    embedded = plain(tmp_path / "embedded.jpg", HUES, icc_profile=icc_profiles.rgb(2.2, icc_profiles.ADOBE))
    one, other = (to_srgb8(open_picture(path)).numpy() / 255 for path in (said, embedded))
    assert np.abs(lab.srgb_to_linear(one) - lab.srgb_to_linear(other)).max() < 0.01
    assert abs(lightness(said) - expected(HUES)) > 0.3


def test_a_profile_in_parts_is_put_together_and_a_missing_part_is_told(tmp_path):
    profile = icc_profiles.grey(1.0)
    parts = [profile[:100], profile[100:]]
    whole, broken = plain(tmp_path / "whole.jpg"), plain(tmp_path / "broken.jpg")
    for number, part in enumerate(parts, 1):
        with_segment(whole, 0xE2, b"ICC_PROFILE\0" + bytes([number, 2]) + part)
    with_segment(broken, 0xE2, b"ICC_PROFILE\0\1\2" + parts[0])
    assert lightness(whole) == pytest.approx(expected(lab.linear_to_srgb(GREY)), abs=0.3)
    assert verdict(broken)[0] == ["light-left-aside"]


REFUSED = {
    "hierarchical": ("unsupported", lambda content: b"\xff\xd8" + segment(0xDE, bytes(9)) + content[2:]),
    "lossless arithmetic": ("unsupported", lambda content: content.replace(b"\xff\xc0", b"\xff\xcb", 1)),
    "two components": (
        "unsupported",
        lambda content: content[: (place := content.index(b"\xff\xc0") + 9)] + b"\2" + content[place + 1 :],
    ),
    "cut short": ("truncated", lambda content: content[:200]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_nobody_reads_is_refused_by_kind(tmp_path, kind):
    code, change = REFUSED[kind]
    path = plain(tmp_path / "a.jpg")
    path.write_bytes(change(path.read_bytes()))
    assert verdict(path) == ([code], None)


@pytest.mark.parametrize("kept", [0.6, 0.9])
@pytest.mark.parametrize("bits", [12, 16])
def test_a_deep_file_cut_short_never_passes(tmp_path, bits, kept):
    path = written(tmp_path / "a.jpg", GREY, bits, lossless=True)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert verdict(path) == (["truncated"], None)


def test_memory_is_counted_before_a_deep_frame_is_decoded(tmp_path):
    path = written(tmp_path / "a.jpg", GREY, 12, lossless=True)
    assert verdict(path, Limits(10_000, 20_000)) == (["too-much-memory"], None)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(2, 700), noise=st.binary(min_size=1, max_size=10), bits=st.sampled_from([8, 12]))
def test_whatever_stands_in_segments_nothing_but_a_refusal_comes(tmp_path_factory, place, noise, bits):
    path = written(tmp_path_factory.mktemp("noise") / "a.jpg", GREY[:8, :8], bits, lossless=bits == 12)
    with_segment(path, 0xE2, b"ICC_PROFILE\0\1\1" + icc_profiles.grey(1.0))
    with_segment(path, 0xE1, b"Exif\0\0" + exif_blocks.block(orientation=6, across=3, down=3))
    content = path.read_bytes()
    path.write_bytes(content[:place] + noise + content[place + len(noise) :])
    with contextlib.suppress(RefusedError, pyvips.Error):
        opening.open_described(path, opening.describe_picture(path, JPEG), LIMITS, "random", "error").avg()
