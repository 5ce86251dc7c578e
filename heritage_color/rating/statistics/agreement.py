"""Krippendorff's alpha: how far raters agree beyond chance, whoever voted on what (Krippendorff 2019, chapter 12)."""

import numpy as np

from heritage_color.rating.statistics.interval import TWO_SIDED_95

LEVELS = ("nominal", "ordinal", "interval")
LEAST = 1e-9  # below it, values are equal but for rounding: different ones are a rank apart, or 1/100 of a score


def alpha(unit: np.ndarray, value: np.ndarray, level: str = "ordinal") -> float:
    """Alpha of values given to units, in long form: 1 full agreement, 0 what chance gives, below 0 worse than chance.

    `unit` and `value` are arrays of the same length; `level`, one of LEVELS, tells what a difference of values means.
    NaN where no unit has two values, or where all values are equal: then there is nothing to agree about.
    """
    values, pairs = _coincidences(unit, value)
    return float(_alpha(pairs.sum(axis=0)[None], values, level)[0])


def alpha_interval(unit: np.ndarray, value: np.ndarray, level: str = "ordinal") -> tuple[float, float]:
    """The 95% interval of alpha over units, which are left out one by one (the jackknife).

    It is NaN with fewer than two units, and where all values are equal once some unit is left out: the spread of the
    others would be too small.
    """
    values, pairs = _coincidences(unit, value)
    if len(pairs) < 2:
        return float("nan"), float("nan")
    without = _alpha(pairs.sum(axis=0) - pairs, values, level)
    error = np.sqrt((len(pairs) - 1) * np.var(without))  # by N: the jackknife's factor is (N - 1) / N
    middle = _alpha(pairs.sum(axis=0)[None], values, level)[0]
    return float(middle - TWO_SIDED_95 * error), float(min(middle + TWO_SIDED_95 * error, 1))


def _coincidences(unit: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values there are, and for each unit with two or more votes its pairs of values (units, values, values)."""
    values, code = np.unique(value, return_inverse=True)
    units, place = np.unique(unit, return_inverse=True)
    counts = np.zeros((len(units), len(values)))
    np.add.at(counts, (place, code), 1)
    counts = counts[counts.sum(axis=1) > 1]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))
    return values, pairs / (counts.sum(axis=1) - 1)[:, None, None]


def _alpha(pairs: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Alpha of each matrix of coincidences (tables, values, values)."""
    margin = pairs.sum(axis=2)
    distance = _distance(margin, values, level)
    total = margin.sum(axis=1)
    seen = (pairs * distance).sum(axis=(1, 2))
    by_chance = (margin[:, :, None] * margin[:, None, :] * distance).sum(axis=(1, 2))
    unlike = by_chance > LEAST
    share: np.ndarray = np.divide((total - 1) * seen, by_chance, where=unlike, out=np.full_like(total, np.nan))
    return 1 - share


def _distance(margin: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Squared difference of values: of ranks when ordinal, where a rank is as far as votes lie between."""
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(len(values)), (len(margin), len(values), len(values)))
    if level == "interval":
        scale = np.broadcast_to(values.astype(float), margin.shape)
    elif level == "ordinal":
        scale = np.cumsum(margin, axis=1) - margin / 2
    else:
        raise ValueError(f"The level is one of {', '.join(LEVELS)}, found {level!r}.")
    difference: np.ndarray = scale[:, :, None] - scale[:, None, :]
    return difference**2
