"""Colorful Image Colorization (Zhang, Isola & Efros 2016): colour as a rebalanced classification over gamut bins.

A chain of eight blocks of convolutions, from lightness to logits over bins at a quarter of the size. Rare colours
weigh more in its loss; its distribution is read as an annealed mean, between its mean and its mode. The paper's chain
learns from nothing, which takes a million photographs: where there are few, the frozen features of EfficientNet-Lite0
stand in the place of its first four blocks.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow
from keras import layers, ops

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.colorizer import Colorizer, Prediction
from heritage_color.methods.names import PRESETS
from heritage_color.methods.networks import bins, efficientnet
from heritage_color.methods.networks.classification import cross_entropy, learn, soft_encoding
from heritage_color.methods.networks.colours import grey_to_lightness, lightness_to_grey
from heritage_color.methods.networks.enlarging import Double
from heritage_color.methods.weights import Arrays, assign, collect, load_weights, save_weights

WIDTH = 0.25  # ours, of the paper's channels: what two processor cores can train in half an hour
LIGHTNESS_CENTRE, LIGHTNESS_SCALE = 50.0, 100.0  # as the authors' PyTorch release centres L
GREY_PICTURE = 5.0  # a picture none of whose |a|, |b| is larger teaches nothing (the authors' training code)
TRUNKS = ("efficientnet-lite0", "chain")  # frozen features in the place of the first four blocks, or the paper's own
FEATURES = 5  # the first block that is the paper's with either trunk
SHORTER = 256  # pixels: the shorter side that the network sees, about the scale of its training pictures
STRIDE, MULTIPLE = 4, 32  # pixels: of the answers, and of the coarsest features


# How a preset reads the logits: share of the rebalancing kept, and temperature (0.38: section 2.3)
@dataclass(frozen=True)
class Reading:
    """How a preset reads the logits: the share of the classes' weights that is kept, and the temperature."""

    rebalanced: float
    temperature: float


DEFAULT_PRESETS = {
    "faithful": Reading(rebalanced=0.0, temperature=1.0),
    "balanced": Reading(rebalanced=1.0, temperature=1.0),
    "vivid": Reading(rebalanced=1.0, temperature=0.38),
}


class Block(NamedTuple):
    """Convolutions of 3 x 3 with ReLU, the last one with the stride, then batch normalisation."""

    name: str
    channels: tuple[int, ...]
    stride: int
    dilation: int


# The table of the paper's appendix, as released in `colorizers/eccv16.py`; the eighth block goes up again
BLOCKS = (
    Block("conv1", (64, 64), 2, 1),
    Block("conv2", (128, 128), 2, 1),
    Block("conv3", (256, 256, 256), 2, 1),
    Block("conv4", (512, 512, 512), 1, 1),
    Block("conv5", (512, 512, 512), 1, 2),
    Block("conv6", (512, 512, 512), 1, 2),
    Block("conv7", (512, 512, 512), 1, 1),
)
UP_CHANNELS = 256  # of the eighth block
FROZEN = "efficientnet_lite0"
NORM_MOMENTUM = 0.95  # ours: a training of some thousand steps


def _convolution(x, channels: int, name: str, **options):
    return layers.Conv2D(
        channels, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name, **options
    )(x)


def _block(x, block: Block, width: float):
    last = len(block.channels)
    for number, channels in enumerate(block.channels, 1):
        options = {"strides": block.stride if number == last else 1, "dilation_rate": block.dilation}
        x = _convolution(x, _channels(channels, width), f"{block.name}_{number}", **options)
    return layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{block.name}_norm")(x)


def _channels(papers: int, width: float) -> int:
    return max(1, round(papers * width))


def build_network(width: float = WIDTH, dropout: float = 0.0, trunk: str = TRUNKS[0]) -> keras.Model:
    """From lightness (N, H, W, 1) 0..100, H and W multiples of 32, to logits (N, H/4, W/4, Q) over gamut bins.

    `width` is the share of the paper's channels. In training, `dropout` is the share of the seventh block's channels
    that are left out at random; the paper has none. With the trunk `chain`, multiples of 8 are enough.
    """
    lightness = keras.Input((None, None, 1), name="lightness")
    x = _chain(lightness, width) if trunk == "chain" else _features(lightness, width)
    for block in BLOCKS[FEATURES - 1 :]:
        x = _block(x, block, width)
    x = layers.SpatialDropout2D(dropout, name="dropout")(x)
    up = _channels(UP_CHANNELS, width)
    x = layers.Conv2DTranspose(
        up, 4, 2, "same", activation="relu", kernel_initializer="he_normal", name="conv8_1"
    )(x)  # fmt: skip
    x = _convolution(_convolution(x, up, "conv8_2"), up, "conv8_3")
    logits = layers.Conv2D(len(bins.centres()), 1, dtype="float32", name="bins")(x)
    return keras.Model(lightness, logits, name="cic")


def _chain(lightness, width: float):
    """Return the paper's first four blocks: (N, H/8, W/8, 512 * width)."""
    x = layers.Rescaling(1 / LIGHTNESS_SCALE, -LIGHTNESS_CENTRE / LIGHTNESS_SCALE, name="centre")(lightness)
    for block in BLOCKS[: FEATURES - 1]:
        x = _block(x, block, width)
    return x


def _features(lightness, width: float):
    """What the frozen encoder sees at three scales, mixed to as many channels as the fourth block has."""
    encoder = efficientnet.build_encoder()
    encoder.trainable = False
    taps = encoder(layers.Lambda(_levels_of_grey, name="grey")(lightness), training=False)
    channels = _channels(BLOCKS[FEATURES - 2].channels[-1], width)
    whole = layers.Conv2D(channels, 1, activation="relu", name="whole")(taps["head"])
    coarse = layers.Concatenate(name="coarse")([Double(name="whole_up")(whole), taps["stride_16"]])
    x = layers.Concatenate(name="taps")([Double(name="coarse_up")(coarse), taps["stride_8"]])
    x = layers.Conv2D(channels, 1, activation="relu", kernel_initializer="he_normal", name="conv4")(x)
    return layers.BatchNormalization(momentum=NORM_MOMENTUM, name="conv4_norm")(x)


def _levels_of_grey(lightness):
    """Grey sRGB 0..255, which the encoder was made for, of lightness 0..100."""
    return 255 * lightness_to_grey(lightness)


def rebalanced_loss(class_weights: np.ndarray):
    """Cross entropy (N,) with soft-encoded ab, each cell weighted by its nearest bin's weight; 0 for grey pictures."""

    def loss(ab, logits):
        index, share = soft_encoding(ab)
        entropy = ops.take(class_weights, index[..., 0]) * cross_entropy(index, share, logits)
        coloured = ops.any(ops.abs(ab) > GREY_PICTURE, (1, 2, 3))
        return ops.mean(entropy, (1, 2)) * ops.cast(coloured, entropy.dtype)

    return loss


def read_logits(logits: np.ndarray, class_weights: np.ndarray, reading: Reading) -> np.ndarray:
    """Chroma (..., 2) of logits (..., Q): the annealed mean, of which a reading names temperature and rebalancing."""
    kept = logits - (1 - reading.rebalanced) * np.log(class_weights)
    return bins.annealed_mean(kept, reading.temperature)


class Cic(Colorizer):
    """The paper's network, of any width."""

    name = "cic"
    presets = PRESETS

    def __init__(self, width: float = WIDTH, trunk: str = TRUNKS[0], dropout: float = 0.0):
        if trunk not in TRUNKS:
            raise WeightsError(f"There is no trunk {trunk!r}. Trunks: {', '.join(TRUNKS)}.")
        self.dropout = dropout
        self.class_weights = np.ones(len(bins.centres()), np.float32)
        self._build(width, trunk)

    def _build(self, width: float, trunk: str) -> None:
        presets = {name: asdict(reading) for name, reading in DEFAULT_PRESETS.items()}
        self.card = Card(method=self.name, presets=presets, width=width, trunk=trunk)
        self.network = build_network(width, self.dropout, trunk)
        if trunk != "chain":
            arrays, encoder = load_weights(efficientnet.ENCODER_FILE)
            assign(self.network.get_layer(FROZEN), arrays)
            self.card = self.card.with_facts(encoder_sha256=encoder.sha256)
        # One graph for all sizes
        signature = [tensorflow.TensorSpec((1, None, None, 1), tensorflow.float32)]
        self._answer = tensorflow.function(self._logits, input_signature=signature)

    def compile(
        self, optimizer: keras.optimizers.Optimizer, prior: np.ndarray, rebalancing: float = bins.REBALANCING
    ) -> None:
        """Prepare `fit`: the optimizer, the bins' frequencies (Q,) in the training photographs, and lambda.

        A head that has learned nothing yet starts at what it would learn first: how often, rebalanced, each bin is.
        """
        self.class_weights = bins.rebalancing_weights(prior, rebalancing)
        bias = self.network.get_layer("bins").bias
        if not np.any(bias):
            bias.assign(np.log(prior * self.class_weights + 1e-6))
        self.network.compile(optimizer, loss=rebalanced_loss(self.class_weights), jit_compile=False)

    def fit(self, pairs: Iterable, **options) -> keras.callbacks.History:
        """Learn from a tf.data set of batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2).

        Options are those of Keras' `fit`. Without `compile` first, Adam and equal bins are used.
        """
        return learn(self, pairs, lambda grey, ab: (self.from_grey(grey), ab), **options)

    def from_grey(self, grey):
        """What the network takes in, of grey (N, H, W, 1) 0..255."""
        return grey_to_lightness(grey / 255)

    def answers(self, lightness: np.ndarray) -> np.ndarray:
        """Return logits (N, H/4, W/4, Q), one picture at a time: the same bytes in whatever company it comes."""
        return np.concatenate([self._answer(tensorflow.constant(picture[None, ..., None])) for picture in lightness])

    def reading(self, answers: np.ndarray, preset: str) -> Prediction:
        """Return chroma and uncertainty (N, H/4, W/4): the entropy of the bins as often as photographs have them."""
        presets = self.card.presets or {}
        if preset not in presets:
            raise WeightsError(f"{self.name} has no preset {preset!r}. Presets: {', '.join(presets)}.")
        ab = read_logits(answers, self.class_weights, Reading(**presets[preset]))
        return Prediction(ab, bins.uncertainty(answers - np.log(self.class_weights)))

    def _logits(self, lightness):
        """The network's answer to lightness (1, H, W, 1), seen with a shorter side of SHORTER, at H/4 x W/4."""
        size = tensorflow.shape(lightness)[1:3]
        scale = SHORTER / tensorflow.reduce_min(size)
        cells = tensorflow.round(tensorflow.cast(size, "float64") * scale / MULTIPLE)
        seen = tensorflow.image.resize(lightness, MULTIPLE * tensorflow.cast(cells, "int32"), antialias=True)
        return tensorflow.image.resize(self.network(seen, training=False), size // STRIDE)

    def trained(self) -> Arrays:
        """Return the weights that training changes, by name: all but a frozen encoder's."""
        frozen = {id(weight) for layer in self.network.layers if layer.name == FROZEN for weight in layer.weights}
        return {weight.path: weight.numpy() for weight in self.network.weights if id(weight) not in frozen}

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write what was trained in half precision, the classes' weights among it, and the card."""
        return save_weights(path, self.trained() | {"class_weights": self.class_weights}, self.card | about)

    def start_from(self, path: Path) -> None:
        """Take over the network of a weight file of this method, trunk and width. Raises WeightsError."""
        self._assign(load_weights(path, self.name)[0])

    def load(self, path: Path) -> None:
        """Read a weight file; the network gets the trunk and width that its card names. Raises WeightsError."""
        arrays, card = load_weights(path, self.name)
        if (card.width, card.trunk) != (self.card.width, self.card.trunk):
            self._build(card.width or WIDTH, card.trunk or TRUNKS[0])
        if card.encoder_sha256 != self.card.encoder_sha256:
            raise WeightsError(f"{path.name} was trained with another encoder than the one that is here.")
        self._assign(arrays)
        self.class_weights = arrays["class_weights"]
        self.card = self.card | card

    def _assign(self, arrays: Arrays) -> None:
        assign(self.network, collect(self.network) | arrays, missing=self.trained().keys() - arrays.keys())
