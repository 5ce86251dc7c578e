"""Colour photographs as training pairs: a grey picture as an archive would hold it, and its true chroma."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from heritage_color import lab

SUFFIXES = {".jpg", ".jpeg", ".png"}
CROP = 224  # pixels: the side of a training picture
STRIDE = 4  # the networks answer one colour per 4 x 4 pixels
COLOUR_THRESHOLD = 5.0  # Zhang et al. 2016, released code: a picture with no |a| or |b| above it is grey
AGED_SHARE = 0.4  # of the pictures get an archive's defects
# Sensitivity as weights of linear R, G, B: orthochromatic film sees no red, blue-sensitive plates hardly green
FILMS = np.array([[0.21, 0.72, 0.07], [0.33, 0.33, 0.33], [0.03, 0.62, 0.35], [0.01, 0.14, 0.85]], np.float32)


def find(folder: Path) -> list[str]:
    """Paths of all photographs below a folder, sorted, so that a seed means the same order everywhere."""
    return sorted(str(path) for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES)


def to_linear(rgb: tf.Tensor) -> tf.Tensor:
    """Linear light of sRGB values 0..1, any shape."""
    return tf.where(rgb <= 0.04045, rgb / 12.92, ((tf.maximum(rgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def from_linear(linear: tf.Tensor) -> tf.Tensor:
    """sRGB values of linear light 0..1, any shape."""
    return tf.where(linear <= 0.0031308, linear * 12.92, 1.055 * tf.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def linear_to_lab(linear: tf.Tensor) -> tf.Tensor:
    """Lab (H, W, 3) of linear RGB (H, W, 3): `lab.rgb_to_lab` inside the graph."""
    xyz = tf.tensordot(linear, lab.RGB_TO_XYZ.T / lab.WHITE, 1)
    f = tf.where(xyz > lab.EPSILON, tf.maximum(xyz, lab.EPSILON) ** (1 / 3), (lab.KAPPA * xyz + 16) / 116)
    x, y, z = tf.unstack(f, axis=-1)
    return tf.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def age(linear: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Grey (H, W, 1) in 0..255 of a photograph (H, W, 3) in linear light, seen through old film, faded and grainy."""
    draw = tf.unstack(tf.random.stateless_uniform([6], seed))
    film = tf.gather(FILMS, tf.cast(draw[0] * len(FILMS), tf.int32))
    luminance = tf.tensordot(linear, film, 1)[..., None]
    grey = from_linear(tf.clip_by_value(luminance, 0.0, 1.0)) ** (0.7 + 0.7 * draw[1])
    soft = tf.nn.avg_pool2d(tf.pad(grey, [[1, 1], [1, 1], [0, 0]], "REFLECT")[None], 3, 1, "VALID")[0]
    grey = grey + draw[2] * (soft - grey)
    black, white = 0.15 * draw[3], 1 - 0.15 * draw[4]
    grain = tf.random.stateless_normal(tf.shape(grey), seed + 1) * 0.04 * draw[5]
    return tf.clip_by_value(black + (white - black) * grey + grain, 0.0, 1.0) * 255


def pair(path: tf.Tensor, seed: tf.Tensor, augment: bool) -> tuple[tf.Tensor, tf.Tensor]:
    """Grey (224, 224, 1) in 0..255 and ab (56, 56, 2) of one photograph; cropped, mirrored, some aged."""
    rgb = tf.cast(tf.io.decode_image(tf.io.read_file(path), 3, expand_animations=False), tf.float32) / 255
    draw = tf.random.stateless_uniform([5], seed)
    shorter = tf.cast(tf.minimum(tf.shape(rgb)[0], tf.shape(rgb)[1]), tf.float32)
    side = tf.cast(shorter * (0.7 + 0.3 * draw[0] if augment else 1.0), tf.int32)
    room = tf.cast(tf.shape(rgb)[:2] - side, tf.float32)
    top, left = tf.unstack(tf.cast(room * (draw[1:3] if augment else 0.5), tf.int32))
    crop = tf.image.resize(rgb[top : top + side, left : left + side], (CROP, CROP), antialias=True)
    crop = tf.clip_by_value(crop, 0.0, 1.0)
    if augment and draw[3] < 0.5:
        crop = crop[:, ::-1]
    linear = to_linear(crop)
    colour = linear_to_lab(linear)
    luminance = tf.tensordot(linear, lab.RGB_TO_XYZ[1], 1)[..., None]
    grey = from_linear(tf.clip_by_value(luminance, 0.0, 1.0)) * 255
    if augment and draw[4] < AGED_SHARE:
        grey = age(linear, seed + 2)
    ab = tf.nn.avg_pool2d(colour[None, ..., 1:], STRIDE, STRIDE, "VALID")[0]
    return tf.ensure_shape(grey, (CROP, CROP, 1)), tf.ensure_shape(ab, (CROP // STRIDE, CROP // STRIDE, 2))


def has_colour(grey: tf.Tensor, ab: tf.Tensor) -> tf.Tensor:
    """Whether a picture teaches colour at all: near-grey pictures in training make grey answers."""
    del grey
    return tf.reduce_max(tf.abs(ab)) > COLOUR_THRESHOLD


def pairs(paths: list[str], batch: int, seed: int | None, augment: bool = True) -> tf.data.Dataset:
    """Batches of (grey, ab). With a seed, shuffled, and new crops each epoch; the order repeats for a seed."""
    data = tf.data.Dataset.from_tensor_slices(paths)
    if seed is not None:
        data = data.shuffle(len(paths), seed=seed)
    seeds = tf.data.Dataset.random(seed or 0, rerandomize_each_iteration=seed is not None).batch(2)
    data = tf.data.Dataset.zip(data, seeds.map(lambda two: tf.cast(two, tf.int32)))
    data = data.map(lambda path, two: pair(path, two, augment), tf.data.AUTOTUNE, deterministic=True)
    return data.filter(has_colour).batch(batch, drop_remainder=augment).prefetch(2)
