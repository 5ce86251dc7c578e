"""Opinion scores of a vote table: mean, interval, and the score with each rater's bias and inconsistency taken out.

Votes stand in long form (one row per vote), so that a table of a million votes needs no million-cell matrix.
docs/rating.md derives the formulae.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from heritage_color.rating import interval
from heritage_color.rating.interval import HIGHEST as HIGHEST
from heritage_color.rating.interval import LOWEST as LOWEST

EPSILON, TOLERANCE, ROUNDS = 1e-8, 1e-8, 1000  # ITU-T P.910 (10/2023) Annex E
ROUNDING = 1 / 12  # variance of rounding to whole scores: nobody's votes can be more exact (Sheppard 1898)
FEW_VOTES = 4  # with n votes, a rater's variance is believed down to FEW_VOTES / n of everybody's


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
        return np.divide(total, votes, where=votes > 0, out=np.full(len(votes), np.nan))


def opinion(votes: Iterable[tuple[str, str, int]]) -> dict:
    """Scores of votes (picture, rater, score 1..5), as the command `opinion --json` prints them.

    `{"pictures": {id: {"votes", "mos", "low", "high", "recovered"}}, "raters": {id: {"bias", "inconsistency",
    "used"}}}`. `low`..`high` is a 95% interval of the mean opinion score inside 1..5 that holds it. `recovered` is not
    clamped to 1..5: it lies on the scale of an unbiased rater. `used` says whether the rater's votes count in
    `recovered`; in the mean they always count.
    """
    table = tabulate(votes)
    if not table.pictures:
        return {"pictures": {}, "raters": {}}
    counts, mos, low, high = mean_opinion(table)
    recovered, bias, inconsistency, used = recover(table)
    scores = zip(table.pictures, counts, mos, low, high, recovered, strict=True)
    raters = zip(table.raters, bias, inconsistency, used, strict=True)
    return {
        "pictures": {
            name: {"votes": int(n), "mos": float(m), "low": float(lo), "high": float(hi), "recovered": float(r)}
            for name, n, m, lo, hi, r in scores
        },
        "raters": {name: {"bias": float(b), "inconsistency": float(i), "used": bool(u)} for name, b, i, u in raters},
    }


def tabulate(votes: Iterable[tuple[str, str, int]]) -> VoteTable:
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


def mean_opinion(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Votes, mean opinion score and its 95% interval (low, high) for each picture: `interval.interval`."""
    votes = np.bincount(table.picture, minlength=len(table.pictures))
    bounds = interval.interval(votes, table.over_pictures(table.score), table.over_pictures(table.score**2))
    return votes, *bounds


def recover(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Score of each picture, and bias, inconsistency and use of each rater: ITU-T P.910 (10/2023) Annex E.

    A vote is the picture's score plus the rater's bias plus noise of the rater's own size; alternating projection
    finds all three, votes may be missing. A single vote cannot tell a rater's bias from the picture, so such raters
    are not used, except for pictures that have no other votes: those keep their mean.
    """
    used = np.bincount(table.rater, minlength=len(table.raters)) > 1
    kept = used[table.rater]
    if not kept.any():
        kept = np.ones_like(kept)
    score, bias, inconsistency = _project(subset(table, kept), table.mean())
    alone = ~used
    own = table.over_raters(table.score - score[table.picture])
    return score, np.where(alone, own, bias), np.where(alone, 0.0, inconsistency), used


def subset(table: VoteTable, kept: np.ndarray) -> VoteTable:
    """The table with those votes only; all its pictures and raters stay."""
    return VoteTable(table.pictures, table.raters, table.picture[kept], table.rater[kept], table.score[kept])


def _project(table: VoteTable, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Alternating projection from mean scores; pictures and raters without votes keep `start` and 0."""
    on_picture = np.bincount(table.picture, minlength=len(table.pictures))
    by_rater = np.maximum(np.bincount(table.rater, minlength=len(table.raters)), 1)
    rated, rating = on_picture > 0, np.bincount(table.rater, minlength=len(table.raters)) > 0
    score = np.divide(table.over_pictures(table.score), on_picture, where=rated, out=start.copy())
    bias = table.over_raters(table.score - score[table.picture]) / by_rater
    for _ in range(ROUNDS):
        residual = table.score - score[table.picture] - bias[table.rater]
        variance = table.over_raters(residual**2) / by_rater
        weight = (1 / (_believable(variance, by_rater, residual) + EPSILON))[table.rater]
        pulled = table.over_pictures(weight * (table.score - bias[table.rater]))
        last, score = score, np.divide(pulled, table.over_pictures(weight), where=rated, out=score.copy())
        bias = table.over_raters(table.score - score[table.picture]) / by_rater
        if np.linalg.norm(score - last) < TOLERANCE:
            break
    shift = bias[rating].mean()
    return np.where(rated, score + shift, score), np.where(rating, bias - shift, 0.0), np.sqrt(variance)


def _believable(variance: np.ndarray, by_rater: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """Variance of each rater, not below what rounding and the number of their votes allow.

    Without it the projection has a trap: the scores slide onto the votes of one rater, whose variance then is zero
    and whose weight is 1e8. On laboratory tables (dozens of votes per rater) it changes nothing.
    """
    return np.maximum(variance, np.maximum(ROUNDING, FEW_VOTES / by_rater * (residual**2).mean()))


def as_text(result: dict) -> str:
    """The answer of `opinion` as two tables: pictures with score and interval, raters with bias and inconsistency."""
    lines = [f"{'picture':<28}{'votes':>6}{'MOS':>7}{'95% interval':>15}{'recovered':>11}"]
    for name, row in result["pictures"].items():
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        lines.append(f"{name:<28}{row['votes']:>6}{row['mos']:>7.2f}{interval:>15}{row['recovered']:>11.2f}")
    lines += ["", f"{'rater':<28}{'bias':>7}{'inconsistency':>15}{'used':>6}"]
    for name, row in result["raters"].items():
        used = "yes" if row["used"] else "no"
        lines.append(f"{name:<28}{row['bias']:>+7.2f}{row['inconsistency']:>15.2f}{used:>6}")
    return "\n".join(lines)
