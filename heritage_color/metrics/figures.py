"""The metrics as functions of arrays. Pictures are sRGB (H, W, 3), uint8 or uint16; definitions: `definitions.py`."""

import numpy as np

from heritage_color.errors import PictureError
from heritage_color.lab import rgb_to_lab

THRESHOLDS = np.arange(151)  # Zhang et al. 2016, section 3.1
SSIM_WINDOW = 7


def to_unit(rgb: np.ndarray) -> np.ndarray:
    """Samples of uint8 or uint16 as floats 0..1."""
    return rgb.astype(np.float32) / np.iinfo(rgb.dtype).max


def full_reference(output: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """All metrics that need a truth. Raises PictureError when the sizes differ."""
    if output.shape != truth.shape:
        sizes = [f"{picture.shape[1]} x {picture.shape[0]}" for picture in (output, truth)]
        raise PictureError("different-size", f"The picture has {sizes[0]} pixels and its truth {sizes[1]}.")
    one, other = to_unit(output), to_unit(truth)
    mse = float(np.mean((one.astype(np.float64) - other) ** 2)) * 255**2
    lab, true_lab = rgb_to_lab(one), rgb_to_lab(other)
    return {
        "psnr_rgb": 10 * np.log10(255**2 / mse) if mse > 0 else float("inf"),
        "mse_rgb": mse,
        **chroma_figures(lab[..., 1:], true_lab[..., 1:]),
        "ciede2000": ciede2000(lab, true_lab),
        "ssim": ssim(one, other),
    }


def chroma_figures(ab: np.ndarray, true_ab: np.ndarray) -> dict[str, float]:
    """The metrics of chroma (..., 2) alone."""
    squared = ((ab - true_ab).astype(np.float64) ** 2).reshape(-1, 2)
    distance = np.sqrt(squared.sum(1))
    return {
        "mse_ab127": float(squared.mean() / 127**2),
        "ab_rmse": float(np.sqrt(squared.mean())),
        "within_5": float((distance < 5).mean()),
        "within_10": float((distance < 10).mean()),
        "within_20": float((distance < 20).mean()),
        "auc": area_under_curve(distance),
        "argmax_agreement": float((ab.argmax(-1) == true_ab.argmax(-1)).mean()),
    }


def area_under_curve(distance: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Percent: the share of pixels within t, by the trapezoidal rule over t = 0..150; pixels may be weighted."""
    weights = np.ones_like(distance) if weights is None else weights
    counts = np.bincount(np.ceil(distance).astype(int).clip(0, 151), weights, minlength=152)[:151]
    shares = np.cumsum(counts) / weights.sum()
    return float(np.trapezoid(shares, THRESHOLDS) / THRESHOLDS[-1] * 100)


def ciede2000(lab: np.ndarray, true_lab: np.ndarray) -> float:
    """Mean CIEDE2000 difference of two Lab pictures."""
    from skimage.color import deltaE_ciede2000

    return float(deltaE_ciede2000(true_lab, lab).mean())


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Structural similarity of pictures in 0..1; of one narrower than the window, not a number."""
    from skimage.metrics import structural_similarity

    if min(one.shape[:2]) < SSIM_WINDOW:
        return float("nan")
    return float(structural_similarity(one, other, win_size=SSIM_WINDOW, channel_axis=2, data_range=1.0))


def colourfulness(rgb: np.ndarray) -> float:
    """Hasler & Suesstrunk's M3 of a picture, with signed opponents."""
    red, green, blue = np.moveaxis(to_unit(rgb).astype(np.float64) * 255, -1, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def lightness_error(lightness: np.ndarray, output_lightness: np.ndarray) -> float:
    """Largest difference of two lightness maps 0..100, in 1/255 of the range."""
    return float(np.abs(lightness - output_lightness).max() * 2.55)
