"""The conditional adversarial net from image features to tag vectors: Mirza & Osindero (2014), section 4.2.

A generator makes tag vectors of noise and a photograph's features; a discriminator sees features and a vector and says
whether the vector is that of a tag the photograph carries. Shapes: features (N, 1280), noise (N, 100), vectors (N, D).
"""

import keras
import numpy as np
from keras import layers, ops

NOISE = 100  # numbers of the noise (section 4.2), here of a normal distribution
# Units at width 1, all of section 4.2
GENERATOR_NOISE, GENERATOR_IMAGE = 500, 2000
DISCRIMINATOR_TAG, DISCRIMINATOR_IMAGE = 500, 1200
JOIN, PIECES = 1000, 3
DROPOUT = 0.1  # the paper's 0.5 keeps these narrower networks from learning


class Maxout(layers.Layer):
    """The largest of several linear pieces (Goodfellow et al. 2013): (N, units x pieces) to (N, units)."""

    def __init__(self, pieces: int, **options):
        super().__init__(**options)
        self.pieces = pieces

    def call(self, x):
        return ops.max(ops.reshape(x, (-1, x.shape[-1] // self.pieces, self.pieces)), -1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], shape[-1] // self.pieces)


def units(count: int, width: float) -> int:
    """Return so many units of a layer at a width of the network, 1 being the paper's."""
    return max(1, round(count * width))


def build_generator(features: int, vector: int, width: float = 1.0, dropout: float = DROPOUT) -> keras.Model:
    """Build the network from noise (N, 100) and features (N, F) to tag vectors (N, D)."""
    noise, image = keras.Input((NOISE,), name="noise"), keras.Input((features,), name="features")
    of_noise = layers.Dense(units(GENERATOR_NOISE, width), "relu", name="of_noise")(noise)
    of_image = layers.Dense(units(GENERATOR_IMAGE, width), "relu", name="of_image")(image)
    joint = layers.Dropout(dropout)(layers.Concatenate(name="joint")([of_noise, of_image]))
    return keras.Model([noise, image], layers.Dense(vector, name="vector")(joint), name="generator")


def build_discriminator(features: int, vector: int, width: float = 1.0, dropout: float = DROPOUT) -> keras.Model:
    """Tag vectors (N, D) and features (N, F) to logits (N, 1): their sigmoid is the chance that the pair is real."""
    tag, image = keras.Input((vector,), name="tag"), keras.Input((features,), name="features")
    of_tag = layers.Dense(units(DISCRIMINATOR_TAG, width), "relu", name="of_tag")(tag)
    of_image = layers.Dense(units(DISCRIMINATOR_IMAGE, width), "relu", name="of_image")(image)
    joint = layers.Dropout(dropout)(layers.Concatenate(name="joint")([of_tag, of_image]))
    pieces = layers.Dense(units(JOIN, width) * PIECES, name="pieces")(joint)
    join = layers.Dropout(dropout)(Maxout(PIECES, name="maxout")(pieces))
    return keras.Model([tag, image], layers.Dense(1, name="real")(join), name="discriminator")


def discriminator_loss(real, made, mismatched=None):
    """What the discriminator minimises, of logits of real and of made pairs: -log D(x|y) - log(1 - D(G(z|y)|y)).

    The sum of both means: the value function of equation 2 with its sign turned. `mismatched`, if given, are logits of
    real tags beside another photograph's features, which are judged as made ones are (Reed et al. 2016, section 4.2).
    """
    loss = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(made))
    return loss if mismatched is None else loss + ops.mean(ops.softplus(mismatched))


def generator_loss(made):
    """Return what the generator minimises: -log D(G(z|y)|y).

    It has a slope where log(1 - D) has none: while the discriminator is sure (Goodfellow et al. 2014, section 3).
    """
    return ops.mean(ops.softplus(-made))


def noise(count: int, seed: int) -> np.ndarray:
    """Noise (count, 100), the same for the same seed."""
    return np.random.default_rng(seed).standard_normal((count, NOISE)).astype(np.float32)
