"""The tint of a toned, yellowed or stained print, and the contrast it lost: neither shall mislead the method.

Lightness drops any tint. What is left of fading, blacks turned grey and whites turned dull, is stretched, only in the
copy that the method sees: the joined picture keeps its master's lightness.
"""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np

BANDS = ((10, 40), (40, 70), (70, 100))  # lightness of shadows, mid-tones and lights
FEWEST = 0.02  # of the pixels: what a band needs to be judged
TINTED_FROM = 3.0  # chroma: scanners leave up to 2 on a grey picture
# Of 46 photographs printed with less contrast, PSNR of the colours alone at the balanced preset, seen as they are and
# stretched: 0.1 + 0.75 grey 22.35 and 22.65 dB, 0.22 + 0.6 grey 22.02 and 22.65, 0.35 + 0.4 grey 21.44 and 22.66. As
# they were, 22.71 and 22.68: so a range that unfaded photographs have is left alone.
FADED = 80.0  # lightness: a smaller range was lost to fading, or to a flat exposure
BLACK, WHITE = 4.0, 96.0  # lightness that the darkest and lightest parts of a photograph are then brought to
PARTS = (0.5, 99.5)  # percentiles: dust and scratches are left out
MOST = 2.5  # times the contrast: more would show grain for texture


class TintFacts(TypedDict):
    """What a colorization's record says of a tint.

    `neutralised`: whether what the method saw was free of it; `stretched`: the two lightnesses that the method saw as
    black and white, or None.
    """

    kind: str
    ab: list[float]
    neutralised: bool
    stretched: list[float] | None


@dataclass(frozen=True)
class Tint:
    """What a master is toned with: kind `none`, `sepia`, `yellowed` or `other`, median a*, b* over the picture."""

    kind: str
    ab: tuple[float, float]

    def facts(self, contrast: tuple[float, float] | None) -> TintFacts:
        """As a colorization's record has it; `contrast` are the two lightnesses seen as black and white, if any."""
        stretched_to = None if contrast is None else list(contrast)
        return TintFacts(kind=self.kind, ab=list(self.ab), neutralised=self.kind != "none", stretched=stretched_to)


NO_TINT = Tint("none", (0.0, 0.0))


def tint_of(lab: np.ndarray) -> Tint:
    """Return the tint of a small Lab picture (..., 3), L 0..100.

    Warm tints are `sepia` where mid-tones and shadows hold most of it, as toned silver does, and `yellowed` where
    the lights do, as old paper does; any other hue is `other`.
    """
    pixels = lab.reshape(-1, 3)
    a, b = (float(value) for value in np.median(pixels[:, 1:], axis=0))
    medians = [_median(pixels, *band) for band in BANDS]
    chroma = [float(np.hypot(*ab)) for ab in medians]
    if max(chroma) < TINTED_FROM:
        return NO_TINT
    warm = medians[int(np.argmax(chroma))][1] > 0
    kind = ("yellowed" if chroma[2] >= max(chroma[:2]) else "sepia") if warm else "other"
    return Tint(kind, (round(a, 1), round(b, 1)))


def _median(pixels: np.ndarray, low: float, high: float) -> np.ndarray:
    """Median a*, b* of a band of lightness; 0, 0 where too little of the picture lies in it."""
    members = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] < high), 1:]
    return np.median(members, axis=0) if len(members) > FEWEST * len(pixels) else np.zeros(2)


def stretched(lightness: np.ndarray, photograph: np.ndarray) -> tuple[np.ndarray, tuple[float, float] | None]:
    """What the method shall see of a small lightness (h, w) whose mask (h, w) says what is photograph.

    Also the two lightnesses that became black and white; None where the contrast was full already.
    """
    low, high = np.percentile(lightness[photograph > 0] if photograph.any() else lightness, PARTS)
    if high - low >= FADED:
        return lightness, None
    black, white = min(low, BLACK), max(high, WHITE)
    gain = min((white - black) / max(high - low, 1e-3), MOST)
    room = (white - black - gain * (high - low)) / max(white - black - (high - low), 1e-3)  # share that stays empty
    seen = np.clip((lightness - low) * gain + black + (low - black) * room, 0, 100).astype(np.float32)
    return seen, (round(float(low), 1), round(float(high), 1))
