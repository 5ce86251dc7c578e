"""The quadratic objective of Deshpande, Rock & Forsyth 2015 over two chroma maps, and its minimum. Pure.

    E(c) = sum_k || F_k c - t_k ||^2 weighted by W_k

F_0 is the identity; the other F_k are differences of two cells, near ones (local smoothness) and far ones (what a
picture's parts have in common). a and b share their weights, so that one matrix serves both.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

# Rows and columns between the two cells of a difference: neighbours, and two longer ranges
OFFSETS = ((0, 1), (1, 0), (0, 4), (4, 0), (0, 12), (12, 0))
TOLERANCE = 1e-6  # of the residual, relative: thousandths of an ab unit
MARGIN = 1.0  # lambda, the loss of a squared ab unit under each filter; all weights are above it


@lru_cache(maxsize=64)
def pairs(height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cells of each difference, first and second (m,), numbered row by row, and which of OFFSETS (m,) it is."""
    cells = np.arange(height * width).reshape(height, width)
    first = [cells[: max(0, height - down), : max(0, width - right)].ravel() for down, right in OFFSETS]
    second = [cells[down:, right:].ravel() for down, right in OFFSETS]
    which = np.repeat(np.arange(len(OFFSETS)), [len(some) for some in first])
    return np.concatenate(first), np.concatenate(second), which


@lru_cache(maxsize=64)
def differences(height: int, width: int) -> sparse.csr_array:
    """Return all difference filters as one sparse matrix (m, n): the second cell less the first."""
    first, second, _ = pairs(height, width)
    row = np.arange(len(first))
    ones = np.ones(len(first), np.float64)
    places = (np.concatenate([row, row]), np.concatenate([second, first]))
    return sparse.csr_array((np.concatenate([ones, -ones]), places), shape=(len(first), height * width))


@dataclass(frozen=True)
class Objective:
    """E of a picture of n = height x width cells with m differences; chroma (n, 2), cells row by row."""

    size: tuple[int, int]
    target: np.ndarray  # (n, 2) of the cells themselves
    weight: np.ndarray  # (n,) of those, above MARGIN
    step: np.ndarray  # (m, 2) targets of the differences
    tie: np.ndarray  # (m,) weights of those, above MARGIN

    def energy(self, chroma: np.ndarray) -> float:
        """Return E of chroma (n, 2)."""
        apart = differences(*self.size) @ chroma - self.step
        return float((self.weight[:, None] * (chroma - self.target) ** 2).sum() + (self.tie[:, None] * apart**2).sum())

    def system(self) -> tuple[sparse.csr_array, np.ndarray]:
        """Return the matrix A (n, n) and right side (n, 2): E is c'Ac - 2 c'(right side) and a constant."""
        filters = differences(*self.size)
        tied = (filters.T * self.tie).tocsr()
        matrix = (tied @ filters + sparse.diags_array(self.weight)).tocsr()
        return matrix, self.weight[:, None] * self.target + tied @ self.step

    def minimiser(self) -> np.ndarray:
        """Return the chroma (n, 2) of least E."""
        return solve(*self.system())

    def violator(self, truth: np.ndarray) -> np.ndarray:
        """The chroma (n, 2) of least E less its loss beside the truth (n, 2): what LEARCH learns from, cheap, wrong.

        It exists because every weight is above MARGIN.
        """
        matrix, right = self.system()
        filters = differences(*self.size)
        metric = MARGIN * (sparse.eye_array(len(truth)) + filters.T @ filters)
        return solve((matrix - metric).tocsr(), right - metric @ truth)

    def loss(self, chroma: np.ndarray, truth: np.ndarray) -> float:
        """MARGIN times the squared distance of chroma from the truth under all filters: pixels and what ties them."""
        apart = chroma - truth
        return MARGIN * float((apart**2).sum() + ((differences(*self.size) @ apart) ** 2).sum())

    def margin_cost(self, truth: np.ndarray, violator: np.ndarray) -> float:
        """By how much the truth is dearer than the violator less its loss: 0 or more, and convex in weights and
        weights times targets. At least four times the minimiser's loss."""
        return self.energy(truth) - self.energy(violator) + self.loss(violator, truth)


def solve(matrix: sparse.csr_array, right: np.ndarray) -> np.ndarray:
    """Solution (n, 2) of a symmetric positive definite system by conjugate gradients, preconditioned by its diagonal.

    Faster than a factorisation from a thousand cells on, and its memory grows with the cells only
    (`python -m benchmarks`, rows of `learch`).
    """
    scale = sparse.diags_array(1 / matrix.diagonal())
    columns = [cg(matrix, column, rtol=TOLERANCE, M=scale)[0] for column in right.T]
    return np.stack(columns, 1)
