"""The fooling rate and what its interval covers."""

import numpy as np
import pytest

from benchmarks.opinions import fooling_coverage, trials
from heritage_color.rating.statistics.fooling import fooling_rate, fooling_text


@pytest.mark.parametrize("shape", [(20, 30, 30), (40, 80, 15)])
def test_the_interval_covers_the_true_rate_as_often_as_it_says(shape):
    assert 0.9 <= fooling_coverage(np.random.default_rng(2016), 60, 1, shape) <= 0.99


def test_independent_trials_have_about_the_interval_of_as_many_coin_flips():
    random = np.random.default_rng(1927)
    found = fooling_rate((f"{n % 40}", f"{n // 40}", random.random() < 0.3) for n in range(1600))
    assert found.design_effect < 1.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(0.21 / 1600), rel=0.3)


def test_raters_who_all_answer_alike_count_as_one_answer_each():
    found = fooling_rate((f"{picture}", f"{rater}", rater < 5) for rater in range(10) for picture in range(50))
    assert found.rate == 0.5
    assert found.design_effect == pytest.approx(55, rel=0.2)  # 500 trials say as much as 10 raters, less one degree


def test_nobody_fooled_is_a_rate_of_nothing_with_a_width():
    found = fooling_rate((f"{n % 5}", f"{n}", False) for n in range(20))
    assert (found.rate, found.low) == (0, 0)
    assert 0.1 < found.high < 0.3


def test_the_same_trials_give_the_same_interval_in_any_order():
    rows = list(trials(np.random.default_rng(7), 8, 9, 5, 1))
    assert fooling_rate(rows) == fooling_rate(reversed(rows))


def test_no_trials_are_no_rate():
    found = fooling_rate([])
    assert (found.trials, found.rate, fooling_text(found)) == (0, None, "There are no trials.")
