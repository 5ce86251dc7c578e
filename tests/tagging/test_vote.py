"""The vote of the samples, on samples made for it."""

import numpy as np

from heritage_color.tagging import vote

TAGS = np.eye(4)  # four tags, each in a direction of its own


def test_a_sample_votes_for_its_nearest_tags_by_cosine_whatever_its_length():
    votes, _ = vote.count(np.array([[9.0, 5, 1, 0], [0.1, 0.3, 0.2, 0]]), TAGS, nearest=2)
    assert votes.tolist() == [1, 2, 1, 0]


def test_the_most_common_tags_come_first():
    samples = np.repeat(TAGS[[2, 0, 3]], [60, 30, 10], axis=0)
    votes, cosine = vote.count(samples, TAGS, nearest=1)
    assert votes.tolist() == [30, 0, 60, 10]
    assert vote.ranked(votes, cosine).tolist() == [2, 0, 3, 1]


def test_of_tags_with_as_many_votes_the_nearer_comes_first():
    votes, cosine = vote.count(np.array([[1.0, 3, 2, 0]]), TAGS, nearest=3)
    assert votes.tolist() == [1, 1, 1, 0]
    assert vote.ranked(votes, cosine).tolist() == [1, 2, 0, 3]


def test_of_fewer_tags_than_are_nearest_all_are():
    assert vote.count(TAGS, TAGS)[0].tolist() == [4, 4, 4, 4]
