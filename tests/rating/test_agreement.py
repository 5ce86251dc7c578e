"""Krippendorff's alpha against the package of that name, and its interval against what it promises."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.rating.statistics.agreement import LEVELS, alpha, alpha_interval
from heritage_color.rating.statistics.interval import TWO_SIDED_95

votes_in_long_form = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 5)), min_size=2, max_size=60)


@pytest.mark.parametrize("level", LEVELS)
@given(votes_in_long_form)
def test_alpha_is_that_of_the_package(level, votes):
    unit, value = np.array(votes).T
    counts = np.zeros((8, 5))
    np.add.at(counts, (unit, value - 1), 1)
    paired = counts[counts.sum(axis=1) > 1]
    if (paired.sum(axis=0) > 0).sum() < 2:  # nothing to agree about: the package refuses
        assert np.isnan(alpha(unit, value, level))
    else:
        expected = krippendorff.alpha(value_counts=counts, value_domain=[1, 2, 3, 4, 5], level_of_measurement=level)
        assert alpha(unit, value, level) == pytest.approx(expected, abs=1e-9)


def test_full_agreement_is_one_and_votes_at_random_are_nothing():
    unit = np.repeat(np.arange(300), 5)
    assert alpha(unit, unit % 5) == 1
    assert alpha(unit, np.random.default_rng(12).integers(1, 6, 1500)) == pytest.approx(0, abs=0.05)


def test_the_interval_holds_alpha_and_narrows_with_more_pictures():
    random = np.random.default_rng(2019)
    widths = []
    for pictures in (20, 200):
        unit = np.repeat(np.arange(pictures), 4)
        value = np.clip(np.rint(random.uniform(1, 5, pictures)[unit] + random.normal(0, 0.7, len(unit))), 1, 5)
        low, high = alpha_interval(unit, value)
        assert low < alpha(unit, value) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize(
    "votes", [[1, 2, 2, 4, 5, 3], [1, 1, 2, 5, 5, 5, 2, 3, 3], [1, 1, 1, 5, 5, 5, 3, 3, 2, 2, 2, 2]]
)
def test_the_interval_is_the_jackknife_written_out(votes, level):
    value = np.array(votes)
    units, unit = len(value) // 3, np.repeat(np.arange(len(value) // 3), 3)
    without = np.array([alpha(unit[unit != left], value[unit != left], level) for left in range(units)])
    error = np.sqrt((units - 1) / units * np.sum((without - without.mean()) ** 2))
    low, high = (alpha(unit, value, level) + side * TWO_SIDED_95 * error for side in (-1, 1))
    assert alpha_interval(unit, value, level) == pytest.approx((low, min(high, 1)))


@pytest.mark.parametrize("votes", [(4, 4, 5), (4, 4, 4, 5), (3, 4, 4, 4, 4, 5, 4)])
def test_where_one_picture_holds_all_differences_no_interval_is_told(votes):
    unit = np.array([*np.repeat(np.arange(6), 4), *[6] * len(votes)])
    value = np.array([*[4] * 24, *votes])
    assert np.isfinite(alpha(unit, value))
    assert np.isnan(alpha_interval(unit, value)).all()


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="nominal, ordinal, interval"):
        alpha(np.array([1, 1]), np.array([1, 2]), "logarithmic")
