"""What a grey picture's cells of 8 x 8 pixels are known by, and pairs of them, and the way back to pixels. Pure."""

from functools import lru_cache

import numpy as np
from scipy.ndimage import uniform_filter

from heritage_color.methods.learch.objective import OFFSETS, pairs

STRIDE = 8  # pixels of a cell's side
OWN = 12  # features that a cell has of its own
COMPARED = 8  # of the learned features, those in which the cells of a pair are compared one by one
AROUND = (3, 9)  # cells: the sides of two larger surroundings
SPREAD, LIKENESS = 0.8, 8.0  # of a cell's colour when enlarged: cells, and lightness


def blocks(picture: np.ndarray, side: int) -> np.ndarray:
    """Return pixels of each block (h, w, side * side) of a picture (H, W); what is left at its end is cut off."""
    height, width = picture.shape[0] // side, picture.shape[1] // side
    cut = picture[: height * side, : width * side].reshape(height, side, width, side)
    return cut.transpose(0, 2, 1, 3).reshape(height, width, side * side)


def own_features(grey: np.ndarray) -> np.ndarray:
    """Return intensity, texture and place (n, OWN) of the cells of a grey picture (H, W) in 0..1.

    In this order: mean, deviation, slopes across and down, mean and deviation of two larger surroundings, height in
    the picture, distance from its middle line, mean and deviation of the picture.
    """
    inside = blocks(grey, STRIDE)
    mean, deviation = inside.mean(-1), inside.std(-1)
    slopes = [blocks(np.abs(np.gradient(grey, axis=axis)), STRIDE).mean(-1) for axis in (1, 0)]
    around = [uniform_filter(mean, side, mode="nearest") for side in AROUND]
    squares = [uniform_filter(mean**2, side, mode="nearest") for side in AROUND]
    spread = [np.sqrt(np.maximum(square - near**2, 0)) for square, near in zip(squares, around, strict=True)]
    height, width = mean.shape
    down, across = np.mgrid[0.5:height, 0.5:width]
    place = [down / height, np.abs(across / width - 0.5)]
    whole = [np.full_like(mean, grey.mean()), np.full_like(mean, grey.std())]
    return np.stack([mean, deviation, *slopes, *around, *spread, *place, *whole], -1).reshape(-1, OWN)


def pair_features(cells: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return what the pairs of OFFSETS are known by (m, 8 + 2 * COMPARED), float16, of the features (n, F) of cells.

    The cells' own features come first, the learned ones after them.
    """
    first, second, which = pairs(height, width)
    apart = np.array(OFFSETS, np.float32)[which]
    cell, other = cells[first].astype(np.float32), cells[second].astype(np.float32)
    change = other - cell
    learned = change[:, OWN:]
    return np.concatenate(
        [
            apart,
            cell[:, :1],
            change[:, :1],
            np.abs(change[:, :1]),
            np.maximum(cell[:, 1:2], other[:, 1:2]),
            cell[:, 8:9],
            np.sqrt((learned**2).mean(1, keepdims=True)),
            learned[:, :COMPARED],
            (cell + other)[:, OWN : OWN + COMPARED] / 2,
        ],
        1,
    ).astype(np.float16)


@lru_cache(maxsize=64)
def interpolation(many: int, few: int) -> np.ndarray:
    """The matrix (many, few) of linear interpolation between the middles of few cells, constant beyond the last."""
    at = np.clip((np.arange(many) + 0.5) * few / many - 0.5, 0, few - 1)
    shares: np.ndarray = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(few))).astype(np.float32)
    return shares


def bilinear(coarse: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a map (h, w, channels) brought to (height, width, channels)."""
    rows, columns = interpolation(height, coarse.shape[0]), interpolation(width, coarse.shape[1])
    fine: np.ndarray = np.einsum("Hh,hwc,Ww->HWc", rows, coarse, columns, optimize=True)
    return fine


def enlarge(chroma: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    """Chroma (h, w, 2) at the size of lightness (H, W) 0..100, its edges where lightness has them.

    Joint bilateral upsampling (Kopf et al. 2007): each pixel takes the mean of the nine nearest cells, those that are
    near and as light as it counting most.
    """
    height, width = lightness.shape
    coarse = interpolation(height, chroma.shape[0]).T @ lightness @ interpolation(width, chroma.shape[1])
    counts = interpolation(height, chroma.shape[0]).sum(0)[:, None] * interpolation(width, chroma.shape[1]).sum(0)
    coarse /= counts
    down = (np.arange(height) + 0.5) * chroma.shape[0] / height - 0.5
    across = (np.arange(width) + 0.5) * chroma.shape[1] / width - 0.5
    total, weights = np.zeros((height, width, 2), np.float32), np.zeros((height, width, 1), np.float32)
    for below, right in np.ndindex(3, 3):
        row, column = np.rint(down).astype(int) + below - 1, np.rint(across).astype(int) + right - 1
        far = ((row - down) ** 2)[:, None] + (column - across) ** 2
        row, column = np.clip(row, 0, len(chroma) - 1), np.clip(column, 0, chroma.shape[1] - 1)
        unlike = (lightness - coarse[row[:, None], column]) ** 2
        weight = np.exp(-far / (2 * SPREAD**2) - unlike / (2 * LIKENESS**2)).astype(np.float32)[..., None] + 1e-6
        total, weights = total + weight * chroma[row[:, None], column], weights + weight
    return total / weights
