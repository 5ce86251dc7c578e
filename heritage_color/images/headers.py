"""JPEG, PNG and WebP as libvips reads them, once their own modules have described them."""

from pathlib import Path

from heritage_color.images import libvips
from heritage_color.images.description import Description
from heritage_color.images.formats import JPEG, PNG, Format

LAST_BYTES = {PNG: b"IEND", JPEG: b"\xff\xd9"}


def read(path: Path, description: Description, access: str, fail_on: str):
    """A pyvips image and the role of each band. Raises RefusedError, and pyvips.Error as its pixels are read."""
    image = libvips.opened(path, access, fail_on)
    kind = "ushort" if description.bits > 8 else "uchar"
    libvips.check(image, description.width, description.height, len(description.roles), kind)
    return image, description.roles


def is_complete(path: Path, found: Format) -> bool:
    """False where a PNG lacks its last chunk or a JPEG its end marker: it was cut short, whatever else is wrong."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return LAST_BYTES.get(found, b"") in file.read()
