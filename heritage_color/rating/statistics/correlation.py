"""How well an objective metric follows people's scores, with an interval: ITU-T P.1401 (01/2020)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from heritage_color.rating.statistics.interval import TWO_SIDED_95

DRAWS, SEED = 1000, 1401
AT_ONCE = 2**20  # values drawn at a time: some megabytes
LEAST_PICTURES = 4


@dataclass(frozen=True)
class Followed:
    """How a metric follows the scores of so many `pictures`.

    Linear (Pearson) and rank (Spearman) correlation lie in -1..1, with their 95% intervals; they are negative where a
    small value is good. `rmse` is the root mean square error in scores after the straight line of least squares,
    `outliers` the share of pictures whose interval misses the line.
    """

    pictures: int
    pearson: float
    pearson_low: float
    pearson_high: float
    spearman: float
    spearman_low: float
    spearman_high: float
    rmse: float
    outliers: float


def follow(metric: np.ndarray, mos: np.ndarray, low: np.ndarray, high: np.ndarray) -> Followed | None:
    """How a metric's values follow the mean opinion scores of the same pictures, whose intervals are `low`..`high`.

    Pictures where the metric is not a finite number are left out. None with fewer than LEAST_PICTURES pictures, or
    where metric or score does not vary.
    """
    metric, mos, low, high = (np.asarray(values, np.float64) for values in (metric, mos, low, high))
    known = np.isfinite(metric) & np.isfinite(mos)
    metric, mos, low, high = metric[known], mos[known], low[known], high[known]
    if len(mos) < LEAST_PICTURES or np.ptp(metric) == 0 or np.ptp(mos) == 0:
        return None
    predicted = np.polynomial.Polynomial.fit(metric, mos, 1)(metric)
    return Followed(
        len(mos),
        *_with_interval(metric, mos),
        *_with_interval(_ranks(metric), _ranks(mos)),
        rmse=float(np.sqrt(np.mean((mos - predicted) ** 2))),
        outliers=float(np.mean((predicted < low) | (predicted > high))),
    )


def _with_interval(first: np.ndarray, second: np.ndarray) -> tuple[float, float, float]:
    return float(_correlation(first, second)), *interval(first, second)


def interval(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """95% interval of Pearson's correlation, by drawing the pictures anew with replacement.

    It is computed on Fisher's scale, where the draws are about normally distributed. So it stays in -1..1, and keeps
    its level with few pictures and near the ends. The draws are the same every time.
    """
    moved = np.concatenate([_fisher(_correlation(first[picked], second[picked])) for picked in _draws(len(first))])
    moved = moved[np.isfinite(moved)]
    centre, half = _fisher(_correlation(first, second)), TWO_SIDED_95 * moved.std(ddof=1) if len(moved) > 1 else np.inf
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def _draws(count: int) -> Iterator[np.ndarray]:
    """Indices of pictures drawn anew, (draws, count) at a time, DRAWS in all."""
    random, at_once = np.random.default_rng(SEED), max(1, AT_ONCE // count)
    for start in range(0, DRAWS, at_once):
        yield random.integers(count, size=(min(at_once, DRAWS - start), count))


def _fisher(correlation: np.ndarray) -> np.ndarray:
    moved: np.ndarray = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    return moved


def _correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson's correlation along the last axis, NaN where either does not vary."""
    first, second = (values - values.mean(axis=-1, keepdims=True) for values in (first, second))
    size = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    products = (first * second).sum(axis=-1)
    correlation: np.ndarray = np.divide(products, size, where=size > 0, out=np.full_like(size, np.nan))
    return correlation


def _ranks(values: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(values)
    return ranks
