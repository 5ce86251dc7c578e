"""LEARCH: a learned quadratic objective over the chroma maps, minimised by one sparse solve (Deshpande et al. 2015).

Random forests, asked with features of each cell of 8 x 8 pixels and of each pair of cells, give the objective's
targets and weights; `boosting` learns them, `objective` solves, `reshaping` moves the answer towards the colours that
the forests expect of the picture. The features are the cell's own intensity, texture and place, and what a linear map
makes of a frozen EfficientNet-Lite0.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.errors import WeightsError
from heritage_color.lab import lightness_to_grey
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.colorizer import Colorizer, Pairs, Prediction
from heritage_color.methods.learch import projection, reshaping
from heritage_color.methods.learch.boosting import Conditioning, Example, Size, boost, first_forests
from heritage_color.methods.learch.cells import STRIDE, enlarge, own_features, pair_features
from heritage_color.methods.learch.forests import from_arrays, stump
from heritage_color.methods.learch.projection import TAPS, Looked, Projection
from heritage_color.methods.names import PRESETS
from heritage_color.methods.networks import efficientnet
from heritage_color.methods.weights import Arrays, assign, load_weights, save_weights

if TYPE_CHECKING:
    import tensorflow as tf

    from heritage_color.methods.networks.efficientnet import TapName

LOOK = 2 / 3  # of the picture's size: what the training saw, and enough for colour
SIDE, ANSWER = 32, 4  # pixels: sides are multiples of the one, answers are given for cells of the other
CELLS_PER_PICTURE, WHOLE_EVERY = 48, 8  # cells that forests learn from, and one picture in so many is kept whole
SWITCH = ("learned", "first", "nothing")  # the ablation: all rounds, first forests alone, nothing of the picture
BLUR = 1.0  # bins of the expected histogram, which has seldom more than one region then
# How a preset reads the answer: the most that reshaping stretches it by, 0 for none, and what chroma is multiplied by
READINGS = {"faithful": (0.0, 1.0), "balanced": (2.0, 1.2), "vivid": (2.0, 1.5)}


class Learch(Colorizer):
    """Forests, objective, solve and histogram as one method."""

    name = "learch"
    presets: tuple[str, ...] = PRESETS

    def __init__(self, scenes: int = 6, use: str = "learned", size: Size | None = None):
        """`scenes` that `fit` tells apart; `use`, one of SWITCH, how much of what was learned answers."""
        if use not in SWITCH:
            raise WeightsError(f"There is no part {use!r} of learch to use. Parts: {', '.join(SWITCH)}.")
        self.scenes, self.use, self.size = scenes, use, size or Size()
        self.network = efficientnet.build_encoder()
        arrays, encoder = load_weights(efficientnet.ENCODER_FILE)
        assign(self.network, arrays)
        nothing = stump(np.zeros(3))
        self.centres = np.zeros((1, efficientnet.HEAD_CHANNELS), np.float32)
        self.projection = projection.nothing()
        self.conditioning = Conditioning((nothing,), nothing, (), np.array([0, 0, 1], np.float32))
        self.card = Card(method=self.name, encoder_sha256=encoder.sha256, readings=READINGS)

    @cached_property
    def _maps(self) -> "Callable[[np.ndarray], dict[TapName, tf.Tensor]]":
        """The encoder as a graph, traced once for all sizes."""
        import tensorflow

        signature = [tensorflow.TensorSpec((1, None, None, 1), tensorflow.float32)]
        graph: Callable[[np.ndarray], dict[TapName, tf.Tensor]] = tensorflow.function(
            lambda grey: self.network(grey, training=False), input_signature=signature
        )
        return graph

    def look(self, grey: np.ndarray) -> Looked:
        """Return features of a grey picture (H, W) in 0..255, H and W multiples of 32."""
        seen = {tap: each.numpy()[0] for tap, each in self._maps(grey[None, ..., None].astype(np.float32)).items()}
        size = (grey.shape[0] // STRIDE, grey.shape[1] // STRIDE)
        maps = {tap: seen[tap] for tap in TAPS}
        return Looked(size, maps, own_features(grey / np.float32(255)), seen["head"].mean((0, 1)))

    def scene(self, looked: Looked) -> int:
        """Return the nearest of the scenes' centres."""
        return int(((self.centres - looked.pooled) ** 2).sum(1).argmin())

    def answers(self, lightness: np.ndarray) -> "Answers":
        """Return the solution and the expected histograms of each picture (N, H, W)."""
        solutions, histograms = zip(*(self._answer(picture) for picture in lightness), strict=True)
        return Answers(np.stack(solutions), np.stack(histograms))

    def _answer(self, lightness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import tensorflow

        sides = [max(SIDE, SIDE * round(side * LOOK / SIDE)) for side in lightness.shape]
        grey = lightness_to_grey(lightness)[..., None] * np.float32(255)
        looked = self.look(tensorflow.image.resize(grey, sides, antialias=True).numpy()[..., 0])
        chroma, expected = self.solve(looked)
        fine = lightness.reshape(lightness.shape[0] // ANSWER, ANSWER, -1, ANSWER).mean((1, 3))
        return enlarge(chroma.reshape(*looked.size, 2).astype(np.float32), fine), expected

    def solve(self, looked: Looked) -> tuple[np.ndarray, np.ndarray]:
        """The minimiser (n, 2) of a picture's objective, and the histograms (2, BINS) that are expected."""
        cells = self.projection.features(looked)
        pairs = pair_features(cells, *looked.size)
        if self.use == "nothing":
            now = self.conditioning.constant(len(cells), len(pairs))
        elif self.use == "first":
            now = self.conditioning.first(cells, pairs, self.scene(looked))
        else:
            now = self.conditioning.coefficients(cells, pairs, self.scene(looked))
        chroma = now.objective(looked.size).minimiser()
        return chroma, self._expected(cells, self.scene(looked))

    def _expected(self, cells: np.ndarray, scene: int) -> np.ndarray:
        moments = self.conditioning.scenes[scene].predict(cells)
        variance = np.maximum(moments[:, 2] - (moments[:, :2] ** 2).sum(1), 0) / 2
        return np.stack([reshaping.expected(moments[:, channel], np.sqrt(variance)) for channel in range(2)])

    def reading(self, answers: "Answers", preset: str) -> Prediction:
        """The solution, its histograms reshaped as far as the preset has it."""
        readings = self.card.readings or READINGS
        if preset not in readings:
            raise WeightsError(f"{self.name} has no preset {preset!r}. Presets: {', '.join(readings)}.")
        most, gain = readings[preset]
        if not most:
            return Prediction(answers.ab, None)
        each = zip(answers.ab, answers.histogram, strict=True)
        moved = np.stack([reshaping.reshaped(ab, expected, BLUR, most) for ab, expected in each])
        return Prediction(np.clip(moved * np.float32(gain), -reshaping.REACH, reshaping.REACH), None)

    def fit(self, pairs: Pairs, **options: object) -> list[float]:
        """Learn from batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2); options of networks are ignored.

        Half of the pictures teach the linear map, most others the first forests, and one in eight the rounds, so that
        each part sees those before it as they answer to what they were not taught. Returns the margin cost before and
        after each round of LEARCH.
        """
        samples: list[Sample] = []
        with ThreadPoolExecutor() as pool:  # one picture alone keeps one core busy
            for greys, colours in pairs:
                numbers = range(len(samples), len(samples) + len(greys))
                samples += pool.map(self._sample, np.asarray(greys)[..., 0], np.asarray(colours), numbers)
        if not samples:
            raise WeightsError("There is no photograph to learn from.")
        return self.learn(samples)

    def learn(self, samples: "list[Sample]") -> list[float]:
        """`fit` of what was sampled of the pictures, which can serve several trainings."""
        taught, whole = samples[::2], [sample for sample in samples if sample.looked.maps]
        others = [sample for sample in samples[1::2] if not sample.looked.maps] or samples
        self.projection = projection.teach(*(list(part) for part in zip(*map(_lesson, taught), strict=True)))
        self.centres = projection.cluster(np.stack([sample.looked.pooled for sample in samples]), self.scenes)
        cells = [self.projection.project(each.looked.own[each.rows], each.raw, each.looked.pooled) for each in others]
        scene = np.repeat([self.scene(each.looked) for each in others], [len(each.rows) for each in others])
        examples = [self._example(sample) for sample in whole]
        truth = np.concatenate([each.truth[each.rows] for each in others])
        start = first_forests(np.concatenate(cells), truth, scene, len(self.centres), examples, self.size)
        self.conditioning, costs = boost(start, examples, self.size)
        return costs

    def _sample(self, grey: np.ndarray, ab: np.ndarray, number: int) -> "Sample":
        """Return what is kept of a picture: some cells, and of some pictures all."""
        looked, truth = self.look(grey), ab.reshape(ab.shape[0] // 2, 2, ab.shape[1] // 2, 2, 2).mean((1, 3))
        random = np.random.default_rng(number)
        rows = random.permutation(len(looked.own))[:CELLS_PER_PICTURE]
        raw = looked.raw(rows)
        maps = {tap: each.astype(np.float16) for tap, each in looked.maps.items()}
        looked = replace(looked, maps=maps if number % WHOLE_EVERY == 1 or not number else {})
        return Sample(looked, truth.reshape(-1, 2).astype(np.float32), rows, raw)

    def _example(self, sample: "Sample") -> Example:
        looked = sample.looked
        cells = self.projection.features(looked)
        return Example(looked.size, cells, pair_features(cells, *looked.size), self.scene(looked), sample.truth)

    def arrays(self) -> Arrays:
        """All that was learned, by name."""
        model = self.conditioning
        named = {f"scene/{number}": forest for number, forest in enumerate(model.scenes)} | {"pairs": model.pairs}
        for number, (of_cells, of_pairs) in enumerate(model.rounds):
            named |= {f"round/{number}/cells": of_cells, f"round/{number}/pairs": of_pairs}
        arrays = {"centres": self.centres, "constants": model.constants}
        arrays |= {"projection/weights": self.projection.weights, "projection/offset": self.projection.offset}
        return arrays | {part: array for name, forest in named.items() for part, array in forest.arrays(name).items()}

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write all forests and the map, and the card. The encoder is a file of its own."""
        counts = Card(scenes=len(self.conditioning.scenes), rounds=len(self.conditioning.rounds))
        return save_weights(path, self.arrays(), self.card | counts | about)

    def load(self, path: Path) -> None:
        """Read a weight file. Raises WeightsError when it is damaged or was trained with another encoder."""
        arrays, card = load_weights(path, self.name)
        if card.encoder_sha256 != self.card.encoder_sha256:
            raise WeightsError(f"{path.name} was trained with other encoder weights than those that are here.")
        self.centres = arrays["centres"]
        self.projection = Projection(arrays["projection/weights"], arrays["projection/offset"])
        self.conditioning = Conditioning(
            tuple(from_arrays(arrays, f"scene/{number}") for number in range(card.scenes or 0)),
            from_arrays(arrays, "pairs"),
            tuple(
                (from_arrays(arrays, f"round/{number}/cells"), from_arrays(arrays, f"round/{number}/pairs"))
                for number in range(card.rounds or 0)
            ),
            arrays["constants"],
        )
        self.card = self.card | card


@dataclass(frozen=True)
class Answers:
    """Of N pictures the solution `ab` (N, H/4, W/4, 2), and the histograms of a and b expected (N, 2, BINS)."""

    ab: np.ndarray
    histogram: np.ndarray


@dataclass(frozen=True)
class Sample:
    """What is kept of a training picture. Only of those kept whole `looked` has maps."""

    looked: Looked
    truth: np.ndarray  # (n, 2) of all cells
    rows: np.ndarray  # those that forests and map learn from
    raw: np.ndarray  # (rows, LOCAL) of those


def _lesson(sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return sample.raw, sample.looked.pooled, sample.truth[sample.rows]
