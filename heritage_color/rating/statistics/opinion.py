"""Opinion scores of a vote table: mean, interval, and the score with each rater's bias and inconsistency taken out.

docs/rating.md derives the formulae.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from heritage_color.keys import PictureId, RaterId
from heritage_color.rating.statistics import agreement, interval, rejection
from heritage_color.rating.statistics.table import VoteTable, subset, tabulate

EPSILON, TOLERANCE, ROUNDS = 1e-8, 1e-8, 1000  # ITU-T P.910 (10/2023) Annex E
ROUNDING = 1 / 12  # variance of rounding to whole scores: nobody's votes can be more exact (Sheppard 1898)
FEW_VOTES = 4  # with n votes, a rater's variance is believed down to FEW_VOTES / n of everybody's
PANEL = 15  # votes on a picture from which its own residuals tell their size: the least raters that P.910 allows


@dataclass(frozen=True)
class Recovered:
    """Score of each picture, and bias, inconsistency and use of each rater, as `recover` finds them."""

    score: np.ndarray
    bias: np.ndarray
    inconsistency: np.ndarray
    used: np.ndarray


@dataclass(frozen=True)
class PictureScore:
    """A picture's score; a figure that the votes do not give is None.

    `mos` has a 95% interval `low`..`high` inside 1..5 that holds it; `sos` is the standard deviation of the scores.
    `recovered` is the score with the raters' biases and inconsistencies taken out. It is not clamped to 1..5, for it
    lies on the scale of an unbiased rater; it has a standard `error` where there are PANEL votes. `mos_bt500` and
    `mos_p913` are the means without the raters that these rules reject.
    """

    votes: int
    mos: float
    low: float
    high: float
    sos: float | None
    recovered: float
    error: float | None
    mos_bt500: float | None
    mos_p913: float | None


@dataclass(frozen=True)
class RaterFigures:
    """What the votes say of a rater.

    `used` tells whether their votes count in `recovered` (in `mos` they always do), `correlation` how their votes
    follow the mean opinion scores, `bt500` and `p913` whether the rule would reject them.
    """

    votes: int
    bias: float
    inconsistency: float
    used: bool
    correlation: float | None
    bt500: bool
    p913: bool


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha with its 95% interval, None without votes to compare, and the spread of all votes."""

    alpha: float | None
    low: float | None
    high: float | None
    spread: float


@dataclass(frozen=True)
class Opinion:
    """The scores of a vote table, as the command `opinion --json` prints them."""

    pictures: dict[PictureId, PictureScore]
    raters: dict[RaterId, RaterFigures]
    agreement: Agreement


def opinion(votes: Iterable[tuple[str, str, float]]) -> Opinion:
    """Scores of votes (picture, rater, score 1..5)."""
    table = tabulate(votes)
    if not table.pictures:
        return Opinion({}, {}, agreement_of(table))
    recovered = recover(table)
    pictures = dict(zip(table.pictures, _picture_scores(table, recovered), strict=True))
    raters = dict(zip(table.raters, _rater_figures(table, recovered), strict=True))
    return Opinion(pictures, raters, agreement_of(table))


def _picture_scores(table: VoteTable, recovered: Recovered) -> list[PictureScore]:
    columns = (
        *mean_opinion(table),
        table.deviation(),
        recovered.score,
        error(subset(table, recovered.used[table.rater]), recovered.score, recovered.bias),
        rejection.mean_bt500(table),
        rejection.mean_p913(table),
    )
    return [PictureScore(*row) for row in _rows(columns)]


def _rater_figures(table: VoteTable, recovered: Recovered) -> list[RaterFigures]:
    columns = (
        np.bincount(table.rater, minlength=len(table.raters)),
        recovered.bias,
        recovered.inconsistency,
        recovered.used,
        rejection.correlations(table),
        rejection.reject_bt500(table).rejected,
        rejection.reject_bt500(rejection.without_bias(table)).rejected,
    )
    return [RaterFigures(*row) for row in _rows(columns)]


def _rows(columns: Iterable[np.ndarray]) -> Iterator[list[Any]]:
    """The rows of some columns, with None for what is not known."""
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield [known_or_none(value) for value in row]


def known_or_none(value: float) -> float | None:
    """A figure, or None for NaN, which JSON and the catalog do not have."""
    return None if value != value else value


def agreement_of(table: VoteTable) -> Agreement:
    """Return how far the raters of a table agree."""
    low, high = agreement.alpha_interval(table.picture, table.score)
    return Agreement(
        alpha=known_or_none(agreement.alpha(table.picture, table.score)),
        low=known_or_none(low),
        high=known_or_none(high),
        spread=interval.spread_of_all(*sums(table)),
    )


def sums(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, sum and sum of squares of each picture's votes."""
    votes = np.bincount(table.picture, minlength=len(table.pictures))
    return votes, table.over_pictures(table.score), table.over_pictures(table.score**2)


def mean_opinion(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Votes, mean opinion score and its 95% interval (low, high) for each picture: `interval.interval`."""
    votes, total, squares = sums(table)
    return votes, *interval.interval(votes, total, squares)


def error(table: VoteTable, recovered: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Standard error of each recovered score: ITU-T P.910 (10/2023) Annex E. NaN below PANEL votes.

    It is the standard deviation of a picture's residuals over the root of its votes. Few residuals lie closer together
    than they should, because the score was fitted to them: the standard has panels in mind.
    """
    votes = np.bincount(table.picture, minlength=len(table.pictures))
    residual = table.score - recovered[table.picture] - bias[table.rater]
    size = np.sqrt(np.maximum(table.mean(residual**2) - table.mean(residual) ** 2, 0))
    return np.where(votes >= PANEL, size / np.sqrt(np.maximum(votes, 1)), np.nan)


def recover(table: VoteTable) -> Recovered:
    """Score of each picture, and bias, inconsistency and use of each rater: ITU-T P.910 (10/2023) Annex E.

    A vote is the picture's score plus the rater's bias plus noise of the rater's own size. Alternating projection
    finds all three, also where votes are missing. A single vote cannot tell a rater's bias from the picture, so such
    raters are not used, except for pictures that have no other votes: those keep their mean.
    """
    used = np.bincount(table.rater, minlength=len(table.raters)) > 1
    kept = used[table.rater]
    if not kept.any():
        kept = np.ones_like(kept)
    score, bias, inconsistency = _project(subset(table, kept), table.mean())
    alone = ~used
    distance = table.over_raters(table.score - score[table.picture])  # of the one vote from the picture's score
    return Recovered(score, np.where(alone, distance, bias), np.where(alone, 0.0, inconsistency), used)


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
    least = np.maximum(ROUNDING, FEW_VOTES / by_rater * (residual**2).mean())
    believable: np.ndarray = np.maximum(variance, least)
    return believable


def opinion_text(result: Opinion) -> str:
    """Scores as two tables, pictures and raters, and a line on how far the raters agree."""
    lines = [f"{'picture':<28}{'votes':>6}{'MOS':>7}{'95% interval':>15}{'SOS':>6}{'recovered':>11}{'P.913':>7}"]
    lines += [_picture_line(name, score) for name, score in result.pictures.items()]
    lines += [
        "",
        f"{'rater':<28}{'votes':>6}{'bias':>7}{'inconsistency':>15}{'correlation':>13}  {'rejected by':<15}used",
    ]
    lines += [_rater_line(name, rater) for name, rater in result.raters.items()]
    return "\n".join([*lines, "", _agreement_line(result.agreement)])


def _picture_line(name: str, score: PictureScore) -> str:
    bounds, sos, p913 = f"{score.low:.2f} to {score.high:.2f}", _two(score.sos), _two(score.mos_p913)
    return f"{name:<28}{score.votes:>6}{score.mos:>7.2f}{bounds:>15}{sos:>6}{score.recovered:>11.2f}{p913:>7}"


def _rater_line(name: str, rater: RaterFigures) -> str:
    rules = (
        " and ".join(rule for rule, rejects in (("BT.500", rater.bt500), ("P.913", rater.p913)) if rejects) or "none"
    )
    figures = f"{rater.votes:>6}{rater.bias:>+7.2f}{rater.inconsistency:>15.2f}{_two(rater.correlation):>13}"
    return f"{name:<28}{figures}  {rules:<18}{'yes' if rater.used else 'no'}"


def _agreement_line(figures: Agreement) -> str:
    if figures.alpha is None:
        return "Agreement: there are no two different votes to compare."
    alpha = f"{figures.alpha:.2f}, 95% interval {_two(figures.low)} to {_two(figures.high)}"
    return f"Agreement: Krippendorff's alpha {alpha}; SOS parameter {figures.spread:.2f}."


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
