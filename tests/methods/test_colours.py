"""Curves and colours inside a graph, against those outside it."""

import numpy as np
import pytest
import tensorflow as tf
from skimage import data

from heritage_color import lab
from heritage_color.methods.networks import colours


def test_light_in_the_graph_is_light_outside_it():
    values = np.linspace(0, 1, 300, dtype=np.float32)
    light = colours.srgb_to_linear(tf.constant(values))
    assert light.numpy() == pytest.approx(lab.srgb_to_linear(values), abs=1e-6)
    assert colours.linear_to_srgb(light).numpy() == pytest.approx(values, abs=1e-5)


def test_lightness_in_the_graph_is_lightness_outside_it():
    grey = np.linspace(0, 255, 60, dtype=np.float32) / 255
    assert colours.grey_to_lightness(tf.constant(grey)).numpy() == pytest.approx(lab.grey_to_lightness(grey), abs=1e-3)


def test_grey_in_the_graph_is_grey_outside_it():
    lightness = np.linspace(0, 100, 60, dtype=np.float32)
    grey = 255 * colours.lightness_to_grey(tf.constant(lightness)).numpy()
    assert grey == pytest.approx(255 * lab.lightness_to_grey(lightness), abs=1e-2)


def test_lab_in_the_graph_is_lab_outside_it():
    rgb = np.concatenate([data.chelsea()[:40, :50], data.rocket()[-40:, :50]]).astype(np.float32) / 255
    rgb[0, :3] = [[0, 0, 0], [1, 1, 1], [0, 0, 1]]
    inside = colours.linear_to_lab(colours.srgb_to_linear(tf.constant(rgb))).numpy()
    assert np.abs(inside - lab.rgb_to_lab(rgb)).max() < 0.1
