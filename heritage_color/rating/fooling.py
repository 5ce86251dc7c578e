"""How often the colorized picture is taken for the real photograph: the colorization Turing test of Zhang et al. 2016.

Each trial shows a photograph and its colorization for a second each and asks which was the false one. At 50% nobody
can tell; Zhang et al. found 32%, and 13% for random colours.
"""

from collections.abc import Iterable

import numpy as np

DRAWS, SEED = 1000, 2016


def fooling_rate(trials: Iterable[tuple[str, str, bool]]) -> dict | None:
    """Rate of trials (picture, rater, fooled) and its 95% interval in 0..1; None without trials.

    `{"rate", "low", "high", "trials", "pictures", "raters", "design_effect"}`. Raters differ and pictures differ, so
    trials are not independent: raters and pictures are drawn anew with replacement, each on their own, and the two
    variances added, less that of the trials alone, which both hold (A. B. Owen, "The pigeonhole bootstrap", 2007;
    A. C. Cameron et al. 2011). `design_effect` is that variance over the variance of as many independent trials, at
    least 1; the interval is Wilson's with the number of trials divided by it, and Student's quantile for the number
    of raters or of pictures, whichever is smaller.
    """
    rows = sorted(trials)
    if not rows:
        return None
    fooled = np.array([bool(row[2]) for row in rows], np.float64)
    pictures, raters = (np.unique([row[side] for row in rows], return_inverse=True)[1] for side in (0, 1))
    effect = design_effect(pictures, raters, fooled)
    low, high = _wilson(fooled.mean(), len(fooled) / effect, min(pictures.max(), raters.max()))
    return {
        "rate": float(fooled.mean()),
        "low": low,
        "high": high,
        "trials": len(rows),
        "pictures": int(pictures.max()) + 1,
        "raters": int(raters.max()) + 1,
        "design_effect": effect,
    }


def design_effect(pictures: np.ndarray, raters: np.ndarray, fooled: np.ndarray) -> float:
    """How many times greater the variance of the rate is than with independent trials, at least 1."""
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
    rates = []
    for _ in range(DRAWS):
        times = np.bincount(random.integers(count, size=count), minlength=count)
        rates.append(times @ wins / (times @ trials))
    return float(np.var(rates)) * count / max(count - 1, 1)


def _wilson(rate: float, trials: float, degrees: int) -> tuple[float, float]:
    from scipy.special import stdtrit

    lack = stdtrit(max(degrees, 1), 0.975) ** 2 / trials
    middle, half = rate + lack / 2, np.sqrt(rate * (1 - rate) * lack + lack**2 / 4)
    low, high = (middle - half) / (1 + lack), (middle + half) / (1 + lack)
    return float(np.clip(low, 0, rate)), float(np.clip(high, rate, 1))
