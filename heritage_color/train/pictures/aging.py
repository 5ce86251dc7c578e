"""What an archive's pictures went through, done to the grey input of training; the true colours stay untouched.

All functions run inside a tf.data graph. Grey is (H, W, 1) in 0..1; `draw` are numbers in 0..1 that choose how much.
"""

import numpy as np
import tensorflow as tf

from heritage_color import lab
from heritage_color.methods.networks.colours import linear_to_srgb, srgb_to_linear

# Sensitivity as weights of linear R, G, B: panchromatic twice, orthochromatic film sees no red, blue-sensitive plates
# hardly green
FILMS = np.array([[0.21, 0.72, 0.07], [0.33, 0.33, 0.33], [0.03, 0.62, 0.35], [0.01, 0.14, 0.85]], np.float32)
TONED_SHARE = 0.25  # of the aged pictures are sepia prints, neutralised
COMPRESSED_SHARE = 0.4  # of the aged pictures came as JPEG
MOUNT_SHARE = 0.15  # of a side that rebate or paper takes at most


def grey_of(linear: tf.Tensor, sensitivity: np.ndarray = lab.RGB_TO_XYZ[1]) -> tf.Tensor:
    """Return grey of a photograph (H, W, 3) in linear light, by default as bright as the eye sees it."""
    return linear_to_srgb(tf.clip_by_value(tf.tensordot(linear, sensitivity, 1), 0.0, 1.0))[..., None]


def age(linear: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Grey of a photograph (H, W, 3) in linear light, as an archive would hold it."""
    draw = tf.random.stateless_uniform([10], seed)
    grey = soften(expose(linear, draw[:2]), draw[2])
    grey = fade(grey, draw[3:6], seed + 2)
    grey = tf.cond(draw[6] < TONED_SHARE, lambda: tone(grey, draw[6] / TONED_SHARE), lambda: grey)
    grey = grey + tf.random.stateless_normal(tf.shape(grey), seed + 1) * 0.04 * draw[7]
    grey = tf.cond(draw[8] < COMPRESSED_SHARE, lambda: compress(grey, seed + 3), lambda: grey)
    return tf.clip_by_value(grey, 0.0, 1.0)


def expose(linear: tf.Tensor, draw: tf.Tensor) -> tf.Tensor:
    """Return a film's response to linear light (H, W, 3), with a contrast of its own. `draw` (2,)."""
    film = tf.gather(FILMS, tf.cast(draw[0] * len(FILMS), tf.int32))
    return grey_of(linear, film) ** (0.7 + 0.7 * draw[1])


def soften(grey: tf.Tensor, draw: tf.Tensor) -> tf.Tensor:
    """Mix in a blur of one pixel: a lens of the time, or a scan out of focus."""
    padded = tf.pad(grey, [[1, 1], [1, 1], [0, 0]], "REFLECT")[None]
    return grey + draw * (tf.nn.avg_pool2d(padded, 3, 1, "VALID")[0] - grey)


def fade(grey: tf.Tensor, draw: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Raise blacks and lower whites, more on one side of the print than on the other. `draw` (3,)."""
    corners = tf.random.stateless_uniform([2, 2, 1], seed)
    uneven = 1 + draw[2] * (tf.image.resize(corners, tf.shape(grey)[:2]) - 0.5)
    black, white = 0.15 * draw[0] * uneven, 1 - 0.15 * draw[1] * uneven
    return black + (white - black) * grey


def tone(grey: tf.Tensor, draw: tf.Tensor) -> tf.Tensor:
    """The lightness of a sepia print: toned between black and white, then neutralised as the pipeline does it."""
    strength = draw * grey * (1 - grey)
    toned = [tf.clip_by_value(grey + share * strength, 0.0, 1.0) for share in (0.4, 0.0, -0.6)]
    return grey_of(srgb_to_linear(tf.concat(toned, -1)))


def compress(grey: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Put a JPEG of quality 35 to 90 between the print and us."""
    return tf.image.stateless_random_jpeg_quality(tf.clip_by_value(grey, 0.0, 1.0), 35, 90, seed)


def mount(grey: tf.Tensor, ab: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Lay film rebate or paper along the sides of a square: flat, and without colour in ab (H/4, W/4, 2).

    The networks learn from it that what is no photograph has no colour.
    """
    draw = tf.random.stateless_uniform([6], seed)
    side, cells = tf.shape(grey)[0], tf.shape(ab)[0]
    widths = tf.cast(draw[:4] * MOUNT_SHARE * tf.cast(cells, tf.float32), tf.int32)
    place = tf.range(cells)
    rows = (place >= widths[0]) & (place < cells - widths[1])
    columns = (place >= widths[2]) & (place < cells - widths[3])
    inside = tf.cast(rows[:, None] & columns[None, :], tf.float32)[..., None]
    level = tf.where(draw[4] < 0.5, 0.1 * draw[5], 1 - 0.2 * draw[5])  # rebate is black, paper light
    covered = tf.image.resize(inside, (side, side), "nearest")
    return grey * covered + level * (1 - covered), ab * inside
