"""Rules that tell votes given without looking. Pure: a campaign's scoring asks them, and sets aside what they mark.

They mark votes, not people, and what they mark stays stored. Each rule is silent until it has seen enough of a rater.
Limits: a campaign's `screening` names others, by the name of the constant in small letters with hyphens.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# From a picture on the screen to a key: people who only have to say whether there is an animal need 0.45 s in the
# median and hardly ever less than 0.3 s (Thorpe, Fize and Marlot, Nature 381, 1996). Nobody judges colours in 0.4 s.
SECONDS_LEAST = 0.4
# A rater who is that fast in the median has pressed keys, as in surveys two seconds per question tell careless
# answers (Huang et al., Journal of Business and Psychology 27, 2012); a glance at a picture is shorter than that.
MEDIAN_LEAST = 0.9
# Votes that a rule about a rater needs. Twelve equal sides by chance: 2 in 4,096 raters of pairs.
VOTES_LEAST = 12
# Share of one and the same answer: long strings tell careless answers (Curran, Journal of Experimental Social
# Psychology 66, 2016), but pictures may be alike, so nearly all votes have to be.
SHARE_MOST = 0.95


@dataclass(frozen=True)
class Given:
    """Votes of a campaign: indices of raters, the answer as it stood on the screen, seconds (NaN where not measured).

    `answer` is the score, or in pairs and Turing tests the side: 0 left or first, 1 right or second, as shown.
    """

    rater: np.ndarray
    answer: np.ndarray
    seconds: np.ndarray


def too_fast(given: Given, seconds_least: float = SECONDS_LEAST) -> np.ndarray:
    """Votes that came before anybody can have judged the picture (votes,), boolean; never what was not measured."""
    return np.nan_to_num(given.seconds, nan=np.inf) < seconds_least


def hasty(given: Given, median_least: float = MEDIAN_LEAST, votes_least: int = VOTES_LEAST) -> np.ndarray:
    """All votes of raters whose median time is below `median_least` over `votes_least` measured votes or more."""
    measured = np.isfinite(given.seconds)
    rater, seconds = given.rater[measured], given.seconds[measured]
    order = np.lexsort((seconds, rater))
    raters, first, votes = np.unique(rater[order], return_index=True, return_counts=True)
    middle = seconds[order][first + (votes - 1) // 2] if len(raters) else np.zeros(0)
    return np.isin(given.rater, raters[(votes >= votes_least) & (middle < median_least)])


def straight_line(given: Given, share_most: float = SHARE_MOST, votes_least: int = VOTES_LEAST) -> np.ndarray:
    """All votes of raters who gave one answer, or chose one side, in over `share_most` of `votes_least` or more."""
    if not len(given.rater):
        return np.zeros(0, bool)
    answers, code = np.unique(given.answer, return_inverse=True)
    counts = np.zeros((int(given.rater.max()) + 1, len(answers)), np.int64)
    np.add.at(counts, (given.rater, code), 1)
    votes = counts.sum(axis=1)
    marked = (votes >= votes_least) & (counts.max(axis=1) > share_most * votes)
    return marked[given.rater]


RULES: dict[str, Callable[..., np.ndarray]] = {"too-fast": too_fast, "hasty": hasty, "straight-line": straight_line}
LIMITS = {
    "too-fast": ("seconds-least",),
    "hasty": ("median-least", "votes-least"),
    "straight-line": ("share-most", "votes-least"),
}


def judge(given: Given, screening: dict | None = None) -> np.ndarray:
    """The rule that marks each vote, empty where none does (votes,); of several the first of RULES.

    `screening` is the campaign's: `{"rules": [names], "seconds-least": 0.5, ...}`; without `rules` all apply.
    """
    screening = screening or {}
    found = np.full(len(given.rater), "", dtype="<U16")
    for name in screening.get("rules", RULES):
        if name not in RULES:
            continue
        limits = {limit.replace("-", "_"): screening[limit] for limit in LIMITS[name] if limit in screening}
        found[(found == "") & RULES[name](given, **limits)] = name
    return found
