"""What a network's normalisations know of its features, measured anew for the weights that are judged and kept.

In training they follow the last batches, of weights that still move, with channels left out at random. Averaged
weights have met no batch at all (Izmailov et al. 2018), and dropout changes the variance that a normalisation sees (Li
et al. 2019, "Understanding the disharmony between dropout and batch normalization by variance shift").
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import keras
import numpy as np

DROPOUTS = (keras.layers.Dropout, keras.layers.SpatialDropout2D)


def measure_normalisations(network: keras.Model, batches: Iterable) -> None:
    """Give each normalisation the mean and variance of its features, averaged over batches of input (N, H, W, C).

    Nothing is left out at random meanwhile. A normalisation that does not learn keeps what it has.
    """
    norms = [
        layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    if not norms:
        return
    with _of_each_batch(network, norms):
        seen = [_statistics(network, norms, batch) for batch in batches]
    for norm, *of_batches in zip(norms, *seen, strict=True):
        norm.moving_mean.assign(np.mean([mean for mean, _ in of_batches], axis=0))
        norm.moving_variance.assign(np.mean([variance for _, variance in of_batches], axis=0))


def _statistics(network: keras.Model, norms: list, batch) -> list[tuple[np.ndarray, np.ndarray]]:
    network(batch, training=True)
    to_numpy = keras.ops.convert_to_numpy
    return [(to_numpy(norm.moving_mean), to_numpy(norm.moving_variance)) for norm in norms]


@contextmanager
def _of_each_batch(network: keras.Model, norms: list) -> Iterator[None]:
    """While this lasts, normalisations remember the last batch only, and nothing is left out."""
    dropouts = [layer for layer in network.layers if isinstance(layer, DROPOUTS)]
    kept = [(layer, "momentum", layer.momentum) for layer in norms] + [
        (layer, "rate", layer.rate) for layer in dropouts
    ]
    try:
        for layer, name, _ in kept:
            setattr(layer, name, 0.0)
        yield
    finally:
        for layer, name, value in kept:
            setattr(layer, name, value)
