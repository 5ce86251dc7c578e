"""The figures against scikit-image and against arithmetic on paper."""

import numpy as np
import pytest
from skimage import color, data, metrics

from heritage_color.errors import PictureError
from heritage_color.metrics import figures


@pytest.fixture(scope="module", params=["astronaut", "coffee"])
def pair(request):
    """A photograph (H, W, 3) and a wrong version of it: less colour, and noise."""
    truth = getattr(data, request.param)()[40:200, 60:260]
    grey = truth.mean(2, keepdims=True)
    noise = np.random.default_rng(0).normal(0, 4, truth.shape)
    return np.clip(grey + 0.4 * (truth - grey) + noise, 0, 255).astype(np.uint8), truth


def test_psnr_and_mse_are_scikit_images(pair):
    found = figures.full_reference(*pair)
    output, truth = pair
    assert found["psnr_rgb"] == pytest.approx(metrics.peak_signal_noise_ratio(truth, output), abs=1e-4)
    assert found["mse_rgb"] == pytest.approx(metrics.mean_squared_error(truth, output), rel=1e-5)


def test_ssim_is_scikit_images(pair):
    expected = metrics.structural_similarity(*pair, win_size=7, channel_axis=2, data_range=255)
    assert figures.full_reference(*pair)["ssim"] == pytest.approx(expected, abs=1e-4)


def test_ciede2000_is_scikit_images(pair):
    expected = color.deltaE_ciede2000(*(color.rgb2lab(rgb) for rgb in reversed(pair))).mean()
    assert figures.full_reference(*pair)["ciede2000"] == pytest.approx(expected, abs=1e-3)


def test_harm_counts_the_pixels_that_grey_would_have_come_closer_to():
    truth = color.lab2rgb([[[50.0, 0, 0], [50, 0, 0], [50, 60, 0], [50, 60, 0]]])
    output = color.lab2rgb([[[50.0, 40, 0], [50, 3, 0], [50, 0, 0], [50, -30, 0]]])
    # red on grey and green on red are false colour; a breath of red is not, and grey on red is what grey answers
    found = figures.full_reference(*((rgb * 255).round().astype(np.uint8) for rgb in (output, truth)))
    assert found["harm"] == 50


def test_grey_does_no_harm(pair):
    grey = np.repeat(color.rgb2gray(pair[1])[..., None], 3, 2)
    assert figures.full_reference((grey * 255).astype(np.uint8), pair[1])["harm"] < 0.1


def test_chroma_errors_are_those_of_scikit_images_ab(pair):
    error = np.subtract(*(color.rgb2lab(rgb)[..., 1:] for rgb in pair))
    found = figures.full_reference(*pair)
    assert found["ab_rmse"] == pytest.approx(np.sqrt((error**2).mean()), rel=1e-4)
    assert found["mse_ab127"] == pytest.approx(((error / 127) ** 2).mean(), rel=1e-4)


def test_equal_pictures_have_no_error(pair):
    found = figures.full_reference(pair[1], pair[1])
    perfect = {
        "mse_rgb": 0,
        "mse_ab127": 0,
        "ciede2000": 0,
        "within_5": 1,
        "auc": 100,
        "argmax_agreement": 1,
        "ssim": 1,
    }
    assert {name: found[name] for name in perfect} == pytest.approx(perfect, abs=1e-9)
    assert found["psnr_rgb"] == float("inf")


def test_sixteen_bits_measure_like_eight(pair):
    output, truth = (rgb.astype(np.uint16) * 257 for rgb in pair)
    assert figures.full_reference(output, truth) == pytest.approx(figures.full_reference(*pair), rel=1e-4)


def test_different_sizes_are_refused_with_both_sizes(pair):
    with pytest.raises(PictureError, match="200 x 160 pixels and its truth 190 x 160") as refusal:
        figures.full_reference(pair[0], pair[1][:, 10:])
    assert refusal.value.code == "different-size"


def test_area_under_the_curve_of_two_pixels():
    # one pixel right, one 10 away: half of them within t below 10, all from 10 on.
    # trapezoids: 9 x 0.5, then (0.5 + 1) / 2, then 140 x 1 = 145.25 of 150
    assert figures.areas(np.array([0.0, 10.0])).mean() == pytest.approx(145.25 / 150 * 100)


def test_area_under_the_curve_is_that_of_the_trapezoidal_rule():
    distance = np.random.default_rng(0).uniform(0, 180, 500)
    shares = [(distance <= t).mean() for t in range(151)]
    assert figures.areas(distance).mean() == pytest.approx(np.trapezoid(shares) / 150 * 100)


def test_colours_further_than_150_count_for_nothing():
    assert figures.areas(np.array([150.5, 151.0, 300.0])).tolist() == [0, 0, 0]


def test_shares_within_a_distance_and_the_larger_channel():
    truth = np.broadcast_to([0, 3], (1, 4, 2))
    output = truth + np.array([[[0, 4.9], [5, 0], [0, 10], [19, 0]]])
    found = figures.chroma_figures(output, truth)
    assert (found["within_5"], found["within_10"], found["within_20"]) == (0.25, 0.5, 1)
    assert (
        found["argmax_agreement"] == 0.5
    )  # (0, 7.9) and (0, 13) answer b as the truth does; (5, 3) and (19, 3) do not


def test_a_grey_picture_has_no_colourfulness():
    grey = np.repeat(data.camera()[:64, :64, None], 3, 2)
    assert figures.colourfulness(grey) == 0


def test_colourfulness_of_half_red_half_blue():
    """Hasler & Suesstrunk 2003, with rg = R - G and yb = (R + G)/2 - B, both signed.

    Red: rg 255, yb 127.5. Blue: rg 0, yb -255. So rg has mean 127.5 and deviation 127.5, yb mean -63.75 and deviation
    191.25: sqrt(127.5^2 + 191.25^2) + 0.3 sqrt(127.5^2 + 63.75^2) = 229.854 + 0.3 x 142.549 = 272.619.
    """
    picture = np.zeros((2, 6, 3), np.uint8)
    picture[0, :, 0] = picture[1, :, 2] = 255
    assert figures.colourfulness(picture) == pytest.approx(272.619, abs=1e-3)


def test_absolute_colourfulness_of_half_red_half_blue():
    """As above with |rg| and |yb|, as CT2 and DDColor have it: |yb| is 127.5 and 255, mean 191.25, deviation 63.75.

    sqrt(127.5^2 + 63.75^2) + 0.3 sqrt(127.5^2 + 191.25^2) = 142.549 + 0.3 x 229.854 = 211.505.
    """
    picture = np.zeros((2, 6, 3), np.uint8)
    picture[0, :, 0] = picture[1, :, 2] = 255
    assert figures.colourfulness_absolute(picture) == pytest.approx(211.505, abs=1e-3)


def test_a_picture_narrower_than_the_window_has_no_ssim_but_all_else():
    thin = np.zeros((40, 5, 3), np.uint8)
    found = figures.full_reference(thin, thin + np.uint8(9))
    assert np.isnan(found["ssim"])
    assert found["mse_rgb"] == pytest.approx(81)


def test_lightness_error_is_in_levels():
    assert figures.lightness_error(np.array([10.0, 50]), np.array([10.0, 50 + 100 / 255])) == pytest.approx(1)
