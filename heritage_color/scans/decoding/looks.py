"""Whether a scan looks like a negative, or like a page of text: a warning for people, never a refusal.

Both rules see a small grey version of the upright picture. docs/deliveries.md says how often they are wrong, and
`python -m benchmarks.looks FOLDER` measures it; heritage_color/weights/looks.md says what they were made from.
"""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from heritage_color.keys import Word
from heritage_color.methods.weights import load_weights

Arrays = dict[Word, np.ndarray]  # of a weight file, by name
WEIGHTS = Path(__file__).parents[2] / "weights" / "looks.safetensors"
NEGATIVE, PAGE = "looks-like-negative", "looks-like-page"  # reason codes
LEAST_SIDE = 64  # pixels: in less nobody sees either
SIDE = 64  # pixels of the square that the network sees
NOISE = 0.02  # of full scale, added to the deviation: what differs by less is noise
STRIDES = (2, 2, 1, 2)  # of the network's four convolutions

# A page: the features of a grey picture (h, w) whose paper is its most frequent level
SMOOTHED, EDGE = 24, 26  # grey levels that paper spreads over, and that it may lie below its own
INK, SHADE = 0.4, 0.15  # of the way from paper to the darkest: from there on it is ink, and no paper any more
BLOCK = 8  # pixels of a block's side
SOLID, BLANK = 0.85, 0.05  # mean ink of blocks without paper, and without ink
STRIPS = 8  # upright strips; the outer two are margins
LONGEST_PERIOD, CENTRE = 40, 31  # pixels from line to line at most; of a running mean that lines stand out from
DARKEST_PAPER = 85  # grey level: below is no paper, whatever else


def looks_like(grey: np.ndarray) -> str:
    """The reason code of what a small upright grey picture (h, w), uint8, some 256 pixels a side, is like, or ""."""
    if min(grey.shape) < LEAST_SIDE:
        return ""
    if page_score(grey) > 0:
        return PAGE
    arrays = weights()
    return NEGATIVE if negative_score(grey, arrays) > arrays["limit"][0] or page_score(255 - grey) > 0 else ""


def negative_score(grey: np.ndarray, arrays: Arrays) -> float:
    """How much more a picture looks like a negative than its inversion does; the inversion has the opposite score."""
    seen = square(grey, SIDE)
    seen = (seen - seen.mean()) / (seen.std() + NOISE)
    answers = _network(np.stack([seen, -seen])[..., None], arrays)
    return float(answers[1] - answers[0])


@cache
def weights() -> Arrays:
    """Return the arrays of both rules. Raises WeightsError."""
    return load_weights(WEIGHTS, "looks")[0]


def square(grey: np.ndarray, side: int) -> np.ndarray:
    """A picture (h, w), uint8, as a square (side, side), 0..1, each pixel the mean of those it covers."""
    height, width = grey.shape
    squared: np.ndarray = _means(height, side).T @ grey.astype(np.float32) @ _means(width, side) / 255
    return squared


@lru_cache(64)
def _means(length: int, number: int) -> np.ndarray:
    """The matrix (length, number) that turns a row into its means over `number` stretches; far quicker than sums."""
    edges = np.arange(number + 1) * length // number
    place = np.arange(length)[:, None]
    return ((place >= edges[:-1]) & (place < edges[1:])).astype(np.float32) / np.diff(edges).astype(np.float32)


def _network(pictures: np.ndarray, arrays: Arrays) -> np.ndarray:
    """Four convolutions with rectifiers, and a weight for each place of the last: (n, 64, 64, 1) to (n,)."""
    for number, stride in enumerate(STRIDES, 1):
        pictures = _convolved(pictures, arrays[f"kernel{number}"], arrays[f"bias{number}"], stride)
    return pictures.reshape(len(pictures), -1) @ arrays["places"]


def _convolved(pictures: np.ndarray, kernel: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """Pictures (n, h, w, c) under a kernel (k, k, c, d), without padding, rectified."""
    side = kernel.shape[0]
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (side, side), axis=(1, 2))[:, ::stride, ::stride]
    flat = windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)
    rectified: np.ndarray = np.maximum(flat @ kernel.reshape(-1, kernel.shape[-1]) + bias, 0)
    return rectified


def page_score(grey: np.ndarray) -> float:
    """Above 0 where a grey picture (h, w), uint8, looks like a page of text; minus infinity where it has no paper."""
    features = page_features(grey)
    if features is None:
        return -np.inf
    arrays = weights()
    standard = (features - arrays["page_mean"]) / arrays["page_deviation"]
    return float(standard @ arrays["page_weight"] + arrays["page_bias"][0])


def page_features(grey: np.ndarray) -> np.ndarray | None:
    """Return what tells a page of text from a photograph, ten numbers; None where the most frequent level is too dark.

    Level of the paper; shares of paper, ink and what is between; contrast; strokes: the mean difference of
    neighbours; shares of solid and of blank blocks; strength of lines, and how much their distance differs.
    """
    some = grey[::2, ::2]
    levels = np.bincount(some.reshape(-1), minlength=256)
    paper = int(np.convolve(levels, np.ones(SMOOTHED), "same").argmax())
    if paper < DARKEST_PAPER:
        return None
    below = levels.cumsum() / some.size
    span = max(paper - int(np.searchsorted(below, 0.02)), EDGE // 2)
    inked, shaded = (below[max(0, int(paper - share * span))] for share in (INK, SHADE))
    ink = np.clip((paper - np.arange(256, dtype=np.float32)) / span, 0, 1)[grey]
    height, width = grey.shape
    blocks = _means(height, height // BLOCK).T @ ink @ _means(width, width // BLOCK)
    strokes = np.abs(np.diff(ink[:, ::4], axis=0)).mean() + np.abs(np.diff(ink[::4], axis=1)).mean()
    solid, blank = (blocks > SOLID).mean(), (blocks < BLANK).mean()
    shares = [1 - below[paper - EDGE], inked, shaded - inked]
    return np.array([paper / 255, *shares, span / 255, strokes, solid, blank, *max(_lines(ink), _lines(ink.T))])


def _lines(ink: np.ndarray) -> tuple[float, float]:
    """Strength of lines in the median strip, and the deviation of their distance from strip to strip, in pixels."""
    strips = (ink @ _means(ink.shape[1], STRIPS)).T[1:-1]
    running = np.cumsum(np.pad(strips, ((0, 0), (1, 0))), axis=1)
    middle = (running[:, CENTRE:] - running[:, :-CENTRE]) / CENTRE
    lines = strips[:, CENTRE // 2 : CENTRE // 2 + middle.shape[1]] - middle
    waves = np.abs(np.fft.rfft(lines * np.hanning(lines.shape[1]), axis=1))
    first = max(1, lines.shape[1] // LONGEST_PERIOD)
    periods = lines.shape[1] / (first + waves[:, first:].argmax(1))
    return float(np.median(lines.std(1))), float(periods.std())
