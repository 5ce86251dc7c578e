"""Retirement by precision: fewer votes for the same interval, and the interval still keeps its promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.opinions import Crowd, campaign
from benchmarks.stopping import half_width, retirement, votes_missing
from heritage_color.rating.statistics.interval import interval

SUMS = [10, 10, 10], [30, 45, 20], [110, 205, 50]


@pytest.mark.parametrize("target", [0.4, 0.5])
def test_a_quarter_of_the_votes_is_saved_and_the_interval_covers_as_it_says(target):
    random = np.random.default_rng(910)
    runs = [campaign(random, Crowd(), target) for _ in range(40)]
    assert np.mean([run.votes.mean() for run in runs]) <= 0.75 * np.mean([run.fixed for run in runs])
    assert 0.93 <= np.mean([run.covered for run in runs]) <= 0.97


def test_looking_after_every_vote_is_paid_for():
    _, low, high = interval(*SUMS)
    assert (half_width(*SUMS) > (high - low) / 2).all()


def test_a_picture_without_votes_is_as_uncertain_as_the_scale_is_wide():
    assert half_width([0], [0], [0]) == 2


def test_precision_and_the_cap_retire_and_nothing_else():
    votes, half = [12, 12, 20, 2], [0.4, 0.6, 0.6, 0.1]
    assert list(retirement(votes, half, 0.5, cap=20)) == ["precise", "", "cap", ""]
    assert list(retirement(votes, half, 0.5)) == ["precise", "", "", ""]


@given(st.integers(1, 60), st.floats(1, 5), st.floats(0.2, 1))
def test_the_votes_said_to_be_missing_are_about_enough(votes, mos, target):
    total, squares = votes * mos, votes * (mos**2 + 0.2 * (mos - 1) * (5 - mos))
    missing = int(votes_missing([votes], half_width([votes], [total], [squares], 0.2), target)[0])
    share = (votes + missing) / votes
    assert half_width([votes + missing], [total * share], [squares * share], 0.2)[0] <= 1.3 * target


def test_a_cap_bounds_the_votes_said_to_be_missing():
    assert list(votes_missing([0, 10, 30], [2, 1, 1], 0.5, cap=20)) == [16, 10, 0]
