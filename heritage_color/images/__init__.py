"""Pictures on disk: any supported master as an upright picture, its lightness, and writing with its metadata.

Nothing here holds a whole picture in memory: libvips streams, and what numpy touches lies in memory-mapped files.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from heritage_color.errors import PictureError
from heritage_color.images import formats, opening, profiles, unstated
from heritage_color.images.description import Description
from heritage_color.images.refusals import Limits, RefusedError

logging.getLogger("pyvips").setLevel(logging.WARNING)  # it tells every step, and buries what people look for in a log
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds odd is judged here, and told in a report

BITS = {"uchar": 8, "ushort": 16}
SAMPLE_SIDE = 256  # pixels, about: enough to judge a picture's colours
PREVIEW_SIDE = 1600  # pixels, for the pages
LIMITS = Limits(500_000_000, 8 * 2**30)  # 22,000 x 22,000; pre-flight refuses earlier, by its settings
BIGTIFF_BYTES = 3 * 2**30  # a classic TIFF ends at 4 GiB
# What libvips calls samples of so many bits and bands; without its name, 16 bits would be taken for 8
SPACES = {("uchar", 1): "b-w", ("ushort", 1): "grey16", ("uchar", 3): "srgb", ("ushort", 3): "rgb16"}
MEDIA_TYPES = {".tif": "image/tiff", ".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """An opened master: `image` is an upright pyvips picture of 1 or 3 bands, `bits` 8 or 16.

    Resolution, across and down, is None where the master states none.
    """

    path: Path
    image: Any  # pyvips.Image, which is imported late
    bits: int
    pixels_per_inch: tuple[float, float] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, upright."""
        return self.image.width, self.image.height

    @property
    def suffix(self) -> str:
        """Ending of a lossless derivative: .tif of a TIFF, .png of all else."""
        return ".tif" if opening.sniff(self.path) is formats.TIFF else ".png"


def open_picture(path: Path) -> Picture:
    """The master's picture, upright, without alpha, palette and CMYK. Raises PictureError with a reason."""
    try:
        found = opening.sniff(path)
        if found is None:
            raise RefusedError("unsupported", format="not a picture")
        if not found.supported:
            raise PictureError(found.code, f"{path.name} is {found.name}. {found.remedy}")
        description = opening.describe(path, found)
        image = to_grey_or_rgb(_upright(_opened(path, description), description), description.bits)
    except RefusedError as refused:
        raise PictureError(refused.code, _sentence(path, refused)) from refused
    return Picture(path, image, BITS[image.format], description.upright_pixels_per_inch)


def _upright(image, description: Description):
    """The image as people see it; libvips turns the pixels and leaves their resolution as it was."""
    turned = image.autorot()
    return turned.copy(xres=image.yres, yres=image.xres) if description.is_on_its_side else turned


def _sentence(path: Path, refused: RefusedError) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in refused.facts.items())
    return f"{path.name} cannot be read: {refused.code}{f' ({facts})' if facts else ''}."


def _opened(path: Path, description: Description):
    """A pyvips picture as described, its first row decoded. Raises PictureError and RefusedError."""
    import pyvips

    try:
        image = opening.open_described(path, description, LIMITS, "random", "error")
        image.crop(0, 0, image.width, 1).avg()  # a codec that libvips lacks shows itself at the first row
    except pyvips.Error as error:
        return _opened_otherwise(path, description, error)
    return image


def _opened_otherwise(path: Path, description: Description, error: Exception):
    """The picture by tifffile where libvips lacks what that has; the error as a refusal where there is no other."""
    try:
        other = opening.otherwise(path, description, str(error))
    except RefusedError as refused:
        if refused.code == "unsupported":
            raise
        raise unreadable(path, error) from error
    return opening.open_described(path, other, LIMITS, "random", "error")


def unreadable(path: Path, error: Exception) -> PictureError:
    """The refusal of a damaged picture, with the last line of what its decoder said."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[-1][:160].rstrip(".") if lines else "its decoder gives no details"
    return PictureError("unreadable", f"{path.name} cannot be read: {reason}.")


def to_grey_or_rgb(image, bits: int):
    """One or three bands of an image as `opening.open_described` gives it: CMYK and Lab are brought to sRGB.

    CMYK goes through its profile, or libvips' own; what has more than 8 bits is answered with 16.
    """
    if image.interpretation not in ("cmyk", "lab"):
        return image
    if _has_profile(image):
        return image.icc_transform("srgb", embedded=True, intent="relative", depth=16 if bits > 8 else 8)
    return image.colourspace("rgb16" if bits > 8 else "srgb")


def _has_profile(image) -> bool:
    return "icc-profile-data" in image.get_fields()


def lightness_of(picture: Picture):
    """A pyvips picture of one float band: CIE lightness 0..100 (D65) of the picture as sRGB.

    A picture with an ICC profile is brought to sRGB through it first, by its own curves where it has some. Without a
    profile, and where the profile does not fit the picture, values are read as sRGB.
    """
    linear, image = _through_profile(picture.image, 16)
    return _srgb_lightness(image) if linear is None else _lightness(_luminance(linear))


def _through_profile(image, depth: int):
    """The picture as linear light 0..1 or None, else as sRGB of so many bits; as it is without a fitting profile."""
    import pyvips

    content = bytes(image.get("icc-profile-data")) if _has_profile(image) else b""
    if not content or profiles.unfit(content, image.bands):
        return None, image
    linear = profiles.linear_light(image, content)
    if linear is not None:
        return linear, image
    try:
        converted = image.icc_transform("srgb", embedded=True, intent="relative", depth=depth)
        converted.crop(0, 0, 1, 1).avg()  # a profile that LittleCMS cannot use shows itself at the first pixel
    except pyvips.Error:
        return None, image
    return None, converted


def _srgb_lightness(image):
    """Lightness of sRGB or grey values: a table of every level to linear light, then luminance, then its cube root."""
    import pyvips

    from heritage_color import lab

    levels = 256 if image.format == "uchar" else 65536
    table = lab.srgb_to_linear(np.arange(levels, dtype=np.float64) / (levels - 1)).astype(np.float32)
    return _lightness(_luminance(image.maplut(pyvips.Image.new_from_array(table.reshape(1, -1)).cast("float"))))


def _luminance(linear):
    """Relative luminance 0..1 of linear light in one or three bands."""
    from heritage_color import lab

    return linear if linear.bands == 1 else linear.recomb([[float(weight) for weight in lab.RGB_TO_XYZ[1]]])


def _lightness(luminance):
    """CIE lightness 0..100 of relative luminance 0..1."""
    from heritage_color import lab

    cube_root = luminance ** (1 / 3) * 116 - 16
    return (luminance > lab.EPSILON).ifthenelse(cube_root, luminance * lab.KAPPA).cast("float")


def to_srgb8(picture: Picture):
    """A pyvips picture of three bands of 8-bit sRGB, through the picture's own profile if it has one that fits."""
    return as_srgb8(picture.image)


def as_srgb8(image):
    """As `to_srgb8`, of a pyvips picture of one or three bands with its profile."""
    linear, image = _through_profile(image, 8)
    if linear is not None:
        return profiles.as_srgb(linear)
    return image.copy(interpretation=SPACES[image.format, image.bands]).colourspace("srgb")


def small_lab(picture: Picture) -> np.ndarray | None:
    """Lab (h, w, 3) of a small version of a picture, L 0..100; None of one band. Raises PictureError."""
    import pyvips

    if picture.image.bands == 1:
        return None
    factors = (max(1, side // SAMPLE_SIDE) for side in picture.size)
    try:
        small = picture.image.shrink(*factors, ceil=True).copy_memory()
    except pyvips.Error as error:
        raise unreadable(picture.path, error) from error
    return to_srgb8(replace(picture, image=small)).colourspace("lab").numpy()


def to_array(image, path: Path) -> np.ndarray:
    """The samples (H, W, bands) of a pyvips picture. Raises PictureError where the file ends too early."""
    import pyvips

    try:
        return image.numpy()
    except pyvips.Error as error:
        raise unreadable(path, error) from error


def to_memory_map(image, file: Path) -> np.ndarray:
    """A pyvips picture of one float band, computed once into a file, as a read-only array (H, W)."""
    image.rawsave(str(file))
    return np.memmap(file, np.float32, "r", shape=(image.height, image.width))


def shrink(values: np.ndarray, width: int, height: int) -> np.ndarray:
    """An array (H, W) of floats at another size, by Lanczos with antialiasing."""
    import pyvips

    image = pyvips.Image.new_from_memory(values.data, values.shape[1], values.shape[0], 1, "float")
    small = image.resize(width / values.shape[1], vscale=height / values.shape[0], kernel="lanczos3")
    return small.gravity("centre", width, height, extend="copy").numpy().reshape(height, width)


def save(raw: Path, picture: Picture, bands: int, destination: Path, bigtiff_from: int = BIGTIFF_BYTES) -> None:
    """Write raw samples (rows, columns, bands) of the picture's size and depth as a TIFF or PNG in sRGB.

    Resolution is the master's, none where that states none; metadata are carried over by `carrying.carry`.
    `bigtiff_from`: bytes of samples above which the TIFF is a BigTIFF.
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
    """Write an sRGB JPEG of at most so many pixels, without metadata. Raises PictureError."""
    import pyvips

    try:
        factor = max(1, min(max(picture.size) // (2 * side), *picture.size))  # all its bits, until it is sRGB
        small = picture.image.shrink(factor, factor, ceil=True) if factor > 1 else picture.image
        shown = to_srgb8(replace(picture, image=small)).thumbnail_image(side, size="down")
        shown.jpegsave(str(destination), Q=quality, keep="icc", profile="srgb")
    except pyvips.Error as error:
        raise unreadable(picture.path, error) from error


def save_grey(levels: np.ndarray, destination: Path) -> None:
    """Write levels (H, W), uint8, as a grey PNG, whole or not at all."""
    import pyvips

    partial = destination.with_name(f".{destination.name}.partial.png")
    pyvips.Image.new_from_array(levels).copy(interpretation="b-w").pngsave(str(partial), compression=9)
    partial.replace(destination)
