"""Results, previews and maps are written as files."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from heritage_color.errors import PictureError
from heritage_color.images.reading.light import to_srgb8
from heritage_color.images.reading.pictures import Picture, unreadable
from heritage_color.images.writing import unstated
from heritage_color.whole_files import whole

PREVIEW_SIDE = 1600  # pixels, for the pages
BIGTIFF_BYTES = 3 * 2**30  # a classic TIFF ends at 4 GiB
MEDIA_TYPES = {".tif": "image/tiff", ".png": "image/png", ".jpg": "image/jpeg"}


def save_samples(
    raw: Path, picture: Picture, bands: int, destination: Path, bigtiff_from: int = BIGTIFF_BYTES
) -> None:
    """Write raw samples (rows, columns, bands) of the picture's size and depth as a TIFF or PNG in sRGB.

    Resolution is the master's, or none where that states none; `carrying.carry` carries metadata over. Samples of more
    than `bigtiff_from` bytes make a BigTIFF.
    """
    import pyvips

    width, height = picture.size
    samples = "uchar" if picture.bits == 8 else "ushort"
    space = "srgb" if picture.bits == 8 else "rgb16"
    image = pyvips.Image.rawload(str(raw), width, height, bands, format=samples, interpretation=space)
    source = picture.image
    image = image.copy(xres=source.xres, yres=source.yres)
    if destination.suffix == ".tif":
        large = raw.stat().st_size > bigtiff_from
        image.tiffsave(str(destination), compression="deflate", predictor="horizontal", profile="srgb", bigtiff=large)
    else:  # libvips would write EXIF of its own
        image.pngsave(str(destination), compression=3, profile="srgb", keep="icc")
    if destination.stat().st_size == 0:
        raise PictureError("empty-output", f"{destination.name} came out empty; the disk may be full.")
    if picture.pixels_per_inch is None:
        unstated.take_back(destination)


def save_preview(picture: Picture, destination: Path, side: int = PREVIEW_SIDE, quality: int = 85) -> None:
    """Write an sRGB JPEG of at most so many pixels, without metadata, whole or not at all. Raises PictureError."""
    import pyvips

    try:
        factor = max(1, min(max(picture.size) // (2 * side), *picture.size))  # all its bits, until it is sRGB
        small = picture.image.shrink(factor, factor, ceil=True) if factor > 1 else picture.image
        shown = to_srgb8(replace(picture, image=small)).thumbnail_image(side, size="down")
        with whole(destination) as partial:
            shown.jpegsave(str(partial), Q=quality, keep="icc", profile="srgb")
    except pyvips.Error as error:
        raise unreadable(picture.path, error) from error


def save_grey(levels: np.ndarray, destination: Path) -> None:
    """Write levels (H, W), uint8, as a grey PNG, whole or not at all."""
    import pyvips

    with whole(destination) as partial:
        pyvips.Image.new_from_array(levels).copy(interpretation="b-w").pngsave(str(partial), compression=9)
