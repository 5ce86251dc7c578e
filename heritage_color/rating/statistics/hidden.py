"""Scores against a hidden reference: each rater is compared with their own score of the true photograph."""

import numpy as np

from heritage_color.rating.statistics.interval import HIGHEST
from heritage_color.rating.statistics.table import VoteTable


def differential(table: VoteTable, scan: np.ndarray, is_reference: np.ndarray) -> np.ndarray:
    """Differential mean opinion score of each picture (ITU-T P.910, ACR-HR); NaN for references and without one.

    `scan` is the number of each picture's photograph, and `is_reference` says whether the picture shows that
    photograph's true colours. For each rater who scored both, the reference's score is taken from the picture's and 5
    is added; the answer is the mean over these raters. 5 says that the colours are as good as the true ones; the
    answer may be more.
    """
    count = int(scan.max(initial=0)) + 1
    key = table.rater.astype(np.int64) * count + scan[table.picture]
    of_reference = is_reference[table.picture]
    keys, scores = key[of_reference], table.score[of_reference]
    order = np.argsort(keys, kind="stable")
    keys, scores = keys[order], scores[order]
    if not len(keys):
        return np.full(len(table.pictures), np.nan)
    place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    both = (keys[place] == key) & ~of_reference
    votes = table.over_pictures(both.astype(float))
    total = table.over_pictures(np.where(both, table.score - scores[place] + HIGHEST, 0))
    mean: np.ndarray = np.divide(total, votes, where=votes > 0, out=np.full_like(total, np.nan))
    return mean
