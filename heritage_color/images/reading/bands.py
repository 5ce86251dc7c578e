"""Bands whose roles are known become a picture: on white, without what is set aside, with its tags.

Tags come from the description and never from the reader, which may have dropped them or made some up.
"""

import math
from functools import partial
from typing import TYPE_CHECKING

from heritage_color.images.description import (
    CMYK,
    DEEP,
    GREY,
    LAB,
    PREMULTIPLIED,
    RGB,
    SHALLOW,
    TRANSPARENCY,
    Description,
    is_aside,
)
from heritage_color.images.light import profiles

if TYPE_CHECKING:
    import pyvips

FULL = {"uchar": 255, "ushort": 65535}
MILLIMETRES = 25.4  # of an inch: libvips counts pixels by the millimetre
UNSTATED = (MILLIMETRES, MILLIMETRES)  # what libvips says where a header has no resolution, as pixels by the inch
PROFILE, ORIENTATION = profiles.FIELD, "orientation"  # libvips' names of fields
isclose = partial(math.isclose, rel_tol=1e-5)  # libvips keeps resolutions as floats of 32 bits
NAMES = {GREY: "grey", RGB: "RGB"}


def arranged(image: "pyvips.Image", roles: tuple[str, ...], description: Description) -> "pyvips.Image":
    """Return one band (grey), three (RGB; Lab as floats) or four (CMYK), with transparent parts on white.

    `image` has a band for each of `roles`, of full range: 0..255, 0..65535, or Lab with L* 0..100 in floats. Its
    orientation is a field, for `autorot`.
    """
    places = [number for number, role in enumerate(roles) if not is_aside(role)]
    colours = tuple(roles[place] for place in places if roles[place] not in (TRANSPARENCY, PREMULTIPLIED))
    over = [role for role in roles if role in (TRANSPARENCY, PREMULTIPLIED)][:1]
    image = _chosen(image, [roles.index(role) for role in (*colours, *over)])
    if over:
        image = _on_white(image, over[0], colours, 65535 if description.bits > 8 else 255)
    return attached(image, colours, description)


def _chosen(image: "pyvips.Image", places: list[int]) -> "pyvips.Image":
    """Return the bands of these places, in their order."""
    if places == list(range(image.bands)):
        return image
    first = image[places[0]]
    return first.bandjoin([image[place] for place in places[1:]]) if len(places) > 1 else first


def _on_white(image: "pyvips.Image", role: str, colours: tuple[str, ...], most: int) -> "pyvips.Image":
    """Lay the colours on white by the last band, where that tells how far they cover it, 0..most."""
    kind = image.format
    most = FULL.get(kind, most)
    if role == PREMULTIPLIED:
        image = image.unpremultiply(max_alpha=most)
    white = {CMYK: [0] * 4, LAB: [100, 0, 0]}.get(colours, [most] * len(colours))
    flat = image.flatten(background=white, max_alpha=most)
    return flat if colours == LAB else flat.rint().cast(kind)


def _interpretation(image: "pyvips.Image", colours: tuple[str, ...]) -> str:
    if colours in (CMYK, LAB):
        return "cmyk" if colours == CMYK else "lab"
    return (DEEP if image.format == "ushort" else SHALLOW)[NAMES[colours]]


def attached(image: "pyvips.Image", colours: tuple[str, ...], description: Description) -> "pyvips.Image":
    """Return the image with the description's orientation, resolution, and profile if it is one of these colours.

    It is the image itself where that has them all: a copy takes libvips some tenths of a millisecond.
    """
    import pyvips

    space = _interpretation(image, colours)
    across, down = (value / MILLIMETRES for value in description.pixels_per_inch or UNSTATED)
    profile = description.profile
    if profile and (colours == LAB or profiles.unfit(profile, len(colours))):
        profile = None
    fields = {PROFILE: profile, ORIENTATION: description.orientation}
    odd = {name: value for name, value in fields.items() if _field(image, name) != value}
    if not odd and image.interpretation == space and isclose(image.xres, across) and isclose(image.yres, down):
        return image
    image = image.copy(interpretation=space, xres=across, yres=down)
    for name, value in odd.items():
        if image.get_typeof(name):
            image.remove(name)
        if value is not None:
            kind = pyvips.GValue.blob_type if name == PROFILE else pyvips.GValue.gint_type
            image.set_type(kind, name, value)
    return image


def states_resolution(image: "pyvips.Image") -> bool:
    """Tell whether an opened picture's resolution is one that its file states."""
    return not all(
        isclose(value, told / MILLIMETRES) for value, told in zip((image.xres, image.yres), UNSTATED, strict=True)
    )


def has_profile(image: "pyvips.Image") -> bool:
    """Tell whether an opened picture carries an ICC profile."""
    return PROFILE in image.get_fields()


def _field(image: "pyvips.Image", name: str) -> bytes | int | None:
    """Return a field's value: orientation as a number, a profile as bytes or None."""
    if not image.get_typeof(name):
        return 1 if name == ORIENTATION else None
    return bytes(image.get(name)) if name == PROFILE else int(image.get(name))
