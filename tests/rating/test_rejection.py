"""Rejection of raters, and the scores without them, against the figures that sureal's own tests hold."""

from pathlib import Path

import numpy as np
import pytest

from heritage_color.rating.rejection import correlations, mean_bt500, mean_p913, reject_bt500, without_bias
from heritage_color.rating.table import tabulate

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


def test_the_mean_after_bt500_is_that_of_sureal(published):
    scores = mean_bt500(published)
    assert (scores.mean(), scores.var()) == pytest.approx((3.5611814345991566, 1.1049505732699529), abs=1e-9)


def test_the_mean_after_p913_12_4_is_that_of_sureal(published):
    scores = mean_p913(published)
    assert (scores.mean(), scores.var()) == pytest.approx((3.5447906523855885, 1.09500013352561), abs=1e-9)


def test_taking_off_biases_alone_gives_the_mean_of_sureal(published):
    scores = without_bias(published).mean()
    assert (scores.mean(), scores.var()) == pytest.approx((3.5447906523855885, 0.9589330529453537), abs=1e-9)


def test_only_raters_who_voted_at_random_are_rejected(published):
    """BT.500 finds some of the five, and correlation all of them: why one does not rely on BT.500 alone."""
    assert list(np.flatnonzero(reject_bt500(published).rejected)) == [0, 1]
    assert list(np.flatnonzero(correlations(published) < 0.75)) == [0, 1, 2, 3, 4]


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
