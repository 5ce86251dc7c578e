"""The colorizers. Pure: lightness in, chroma out; files, Lab, sizes and storage are handled once, outside.

Each has `fit`, `predict`, `save` and `load`, and passes tests/methods/test_contract.py.
"""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import numpy as np

from heritage_color.errors import WeightsError
from heritage_color.methods.weights import read_card

# name -> the place of its class; nothing is imported before it is asked for
METHODS = {
    "cic": "heritage_color.methods.cic:Cic",
    "fusion": "heritage_color.methods.fusion:Fusion",
    "fusion-lite": "heritage_color.methods.fusion:FusionLite",
    "learch": "heritage_color.methods.learch.colorizer:Learch",
    "gist": "heritage_color.methods.gist:Gist",
    "grey": "heritage_color.methods.baselines:Grey",
    "pix2pix": "heritage_color.methods.pix2pix:Pix2Pix",
    "tint": "heritage_color.methods.baselines:Tint",
}
PRESETS = ("faithful", "balanced", "vivid")
BASELINES = ("grey", "tint")


@dataclass(frozen=True)
class Prediction:
    """Chroma (N, h, w, 2) in ab units, and the method's own uncertainty (N, h, w) 0..1, or None if it has none.

    The size is the method's own; the aspect is that of the lightness. `sources`, of a method that takes colours of
    photographs: for each of N which, as facts with `file`, `source`, `rights` and `distance`, nearest first.
    """

    ab: np.ndarray
    uncertainty: np.ndarray | None
    sources: tuple = field(default=(), kw_only=True)


class Colorizer(ABC):
    """What every method can do. `predict` is in two steps, so that several presets cost little more than one."""

    name: str
    card: dict
    presets: tuple[str, ...] = ()  # those that change the answer; none where there is one answer only

    @abstractmethod
    def fit(self, pairs: Iterable, **options) -> object:
        """Learn from batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2)."""

    def predict(self, lightness: np.ndarray, preset: str = "balanced") -> Prediction:
        """Chroma of lightness (N, H, W) 0..100, H and W multiples of 32. Raises WeightsError for an unknown preset."""
        return self.reading(self.answers(lightness), preset)

    def answers(self, lightness: np.ndarray):
        """All that costs time and that no preset changes: by default nothing, the lightness itself."""
        return lightness

    @abstractmethod
    def reading(self, answers, preset: str) -> Prediction:
        """What a preset makes of `answers`."""

    @abstractmethod
    def save(self, path: Path, about: dict) -> str:
        """Write the weight file and its card; returns the file's SHA-256."""

    @abstractmethod
    def load(self, path: Path) -> None:
        """Read a weight file. Raises WeightsError when it is damaged or another network's."""


def create(name: str, **options) -> Colorizer:
    """A method by its name, untrained."""
    if name not in METHODS:
        raise WeightsError(f"There is no method {name!r}. Methods: {', '.join(METHODS)}.")
    module, attribute = METHODS[name].split(":")
    with _quiet():
        return getattr(import_module(module), attribute)(**options)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep TensorFlow's native start-up remarks, which no log level silences, off standard error."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def weight_file(name: str, folder: Path) -> Path:
    """Where a method's shipped weights lie."""
    return folder / f"{name}.safetensors"


def load(name: str, folder: Path, **options) -> Colorizer:
    """A method with the weights of a folder, ready to predict."""
    if name in METHODS and name not in BASELINES:
        read_card(weight_file(name, folder))  # before a network is built, or another's weights are downloaded
    method = create(name, **options)
    method.load(weight_file(name, folder))
    return method


def load_configured(name: str, folder: Path, inception_weights: str) -> Colorizer:
    """As `load`, with the source of Inception-ResNetV2's weights for the method that has such a branch."""
    return load(name, folder, **({"inception_weights": inception_weights} if name == "fusion" else {}))
