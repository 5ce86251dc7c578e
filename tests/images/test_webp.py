"""WebP is read by its own chunks, still or moving."""

import contextlib

import exif_blocks
import icc_profiles
import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from heritage_color import lab
from heritage_color.images.formats import WEBP
from heritage_color.images.reading import opening
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.scans.decoding import decode

LIMITS = Limits(10_000_000, 2**30)
GREY = np.linspace(0, 1, 48 * 64).reshape(48, 64)
HUES = np.dstack([GREY, GREY[::-1], GREY[:, ::-1] ** 2])


def eight(light):
    return np.rint(light * 255).astype(np.uint8)


def expected(srgb):
    """Mean lightness of sRGB values 0..1 (H, W, 3)."""
    return float(lab.rgb_to_lab(srgb)[..., 0].mean())


def lightness(path):
    return lightness_of(open_picture(path)).avg()


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("lossless", [False, True])
def test_each_kind_of_header(tmp_path, lossless, transparent, extended):
    opacity = np.repeat(np.tile([0.0, 1.0], (48, 2)), 16, axis=1)[..., None]
    light = np.concatenate([HUES, opacity], 2) if transparent else HUES
    options = {"exif": exif_blocks.block(orientation=1)} if extended else {}
    Image.fromarray(eight(light)).save(tmp_path / "a.webp", lossless=lossless, quality=95, **options)
    answer = decode.examine(tmp_path / "a.webp", LIMITS)
    assert (answer.notes, answer.picture.width, answer.picture.height) == ((), 64, 48)
    assert answer.picture.channels == (4 if transparent else 3)
    shown = np.where(opacity > 0, HUES, 1) if transparent else HUES
    assert lightness(tmp_path / "a.webp") == pytest.approx(expected(shown), abs=0.3 if lossless else 1.5)


def test_profile_orientation_and_resolution(tmp_path):
    exif = exif_blocks.block(orientation=6, across=300, down=300, unit=2)
    profile = icc_profiles.rgb(1.0)
    Image.fromarray(eight(HUES)).save(tmp_path / "a.webp", lossless=True, exif=exif, icc_profile=profile)
    picture = decode.examine(tmp_path / "a.webp", LIMITS).picture
    assert (picture.width, picture.height) == (48, 64)
    assert picture.metadata["pixels_per_inch"] == [300, 300]
    assert lightness(tmp_path / "a.webp") == pytest.approx(expected(lab.linear_to_srgb(HUES)), abs=0.3)


def test_a_moving_picture_is_told(tmp_path):
    frames = [Image.fromarray(eight(HUES)), Image.fromarray(eight(1 - HUES))]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert [code for code, _ in decode.examine(tmp_path / "a.webp", LIMITS).notes] == ["several-pictures"]


@settings(max_examples=60, deadline=None)
@given(place=st.integers(12, 500), noise=st.binary(min_size=1, max_size=10))
def test_whatever_stands_in_chunks_nothing_but_a_refusal_comes(tmp_path_factory, place, noise):
    path = tmp_path_factory.mktemp("noise") / "a.webp"
    exif, profile = exif_blocks.block(orientation=6), icc_profiles.rgb(1.0)
    Image.fromarray(eight(HUES[:8, :8])).save(path, lossless=True, exif=exif, icc_profile=profile)
    content = path.read_bytes()
    path.write_bytes(content[:place] + noise + content[place + len(noise) :])
    with contextlib.suppress(RefusedError, pyvips.Error):
        opening.open_described(path, opening.describe_picture(path, WEBP), LIMITS, "random", "error").avg()
