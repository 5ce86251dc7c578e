"""EXIF of a camera or scanner says how a picture lies and how fine it is.

EXIF is a TIFF header without a picture (CIPA DC-008), for which JPEG, PNG, WebP and JPEG 2000 each have a place.
"""

import io
import math
from dataclasses import dataclass

from heritage_color.images.tagged.directories import Entry, Tiff, container
from heritage_color.images.tagged.notation import FRACTION, LONG, SHORT

INTRODUCTION = b"Exif\0\0"  # which JPEG writes before it, and other formats now and then
ORIENTATION, ACROSS, DOWN, UNIT = 274, 282, 283, 296
CAMERA, COLOUR_SPACE, INTEROPERABILITY, INDEX = 34665, 40961, 40965, 1
ADOBE_INDEX = "R03"  # DCF 2.0: colours of Adobe RGB, which cameras embed no profile for
ADOBE_SPACE = 2  # what some of them write as colour space, which knows 1 (sRGB) and 65535 (uncalibrated)
# Factors to pixels per inch of units: inch, which is the default, and centimetre; 1 is none
INCHES = {2: 1.0, 3: 2.54}
INCHES_IN_METRE = 39.37007874015748


@dataclass(frozen=True)
class Exif:
    """EXIF states an orientation 1..8, and pixels per inch across and down, None where no unit is stated.

    `adobe` is True where a camera says that its colours are those of Adobe RGB (1998).
    """

    orientation: int = 1
    pixels_per_inch: tuple[float, float] | None = None
    adobe: bool = False


def read_exif(content: bytes) -> Exif:
    """Read what the first directory says, or what is left of a damaged one."""
    tiff = container(io.BytesIO(content.removeprefix(INTRODUCTION)))
    first = tiff.entry_at(tiff.first()) if tiff and not tiff.notation.big else None
    if tiff is None or first is None:
        return Exif()
    orientation = int(_number(tiff, first, ORIENTATION))
    unit = INCHES.get(int(_number(tiff, first, UNIT, 2)))
    fineness = resolution(_number(tiff, first, ACROSS), _number(tiff, first, DOWN), unit)
    return Exif(orientation if orientation in range(1, 9) else 1, fineness, _is_adobe(tiff, first))


def _is_adobe(tiff: Tiff, first: Entry) -> bool:
    """Tell whether the camera's directory, or that of interoperability below it, names Adobe RGB."""
    camera = _below(tiff, first, CAMERA)
    if camera is None:
        return False
    interoperability = _below(tiff, camera, INTEROPERABILITY)
    index = tiff.text(interoperability, INDEX) if interoperability else ""
    return index == ADOBE_INDEX or _number(tiff, camera, COLOUR_SPACE) == ADOBE_SPACE


def _below(tiff: Tiff, entry: Entry, pointer: int) -> Entry | None:
    """Read the directory that a tag points to."""
    place = int(_number(tiff, entry, pointer))
    return tiff.entry_at(place) if place else None


def _number(tiff: Tiff, entry: Entry, number: int, default: float = 0) -> float:
    """Return the first number of a tag; a fraction without denominator is 0."""
    tag = entry.tags.get(number)
    if tag is None or tag.kind not in (SHORT, LONG, FRACTION):
        return default
    values = tiff.values(entry, number)
    if tag.kind == FRACTION:
        return values[0] / values[1] if values and values[1] else 0.0
    return values[0] if values else default


def resolution(across: float, down: float, factor: float | None) -> tuple[float, float] | None:
    """Return pixels per inch of two numbers and their unit's factor; None where these tell nothing.

    Nothing is told by one pixel to the unit: programs put that where they know none (GraphicsMagick into each JPEG).
    """
    told = all(math.isfinite(number) and number > 0 for number in (across, down)) and (across, down) != (1, 1)
    stated = factor is not None and told
    return (across * factor, down * factor) if stated and factor else None
