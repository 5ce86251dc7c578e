"""Which picture comes next: the least certain one, votes on their way counted in."""

import numpy as np
import pytest

from benchmarks.allocation import need
from benchmarks.opinions import Crowd, widest


def test_a_picture_without_votes_comes_first_and_a_certain_one_never():
    needs = need([0, 6, 6, 40], [0, 18, 18, 120], [0, 54, 102, 370], target=0.4)
    assert list(np.argsort(-needs)) == [0, 2, 1, 3]
    assert needs[3] == 0


def test_votes_on_their_way_let_others_come_first():
    needs = need([5, 5, 0, 0], [15, 15, 0, 0], [55, 55, 0, 0], target=0.4, pending=[0, 5, 0, 1])
    assert needs[0] > needs[1]
    assert needs[2] > needs[3]


@pytest.mark.parametrize(("votes", "pending"), [(0, 3), (3, 0), (1, 2)])
def test_three_votes_are_wanted_whatever_the_target(votes, pending):
    first = need([votes], [5 * votes], [25 * votes], target=1.9, pending=max(pending - 1, 0))
    assert (first > 0) == (votes < 3)
    assert need([votes], [5 * votes], [25 * votes], target=1.9, pending=pending) == 0


def test_votes_by_need_make_the_widest_interval_narrower():
    random = np.random.default_rng(6)
    even, by_need = np.mean([widest(random, Crowd(), 12) for _ in range(8)], axis=0)
    assert by_need < 0.9 * even
