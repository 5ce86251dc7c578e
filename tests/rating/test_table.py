"""Tables of votes, and scores against a hidden reference, beside their definitions."""

import numpy as np
import pytest

from heritage_color.rating.statistics.hidden import differential
from heritage_color.rating.statistics.table import subset, tabulate

VOTES = [("b", "x", 5), ("a", "y", 1), ("a", "x", 2), ("b", "y", 4), ("c", "x", 3)]


def test_a_table_is_the_same_in_whatever_order_its_votes_come():
    tables = [tabulate(VOTES), tabulate(VOTES[::-1])]
    assert [(table.pictures, table.raters) for table in tables] == [(["a", "b", "c"], ["x", "y"])] * 2
    assert [table.score.tolist() for table in tables] == [[2, 1, 5, 4, 3]] * 2
    assert [table.picture.tolist() for table in tables] == [[0, 0, 1, 1, 2]] * 2
    assert [table.rater.tolist() for table in tables] == [[0, 1, 0, 1, 0]] * 2


def test_mean_and_deviation_are_those_of_each_pictures_votes():
    table = tabulate(VOTES)
    assert table.mean() == pytest.approx([1.5, 4.5, 3])
    assert table.mean(table.score**2) == pytest.approx([2.5, 20.5, 9])
    assert table.deviation() == pytest.approx([np.sqrt(0.5), np.sqrt(0.5), np.nan], nan_ok=True)
    assert table.over_raters(table.score).tolist() == [10, 5]


def test_some_votes_of_a_table_keep_all_its_pictures_and_raters():
    kept = subset(tabulate(VOTES), np.array([False, True, False, False, False]))
    assert (kept.pictures, kept.raters) == (["a", "b", "c"], ["x", "y"])
    assert kept.mean() == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert kept.over_raters(kept.score).tolist() == [0, 1]


def test_a_differential_score_is_the_mean_over_raters_who_scored_both():
    draw = np.random.default_rng(7)
    scan, is_reference = np.arange(12) % 4, np.arange(12) < 3  # the fourth photograph has no reference
    given = [(picture, rater) for picture in range(12) for rater in range(6) if draw.random() < 0.6]
    votes = {place: int(draw.integers(1, 6)) for place in given}
    table = tabulate((f"{picture:02}", f"{rater}", score) for (picture, rater), score in votes.items())
    expected = []
    for picture in range(12):
        both = [
            score - votes[scan[picture], rater] + 5
            for (scored, rater), score in votes.items()
            if scored == picture and scan[picture] < 3 and (scan[picture], rater) in votes
        ]
        expected.append(np.mean(both) if both and not is_reference[picture] else np.nan)
    assert np.isfinite(expected).sum() == 5
    assert differential(table, scan, is_reference) == pytest.approx(expected, nan_ok=True)
    assert np.isnan(differential(table, scan, np.zeros(12, bool))).all()
