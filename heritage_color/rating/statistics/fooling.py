"""How often the colorized picture is taken for the real photograph: the colorization Turing test of Zhang et al. 2016.

Each trial shows a photograph and its colorization for a second each and asks which was the false one. At 50% nobody
can tell; Zhang et al. found 32%, and 13% for random colours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

DRAWS, SEED = 1000, 2016
AT_ONCE = 2**20  # numbers drawn at a time: some megabytes

Trial = tuple[str, str, bool]  # picture, rater, whether the colorization was taken for the real photograph


@dataclass(frozen=True)
class FoolingRate:
    """How often colorizations were taken for real: the rate and its 95% interval in 0..1, None without trials.

    `design_effect` is the variance of the rate over the variance of as many independent trials, at least 1.
    """

    trials: int
    pictures: int
    raters: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    design_effect: float | None = None


def fooling_rate(trials: Iterable[Trial]) -> FoolingRate:
    """The rate of some trials, with an interval that knows that they are not independent.

    Raters differ and pictures differ. So raters and pictures are drawn anew with replacement, each on their own, and
    the two variances are added, less that of the trials alone, which both hold (A. B. Owen, "The pigeonhole
    bootstrap", 2007; A. C. Cameron et al. 2011). The interval is Wilson's with the number of trials divided by the
    design effect, and Student's quantile for the number of raters or of pictures, whichever is smaller.
    """
    rows = sorted(trials)
    if not rows:
        return FoolingRate(0, 0, 0)
    fooled = np.array([bool(row[2]) for row in rows], np.float64)
    pictures, raters = (np.unique([row[side] for row in rows], return_inverse=True)[1] for side in (0, 1))
    effect = design_effect(pictures, raters, fooled)
    low, high = _wilson(fooled.mean(), len(fooled) / effect, min(pictures.max(), raters.max()))
    counts = len(rows), int(pictures.max()) + 1, int(raters.max()) + 1
    return FoolingRate(*counts, float(fooled.mean()), low, high, effect)


def design_effect(pictures: np.ndarray, raters: np.ndarray, fooled: np.ndarray) -> float:
    """Return how many times greater the variance of the rate is than with independent trials, at least 1."""
    rate, trials = fooled.mean(), len(fooled)
    alone = rate * (1 - rate) / trials
    if alone == 0:
        return 1.0
    random = np.random.default_rng(SEED)
    both = _drawn_variance(pictures, fooled, random) + _drawn_variance(raters, fooled, random)
    return float(max(1.0, (both - alone) / alone))


def _drawn_variance(group: np.ndarray, fooled: np.ndarray, random: np.random.Generator) -> float:
    """Variance of the rate when whole groups (raters, or pictures) are drawn anew with replacement."""
    trials, wins = np.bincount(group), np.bincount(group, fooled)
    count = len(trials)
    at_once = max(1, AT_ONCE // count)
    rates = []
    for first in range(0, DRAWS, at_once):
        times = random.multinomial(count, np.full(count, 1 / count), min(at_once, DRAWS - first))
        rates.append((times @ wins) / (times @ trials))
    return float(np.var(np.concatenate(rates))) * count / max(count - 1, 1)


def _wilson(rate: float, trials: float, degrees: int) -> tuple[float, float]:
    from scipy.special import stdtrit

    lack = stdtrit(max(degrees, 1), 0.975) ** 2 / trials
    middle, half = rate + lack / 2, np.sqrt(rate * (1 - rate) * lack + lack**2 / 4)
    low, high = (middle - half) / (1 + lack), (middle + half) / (1 + lack)
    return float(np.clip(low, 0, rate)), float(np.clip(high, rate, 1))


def fooling_text(result: FoolingRate) -> str:
    """Return a rate in two lines."""
    if result.design_effect is None:
        return "There are no trials."
    bounds = f"{result.low:.1%} to {result.high:.1%}"
    asked = f"{result.trials} trials, {result.pictures} pictures, {result.raters} raters"
    return (
        f"Taken for real: {result.rate:.1%}, 95% interval {bounds} (50%: nobody can tell).\n"
        f"{asked}; they say as much as {result.trials / result.design_effect:.0f} independent trials."
    )
