"""How well proposed tags agree with a photograph's own. Pure numpy.

Mirza & Osindero (2014) publish no figure. These are the usual ones of tag recommendation, on photographs held back.
A ranking (N, V) has the tags of each photograph, best first; `carried` (N, V) says which are its own.
"""

from dataclasses import dataclass

import numpy as np

TOP = 10


def top(ranking: np.ndarray, carried: np.ndarray, count: int = TOP) -> np.ndarray:
    """Return which tags (N, V) are among the first of each photograph's ranking."""
    proposed = np.zeros(carried.shape, bool)
    np.put_along_axis(proposed, ranking[:, :count], True, 1)
    return proposed


def hit(ranking: np.ndarray, carried: np.ndarray, count: int = TOP) -> float:
    """Share of the photographs of whose tags at least one is among the first `count` proposed."""
    return float((top(ranking, carried, count) & carried).any(1).mean())


def precision(ranking: np.ndarray, carried: np.ndarray, count: int = TOP) -> float:
    """Share of the first `count` proposed tags that the photograph carries, mean over photographs."""
    return float((top(ranking, carried, count) & carried).sum(1).mean() / count)


def hit_by_tag(ranking: np.ndarray, carried: np.ndarray, count: int = TOP) -> float:
    """Share of a tag's photographs for which it is among the first `count`, mean over tags: each counts alike.

    Tags that no photograph carries are left out.
    """
    hits = (top(ranking, carried, count) & carried).sum(0)
    photographs = carried.sum(0)
    return float((hits[photographs > 0] / photographs[photographs > 0]).mean())


def of_level(ranking: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The ranking (N, K) of some tags only, chosen (V,) of bool, numbered anew as those tags stand: nobody's places
    go to tags of other levels.
    """
    renumbered = np.cumsum(chosen) - 1
    return np.asarray(renumbered[ranking[chosen[ranking]].reshape(len(ranking), -1)])


@dataclass(frozen=True)
class Figures:
    """How well tags agree, shares from 0 to 1; `at_most` is the precision of perfect tags."""

    hit_1: float
    hit_10: float
    precision_10: float
    at_most: float
    hit_10_by_tag: float


def measure_ranking(ranking: np.ndarray, carried: np.ndarray) -> Figures:
    """Return all figures, over the photographs that carry any of the tags."""
    some = carried.any(1)
    ranking, carried = ranking[some], carried[some]
    at_most = float(np.minimum(carried.sum(1), TOP).mean() / TOP)
    return Figures(
        hit(ranking, carried, 1),
        hit(ranking, carried),
        precision(ranking, carried),
        at_most,
        hit_by_tag(ranking, carried),
    )
