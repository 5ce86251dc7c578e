"""People see a picture's lightness and its colours in sRGB, through its own profile where that fits."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from heritage_color import lab
from heritage_color.images.light import profiles
from heritage_color.images.reading.bands import has_profile
from heritage_color.images.reading.pictures import Picture, unreadable

if TYPE_CHECKING:
    import pyvips

# What libvips calls samples of so many bits and bands; without its name, 16 bits would be taken for 8
SPACES = {("uchar", 1): "b-w", ("ushort", 1): "grey16", ("uchar", 3): "srgb", ("ushort", 3): "rgb16"}
SAMPLE_SIDE = 256  # pixels, about: enough to judge a picture's colours


def lightness_of(picture: Picture) -> "pyvips.Image":
    """Return one float band: CIE lightness 0..100 (D65) of the picture as sRGB.

    A picture with an ICC profile is brought to sRGB through it first, by its own curves where it has some. Without a
    profile, and where the profile does not fit the picture, values are read as sRGB.
    """
    linear, image = _through_profile(picture.image, 16)
    return _srgb_lightness(image) if linear is None else _lightness(_luminance(linear))


def _through_profile(image: "pyvips.Image", depth: int) -> tuple["pyvips.Image | None", "pyvips.Image"]:
    """Return the picture as linear light 0..1 or None, and else as sRGB of so many bits.

    Without a fitting profile, it stays as it is.
    """
    import pyvips

    content = bytes(image.get(profiles.FIELD)) if has_profile(image) else b""
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


def _srgb_lightness(image: "pyvips.Image") -> "pyvips.Image":
    """Return the lightness of sRGB or grey values, by a table that brings every level to linear light."""
    import pyvips

    levels = 256 if image.format == "uchar" else 65536
    table = lab.srgb_to_linear(np.arange(levels, dtype=np.float64) / (levels - 1)).astype(np.float32)
    return _lightness(_luminance(image.maplut(pyvips.Image.new_from_array(table.reshape(1, -1)).cast("float"))))


def _luminance(linear: "pyvips.Image") -> "pyvips.Image":
    """Return the relative luminance 0..1 of linear light in one or three bands."""
    return linear if linear.bands == 1 else linear.recomb([[float(weight) for weight in lab.RGB_TO_XYZ[1]]])


def _lightness(luminance: "pyvips.Image") -> "pyvips.Image":
    """Return the CIE lightness 0..100 of relative luminance 0..1."""
    cube_root = luminance ** (1 / 3) * 116 - 16
    return (luminance > lab.EPSILON).ifthenelse(cube_root, luminance * lab.KAPPA).cast("float")


def to_srgb8(picture: Picture) -> "pyvips.Image":
    """Return three bands of 8-bit sRGB, through the picture's own profile if it has one that fits."""
    return as_srgb8(picture.image)


def as_srgb8(image: "pyvips.Image") -> "pyvips.Image":
    """Do as `to_srgb8` with a pyvips picture of one or three bands and its profile."""
    linear, image = _through_profile(image, 8)
    if linear is not None:
        return profiles.as_srgb(linear)
    return image.copy(interpretation=SPACES[image.format, image.bands]).colourspace("srgb")


def small_lab(picture: Picture) -> np.ndarray | None:
    """Return Lab (h, w, 3) of a small version of a picture, L 0..100; None for one band. Raises PictureError."""
    import pyvips

    if picture.image.bands == 1:
        return None
    factors = (max(1, side // SAMPLE_SIDE) for side in picture.size)
    try:
        small = picture.image.shrink(*factors, ceil=True).copy_memory()
    except pyvips.Error as error:
        raise unreadable(picture.path, error) from error
    return np.asarray(to_srgb8(replace(picture, image=small)).colourspace("lab").numpy())
