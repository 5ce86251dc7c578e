"""What an archive's pictures went through: still pictures, and each defect does what its name says."""

import numpy as np
import pytest
import tensorflow as tf
from skimage import data

from heritage_color.methods.networks import colours
from heritage_color.train.pictures import aging


@pytest.fixture(scope="module")
def linear():
    """A photograph in linear light (107, 160, 3)."""
    return colours.srgb_to_linear(tf.constant(data.rocket()[::4, ::4].astype(np.float32) / 255))


def seed(number: int = 3) -> tf.Tensor:
    return tf.constant([number, 5])


@pytest.mark.parametrize("number", range(12))
def test_an_aged_picture_stays_a_picture(linear, number):
    aged = aging.age(linear, seed(number)).numpy()
    assert aged.shape == (*linear.shape[:2], 1)
    assert 0 <= aged.min() < aged.max() <= 1
    assert np.isfinite(aged).all()


def test_the_same_seed_ages_in_the_same_way(linear):
    one, same, other = (aging.age(linear, seed(number)).numpy() for number in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_every_film_keeps_white_white():
    assert aging.FILMS.sum(1) == pytest.approx(1, abs=0.02)


def test_red_is_dark_on_orthochromatic_film_and_blue_is_light():
    red, blue = (tf.constant([[colour]], tf.float32) for colour in ([1, 0, 0], [0, 0, 1]))
    ortho, eye = tf.constant([2.5 / 4, 0.4]), aging.grey_of(red)
    assert aging.expose(red, ortho).numpy().item() < 0.5 * eye.numpy().item()
    assert aging.expose(blue, ortho).numpy().item() > aging.grey_of(blue).numpy().item()


def test_fading_takes_black_and_white(linear):
    faded = aging.fade(aging.grey_of(linear), tf.constant([1.0, 1.0, 0.0]), seed()).numpy()
    assert faded.min() >= 0.149
    assert faded.max() <= 0.851


def test_toning_leaves_black_and_white_and_little_else_changed():
    ramp = tf.reshape(tf.linspace(0.0, 1.0, 101), (1, 101, 1))
    toned = aging.tone(ramp, tf.constant(1.0)).numpy().ravel()
    assert toned[[0, 100]] == pytest.approx([0, 1], abs=1e-3)
    assert np.all(np.diff(toned) > 0)
    assert 0 < np.abs(toned - np.linspace(0, 1, 101)).max() < 0.1


def test_a_jpeg_costs_a_little(linear):
    grey = aging.grey_of(linear)
    difference = np.abs(aging.compress(grey, seed()) - grey)
    assert 0 < difference.mean() < 0.05


def test_a_mount_is_flat_and_has_no_colour():
    grey, ab = tf.random.uniform((224, 224, 1), 0.3, 0.6, seed=1), tf.ones((56, 56, 2))
    mounted, colours = (part.numpy() for part in aging.mount(grey, ab, seed(4)))
    outside = colours[..., 0] == 0
    assert 0 < outside.mean() < 0.6
    assert np.ptp(mounted[np.kron(outside, np.ones((4, 4), bool))]) == 0
    assert np.array_equal(
        mounted[np.kron(~outside, np.ones((4, 4), bool))], grey.numpy()[np.kron(~outside, np.ones((4, 4), bool))]
    )
