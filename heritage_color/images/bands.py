"""From bands by role to a picture: what is set aside left out, transparency on white, tags attached as libvips fields.

Tags come from the description and never from the reader, which may have dropped them or made some up.
"""

from heritage_color.images import profiles
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

FULL = {"uchar": 255, "ushort": 65535}
MILLIMETRES = 25.4  # of an inch: libvips counts pixels by the millimetre
UNSTATED = 1.0  # what libvips says where a header has no resolution
NAMES = {GREY: "grey", RGB: "RGB"}


def arranged(image, roles: tuple[str, ...], description: Description):
    """A pyvips image of one band (grey), three (RGB; Lab as floats) or four (CMYK), transparent parts on white.

    `image` has a band for each of `roles`, of full range: 0..255, 0..65535, or Lab with L* 0..100 in floats. Its
    orientation is a field, for `autorot`.
    """
    places = [number for number, role in enumerate(roles) if not is_aside(role)]
    colours = tuple(roles[place] for place in places if roles[place] not in (TRANSPARENCY, PREMULTIPLIED))
    over = [role for role in roles if role in (TRANSPARENCY, PREMULTIPLIED)][:1]
    image = _chosen(image, [roles.index(role) for role in (*colours, *over)])
    if over:
        image = _on_white(image, over[0], colours, 65535 if description.bits > 8 else 255)
    return attached(image.copy(interpretation=_interpretation(image, colours)), colours, description)


def _chosen(image, places: list[int]):
    """The bands of these places, in their order."""
    if places == list(range(image.bands)):
        return image
    first = image[places[0]]
    return first.bandjoin([image[place] for place in places[1:]]) if len(places) > 1 else first


def _on_white(image, role: str, colours: tuple[str, ...], most: int):
    """The colours laid on white by the last band, where that tells how far they cover it, 0..most."""
    kind = image.format
    most = FULL.get(kind, most)
    if role == PREMULTIPLIED:
        image = image.unpremultiply(max_alpha=most)
    white = {CMYK: [0] * 4, LAB: [100, 0, 0]}.get(colours, [most] * len(colours))
    flat = image.flatten(background=white, max_alpha=most)
    return flat if colours == LAB else flat.rint().cast(kind)


def _interpretation(image, colours: tuple[str, ...]) -> str:
    if colours in (CMYK, LAB):
        return "cmyk" if colours == CMYK else "lab"
    return (DEEP if image.format == "ushort" else SHALLOW)[NAMES[colours]]


def attached(image, colours: tuple[str, ...], description: Description):
    """A copy with the description's profile, where it is one of these colours, orientation and resolution."""
    across, down = description.pixels_per_inch or (UNSTATED * MILLIMETRES, UNSTATED * MILLIMETRES)
    image = image.copy(xres=across / MILLIMETRES, yres=down / MILLIMETRES)
    for name in ("icc-profile-data", "orientation"):
        if image.get_typeof(name):
            image.remove(name)
    profile = description.profile
    if profile and colours != LAB and not profiles.unfit(profile, len(colours)):
        image.set_type(_blob(), "icc-profile-data", profile)
    if description.orientation != 1:
        image.set_type(_number(), "orientation", description.orientation)
    return image


def _blob():
    import pyvips

    return pyvips.GValue.blob_type


def _number():
    import pyvips

    return pyvips.GValue.gint_type
