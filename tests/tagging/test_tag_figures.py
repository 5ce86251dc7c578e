"""Figures of agreement, by their definitions, and the baselines' rankings."""

import numpy as np
import pytest

from heritage_color.tagging import baselines, figures

CARRIED = np.array([[1, 0, 0, 0, 1], [0, 0, 1, 0, 0]], bool)
RANKING = np.array([[0, 1, 2, 3, 4], [0, 1, 3, 2, 4]])


def test_a_hit_is_a_photograph_of_whose_tags_one_is_among_the_first():
    assert [figures.hit(RANKING, CARRIED, count) for count in (1, 3, 4)] == [0.5, 0.5, 1.0]


def test_precision_is_the_share_of_what_was_proposed():
    assert figures.precision(RANKING, CARRIED, 2) == 0.25
    assert figures.precision(RANKING, CARRIED, 5) == pytest.approx(3 / 10)


def test_by_tag_each_tag_counts_alike_and_unseen_ones_not():
    many = np.repeat(CARRIED, [99, 1], axis=0)
    ranking = np.tile(RANKING[0], (100, 1))
    assert figures.hit(ranking, many, 1) == 0.99
    assert figures.hit_by_tag(ranking, many, 1) == pytest.approx(1 / 3)


def test_a_level_leaves_its_places_to_its_own_tags():
    chosen = np.array([False, True, False, True, True])
    assert figures.of_level(RANKING, chosen).tolist() == [[0, 1, 2], [0, 1, 2]]
    assert figures.of_level(np.array([[4, 2, 3, 0, 1]]), chosen).tolist() == [[2, 1, 0]]


def test_photographs_without_any_of_the_tags_are_not_judged():
    measured = figures.measure_ranking(RANKING, CARRIED & [[True], [False]])
    assert (measured.hit_1, measured.at_most) == (1.0, 0.2)


def test_the_frequent_tags_come_first_for_every_photograph():
    assert baselines.by_frequency(np.array([2, 9, 4]), 2).tolist() == [[1, 2, 0], [1, 2, 0]]


def test_neighbours_lend_their_tags_and_the_frequent_follow():
    known = np.array([[1.0, 0], [0.9, 0.1], [0, 1], [-1, -1]])
    carried = np.array([[0, 1, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]], bool)
    found = baselines.by_neighbours(np.array([[2.0, 0.1]]), known, carried)
    assert found[0, 0] == 1
