"""libvips reads the samples of a described JPEG, and imagecodecs those that libvips' library does not take.

What has 12 bits, is lossless and deeper than a byte, or is JPEG-LS, is read by imagecodecs (libjpeg-turbo and CharLS),
and alike by FFmpeg; a height that stands behind the scan is put where all readers look for it.
"""

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images import libvips
from heritage_color.images.description import LIBVIPS, Description
from heritage_color.images.formats import JPEG
from heritage_color.images.jpeg.describing import Layout
from heritage_color.images.jpeg.header import LS
from heritage_color.images.recognition import is_complete
from heritage_color.images.refusals import Limits, RefusedError, check_size, refusal

if TYPE_CHECKING:
    import numpy as np
    import pyvips

BYTES = 8  # that imagecodecs' decoders may hold for a sample: coefficients, rows and what they answer


def read_jpeg(
    path: Path, description: Description, limits: Limits, access: str, fail_on: str
) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return a pyvips image of full range and the role of each band.

    Raises RefusedError, OSError, and pyvips.Error.
    """
    layout: Layout = description.layout
    if description.reader == LIBVIPS:
        if layout.height_place is None:
            return libvips.read_as_described(path, description, access, fail_on)
        return _with_height(path, description, limits, access, fail_on), description.roles
    return _decoded(path, description, limits), description.roles


def _content(path: Path, description: Description, limits: Limits, each: int) -> bytes:
    """Return the file's bytes, with the height where it belongs. Raises RefusedError where memory would not do."""
    check_size(description.width, description.height, limits)
    samples = description.width * description.height * len(description.roles)
    if samples * each + path.stat().st_size > limits.memory:
        raise RefusedError("too-much-memory")
    content, place = path.read_bytes(), description.layout.height_place
    if place is None:
        return content
    return content[:place] + struct.pack(">H", description.height) + content[place + 2 :]


def _with_height(path: Path, description: Description, limits: Limits, access: str, fail_on: str) -> "pyvips.Image":
    """Return the image of a file into which the height is put first, as it lacks one in its frame."""
    import pyvips

    libvips.last_complaint()
    content = _content(path, description, limits, 1)
    image = pyvips.Image.new_from_buffer(content, "", access=access, fail_on=fail_on)
    libvips.check_image(image, description.width, description.height, len(description.roles), "uchar")
    return image


def _decoded(path: Path, description: Description, limits: Limits) -> "pyvips.Image":
    """Decode the samples by imagecodecs, and stretch them from their bits to 255 or 65535."""
    import imagecodecs
    import pyvips

    content = _content(path, description, limits, BYTES)
    if not is_complete(path, JPEG):
        raise RefusedError("truncated")
    decode = imagecodecs.jpegls_decode if description.layout.frame == LS else imagecodecs.jpeg8_decode
    try:
        samples = decode(content)
    except (RuntimeError, ValueError) as error:
        raise refusal(str(error)) from error
    _check_samples(samples, description)
    image = pyvips.Image.new_from_array(samples)
    return libvips.stretched(image, description.bits, description.layout.inverted)


def _check_samples(samples: "np.ndarray", description: Description) -> None:
    """Raise RefusedError for samples of another shape or depth than described."""
    count = len(description.roles)
    shape = (description.height, description.width, *([count] if count > 1 else []))
    if samples.shape != shape or str(samples.dtype) != ("uint16" if description.bits > 8 else "uint8"):
        raise RefusedError("unlike-its-tags", expected=f"{shape}", found=f"{samples.shape} of {samples.dtype}")
