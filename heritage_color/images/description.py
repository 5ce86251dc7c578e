"""A description says what a picture is by its own tags, before a pixel is used; every reader is held to it.

Samples are known by their roles, so that nothing has to guess from a number of bands: an infrared channel is no
transparency, and four bands of a spectrum are no inks.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from heritage_color.images.formats import Format

GREY = ("grey",)
RGB = ("red", "green", "blue")
CMYK = ("cyan", "magenta", "yellow", "black")
LAB = ("lightness", "a", "b")
LUMA = ("luma", "Cb", "Cr")
PALETTE = ("palette index",)
TRANSPARENCY = "transparency"
PREMULTIPLIED = "premultiplied transparency"  # colours are stored multiplied by it
SET_ASIDE = "set aside"  # a sample that is neither colour nor transparency; further words say what it is
COLOURS = {GREY: "grey", RGB: "RGB", CMYK: "CMYK", LAB: "Lab", LUMA: "RGB", PALETTE: "RGB"}
DEEP = {"grey": "grey16", "RGB": "rgb16"}  # libvips' names of colours of more than 8 bits, and of 8
SHALLOW = {"grey": "b-w", "RGB": "srgb"}
EITHER = {"CMYK": "cmyk", "Lab": "lab"}
LIBVIPS, TIFFFILE, LIBJPEG = "libvips", "tifffile", "libjpeg"  # readers


class Note(NamedTuple):
    """A note is what a report tells of a picture that is taken in: a reason's code, and the facts of its sentence."""

    code: str
    facts: dict[str, str | int]


@dataclass(frozen=True)
class Directory:
    """One picture of a file of several has a place as readers count, a role, and a size as stored.

    Roles are `picture`, `page`, `reduced copy`, `mask` and `infrared plane`. `sub` counts the directories that hang on
    a page, from 0; it is None for the page itself.
    """

    page: int
    sub: int | None
    role: str
    width: int
    height: int


TURNED = (5, 6, 7, 8)  # orientations that exchange width and height
ONLY = Directory(0, None, "picture", 0, 0)


@dataclass(frozen=True)
class Description:
    """A picture as its tags tell it; `bits` are those of a sample that count, as stored: 1 to 16.

    `roles` has one entry for each stored sample, in their order. Resolution is None where the file states none with a
    unit; it is across and down as stored, as width and height are. `notes` are what reports tell of it.
    `reader` is who can give these samples, and `layout` whatever the format's own module needs to ask it.
    """

    format: Format
    width: int
    height: int
    bits: int
    roles: tuple[str, ...]
    photometric: str = ""
    planar: bool = False
    compression: str | None = None
    orientation: int = 1
    profile: bytes | None = None
    pixels_per_inch: tuple[float, float] | None = None
    directory: Directory = ONLY
    directories: tuple[Directory, ...] = (ONLY,)
    notes: tuple[Note, ...] = ()
    reader: str = LIBVIPS
    layout: Any = None

    @property
    def colour_roles(self) -> tuple[str, ...]:
        """Return the roles of the samples that are colours, without transparency and what is set aside."""
        return tuple(role for role in self.roles if role not in (TRANSPARENCY, PREMULTIPLIED) and not is_aside(role))

    @property
    def is_transparent(self) -> bool:
        """Tell whether a sample says how far the colours cover what is below them."""
        return TRANSPARENCY in self.roles or PREMULTIPLIED in self.roles

    @property
    def is_on_its_side(self) -> bool:
        """Tell whether width and height as stored are exchanged where people see it."""
        return self.orientation in TURNED

    @property
    def upright_pixels_per_inch(self) -> tuple[float, float] | None:
        """Return the resolution across and down as people see it."""
        stated = self.pixels_per_inch
        return (stated[1], stated[0]) if stated and self.is_on_its_side else stated

    @property
    def colours(self) -> str:
        """Name the colours that the samples stand for: grey, RGB, CMYK or Lab."""
        return COLOURS[self.colour_roles]

    @property
    def interpretation(self) -> str:
        """Name the same as libvips does: b-w, grey16, srgb, rgb16, cmyk or lab."""
        return (EITHER | (DEEP if self.bits > 8 else SHALLOW))[self.colours]

    @property
    def channels(self) -> int:
        """Count the channels that matter: colours, of which a palette has three, and transparency."""
        counted = sum(not is_aside(role) for role in self.roles)
        return counted + 2 if self.colour_roles == PALETTE else counted

    @property
    def pages(self) -> int:
        """Count the directories that are pictures of their own, neither reduced copies nor masks."""
        return sum(directory.role in ("picture", "page") for directory in self.directories)


def is_aside(role: str) -> bool:
    """Tell whether a sample of that role is neither colour nor transparency."""
    return role.startswith(SET_ASIDE)
