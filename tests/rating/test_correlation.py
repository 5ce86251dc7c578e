"""How a metric follows people's scores."""

import numpy as np
import pytest
from scipy import stats

from heritage_color.rating.statistics.correlation import follow, interval


def test_the_correlations_are_those_of_scipy():
    random = np.random.default_rng(1401)
    mos = random.uniform(1, 5, 30)
    metric = mos**2 + random.normal(0, 3, 30)
    found = follow(metric, mos, mos - 0.5, mos + 0.5)
    assert found.pearson == pytest.approx(stats.pearsonr(metric, mos).statistic)
    assert found.spearman == pytest.approx(stats.spearmanr(metric, mos).statistic)
    assert found.pearson_low < found.pearson < found.pearson_high < 1


def test_error_and_outliers_are_counted_from_the_best_line():
    mos = np.array([1.0, 2.0, 3.0, 4.0, 3.5])
    found = follow(np.array([10, 20, 30, 40, 25.0]), mos, mos - 0.5, mos + 0.5)
    line = np.polynomial.Polynomial.fit([10, 20, 30, 40, 25], mos, 1)
    off = mos - line(np.array([10, 20, 30, 40, 25]))
    assert found.rmse == pytest.approx(np.sqrt(np.mean(off**2)))
    assert found.outliers == 0.2


def test_a_metric_that_is_known_of_too_few_pictures_or_never_varies_has_no_correlation():
    scores = np.array([1.0, 2, 3, 4, 5])
    assert follow([1, 2, 3, np.nan, np.inf], scores, scores, scores) is None
    assert follow([7, 7, 7, 7, 7], scores, scores, scores) is None


def test_small_is_good_gives_a_negative_correlation():
    scores = np.array([1.0, 2, 3, 4, 4.5])
    found = follow([9, 7, 6, 3, 2], scores, scores, scores)
    assert -1 <= found.pearson_low <= found.pearson < -0.9
    assert found.spearman == pytest.approx(-1)


@pytest.mark.parametrize(("pictures", "true"), [(15, 0.0), (15, 0.8), (60, 0.8)])
def test_the_interval_covers_the_true_correlation_about_as_often_as_it_says(pictures, true):
    random, covered = np.random.default_rng(15), []
    for _ in range(150):
        one, noise = random.normal(size=(2, pictures))
        low, high = interval(one, true * one + np.sqrt(1 - true**2) * noise)
        covered.append(low <= true <= high)
    assert 0.9 <= np.mean(covered) <= 0.98
