"""The adversarial objective and its networks, against numbers worked out by hand."""

import math

import numpy as np
import pytest

from heritage_color.tagging import cgan


def test_a_discriminator_that_knows_nothing_pays_twice_the_logarithm_of_two():
    unsure = np.zeros((4, 1), np.float32)
    assert float(cgan.discriminator_loss(unsure, unsure)) == pytest.approx(2 * math.log(2))
    assert float(cgan.generator_loss(unsure)) == pytest.approx(math.log(2))


def test_the_losses_are_the_logarithms_of_the_papers_value_function():
    real, made = np.array([[math.log(3)], [0.0]], np.float32), np.array([[-math.log(4)]], np.float32)
    # D of the real pairs is 3/4 and 1/2, of the made one 1/5
    wanted = -(math.log(3 / 4) + math.log(1 / 2)) / 2 - math.log(4 / 5)
    assert float(cgan.discriminator_loss(real, made)) == pytest.approx(wanted, rel=1e-5)
    assert float(cgan.generator_loss(made)) == pytest.approx(-math.log(1 / 5), rel=1e-5)
    assert float(cgan.discriminator_loss(real, made, real[:1])) == pytest.approx(wanted - math.log(1 / 4), rel=1e-5)


def test_maxout_takes_the_largest_of_its_pieces():
    pieces = np.array([[1, 5, 2, -4, -3, -9]], np.float32)
    assert np.asarray(cgan.Maxout(3)(pieces)).tolist() == [[5, -3]]


def test_the_layers_have_the_widths_of_the_paper():
    generator, discriminator = cgan.build_generator(12, 7), cgan.build_discriminator(12, 7)
    shapes = {layer.name: layer.output.shape[-1] for network in (generator, discriminator) for layer in network.layers}
    assert (shapes["noise"], shapes["vector"], shapes["real"]) == (100, 7, 1)
    assert generator.get_layer("of_noise").units == 500
    assert (generator.get_layer("of_image").units, discriminator.get_layer("of_image").units) == (2000, 1200)
    assert (discriminator.get_layer("of_tag").units, shapes["maxout"]) == (500, 1000)


def test_noise_changes_the_vector_and_the_same_noise_gives_the_same():
    generator = cgan.build_generator(12, 7, width=0.02)
    features = np.ones((2, 12), np.float32)
    one, other = (generator([cgan.noise(2, seed), features], training=False).numpy() for seed in (1, 2))
    assert np.abs(one - other).min() > 0
    assert (generator([cgan.noise(2, 1), features], training=False).numpy() == one).all()
