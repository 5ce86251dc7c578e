"""libvips is asked for one described picture, and what it answers is held against the description."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images.description import Description
from heritage_color.images.refusals import RefusedError

if TYPE_CHECKING:
    import numpy as np
    import pyvips

logging.getLogger("pyvips").setLevel(logging.WARNING)  # it tells every step, and buries what people look for in a log


def open_image(path: Path, access: str, fail_on: str, **options: int) -> "pyvips.Image":
    """Open a pyvips image; `access` is random or sequential.

    Pixels are read later, and fail then. Raises pyvips.Error.
    """
    import pyvips

    last_complaint()  # that of an earlier file is not this one's
    # libvips remembers a picture by its file's name, also when the name belongs to another picture by now
    return pyvips.Image.new_from_file(str(path), access=access, fail_on=fail_on, revalidate=True, **options)


def read_as_described(
    path: Path, description: Description, access: str, fail_on: str
) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return the image of a JPEG, PNG or WebP, which is read as it stands, and the role of each band.

    Raises RefusedError where it is not what was described, and pyvips.Error, also later, as its pixels are read.
    """
    image = open_image(path, access, fail_on)
    kind = "ushort" if description.bits > 8 else "uchar"
    check_image(image, description.width, description.height, len(description.roles), kind)
    return image, description.roles


def stretched(image: "pyvips.Image", bits: int, inverted: bool = False) -> "pyvips.Image":
    """Stretch samples of so many bits to 0..255 or 0..65535; one that has more bits becomes the brightest."""
    import numpy as np
    import pyvips

    if not inverted and bits == (8 if image.format == "uchar" else 16):
        return image
    levels = stretching(np.arange(2**bits), bits, image.format)
    levels = levels[::-1].copy() if inverted else levels
    return image.maplut(pyvips.Image.new_from_array(levels.reshape(1, -1)))


def stretching(levels: "np.ndarray", bits: int, kind: str) -> "np.ndarray":
    """Return levels of so many bits as those of a format, uchar or ushort, whose range they fill."""
    import numpy as np

    most, full = 2**bits - 1, 255 if kind == "uchar" else 65535
    filled = np.rint(np.minimum(levels, most) * (full / most))
    return np.asarray(filled, np.uint8 if kind == "uchar" else np.uint16)


def last_complaint() -> str:
    """Return what libvips noted since it was last asked, without having failed."""
    import pyvips

    text: str = pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer()).decode(errors="replace")
    pyvips.vips_lib.vips_error_clear()
    return text


def check_image(image: "pyvips.Image", width: int, height: int, bands: int, kind: str) -> None:
    """Raise RefusedError for an image that is not what was asked for: a reader's guess is no reading."""
    shape = (image.width, image.height, image.bands, image.format)
    if shape != (width, height, bands, kind):
        raise RefusedError("unlike-its-tags", expected=_as_words(width, height, bands, kind), found=_as_words(*shape))


def _as_words(width: int, height: int, bands: int, kind: str) -> str:
    return f"{width} x {height} pixels of {bands} {kind} samples"
