"""Tells whether a picture carries real colour, or only the tint of its toning, its paper or its age."""

import numpy as np

LIGHTNESS_STEP = 5.0  # a toned print's tint depends on lightness; within so narrow a band it is one colour
# 90th percentile of chroma left when each lightness band's own tint is taken out. Grey, sepia and stained scans stay
# below 4.6; early colour photographs (autochromes, three-exposure plates) lie above 8, ordinary ones nearly all.
COLOUR_FROM = 6.5


def chroma_beside_tint(lab: np.ndarray) -> float:
    """Return the 90th percentile of chroma (Lab units) once each lightness band's median a*, b* is taken out.

    `lab` (..., 3) is a small version of the picture, with L 0..100.
    """
    pixels = lab.reshape(-1, 3)
    band = np.clip(pixels[:, 0] // LIGHTNESS_STEP, 0, 100 // LIGHTNESS_STEP).astype(np.uint8)
    order = np.argsort(band, kind="stable")  # a band's pixels side by side: four times as fast as a mask for each
    edges = np.flatnonzero(np.diff(band[order])) + 1
    left = np.concatenate([part - np.median(part, axis=0) for part in np.split(pixels[order, 1:], edges)])
    return float(np.percentile(np.hypot(left[:, 0], left[:, 1]), 90))


def is_colour(lab: np.ndarray) -> bool:
    """Tell whether a small Lab picture (..., 3) shows more than one tint per lightness."""
    return chroma_beside_tint(lab) > COLOUR_FROM
