"""Strengths from pairs: "which of the two looks more natural?", by the model of R. A. Bradley and M. E. Terry (1952).

The chance that one picture wins over another is 1 / (1 + exp(-difference of their strengths)). A tie is half a win for
each. Strengths exist only as differences, so the mean of those that can be compared is 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.keys import PictureId
from heritage_color.rating.statistics.interval import TWO_SIDED_95

if TYPE_CHECKING:
    from scipy.sparse import sparray

PRIOR_PRECISION = 0.25  # strengths of standard deviation 2, where the votes alone have no greatest likelihood
DAMPING, TOLERANCE, ROUNDS = 1e-9, 1e-10, 100

PairVote = tuple[str, str, float]  # left, right, and 1 when the left picture was preferred, 0 the right, 0.5 neither
PairSum = tuple[str, str, int, int]  # left, right, and how often each of them was preferred


@dataclass(frozen=True)
class PairTable:
    """Outcomes of pairs: `won[k]`, 1, 0.5 or 0, is what `left[k]` (an index of `pictures`) won against `right[k]`.

    `votes[k]` is how many votes say so.
    """

    pictures: list[str]
    left: np.ndarray
    right: np.ndarray
    won: np.ndarray
    votes: np.ndarray

    def over_pictures(self, lefts: np.ndarray, rights: np.ndarray) -> np.ndarray:
        """Sum for each picture of a value per pair for its left and one for its right picture."""
        count = len(self.pictures)
        return np.bincount(self.left, lefts, count) + np.bincount(self.right, rights, count)


@dataclass(frozen=True)
class Strength:
    """A picture's strength and its 95% interval, votes taken as independent; `wins` of `pairs`.

    `beats` is the chance to win against an average picture. Pictures of different `group` were never compared, not
    even through others, and their strengths say nothing of each other. `prior` says that some picture of the group
    always won, or always lost, against all others, so that the votes alone would put it infinitely far; then the
    group's strengths are drawn towards 0.
    """

    pairs: int
    wins: float
    strength: float
    low: float
    high: float
    beats: float
    group: int
    prior: bool


@dataclass(frozen=True)
class Strengths:
    """The strengths of all pictures, in the order of their names, and the number of groups."""

    pictures: dict[PictureId, Strength]
    groups: int


def strengths(votes: Iterable[PairVote]) -> Strengths:
    """Strengths from single votes."""
    return strengths_of(tabulate_pairs(votes))


def strengths_of(table: PairTable) -> Strengths:
    """Strengths from a table of pairs."""
    group, prior = groups(table)
    strength, error = fit(table, group, np.where(prior, PRIOR_PRECISION, 0.0))
    half = TWO_SIDED_95 * error
    columns = (
        table.over_pictures(table.votes, table.votes).astype(int),
        table.over_pictures(table.votes * table.won, table.votes * (1 - table.won)),
        strength,
        strength - half,
        strength + half,
        _chance(strength),
        group,
        prior,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    pictures = {name: Strength(*row) for name, row in zip(table.pictures, rows, strict=True)}
    return Strengths(pictures, int(group.max(initial=-1)) + 1)


def tabulate_pairs(votes: Iterable[PairVote]) -> PairTable:
    """Return the table of single votes; pictures in the order of their names, so that equal votes give equal bytes."""
    return _table([(left, right, won, 1) for left, right, won in votes])


def tabulate_sums(sums: Iterable[PairSum]) -> PairTable:
    """The table of counted votes, which is as long as there are pairs, however many have voted."""
    rows = [
        row for left, right, wins, losses in sums for row in ((left, right, 1.0, wins), (left, right, 0.0, losses))
    ]
    return _table([row for row in rows if row[3]])


def _table(rows: list[tuple[str, str, float, int]]) -> PairTable:
    rows = sorted(rows)
    pictures = {name: index for index, name in enumerate(sorted({name for row in rows for name in (row[0], row[1])}))}
    left = np.array([pictures[row[0]] for row in rows], np.intp)
    right = np.array([pictures[row[1]] for row in rows], np.intp)
    won, votes = (np.array([row[place] for row in rows], np.float64) for place in (2, 3))
    return PairTable(list(pictures), left, right, won, votes)


def groups(table: PairTable) -> tuple[np.ndarray, np.ndarray]:
    """Number of each picture's group of comparable pictures, and whether the group needs a prior.

    The likelihood has a maximum when from every picture a chain of wins leads to every other (L. R. Ford 1957).
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(table.pictures)
    winner = np.concatenate([table.left[table.won > 0], table.right[table.won < 1]])
    loser = np.concatenate([table.right[table.won > 0], table.left[table.won < 1]])
    graph = coo_matrix((np.ones(len(winner)), (winner, loser)), (count, count))
    _, group = connected_components(graph, connection="weak")
    _, circle = connected_components(graph, connection="strong")
    circles = np.bincount(group[np.unique(circle, return_index=True)[1]], minlength=1)
    return group, circles[group] > 1


def fit(table: PairTable, group: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strength of each picture and its standard error: greatest likelihood times a normal prior of that precision.

    Newton's method with halved steps; the errors come from the curvature, group by group (their cost grows with the
    third power of a group's pictures).
    """
    strength = np.zeros(len(table.pictures))
    for _ in range(ROUNDS):
        gradient, curvature = _slopes(table, strength, precision)
        step = _centred(_solve(curvature, gradient), group)
        while _loss(table, strength + step, precision) > _loss(table, strength, precision) + TOLERANCE:
            step = step / 2
        strength = strength + step
        if np.abs(step).max(initial=0) < TOLERANCE:
            break
    return strength, _errors(_slopes(table, strength, precision)[1], group)


def _centred(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Values less the mean of their group: a common shift changes nothing that pairs can tell."""
    mean = np.bincount(group, values) / np.maximum(np.bincount(group), 1)
    centred: np.ndarray = values - mean[group]
    return centred


def _chance(difference: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    chance: np.ndarray = expit(difference)
    return chance


def _loss(table: PairTable, strength: np.ndarray, precision: np.ndarray) -> float:
    """Minus the logarithm of likelihood times prior."""
    difference = strength[table.left] - strength[table.right]
    surprise = table.votes * np.logaddexp(0, -difference)
    return float(surprise.sum() + (table.votes * (1 - table.won) * difference).sum() + precision @ strength**2 / 2)


def _slopes(table: PairTable, strength: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, "sparray"]:
    """First derivative of the likelihood times prior, and minus its second derivative as a sparse matrix."""
    from scipy.sparse import coo_matrix, diags

    chance = _chance(strength[table.left] - strength[table.right])
    missed, weight = table.votes * (table.won - chance), table.votes * chance * (1 - chance)
    gradient = table.over_pictures(missed, -missed) - precision * strength
    count = len(strength)
    ties = coo_matrix((weight, (table.left, table.right)), (count, count))
    return gradient, diags(table.over_pictures(weight, weight) + precision) - ties - ties.T


def _solve(curvature: "sparray", gradient: np.ndarray) -> np.ndarray:
    from scipy.sparse import identity
    from scipy.sparse.linalg import spsolve

    if not len(gradient):
        return gradient
    step: np.ndarray = spsolve((curvature + DAMPING * identity(len(gradient))).tocsc(), gradient)
    return step.reshape(gradient.shape)


def _errors(curvature: "sparray", group: np.ndarray) -> np.ndarray:
    """Standard errors of strengths whose mean in each group is 0; a group's common shift is nobody's error.

    Groups of equal size go together, for where only pictures of one photograph are compared there are very many.
    """
    errors, sizes = np.zeros(len(group)), np.bincount(group, minlength=1)
    order = np.argsort(group, kind="stable")
    place = np.empty_like(order)  # of a picture among those of its group
    place[order] = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[group[order]]
    cells = curvature.tocoo()
    for size in np.unique(sizes[sizes > 0]):
        number = np.cumsum(sizes == size) - 1  # of a group among those of its size
        inside = sizes[group[cells.row]] == size
        row, column = cells.row[inside], cells.col[inside]
        blocks = np.full((number[-1] + 1, size, size), 1 / size)
        np.add.at(blocks, (number[group[row]], place[row], place[column]), cells.data[inside])
        centre = np.eye(size) - 1 / size
        variance = np.diagonal(centre @ np.linalg.inv(blocks) @ centre, axis1=1, axis2=2)
        members = sizes[group] == size
        errors[members] = np.sqrt(np.maximum(variance[number[group[members]], place[members]], 0))
    return errors


def strengths_text(result: Strengths) -> str:
    """Strengths as a table, the strongest first in each group."""
    lines = [f"{'picture':<28}{'pairs':>6}{'wins':>7}{'strength':>10}{'95% interval':>18}{'beats':>7}{'group':>7}"]
    for name, row in sorted(result.pictures.items(), key=lambda item: (item[1].group, -item[1].strength)):
        bounds = f"{row.low:+.2f} to {row.high:+.2f}"
        figures = f"{row.pairs:>6}{row.wins:>7g}{row.strength:>+10.2f}{bounds:>18}{row.beats:>7.0%}"
        lines.append(f"{name:<28}{figures}{row.group + 1:>7}")
    if result.groups > 1:
        lines += ["", "Groups were never compared with each other: their strengths say nothing of each other."]
    if any(row.prior for row in result.pictures.values()):
        lines += ["", "Some picture always won or always lost: the strengths of its group are drawn towards 0."]
    return "\n".join(lines)
