"""JPEG 2000 is read by its own boxes: every depth, colour, palette and channel, or refused by kind."""

import struct
from pathlib import Path

import icc_profiles
import jpeg2000_files as jp2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage_color import lab
from heritage_color.images.formats import JPEG2000
from heritage_color.images.reading import opening
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.scans.decoding import decode

LIMITS = Limits(10_000_000, 2**30)
GREY = np.linspace(0, 1, 40 * 50).reshape(40, 50)
HUES = np.dstack([GREY, GREY[::-1], GREY[:, ::-1] ** 2])


def stored(light: np.ndarray, bits: int) -> np.ndarray:
    """Samples of so many bits of values 0..1."""
    return np.rint(light * (2**bits - 1)).astype(np.uint8 if bits <= 8 else np.uint16)


def verdict(path: Path, limits: Limits = LIMITS):
    """Codes of a file, without that of a missing second witness, and its picture."""
    answer = decode.examine(path, limits)
    return [code for code, _ in answer.notes if code != "one-reader"], answer.picture


def lightness(path: Path) -> float:
    return lightness_of(open_picture(path)).avg()


def expected(srgb: np.ndarray) -> float:
    """Mean lightness of sRGB values 0..1, (H, W) or (H, W, 3)."""
    return float(lab.grey_to_lightness(srgb).mean() if srgb.ndim == 2 else lab.rgb_to_lab(srgb)[..., 0].mean())


@pytest.mark.parametrize("bits", range(1, 17))
def test_the_largest_number_is_white_in_every_depth(tmp_path, bits):
    samples = stored(GREY, bits)
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(samples, bits), jp2.enumerated(jp2.GREY))
    codes, picture = verdict(path)
    assert (codes, picture.bits, picture.channels) == ([], bits, 1)
    assert lightness(path) == pytest.approx(expected(samples / (2**bits - 1)), abs=0.1)


@pytest.mark.parametrize("bits", [4, 8, 12, 16])
@pytest.mark.parametrize("transformed", [False, True])
def test_colours_of_every_depth(tmp_path, bits, transformed):
    samples = stored(HUES, bits)
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(samples, bits, mct=transformed), jp2.enumerated(jp2.SRGB))
    codes, picture = verdict(path)
    assert (codes, picture.bits, picture.channels, picture.colour) == ([], bits, 3, True)
    assert lightness(path) == pytest.approx(expected(samples / (2**bits - 1)), abs=0.1)


@pytest.mark.parametrize("count", [1, 3])
def test_a_bare_codestream_is_grey_or_rgb(tmp_path, count):
    light = GREY if count == 1 else HUES
    (tmp_path / "a.j2k").write_bytes(jp2.codestream(stored(light, 8), 8))
    assert verdict(tmp_path / "a.j2k")[1].channels == count
    assert lightness(tmp_path / "a.j2k") == pytest.approx(expected(light), abs=0.1)


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("method", [2, 3])
def test_a_grey_profile_is_applied_as_it_is_to_a_tiff(tmp_path, bits, method):
    profile, samples = icc_profiles.grey(1.0), stored(GREY, bits)
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(samples, bits), jp2.profiled(profile, method))
    full = stored(samples / (2**bits - 1), 8 if bits == 8 else 16)
    tifffile.imwrite(tmp_path / "a.tif", full, iccprofile=profile)
    assert lightness(path) == pytest.approx(lightness(tmp_path / "a.tif"), abs=0.02)
    assert lightness(path) == pytest.approx(expected(lab.linear_to_srgb(GREY)), abs=0.3)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_profile_of_colours_is_applied_as_it_is_to_a_tiff(tmp_path, bits):
    profile, samples = icc_profiles.rgb(1.8, icc_profiles.ADOBE), stored(HUES, bits)
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(samples, bits), jp2.profiled(profile))
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", iccprofile=profile)
    assert lightness(path) == pytest.approx(lightness(tmp_path / "a.tif"), abs=0.02)


def test_a_profile_of_other_colours_is_left_aside_with_a_word(tmp_path):
    stream = jp2.codestream(stored(GREY, 8), 8)
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.profiled(icc_profiles.rgb(1.0)))
    assert verdict(path)[0] == ["light-left-aside"]
    assert lightness(path) == pytest.approx(expected(GREY), abs=0.1)


def luma(srgb: np.ndarray) -> np.ndarray:
    """Y, Cb and Cr 0..1 of sRGB 0..1, by IEC 61966-2-1, amendment 1."""
    y = srgb @ [0.299, 0.587, 0.114]
    return np.dstack([y, (srgb[..., 2] - y) / 1.772 + 128 / 255, (srgb[..., 0] - y) / 1.402 + 128 / 255])


@pytest.mark.parametrize("bits", [5, 8, 12])
def test_luma_and_chroma_become_colours(tmp_path, bits):
    stream = jp2.codestream(stored(luma(HUES), bits), bits)
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(jp2.LUMA))
    assert verdict(path)[1].bits == bits
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.3 if bits > 5 else 1)


@pytest.mark.parametrize(("across", "down"), [(2, 1), (2, 2)])
def test_chroma_of_fewer_samples_is_spread(tmp_path, across, down):
    y, cb, cr = np.moveaxis(stored(luma(HUES), 8), 2, 0)
    parts = [(y, 8, 1, 1), *((one[::down, ::across].copy(), 8, across, down) for one in (cb, cr))]
    path = jp2.save(tmp_path / "a.jp2", jp2.woven(parts), jp2.enumerated(jp2.LUMA))
    assert verdict(path)[1].width == 50
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.5)


@pytest.mark.parametrize("bits", [8, 16])
def test_cielab_has_the_ranges_of_its_space(tmp_path, bits):
    values = lab.rgb_to_lab(HUES)
    offsets = [0, 2 ** (bits - 1), 2 ** (bits - 2) + 2 ** (bits - 3)]
    steps = np.array([100, 170, 200]) / (2**bits - 1)
    samples = np.rint(np.clip(values / steps + offsets, 0, 2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    path = jp2.save(tmp_path / "usual.jp2", jp2.codestream(samples, bits), jp2.enumerated(jp2.LAB))
    assert verdict(path)[0] == []
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.3)
    ranges = struct.pack(">7I", 100, 0, 255, 2 ** (bits - 1), 255, 2 ** (bits - 1), 0x44353000)
    steps = np.array([100, 255, 255]) / (2**bits - 1)
    samples = np.rint(values / steps + [0, 2 ** (bits - 1), 2 ** (bits - 1)]).astype(samples.dtype)
    path = jp2.save(tmp_path / "own.jp2", jp2.codestream(samples, bits), jp2.enumerated(jp2.LAB, ranges))
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.3)


def test_four_inks_are_read_as_they_are_of_a_tiff(tmp_path):
    inks = stored(np.dstack([HUES, GREY / 3]), 8)
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(inks, 8), jp2.enumerated(jp2.CMYK))
    tifffile.imwrite(tmp_path / "a.tif", inks, photometric="separated")
    assert lightness(path) == pytest.approx(lightness(tmp_path / "a.tif"), abs=0.05)


@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.parametrize("columns", [1, 3])
def test_a_palette_is_looked_up(tmp_path, columns, bits):
    colours = np.random.default_rng(1).integers(0, 2**bits, (columns, 16))
    indices = np.arange(2000).reshape(40, 50).astype(np.uint8) % 16
    space = jp2.GREY if columns == 1 else jp2.SRGB
    path = jp2.save(
        tmp_path / "a.jp2", jp2.codestream(indices, 4), jp2.enumerated(space), jp2.palette(colours.tolist(), bits)
    )
    shown = np.moveaxis(colours[:, indices], 0, 2).squeeze() / (2**bits - 1)
    assert verdict(path)[1].bits == bits
    assert lightness(path) == pytest.approx(expected(shown), abs=0.1)


def test_channels_stand_in_the_order_that_is_defined(tmp_path):
    stream = jp2.codestream(stored(HUES[..., ::-1].copy(), 8), 8)
    order = jp2.defined((0, 0, 3), (1, 0, 2), (2, 0, 1))
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(jp2.SRGB), order)
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.1)


@pytest.mark.parametrize("bits", [5, 8, 16])
def test_colours_and_transparency_in_an_order_of_their_own(tmp_path, bits):
    opacity = np.tile([0.0, 1.0], (40, 25))
    samples = stored(np.dstack([opacity, HUES[..., ::-1]]), bits)
    order = jp2.defined((0, 1, 0), (1, 0, 3), (2, 0, 2), (3, 0, 1))
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(samples, bits), jp2.enumerated(jp2.SRGB), order)
    assert verdict(path)[0] == []
    shown = np.where(opacity[..., None] > 0, stored(HUES, bits) / (2**bits - 1), 1)
    assert lightness(path) == pytest.approx(expected(shown), abs=0.2)


@pytest.mark.parametrize("first", [1, 0])
def test_transparent_parts_lie_on_white(tmp_path, first):
    opacity = np.tile([0.0, 1.0], (40, 25))
    stream = jp2.codestream(stored(np.dstack([GREY, opacity]), 16), 16)
    path = jp2.save(
        tmp_path / "a.jp2", stream, jp2.enumerated(jp2.GREY), jp2.defined((0, 0, first), (1, 1, 0))
    )  # OpenJPEG writes 0 for what the only colour is
    assert lightness(path) == pytest.approx(expected(np.where(opacity > 0, GREY, 1)), abs=0.1)


def test_premultiplied_colours_are_divided_again(tmp_path):
    opacity = np.full_like(GREY, 0.5)
    stream = jp2.codestream(stored(np.dstack([GREY * 0.5, opacity]), 16), 16)
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(jp2.GREY), jp2.defined((0, 0, 1), (1, 2, 0)))
    assert lightness(path) == pytest.approx(expected(GREY * 0.5 + 0.5), abs=0.2)


@pytest.mark.parametrize("definition", [b"", jp2.defined((0, 0, 1), (1, 65535, 65535))])
def test_a_channel_of_no_told_use_is_set_aside_and_named(tmp_path, definition):
    stream = jp2.codestream(stored(np.dstack([GREY, 1 - GREY]), 8), 8)
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(jp2.GREY), definition)
    assert verdict(path)[0] == ["samples-set-aside"]
    assert lightness(path) == pytest.approx(expected(GREY), abs=0.1)


def test_components_of_unlike_depths(tmp_path):
    opacity = np.tile([0, 1], (40, 25)).astype(np.uint8)
    stream = jp2.woven([*((stored(HUES[..., one], 5), 5, 1, 1) for one in range(3)), (opacity, 1, 1, 1)])
    definition = jp2.defined((0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 1, 0))
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(jp2.SRGB), definition)
    shown = np.where(opacity[..., None] > 0, stored(HUES, 5) / 31, 1)
    assert lightness(path) == pytest.approx(expected(shown), abs=0.2)


def test_a_jpx_may_keep_colours_in_its_layer(tmp_path):
    layer = jp2.box(b"jplh", jp2.box(b"cgrp", jp2.profiled(icc_profiles.grey(1.0), 3)))
    path = jp2.save(tmp_path / "a.jpx", jp2.codestream(stored(GREY, 16), 16), before=layer)
    assert verdict(path)[0] == []
    assert lightness(path) == pytest.approx(expected(lab.linear_to_srgb(GREY)), abs=0.3)


def test_a_sound_file_has_a_thumbnail(tmp_path):
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(stored(GREY, 12), 12), jp2.enumerated(jp2.GREY))
    assert decode.save_thumbnail(path, tmp_path / "a.jpg", LIMITS)
    assert lightness(tmp_path / "a.jpg") == pytest.approx(expected(GREY), abs=1)


def test_resolution_is_that_of_capture(tmp_path):
    stream, grey = jp2.codestream(stored(GREY, 8), 8), jp2.enumerated(jp2.GREY)
    inch = (23622, 1, 0)  # samples in a metre at 600 pixels per inch
    path = jp2.save(tmp_path / "a.jp2", stream, grey, jp2.captured(inch, (2362, 1, 1)))
    assert verdict(path)[1].metadata["pixels_per_inch"] == pytest.approx([600, 600], abs=0.1)
    shown = jp2.save(tmp_path / "shown.jp2", stream, grey, jp2.captured(inch, inch, b"resd"))
    assert "pixels_per_inch" not in verdict(shown)[1].metadata


@pytest.mark.parametrize("before", [True, False])
def test_a_picture_that_exif_turns_is_shown_upright(tmp_path, before):
    exif = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 274, 3, 1, 6, 0, 0)
    place = {"before" if before else "after": jp2.box(b"uuid", jp2.EXIF + exif)}
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(stored(GREY, 8), 8), jp2.enumerated(jp2.GREY), **place)
    picture = verdict(path)[1]
    assert (picture.width, picture.height) == (40, 50) == open_picture(path).size


REFUSED = {
    "signed": ("unsupported-sign", lambda stream: stream[:42] + b"\x87" + stream[43:], jp2.GREY),
    "deep": ("unsupported-depth", lambda stream: stream[:42] + b"\x13" + stream[43:], jp2.GREY),
    "apart": ("unsupported", lambda stream: stream[:43] + b"\2\2" + stream[45:], jp2.GREY),
    "YCCK": ("unsupported", lambda stream: stream, 13),
    "of nobody's number": ("unsupported", lambda stream: stream, 4711),
    "without its end": ("truncated", lambda stream: stream[:-20], jp2.GREY),
    "without samples": ("damaged", lambda stream: stream[:8] + bytes(8) + stream[16:], jp2.GREY),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_by_kind(tmp_path, kind):
    code, changed, space = REFUSED[kind]
    stream = changed(jp2.codestream(stored(GREY, 8), 8))
    path = jp2.save(tmp_path / "a.jp2", stream, jp2.enumerated(space))
    assert verdict(path) == ([code], None)


def test_memory_is_counted_before_decoding(tmp_path):
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(stored(HUES, 8), 8), jp2.enumerated(jp2.SRGB))
    assert verdict(path, Limits(10_000, 29_000)) == (["too-much-memory"], None)
    assert verdict(path, Limits(10_000, 50_000))[0] == []


def test_a_missing_end_marker_is_no_loss(tmp_path):
    path = jp2.save(tmp_path / "a.jp2", jp2.codestream(stored(GREY, 8), 8)[:-2], jp2.enumerated(jp2.GREY))
    assert verdict(path)[0] == ["decoder-complaint"]
    assert lightness(path) == pytest.approx(expected(GREY), abs=0.1)


FULL = jp2.box(b"jp2h", jp2.enumerated(jp2.SRGB) + jp2.defined((0, 0, 1)) + jp2.captured((1, 1, 0), (1, 1, 0)))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 400), noise=st.binary(min_size=1, max_size=12))
def test_whatever_stands_in_a_header_nothing_but_a_refusal_comes(tmp_path_factory, place, noise):
    path = tmp_path_factory.mktemp("noise") / "a.jp2"
    indices = np.arange(64, dtype=np.uint8).reshape(8, 8) % 4
    jp2.save(path, jp2.codestream(indices, 2), jp2.enumerated(jp2.SRGB), jp2.palette([[0, 9, 99, 255]] * 3, 8), FULL)
    content = path.read_bytes()
    path.write_bytes(content[:place] + noise + content[place + len(noise) :])
    try:
        description = opening.describe_picture(path, JPEG2000)
        opening.open_described(path, description, LIMITS, "random", "error").avg()
    except RefusedError:
        pass
