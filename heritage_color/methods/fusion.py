"""Encoder-decoder with a global embedding in a fusion layer, after Baldassarre et al. 2017 and Joshi et al. 2020.

The encoder is an EfficientNet-Lite, frozen. The fusion layer copies a global embedding to every cell at stride 8:
for `fusion-lite` the encoder's own pooled features, for `fusion` also the logits of an Inception-ResNetV2. The decoder
ends, at stride 4, in two classifications over gamut bins, as seen and rebalanced (Zhang et al. 2016), and a light
regression, all on shared features. A preset says how they are read.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow

from heritage_color.errors import WeightsError
from heritage_color.lab import lightness_to_grey
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.colorizer import Colorizer, Prediction
from heritage_color.methods.names import PRESETS
from heritage_color.methods.networks import bins, efficientnet, inception
from heritage_color.methods.networks.classification import classification_loss, learn
from heritage_color.methods.networks.fusing import AB_SCALE, build_network, regression_loss
from heritage_color.methods.weights import Arrays, assign, collect, load_weights, save_weights

AnswerName = str  # "seen", "rebalanced" or "regression"
Targets = dict[AnswerName, tensorflow.Tensor]

REGRESSION_SHARE = 2.0  # brings the regression's gradient to the order of the classifications'
RARITY = "rarity"  # name of the bins' rarity in a weight file
EMBEDDING = "inception_resnet_v2_embedding"
STRIDE, MULTIPLE = 4, 32  # pixels: of the answers, and of the coarsest features
# The network looks at a picture several times, (share of its size, mirrored), and the answers' mean is taken: large,
# it tells things apart; small, it sees what they are together
LOOKS = ((1.0, False), (0.667, True), (0.5, False))


@dataclass(frozen=True)
class Reading:
    """How a preset reads the answers: shares of the rebalanced logits, of the bins' rarity and of the regression,

    the temperature, and what the chroma is multiplied by: an expectation is duller than the colours it is the mean of.
    """

    rebalanced: float
    temperature: float
    regression: float
    gain: float
    rarity: float = 0.0  # cards of before November 2026 have none


@dataclass(frozen=True)
class Answers:
    """The network's three answers (N, H/4, W/4, ...): logits over the bins as seen and rebalanced, and ab / 110."""

    seen: np.ndarray
    rebalanced: np.ndarray
    regression: np.ndarray


DEFAULT_PRESETS = {
    "faithful": Reading(rebalanced=0.0, rarity=0.0, temperature=0.6, regression=0.0, gain=1.0),
    "balanced": Reading(rebalanced=0.0, rarity=0.4, temperature=0.6, regression=0.0, gain=1.0),
    "vivid": Reading(rebalanced=0.0, rarity=0.6, temperature=0.7, regression=0.0, gain=1.0),
}


class FusionLite(Colorizer):
    """The fusion network without the Inception-ResNetV2 branch, for machines without a GPU."""

    name = "fusion-lite"
    presets = PRESETS
    looks = LOOKS

    def __init__(self, dropout: float = 0.0, encoder: str = efficientnet.LITE0.name):
        if encoder not in efficientnet.VARIANTS:
            raise WeightsError(f"There is no encoder {encoder!r}. Encoders: {', '.join(efficientnet.VARIANTS)}.")
        self.rarity = np.zeros(len(bins.centres()), np.float32)
        self.dropout = dropout
        self._build(encoder)

    def _build(self, encoder: str) -> None:
        variant = efficientnet.VARIANTS[encoder]
        self.network = build_network(self._embedding(), self.dropout, variant)
        self.frozen = (variant.layer, EMBEDDING)
        arrays, about = load_weights(variant.file)
        assign(self.network.get_layer(variant.layer), arrays)
        self.card = Card(
            method=self.name,
            encoder=encoder,
            encoder_sha256=about.sha256,
            presets={name: asdict(reading) for name, reading in DEFAULT_PRESETS.items()},
        )
        # One graph for all sizes
        signature = [tensorflow.TensorSpec((None, None, None, 1), tensorflow.float32)]
        self._answer = tensorflow.function(self._mean_of_looks, input_signature=signature)

    def _embedding(self) -> keras.Model | None:
        return None

    def compile(
        self, optimizer: keras.optimizers.Optimizer, prior: np.ndarray, rebalancing: float = bins.REBALANCING
    ) -> None:
        """Prepare `fit`: the optimizer, the bins' frequencies (Q,) in the training photographs, and lambda."""
        self.rarity = bins.rarity(prior)
        self.network.compile(
            optimizer,
            loss={
                "seen": classification_loss(None),
                "rebalanced": classification_loss(bins.rebalancing_weights(prior, rebalancing)),
                "regression": regression_loss,
            },
            loss_weights={"seen": 1.0, "rebalanced": 1.0, "regression": REGRESSION_SHARE},
            jit_compile=False,  # measured on CPU: XLA takes 20 times as long
        )

    def fit(self, pairs: Iterable, **options) -> keras.callbacks.History:
        """Learn from a tf.data set of batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2).

        Options are those of Keras' `fit`. Without `compile` first, Adam and equal bins are used.
        """
        return learn(self, pairs, lambda grey, ab: (self.from_grey(grey), _three_targets(ab)), **options)

    def from_grey(self, grey):
        """What the network takes in, of grey (N, H, W, 1) 0..255."""
        return grey

    def answers(self, lightness: np.ndarray) -> Answers:
        """Return the network's three answers as arrays; `read` makes chroma of them.

        On a CPU a batch gains nothing, and one picture at a time gives the same bytes in whatever company it comes.
        """
        grey = lightness_to_grey(lightness)[..., None] * np.float32(255)
        together = len(grey) if tensorflow.config.list_physical_devices("GPU") else 1
        batches = [grey[start : start + together] for start in range(0, len(grey), together)]
        each = [self._answer(tensorflow.constant(batch)) for batch in batches]
        return Answers(**{name: np.concatenate([answer[name] for answer in each]) for name in each[0]})

    def reading(self, answers: Answers, preset: str) -> Prediction:
        """Chroma and uncertainty (N, H/4, W/4) as a preset of the card reads the three answers."""
        presets = self.card.presets or {}
        if preset not in presets:
            raise WeightsError(f"{self.name} has no preset {preset!r}. Presets: {', '.join(presets)}.")
        return Prediction(
            read_answers(answers, self.rarity, Reading(**presets[preset])), bins.uncertainty(answers.seen)
        )

    def _mean_of_looks(self, grey):
        """The mean of the network's answers to grey (N, H, W, 1), at the sizes of `looks`, brought to H/4 x W/4."""
        looks = [self._look(grey, scale, mirrored) for scale, mirrored in self.looks]
        return {name: sum(look[name] for look in looks) / len(looks) for name in looks[0]}

    def _look(self, grey, scale: float, mirrored: bool):
        size = tensorflow.shape(grey)[1:3]
        sides = (
            tensorflow.cast(tensorflow.round(tensorflow.cast(size, "float32") * scale / MULTIPLE), "int32") * MULTIPLE
        )
        seen = tensorflow.image.resize(grey, tensorflow.maximum(sides, MULTIPLE), antialias=True)
        seen = tensorflow.reverse(seen, [2]) if mirrored else seen
        answers = self.network(seen, training=False)
        answers = {name: tensorflow.reverse(answer, [2]) if mirrored else answer for name, answer in answers.items()}
        return {name: tensorflow.image.resize(answer, size // STRIDE) for name, answer in answers.items()}

    def trained(self) -> Arrays:
        """What training changes, by name: the weights, but the frozen encoder's and embedding's, and the rarity."""
        frozen = {id(v) for name in self.frozen for v in self._frozen_weights(name)}
        return {v.path: v.numpy() for v in self.network.weights if id(v) not in frozen} | {RARITY: self.rarity}

    def _frozen_weights(self, layer: str) -> list:
        names = {item.name for item in self.network.layers}
        return self.network.get_layer(layer).weights if layer in names else []

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write what was trained, in half precision, and the card. The encoder is a file of its own."""
        return save_weights(path, self.trained(), self.card | about)

    def start_from(self, path: Path) -> None:
        """Take over every layer that a weight file of this family has too; an embedding's new inputs start at zero.

        Raises WeightsError when the file is damaged, or has no layer of this network.
        """
        arrays, _ = load_weights(path)
        mine = self.trained()
        taken = {name: _widened(arrays[name], now) for name, now in mine.items() if name in arrays}
        if not taken.keys() - {RARITY}:
            raise WeightsError(f"{path.name} has no layer of {self.name}: it belongs to another network.")
        assign(self.network, collect(self.network) | mine | taken)

    def load(self, path: Path) -> None:
        """Read a weight file. Raises WeightsError when it is damaged or was trained on other frozen weights."""
        arrays, card = load_weights(path, self.name)
        encoder = card.encoder or efficientnet.LITE0.name  # older cards do not say
        if encoder != self.card.encoder:
            self._build(encoder)
        for part in ("encoder", "inception"):
            if getattr(card, f"{part}_sha256") != getattr(self.card, f"{part}_sha256"):
                source = card.inception_weights if part == "inception" else None
                remedy = f" Its card names {source}: set HERITAGE_INCEPTION_WEIGHTS to that." if source else ""
                sentence = f"{path.name} was trained with other {part} weights than those that are here."
                raise WeightsError(sentence + remedy)
        arrays = {RARITY: np.zeros_like(self.rarity)} | arrays  # files of before November 2026 have none
        assign(self.network, collect(self.network) | arrays, missing=self.trained().keys() - arrays.keys())
        self.rarity = arrays[RARITY]
        self.card = self.card | card


class Fusion(FusionLite):
    """The fusion network of the papers, with the logits of an Inception-ResNetV2 in its fusion layer."""

    name = "fusion"

    def __init__(
        self, inception_weights: str = "heritage", dropout: float = 0.0, encoder: str = efficientnet.LITE0.name
    ):
        self.inception_weights = inception_weights
        super().__init__(dropout, encoder)

    def _build(self, encoder: str) -> None:
        super()._build(encoder)
        self.card = self.card.with_facts(
            inception_weights=self.inception_weights, inception_sha256=self.inception_sha256
        )

    def _embedding(self) -> keras.Model | None:
        embedding, self.inception_sha256 = inception.build_embedding(self.inception_weights)
        return embedding


def _widened(array: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return an array with as many rows as `like`: further inputs of a layer weigh nothing at first."""
    if array.shape[1:] != like.shape[1:] or len(array) > len(like):
        return like
    return np.concatenate([array, np.zeros_like(like[len(array) :])])


def _three_targets(ab: tensorflow.Tensor) -> Targets:
    """Every answer is judged against the same chroma."""
    return {"seen": ab, "rebalanced": ab, "regression": ab}


def read_answers(answers: Answers, rarity: np.ndarray, reading: Reading) -> np.ndarray:
    """Chroma (..., 2) of the three answers, as a reading mixes them, with the bins' `rarity` (Q,).

    Logits are mixed before the softmax, a geometric mean of the two distributions; the regression after it. A share of
    a bin's rarity is added to its logit: the whole would answer as if all bins were equally frequent (Bayes' rule).
    """
    share = reading.rebalanced
    logits = answers.seen if share == 0 else answers.seen * (1 - share) + answers.rebalanced * share
    ab = bins.annealed_mean(logits + rarity * np.float32(reading.rarity), reading.temperature)
    mixed: np.ndarray = (ab + reading.regression * (answers.regression * AB_SCALE - ab)) * np.float32(reading.gain)
    return mixed
