"""Colour as a translation from picture to picture, after Isola, Zhu, Zhou & Efros 2017 ("pix2pix").

A U-Net makes chroma of lightness; a second network looks at patches of 70 x 70 pixels and tells photographs from its
answers. The generator learns to be near the truth (L1) and to be taken for one (cGAN). Its only noise is dropout, at
prediction too. Numbers of sections are those of the paper; "the authors' code" is its release in PyTorch.
"""

from collections.abc import Iterable
from functools import cached_property
from itertools import count
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.colorizer import Colorizer, Prediction
from heritage_color.methods.networks.colours import grey_to_lightness
from heritage_color.methods.weights import assign, collect, load_weights, save_weights

PAPER_WIDTH, PAPER_SIDE = 64, 256  # channels of the first layer and pixels of a picture, section 6
WIDTH, SIDE = 24, 128  # ours: what two processor cores train in half an hour, and a repository carries
LEAST_SIDE = 32  # pixels: the discriminator has no verdict on less
WIDEST = 8  # times the width: deeper layers have no more channels, section 6.1.1
KERNEL, STRIDE = 4, 2  # every convolution, section 6.1
SLOPE = 0.2  # of the leaky ReLU on the way down, section 6.1
NOISY_LAYERS, NOISE = 3, 0.5  # the first decoder layers, and the share dropped, section 6.1.1
DEVIATION = 0.02  # of the weights at the start, section 6.2
L1_WEIGHT = 100.0  # lambda, section 4.2
DISCRIMINATOR_SHARE = 0.5  # its objective is halved, so that it learns more slowly than the generator: section 3.3
LEARNING_RATE, BETA_1, BETA_2 = 2e-4, 0.5, 0.999  # of Adam, section 3.3
AB_SCALE = 110.0  # ab units that tanh's 1 stands for, in the authors' code
MOMENTUM, EPSILON = 0.9, 1e-5  # of batch normalisation, PyTorch's own as the authors' code takes them
LossTerm = str  # "l1", "cgan" or "discriminator"
Terms = dict[LossTerm, float]
LOSSES = ("l1+cgan", "l1", "cgan")  # the paper's table 1
CELLS = 4  # pixels of lightness per answered cell and side, in every method here


class Noise(layers.Layer):
    """Dropout of half the numbers, in training and at prediction: the z of the paper (section 3.1).

    Which are dropped follows from the seed (2,), the number of the layer and the shape, and from nothing else.
    """

    def __init__(self, number: int, **options):
        super().__init__(**options)
        self.number = number

    def call(self, x, seed):
        draw = tf.random.stateless_uniform(tf.shape(x), seed + self.number)
        return tf.where(draw < NOISE, 0.0, x / (1 - NOISE))


def _kernel():
    return keras.initializers.RandomNormal(0.0, DEVIATION)


def _norm(name: str):
    """Return batch normalisation: in training by the batch, at prediction by the mean statistics of training.

    So a picture gets one answer in whatever company it comes. The paper takes the test batch's statistics
    (section 3.3); those of one picture would take away all that it is as a whole, layer after layer.
    """
    near_one = keras.initializers.RandomNormal(1.0, DEVIATION)
    return layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, gamma_initializer=near_one, name=name)


def encoder_channels(width: int, side: int) -> list[int]:
    """Channels of the layers on the way down, one for each halving of `side` until one pixel is left.

    Raises WeightsError where halving does not lead there.
    """
    halvings = side.bit_length() - 1
    if side != 2**halvings or side < LEAST_SIDE:
        raise WeightsError(f"pix2pix needs a side that is a power of two from 32 on, such as 128 or 256, not {side}.")
    return [width * min(2**place, WIDEST) for place in range(halvings)]


def build_generator(width: int = PAPER_WIDTH, side: int = PAPER_SIDE) -> keras.Model:
    """From [lightness / 50 - 1 (N, H, W, 1), seed (2,) int32] to ab / 110 (N, H, W, 2); H, W multiples of `side`.

    U-Net: what each layer on the way down has seen joins the layer of its size on the way up (section 3.2.1).
    """
    light = keras.Input((None, None, 1), name="light")
    seed = keras.Input(batch_shape=(2,), dtype="int32", name="seed")
    channels, x, skips = encoder_channels(width, side), light, []
    for place, number in enumerate(channels, 1):
        x = _down(x, number, f"down_{place}", normalised=1 < place < len(channels))
        skips.append(x)
    x = skips.pop()
    for place, number in enumerate(reversed(channels[:-1]), 1):
        x = _up(x, number, f"up_{place}")
        x = Noise(place, name=f"noise_{place}")(x, seed) if place <= NOISY_LAYERS else x
        x = layers.Concatenate(name=f"join_{place}")([x, skips.pop()])
    x = layers.ReLU(name="ab_relu")(x)
    x = layers.Conv2DTranspose(2, KERNEL, STRIDE, "same", kernel_initializer=_kernel(), name="ab")(x)
    return keras.Model([light, seed], layers.Activation("tanh", name="ab_tanh")(x), name="generator")


def _down(x, channels: int, name: str, normalised: bool):
    """Halve the size. The first layer is not normalised, nor the last: of one pixel nothing would be left."""
    if not name.endswith("_1"):
        x = layers.LeakyReLU(SLOPE, name=f"{name}_relu")(x)
    convolution = layers.Conv2D(
        channels, KERNEL, STRIDE, "same", use_bias=False, kernel_initializer=_kernel(), name=name
    )
    return _norm(f"{name}_norm")(convolution(x)) if normalised else convolution(x)


def _up(x, channels: int, name: str):
    """Twice the size."""
    x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.Conv2DTranspose(
        channels, KERNEL, STRIDE, "same", use_bias=False, kernel_initializer=_kernel(), name=name
    )(x)
    return _norm(f"{name}_norm")(x)


def build_discriminator(width: int = PAPER_WIDTH) -> keras.Model:
    """From [lightness / 50 - 1 (N, H, W, 1), ab / 110 (N, H, W, 2)] to logits (N, H/8 - 2, W/8 - 2, 1).

    Each logit judges 70 x 70 pixels: positive, it takes them for a photograph (sections 3.2.2, 6.1.2).
    """
    light, ab = keras.Input((None, None, 1), name="light"), keras.Input((None, None, 2), name="ab")
    x = layers.Concatenate(name="both")([light, ab])
    for place, (times, stride) in enumerate(((1, 2), (2, 2), (4, 2), (8, 1)), 1):
        x = _patch(x, width * times, stride, f"patch_{place}", bias=place == 1)
        x = _norm(f"patch_{place}_norm")(x) if place > 1 else x
        x = layers.LeakyReLU(SLOPE, name=f"patch_{place}_relu")(x)
    return keras.Model([light, ab], _patch(x, 1, 1, "verdict", bias=True), name="discriminator")


def _patch(x, channels: int, stride: int, name: str, bias: bool):
    x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    return layers.Conv2D(channels, KERNEL, stride, use_bias=bias, kernel_initializer=_kernel(), name=name)(x)


def l1_loss(ab, answer):
    """Return the mean distance of each number of ab / 110, times lambda = 100."""
    return L1_WEIGHT * ops.mean(ops.abs(ab - answer))


def deceiving_loss(judged):
    """-log D(x, G(x)), the mean over logits of answers: section 3.3 takes it instead of log(1 - D(x, G(x)))."""
    return ops.mean(ops.softplus(-judged))


def telling_loss(true, made):
    """-(log D(x, y) + log(1 - D(x, G(x)))) / 2, the means over logits of photographs and of answers."""
    return DISCRIMINATOR_SHARE * (ops.mean(ops.softplus(-true)) + ops.mean(ops.softplus(made)))


def adam(learning_rate: float = LEARNING_RATE) -> keras.optimizers.Adam:
    """Return the paper's optimizer."""
    return keras.optimizers.Adam(learning_rate, BETA_1, BETA_2)


class Adversaries:
    """Generator and discriminator of one training, each with its optimizer, learning from each other by turns."""

    def __init__(
        self, generator: keras.Model, width: int, loss: str = LOSSES[0], learning_rate: float = LEARNING_RATE
    ):
        if loss not in LOSSES:
            raise WeightsError(f"pix2pix has no loss {loss!r}. Losses: {', '.join(LOSSES)}.")
        self.generator, self.discriminator, self.loss = generator, build_discriminator(width), loss
        self.generating, self.telling = adam(learning_rate), adam(learning_rate)
        self.generating.build(self.generator.trainable_variables)
        self.telling.build(self.discriminator.trainable_variables)
        self.step = tf.function(self.turn)  # the same, as a graph

    def turn(self, light: tf.Tensor, ab: tf.Tensor, seed: tf.Tensor) -> dict[LossTerm, tf.Tensor]:
        """First the discriminator learns from the generator's answer, then the generator from its verdict.

        Lightness / 50 - 1 (N, H, W, 1), ab / 110 (N, H, W, 2), seed (2,) of the noise. Returns the terms of the loss.
        """
        with tf.GradientTape() as tape:
            answer = self.generator([light, seed], training=True)
            terms = {"l1": l1_loss(ab, answer)} if "l1" in self.loss else {}
            if "cgan" in self.loss:
                with tape.stop_recording():
                    telling = self._teach_telling(light, ab, answer)
                terms["cgan"] = deceiving_loss(self.discriminator([light, answer], training=True))
            total = tf.add_n(list(terms.values()))
        variables = self.generator.trainable_variables
        self.generating.apply(tape.gradient(total, variables), variables)
        return terms | ({"discriminator": telling} if "cgan" in terms else {})

    def _teach_telling(self, light, ab, answer):
        with tf.GradientTape() as tape:
            true = self.discriminator([light, ab], training=True)
            loss = telling_loss(true, self.discriminator([light, answer], training=True))
        variables = self.discriminator.trainable_variables
        self.telling.apply(tape.gradient(loss, variables), variables)
        return loss


def scaled(lightness):
    """What the networks take for lightness 0..100: -1..1."""
    return lightness / 50 - 1


def fitted(pictures, side: int):
    """Return pictures (N, H, W, C) with their shorter side brought to `side`, mirrored to multiples of it.

    Returns them, and the height and width (2,) of what is not the mirror's: the aspect is kept.
    """
    size = tf.cast(tf.shape(pictures)[1:3], tf.float32)
    inner = tf.cast(tf.round(size * (side / tf.reduce_min(size))), tf.int32)
    beyond = -inner % side
    resized = tf.image.resize(pictures, inner, antialias=True)
    return tf.pad(resized, [[0, 0], [0, beyond[0]], [0, beyond[1]], [0, 0]], "SYMMETRIC"), inner


class Pix2Pix(Colorizer):
    """One answer for all presets: the noise is drawn from a seed, not chosen by a reader."""

    name = "pix2pix"

    def __init__(self, width: int = WIDTH, side: int = SIDE, seed: int = 0):
        self.seed = seed
        self._build(width, side)
        self.card = Card(method=self.name, width=width, side=side)

    def _build(self, width: int, side: int) -> None:
        self.width, self.side = width, side
        self.generator = build_generator(width, side)

    def fit(
        self, pairs: Iterable, epochs: int = 1, loss: str = LOSSES[0], learning_rate: float = LEARNING_RATE, **options
    ) -> list[Terms]:
        """Learn from a tf.data set of batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2).

        Returns the terms of the loss at each step. `train.networks.adversarial` trains on chroma of full size.
        """
        rivals, steps, terms = Adversaries(self.generator, self.width, loss, learning_rate), count(), []
        for _ in range(epochs):
            for grey, ab in pairs:
                light = scaled(fitted(grey_to_lightness(grey / 255), self.side)[0])
                chroma = tf.clip_by_value(fitted(ab, self.side)[0] / AB_SCALE, -1.0, 1.0)
                losses = rivals.step(light, chroma, tf.constant([self.seed, next(steps)]))
                terms.append({name: float(value) for name, value in losses.items()})
        return terms

    def answers(self, lightness: np.ndarray) -> np.ndarray:
        """Return chroma (N, H/4, W/4, 2), of each picture by itself: in any company it gets the same noise."""
        pictures = lightness[..., None].astype(np.float32)
        return np.concatenate([self._answer(tf.constant(picture[None])).numpy() for picture in pictures])

    def reading(self, answers: np.ndarray, preset: str) -> Prediction:
        """Return the answer itself; no preset changes it, and the network does not say how sure it is."""
        return Prediction(answers, None)

    @cached_property
    def _answer(self):
        """The network as a graph, traced once for all sizes."""
        return tf.function(self._look, input_signature=[tf.TensorSpec((1, None, None, 1), tf.float32)])

    def _look(self, lightness):
        """Chroma (1, H/4, W/4, 2) of lightness (1, H, W, 1), answered at the size that was trained at."""
        light, inner = fitted(lightness, self.side)
        ab = self.generator([scaled(light), tf.constant([self.seed, 0])])[:, : inner[0], : inner[1]]
        return AB_SCALE * tf.image.resize(ab, tf.shape(lightness)[1:3] // CELLS, antialias=True)

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write the generator in 8 bits, and the card; the discriminator is of use in training only."""
        return save_weights(path, collect(self.generator), self.card | about, bits=8)

    def load(self, path: Path) -> None:
        """Read a weight file, of whatever width and side. Raises WeightsError when it is damaged or another's."""
        arrays, card = load_weights(path, self.name)
        shape = int(card.width or WIDTH), card.side or SIDE
        if shape != (self.width, self.side):
            self._build(*shape)
            self.__dict__.pop("_answer", None)  # the graph of the network that was
        assign(self.generator, arrays)
        self.card = self.card | card
