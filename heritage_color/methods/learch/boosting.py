"""LEARCH for the objective: forests whose leaves hold its targets and weights, and rounds that learn them. Pure.

LEARCH (Ratliff, Silver & Bagnell 2009) learns a cost by functional gradient: each round finds what is cheap and wrong
under the present cost, the violator, and adds trees that make it dearer and the truth cheaper. Weights are learned as
logarithms, so they stay positive and every objective has a minimum without any further constraint.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from heritage_color.methods.learch import forests
from heritage_color.methods.learch.forests import Forest
from heritage_color.methods.learch.objective import MARGIN, OFFSETS, Objective, differences
from heritage_color.progress import track

LEAST_VARIANCE = 4.0  # squared ab units: no leaf is surer than two units
PAIR_SHARE = 1 / len(OFFSETS)  # of a difference's weight at first: a cell has so many of them, and they say the same
FARTHEST = 5.0  # of a logarithm of a weight, each way
SHARES = (2.0, 1.0, 0.5, 0.25, 0.1)  # of a round's trees that the line search tries
# Parts of a round that have a share each: targets and weights of the cells, targets and weights of the differences
PARTS = np.array([[[1, 1, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0]], [[0, 0, 0], [0, 0, 1]]])
SEARCHED = 5  # one whole picture in so many serves the line search, the others the gradient
AB_SCALE = 20.0  # brings the gradient of targets to the order of that of weights, when trees are grown
FEWEST = 400  # samples of a round's leaf: neighbours err alike, so it takes many to be of several pictures
MOST_SAMPLES = 120_000  # that trees are grown from


@dataclass(frozen=True)
class Size:
    """How large the forests are."""

    trees: int = 16
    leaves: int = 600
    pair_trees: int = 8
    pair_leaves: int = 500
    rounds: int = 8
    round_trees: int = 3
    round_leaves: int = 200
    own: float = 0.5  # share of a scene's samples that are of that scene, the others are of all


@dataclass(frozen=True)
class Example:
    """A whole picture to learn from."""

    size: tuple[int, int]
    cells: np.ndarray  # (n, F) float16
    pairs: np.ndarray  # (m, G) float16
    scene: int
    truth: np.ndarray  # (n, 2)


@dataclass(frozen=True)
class Coefficients:
    """Targets (.., :2) and logarithms of weights (.., 2) of a picture's cells (n, 3) and differences (m, 3)."""

    cells: np.ndarray
    pairs: np.ndarray

    def objective(self, size: tuple[int, int]) -> Objective:
        """Return the objective of a picture of this size."""
        weight, tie = (np.exp(np.clip(part[:, 2], -FARTHEST, FARTHEST)) for part in (self.cells, self.pairs))
        return Objective(size, self.cells[:, :2], MARGIN + weight, self.pairs[:, :2], MARGIN + tie)

    def plus(self, cells: np.ndarray, pairs: np.ndarray, shares: np.ndarray | float = 1.0) -> "Coefficients":
        """With the shares (2, 3) of what a round's trees say, for cells and for pairs."""
        of_cells, of_pairs = np.broadcast_to(shares, (2, 3))
        return Coefficients(self.cells + of_cells * cells, self.pairs + of_pairs * pairs)


@dataclass(frozen=True)
class Conditioning:
    """All forests: those of the cells, one for each scene, that of the pairs, and the rounds' trees.

    The first forests' leaves hold mean and mean square; those of the rounds, what is added to targets and logarithms.
    """

    scenes: tuple[Forest, ...]
    pairs: Forest
    rounds: tuple[tuple[Forest, Forest], ...]
    constants: np.ndarray  # (3,) mean colour (2,), and the typical variance that has the weight MARGIN beside MARGIN

    def first(self, cells: np.ndarray, pairs: np.ndarray, scene: int) -> Coefficients:
        """Return what the first forests say."""
        typical = self.constants[2]
        of_cells_now = gaussian(self.scenes[scene].predict(cells), MARGIN * typical)
        return Coefficients(of_cells_now, gaussian(self.pairs.predict(pairs), MARGIN * typical * PAIR_SHARE))

    def coefficients(self, cells: np.ndarray, pairs: np.ndarray, scene: int) -> Coefficients:
        """Return what all forests say together."""
        now = self.first(cells, pairs, scene)
        for of_cells, of_pairs in self.rounds:
            now = now.plus(of_cells.predict(cells), of_pairs.predict(pairs))
        return now

    def constant(self, cells: int, pairs: int) -> Coefficients:
        """Nothing conditioned on the picture: the mean colour everywhere, no difference, equal weights."""
        typical = gaussian(np.array([[*self.constants[:2], 0]]), 1.0)[:, :2]
        of_pairs = np.tile([0, 0, np.log(PAIR_SHARE)], (pairs, 1))
        return Coefficients(np.tile(np.append(typical, 0), (cells, 1)), of_pairs)


def gaussian(moments: np.ndarray, scale: float) -> np.ndarray:
    """Return targets and logarithms of weights (N, 3), scale / variance, of means and mean squares (N, 3)."""
    variance = np.maximum(moments[:, 2] - (moments[:, :2] ** 2).sum(1), LEAST_VARIANCE)
    return np.column_stack([moments[:, :2], np.log(scale / variance)])


def moments(values: np.ndarray) -> np.ndarray:
    """Return values (N, 2) beside their square (N, 3)."""
    return np.column_stack([values, (values**2).sum(1)])


def first_forests(
    cells: np.ndarray, truth: np.ndarray, scene: np.ndarray, scenes: int, examples: Sequence[Example], size: Size
) -> Conditioning:
    """Forests that say mean and variance: of colour, from cells (N, F) with their truth (N, 2) and scene (N,); of
    differences, from whole pictures."""
    random = np.random.default_rng(0)
    grown = []
    for number in track(range(scenes), "grow forests of scenes", scenes):
        chosen = of_scene(scene, number, size.own, random)
        forest = forests.grow(cells[chosen], truth[chosen], size.trees, size.leaves, number)
        grown.append(forest.holding(cells[chosen], moments(truth[chosen])))
    pairs = np.concatenate([example.pairs for example in examples])
    steps = np.concatenate([differences(*example.size) @ example.truth for example in examples])
    pairs, steps = some(random, pairs, steps)
    forest = forests.grow(pairs, steps, size.pair_trees, size.pair_leaves, 0)
    between = forest.holding(pairs, moments(steps))
    constants = np.append(truth.mean(0), typical_variance(grown, cells, scene))
    return Conditioning(tuple(grown), between, (), constants.astype(np.float16).astype(np.float32))


def of_scene(scene: np.ndarray, number: int, share: float, random: np.random.Generator) -> np.ndarray:
    """Rows of a scene's samples, and so many of all that the scene's are a share `own` of them."""
    mine = some(random, np.flatnonzero(scene == number))[0]
    others = random.permutation(np.flatnonzero(scene != number))
    return np.concatenate([mine, others[: round(len(mine) * (1 - share) / share)]])


def typical_variance(scenes: Sequence[Forest], cells: np.ndarray, scene: np.ndarray) -> float:
    """The geometric mean of the variances that the scenes' forests say."""
    logarithms = [
        -gaussian(forest.predict(cells[scene == number][:5000]), 1.0)[:, 2]
        for number, forest in enumerate(scenes)
        if (scene == number).any()
    ]
    return float(np.exp(np.concatenate(logarithms).mean()))


def some(random: np.random.Generator, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return at most MOST_SAMPLES rows, the same of all arrays."""
    if len(arrays[0]) <= MOST_SAMPLES:
        return arrays
    rows = random.choice(len(arrays[0]), MOST_SAMPLES, replace=False)
    return tuple(array[rows] for array in arrays)


@dataclass(frozen=True)
class Gradient:
    """Per cell or difference: the sums whose quotient in a leaf is what the leaf adds (N, 3)."""

    parts: np.ndarray
    wholes: np.ndarray


def gradients(example: Example, now: Coefficients) -> tuple[Gradient, Gradient]:
    """Return the functional gradient of the margin cost of a picture, for its cells and for its differences.

    The cost falls where targets move from the violator to the truth, and where weights rise if the violator is farther
    from the target than the truth is. Both are divided by their scale: the sum of the weights, and of the two misfits.
    """
    objective = now.objective(example.size)
    violator, filters = objective.violator(example.truth), differences(*example.size)
    of_cells = _gradient(example.truth, violator, objective.target, objective.weight, objective.weight - MARGIN)
    of_pairs = _gradient(
        filters @ example.truth, filters @ violator, objective.step, objective.tie, objective.tie - MARGIN
    )
    return of_cells, of_pairs


def _gradient(
    truth: np.ndarray, violator: np.ndarray, target: np.ndarray, weight: np.ndarray, slope: np.ndarray
) -> Gradient:
    """Of filtered maps (N, 2), with the weights (N,) and their derivative by their logarithm (N,)."""
    misfit_truth, misfit_violator = (((some - target) ** 2).sum(1) for some in (truth, violator))
    parts = np.column_stack([(truth - violator) * weight[:, None], slope * (misfit_violator - misfit_truth)])
    wholes = np.column_stack([weight, weight, slope * (misfit_violator + misfit_truth)])
    return Gradient(parts, wholes)


def margin_cost(examples: Sequence[Example], now: Sequence[Coefficients]) -> float:
    """Return the mean margin cost of a cell over pictures: what LEARCH lowers."""
    total, cells = 0.0, 0
    for example, coefficients in zip(examples, now, strict=True):
        objective = coefficients.objective(example.size)
        total += objective.margin_cost(example.truth, objective.violator(example.truth))
        cells += len(example.truth)
    return total / cells


def boost(start: Conditioning, examples: Sequence[Example], size: Size) -> tuple[Conditioning, list[float]]:
    """Run rounds of LEARCH on whole pictures. Returns all forests, and the margin cost before and after each round.

    The line search has pictures of its own; the rounds end where no share of any part of a round lowers their cost.
    """
    now = [start.first(example.cells, example.pairs, example.scene) for example in examples]
    search = range(0, len(examples), SEARCHED)
    learn = [at for at in range(len(examples)) if at % SEARCHED] or list(search)
    costs = [margin_cost([examples[at] for at in search], [now[at] for at in search])]
    rounds: list[tuple[Forest, Forest]] = []
    for number in track(range(size.rounds), "rounds of LEARCH", size.rounds):
        grown = _round([examples[at] for at in learn], [now[at] for at in learn], size, number)
        answers = [(grown[0].predict(example.cells), grown[1].predict(example.pairs)) for example in examples]
        shares, cost = _line_search(
            [examples[at] for at in search], [(now[at], answers[at]) for at in search], costs[-1]
        )
        if not shares.any():
            break
        costs.append(cost)
        now = [before.plus(*more, shares) for before, more in zip(now, answers, strict=True)]
        rounds.append((scaled(grown[0], shares[0]), scaled(grown[1], shares[1])))
    return replace(start, rounds=tuple(rounds)), costs


def _line_search(
    examples: Sequence[Example], round_: Sequence[tuple[Coefficients, tuple[np.ndarray, np.ndarray]]], cost: float
) -> tuple[np.ndarray, float]:
    """Return the shares (2, 3) of a round's parts, one after the other, that lower the cost of the pictures most."""
    shares = np.zeros((2, 3))
    for part in PARTS:
        for share in SHARES:
            tried = margin_cost(
                examples, [now.plus(*answers, shares * (1 - part) + share * part) for now, answers in round_]
            )
            if tried < cost:
                shares, cost = shares * (1 - part) + share * part, tried
    return shares, cost


def _round(examples: Sequence[Example], now: Sequence[Coefficients], size: Size, number: int) -> tuple[Forest, Forest]:
    """Return the trees of one round, for cells and for differences."""
    both = [gradients(example, coefficients) for example, coefficients in zip(examples, now, strict=True)]
    random = np.random.default_rng(number)
    of_cells = _fit([example.cells for example in examples], [of_cell for of_cell, _ in both], size, random)
    return of_cells, _fit([example.pairs for example in examples], [other for _, other in both], size, random)


def _fit(samples: list[np.ndarray], gradients: list[Gradient], size: Size, random: np.random.Generator) -> Forest:
    """Return trees that part where the gradient differs, their leaves holding its quotients."""
    rows, parts, wholes = some(
        random,
        np.concatenate(samples),
        np.concatenate([gradient.parts for gradient in gradients]),
        np.concatenate([gradient.wholes for gradient in gradients]),
    )
    targets = parts / np.maximum(wholes, 1e-9) / (AB_SCALE, AB_SCALE, 1)
    seed = int(random.integers(2**31))
    forest = forests.grow(rows, targets, size.round_trees, size.round_leaves, seed, wholes[:, 0], FEWEST)
    return forest.holding(rows, parts, wholes)


def scaled(forest: Forest, shares: np.ndarray) -> Forest:
    """A forest that says shares (outputs,) of what it said."""
    return replace(forest, value=(forest.value * shares).astype(np.float16).astype(np.float32))
