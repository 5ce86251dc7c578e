"""The gist of a picture: how strong lines of which direction and coarseness are, in each of 4 x 4 parts of it.

Oliva & Torralba 2001, "Modeling the shape of the scene: a holistic representation of the spatial envelope". The
constants are those of the authors' released program (LMgist), for a square of 128 pixels.
"""

from functools import lru_cache

import numpy as np
from scipy import fft

SIDE, PAD = 128, 16  # pixels: of the square, and mirrored around it so that its border is no edge
SCALES, ORIENTATIONS, GRID = 4, 8, 4
LENGTH = SCALES * ORIENTATIONS * GRID * GRID
FINEST, RATIO = 0.3, 1.85  # cycles per pixel of the finest scale, and the step to the next
RADIAL = 10 * 0.35  # sharpness in frequency
ANGULAR = 2 * np.pi * 16 * ORIENTATIONS**2 / 32**2  # and in direction
LOW = 4 * (SIDE + 2 * PAD) / SIDE / np.sqrt(np.log(2))  # cycles: the prefilter takes away below 4 per picture
LEAST_CONTRAST = 0.2  # of log intensity: flat parts are not blown up to noise
WINDOWS = (160, 108, 64, 36)  # frequencies kept around each scale's filters: what they pass lies within


def describe(lightness: np.ndarray) -> np.ndarray:
    """The gist (512,), float32, of length 1, of lightness (H, W) 0..100: ordered by scale, direction, row, column.

    The picture is squashed to a square, so that its parts are shares of its sides. A flat picture's gist is 0.
    """
    spectrum = fft.fft2(prefiltered(squashed(lightness, SIDE)))
    energy = np.concatenate([_scale_energy(spectrum, scale) for scale in range(SCALES)]).ravel()
    return (energy / max(float(np.linalg.norm(energy)), 1e-3)).astype(np.float32)


def mirrored(gist: np.ndarray) -> np.ndarray:
    """The gist (..., 512) of the picture seen in a mirror: columns the other way round, directions turned over."""
    parts = gist.reshape(*gist.shape[:-1], SCALES, ORIENTATIONS, GRID, GRID)
    turned = parts[..., -np.arange(ORIENTATIONS) % ORIENTATIONS, :, :]
    return np.ascontiguousarray(turned[..., ::-1]).reshape(gist.shape)


def squashed(picture: np.ndarray, rows: int, columns: int = 0) -> np.ndarray:
    """A picture (H, W) at (rows, columns), or at a square: each pixel the mean of what it covers, linear between."""
    down, along = _resampling(picture.shape[0], rows), _resampling(picture.shape[1], columns or rows)
    result: np.ndarray = down @ picture.astype(np.float32) @ along.T
    return result


@lru_cache(64)
def _resampling(size: int, target: int) -> np.ndarray:
    """Return weights (target, size) of a triangle as wide as a target pixel, at least as a source pixel."""
    centre = (np.arange(target) + 0.5) * size / target - 0.5
    width = max(1.0, size / target)
    weights = np.maximum(0, 1 - np.abs(np.arange(size) - centre[:, None]) / width)
    result: np.ndarray = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    return result


def prefiltered(square: np.ndarray) -> np.ndarray:
    """Return log intensity (160, 160) without its slow changes, and with the local contrast evened out."""
    logs = np.log1p(np.pad(np.clip(square, 0, 100) * 2.55, PAD, "symmetric"))
    fine = logs - _lowpass(logs)
    contrast = np.sqrt(np.abs(_lowpass(fine**2)))
    result: np.ndarray = (fine / (LEAST_CONTRAST + contrast)).astype(np.float32)
    return result


def _lowpass(picture: np.ndarray) -> np.ndarray:
    result: np.ndarray = fft.irfft2(fft.rfft2(picture) * _gaussian(), s=picture.shape)
    return result


@lru_cache(1)
def _gaussian() -> np.ndarray:
    size = SIDE + 2 * PAD
    y, x = np.meshgrid(fft.fftfreq(size, 1 / size), np.arange(size // 2 + 1), indexing="ij")
    result: np.ndarray = np.exp(-(x**2 + y**2) / LOW**2).astype(np.float32)
    return result


@lru_cache(1)
def _bank() -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each scale: the places (n, n) in the spectrum that its filters pass, and the filters (8, n, n) there."""
    return [_filters(scale) for scale in range(SCALES)]


def _filters(scale: int) -> tuple[np.ndarray, np.ndarray]:
    size, window = SIDE + 2 * PAD, WINDOWS[scale]
    y, x = np.meshgrid(*2 * [fft.fftfreq(window, 1 / window).astype(int)], indexing="ij")
    frequency, direction = np.hypot(x, y) / size, np.arctan2(y, x)
    turned = direction - np.pi * np.arange(ORIENTATIONS)[:, None, None] / ORIENTATIONS
    turned = (turned + np.pi) % (2 * np.pi) - np.pi
    away = frequency / (FINEST / RATIO**scale) - 1
    filters = np.exp(-RADIAL * away**2 - ANGULAR * turned**2)
    filters[:, 0, 0] = 0  # a mean has no direction
    return (y % size) * size + x % size, filters.astype(np.float32)


def _scale_energy(spectrum: np.ndarray, scale: int) -> np.ndarray:
    """Mean magnitude (8, 4, 4) of a scale's answers in each part of the square; coarse scales on a coarse grid."""
    places, filters = _bank()[scale]
    magnitude = np.abs(fft.ifft2(spectrum.ravel()[places] * filters)) * (filters.shape[1] / (SIDE + 2 * PAD)) ** 2
    means = _parts(filters.shape[1])
    result: np.ndarray = means @ magnitude @ means.T
    return result


@lru_cache(8)
def _parts(window: int) -> np.ndarray:
    """Weights (4, window) that take the means of the four parts of the square, without what is mirrored around it."""
    size = SIDE + 2 * PAD
    edges = PAD + np.arange(GRID + 1) * SIDE / GRID
    middle, half = np.arange(window) * size / window + 0.5, size / window / 2
    shares = np.minimum(middle + half, edges[1:, None]) - np.maximum(middle - half, edges[:-1, None])
    shares = np.maximum(shares, 0).astype(np.float32)
    result: np.ndarray = shares / shares.sum(1, keepdims=True)
    return result
