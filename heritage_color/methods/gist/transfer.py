"""Colour from a photograph to a grey picture, in the manner of Welsh, Ashikhmin & Mueller 2002.

A photograph gives 14 x 14 samples, one at a random place in each cell of a grid: lightness, how much it varies around
there, and chroma. A pixel of the grey picture takes the chroma of samples that look alike. Welsh et al. compare
lightness and its variation, half each; we compare the place in the picture too, because pictures of one gist are laid
out alike, and take the mean of the samples weighted by likeness instead of the best one.
"""

import numpy as np

CELLS = 14  # each way: 196 samples, the "about 200" of Welsh et al. 2002, section 3
NEIGHBOURHOOD = 5  # pixels, each way, of the variation: section 3
LIGHT, VARIATION, PLACE = 8.0, 6.0, 0.15  # differences that count alike: L units, L units, share of the side
STRONGEST = 2.0  # contrast is evened out by at most so much
MIDDLE = 128  # the byte of no chroma
PER_VARIATION = 5  # byte steps per L unit of variation: up to 51
RADIUS, NEAR, ALIKE = 2, 1.0, 6.0  # of smoothing: cells, cells, L units


def _places() -> np.ndarray:
    """Row and column (196, 2), 0..1, of the samples: the same for every photograph, so that they need no storage."""
    corner = np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS), indexing="ij"), -1).reshape(-1, 2)
    return ((corner + np.random.default_rng(2002).uniform(0, 1, corner.shape)) / CELLS).astype(np.float32)


PLACES = _places()


def variation(lightness: np.ndarray) -> np.ndarray:
    """Return the standard deviation of lightness (h, w) over the 5 x 5 pixels around each."""
    from scipy.ndimage import uniform_filter

    middle = lightness - lightness.mean()  # or the difference of large squares loses its digits
    mean, square = (uniform_filter(values, NEIGHBOURHOOD, mode="reflect") for values in (middle, middle**2))
    result: np.ndarray = np.sqrt(np.maximum(square - mean**2, 0))
    return result


def sample(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Samples (196, 4), uint8, of a photograph's lightness (h, w) and ab (h, w, 2): lightness, variation, a, b."""
    rows, columns = (PLACES * lightness.shape).astype(int).T
    values = np.stack([lightness * 2.55, variation(lightness) * PER_VARIATION], -1)[rows, columns]
    result: np.ndarray = np.rint(np.clip(np.hstack([values, ab[rows, columns] + MIDDLE]), 0, 255)).astype(np.uint8)
    return result


def chroma_from(lightness: np.ndarray, samples: np.ndarray, mirrored: bool = False) -> np.ndarray:
    """Return chroma (h, w, 2) of lightness (h, w), from samples (196, 4) of a photograph, or of its mirror image."""
    light, varied = samples[:, 0] / np.float32(2.55), samples[:, 1] / np.float32(PER_VARIATION)
    seen, around = _matched(lightness, light)
    places = PLACES * (1, -1) + (0, 1) if mirrored else PLACES
    here = (np.stack(np.meshgrid(*map(_middles, lightness.shape), indexing="ij")) / PLACE).reshape(2, -1)
    pixels = np.column_stack([seen.ravel() / LIGHT, around.ravel() / VARIATION, *here]).astype(np.float32)
    known = np.column_stack([light / LIGHT, varied / VARIATION, places / PLACE]).astype(np.float32)
    ab = _likeness(pixels, known) @ (samples[:, 2:].astype(np.float32) - MIDDLE)
    return ab.reshape(*lightness.shape, 2)


def _matched(lightness: np.ndarray, light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lightness and variation as they would be with the photograph's mean and contrast: Welsh et al., section 3."""
    ratio = np.clip(light.std() / max(float(lightness.std()), 1e-3), 1 / STRONGEST, STRONGEST)
    return (lightness - lightness.mean()) * ratio + light.mean(), variation(lightness) * ratio


def _middles(size: int) -> np.ndarray:
    return (np.arange(size) + 0.5) / size


def _likeness(pixels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return shares (N, M), each row's sum 1, that fall with the distance between rows (N, n) and (M, n)."""
    half = pixels @ known.T - (known**2).sum(1) / 2
    shares = np.exp(half - half.max(1, keepdims=True))
    result: np.ndarray = shares / shares.sum(1, keepdims=True)
    return result


def smoothed(ab: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    """Return chroma (h, w, 2) averaged with its neighbours of like lightness (h, w): a joint bilateral filter."""
    total, weights = np.zeros_like(ab), np.zeros_like(lightness)
    wide, guide = (np.pad(values, [(RADIUS, RADIUS)] * 2 + [(0, 0)] * (values.ndim - 2), "edge")
                   for values in (ab, lightness))  # fmt: skip
    for down, along in np.ndindex(2 * RADIUS + 1, 2 * RADIUS + 1):
        part = np.s_[down : down + lightness.shape[0], along : along + lightness.shape[1]]
        away = ((down - RADIUS) ** 2 + (along - RADIUS) ** 2) / NEAR**2
        weight = np.exp(-(((guide[part] - lightness) / ALIKE) ** 2 + away) / 2)
        total, weights = total + wide[part] * weight[..., None], weights + weight
    result: np.ndarray = total / weights[..., None]
    return result
