"""Colour photographs as training pairs: a grey picture as an archive would hold it, and its true chroma."""

from collections.abc import Callable

import tensorflow as tf

from heritage_color.methods.networks.colours import linear_to_lab, srgb_to_linear
from heritage_color.train.pictures.aging import age, grey_of, mount

CROP = 224  # pixels: the side of a training picture
STRIDE = 4  # the networks answer one colour per 4 x 4 pixels
SMALLEST_CROP = 0.5  # of a photograph's shorter side
Making = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]  # a pair of a path and a seed
AGED_SHARE = 0.4  # of the pictures get an archive's defects
MOUNTED_SHARE = 0.1  # of the pictures get a border


def read_photograph(path: tf.Tensor) -> tf.Tensor:
    """Return a photograph as sRGB (H, W, 3) in 0..1."""
    return tf.cast(tf.io.decode_image(tf.io.read_file(path), 3, expand_animations=False), tf.float32) / 255


def square(rgb: tf.Tensor, draw: tf.Tensor, augment: bool, side: int = CROP) -> tf.Tensor:
    """A square (side, side, 3) of a photograph: its middle, or with `augment` a part of it, anywhere, mirrored or not.

    `draw` (4,) in 0..1 chooses which.
    """
    shorter = tf.cast(tf.minimum(tf.shape(rgb)[0], tf.shape(rgb)[1]), tf.float32)
    part = tf.cast(shorter * (SMALLEST_CROP + (1 - SMALLEST_CROP) * draw[0] if augment else 1.0), tf.int32)
    room = tf.cast(tf.shape(rgb)[:2] - part, tf.float32)
    top, left = tf.unstack(tf.cast(room * (draw[1:3] if augment else 0.5), tf.int32))
    resized = tf.image.resize(rgb[top : top + part, left : left + part], (side, side), antialias=True)
    if augment and draw[3] < 0.5:
        resized = resized[:, ::-1]
    return tf.clip_by_value(resized, 0.0, 1.0)


def pair(
    path: tf.Tensor, seed: tf.Tensor, augment: bool, aged: float = AGED_SHARE, side: int = CROP
) -> tuple[tf.Tensor, tf.Tensor]:
    """Grey (side, side, 1) in 0..255 and ab (side/4, side/4, 2) of one photograph; cropped, mirrored, some aged or
    mounted.
    """
    draw = tf.random.stateless_uniform([6], seed)
    linear = srgb_to_linear(square(read_photograph(path), draw[:4], augment, side))
    ab = tf.nn.avg_pool2d(linear_to_lab(linear)[None, ..., 1:], STRIDE, STRIDE, "VALID")[0]
    grey = grey_of(linear)
    if augment and draw[4] < aged:
        grey = age(linear, seed + 2)
    if augment and draw[5] < MOUNTED_SHARE:
        grey, ab = mount(grey, ab, seed + 4)
    return tf.ensure_shape(grey * 255, (side, side, 1)), tf.ensure_shape(ab, (side // STRIDE, side // STRIDE, 2))


def pairs(paths: list[str], batch: int, aged: float = AGED_SHARE, side: int = CROP) -> tf.data.Dataset:
    """Return batches of (grey, ab) of the middle of each photograph, in the order of the paths, nothing augmented."""
    data = tf.data.Dataset.from_tensor_slices(paths)
    data = data.map(lambda path: pair(path, tf.zeros(2, tf.int32), False, aged, side), tf.data.AUTOTUNE)
    return data.batch(batch).prefetch(2)


def endless(
    paths: list[str], batch: int, seed: int, first: int = 0, aged: float = AGED_SHARE, side: int = CROP
) -> tf.data.Dataset:
    """Batches of (grey, ab) without end, from the batch number `first` on: each pass in an order of its own.

    Order, crops and ages depend on the seed and the number alone: a run that goes on sees what it would have seen.
    """
    return numbered(paths, batch, seed, first, lambda path, seed: pair(path, seed, True, aged, side))


def numbered(paths: list[str], batch: int, seed: int, first: int, make: Making) -> tf.data.Dataset:
    """Batches without end of `make(path, seed of this picture (2,))`, of shuffled passes over the paths."""
    table, count = tf.constant(paths), len(paths)

    def made(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        turn, place = number // count, number % count
        order = tf.random.experimental.index_shuffle(place, tf.stack([seed, turn]), count - 1)
        return make(table[order], tf.stack([seed, number]))

    numbers = tf.data.Dataset.range(first * batch, 2**31 - 1, output_type=tf.int32)
    return numbers.map(made, tf.data.AUTOTUNE, deterministic=True).batch(batch).prefetch(2)
