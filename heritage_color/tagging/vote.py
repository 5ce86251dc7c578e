"""The vote of 100 samples: how a distribution over tag vectors becomes a few tags. Pure numpy.

Mirza & Osindero (2014, section 4.2): of each photograph 100 vectors are drawn; for each the 20 nearest words by cosine
are taken; the 10 words that are most common among them are the photograph's.
"""

import numpy as np

from heritage_color.tagging.vectors import unit

SAMPLES, PROPOSED = 100, 10
NEAREST = 5  # the paper's are 20 of 247,465 words; 20 of some 160 tags would all be voted for each time


def count(samples: np.ndarray, vectors: np.ndarray, nearest: int = NEAREST) -> tuple[np.ndarray, np.ndarray]:
    """Return votes (V,) and mean cosine (V,) of each tag, from samples (S, D) and tag vectors (V, D) of length 1.

    A tag has the vote of each sample among whose nearest it is.
    """
    cosine = unit(samples) @ vectors.T
    nearest = min(nearest, len(vectors))
    chosen = np.argpartition(-cosine, nearest - 1, axis=1)[:, :nearest]
    return np.bincount(chosen.ravel(), minlength=len(vectors)), cosine.mean(0)


def ranked(votes: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    """Return all tags (V,) by their number of votes, those of as many votes by their mean cosine."""
    return np.lexsort((-cosine, -votes))
