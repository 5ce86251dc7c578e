"""What the figures of opinion are worth, by simulation: `python -m benchmarks.opinions [TABLES]`, 300 by default.

Raters have a bias and an inconsistency of their own, and one in ten votes without looking. The truth of a picture is
the mean vote of all people of that kind, careless ones included: that is what a mean opinion score estimates.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, stdtrit

from benchmarks import allocation, stopping
from heritage_color.rating.statistics import fooling, interval

VOTES = (3, 5, 8, 15, 30)
PICTURES = 40
PANELS = (15, 20, 24, 30)
CAP = 120


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
    covered_by_rule: np.ndarray
    fixed: int
    fixed_for_all: int


def campaign(random: np.random.Generator, crowd: Crowd, target: float, pictures: int = PICTURES) -> Campaign:
    """Votes that every picture got, whether its intervals hold the truth, and the fixed counts beside it.

    The intervals are the reported one and the rule's. The fixed counts are the least number of votes for everybody
    with which 95% of the pictures reach the target, and with which all do.
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
    covered = [
        (low <= truth) & (truth <= high)
        for _, low, high in (
            interval.interval(votes, total, squares, level=level)
            for level in (interval.LEVEL, stopping.LEVEL_WHILE_LOOKING)
        )
    ]
    return Campaign(votes, *covered, fixed_count(cast, target), fixed_count(cast, target, 1))


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


def divided(random: np.random.Generator, votes: int, share: float, tables: int) -> float:
    """Share of tables in which the one picture that people give either 1 or 5 has its truth in its interval."""
    covered = []
    for _ in range(tables):
        _, cast = Crowd().vote(random, PICTURES, 10 * votes)
        cast = random.permuted(cast, axis=1)[:, :votes]
        cast[0] = np.where(random.random(votes) < share, 5, 1)
        _, low, high = interval.interval(*sums(cast))
        covered.append(low[0] <= 1 + 4 * share <= high[0])
    return float(np.mean(covered))


def trials(random: np.random.Generator, raters: int, pictures: int, each: int, differ: float) -> Iterator[tuple]:
    """Turing trials; raters and pictures differ by these times 0.5 and 0.8 on the logit scale."""
    able, good = random.normal(0, 0.5 * differ, raters), random.normal(0, 0.8 * differ, pictures)
    for rater in range(raters):
        for picture in random.permutation(pictures)[:each]:
            yield str(picture), str(rater), random.random() < expit(able[rater] + good[picture] - 0.8)


def fooling_coverage(random: np.random.Generator, tables: int, differ: float, shape: tuple[int, int, int]) -> float:
    """Share of tables whose interval holds the mean chance over all raters and pictures of that kind."""
    truth = expit(np.random.default_rng(0).normal(-0.8, np.hypot(0.5, 0.8) * differ, 400_000)).mean()
    found = (fooling.fooling_rate(trials(random, *shape, differ)) for _ in range(tables))
    return float(np.mean([row.low <= truth <= row.high for row in found]))


def rejected(cast: np.ndarray, fewer: int) -> np.ndarray:
    """Whom BT.500 rejects of a panel (pictures, raters), with the standard deviation by N less `fewer`."""
    away = cast - cast.mean(1, keepdims=True)
    second, fourth = ((away**power).mean(1, keepdims=True) for power in (2, 4))
    kurtosis = np.divide(fourth, second**2, where=second > 0, out=np.zeros_like(second))
    normal = (kurtosis >= 2 - 1e-9) & (kurtosis <= 4 + 1e-9)
    limit = np.where(normal, 2, 20**0.5) * np.sqrt(second * cast.shape[1] / (cast.shape[1] - fewer)) - 1e-9
    above, below = (((second > 0) & (sign * away >= limit)).sum(0) for sign in (1, -1))
    found = (above + below > 0.05 * len(cast)) & (np.abs(above - below) < 0.3 * (above + below))
    return found & (not found.all())


def wronged(random: np.random.Generator, crowd: Crowd, raters: int, tables: int) -> float:
    """Share of panels of which a standard deviation by N rejects others than the Recommendation's, by N - 1."""
    panels = (crowd.vote(random, PICTURES, raters)[1] for _ in range(tables))
    return float(np.mean([np.any(rejected(cast, 0) != rejected(cast, 1)) for cast in panels]))


def lines(tables: int) -> Iterator[str]:
    """All that is measured, as it is measured."""
    yield "Panels of which BT.500 would reject others with a standard deviation by N; raters " + ", ".join(
        map(str, PANELS)
    )
    for name, crowd in CROWDS.items():
        found = (wronged(np.random.default_rng(500), crowd, raters, 10 * tables) for raters in PANELS)
        yield f"{name:<36}" + "".join(f"{share:>8.1%}" for share in found)
    yield "Coverage of the 95% interval, Student's in brackets; votes per picture " + ", ".join(map(str, VOTES))
    kinds = [(name, crowd, PICTURES) for name, crowd in CROWDS.items()] + [("realistic, 3 pictures", Crowd(), 3)]
    for name, crowd, pictures in kinds:
        for panel in (False, True):
            random = np.random.default_rng(95)
            found = (coverage(random, crowd, votes, tables * PICTURES // pictures, panel, pictures) for votes in VOTES)
            cells = "".join(f"{ours:>8.1%} ({student:.0%})" for ours, student in found)
            yield f"{name + (', panel' if panel else ', crowd'):<36}{cells}"
    for share in (0.1, 0.5):
        found = (divided(np.random.default_rng(95), votes, share, 10 * tables) for votes in VOTES)
        yield f"{f'one divided picture, {share:.0%} of votes 5':<36}" + "".join(f"{value:>14.1%}" for value in found)
    yield from _campaign_lines(tables)
    yield "Coverage of the fooling rate's 95% interval; raters x pictures, trials of a rater"
    for shape in ((20, 50, 50), (40, 200, 20), (10, 20, 20), (60, 15, 15)):
        found = (fooling_coverage(np.random.default_rng(16), tables, differ, shape) for differ in (1, 0))
        yield f"{'{} x {}, {}'.format(*shape):<20}" + "".join(f"{value:>8.1%}" for value in found)


def _campaign_lines(tables: int) -> Iterator[str]:
    yield "Votes per picture until the half-width is reached: by the rule; a fixed count for 95% of pictures, saved;"
    yield "a fixed count for all pictures, saved; coverage of the reported interval, and of the rule's"
    for name, crowd in CROWDS.items():
        for target in (0.5, 0.4, 0.3):
            random = np.random.default_rng(910)
            runs = [campaign(random, crowd, target) for _ in range(max(tables // 4, 1))]
            votes, *fixed = np.mean([(run.votes.mean(), run.fixed, run.fixed_for_all) for run in runs], axis=0)
            covered = [np.mean([getattr(run, which) for run in runs]) for which in ("covered", "covered_by_rule")]
            saved = "".join(f"{count:>8.1f}{1 - votes / count:>6.0%}" for count in fixed)
            yield f"{name:<28}{target}{votes:>8.1f}{saved}" + "".join(f"{share:>8.1%}" for share in covered)
    yield "95th percentile of half-widths with equally many votes in all: even, by need"
    for each in (6, 12, 24):
        random = np.random.default_rng(6)
        even, by_need = np.mean([widest(random, Crowd(), each) for _ in range(max(tables // 10, 1))], axis=0)
        yield f"{each:>4} per picture{even:>8.2f}{by_need:>8.2f}"


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        print(line, flush=True)
