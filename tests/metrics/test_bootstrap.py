"""Figures of a set from sums per picture: pooled as Zhang et al. define them, and intervals over pictures."""

import numpy as np
import pytest

from heritage_color.metrics import bootstrap, figures
from heritage_color.metrics.bootstrap import Sums

BINS = 6


@pytest.fixture(scope="module")
def photographs():
    """Distances (n,) and bins (n,) of the pixels of 40 pictures of different sizes; bin 5 occurs in one of them."""
    random = np.random.default_rng(1)
    pictures = []
    for number in range(40):
        pixels = random.integers(50, 200)
        bins = random.choice(5, pixels, p=[0.6, 0.2, 0.1, 0.07, 0.03])
        bins[:3] = 5 if number == 7 else bins[:3]
        pictures.append((random.gamma(2, 10, pixels) * (1 + bins), bins))
    return pictures


@pytest.fixture(scope="module")
def sums(photographs):
    """The same as sums per picture, with a PSNR each."""
    area = [np.bincount(bins, figures.areas(distance), BINS) for distance, bins in photographs]
    pixels = [np.bincount(bins, minlength=BINS) for _, bins in photographs]
    psnr = np.random.default_rng(2).normal(24, 3, len(photographs))
    return Sums({"psnr_rgb": psnr}, np.stack(area), np.stack(pixels))


def area_under_curve(distance, weights):
    """Zhang et al. 2016, section 3.1, written out: a weighted share of pixels for each t, and its area."""
    shares = [weights[distance <= t].sum() / weights.sum() for t in range(151)]
    return np.trapezoid(shares) / 150 * 100


def test_auc_pools_the_pixels_of_all_pictures(photographs, sums):
    distance = np.concatenate([distance for distance, _ in photographs])
    expected = area_under_curve(distance, np.ones(len(distance)))
    assert bootstrap.pooled_auc(sums, bootstrap.once(40))[0] == pytest.approx(expected)


def test_rebalanced_auc_weights_each_pixel_by_one_over_its_bins_frequency_in_the_set(photographs, sums):
    distance, bins = (np.concatenate(parts) for parts in zip(*photographs, strict=True))
    frequency = np.bincount(bins, minlength=BINS) / len(bins)
    expected = area_under_curve(distance, 1 / frequency[bins])
    assert bootstrap.rebalanced_auc(sums, bootstrap.once(40))[0] == pytest.approx(expected)


def test_a_resample_draws_as_many_pictures_as_there_are_and_always_the_same():
    draws = bootstrap.resamples(12)
    assert draws.shape == (1000, 12)
    assert (draws.sum(1) == 12).all()
    np.testing.assert_array_equal(draws, bootstrap.resamples(12))


def test_the_interval_of_a_mean_is_that_of_the_textbook(sums):
    found = bootstrap.summary({"grey/-": sums})
    low, high = found.intervals["grey/-"]["psnr_rgb"]
    psnr = sums.figures["psnr_rgb"]
    error = psnr.std() / np.sqrt(len(psnr))
    assert (low, high) == pytest.approx((psnr.mean() - 1.96 * error, psnr.mean() + 1.96 * error), abs=0.25 * error)


def test_intervals_hold_the_figure_of_the_set(sums):
    found = bootstrap.summary({"grey/-": sums})
    for name, (low, high) in found.intervals["grey/-"].items():
        assert low < found.rows["grey/-"][name] < high, name


def test_a_constant_gain_over_grey_has_no_spread_whatever_the_pictures(sums):
    better = Sums({"psnr_rgb": sums.figures["psnr_rgb"] + 1.5}, sums.area, sums.pixels)
    found = bootstrap.summary({"grey/-": sums, "better/-": better}).over_grey["better/-"]
    assert found["psnr_rgb"] == pytest.approx([1.5, 1.5, 1.5], abs=1e-4)
    assert found["auc_rebalanced"] == [0, 0, 0]


def test_identical_pictures_of_infinite_psnr_are_left_out_of_the_mean(sums):
    psnr = np.append(np.full(39, 20.0), np.inf)
    found = bootstrap.summary({"grey/-": Sums({"psnr_rgb": psnr}, sums.area, sums.pixels)})
    assert found.rows["grey/-"]["psnr_rgb"] == 20
    assert found.intervals["grey/-"]["psnr_rgb"] == [20, 20]
    assert (found.counted, found.counted_over_grey) == ({"grey/-": {"psnr_rgb": 39}}, {"grey/-": 39})
    assert found.resampled == {"grey/-": {}}


def test_an_interval_says_how_many_resamples_it_is_of_where_some_drew_no_picture_with_the_figure(sums):
    """Of 40 pictures one has the figure: a resample misses it with a chance of (39/40)^40, 36%."""
    hue = np.append(np.full(39, np.nan), 12.0)
    found = bootstrap.summary({"grey/-": Sums(sums.figures | {"skin_hue_error": hue}, sums.area, sums.pixels)})
    assert found.counted["grey/-"] == {"psnr_rgb": 40, "skin_hue_error": 1}
    assert found.resampled["grey/-"] == {"skin_hue_error": pytest.approx(637, abs=60)}


def test_a_figure_that_no_picture_has_is_left_out(sums):
    hue = np.full(40, np.nan)
    found = bootstrap.summary({"grey/-": Sums(sums.figures | {"skin_hue_error": hue}, sums.area, sums.pixels)})
    assert "skin_hue_error" not in found.rows["grey/-"]
    assert "skin_hue_error" not in found.intervals["grey/-"]


def test_some_of_the_pictures_are_summed_alone(sums):
    some = sums.take(np.array([3, 5]))
    assert some.figures["psnr_rgb"].tolist() == sums.figures["psnr_rgb"][[3, 5]].tolist()
    assert some.pixels.sum() == sums.pixels[[3, 5]].sum()


@pytest.mark.parametrize("kind", ["colourfulness", "colourfulness_absolute"])
def test_the_distance_of_colourfulness_is_that_of_the_sets_means_and_no_mean_of_distances(sums, kind):
    outputs, truths = np.tile([10.0, 30.0], 20), np.tile([30.0, 20.0], 20)
    figures_of_set = bootstrap.set_figures(
        Sums({kind: outputs, f"{kind}_truth": truths}, sums.area, sums.pixels), bootstrap.once(40)
    )
    assert figures_of_set[f"{kind}_distance"].tolist() == [5]
