"""The quadratic objective: its minimum is where algebra says it is, and its margin bounds the error."""

import numpy as np
import pytest

from heritage_color.methods.learch.objective import MARGIN, OFFSETS, Objective, differences, pairs

SIZE = (14, 15)
CELLS, PAIRS = 14 * 15, len(pairs(*SIZE)[0])


@pytest.fixture(scope="module")
def objective():
    """Random targets and weights over a small picture."""
    random = np.random.default_rng(3)
    target, step = random.normal(0, 20, (CELLS, 2)), random.normal(0, 5, (PAIRS, 2))
    weight, tie = (MARGIN + random.uniform(0.1, 3, many) for many in (CELLS, PAIRS))
    return Objective(SIZE, target, weight, step, tie)


@pytest.fixture(scope="module")
def truth():
    return np.random.default_rng(4).normal(0, 20, (CELLS, 2))


def test_differences_are_taken_between_cells_of_every_offset():
    rows, columns = np.mgrid[0:14, 0:15]
    apart = differences(*SIZE) @ np.stack([rows.ravel(), columns.ravel()], 1)
    assert np.array_equal(apart, np.array(OFFSETS)[pairs(*SIZE)[2]])


def test_a_picture_smaller_than_an_offset_has_no_such_difference():
    assert set(pairs(3, 6)[2]) == {OFFSETS.index(offset) for offset in ((0, 1), (1, 0), (0, 4))}


def test_the_sparse_solve_equals_a_dense_one(objective):
    matrix, right = objective.system()
    assert objective.minimiser() == pytest.approx(np.linalg.solve(matrix.toarray(), right), abs=1e-3)


def test_the_gradient_is_nought_at_the_solution(objective):
    solution, small = objective.minimiser(), 1e-3
    for cell, channel in ((0, 0), (77, 1), (CELLS - 1, 0)):
        step = np.zeros_like(solution)
        step[cell, channel] = small
        slope = (objective.energy(solution + step) - objective.energy(solution - step)) / (2 * small)
        assert slope == pytest.approx(0, abs=0.01)  # beside the hundreds of the neighbourhood


def test_no_other_chroma_is_cheaper(objective, truth):
    least = objective.energy(objective.minimiser())
    assert least < objective.energy(truth)
    assert least < objective.energy(objective.target)


def test_without_ties_the_solution_is_the_targets(objective):
    free = Objective(SIZE, objective.target, objective.weight, objective.step, np.zeros(PAIRS))
    assert free.minimiser() == pytest.approx(objective.target, abs=1e-3)


def test_strong_ties_make_one_colour_of_all_cells(objective):
    tied = Objective(SIZE, objective.target, np.full(CELLS, 2.0), np.zeros((PAIRS, 2)), np.full(PAIRS, 1e4))
    assert tied.minimiser() == pytest.approx(np.tile(objective.target.mean(0), (CELLS, 1)), abs=0.1)


def test_the_violator_is_the_cheapest_of_all_that_are_far_from_the_truth(objective, truth):
    violator = objective.violator(truth)
    cost = objective.margin_cost(truth, violator)
    for other in (objective.minimiser(), truth, violator + 1):
        assert objective.margin_cost(truth, other) < cost


def test_the_margin_cost_bounds_the_error_of_the_answer(objective, truth):
    loss = objective.loss(objective.minimiser(), truth)
    assert loss > MARGIN * ((objective.minimiser() - truth) ** 2).sum()
    assert objective.margin_cost(truth, objective.violator(truth)) >= 4 * loss
