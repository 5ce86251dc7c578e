"""Features of a picture's cells from a frozen encoder, and the linear map that makes few of its many channels. Pure.

The map is a reduced-rank ridge regression (Izenman 1975) onto the softly encoded gamut bins, rare bins as loud as
frequent ones: trees part along one feature at a time, and ask for features that tell colours apart.
"""

from dataclasses import dataclass

import numpy as np

from heritage_color.methods.learch.cells import bilinear, interpolation
from heritage_color.methods.networks import bins

HEAD_CHANNELS = 1280  # of EfficientNet-Lite0
TAPS = {"stride_8": 40, "stride_16": 112, "head": HEAD_CHANNELS}  # the encoder's maps, and their channels
LOCAL = sum(TAPS.values())
CHANNELS = LOCAL + HEAD_CHANNELS  # those of a cell, and of the whole picture's head
LEARNED = 32  # features after the map: a guess at a and at b, and 30 that tell colours apart
RIDGE = (
    0.01,
    0.1,
)  # of a channel's variance, of cells' and of pictures' channels: there are fewer pictures than cells
AB_SCALE = 20.0  # brings ab to the order of the other features
TOGETHER = 64  # pictures whose channels are in memory as single precision at a time


@dataclass(frozen=True)
class Looked:
    """What the encoder sees of a picture: maps (h, w, channels) by tap, and the mean of its head (1280,)."""

    size: tuple[int, int]  # in cells
    maps: dict[str, np.ndarray]
    own: np.ndarray  # (n, OWN) the cells' own features
    pooled: np.ndarray

    def raw(self, rows: np.ndarray) -> np.ndarray:
        """Return the maps' channels (rows, LOCAL) float16 at some cells."""
        down, across = np.divmod(rows, self.size[1])
        features = []
        for tap in TAPS:
            height, width, channels = self.maps[tap].shape
            vertical, horizontal = (
                interpolation(self.size[0], height)[down],
                interpolation(self.size[1], width)[across],
            )
            shares = (vertical[:, :, None] * horizontal[:, None]).reshape(len(rows), -1)
            features.append(shares @ self.maps[tap].reshape(-1, channels))
        return np.concatenate(features, 1).astype(np.float16)


@dataclass(frozen=True)
class Projection:
    """From the encoder's channels to LEARNED features of a cell."""

    weights: np.ndarray  # (CHANNELS, LEARNED)
    offset: np.ndarray  # (LEARNED,)

    def features(self, looked: Looked) -> np.ndarray:
        """Return all features (n, OWN + LEARNED) float16 of a picture; maps are projected before they are enlarged."""
        learned, start = looked.pooled @ self.weights[LOCAL:] + self.offset, 0
        for tap, channels in TAPS.items():
            small = looked.maps[tap] @ self.weights[start : start + channels]
            learned, start = learned + bilinear(small, *looked.size), start + channels
        return np.column_stack([looked.own, learned.reshape(len(looked.own), -1)]).astype(np.float16)

    def project(self, own_rows: np.ndarray, raw: np.ndarray, pooled: np.ndarray) -> np.ndarray:
        """The same of some cells of a picture: own features (n, OWN), raw channels (n, LOCAL), its pooled head."""
        learned = raw.astype(np.float32) @ self.weights[:LOCAL] + pooled @ self.weights[LOCAL:] + self.offset
        return np.column_stack([own_rows, learned]).astype(np.float16)


def nothing() -> Projection:
    """The map before anything was learned."""
    return Projection(np.zeros((CHANNELS, LEARNED), np.float32), np.zeros(LEARNED, np.float32))


def teach(raw: list[np.ndarray], pooled: list[np.ndarray], truth: list[np.ndarray]) -> Projection:
    """Learn the map from pictures: of each, raw channels (n, LOCAL), pooled head (1280,), true colours (n, 2)."""
    colours = np.concatenate(truth)
    counts = np.bincount(bins.nearest(colours), minlength=len(bins.centres()))
    loudness = 1 / np.sqrt(bins.prior(counts) + 1 / len(counts))
    mean = np.concatenate([np.mean([cells.mean(0, dtype=np.float32) for cells in raw], 0), np.mean(pooled, 0)])
    middle = colours.mean(0) / AB_SCALE
    centre = np.concatenate([middle, loudness * encoded(colours).mean(0)])
    square = np.zeros((CHANNELS, CHANNELS), np.float32)
    product = np.zeros((CHANNELS, len(centre)), np.float32)
    for start in range(0, len(raw), TOGETHER):
        some = slice(start, start + TOGETHER)
        wide = [
            np.hstack([cells, np.tile(whole, (len(cells), 1))])
            for cells, whole in zip(raw[some], pooled[some], strict=True)
        ]
        rows, colour = np.concatenate(wide).astype(np.float32) - mean, np.concatenate(truth[some])
        truth_centred = np.column_stack([colour / AB_SCALE, loudness * encoded(colour)]) - centre
        square += rows.T @ rows
        product += rows.T @ truth_centred.astype(np.float32)
    return _reduced(square / len(colours), product / len(colours), mean, middle)


def _reduced(square: np.ndarray, product: np.ndarray, mean: np.ndarray, middle: np.ndarray) -> Projection:
    """Of the covariances of channels (C, C) and with what is wanted (C, 2 + Q): ridge, then the main directions."""
    from scipy.linalg import solve

    square = square.astype(np.float64)  # few pictures leave most directions to the ridge alone
    ridge = np.repeat(RIDGE, (LOCAL, HEAD_CHANNELS)) * (square.diagonal() + 1e-4)
    weights = solve(square + np.diag(ridge), product, assume_a="pos")
    guess, others = weights[:, :2], weights[:, 2:]
    spread, directions = np.linalg.eigh(others.T @ square @ others)
    main = directions[:, ::-1][:, : LEARNED - 2] / np.sqrt(np.maximum(spread[::-1][: LEARNED - 2], 1e-6))
    learned = np.concatenate([guess, others @ main], 1).astype(np.float16).astype(np.float32)
    offset = np.concatenate([middle, np.zeros(LEARNED - 2)]) - mean @ learned
    return Projection(learned, offset.astype(np.float16).astype(np.float32))


def encoded(truth: np.ndarray) -> np.ndarray:
    """Return softly encoded bins (n, Q) of colours (n, 2)."""
    nearest, shares = bins.soft_encode(truth)
    dense = np.zeros((len(truth), len(bins.centres())), np.float32)
    np.put_along_axis(dense, nearest.astype(np.int64), shares, 1)
    return dense


def cluster(pooled: np.ndarray, scenes: int) -> np.ndarray:
    """Return centres (scenes, 1280) of pictures' pooled heads (N, 1280): kinds of scenes, without names."""
    from sklearn.cluster import KMeans

    clusters = KMeans(min(scenes, len(pooled)), n_init=4, random_state=0).fit(pooled)
    centres: np.ndarray = clusters.cluster_centers_.astype(np.float16).astype(np.float32)
    return centres
