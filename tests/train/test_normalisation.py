"""Statistics of normalisations, measured: those of the batches, whatever dropout would leave out."""

import keras
import numpy as np
import pytest

from heritage_color.train.networks import normalisation


@pytest.fixture
def network():
    """A dropout of half the channels, then a normalisation with statistics far from any input's."""
    x = inputs = keras.Input((None, None, 3))
    x = keras.layers.SpatialDropout2D(0.5)(x)
    norm = keras.layers.BatchNormalization(name="norm")
    network = keras.Model(inputs, norm(x))
    norm.moving_mean.assign(np.full(3, 99.0))
    return network


@pytest.fixture
def batches():
    """Three batches of features with a mean of 5 and a deviation of 2."""
    return np.random.default_rng(1).normal(5, 2, (3, 8, 16, 16, 3)).astype(np.float32)


def test_each_normalisation_gets_mean_and_variance_of_the_batches_with_nothing_left_out(network, batches):
    normalisation.measure_normalisations(network, batches)
    norm = network.get_layer("norm")
    assert np.allclose(norm.moving_mean, batches.mean((0, 1, 2, 3)), atol=1e-4)
    assert np.allclose(norm.moving_variance, batches.var((1, 2, 3)).mean(0), atol=1e-3)


def test_training_goes_on_as_before(network, batches):
    normalisation.measure_normalisations(network, batches)
    dropout, norm = network.layers[1:]
    assert (dropout.rate, norm.momentum) == (0.5, 0.99)
    shown = network(batches[0], training=True).numpy()
    assert np.any(shown.std((1, 2)) < 1e-3)  # of some picture a channel was left out


def test_a_normalisation_that_does_not_learn_keeps_what_it_has(network, batches):
    network.get_layer("norm").trainable = False
    normalisation.measure_normalisations(network, batches)
    assert np.all(network.get_layer("norm").moving_mean == 99)


def test_rates_come_back_where_a_batch_fails(network):
    with pytest.raises(ValueError, match="shape"):
        normalisation.measure_normalisations(network, [np.zeros((1, 4, 4, 7), np.float32)])
    assert (network.layers[1].rate, network.get_layer("norm").momentum) == (0.5, 0.99)
