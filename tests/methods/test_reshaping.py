"""Histograms of chroma are moved towards others, a little or all the way."""

import numpy as np
import pytest

from heritage_color.methods.learch import reshaping

RANDOM = np.random.default_rng(5)
DULL = RANDOM.normal(5, 6, 4000)
TWO_GROUPS = np.concatenate([RANDOM.normal(-20, 6, 3000), RANDOM.normal(30, 12, 5000)])


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The earth mover's distance of two histograms, in ab units."""
    return float(np.abs(np.cumsum(one - other)).sum() * 2)


def test_the_less_the_target_is_blurred_the_nearer_the_histogram_comes():
    target = reshaping.histogram(TWO_GROUPS)
    moved = [DULL, *(reshaping.reshape(DULL, target, blur) for blur in (12, 3, 0))]
    distances = [distance(reshaping.histogram(values), target) for values in moved]
    assert distances == sorted(distances, reverse=True)
    assert distances[1] < distances[0] / 2
    assert distances[-1] < 0.1


def test_with_one_region_the_values_take_its_mean_and_deviation():
    moved = reshaping.reshape(DULL, reshaping.histogram(TWO_GROUPS), 12)
    assert moved.mean() == pytest.approx(TWO_GROUPS.mean(), abs=0.5)
    assert moved.std() == pytest.approx(TWO_GROUPS.std(), rel=0.05)


def test_a_coarse_scale_cuts_where_the_target_has_few_colours():
    region = reshaping.regions(reshaping.histogram(TWO_GROUPS), 3.0)
    (cut,) = np.flatnonzero(np.diff(region))
    assert reshaping.EDGES[cut] == pytest.approx(-3, abs=8)  # between the groups at -20 and 30


@pytest.mark.parametrize("blur", [0, 1, 4, 12])
def test_values_keep_their_order_and_equal_ones_stay_equal(blur):
    values = np.append(DULL, DULL[:100])
    moved = reshaping.reshape(values, reshaping.histogram(TWO_GROUPS), blur)
    assert np.all(np.diff(moved[np.argsort(values)]) >= -1e-9)
    assert np.array_equal(moved[:100], moved[-100:])


def test_the_expected_histogram_is_that_of_draws_from_the_gaussians():
    means, deviations = np.array([-20.0, 10, 40]), np.array([2.0, 8, 15])
    drawn = RANDOM.normal(means, deviations, (20_000, 3))
    expected = reshaping.expected(means, deviations)
    assert expected.sum() == pytest.approx(1)
    assert expected == pytest.approx(reshaping.histogram(drawn), abs=0.005)


def test_a_limit_keeps_what_a_picture_hardly_tells_apart_together():
    target = np.stack([reshaping.histogram(TWO_GROUPS)] * 2)
    chroma = np.stack([DULL, DULL], -1)
    limited, free = (reshaping.reshaped(chroma, target, 12, most) for most in (2.0, np.inf))
    assert limited.std(0) == pytest.approx(2 * chroma.std(0), rel=0.01)
    assert free.std(0) == pytest.approx(TWO_GROUPS.std(), rel=0.05)
    assert limited.mean(0) == pytest.approx(free.mean(0), abs=1)
