"""What a camera's or scanner's EXIF says of how a picture lies and how fine it is, from the bytes of its block.

EXIF is a TIFF header without a picture (CIPA DC-008), for which JPEG, PNG, WebP and JPEG 2000 each have a place.
"""

import math
import struct
from dataclasses import dataclass

INTRODUCTION = b"Exif\0\0"  # which JPEG writes before it, and other formats now and then
ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
ORIENTATION, ACROSS, DOWN, UNIT = 274, 282, 283, 296
SHORT, RATIONAL = 3, 5
INCHES = {
    2: 1.0,
    3: 2.54,
}  # factors to pixels per inch of units: inch, which is the default, and centimetre; 1 is none


@dataclass(frozen=True)
class Exif:
    """Orientation 1..8, and pixels per inch across and down, None where no unit is stated."""

    orientation: int = 1
    pixels_per_inch: tuple[float, float] | None = None


def read(content: bytes) -> Exif:
    """What the first directory says; of a damaged one what is left."""
    content = content.removeprefix(INTRODUCTION)
    order = ORDERS.get(content[:4])
    if order is None or len(content) < 8:
        return Exif()
    values = _values(content, order)
    turned = values.get(ORIENTATION, 1)
    orientation = int(turned) if turned in range(1, 9) else 1
    return Exif(
        orientation, resolution(values.get(ACROSS, 0), values.get(DOWN, 0), INCHES.get(int(values.get(UNIT, 2))))
    )


def resolution(across: float, down: float, factor: float | None) -> tuple[float, float] | None:
    """Pixels per inch of two numbers and their unit's factor; None where a number or the unit tells nothing."""
    stated = factor is not None and all(math.isfinite(one) and one > 0 for one in (across, down))
    return (across * factor, down * factor) if stated and factor else None


def _values(content: bytes, order: str) -> dict[int, float]:
    """Short and rational numbers of the first directory by tag, the first value of each."""
    (start,) = struct.unpack_from(f"{order}I", content, 4)
    if start + 2 > len(content):
        return {}
    (count,) = struct.unpack_from(f"{order}H", content, start)
    whole = min(count, (len(content) - start - 2) // 12)
    entries = struct.iter_unpack(f"{order}HHI4s", content[start + 2 : start + 2 + 12 * whole])
    return {tag: _value(content, order, kind, place) for tag, kind, _, place in entries if kind in (SHORT, RATIONAL)}


def _value(content: bytes, order: str, kind: int, place: bytes) -> float:
    if kind == SHORT:
        return float(struct.unpack_from(f"{order}H", place)[0])
    (start,) = struct.unpack(f"{order}I", place)
    if start + 8 > len(content):
        return 0.0
    above, below = struct.unpack_from(f"{order}II", content, start)
    return above / below if below else 0.0
