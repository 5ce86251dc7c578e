"""Chroma fades where the method does not know.

Where entropy is low it says little about how much colour is right; where it is high, colours are wrong more often. So
chroma fades only there. `tools/unsure.py` measures curves on photographs with their true colours.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Full colour up to the entropy `sure` 0..1, the factor `least` 0..1 of chroma from `unsure` on."""

    sure: float
    unsure: float
    least: float


CURVE = Curve(0.65, 0.85, 0.5)


def fade(uncertainty: np.ndarray, curve: Curve = CURVE) -> np.ndarray:
    """The factor of chroma for an uncertainty 0..1, any shape: falls smoothly between the ends of the curve."""
    part = np.clip((uncertainty - curve.sure) / (curve.unsure - curve.sure), 0, 1)
    return (1 - (1 - curve.least) * part * part * (3 - 2 * part)).astype(np.float32)
