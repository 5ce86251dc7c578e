"""A layer that brings features up to twice their size, for every network that answers finer than it thinks."""

import tensorflow
from keras import layers


class Double(layers.Layer):
    """Twice the height and width, bilinear; unlike Keras' own layer also where the size is not known beforehand."""

    def call(self, x):
        return tensorflow.cast(tensorflow.image.resize(x, 2 * tensorflow.shape(x)[1:3]), x.dtype)

    def compute_output_shape(self, shape):
        return (shape[0], *(None if side is None else 2 * side for side in shape[1:3]), shape[3])
