"""Samples mean the light that their profile says, in every depth and for whoever asks."""

from pathlib import Path

import icc_profiles
import numpy as np
import pytest
import pyvips
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from heritage_color import lab
from heritage_color.images.colour import is_colour
from heritage_color.images.light import profiles
from heritage_color.images.reading.light import SPACES, lightness_of, small_lab, to_srgb8
from heritage_color.images.reading.pictures import Picture, open_picture
from heritage_color.images.refusals import Limits
from heritage_color.images.writing.saving import save_preview
from heritage_color.scans.decoding import decode

SHAPES = {
    "linear": (1.0, lambda values: values),
    "gamma 1.8": (1.8, lambda values: values ** (461 / 256)),
    "gamma 2.2": (2.2, lambda values: values ** (563 / 256)),
    "a table": ([0, 32768, 65535], lambda values: np.interp(values, [0, 0.5, 1], [0, 32768 / 65535, 1])),
    "no numbers": ([], lambda values: values),
    "sRGB's own": (icc_profiles.SRGB_CURVE, lab.srgb_to_linear),
    "a power": ((3.0,), lambda values: values**3),
    "a power with an offset": ((2.0, 0.9, 0.1), lambda values: (0.9 * values + 0.1) ** 2),
    "a power above a constant": ((2.0, 0.9, 0.05, 0.09), lambda values: (0.9 * values + 0.05) ** 2 + 0.09),
    "a power, a line and constants": (
        (2.0, 0.9, 0.0, 0.25, 0.5, 0.1, 0.05),
        lambda values: np.where(values >= 0.5, (0.9 * values) ** 2 + 0.1, 0.25 * values + 0.05),
    ),
}


def picture(samples, profile):
    """An opened picture of these samples with an ICC profile."""
    image = pyvips.Image.new_from_array(samples)
    image = image.copy(interpretation=SPACES[image.format, image.bands])
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return Picture(Path("a.tif"), image, samples.itemsize * 8)


def ramp(bits, bands):
    """Every level (1, 2**bits, bands)."""
    levels = np.arange(2**bits, dtype=np.uint8 if bits == 8 else np.uint16)
    return np.repeat(levels[None, :, None], bands, 2)


def test_shadows_of_a_linear_grey_scan_are_as_light_as_they_were():
    shadows = picture(np.array([[64, 320, 1024]], np.uint16), icc_profiles.grey(1.0))
    grey = lab.lightness_to_grey(lightness_of(shadows).numpy()) * 65535
    assert np.rint(grey).ravel() == pytest.approx([827, 3923, 8618], abs=1)


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_level_goes_through_the_profiles_own_curve(shape, bits, bands):
    given, light = SHAPES[shape]
    profile = icc_profiles.grey(given) if bands == 1 else icc_profiles.rgb(given)
    shown = picture(ramp(bits, bands), profile)
    levels = 255 * lab.linear_to_srgb(light(np.linspace(0, 1, 2**bits)))
    assert np.abs(to_srgb8(shown).numpy()[0, :, 1] - levels).max() < 0.7
    exact = 255 * lab.lightness_to_grey(lightness_of(shown).numpy().squeeze())
    assert np.abs(exact - levels).max() < 0.2


def test_a_grey_profile_that_leads_to_lab_is_a_curve_of_lightness():
    middle = picture(np.full((1, 1), 32768, np.uint16), icc_profiles.grey(1.0, b"Lab "))
    assert lightness_of(middle).numpy().item() == pytest.approx(50, abs=0.01)


def test_sixteen_bits_of_colour_are_the_colours_of_eight():
    eight = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    profile = icc_profiles.rgb(2.2, icc_profiles.ADOBE)
    shallow = to_srgb8(picture(eight, profile)).numpy().astype(int)
    deep = to_srgb8(picture(eight.astype(np.uint16) * 257, profile)).numpy().astype(int)
    assert np.abs(shallow - deep).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
def test_the_preview_of_a_linear_scan_is_as_light_as_the_scan(tmp_path, bits):
    rows = np.repeat(ramp(bits, 1)[..., 0], 40, 0)
    scan = picture(np.ascontiguousarray(rows[:, :: 2 ** (bits - 8)]), icc_profiles.grey(1.0))
    save_preview(scan, tmp_path / "a.jpg", 128)
    preview = lightness_of(open_picture(tmp_path / "a.jpg"))
    assert preview.avg() == pytest.approx(lightness_of(scan).avg(), abs=1)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("toned", [True, False])
def test_colour_is_judged_through_the_profile_before_delivery_as_before_colorizing(tmp_path, bits, toned):
    random = np.random.default_rng(3)
    grey = np.kron(random.random((8, 8, 1)), np.ones((8, 8, 1)))
    hues = np.kron(random.random((8, 8, 3)), np.ones((8, 8, 1)))
    shown = lab.lab_to_linear(np.concatenate([20 + 70 * grey, 3 + 0 * grey, 18 + 0 * grey], 2)) if toned else hues
    samples = np.rint(np.clip(shown, 0, 1) * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", iccprofile=icc_profiles.rgb(1.0))
    judged = decode.examine(tmp_path / "a.tif", Limits(10_000, 2**28)).picture.colour
    assert judged == is_colour(small_lab(open_picture(tmp_path / "a.tif"))) == (not toned)


UNFIT = {
    "RGB for grey": (icc_profiles.rgb(1.0), 1, "it is made for RGB, the picture is grey"),
    "grey for RGB": (icc_profiles.grey(1.0), 3, "it is made for grey, the picture is RGB"),
    "no profile": (b"no profile", 3, "it is damaged"),
    "cut short": (icc_profiles.grey(1.0)[:140], 1, "it is damaged"),
    "zeros for primaries": (icc_profiles.rgb(1.8, [(0, 0, 0)] * 3), 3, "its primaries are no three colours"),
    "a flat curve": (icc_profiles.grey([9, 9]), 1, "its curves make one shade of all"),
    "without curves": (icc_profiles.profile(b"GRAY", {}), 1, "it holds neither curves nor tables"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_a_profile_that_does_not_fit_is_named_and_left_aside(kind):
    profile, bands, why = UNFIT[kind]
    assert profiles.unfit(profile, bands) == why
    assert to_srgb8(picture(ramp(8, bands), profile)).numpy()[0, :, 0].tolist() == list(range(256))


@given(st.binary(max_size=80), st.integers(0, 200), st.sampled_from([1, 3, 4]))
def test_whatever_stands_in_a_profile_nothing_breaks(noise, place, channels):
    sound = icc_profiles.grey(1.0) if channels == 1 else icc_profiles.rgb((2.2, 1.0, 0.0))
    broken = sound[:place] + noise + sound[place + len(noise) :]
    assert profiles.unfit(broken, channels) == "" or profiles.light_tables(broken, channels, 256) is None
    profiles.light_tables(broken, channels, 256)
