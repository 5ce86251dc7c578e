"""What a camera's or scanner's EXIF says of how a picture lies and how fine it is, from the bytes of its block.

EXIF is a TIFF header without a picture (CIPA DC-008), for which JPEG, PNG, WebP and JPEG 2000 each have a place.
"""

import math
import struct
from dataclasses import dataclass

INTRODUCTION = b"Exif\0\0"  # which JPEG writes before it, and other formats now and then
ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
ORIENTATION, ACROSS, DOWN, UNIT = 274, 282, 283, 296
CAMERA, COLOUR_SPACE, INTEROPERABILITY, INDEX = 34665, 40961, 40965, 1
ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5
ADOBE_INDEX = int.from_bytes(b"R03\0", "big")  # DCF 2.0: colours of Adobe RGB, which cameras embed no profile for
ADOBE_SPACE = 2  # what some of them write as colour space, which knows 1 (sRGB) and 65535 (uncalibrated)
# Factors to pixels per inch of units: inch, which is the default, and centimetre; 1 is none
INCHES = {2: 1.0, 3: 2.54}
INCHES_IN_METRE = 39.37007874015748


@dataclass(frozen=True)
class Exif:
    """Orientation 1..8, and pixels per inch across and down, None where no unit is stated.

    `adobe` where a camera says that its colours are those of Adobe RGB (1998).
    """

    orientation: int = 1
    pixels_per_inch: tuple[float, float] | None = None
    adobe: bool = False


def read(content: bytes) -> Exif:
    """What the first directory says; of a damaged one what is left."""
    content = content.removeprefix(INTRODUCTION)
    order = ORDERS.get(content[:4])
    if order is None or len(content) < 8:
        return Exif()
    values = _values(content, order, struct.unpack_from(f"{order}I", content, 4)[0])
    turned = values.get(ORIENTATION, 1)
    orientation = int(turned) if turned in range(1, 9) else 1
    found = resolution(values.get(ACROSS, 0), values.get(DOWN, 0), INCHES.get(int(values.get(UNIT, 2))))
    return Exif(orientation, found, _is_adobe(content, order, int(values.get(CAMERA, 0))))


def _is_adobe(content: bytes, order: str, camera: int) -> bool:
    """Whether the camera's directory, or that of interoperability below it, names Adobe RGB."""
    values = _values(content, order, camera) if camera else {}
    below = int(values.get(INTEROPERABILITY, 0))
    index = _values(content, order, below).get(INDEX) if below else None
    return index == ADOBE_INDEX or values.get(COLOUR_SPACE) == ADOBE_SPACE


def resolution(across: float, down: float, factor: float | None) -> tuple[float, float] | None:
    """Pixels per inch of two numbers and their unit's factor; None where a number or the unit tells nothing.

    Nothing is told by one pixel to the unit: programs put that where they know none (GraphicsMagick into each JPEG).
    """
    told = all(math.isfinite(one) and one > 0 for one in (across, down)) and (across, down) != (1, 1)
    stated = factor is not None and told
    return (across * factor, down * factor) if stated and factor else None


def _values(content: bytes, order: str, start: int) -> dict[int, float]:
    """Numbers of a directory by tag, the first value of each; a short text as the number of its four letters."""
    if start + 2 > len(content):
        return {}
    (count,) = struct.unpack_from(f"{order}H", content, start)
    whole = min(count, (len(content) - start - 2) // 12)
    entries = struct.iter_unpack(f"{order}HHI4s", content[start + 2 : start + 2 + 12 * whole])
    return {
        tag: _value(content, order, kind, place)
        for tag, kind, _, place in entries
        if kind in (ASCII, SHORT, LONG, RATIONAL)
    }


def _value(content: bytes, order: str, kind: int, place: bytes) -> float:
    if kind == SHORT:
        return float(struct.unpack_from(f"{order}H", place)[0])
    if kind == ASCII:
        return float(int.from_bytes(place, "big"))
    (start,) = struct.unpack(f"{order}I", place)
    if kind == LONG:
        return float(start)
    if start + 8 > len(content):
        return 0.0
    above, below = struct.unpack_from(f"{order}II", content, start)
    return above / below if below else 0.0
