"""Rejection of raters, and the scores without them: the rule written out in fractions, and sureal's figures."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from heritage_color.rating.guarding import rules
from heritage_color.rating.statistics import rejection
from heritage_color.rating.statistics.rejection import correlations, mean_bt500, mean_p913, reject_bt500, without_bias
from heritage_color.rating.statistics.table import subset, tabulate

VOTES = Path(__file__).with_name("vqeg_votes.txt")


@pytest.fixture(scope="module")
def published():
    """79 videos by 26 raters of whom the first five voted at random, the one missing vote filled in.

    With a 5 there, this is the table of github.com/Netflix/sureal (Apache-2.0), test/subjective_model_test.py:
    NFLX_dataset_public_raw with five corrupted subjects, numpy's seed 0.
    """
    lines = [line.replace(" ", "").replace(".", "5") for line in VOTES.read_text().splitlines()]
    return tabulate(
        (f"{picture:02}", f"{rater:02}", int(vote))
        for picture, line in enumerate(lines)
        for rater, vote in enumerate(line)
    )


def rejected_by_the_book(columns: list[list[int]], fewer: int = 1) -> list[int]:
    """Raters whom ITU-R BT.500-15 A1-2.3.1 rejects, in exact fractions; a picture per row, a rater per column.

    The variance is by N less `fewer`: 1 as A1-2.2 prints, 0 as sureal computes.
    """
    above, below = ([0] * len(columns[0]) for _ in range(2))
    for row in columns:
        count, mean = len(row), Fraction(sum(row), len(row))
        second, fourth = (sum((vote - mean) ** power for vote in row) for power in (2, 4))
        if not second:
            continue
        wide = 4 if 2 <= count * fourth / second**2 <= 4 else 20
        for rater, vote in enumerate(row):
            outside = (vote - mean) ** 2 * (count - fewer) >= wide * second
            above[rater] += outside and vote > mean
            below[rater] += outside and vote < mean
    pairs = enumerate(zip(above, below, strict=True))
    found = [one for one, (p, q) in pairs if 20 * (p + q) > len(columns) and 10 * abs(p - q) < 3 * (p + q)]
    return found if len(found) < len(columns[0]) else []


def rejected(rows: list[list[int]]) -> list[int]:
    votes = (
        (f"{picture:03}", f"{rater:03}", vote) for picture, row in enumerate(rows) for rater, vote in enumerate(row)
    )
    return np.flatnonzero(reject_bt500(tabulate(votes)).rejected).tolist()


PANELS = some.integers(4, 12).flatmap(
    lambda raters: some.lists(
        some.lists(some.integers(1, 5), min_size=raters, max_size=raters), min_size=2, max_size=12
    )
)


@given(PANELS)
def test_the_rule_is_the_recommendations_computed_in_fractions(panel):
    assert rejected(panel) == rejected_by_the_book(panel)


@given(PANELS)
def test_turning_the_scale_over_changes_nothing_about_who_is_rejected(panel):
    assert rejected([[6 - vote for vote in row] for row in panel]) == rejected(panel)


def test_a_vote_on_the_limit_itself_is_outside_whichever_way_the_scale_runs():
    """Of 5, 1, 2, 4 and seven times 3 the mean is 3, S by N - 1 is 1 and the kurtosis 3.74: 5 and 1 lie 2 S away."""
    rows = [[5, 1, 2, 4, *[3] * 7], [1, 5, 2, 4, *[3] * 7]] * 10
    assert (rejected(rows), rejected([[6 - vote for vote in row] for row in rows])) == ([0, 1], [0, 1])
    shifted = [
        (f"{picture}", f"{rater:02}", vote / 3 + 0.1)
        for picture, row in enumerate(rows)
        for rater, vote in enumerate(row)
    ]
    assert np.flatnonzero(reject_bt500(tabulate(shifted)).rejected).tolist() == [
        0,
        1,
    ]  # a scale that floats cannot hold


def published_rows(published) -> list[list[int]]:
    votes = np.zeros((len(published.pictures), len(published.raters)), int)
    votes[published.picture, published.rater] = published.score
    return votes.tolist()


def test_of_two_raters_whom_sureal_rejects_the_recommendation_keeps_the_first(published):
    """sureal takes the standard deviation by N (its subjective_model.py, numpy's default), BT.500 by N - 1."""
    rows = published_rows(published)
    assert (rejected_by_the_book(rows, 0), rejected_by_the_book(rows)) == ([0, 1], [1])
    assert rejected(rows) == [1]


def test_without_sureals_two_raters_the_mean_is_that_of_sureal(published):
    scores = without(published, [0, 1])
    assert (scores.mean(), scores.var()) == pytest.approx((3.5611814345991566, 1.1049505732699529), abs=1e-9)
    np.testing.assert_allclose(mean_bt500(published), without(published, [1]), atol=1e-12)


def without(table, raters):
    return subset(table, ~np.isin(table.rater, raters)).mean()


def test_the_mean_after_p913_12_4_is_that_of_sureal(published):
    """Once biases are taken off, both ways to compute the standard deviation reject the same two raters."""
    scores = mean_p913(published)
    assert (scores.mean(), scores.var()) == pytest.approx((3.5447906523855885, 1.09500013352561), abs=1e-9)


def test_taking_off_biases_alone_gives_the_mean_of_sureal(published):
    scores = without_bias(published).mean()
    assert (scores.mean(), scores.var()) == pytest.approx((3.5447906523855885, 0.9589330529453537), abs=1e-9)


def test_only_raters_who_voted_at_random_are_rejected(published):
    """BT.500 finds one of the five, and correlation all of them: why one does not rely on BT.500 alone."""
    assert list(np.flatnonzero(reject_bt500(published).rejected)) == [1]
    assert list(np.flatnonzero(rejection.low_correlation(published))) == [0, 1, 2, 3, 4]


def test_each_rule_for_panels_rejects_by_its_own_standard_and_the_first_has_the_word(published):
    asked = {rule: {"least": 79} for rule in ("bt500", "p913", "correlation")}
    marks = rules.judge_panel(published, asked)
    spoken = {"00": "correlation", "01": "bt500", "02": "p913", "03": "correlation", "04": "correlation"}
    assert {rater: mark.rule for rater, mark in marks.items()} == spoken
    assert [marks[rater].reason for rater in spoken] == [rules.REASONS[rule] for rule in spoken.values()]
    assert rules.judge_panel(published, {rule: {"least": 80} for rule in asked}) == {}


def test_where_all_agree_nobody_is_outside():
    table = tabulate((f"{picture}", rater, 4) for picture in range(30) for rater in "abcd")
    assert not reject_bt500(table).outside.any()
    assert np.isnan(correlations(table)).all()


def test_a_strict_rater_is_not_rejected_but_their_bias_is_taken_off():
    table = tabulate(
        (f"{picture}", rater, 2 + picture % 4 - (rater == "strict"))
        for picture in range(40)
        for rater in ["strict", *"abcdefghijklmnopqrstuvwx"]
    )
    found = reject_bt500(table)
    assert found.outside.max() == 1
    assert found.balance.max() == 1
    assert not found.rejected.any()
    assert mean_p913(table)[:4] == pytest.approx([1.96, 2.96, 3.96, 4.96])


def test_who_turned_the_scale_over_correlates_negatively():
    votes = [(f"{picture}", rater, 1 + picture % 5) for picture in range(20) for rater in "abcde"]
    votes += [(f"{picture}", "turned", 5 - picture % 5) for picture in range(20)]
    assert correlations(tabulate(votes)) == pytest.approx([1, 1, 1, 1, 1, -1])
