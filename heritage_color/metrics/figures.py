"""The metrics as functions of arrays. Pictures are sRGB (H, W, 3), uint8 or uint16; definitions: `definitions.py`."""

import numpy as np

from heritage_color.errors import PictureError
from heritage_color.keys import FigureName
from heritage_color.lab import rgb_to_lab

FARTHEST = 150  # ab units: Zhang et al. 2016, section 3.1, sweep the distance over 0..150 in steps of 1
# Percent of the area under the curve of one pixel, by its distance rounded up: 0 where it is right, 151 beyond all
AREA = np.append(np.array([FARTHEST, *(FARTHEST - np.arange(1, FARTHEST + 1) + 0.5)]) / FARTHEST * 100, 0.0)
SSIM_WINDOW = 7
HARMFUL = 5.0  # CIEDE2000 beyond grey's: false colour that one sees, twice what a viewer just notices in photographs


def to_unit(rgb: np.ndarray) -> np.ndarray:
    """Return samples of uint8 or uint16 as floats 0..1."""
    return rgb.astype(np.float32) / np.iinfo(rgb.dtype).max


def full_reference(output: np.ndarray, truth: np.ndarray) -> dict[FigureName, float]:
    """All metrics that need a truth. Raises PictureError when the sizes differ."""
    if output.shape != truth.shape:
        sizes = [f"{picture.shape[1]} x {picture.shape[0]}" for picture in (output, truth)]
        raise PictureError("different-size", f"The picture has {sizes[0]} pixels and its truth {sizes[1]}.")
    unit, true_unit = to_unit(output), to_unit(truth)
    true_lab = rgb_to_lab(true_unit)
    return compare_arrays(unit, true_unit, rgb_to_lab(unit), true_lab, grey_difference(true_lab))


def compare_arrays(
    unit: np.ndarray, true_unit: np.ndarray, lab: np.ndarray, true_lab: np.ndarray, grey: np.ndarray
) -> dict[FigureName, float]:
    """As `full_reference`, of sRGB in 0..1 and Lab of a picture and of its truth, all (H, W, 3).

    `grey` (H, W) is the truth's `grey_difference`, which all outputs of one picture share.
    """
    difference = ciede2000(lab, true_lab)
    mse = float(np.mean((unit.astype(np.float64) - true_unit) ** 2)) * 255**2
    return {
        "psnr_rgb": 10 * np.log10(255**2 / mse) if mse > 0 else float("inf"),
        "mse_rgb": mse,
        **chroma_figures(lab[..., 1:], true_lab[..., 1:]),
        "ciede2000": float(difference.mean()),
        "harm": harm(difference, grey),
        "ssim": ssim(unit, true_unit),
    }


def chroma_figures(ab: np.ndarray, true_ab: np.ndarray) -> dict[FigureName, float]:
    """Return the metrics of chroma (..., 2) alone."""
    squared = ((ab - true_ab).astype(np.float64) ** 2).reshape(-1, 2)
    distance = np.sqrt(squared.sum(1))
    return {
        "mse_ab127": float(squared.mean() / 127**2),
        "ab_rmse": float(np.sqrt(squared.mean())),
        "within_5": float((distance < 5).mean()),
        "within_10": float((distance < 10).mean()),
        "within_20": float((distance < 20).mean()),
        "auc": float(areas(distance).mean()),
        "argmax_agreement": float((ab.argmax(-1) == true_ab.argmax(-1)).mean()),
    }


def areas(distance: np.ndarray) -> np.ndarray:
    """Return percent, any shape: the area under the curve of each pixel alone; that of many pixels is their mean.

    The curve is the share of pixels within t of the truth, for t = 0..150, and its area by the trapezoidal rule.
    """
    percent: np.ndarray = AREA[np.ceil(distance).astype(int).clip(0, FARTHEST + 1)]
    return percent


def ciede2000(lab: np.ndarray, true_lab: np.ndarray) -> np.ndarray:
    """Return the CIEDE2000 difference (...) of the pixels of two Lab pictures (..., 3)."""
    from skimage.color import deltaE_ciede2000

    return np.asarray(deltaE_ciede2000(true_lab, lab))


def grey_difference(true_lab: np.ndarray) -> np.ndarray:
    """Return how far (...) each pixel of a truth (..., 3) is in CIEDE2000 from its own lightness without colour."""
    return ciede2000(true_lab * np.array([1, 0, 0], true_lab.dtype), true_lab)


def harm(difference: np.ndarray, grey: np.ndarray) -> float:
    """Return percent: the pixels whose CIEDE2000 is more than HARMFUL above that of grey at the same pixel."""
    return float((difference - grey > HARMFUL).mean() * 100)


def ssim(unit: np.ndarray, true_unit: np.ndarray) -> float:
    """Return the structural similarity of two pictures in 0..1; NaN where they are narrower than its window."""
    from skimage.metrics import structural_similarity

    if min(unit.shape[:2]) < SSIM_WINDOW:
        return float("nan")
    return float(structural_similarity(unit, true_unit, win_size=SSIM_WINDOW, channel_axis=2, data_range=1.0))


def colourfulness(rgb: np.ndarray) -> float:
    """Hasler & Suesstrunk's M3 of a picture, with signed opponents."""
    return _spread_and_mean(*_opponents(rgb))


def colourfulness_absolute(rgb: np.ndarray) -> float:
    """The same with the opponents' absolute values, as the code of CT2 and DDColor has it."""
    return _spread_and_mean(*map(np.abs, _opponents(rgb)))


def _opponents(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    red, green, blue = np.moveaxis(to_unit(rgb).astype(np.float64) * 255, -1, 0)
    return red - green, (red + green) / 2 - blue


def _spread_and_mean(red_green: np.ndarray, yellow_blue: np.ndarray) -> float:
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def lightness_error(lightness: np.ndarray, output_lightness: np.ndarray) -> float:
    """Return the largest difference of two lightness maps 0..100, in 1/255 of the range."""
    return float(np.abs(lightness - output_lightness).max() * 2.55)
