"""The recovered scores after a few new votes, without solving for everybody anew.

The scores of the pictures with new votes and the biases of the raters who gave them are found by the same alternating
projection as in `opinion`; those of all others stay as they are. That is not the full solution: a new vote also moves
the weight of its rater, which moves the score of every other picture the rater has seen, and so on. A refined score is
within TOLERANCE of the full solution as long as few votes are new, and a test holds it; the other scores wait for the
next full solution.
"""

from dataclasses import dataclass

import numpy as np

from heritage_color.rating.statistics.opinion import EPSILON, FEW_VOTES, ROUNDING
from heritage_color.rating.statistics.table import VoteTable

TOLERANCE = 0.03  # of a score, of the pictures with new votes, while at most 5% of the votes are new
CLOSE, ROUNDS = 1e-7, 200


@dataclass(frozen=True)
class Known:
    """What the last solution says: `score` per picture and `bias`, `variance` and `votes` (of all votes) per rater.

    `noise` is the mean of all its squared residuals. Where `open_picture` and `open_rater` are True, it is only where
    to begin, and NaN is allowed.
    """

    score: np.ndarray
    open_picture: np.ndarray
    bias: np.ndarray
    variance: np.ndarray
    votes: np.ndarray
    open_rater: np.ndarray
    noise: float


def refine(table: VoteTable, known: Known) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score of each picture, bias and inconsistency of each rater; what is not open comes back as it was.

    `table` holds all votes on the open pictures and all votes of the open raters. Raters with a single vote are not
    used, except on pictures without other votes, as in `opinion.recover`.
    """
    alone = (known.votes < 2)[table.rater]
    others = table.over_pictures(np.where(alone, 0.0, 1.0)) > 0
    used = np.where(alone & others[table.picture], 0.0, 1.0)
    score = np.where(known.open_picture & np.isnan(known.score), table.mean(), known.score)
    bias, variance = np.nan_to_num(known.bias), np.where(np.isnan(known.variance), known.noise, known.variance)
    least = np.maximum(ROUNDING, FEW_VOTES / np.maximum(known.votes, 1) * known.noise)
    by_rater = np.maximum(table.over_raters(np.ones_like(table.score)), 1)
    for _ in range(ROUNDS):
        residual = table.score - score[table.picture] - bias[table.rater]
        variance = np.where(known.open_rater, table.over_raters(residual**2) / by_rater, variance)
        weight = used / (np.maximum(variance, least) + EPSILON)[table.rater]
        last, score = score, _weighted(table, weight, bias, score, known.open_picture)
        mean = table.over_raters(table.score - score[table.picture]) / by_rater
        bias = np.where(known.open_rater, np.where(known.votes < 2, 0.0, mean), bias)
        if np.abs(score - last).max(initial=0) < CLOSE:
            break
    return score, bias, np.sqrt(variance)


def _weighted(
    table: VoteTable, weight: np.ndarray, bias: np.ndarray, score: np.ndarray, is_open: np.ndarray
) -> np.ndarray:
    """New scores of the open pictures: the mean of their votes less bias, by weight."""
    total = table.over_pictures(weight)
    pulled = table.over_pictures(weight * (table.score - bias[table.rater]))
    return np.where(is_open, np.divide(pulled, total, where=total > 0, out=score.copy()), score)
