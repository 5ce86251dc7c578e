"""Chroma fades where the method does not know.

Where entropy is low it says little about how much colour is right; where it is high, colours are wrong more often. So
chroma fades only there, by half at most. Both ends were chosen by eye and trial.
"""

import numpy as np

SURE, UNSURE = 0.65, 0.85  # of the entropy 0..1: full colour up to the one, most faded from the other
LEAST = 0.5  # the factor there


def fade(uncertainty: np.ndarray) -> np.ndarray:
    """The factor LEAST..1 of chroma for an uncertainty 0..1, any shape: falls smoothly between SURE and UNSURE."""
    part = np.clip((uncertainty - SURE) / (UNSURE - SURE), 0, 1)
    return (1 - (1 - LEAST) * part * part * (3 - 2 * part)).astype(np.float32)
