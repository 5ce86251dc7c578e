"""Opinion scores of a vote table: mean, interval, and the score with each rater's bias and inconsistency taken out.

docs/rating.md derives the formulae.
"""

from collections.abc import Iterable

import numpy as np

from heritage_color.rating.statistics import agreement, interval, rejection
from heritage_color.rating.statistics.interval import HIGHEST as HIGHEST
from heritage_color.rating.statistics.interval import LOWEST as LOWEST
from heritage_color.rating.statistics.table import VoteTable, subset, tabulate

EPSILON, TOLERANCE, ROUNDS = 1e-8, 1e-8, 1000  # ITU-T P.910 (10/2023) Annex E
ROUNDING = 1 / 12  # variance of rounding to whole scores: nobody's votes can be more exact (Sheppard 1898)
FEW_VOTES = 4  # with n votes, a rater's variance is believed down to FEW_VOTES / n of everybody's
PANEL = 15  # votes on a picture from which its own residuals tell their size: the least raters that P.910 allows


def opinion(votes: Iterable[tuple[str, str, float]]) -> dict:
    """Scores of votes (picture, rater, score 1..5), as the command `opinion --json` prints them.

    `{"pictures": {id: {...}}, "raters": {id: {...}}, "agreement": {"alpha", "low", "high", "spread"}}`. A figure that
    the votes do not give is None.

    Of a picture: `votes`; `mos` and a 95% interval `low`..`high` inside 1..5 that holds it; `sos`, the standard
    deviation of its scores; `recovered`, the score with the raters' biases and inconsistencies taken out, not clamped
    to 1..5, for it lies on the scale of an unbiased rater, and its standard `error` where there are PANEL votes;
    `mos_bt500` and `mos_p913`, the means without the raters that these rules reject.

    Of a rater: `votes`, `bias`, `inconsistency`; `used`, whether their votes count in `recovered` (in `mos` they do
    always); `correlation` with the mean opinion scores; `bt500` and `p913`, whether the rule would reject them.
    """
    table = tabulate(votes)
    if not table.pictures:
        return {"pictures": {}, "raters": {}, "agreement": _agreement(table)}
    pictures, raters = _figures(table)
    return {
        "pictures": dict(zip(table.pictures, _rows(pictures), strict=True)),
        "raters": dict(zip(table.raters, _rows(raters), strict=True)),
        "agreement": _agreement(table),
    }


def _figures(table: VoteTable) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The columns of pictures and of raters."""
    counts, mos, low, high = mean_opinion(table)
    recovered, bias, inconsistency, used = recover(table)
    pictures = {
        "votes": counts,
        "mos": mos,
        "low": low,
        "high": high,
        "sos": table.deviation(),
        "recovered": recovered,
        "error": error(subset(table, used[table.rater]), recovered, bias),
        "mos_bt500": rejection.mean_bt500(table),
        "mos_p913": rejection.mean_p913(table),
    }
    raters = {
        "votes": np.bincount(table.rater, minlength=len(table.raters)),
        "bias": bias,
        "inconsistency": inconsistency,
        "used": used,
        "correlation": rejection.correlations(table),
        "bt500": rejection.reject_bt500(table).rejected,
        "p913": rejection.reject_bt500(rejection.without_bias(table)).rejected,
    }
    return pictures, raters


def _rows(columns: dict[str, np.ndarray]) -> list[dict]:
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [{name: _known(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _known(value: float) -> float | None:
    return None if value != value else value


def _agreement(table: VoteTable) -> dict[str, float | None]:
    low, high = agreement.alpha_interval(table.picture, table.score)
    figures = {"alpha": agreement.alpha(table.picture, table.score), "low": low, "high": high}
    spread = interval.spread_of_all(*sums(table))
    return {name: _known(value) for name, value in {**figures, "spread": spread}.items()}


def sums(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, sum and sum of squares of each picture's votes."""
    votes = np.bincount(table.picture, minlength=len(table.pictures))
    return votes, table.over_pictures(table.score), table.over_pictures(table.score**2)


def mean_opinion(table: VoteTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Votes, mean opinion score and its 95% interval (low, high) for each picture: `interval.interval`."""
    found = sums(table)
    return found[0], *interval.interval(*found)


def error(table: VoteTable, recovered: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Standard error of each recovered score: ITU-T P.910 (10/2023) Annex E. NaN below PANEL votes.

    The standard deviation of a picture's residuals over the root of its votes. Few residuals lie closer together
    than they should, for the score was fitted to them: the standard has panels in mind.
    """
    votes = np.bincount(table.picture, minlength=len(table.pictures))
    residual = table.score - recovered[table.picture] - bias[table.rater]
    size = np.sqrt(np.maximum(table.mean(residual**2) - table.mean(residual) ** 2, 0))
    return np.where(votes >= PANEL, size / np.sqrt(np.maximum(votes, 1)), np.nan)


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
    """The answer of `opinion` as two tables, pictures and raters, and how far the raters agree."""
    lines = [f"{'picture':<28}{'votes':>6}{'MOS':>7}{'95% interval':>15}{'SOS':>6}{'recovered':>11}{'P.913':>7}"]
    for name, row in result["pictures"].items():
        bounds = f"{row['low']:.2f} to {row['high']:.2f}"
        sos, p913 = _two(row["sos"]), _two(row["mos_p913"])
        lines.append(
            f"{name:<28}{row['votes']:>6}{row['mos']:>7.2f}{bounds:>15}{sos:>6}{row['recovered']:>11.2f}{p913:>7}"
        )
    lines += [
        "",
        f"{'rater':<28}{'votes':>6}{'bias':>7}{'inconsistency':>15}{'correlation':>13}  {'rejected by':<15}used",
    ]
    for name, row in result["raters"].items():
        rules = " and ".join(rule for rule, key in (("BT.500", "bt500"), ("P.913", "p913")) if row[key]) or "none"
        figures = f"{row['votes']:>6}{row['bias']:>+7.2f}{row['inconsistency']:>15.2f}{_two(row['correlation']):>13}"
        lines.append(f"{name:<28}{figures}  {rules:<18}{'yes' if row['used'] else 'no'}")
    return "\n".join([*lines, "", _said(result["agreement"])])


def _said(figures: dict) -> str:
    if figures["alpha"] is None:
        return "Agreement: there are no two different votes to compare."
    alpha = f"{figures['alpha']:.2f}, 95% interval {_two(figures['low'])} to {_two(figures['high'])}"
    return f"Agreement: Krippendorff's alpha {alpha}; SOS parameter {figures['spread']:.2f}."


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
