import numpy as np
import pytest
from skimage.color import rgb2lab

from heritage_color.colorize.join import bicubic_taps, join_into


def test_lightness_of_the_output_is_the_masters_within_one_level_even_for_impossible_chroma():
    random = np.random.default_rng(1)
    lightness = random.uniform(0, 100, (64, 80)).astype(np.float32)
    out = np.empty((64, 80, 3), np.uint8)
    join_into(lightness, random.uniform(-110, 110, (16, 20, 2)), out)
    assert np.abs(rgb2lab(out)[..., 0] - lightness).max() <= 100 / 255


def test_sixteen_bits_keep_lightness_a_hundred_times_finer():
    lightness = np.linspace(0, 100, 64 * 64).reshape(64, 64).astype(np.float32)
    out = np.empty((64, 64, 3), np.uint16)
    join_into(lightness, np.full((4, 4, 2), 25.0), out)
    assert np.abs(rgb2lab(out / 65535)[..., 0] - lightness).max() < 0.03


def test_chroma_of_the_same_size_passes_unchanged():
    index, weights = bicubic_taps(7, 7)
    assert np.allclose((np.arange(7.0)[index] * weights).sum(1), np.arange(7))


def test_upsampled_chroma_keeps_a_constant_constant_and_a_ramp_straight_inside():
    index, weights = bicubic_taps(8, 32)
    assert np.allclose(weights.sum(1), 1)
    ramp = (np.arange(8.0)[index] * weights).sum(1)
    assert np.allclose(np.diff(ramp[8:-8]), 0.25, atol=1e-5)


@pytest.mark.parametrize("strip_pixels", [1, 100, 10**9])
def test_the_strips_height_changes_nothing(monkeypatch, strip_pixels):
    random = np.random.default_rng(2)
    lightness, ab = random.uniform(20, 80, (33, 41)).astype(np.float32), random.uniform(-30, 30, (9, 11, 2))
    whole, strips = np.empty((33, 41, 3), np.uint8), np.empty((33, 41, 3), np.uint8)
    join_into(lightness, ab, whole)
    monkeypatch.setattr("heritage_color.colorize.join.STRIP_PIXELS", strip_pixels)
    join_into(lightness, ab, strips)
    assert np.array_equal(whole, strips)
