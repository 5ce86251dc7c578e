"""CIE Lab and the join: chroma may give way to the gamut, lightness never does."""

import numpy as np
import pytest
from skimage.color import lab2rgb, rgb2lab

from heritage_color import lab

ONE_LEVEL = 100 / 255  # of lightness 0..100
AXIS = np.linspace(0, 1, 1001)


def random_colours(number: int = 20_000, chroma: float = 120) -> tuple[np.ndarray, np.ndarray]:
    """Lightness (number,) 0..100 and ab (number, 2), many of them far outside sRGB."""
    random = np.random.default_rng(7)
    return random.uniform(0, 100, number).astype("f4"), random.uniform(-chroma, chroma, (number, 2)).astype("f4")


def lightness_of_8_bit(rgb: np.ndarray) -> np.ndarray:
    """Lightness that remains once a picture (n, 3) of 0..1 is written with 8 bits."""
    return rgb2lab(np.rint(rgb * 255) / 255)[..., 0]


def test_srgb_and_linear_light_are_each_others_inverse():
    assert lab.linear_to_srgb(lab.srgb_to_linear(AXIS)) == pytest.approx(AXIS, abs=1e-6)
    assert lab.srgb_to_linear(lab.linear_to_srgb(AXIS)) == pytest.approx(AXIS, abs=1e-6)


def test_linear_light_has_the_standards_fixed_points():
    # IEC 61966-2-1: 0.04045 / 12.92 at the junction, ((0.5 + 0.055) / 1.055)^2.4 in the middle
    assert lab.srgb_to_linear(np.array([0, 0.04045, 0.5, 1])) == pytest.approx([0, 0.0031308, 0.2140411, 1], abs=1e-6)


def test_grey_and_lightness_are_each_others_inverse():
    lightness = lab.grey_to_lightness(AXIS)
    assert lab.lightness_to_grey(lightness) == pytest.approx(AXIS, abs=1e-5)


def test_lightness_of_grey_is_scikit_images():
    grey = np.repeat(AXIS[:, None], 3, 1)
    assert lab.grey_to_lightness(AXIS) == pytest.approx(rgb2lab(grey)[:, 0], abs=0.01)


def test_lab_of_colours_is_scikit_images():
    rgb = np.random.default_rng(1).uniform(0, 1, (500, 3))
    assert lab.rgb_to_lab(rgb) == pytest.approx(rgb2lab(rgb), abs=1e-3)


def test_linear_light_of_lab_is_scikit_images():
    rgb = np.random.default_rng(2).uniform(0, 1, (500, 3))
    back = lab.linear_to_srgb(lab.lab_to_linear(rgb2lab(rgb).astype("f4")))
    assert back == pytest.approx(lab2rgb(rgb2lab(rgb)), abs=2e-3)


def test_joining_keeps_lightness_within_one_level_of_8_bits():
    lightness, ab = random_colours()
    assert np.abs(lightness_of_8_bit(lab.join(lightness, ab)) - lightness).max() <= ONE_LEVEL


@pytest.mark.parametrize("lightness", [0, 1e-4, 0.005, 0.02, 0.3, 1, 8, 50, 99, 99.9, 99.985, 99.995, 100])
def test_joining_keeps_the_extremes_of_lightness(lightness):
    turn = np.linspace(0, 2 * np.pi, 73)
    ab = 150 * np.stack([np.cos(turn), np.sin(turn)], -1).astype("f4")
    rgb = lab.join(np.full(73, lightness, "f4"), ab)
    assert np.isfinite(rgb).all()
    assert np.abs(lightness_of_8_bit(rgb) - lightness).max() <= ONE_LEVEL


def test_black_and_white_stay_without_colour():
    ab = np.full((2, 2), 90, "f4")
    rgb = lab.join(np.array([0, 100], "f4"), ab)
    assert np.rint(rgb * 255).tolist() == [[0, 0, 0], [255, 255, 255]]


def test_fitted_colours_lie_inside_srgb():
    lightness, ab = random_colours()
    linear = lab.lab_to_linear(np.concatenate([lightness[:, None], lab.fit_gamut(lightness, ab)], 1))
    assert linear.min() >= -1.5 * lab.TOLERANCE  # the half: float32
    assert linear.max() <= 1 + 1.5 * lab.TOLERANCE


def test_fitting_keeps_the_hue():
    lightness, ab = random_colours()
    fitted = lab.fit_gamut(lightness, ab)
    across = ab[:, 0] * fitted[:, 1] - ab[:, 1] * fitted[:, 0]
    assert np.abs(across).max() <= 1e-2  # of products up to 14,400: the two arrows lie on one line
    assert ((ab * fitted).sum(1) >= 0).all()


def test_fitting_never_adds_chroma():
    lightness, ab = random_colours()
    assert (np.linalg.norm(lab.fit_gamut(lightness, ab), axis=1) <= np.linalg.norm(ab, axis=1) + 1e-5).all()


def largest_scale(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """How much of ab fits into sRGB, by walking out from grey in steps of 1/400."""
    scale, fits = np.zeros(len(ab)), np.ones(len(ab), bool)
    for step in np.linspace(0, 1, 401):
        linear = lab.lab_to_linear(np.concatenate([lightness[:, None], ab * step], 1))
        fits &= ((linear >= -lab.TOLERANCE) & (linear <= 1 + lab.TOLERANCE)).all(1)
        scale[fits] = step
    return scale


def test_fitting_takes_hardly_more_chroma_than_it_must():
    lightness, ab = random_colours(3000)
    length = np.linalg.norm(ab, axis=1)
    lost = largest_scale(lightness, ab) * length - np.linalg.norm(lab.fit_gamut(lightness, ab), axis=1)
    assert np.percentile(lost, 95) < 0.5
    assert np.percentile(lost, 99) < 1


def test_colours_of_the_gamut_are_left_as_they_are():
    colours = rgb2lab(np.random.default_rng(3).uniform(0.02, 0.98, (2000, 3))).astype("f4")
    assert lab.fit_gamut(colours[:, 0], colours[:, 1:]) == pytest.approx(colours[:, 1:], abs=1e-4)


def test_joining_takes_any_shape():
    lightness, ab = random_colours(24)
    flat = lab.join(lightness, ab)
    assert np.array_equal(lab.join(lightness.reshape(2, 3, 4), ab.reshape(2, 3, 4, 2)), flat.reshape(2, 3, 4, 3))
