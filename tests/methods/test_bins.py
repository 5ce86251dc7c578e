"""Gamut bins, against the arithmetic of Zhang, Isola & Efros 2016."""

import numpy as np
import pytest
from skimage.color import rgb2lab

from heritage_color.methods.networks import bins

BINS = 258  # at steps of 8 levels and 255 itself; without 255, bright saturated corners are missed, and 247 are found
RANDOM = np.random.default_rng(5)


def colours(number: int = 400) -> np.ndarray:
    """ab (number, 2) of random sRGB colours."""
    return rgb2lab(RANDOM.uniform(0, 1, (number, 3)))[:, 1:]


def logits(number: int = 50) -> np.ndarray:
    """Answers (number, Q) of no network."""
    return RANDOM.normal(0, 3, (number, len(bins.centres()))).astype("f4")


def test_there_are_258_bins_on_a_grid_of_ten():
    assert bins.centres().shape == (BINS, 2)
    assert (bins.centres() % 10 == 0).all()


def test_every_bin_holds_a_colour_of_srgb():
    """Some colour of another sampling of the cube lies in the cell, or at most a unit beside it."""
    level = np.arange(0, 256, 3) / 255
    cube = rgb2lab(np.stack(np.meshgrid(level, level, level), -1).reshape(-1, 1, 3))[:, 0, 1:]
    cube = np.unique(np.rint(2 * cube), axis=0) / 2
    nearest = [np.abs(cube - centre).max(1).min() for centre in bins.centres()]
    assert max(nearest) < bins.GRID / 2 + 1


def test_every_colour_of_srgb_has_a_bin_in_its_cell():
    """No random colour lies further from a centre than the corner of its own cell, plus what the sampling missed."""
    distance = np.linalg.norm(colours(2000)[:, None] - bins.centres()[None], axis=-1).min(1)
    assert distance.max() < np.hypot(5, 5) + 1


def test_soft_encoding_sums_to_one_over_five_different_bins():
    nearest, weights = bins.soft_encode(colours())
    assert weights.sum(1) == pytest.approx(1, abs=1e-6)
    assert all(len(set(row)) == 5 for row in nearest)


def test_soft_encoding_is_centred_near_its_colour():
    inside = colours()
    inside = inside[np.abs(inside).max(1) < 40]  # at the gamut's rim all neighbours lie on one side
    nearest, weights = bins.soft_encode(inside)
    mean = (bins.centres()[nearest] * weights[..., None]).sum(1)
    assert np.linalg.norm(mean - inside, axis=1).max() < 3


def test_soft_encoding_of_a_centre_has_the_gaussians_weights():
    # distances 0, 10, 10, 10, 10 with sigma 5: 1 and exp(-100 / 50) = 0.1353, over their sum 1.5413
    _, weights = bins.soft_encode(np.zeros((1, 2)))
    assert weights[0] == pytest.approx([0.6488, 0.0878, 0.0878, 0.0878, 0.0878], abs=1e-4)


def test_the_table_is_soft_encode():
    whole = np.rint(colours()).astype(int)
    rows = (whole[:, 0] + bins.TABLE_REACH) * (2 * bins.TABLE_REACH + 1) + whole[:, 1] + bins.TABLE_REACH
    nearest, weights = bins.soft_encode(whole.astype("f4"))
    assert np.array_equal(bins.table()[0][rows], nearest)
    assert np.array_equal(bins.table()[1][rows], weights)


def test_a_prior_sums_to_one_and_spreads_to_neighbours_only():
    counts = np.zeros(BINS)
    grey = int(np.abs(bins.centres()).sum(1).argmin())
    counts[grey] = 9
    prior = bins.prior(counts)
    assert prior.sum() == pytest.approx(1, abs=1e-5)
    assert prior.argmax() == grey
    assert prior[np.linalg.norm(bins.centres(), axis=1) > 50].max() < 1e-6


def test_rebalancing_has_expectation_one_before_its_limits(monkeypatch):
    frequencies = bins.prior(RANDOM.uniform(0, 1, BINS) ** 6)
    monkeypatch.setattr(bins, "WEIGHT_LIMITS", (0, np.inf))
    assert (frequencies * bins.rebalancing_weights(frequencies)).sum() == pytest.approx(1, abs=1e-5)


def test_rebalancing_favours_the_rare_within_limits():
    frequencies = bins.prior(RANDOM.uniform(0, 1, BINS) ** 6)
    weights = bins.rebalancing_weights(frequencies)
    assert (np.diff(weights[np.argsort(frequencies)]) <= 1e-6).all()
    assert bins.WEIGHT_LIMITS[0] <= weights.min() <= weights.max() <= bins.WEIGHT_LIMITS[1]


def test_rebalancing_all_the_way_to_uniform_weighs_all_bins_alike():
    frequencies = bins.prior(RANDOM.uniform(0, 1, BINS))
    assert bins.rebalancing_weights(frequencies, mix=1) == pytest.approx(1, abs=1e-4)


def test_rarity_makes_all_but_the_rarest_bins_equally_likely():
    frequencies = bins.prior(RANDOM.uniform(0, 1, BINS) ** 6)
    evened = frequencies * np.exp(bins.rarity(frequencies))
    common = frequencies > 100 * bins.RAREST
    assert common.any()
    assert evened[common] == pytest.approx(evened[common].mean(), rel=0.02)
    assert evened.sum() == pytest.approx(1, abs=1e-4)


def test_what_photographs_hardly_show_is_not_preferred_without_end():
    frequencies = np.full(BINS, 1e-12, np.float32)
    frequencies[0] = 1
    rarity = bins.rarity(frequencies)
    assert rarity[1:] - rarity[0] == pytest.approx(-np.log(bins.RAREST), rel=1e-3)


def test_the_annealed_mean_goes_from_the_mean_to_the_mode():
    answer = logits()
    mean = np.exp(answer) / np.exp(answer).sum(1, keepdims=True) @ bins.centres()
    assert bins.annealed_mean(answer, 1) == pytest.approx(mean, abs=1e-3)
    assert bins.annealed_mean(answer, 1e-3) == pytest.approx(bins.centres()[answer.argmax(1)], abs=1)


def test_the_annealed_mean_survives_large_logits():
    assert np.isfinite(bins.annealed_mean(1e4 * logits(), 0.5)).all()


def test_uncertainty_is_one_of_equal_bins_and_zero_of_a_certain_one():
    answer = np.zeros((2, BINS), "f4")
    answer[1, 30] = 100
    assert bins.uncertainty(answer) == pytest.approx([1, 0], abs=1e-5)


def test_uncertainty_stays_between_zero_and_one():
    values = bins.uncertainty(logits())
    assert values.min() >= 0
    assert values.max() <= 1
