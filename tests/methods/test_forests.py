"""Forests as arrays answer what scikit-learn's own forest answers, from a file as from memory."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from heritage_color.methods.learch import forests


@pytest.fixture(scope="module")
def lesson():
    """Samples (600, 6) in half precision, and two numbers that depend on them."""
    samples = np.random.default_rng(0).normal(size=(600, 6)).astype(np.float16)
    return samples, np.stack([samples[:, 0] * samples[:, 1], samples[:, 2]], 1).astype(np.float32)


@pytest.fixture(scope="module")
def grown(lesson):
    samples, targets = lesson
    return ExtraTreesRegressor(5, max_leaf_nodes=60, random_state=1).fit(samples.astype(np.float32), targets)


def test_the_arrays_answer_what_scikit_learn_answers(lesson, grown):
    unseen = np.random.default_rng(2).normal(size=(400, 6)).astype(np.float16)
    expected = grown.predict(unseen.astype(np.float32))
    assert forests.from_sklearn(grown).predict(unseen) == pytest.approx(expected, abs=2e-3)  # of leaves in half


def test_every_sample_ends_in_the_same_leaves_also_on_a_threshold(lesson, grown):
    samples, _ = lesson
    theirs = grown.apply(samples.astype(np.float32))
    mine = forests.from_sklearn(grown).leaves(samples)
    for their, my in zip(theirs.T, mine.T, strict=True):
        assert len(np.unique(my)) == len(np.unique(np.stack([their, my], 1), axis=0)) == len(np.unique(their))


def test_a_forest_comes_back_from_half_precision_without_a_difference(lesson, grown):
    forest = forests.from_sklearn(grown)
    stored = {name: a if a.dtype.kind == "u" else a.astype(np.float16) for name, a in forest.arrays("one").items()}
    read = forests.from_arrays({name: array.astype(np.float32) for name, array in stored.items()}, "one")
    assert np.array_equal(read.predict(lesson[0]), forest.predict(lesson[0]))


def test_leaves_can_hold_the_mean_of_something_else(lesson, grown):
    samples, targets = lesson
    forest = ExtraTreesRegressor(5, max_leaf_nodes=60, random_state=1).fit(samples.astype(np.float32), 3 * targets)
    other = forests.from_sklearn(grown).holding(samples, 3 * targets)
    assert other.predict(samples) == pytest.approx(forests.from_sklearn(forest).predict(samples), abs=2e-2)


def test_leaves_can_hold_a_quotient_of_sums(lesson, grown):
    samples, targets = lesson
    weights = np.abs(targets) + 1
    forest = forests.from_sklearn(grown).holding(samples, 2 * weights, weights)
    assert forest.predict(samples) == pytest.approx(2, abs=1e-3)


def test_a_stump_says_the_same_to_everything(lesson):
    assert np.array_equal(forests.stump(np.array([1, -2.5])).predict(lesson[0]), np.tile([1, -2.5], (600, 1)))
