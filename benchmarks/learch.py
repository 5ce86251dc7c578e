"""The sparse solve of `learch` against picture size: conjugate gradients against SuperLU, and the memory of each size.

Time and memory per cell that stay the same from one size to the next are linear growth. One thread for vectors: from
ten thousand numbers on OpenBLAS shares a sum among cores, and on a busy machine waits for them.
"""

import sys

import numpy as np
from scipy.sparse.linalg import splu
from threadpoolctl import threadpool_limits

from benchmarks.measuring import Row, fastest, peak_of_own_memory
from heritage_color.methods.learch.objective import MARGIN, Objective, differences, pairs, solve

SIDES = (32, 64, 128, 256)  # cells of 8 pixels; the pipeline's pictures have 32 x 32 to 32 x 64
FACTORED = 64  # the largest side that SuperLU is asked to solve: memory and time grow faster than the cells


def picture(side: int) -> Objective:
    """An objective whose weights spread as those of photographs do: by a factor of three about their middle."""
    random = np.random.default_rng(side)
    cells, ties = side * side, len(pairs(side, side)[0])
    weight, tie = (np.exp(random.normal(middle, 1, many)) for middle, many in ((0, cells), (-1.5, ties)))
    target, step = random.normal(0, 15, (cells, 2)), random.normal(0, 3, (ties, 2))
    return Objective((side, side), target, MARGIN + weight, step, MARGIN + tie)


def run() -> list[Row]:
    """Microseconds per cell at each size, and bytes per cell between the sizes."""
    memory = _memory() if sys.platform.startswith("linux") else []
    with threadpool_limits(1, "blas"):
        return [_time(side) for side in SIDES if side <= FACTORED] + _growth() + memory


def _time(side: int) -> Row:
    matrix, right = picture(side).system()
    columns, symmetric = matrix.tocsc(), {"permc_spec": "MMD_AT_PLUS_A", "options": {"SymmetricMode": True}}
    ours, limit = fastest(lambda: solve(matrix, right)), fastest(lambda: splu(columns, **symmetric).solve(right))
    return Row(
        f"learch solve, {side} x {side} cells", 1e6 * ours / side**2, 1e6 * limit / side**2, "us/cell", "SuperLU"
    )


def _growth() -> list[Row]:
    """Assembly and solve of each size against the smallest: a ratio of 1 is linear."""
    each = []
    for side in SIDES:
        objective = picture(side)
        differences(side, side)  # kept between pictures of one size
        each.append(1e6 * fastest(objective.minimiser) / side**2)
    return [
        Row(f"learch whole, {side} x {side} cells", one, each[0], "us/cell", f"{SIDES[0]} x {SIDES[0]} cells")
        for side, one in zip(SIDES, each, strict=True)
    ]


def _memory() -> list[Row]:
    """Memory of a process that solves each size, less that of one that solves next to nothing."""
    command = [sys.executable, "-m", "benchmarks.learch"]
    nothing = peak_of_own_memory([*command, "2"])
    each = [(peak_of_own_memory([*command, str(side)]) - nothing) / 2**20 for side in SIDES[-2:]]
    return [Row("learch memory, four times the cells", each[1], 4 * each[0], "MiB", "linear growth")]


if __name__ == "__main__":
    picture(int(sys.argv[1])).minimiser()
