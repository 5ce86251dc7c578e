"""The interval of a mean opinion score from a picture's votes, their sum and their sum of squares.

Three sums per picture are all it needs, so that a catalog can keep them and a vote costs nothing to score.
docs/rating.md derives the formulae and tells what they cover.
"""

import numpy as np

LOWEST, HIGHEST = 1, 5  # ITU-T P.910: absolute category rating, bad to excellent
WIDTH = HIGHEST - LOWEST
LEVEL = 0.95
TWO_SIDED_95 = 1.959963984540054  # quantile of the normal distribution at 97.5%

# Spread of the votes (parameter `a` of Hossfeld et al., "SOS: The MOS is not enough!", QoMEX 2011): 0.1 to 0.3 in
# sound tests, 1 for coin flips. Before any vote is in we expect the upper end, and say so weakly.
EXPECTED_SPREAD, EXPECTED_SPREAD_VOTES = 0.3, 5
LEAST_SPREAD = 0.05
PICTURE_SPREAD_VOTES = 6  # a picture's own spread is mixed with the spread of all as if these votes were in already
DEGREES_OF_ALL = 30  # degrees of freedom that the spread of all lends to each picture; chosen for coverage


def spread_of_all(votes: np.ndarray, total: np.ndarray, squares: np.ndarray) -> float:
    """Spread `a` of all votes, LEAST_SPREAD..1, from each picture's number of votes, their sum and sum of squares."""
    seen, possible = _seen_and_possible(*_arrays(votes, total, squares))
    expected = EXPECTED_SPREAD * EXPECTED_SPREAD_VOTES
    spread = (seen.sum() + expected) / (possible.sum() + EXPECTED_SPREAD_VOTES)
    return float(np.clip(spread, LEAST_SPREAD, 1))


def interval(
    votes: np.ndarray,
    total: np.ndarray,
    squares: np.ndarray,
    of_all: float | np.ndarray | None = None,
    level: float = LEVEL,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean opinion score and its interval (low, high) for each picture; 1 <= low <= mos <= high <= 5.

    `votes`, `total` and `squares` are each picture's number of votes (0 or more), their sum and their sum of squares;
    `of_all` is `spread_of_all` of the campaign (one, or one per picture), by default of these pictures. Without votes
    the mean is NaN and the interval the whole scale.

    The mean is a share of the way from 1 to 5, and its interval is Wilson's for a share (1927), with Student's
    quantile and the number of votes divided by their spread: votes that agree count like more coin flips (Hossfeld
    et al. 2018, "Confidence interval estimators for MOS values").
    """
    votes, total, squares = _arrays(votes, total, squares)
    of_all = spread_of_all(votes, total, squares) if of_all is None else of_all
    mos = np.divide(total, votes, where=votes > 0, out=np.full_like(total, np.nan))
    share = np.where(votes > 0, (mos - LOWEST) / WIDTH, 0.5)
    quantile = _student(np.maximum(votes - 1, 0) + DEGREES_OF_ALL, (1 + level) / 2) ** 2
    lack = quantile * _spread(votes, total, squares, of_all) / np.maximum(votes, 1)  # t²/N
    half = np.sqrt(share * (1 - share) * lack + lack**2 / 4) / (1 + lack)
    low, high = (LOWEST + WIDTH * ((share + lack / 2) / (1 + lack) + side * half) for side in (-1, 1))
    return mos, _within(low, LOWEST, mos, LOWEST), _within(high, mos, HIGHEST, HIGHEST)


def _within(bound: np.ndarray, least: np.ndarray | int, most: np.ndarray | int, unknown: int) -> np.ndarray:
    """The bound on its side of the mean; where there is no mean, the end of the scale."""
    clipped: np.ndarray = np.clip(bound, least, most)
    return np.where(np.isnan(clipped), unknown, clipped)


def _spread(votes: np.ndarray, total: np.ndarray, squares: np.ndarray, of_all: float | np.ndarray) -> np.ndarray:
    """Spread of each picture's votes; few votes say little of their own spread, so it leans on that of all."""
    seen, possible = _seen_and_possible(votes, total, squares)
    lent = PICTURE_SPREAD_VOTES * _room(votes, total)
    spread: np.ndarray = np.divide(
        seen + of_all * lent, possible + lent, where=possible + lent > 0, out=np.full_like(total, of_all, float)
    )
    spread = np.clip(spread, LEAST_SPREAD, 1)
    return spread


def _seen_and_possible(votes: np.ndarray, total: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of squared deviations, and what it would be, given the mean, if everybody voted 1 or 5.

    The mean of few votes lies too far out, so that (mos - 1)(5 - mos) is too small by their variance over their
    number; what was seen, over the number of votes, puts that back.
    """
    counted = np.maximum(votes, 1)
    seen = np.maximum(squares - total**2 / counted, 0)
    return seen, np.maximum(votes - 1, 0) * _room(votes, total) + seen / counted


def _room(votes: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Greatest possible variance of votes with this mean: (mos - 1)(5 - mos)."""
    mos = total / np.maximum(votes, 1)
    return np.where(votes > 0, np.maximum((mos - LOWEST) * (HIGHEST - mos), 0), 0)


def _arrays(*values: np.ndarray) -> list[np.ndarray]:
    return [np.asarray(value, np.float64) for value in values]


def _student(degrees: np.ndarray, share: float) -> np.ndarray:
    """Return the quantile of Student's t."""
    from scipy.special import stdtrit

    quantile: np.ndarray = stdtrit(degrees, share)
    return quantile
