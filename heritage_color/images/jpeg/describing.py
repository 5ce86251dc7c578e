"""JPEG is described by its own segments.

Markers and frames are those of ITU-T T.81 (annex B), and those of JPEG-LS are of T.87.
"""

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from heritage_color.images.description import CMYK, GREY, LIBVIPS, RGB, Description, Note
from heritage_color.images.formats import JPEG
from heritage_color.images.jpeg.header import LOSSLESS, LS, Header, read_header
from heritage_color.images.light import declared
from heritage_color.images.refusals import RefusedError

READER = "imagecodecs"
HEIGHT_BEHIND = b"\xff\xdc\x00\x04"  # marker DNL and its length (T.81, B.2.5)
ROLES = {1: GREY, 3: RGB, 4: CMYK}


@dataclass(frozen=True)
class Layout:
    """Reading the samples takes the frame, whether inks are stored upside down, and a height to be put in."""

    frame: int
    inverted: bool
    height_place: int | None


def describe_jpeg(path: Path) -> Description:
    """Describe the picture by its segments. Raises RefusedError, and OSError."""
    with path.open("rb") as file:
        header = read_header(file)
        missing = header.height == 0 and header.frame != LS
        height = _height_behind(file) if missing else header.height
    if not header.width or not height:
        raise RefusedError("unsupported", format="a JPEG that does not say its size")
    roles = ROLES.get(header.components)
    if roles is None:
        raise RefusedError("unsupported", format=f"a JPEG of {header.components} components")
    deep = header.frame == LS or header.bits != 8
    layout = Layout(header.frame, roles == CMYK, header.height_place if missing else None)
    return Description(
        JPEG, header.width, height, header.bits, roles, photometric=_photometric(header),
        compression="JPEG-LS" if header.frame == LS else "JPEG", orientation=header.metadata.orientation,
        profile=_profile(header), pixels_per_inch=header.metadata.pixels_per_inch or header.density,
        notes=_notes(header), reader=READER if deep else LIBVIPS, layout=layout,
    )  # fmt: skip


def _height_behind(file: BinaryIO) -> int:
    """Return the number of lines that a segment behind the first scan tells; 0 without one."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(HEIGHT_BEHIND, file.tell())  # between samples, FF stands before 0 only
        lines = content[place + 4 : place + 6] if place >= 0 else b""
    return int.from_bytes(lines, "big") if len(lines) == 2 else 0


def _photometric(header: Header) -> str:
    if header.components != 3:
        return {1: "grey", 4: "YCCK" if header.adobe == 2 else "CMYK"}[header.components]
    return "RGB" if (header.adobe == 0 and not header.jfif) or header.frame in (LOSSLESS, LS) else "YCbCr"


def _profile(header: Header) -> bytes | None:
    """Return the profile if all its parts are there, or that of Adobe RGB where a camera claims it without one."""
    parts = [header.profile.get(number) for number in range(1, header.profile_parts + 1)]
    if parts and all(parts):
        return b"".join(part for part in parts if part)
    if header.metadata.adobe and header.components == 3:
        return declared.profile("Adobe RGB by EXIF", declared.ADOBE_CURVE, declared.ADOBE_PRIMARIES, False)
    return None


def _notes(header: Header) -> tuple[Note, ...]:
    notes = []
    if header.profile_parts and len(header.profile) < header.profile_parts:
        notes.append(Note("light-left-aside", {"what": "a part of its ICC profile is missing"}))
    if header.components == 4 and header.adobe is None:
        notes.append(Note("photometric-missing", {"taken": "CMYK that is stored inverted, as Adobe does"}))
    return tuple(notes)
