"""What tags must be better than: the most frequent ones, and those of the most similar photographs. Pure numpy."""

import numpy as np

from heritage_color.tagging.vectors import unit

NEIGHBOURS = 10  # photographs that lend their tags


def by_frequency(counts: np.ndarray, photographs: int) -> np.ndarray:
    """The same ranking (N, V) for every photograph: the tags that most of the training photographs carry first."""
    return np.tile(np.argsort(-counts, kind="stable"), (photographs, 1))


def by_neighbours(features: np.ndarray, known: np.ndarray, carried: np.ndarray) -> np.ndarray:
    """Rankings (N, V) of photographs with features (N, F) by the tags (M, V) of the known ones (M, F) most like them.

    Each of the ten nearest votes for its tags with its cosine; tags without a vote follow by their frequency.
    """
    known, mean = known.astype(np.float32), known.mean(0)
    cosine = unit(features - mean) @ unit(known - mean).T
    nearest = np.argpartition(-cosine, min(NEIGHBOURS, len(known)) - 1, 1)[:, :NEIGHBOURS]
    weights = np.take_along_axis(cosine, nearest, 1)
    votes = np.einsum("nk,nkv->nv", weights, carried[nearest].astype(np.float32))
    return np.argsort(-(votes + 1e-6 * carried.mean(0)), 1, kind="stable")
