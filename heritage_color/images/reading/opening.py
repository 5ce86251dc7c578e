"""A picture is opened in two steps: its tags tell what it is, then a reader is asked for exactly that."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images import formats, libvips, recognition
from heritage_color.images.chunked.png import describe_png
from heritage_color.images.chunked.webp import describe_webp
from heritage_color.images.description import LIBVIPS, TIFFFILE, Description, Note
from heritage_color.images.formats import Format
from heritage_color.images.jpeg.describing import describe_jpeg
from heritage_color.images.jpeg.samples import read_jpeg
from heritage_color.images.jpeg2000.describing import describe_jpeg2000
from heritage_color.images.jpeg2000.samples import read_jpeg2000
from heritage_color.images.light import profiles
from heritage_color.images.reading import bands
from heritage_color.images.refusals import Limits, check_size, refusal
from heritage_color.images.tiff.describing import describe_tiff
from heritage_color.images.tiff.samples import read_tiff

if TYPE_CHECKING:
    import pyvips

# What libtiff says where it lacks a codec or a rule, or where a tag holds a number that the standard has not (an
# orientation or a unit of 0) or fits its JPEG badly; tifffile may still read such a file
BEYOND_LIBVIPS = re.compile(
    r"not configured|not support|unsupported|not implemented|labq|required field|not a known file format|custom tag"
    r"|bad value \d+ for|improper jpeg (sampling|data precision)",
    re.I,
)
COLOUR_CHANNELS = {"grey": 1, "RGB": 3, "CMYK": 4}
DESCRIBERS = {
    formats.TIFF: describe_tiff, formats.JPEG2000: describe_jpeg2000, formats.JPEG: describe_jpeg,
    formats.PNG: describe_png, formats.WEBP: describe_webp,
}  # fmt: skip


def sniff(path: Path) -> Format | None:
    """Tell the format of a file by its content. Raises OSError.

    It takes one small read, and one at the end only where it may be a TGA.
    """
    with path.open("rb") as file:
        head = file.read(recognition.HEAD_BYTES)
        kind = recognition.by_content(head, path.suffix)
        if kind is None and recognition.may_be_tga(head):
            file.seek(-min(recognition.TAIL_BYTES, len(head)), os.SEEK_END)
            return formats.TGA if recognition.TGA_FOOTER in file.read() else None
        return kind


def describe_picture(path: Path, kind: Format) -> Description:
    """Describe a picture of a supported format by its own tags. Raises RefusedError."""
    return _with_profile_judged(DESCRIBERS[kind](path))


def _with_profile_judged(description: Description) -> Description:
    """Note on a description that its profile cannot be applied to its colours and is left aside."""
    channels = COLOUR_CHANNELS.get(description.colours)
    why = profiles.unfit(description.profile, channels) if description.profile and channels else ""
    if not why:
        return description
    note = Note("light-left-aside", {"what": f"its ICC profile does not fit: {why}"})
    return replace(description, notes=(*description.notes, note))


def open_described(path: Path, description: Description, limits: Limits, access: str, fail_on: str) -> "pyvips.Image":
    """Open a pyvips image as `bands.arranged` makes it, not yet turned; `access` is random or sequential.

    `fail_on` is what libvips takes for a failure: error, or warning to be strict. Raises RefusedError, and
    pyvips.Error, also later, as pixels are asked for.
    """
    check_size(description.width, description.height, limits)
    image, roles = read_bands(path, description, limits, access, fail_on)
    return bands.arranged(image, roles, description)


def read_bands(
    path: Path, description: Description, limits: Limits, access: str, fail_on: str
) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return a pyvips image as its reader gives it, and the role of each band, of full range.

    Parameters and errors are those of `open_described`.
    """
    if description.format is formats.TIFF:
        return read_tiff(path, description, limits, access, fail_on)
    if description.format is formats.JPEG2000:
        return read_jpeg2000(path, description, limits)
    if description.format is formats.JPEG:
        return read_jpeg(path, description, limits, access, fail_on)
    return libvips.read_as_described(path, description, access, fail_on)


def otherwise(path: Path, description: Description, message: str) -> Description:
    """Return the description with another reader, where libvips' message says that it lacks what tifffile may have.

    Raises RefusedError where there is none.
    """
    beyond = BEYOND_LIBVIPS.search(message) and description.reader == LIBVIPS
    if description.format is formats.TIFF and beyond:
        return replace(description, reader=TIFFFILE)
    raise refusal(message, recognition.is_complete(path, description.format))
