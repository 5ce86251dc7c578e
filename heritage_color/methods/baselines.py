"""Baselines that every table prints: no colour at all, and one tint for all."""

from pathlib import Path

import numpy as np

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.colorizer import Colorizer, Pairs, Prediction
from heritage_color.methods.weights import load_weights, save_weights

STRIDE = 4
# mean ab of 975 ImageNet photographs; `fit` measures that of other photographs
MEAN_AB = (1.5, 8.1)


class Grey(Colorizer):
    """Predicts ab = 0 everywhere: a strong baseline for PSNR."""

    name = "grey"
    constant = np.zeros(2, np.float32)

    def __init__(self) -> None:
        self.card = Card(method=self.name)

    def fit(self, pairs: Pairs, **options: object) -> None:
        """Nothing to learn."""

    def reading(self, answers: np.ndarray, preset: str) -> Prediction:
        """Return one colour for all cells (N, H/4, W/4, 2); the preset changes nothing."""
        shape = (len(answers), answers.shape[1] // STRIDE, answers.shape[2] // STRIDE, 2)
        return Prediction(np.broadcast_to(self.constant, shape).copy(), None)

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write the constant and its card."""
        return save_weights(path, {"constant": self.constant}, self.card | about)

    def load(self, path: Path) -> None:
        """Read the constant, where a file is there; without one the constant of this module stands."""
        if path.is_file():
            arrays, self.card = load_weights(path, self.name)
            self.constant = arrays["constant"]


class Tint(Grey):
    """Predicts the mean colour of the photographs it was fitted on."""

    name = "tint"
    constant = np.array(MEAN_AB, np.float32)

    def fit(self, pairs: Pairs, **options: object) -> None:
        """Take the mean ab of all cells. Raises WeightsError where there is none."""
        total, cells = np.zeros(2), 0
        for _, ab in pairs:
            cell = np.asarray(ab, np.float64).reshape(-1, 2)
            total, cells = total + cell.sum(0), cells + len(cell)
        if not cells:
            raise WeightsError("There is no photograph to take the mean colour of.")
        self.constant = (total / cells).astype(np.float32)
