"""Floating-point operations per second of the shipped network, against plain matrix products of TensorFlow."""

import numpy as np

from benchmarks.measuring import Row, fastest
from heritage_color.methods import loading

BATCH, HEIGHT, WIDTH = 8, 256, 384
SIDE = 1536  # of the matrices


def run() -> list[Row]:
    """One row; imports TensorFlow."""
    import tensorflow as tf

    method = loading.create("fusion-lite")
    lightness = np.random.default_rng(0).uniform(0, 100, (BATCH, HEIGHT, WIDTH)).astype(np.float32)
    operations = _operations(method.network)
    method.predict(lightness)
    ours = operations / fastest(lambda: method.predict(lightness))

    matrix = tf.random.stateless_uniform((SIDE, SIDE), (1, 2))
    product = tf.function(lambda: tf.reduce_sum(matrix @ matrix))
    product()
    limit = 2 * SIDE**3 / fastest(lambda: product().numpy())
    return [Row("fusion-lite, batches of 8", ours / 1e9, limit / 1e9, "GFLOP/s", "matrix product")]


def _operations(network) -> int:
    """Floating-point operations of one batch, as TensorFlow's profiler counts the graph."""
    import tensorflow as tf
    from tensorflow.python.profiler import option_builder

    grey = tf.TensorSpec((BATCH, HEIGHT, WIDTH, 1))
    graph = tf.function(lambda x: network(x, training=False)).get_concrete_function(grey).graph
    options = option_builder.ProfileOptionBuilder(option_builder.ProfileOptionBuilder.float_operation())
    options = options.with_empty_output().build()
    return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops
