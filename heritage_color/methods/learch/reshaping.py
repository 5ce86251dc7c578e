"""Progressive reshaping of colours' histograms towards others, after Pouli & Reinhard 2010, channel by channel. Pure.

The blurred target is cut at its minima into regions, few where the blur is coarse and one per bin where there is none.
The picture's values, in their order, are dealt out to the regions until each holds as many as in the target, and take
the region's mean and deviation. With one region that is the colour transfer of Reinhard et al. 2001, with all of them
the target's histogram. Pouli & Reinhard reshape the counts of such regions, then match histograms; moving the values
themselves keeps a narrow histogram, such as a solution's, from being torn where it has no counts to reshape.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import ndtr
from scipy.stats import rankdata

REACH, BINS = 110.0, 110  # ab from -110 to 110 in steps of 2
EDGES = np.linspace(-REACH, REACH, BINS + 1)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2


def histogram(values: np.ndarray) -> np.ndarray:
    """Return shares (BINS,) of values, summing to 1; those outside count to the last bins."""
    inside = np.clip(values.ravel(), -REACH, REACH)
    result: np.ndarray = np.histogram(inside, EDGES)[0] / inside.size
    return result


def expected(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """The histogram (BINS,) that Gaussians of these means and deviations (n,) have together."""
    below = ndtr((EDGES - mean[:, None]) / np.maximum(deviation, 1e-3)[:, None]).mean(0)
    below[0], below[-1] = 0, 1
    return np.diff(below)


def regions(target: np.ndarray, blur: float) -> np.ndarray:
    """The region (BINS,), numbered from 0, of each bin: cut at the minima of the target blurred by so many bins."""
    if blur == 0:
        return np.arange(BINS)
    slope = np.sign(np.diff(gaussian_filter1d(target, blur, mode="constant")))
    lowest = np.flatnonzero((slope[:-1] < 0) & (slope[1:] > 0)) + 1
    return np.searchsorted(lowest, np.arange(BINS), side="right")


def reshape(values: np.ndarray, target: np.ndarray, blur: float, most: float = np.inf) -> np.ndarray:
    """Values of any shape moved towards the histogram `target` (BINS,), the finer the smaller the blur is.

    Their order is kept; equal values stay equal. `most` is what a region's deviation may be multiplied by: without a
    limit, colours that a picture hardly tells apart become a rainbow.
    """
    region = regions(target, blur)
    held = np.bincount(region, target)
    rank = (rankdata(values, axis=None) - 0.5) / values.size
    mine = np.minimum(np.searchsorted(np.cumsum(held), rank), region[-1])
    from_mean, from_deviation = _moments(mine, values.ravel(), np.ones(values.size), len(held))
    to_mean, to_deviation = _moments(region, MIDDLES, target, len(held))
    stretch = np.minimum(to_deviation / np.maximum(from_deviation, 1e-6), most)
    moved = to_mean[mine] + (values.ravel() - from_mean[mine]) * stretch[mine]
    lowest, highest = np.searchsorted(region, mine), np.searchsorted(region, mine, side="right")
    result: np.ndarray = np.clip(moved, EDGES[lowest], EDGES[highest]).reshape(values.shape)
    return result


def _moments(group: np.ndarray, values: np.ndarray, counts: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation (groups,) of values that are so often in a group; 0 for a group without any."""
    total = np.maximum(np.bincount(group, counts, groups), 1e-12)
    mean = np.bincount(group, counts * values, groups) / total
    return mean, np.sqrt(np.bincount(group, counts * (values - mean[group]) ** 2, groups) / total)


def reshaped(chroma: np.ndarray, target: np.ndarray, blur: float, most: float = np.inf) -> np.ndarray:
    """Chroma (..., 2) whose channels are reshaped towards the histograms of a and of b, `target` (2, BINS)."""
    moved = [reshape(chroma[..., channel], target[channel], blur, most) for channel in range(2)]
    return np.stack(moved, -1).astype(np.float32)
