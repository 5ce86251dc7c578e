"""Votes in long form, one row per vote, so that a table of a million votes needs no million-cell matrix."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class VoteTable:
    """Votes in long form: `score[k]` 1..5 is the vote of rater `rater[k]` on picture `picture[k]` (indices)."""

    pictures: list[str]
    raters: list[str]
    picture: np.ndarray
    rater: np.ndarray
    score: np.ndarray

    def over_pictures(self, values: np.ndarray) -> np.ndarray:
        """Sum of per-vote values for each picture."""
        return np.bincount(self.picture, values, len(self.pictures))

    def over_raters(self, values: np.ndarray) -> np.ndarray:
        """Sum of per-vote values for each rater."""
        return np.bincount(self.rater, values, len(self.raters))

    def mean(self, values: np.ndarray | None = None) -> np.ndarray:
        """Mean of per-vote values, by default the scores, for each picture; NaN where there is no vote."""
        votes = np.bincount(self.picture, minlength=len(self.pictures))
        total = self.over_pictures(self.score if values is None else values)
        mean: np.ndarray = np.divide(total, votes, where=votes > 0, out=np.full(len(votes), np.nan))
        return mean

    def deviation(self) -> np.ndarray:
        """Standard deviation of each picture's scores, by N - 1 as ITU-R BT.500-15 A1-2.2; NaN below two votes."""
        votes = np.bincount(self.picture, minlength=len(self.pictures))
        squares = self.over_pictures((self.score - self.mean()[self.picture]) ** 2)
        variance: np.ndarray = np.divide(squares, votes - 1, where=votes > 1, out=np.full(len(votes), np.nan))
        deviation: np.ndarray = np.sqrt(variance)
        return deviation


def tabulate(votes: Iterable[tuple[str, str, float]]) -> VoteTable:
    """The table of votes; pictures and raters in the order of their names, so that equal votes give equal bytes."""
    rows = sorted(votes)
    pictures = {name: index for index, name in enumerate(sorted({row[0] for row in rows}))}
    raters = {name: index for index, name in enumerate(sorted({row[1] for row in rows}))}
    return VoteTable(
        pictures=list(pictures),
        raters=list(raters),
        picture=np.array([pictures[row[0]] for row in rows], np.intp),
        rater=np.array([raters[row[1]] for row in rows], np.intp),
        score=np.array([row[2] for row in rows], np.float64),
    )


def subset(table: VoteTable, kept: np.ndarray) -> VoteTable:
    """Return the table with those votes only; all its pictures and raters stay."""
    return VoteTable(table.pictures, table.raters, table.picture[kept], table.rater[kept], table.score[kept])
