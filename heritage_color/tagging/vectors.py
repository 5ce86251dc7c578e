"""Tag vectors made from the labels themselves. Pure numpy.

The paper's vectors are skip-gram word vectors, learned from the text beside 100 million pictures. There is no such
text here, and it would say less of these photographs than their labels do. So a tag's vector has two halves: with
which tags it is given together (a truncated singular value decomposition of their positive pointwise mutual
information: what skip-gram factorises, Levy & Goldberg 2014), and what its photographs look like (the principal
components of the mean features per tag).
"""

import numpy as np

SIZE = 100  # of both halves together; the paper's are of 200, for 247,465 words
SMOOTHING = 1.0  # photograph that every pair of tags is granted, so that rare pairs prove little


def tag_vectors(carried: np.ndarray, features: np.ndarray, size: int = SIZE) -> np.ndarray:
    """Vectors (V, D) of length 1, D <= size, of tags that photographs carry (N, V) and of their features (N, F)."""
    together = principal(shared_information(carried), size // 2)
    looks = principal(mean_features(carried, features), size - size // 2)
    return np.asarray(unit(np.concatenate([unit(together), unit(looks)], 1)), np.float32)


def shared_information(carried: np.ndarray) -> np.ndarray:
    """Return the positive pointwise mutual information (V, V) of tags given to the same photographs."""
    carried = carried.astype(np.float64)
    pairs = carried.T @ carried
    expected = np.outer(np.diag(pairs), np.diag(pairs)) / len(carried)
    return np.asarray(np.maximum(0.0, np.log((pairs + SMOOTHING) / (expected + SMOOTHING))))


def mean_features(carried: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return mean features (V, F) of the photographs of each tag, about the mean of all tags."""
    counts = np.maximum(carried.sum(0), 1)[:, None]
    means = carried.T.astype(np.float64) @ features / counts
    return np.asarray(means - means.mean(0))


def principal(rows: np.ndarray, size: int) -> np.ndarray:
    """Rows (V, F) in their first principal directions (V, at most size), signs fixed so that all machines agree."""
    left, strength, right = np.linalg.svd(rows, full_matrices=False)
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(1)])
    return np.asarray((left * strength * signs)[:, :size])


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows (V, D) at length 1; a row of zeros stays."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))
