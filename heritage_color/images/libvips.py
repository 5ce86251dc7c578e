"""libvips as a reader: it is asked for one described picture, and what it answers is held against the description."""

import logging
from pathlib import Path

from heritage_color.images.refusals import RefusedError

logging.getLogger("pyvips").setLevel(logging.WARNING)  # it tells every step, and buries what people look for in a log


def opened(path: Path, access: str, fail_on: str, **options):
    """A pyvips image, `access` random or sequential; pixels are read later, and fail then. Raises pyvips.Error."""
    import pyvips

    last_complaint()  # that of an earlier file is not this one's
    # libvips remembers a picture by its file's name, also when the name belongs to another picture by now
    return pyvips.Image.new_from_file(str(path), access=access, fail_on=fail_on, revalidate=True, **options)


def last_complaint() -> str:
    """What libvips noted since it was last asked, without having failed."""
    import pyvips

    text = pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer()).decode(errors="replace")
    pyvips.vips_lib.vips_error_clear()
    return text


def check(image, width: int, height: int, bands: int, kind: str) -> None:
    """Raise RefusedError for an image that is not what was asked for: a reader's guess is no reading."""
    found = (image.width, image.height, image.bands, image.format)
    if found != (width, height, bands, kind):
        raise RefusedError("unlike-its-tags", expected=_said(width, height, bands, kind), found=_said(*found))


def _said(width: int, height: int, bands: int, kind: str) -> str:
    return f"{width} x {height} pixels of {bands} {kind} samples"
