"""Toned, faded and stained pictures are no colour pictures; colour pictures are."""

import numpy as np
import pytest
from scan_pictures import colour, grey

from heritage_color import lab
from heritage_color.demo import samples
from heritage_color.images.colour import is_colour


def toned(stain=0.0):
    """A sepia print (H, W, 3) in Lab, its paper browner towards one side."""
    values = lab.rgb_to_lab(samples.tone(grey() / 255, None))
    values[..., 2] += stain * np.linspace(0, 1, values.shape[1])
    return values


def test_grey_is_no_colour():
    lightness = lab.grey_to_lightness(grey() / 255)
    assert not is_colour(np.dstack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)]))


@pytest.mark.parametrize("stain", [0, 5, 10])
def test_sepia_is_no_colour_even_when_stained(stain):
    assert not is_colour(toned(stain))


def test_noise_of_a_sensor_is_no_colour():
    noise = np.random.default_rng(1).normal(0, 2, (40, 60, 2))
    assert not is_colour(np.dstack([lab.grey_to_lightness(grey() / 255), noise]))


def test_many_hues_are_colour():
    assert is_colour(lab.rgb_to_lab(colour() / 255))


def test_two_hues_over_the_same_lightness_are_colour():
    values = toned()
    values[:, ::2, 1:] *= -1
    assert is_colour(values)


@pytest.mark.parametrize("sample", [one for one in samples.SAMPLES if one.truth], ids=lambda one: one.name)
def test_the_truths_of_the_samples_are_colour(sample):
    assert is_colour(lab.rgb_to_lab(samples._source(sample)))
