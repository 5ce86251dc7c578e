"""How well an objective metric follows people's scores, with an interval: ITU-T P.1401 (01/2020)."""

from collections.abc import Iterator

import numpy as np

DRAWS, SEED = 1000, 1401
AT_ONCE = 2**20  # values drawn at a time: some megabytes
LEAST_PICTURES = 4
TWO_SIDED_95 = 1.959963984540054


def follow(metric: np.ndarray, mos: np.ndarray, low: np.ndarray, high: np.ndarray) -> dict | None:
    """How a metric's values follow the mean opinion scores of the same pictures, whose intervals are `low`..`high`.

    `{"pictures", "pearson", "pearson_low", "pearson_high", "spearman", "spearman_low", "spearman_high", "rmse",
    "outliers"}`: linear and rank correlation in -1..1 with their 95% intervals, negative where a small value is good;
    then, after the straight line of least squares, the root mean square error in scores and the share of pictures
    whose interval misses the line. Pictures where the metric is not a finite number are left out. None
    with fewer than LEAST_PICTURES pictures, or where metric or score does not vary.
    """
    metric, mos, low, high = (np.asarray(values, np.float64) for values in (metric, mos, low, high))
    known = np.isfinite(metric) & np.isfinite(mos)
    metric, mos, low, high = metric[known], mos[known], low[known], high[known]
    if len(mos) < LEAST_PICTURES or np.ptp(metric) == 0 or np.ptp(mos) == 0:
        return None
    predicted = np.polynomial.Polynomial.fit(metric, mos, 1)(metric)
    found: dict[str, float] = {"pictures": len(mos)}
    for name, values in {"pearson": (metric, mos), "spearman": (_ranks(metric), _ranks(mos))}.items():
        bounds = interval(*values)
        found |= {name: float(_correlation(*values)), f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    found["rmse"] = float(np.sqrt(np.mean((mos - predicted) ** 2)))
    found["outliers"] = float(np.mean((predicted < low) | (predicted > high)))
    return found


def interval(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """95% interval of Pearson's correlation, by drawing the pictures anew with replacement.

    On Fisher's scale, where the draws are about normally distributed, so that it stays in -1..1 and keeps its level
    with few pictures and near the ends. The same draws every time.
    """
    moved = np.concatenate([_fisher(_correlation(one[picked], other[picked])) for picked in _draws(len(one))])
    moved = moved[np.isfinite(moved)]
    centre, half = _fisher(_correlation(one, other)), TWO_SIDED_95 * moved.std(ddof=1) if len(moved) > 1 else np.inf
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def _draws(count: int) -> Iterator[np.ndarray]:
    """Indices of pictures drawn anew, (draws, count) at a time, DRAWS in all."""
    random, at_once = np.random.default_rng(SEED), max(1, AT_ONCE // count)
    for first in range(0, DRAWS, at_once):
        yield random.integers(count, size=(min(at_once, DRAWS - first), count))


def _fisher(correlation: np.ndarray) -> np.ndarray:
    return np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))


def _correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's correlation along the last axis, NaN where either does not vary."""
    one, other = (values - values.mean(axis=-1, keepdims=True) for values in (one, other))
    size = np.sqrt((one**2).sum(axis=-1) * (other**2).sum(axis=-1))
    products = (one * other).sum(axis=-1)
    return np.divide(products, size, where=size > 0, out=np.full_like(size, np.nan))


def _ranks(values: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    return rankdata(values)
