"""When a picture has votes enough: its interval has reached the target, although we looked after every vote.

Who looks after every vote and stops at the first narrow interval stops where the votes happen to agree, and covers
the truth less often than promised, here by about half a percent. So while votes come in, the interval of the rule is
one of 95.5%, that of the report one of 95%; benchmarks/opinions.py shows what they then cover. This pays for looking
at the width. It does not pay for stopping because a score looks good: nothing here looks at the score.

The catalog retires pictures itself, in SQL (`retirement`); this is the same rule for simulations, by which its level
was chosen.
"""

import numpy as np

from heritage_color.rating.statistics.interval import interval

LEVEL_WHILE_LOOKING = 0.955
LEAST_VOTES = 3  # before these, agreement is chance
PRECISE, CAPPED = "precise", "cap"  # why a picture retires


def half_width(votes: np.ndarray, total: np.ndarray, squares: np.ndarray, of_all: float | None = None) -> np.ndarray:
    """Half the width of each picture's interval, 0..2, corrected for looking after every vote; 2 without votes.

    `votes`, `total`, `squares` and `of_all` as in `interval.interval`: number, sum and sum of squares of the picture's
    votes that count, and `spread_of_all` of the campaign as last computed.
    """
    _, low, high = interval(votes, total, squares, of_all, LEVEL_WHILE_LOOKING)
    return (high - low) / 2


def retirement(
    votes: np.ndarray, half: np.ndarray, target: float, cap: int | None = None, least: int = LEAST_VOTES
) -> np.ndarray:
    """Why each picture retires: `precise` at `half` <= `target`, `cap` at `cap` votes, or empty while it stays.

    `half` is `half_width`. A picture below `least` votes never is precise. When screening sets votes aside, compute
    both again: a picture that has lost its precision comes back.
    """
    votes, half = np.asarray(votes), np.asarray(half)
    reason = np.where((half <= target) & (votes >= least), PRECISE, "")
    return reason if cap is None else np.where((reason == "") & (votes >= cap), CAPPED, reason)


def votes_missing(votes: np.ndarray, half: np.ndarray, target: float, cap: int | None = None) -> np.ndarray:
    """About how many votes each picture still needs, whole numbers: widths shrink with the root of the votes."""
    votes = np.asarray(votes, np.float64)
    needed = np.ceil(np.maximum(votes, 1) * (np.asarray(half) / target) ** 2)
    needed = np.maximum(needed, LEAST_VOTES)
    return np.maximum(needed if cap is None else np.minimum(needed, cap), votes).astype(int) - votes.astype(int)
