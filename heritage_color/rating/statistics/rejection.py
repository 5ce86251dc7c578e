"""Which raters the standards would leave out, and the scores without them. Nobody's votes are dropped here.

The rules are for panels in which everybody votes on dozens of pictures. On a crowd's few votes they decide by chance;
there the recovered score of ITU-T P.910 Annex E, which weighs raters instead of rejecting them, is the better figure.
"""

from dataclasses import dataclass

import numpy as np

from heritage_color.rating.statistics.table import VoteTable, subset

NORMAL_KURTOSIS = 2, 4  # ITU-R BT.500-15 (05/2023) A1-2.3.1: votes of such a picture count as normally distributed
LIMIT_IF_NORMAL, LIMIT_ELSE = 2, 20**0.5  # standard deviations, ibid.
MOST_OUTSIDE, LEAST_ONE_SIDED = 0.05, 0.3  # ibid.
TOLERANCE = 1e-9  # scores: votes on the limit itself count, on either side, whatever rounding says
LEAST_CORRELATION = 0.75  # VQEG HDTV test plan (2010) annex I; the toolkit for P.910 in crowds asks the same


@dataclass(frozen=True)
class Rejection:
    """For each rater: `outside`, the share of votes far from those of others; `balance`, 0 when as many of them are
    above as below, 1 when all are on one side; and whether the rule rejects the rater."""

    outside: np.ndarray
    balance: np.ndarray
    rejected: np.ndarray


def reject_bt500(table: VoteTable) -> Rejection:
    """Return the rule of ITU-R BT.500-15 A1-2.3.1, applied once as it asks.

    A vote is outside when it lies 2 standard deviations from its picture's mean, or √20 where the kurtosis says that
    the picture's votes are not normally distributed. The rule rejects raters who have more than 5% of their votes
    outside, about as many above as below: such votes are noise and nobody's taste. Where it would reject everybody, it
    rejects nobody. The standard deviation is by N - 1 (A1-2.2), the moments of the kurtosis are by N (A1-2.3.1). A
    scale that is turned over gives the same answer.
    """
    deviation = table.score - table.mean()[table.picture]
    spread = table.deviation()
    limit = (np.where(_normal(table, deviation), LIMIT_IF_NORMAL, LIMIT_ELSE) * spread)[table.picture]
    differs = (spread > TOLERANCE)[table.picture]  # where all agree, or one votes alone, nobody is outside
    above = table.over_raters(differs & (deviation >= limit - TOLERANCE))
    below = table.over_raters(differs & (deviation <= TOLERANCE - limit))
    outside = (above + below) / np.maximum(table.over_raters(np.ones_like(table.score)), 1)
    balance = np.abs(above - below) / np.maximum(above + below, 1)
    rejected = (outside > MOST_OUTSIDE) & (balance < LEAST_ONE_SIDED)
    return Rejection(outside, balance, rejected & (not rejected.all()))


def _normal(table: VoteTable, deviation: np.ndarray) -> np.ndarray:
    """Return which pictures' votes count as normally distributed."""
    variance, fourth = (table.mean(deviation**power) for power in (2, 4))
    kurtosis: np.ndarray = np.divide(fourth, variance**2, where=variance > TOLERANCE**2, out=np.zeros_like(variance))
    return (kurtosis >= NORMAL_KURTOSIS[0] - TOLERANCE) & (kurtosis <= NORMAL_KURTOSIS[1] + TOLERANCE)


def without_bias(table: VoteTable) -> VoteTable:
    """Return the votes with each rater's bias taken off: their mean distance from the mean opinion scores."""
    votes = np.maximum(table.over_raters(np.ones_like(table.score)), 1)
    bias = table.over_raters(table.score - table.mean()[table.picture]) / votes
    return VoteTable(table.pictures, table.raters, table.picture, table.rater, table.score - bias[table.rater])


def mean_bt500(table: VoteTable) -> np.ndarray:
    """Mean opinion score of each picture without the raters that BT.500 rejects; NaN where nobody is left."""
    return _mean_of(table, ~reject_bt500(table).rejected)


def mean_p913(table: VoteTable) -> np.ndarray:
    """ITU-T P.913 (06/2021) 12.4: biases taken off, then BT.500 rejects, then the mean; NaN where nobody is left."""
    unbiased = without_bias(table)
    return _mean_of(unbiased, ~reject_bt500(unbiased).rejected)


def _mean_of(table: VoteTable, accepted: np.ndarray) -> np.ndarray:
    return subset(table, accepted[table.rater]).mean()


def correlations(table: VoteTable) -> np.ndarray:
    """Pearson's correlation of each rater's votes with the mean opinion scores; NaN where either does not vary.

    A rater below LEAST_CORRELATION does not see what the others see, or turned the scale over.
    """
    votes = np.maximum(table.over_raters(np.ones_like(table.score)), 1)
    mos = table.mean()[table.picture]
    votes_less_mean, others = (
        values - (table.over_raters(values) / votes)[table.rater] for values in (table.score, mos)
    )
    spread = np.sqrt(table.over_raters(votes_less_mean**2) * table.over_raters(others**2))
    varies = spread > TOLERANCE
    correlation: np.ndarray = np.divide(
        table.over_raters(votes_less_mean * others), spread, where=varies, out=np.full_like(spread, np.nan)
    )
    return correlation


def low_correlation(table: VoteTable) -> np.ndarray:
    """Raters whose votes correlate below LEAST_CORRELATION with the mean opinion scores; not on the limit itself."""
    return correlations(table) < LEAST_CORRELATION - TOLERANCE
