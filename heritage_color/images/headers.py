"""JPEG, PNG and WebP as libvips reads their headers."""

from pathlib import Path

from heritage_color.images import libvips
from heritage_color.images.bands import MILLIMETRES
from heritage_color.images.description import CMYK, GREY, RGB, SET_ASIDE, TRANSPARENCY, Description
from heritage_color.images.formats import JPEG, PNG, WEBP, Format
from heritage_color.images.refusals import RefusedError, refusal

BITS = {"uchar": 8, "ushort": 16}
STORED_BITS = (1, 2, 4, 8, 16)
ASSUMED = (1.0, round(72 / 25.4, 5))  # pixels per millimetre where the header says nothing: libvips, its JPEG reader
COMPRESSIONS = {JPEG: "JPEG", PNG: "Deflate", WEBP: "WebP"}
LAST_BYTES = {PNG: b"IEND", JPEG: b"\xff\xd9"}
COLOURS = {"b-w": GREY, "grey16": GREY, "cmyk": CMYK}


def describe(path: Path, found: Format) -> Description:
    """The picture's description. Raises RefusedError."""
    import pyvips

    try:
        image = libvips.opened(path, "sequential", "none")
    except pyvips.Error as error:
        raise refusal(str(error), is_complete(path, found)) from error
    if image.format not in BITS:
        raise RefusedError("unsupported-depth", found=image.format)
    return Description(
        found, image.width, image.height, _bits(image), roles_of(image),
        compression=COMPRESSIONS[found], orientation=_field(image, "orientation", 1), profile=_profile(image),
        pixels_per_inch=_resolution(image),
    )  # fmt: skip


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


def roles_of(image) -> tuple[str, ...]:
    """The roles of a pyvips image's bands, by its interpretation."""
    colours = COLOURS.get(image.interpretation, RGB if image.bands > 2 else GREY)
    rest = image.bands - len(colours)
    return colours + ((TRANSPARENCY,) if rest == 1 else (SET_ASIDE,) * rest)


def _bits(image) -> int:
    stored = _field(image, "bits-per-sample", BITS[image.format])
    return stored if stored in STORED_BITS else BITS[image.format]


def _resolution(image) -> tuple[float, float] | None:
    if image.get_typeof("resolution-unit") or round(image.xres, 5) not in ASSUMED:
        return image.xres * MILLIMETRES, image.yres * MILLIMETRES
    return None


def _profile(image) -> bytes | None:
    return bytes(image.get("icc-profile-data")) if image.get_typeof("icc-profile-data") else None


def _field(image, name: str, default: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else default
