"""The resolution that libvips writes into every file is taken back where a master states none.

25.4 pixels per inch is what its one pixel per millimetre comes to. The tags stay where they stand, and say, without a
unit, that a pixel is as wide as high, and no more.
"""

import struct
import zlib
from pathlib import Path

from heritage_color.images.tagged import directories

SQUARE, NO_UNIT = 1, 1  # TIFF 6.0, section 8: ResolutionUnit 1 is none
ACROSS, DOWN, UNIT = 282, 283, 296
PHYSICAL = b"pHYs"
HEAD_BYTES = 2**16  # of a PNG that libvips wrote: the chunk stands before the pixels


def take_back(file: Path) -> None:
    """Make the resolution of a TIFF or PNG that libvips wrote one without a unit, where it stands."""
    if file.suffix == ".tif":
        _in_tiff(file)
    else:
        _in_png(file)


def _in_tiff(file: Path) -> None:
    """Write one pixel per unit, and no unit, over the values of the three tags of resolution."""
    with file.open("r+b") as opened:
        tiff = directories.open_directories(opened)
        tags = tiff.entries[0].tags
        for number, layout, values in (
            (ACROSS, "II", (SQUARE, 1)),
            (DOWN, "II", (SQUARE, 1)),
            (UNIT, "H", (NO_UNIT,)),
        ):
            if number in tags:
                opened.seek(tags[number].place)
                opened.write(struct.pack(tiff.notation.order + layout, *values))


def _in_png(file: Path) -> None:
    with file.open("r+b") as opened:
        place = opened.read(HEAD_BYTES).find(PHYSICAL)
        if place >= 0:
            content = PHYSICAL + struct.pack(">IIB", SQUARE, SQUARE, 0)
            opened.seek(place)
            opened.write(content + struct.pack(">I", zlib.crc32(content)))
