"""Gamut bins: the ab plane on a grid of 10, soft encoding, rebalancing, annealed mean (Zhang, Isola & Efros 2016)."""

from functools import cache

import numpy as np

from heritage_color.lab import rgb_to_lab

GRID = 10  # section 2.1
NEIGHBOURS, SIGMA = 5, 5.0  # soft encoding, section 2.1
REBALANCING = 0.5  # lambda, section 2.2
PRIOR_SIGMA = 5.0  # smoothing of the prior, section 2.2
WEIGHT_LIMITS = (0.2, 5.0)  # ours: ten thousand photographs leave many bins nearly empty
RAREST = 1e-5  # share of the pixels
TABLE_REACH = 110  # the look-up table covers a and b in -110..110


@cache
def centres() -> np.ndarray:
    """Bin centres (Q, 2) float32: the grid cells that a colour of the sRGB cube falls into, sampled every 8 levels."""
    level = np.append(np.arange(0, 256, 8), 255) / 255.0
    cube = np.stack(np.meshgrid(level, level, level), -1).reshape(1, -1, 3)
    cells = np.unique(np.rint(rgb_to_lab(cube)[0, :, 1:] / GRID).astype(int), axis=0)
    return (cells * GRID).astype(np.float32)


def soft_encode(ab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest bins (n, 5) and their Gaussian weights (n, 5), summing to 1, of colours (n, 2)."""
    distance = ((ab[:, None, :] - centres()[None]) ** 2).sum(-1)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    closest = np.take_along_axis(distance, nearest, 1)
    weights = np.exp(-(closest - closest[:, :1]) / (2 * SIGMA**2))
    return nearest.astype(np.int32), (weights / weights.sum(1, keepdims=True)).astype(np.float32)


@cache
def table() -> tuple[np.ndarray, np.ndarray]:
    """Return `soft_encode` of every whole (a, b) in -110..110, row by row: (221 * 221, 5) twice."""
    axis = np.arange(-TABLE_REACH, TABLE_REACH + 1)
    a, b = np.meshgrid(axis, axis, indexing="ij")
    return soft_encode(np.stack([a, b], -1).reshape(-1, 2).astype(np.float32))


def nearest(ab: np.ndarray) -> np.ndarray:
    """Index (...) of the bin that is nearest to each colour (..., 2), rounded to whole units."""
    whole = np.clip(np.rint(ab).astype(int) + TABLE_REACH, 0, 2 * TABLE_REACH)
    return table()[0][whole[..., 0] * (2 * TABLE_REACH + 1) + whole[..., 1], 0]


def prior(counts: np.ndarray) -> np.ndarray:
    """Bin frequencies (Q,), smoothed by a Gaussian over the ab plane, summing to 1, of pixel counts (Q,)."""
    distance = ((centres()[:, None] - centres()[None]) ** 2).sum(-1)
    kernel = np.exp(-distance / (2 * PRIOR_SIGMA**2))
    smooth = (kernel / kernel.sum(1, keepdims=True)).T @ (counts / counts.sum())
    return (smooth / smooth.sum()).astype(np.float32)


def rebalancing_weights(frequencies: np.ndarray, mix: float = REBALANCING) -> np.ndarray:
    """Class weights (Q,), expectation 1 under `frequencies` before they are limited to WEIGHT_LIMITS."""
    weights = 1 / ((1 - mix) * frequencies + mix / len(frequencies))
    weights /= (frequencies * weights).sum()
    return np.clip(weights, *WEIGHT_LIMITS).astype(np.float32)


def rarity(frequencies: np.ndarray) -> np.ndarray:
    """Return how rare each bin is (Q,): the logarithm of how many times less frequent than the mean pixel's bin.

    Bins below RAREST are as rare as that: what photographs hardly ever show is not to be preferred without end.
    """
    inverse = 1 / (frequencies + RAREST)
    return np.log(inverse / (frequencies * inverse).sum()).astype(np.float32)


def annealed_mean(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Colours (..., 2) from logits (..., Q): the expectation over bins at a temperature (1: mean, towards 0: mode)."""
    return probabilities(logits, temperature) @ centres()


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the softmax of logits (..., Q) divided by a temperature."""
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(-1, keepdims=True))
    return scaled / scaled.sum(-1, keepdims=True)


def uncertainty(logits: np.ndarray) -> np.ndarray:
    """Return the entropy (...) of the bins in 0..1: 0 where one bin is certain, 1 where all are equally likely."""
    p = probabilities(logits)
    return -(p * np.log(p + 1e-12)).sum(-1) / np.log(p.shape[-1])
