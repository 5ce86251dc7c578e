"""LEARCH on small made-up pictures whose colours follow their features: rounds lower the cost, and the error."""

import numpy as np
import pytest

from heritage_color.methods.learch import boosting, cells
from heritage_color.methods.learch.objective import MARGIN

SIDE = 12
SIZE = boosting.Size(trees=3, leaves=30, pair_trees=2, pair_leaves=20, rounds=3, round_trees=2, round_leaves=20)


def picture(seed: int) -> boosting.Example:
    """Four bands of a lightness each; a follows lightness, b tells the upper half from the lower."""
    random = np.random.default_rng(seed)
    own = random.normal(size=(SIDE * SIDE, cells.OWN))
    own[:, 0] = np.repeat(random.uniform(size=4), SIDE * SIDE // 4)
    own[:, 8] = np.mgrid[0.5:SIDE, 0.5:SIDE][0].ravel() / SIDE
    features = np.column_stack([own, random.normal(size=(SIDE * SIDE, 32))]).astype(np.float16)
    truth = np.stack([40 * own[:, 0] - 20, 20 * (own[:, 8] > 0.5)], 1) + random.normal(0, 3, (SIDE * SIDE, 2))
    return boosting.Example((SIDE, SIDE), features, cells.pair_features(features, SIDE, SIDE), 0, truth)


@pytest.fixture(scope="module")
def pictures():
    return [picture(seed) for seed in range(10)]


@pytest.fixture(scope="module")
def start(pictures):
    """First forests of one scene."""
    features, truth = (np.concatenate([getattr(p, name) for p in pictures]) for name in ("cells", "truth"))
    return boosting.first_forests(features, truth, np.zeros(len(truth), int), 1, pictures, SIZE)


@pytest.fixture(scope="module")
def boosted(pictures, start):
    return boosting.boost(start, pictures, SIZE)


def error(found: boosting.Coefficients, of: boosting.Example) -> float:
    return float(((found.objective(of.size).minimiser() - of.truth) ** 2).mean())


def test_rounds_lower_the_margin_cost_on_the_training_pictures(pictures, start, boosted):
    conditioning, costs = boosted
    assert costs == sorted(costs, reverse=True)
    before, after = (
        boosting.margin_cost(pictures, [found.coefficients(p.cells, p.pairs, 0) for p in pictures])
        for found in (start, conditioning)
    )
    assert after < before


def test_the_truth_becomes_cheaper_beside_what_was_cheap_and_wrong(pictures, start, boosted):
    one = pictures[1]
    old, new = (found.coefficients(one.cells, one.pairs, 0).objective(one.size) for found in (start, boosted[0]))
    violator = old.violator(one.truth)
    assert new.energy(one.truth) - new.energy(violator) < old.energy(one.truth) - old.energy(violator)


def test_unseen_pictures_are_answered_better_with_every_part(start, boosted):
    unseen = [picture(seed) for seed in range(50, 54)]
    nothing = np.mean([error(start.constant(len(p.cells), len(p.pairs)), p) for p in unseen])
    first = np.mean([error(start.first(p.cells, p.pairs, 0), p) for p in unseen])
    learned = np.mean([error(boosted[0].coefficients(p.cells, p.pairs, 0), p) for p in unseen])
    assert learned < first < nothing


def test_with_nothing_conditioned_the_answer_is_the_mean_colour(pictures, start):
    one = pictures[0]
    answer = start.constant(len(one.cells), len(one.pairs)).objective(one.size).minimiser()
    assert answer == pytest.approx(np.tile(start.constants[:2], (len(answer), 1)), abs=0.01)


def test_every_weight_stays_above_the_margin(pictures, boosted):
    objective = boosted[0].coefficients(pictures[0].cells, pictures[0].pairs, 0).objective((SIDE, SIDE))
    assert objective.weight.min() > MARGIN
    assert objective.tie.min() > MARGIN


def test_a_scene_is_taught_by_its_own_samples_first():
    scene = np.repeat([0, 1, 2], [100, 300, 600])
    rows = boosting.of_scene(scene, 0, 0.5, np.random.default_rng(0))
    assert np.array_equal(np.sort(rows[:100]), np.arange(100))
    assert len(rows) == len(np.unique(rows)) == 200
