"""Colour as a classification, inside a Keras graph: the loss between soft-encoded ab and logits over gamut bins."""

from collections.abc import Callable, Iterable

import keras
import numpy as np
from keras import ops

from heritage_color.methods.networks import bins


def table_rows(ab):
    """Return rows of the soft-encoding table for colours (..., 2)."""
    whole = ops.clip(ops.cast(ops.round(ab), "int32") + bins.TABLE_REACH, 0, 2 * bins.TABLE_REACH)
    return whole[..., 0] * (2 * bins.TABLE_REACH + 1) + whole[..., 1]


def soft_encoding(ab):
    """Return the nearest bins (..., 5), closest first, and their shares (..., 5) of colours (..., 2)."""
    nearest, shares = bins.table()
    rows = table_rows(ab)
    return ops.take(nearest, rows, 0), ops.take(shares, rows, 0)


def cross_entropy(index, share, logits):
    """Return the cross entropy (...) between a soft encoding (..., 5) twice and logits (..., Q)."""
    return ops.logsumexp(logits, -1) - ops.sum(share * ops.take_along_axis(logits, index, -1), -1)


def classification_loss(class_weights: np.ndarray | None):
    """Cross entropy (N,) between soft-encoded ab and logits, each cell weighted by its expected class weight."""

    def loss(ab, logits):
        index, share = soft_encoding(ab)
        entropy = cross_entropy(index, share, logits)
        if class_weights is not None:
            entropy *= ops.sum(share * ops.take(class_weights, index), -1)
        return ops.mean(entropy, (1, 2))

    return loss


def learn(method, pairs: Iterable, prepare: Callable, **options) -> keras.callbacks.History:
    """Train the network of a method on a tf.data set of (grey, ab), each batch made ready by `prepare`.

    Without `compile` first, Adam and equal bins are used. Options are those of Keras' `fit`.
    """
    if not method.network.compiled:
        equal = np.full(len(bins.centres()), 1 / len(bins.centres()), np.float32)
        method.compile(keras.optimizers.Adam(1e-3), equal)
    if options.get("validation_data") is not None:
        options["validation_data"] = options["validation_data"].map(prepare)
    options = {"shuffle": False} | options  # the data set's own order; Keras warns that it cannot shuffle it
    return method.network.fit(pairs.map(prepare), **options)  # type: ignore[attr-defined]
