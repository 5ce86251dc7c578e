"""What every method can do, and what it answers."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from heritage_color.methods.cards import NO_FACTS, Card


class Numbers(Protocol):
    """A batch of numbers, as an array or a tensor."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[np.ndarray]: ...

    def __array__(self) -> np.ndarray: ...


Pairs = Iterable[tuple[Numbers, Numbers]]  # batches of grey and ab


@dataclass(frozen=True)
class Prediction:
    """Chroma (N, h, w, 2) in ab units, and the method's own uncertainty (N, h, w) 0..1, or None if it has none.

    The size is the method's own; the aspect is that of the lightness. `sources`, of a method that takes colours of
    photographs: for each of N which, as facts with `file`, `source`, `rights` and `distance`, nearest first.
    """

    ab: np.ndarray
    uncertainty: np.ndarray | None
    sources: tuple[Any, ...] = field(default=(), kw_only=True)


class Colorizer(ABC):
    """What every method can do. `predict` is in two steps, so that several presets cost little more than one."""

    name: str
    card: Card
    presets: tuple[str, ...] = ()  # those that change the answer; none where there is one answer only

    @abstractmethod
    def fit(self, pairs: Pairs, **options: Any) -> object:
        """Learn from batches of grey (N, H, W, 1) 0..255 and ab (N, H/4, W/4, 2)."""

    def predict(self, lightness: np.ndarray, preset: str = "balanced") -> Prediction:
        """Chroma of lightness (N, H, W) 0..100, H and W multiples of 32. Raises WeightsError for an unknown preset."""
        return self.reading(self.answers(lightness), preset)

    def answers(self, lightness: np.ndarray) -> Any:
        """Return all that costs time and that no preset changes: by default nothing, the lightness itself."""
        return lightness

    @abstractmethod
    def reading(self, answers: Any, preset: str) -> Prediction:
        """Return what a preset makes of `answers`."""

    @abstractmethod
    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write the weight file and its card; returns the file's SHA-256."""

    @abstractmethod
    def load(self, path: Path) -> None:
        """Read a weight file. Raises WeightsError when it is damaged or another network's."""
