"""A picture's likeness is 64 bits that stay nearly the same when it is scaled, compressed again or brightened.

It is the perceptual hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010),
section 3.2, as the package imagehash computes it. Hashes are looked up by bands (multi-index hashing, Norouzi, Punjani
and Fleet, CVPR 2012): where two differ in at most 9 bits, one of their five bands differs in at most one.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    import pyvips

SIDE = 32  # pixels of the square that a picture is shrunk to
KEPT = 8  # lowest frequencies in each direction: 8 x 8 bits
BITS = KEPT * KEPT
BANDS = (13, 13, 13, 13, 12)  # bits of each, the highest first
MOST_DISTANCE = 9  # bits in which two pictures may differ and still be asked about; docs/likenesses.md says why
Owner = TypeVar("Owner")  # of a likeness: what an album answers with
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
FLOOR = 0.25  # grey levels of 255: a frequency weaker than that is grain, paper or the traces of compression
LEAST_STRONG = 32  # of the 64 frequencies must be above the floor, else the picture is left out
CONVERTED = ("cmyk", "lab", "labs", "labq", "xyz", "scrgb")  # whose bands are no red, green and blue
# Rows are the lowest frequencies of an orthonormal DCT-II over the square's columns
_WAVES = np.cos(np.pi * np.outer(np.arange(KEPT), 2 * np.arange(SIDE) + 1) / (2 * SIDE))
_WAVES *= np.sqrt(2 / SIDE) * np.where(np.arange(KEPT) == 0, np.sqrt(0.5), 1)[:, None]


def hash_of(image: "pyvips.Image") -> str | None:
    """Return the likeness of an upright pyvips picture as 16 hexadecimal digits.

    It is None where there is too little in it to tell pictures apart: a side shorter than 32 pixels, or fewer than
    half of the frequencies above a quarter of a grey level, as in blank pages, plain backs and colour patches.
    """
    if min(image.width, image.height) < SIDE:
        return None
    waves = frequencies(square(image))
    strong = np.abs(waves) * 2 / SIDE >= FLOOR  # 2 / SIDE: amplitude of the wave, in grey levels
    if np.count_nonzero(strong) < LEAST_STRONG:
        return None
    return f"{int(''.join('1' if high else '0' for high in (waves > np.median(waves)).flat), 2):016x}"


def frequencies(square: np.ndarray) -> np.ndarray:
    """Return the lowest 8 x 8 frequencies (DCT-II, orthonormal) of grey levels (32, 32), 0..255."""
    return np.asarray(_WAVES @ square @ _WAVES.T)


def square(image: "pyvips.Image") -> np.ndarray:
    """Return grey levels (32, 32), 0..255, of a picture in whatever colours."""
    if image.hasalpha():
        image = image.flatten(background=65535 if image.format == "ushort" else 255)
    if image.interpretation in CONVERTED:
        image = image.colourspace("srgb")
    grey = image[:3].recomb([list(LUMA)]) if image.bands >= 3 else image[0]
    grey = grey * (255 / 65535) if image.format == "ushort" else grey
    small = grey.cast("float").resize(SIDE / grey.width, vscale=SIDE / grey.height, kernel="lanczos3")
    levels = small.gravity("centre", SIDE, SIDE, extend="copy").numpy()
    return np.asarray(levels, np.float64).reshape(SIDE, SIDE)


def distance(likeness: str, other: str) -> int:
    """Count the bits in which two likenesses differ, 0..64."""
    return (int(likeness, 16) ^ int(other, 16)).bit_count()


def signed(likeness: str) -> int:
    """Return the 64 bits as databases keep them, as a signed whole number."""
    return int.from_bytes(bytes.fromhex(likeness), signed=True)


def bands(likeness: str) -> list[int]:
    """Return the five bands as whole numbers, the highest bits first."""
    rest, values = int(likeness, 16), []
    for width in reversed(BANDS):
        values.append(rest & (1 << width) - 1)
        rest >>= width
    return values[::-1]


def near_bands(likeness: str) -> list[list[int]]:
    """Return for each band the values that differ from it in at most one bit, which are 14 or 13.

    Whatever lies within `MOST_DISTANCE` bits of the likeness has one of them: 9 differences over 5 bands leave at most
    one in some band.
    """
    pairs = zip(bands(likeness), BANDS, strict=True)
    return [[band, *(band ^ 1 << bit for bit in range(width))] for band, width in pairs]


@dataclass
class Album(Generic[Owner]):
    """An album keeps likenesses with their owners, and finds near ones without a look at all of them."""

    pages: list[dict[int, list[str]]] = field(default_factory=lambda: [{} for _ in BANDS])
    seen: dict[str, Owner] = field(default_factory=dict)

    def nearest(self, likeness: str) -> Owner | None:
        """Return the owner of the nearest likeness within `MOST_DISTANCE` bits, of equals the first; else None."""
        if likeness in self.seen:
            return self.seen[likeness]
        near = {
            other
            for page, values in zip(self.pages, near_bands(likeness), strict=True)
            for value in values
            for other in page.get(value, ())
            if distance(likeness, other) <= MOST_DISTANCE
        }
        return self.seen[min(near, key=lambda other: (distance(likeness, other), other))] if near else None

    def add(self, likeness: str, owner: Owner) -> None:
        """Remember a likeness; of equal ones the first owner stays."""
        if likeness not in self.seen:
            self.seen[likeness] = owner
            for page, band in zip(self.pages, bands(likeness), strict=True):
                page.setdefault(band, []).append(likeness)
