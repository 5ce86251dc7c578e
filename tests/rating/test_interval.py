"""The interval of a mean opinion score: inside the scale, around the mean, and as often right as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.opinions import CROWDS, coverage
from heritage_color.rating.statistics.interval import interval, spread_of_all

votes_of_a_picture = st.lists(st.integers(1, 5), max_size=30)


def sums(votes):
    """Number, sum and sum of squares of one picture's votes."""
    return [len(votes)], [sum(votes)], [sum(vote**2 for vote in votes)]


@given(votes_of_a_picture, st.floats(0.05, 1))
def test_it_holds_the_mean_and_stays_on_the_scale(votes, of_all):
    mos, low, high = (bound[0] for bound in interval(*sums(votes), of_all))
    assert 1 <= low < high <= 5
    assert low <= mos <= high if votes else (np.isnan(mos) and (low, high) == (1, 5))


@given(votes_of_a_picture)
def test_turning_the_scale_over_turns_the_interval_over(votes):
    _, low, high = interval(*sums(votes))
    _, turned_low, turned_high = interval(*sums([6 - vote for vote in votes]))
    assert (turned_low[0], turned_high[0]) == pytest.approx((6 - high[0], 6 - low[0]))


@given(votes_of_a_picture.filter(bool))
def test_a_higher_level_is_wider(votes):
    _, low, high = interval(*sums(votes))
    _, lower, higher = interval(*sums(votes), level=0.99)
    assert lower[0] <= low[0] < high[0] <= higher[0]


def test_votes_like_coin_flips_have_the_greatest_spread():
    assert spread_of_all([1000], [3000], [13000]) == pytest.approx(1, abs=0.01)  # 500 times 1, 500 times 5


def test_the_spread_is_found_again_whatever_the_number_of_votes():
    cast = np.random.default_rng(2011).choice([1, 3, 5], (2, 20000, 3), p=[0.125, 0.75, 0.125])
    few, many = (
        spread_of_all(np.full(len(v), v.shape[1]), v.sum(1), (v**2).sum(1)) for v in (cast[0], cast[1].reshape(-1, 60))
    )
    assert (few, many) == pytest.approx((0.25, 0.25), abs=0.02)


@pytest.mark.parametrize("panel", [False, True])
@pytest.mark.parametrize("name", CROWDS)
def test_it_covers_the_truth_in_93_to_97_of_100(name, panel):
    random = np.random.default_rng(500)
    found = {votes: coverage(random, CROWDS[name], votes, 100, panel)[0] for votes in (3, 5, 8, 15, 30)}
    assert all(0.93 <= share <= 0.97 for share in found.values()), found
