"""What the figures of opinion are worth, by simulation: `python -m benchmarks.opinions [TABLES]`, 300 by default.

Raters have a bias and an inconsistency of their own, and one in ten votes without looking. The truth of a picture is
the mean vote of all people of that kind, careless ones included: that is what a mean opinion score estimates.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from heritage_color.rating import allocation, interval, stopping

VOTES = (3, 5, 8, 15, 30)
PICTURES = 40
CAP = 80


@dataclass(frozen=True)
class Crowd:
    """Raters with biases of this standard deviation and inconsistencies of this range, on pictures of this range."""

    bias: float = 0.4
    inconsistency: tuple[float, float] = (0.3, 0.9)
    careless: float = 0.1
    quality: tuple[float, float] = (1.6, 4.7)

    def vote(self, random: np.random.Generator, pictures: int, raters: int) -> tuple[np.ndarray, np.ndarray]:
        """True mean opinion (pictures,) and votes 1..5 (pictures, raters), each rater on each picture."""
        quality = random.uniform(*self.quality, pictures)
        bias, noise = random.normal(0, self.bias, raters), random.uniform(*self.inconsistency, raters)
        meant = quality[:, None] + bias + noise * random.normal(size=(pictures, raters))
        guessed = random.integers(1, 6, (pictures, raters))
        careless = random.random(raters) < self.careless
        return self.truth(quality), np.where(careless, guessed, np.clip(np.rint(meant), 1, 5)).astype(np.int64)

    def truth(self, quality: np.ndarray) -> np.ndarray:
        """Mean vote of everybody on pictures of a quality."""
        noise = np.linspace(*self.inconsistency, 61)
        size = np.hypot(self.bias, noise)
        above = 1 - ndtr((np.arange(1.5, 5) - quality[:, None, None]) / size[:, None])
        return (1 - self.careless) * (1 + above.sum(-1).mean(-1)) + self.careless * 3


CROWDS = {
    "realistic": Crowd(),
    "no careless raters": Crowd(careless=0),
    "one in five careless": Crowd(careless=0.2),
    "strong biases": Crowd(bias=0.7),
    "near the end of the scale": Crowd(quality=(4.2, 5)),
}


def sums(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, sum and sum of squares of each row's votes."""
    return np.full(len(votes), votes.shape[1]), votes.sum(1), (votes**2).sum(1)


def coverage(
    random: np.random.Generator, crowd: Crowd, votes: int, tables: int, panel: bool, pictures: int = PICTURES
) -> tuple[float, float]:
    """Share of pictures whose truth lies in our interval, and in Student's.

    A panel's raters all vote on all pictures; in a crowd each picture has raters of its own out of ten times as many.
    """
    ours, students = [], []
    for _ in range(tables):
        truth, cast = crowd.vote(random, pictures, votes if panel else 10 * votes)
        if not panel:
            cast = random.permuted(cast, axis=1)[:, :votes]
        _, low, high = interval.interval(*sums(cast))
        ours.append((low <= truth) & (truth <= high))
        half = stdtrit(votes - 1, 0.975) * cast.std(1, ddof=1) / np.sqrt(votes)
        students.append(abs(cast.mean(1) - truth) <= half)
    return float(np.mean(ours)), float(np.mean(students))


@dataclass(frozen=True)
class Campaign:
    """One simulated campaign that ran until every picture was retired by the rule."""

    votes: np.ndarray
    covered: np.ndarray
    fixed: int


def campaign(random: np.random.Generator, crowd: Crowd, target: float, pictures: int = PICTURES) -> Campaign:
    """Votes that every picture got, whether its reported interval holds the truth, and the fixed count beside it.

    The fixed count is the least number of votes for everybody with which 95% of the pictures reach the target.
    """
    truth, cast = crowd.vote(random, pictures, 2 * CAP)
    cast = random.permuted(cast, axis=1)
    votes = np.full(pictures, stopping.LEAST_VOTES)
    while True:
        total, squares = _first(cast, votes)
        half = stopping.half_width(votes, total, squares)
        staying = stopping.retirement(votes, half, target, CAP) == ""
        if not staying.any():
            break
        votes = votes + staying
    _, low, high = interval.interval(votes, total, squares)
    return Campaign(votes, (low <= truth) & (truth <= high), fixed_count(cast, target))


def fixed_count(cast: np.ndarray, target: float, share: float = 0.95) -> int:
    """The least number of votes for every picture with which a share of them has a 95% interval within the target."""
    for count in range(stopping.LEAST_VOTES, CAP):
        _, low, high = interval.interval(*sums(cast[:, :count]))
        if np.mean((high - low) / 2 <= target) >= share:
            return count
    return CAP


def widest(random: np.random.Generator, crowd: Crowd, each: int, pictures: int = PICTURES) -> tuple[float, float]:
    """95th percentile of the half-widths when votes for `each` per picture are given evenly, and by need."""
    _, cast = crowd.vote(random, pictures, 4 * CAP)
    cast = random.permuted(cast, axis=1)
    votes = np.full(pictures, stopping.LEAST_VOTES)
    for _ in range(pictures * (each - stopping.LEAST_VOTES)):
        votes[np.argmax(allocation.need(votes, *_first(cast, votes), target=0))] += 1
    halves = []
    for given in (np.full(pictures, each), votes):
        _, low, high = interval.interval(given, *_first(cast, given))
        halves.append(float(np.percentile((high - low) / 2, 95)))
    return halves[0], halves[1]


def _first(cast: np.ndarray, votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum and sum of squares of each row's first votes."""
    counted = np.arange(cast.shape[1]) < votes[:, None]
    return (cast * counted).sum(1), (cast**2 * counted).sum(1)
