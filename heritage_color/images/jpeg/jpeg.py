"""JPEG: described by its own segments, read by libvips, and by imagecodecs what libvips' library does not take.

Markers and frames are those of ITU-T T.81 (annex B), JPEG-LS of T.87. What has 12 bits, is lossless and deeper than a
byte, or JPEG-LS, is read by imagecodecs (libjpeg-turbo and CharLS), and alike by FFmpeg; a height that stands behind
the scan is put where all readers look for it.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from heritage_color.images import exif, headers, libvips
from heritage_color.images.description import CMYK, GREY, LIBVIPS, RGB, Description
from heritage_color.images.formats import JPEG
from heritage_color.images.light import declared
from heritage_color.images.refusals import Limits, RefusedError, check_size, refusal

READER = "imagecodecs"
MOST_SEGMENTS = 10_000  # before the first scan; a profile takes 255 at most
# Frames by their marker's second byte
LOSSLESS, LS = 0xC3, 0xF7
FRAMES = {
    0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive", LOSSLESS: "lossless", 0xC9: "arithmetic",
    0xCA: "arithmetic progressive", LS: "JPEG-LS",
}  # fmt: skip
UNREAD = {
    0xC5: "a hierarchical JPEG", 0xC6: "a hierarchical JPEG", 0xC7: "a hierarchical JPEG", 0xDE: "a hierarchical JPEG",
    0xCB: "a lossless JPEG of arithmetic coding", 0xCD: "a hierarchical JPEG", 0xCE: "a hierarchical JPEG",
    0xCF: "a hierarchical JPEG",
}  # fmt: skip
SCAN, END = 0xDA, 0xD9
WITHOUT_CONTENT = {0x01, *range(0xD0, 0xD9)}
HEIGHT_BEHIND = b"\xff\xdc\x00\x04"  # marker DNL and its length (T.81, B.2.5)
MAPPING_TABLES = (2, 3)  # of JPEG-LS (T.87, C.2.4.1): samples are indices into them
ROLES = {1: GREY, 3: RGB, 4: CMYK}
INCHES = {1: 1.0, 2: 2.54}  # factors of JFIF's units; 0 says how wide a pixel is for its height, and no more
BYTES = 8  # that imagecodecs' decoders may hold for a sample: coefficients, rows and what they answer


@dataclass
class Segments:
    """What the segments before the first scan say."""

    frame: int = 0
    bits: int = 0
    width: int = 0
    height: int = 0
    height_place: int = 0  # where the height's two bytes stand
    components: int = 0
    jfif: bool = False
    adobe: int | None = None  # the transform that Adobe's segment tells: 0 none, 1 YCbCr, 2 YCCK
    density: tuple[float, float] | None = None
    metadata: exif.Exif = field(default_factory=exif.Exif)
    profile: dict[int, bytes] = field(default_factory=dict)
    profile_parts: int = 0
    mapped: bool = False


@dataclass(frozen=True)
class Layout:
    """What reading the samples takes: the frame, whether inks are stored upside down, and a height to be put in."""

    frame: int
    inverted: bool
    height_place: int | None


def describe(path: Path) -> Description:
    """The picture's description. Raises RefusedError, and OSError."""
    with path.open("rb") as file:
        found = _segments(file)
        missing = found.height == 0 and found.frame != LS
        height = _height_behind(file) if missing else found.height
    if not found.width or not height:
        raise RefusedError("unsupported", format="a JPEG that does not say its size")
    roles = ROLES.get(found.components)
    if roles is None:
        raise RefusedError("unsupported", format=f"a JPEG of {found.components} components")
    deep = found.frame == LS or found.bits != 8
    layout = Layout(found.frame, roles == CMYK, found.height_place if missing else None)
    return Description(
        JPEG, found.width, height, found.bits, roles, photometric=_photometric(found),
        compression="JPEG-LS" if found.frame == LS else "JPEG", orientation=found.metadata.orientation,
        profile=_profile(found), pixels_per_inch=found.metadata.pixels_per_inch or found.density, notes=_notes(found),
        reader=READER if deep else LIBVIPS, layout=layout,
    )  # fmt: skip


def _photometric(found: Segments) -> str:
    if found.components != 3:
        return {1: "grey", 4: "YCCK" if found.adobe == 2 else "CMYK"}[found.components]
    return "RGB" if (found.adobe == 0 and not found.jfif) or found.frame in (LOSSLESS, LS) else "YCbCr"


def _profile(found: Segments) -> bytes | None:
    parts = [found.profile.get(number) for number in range(1, found.profile_parts + 1)]
    if parts and all(parts):
        return b"".join(part for part in parts if part)
    if found.metadata.adobe and found.components == 3:
        return declared.profile("Adobe RGB by EXIF", declared.ADOBE_CURVE, declared.ADOBE_PRIMARIES, False)
    return None


def _notes(found: Segments) -> tuple[tuple[str, dict], ...]:
    notes: list[tuple[str, dict]] = []
    if found.profile_parts and len(found.profile) < found.profile_parts:
        notes.append(("light-left-aside", {"what": "a part of its ICC profile is missing"}))
    if found.components == 4 and found.adobe is None:
        notes.append(("photometric-missing", {"taken": "CMYK that is stored inverted, as Adobe does"}))
    return tuple(notes)


def _segments(file: BinaryIO) -> Segments:
    """The segments up to the first scan. Raises RefusedError where there is none, or a frame that nobody reads."""
    found = Segments()
    for marker, place, content in _walk(file):
        if marker in UNREAD:
            raise RefusedError("unsupported", format=UNREAD[marker])
        if marker in FRAMES and not found.frame and len(content) >= 6:
            found.frame, found.height_place = marker, place + 1
            found.bits, found.height, found.width, found.components = struct.unpack_from(">BHHB", content)
        elif marker in READERS:
            READERS[marker](content, found)
    if not found.frame:
        raise RefusedError("damaged", why="it has no frame before its first scan")
    if found.frame == LOSSLESS and found.components == 3 and (found.jfif or found.adobe):
        raise RefusedError("unsupported", format="a lossless JPEG in luma and chroma")  # libjpeg makes no RGB of them
    if found.mapped:
        raise RefusedError("unsupported", format="a JPEG-LS file with a palette")
    return found


def _walk(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Marker, place and content of each segment before the first scan. Raises RefusedError where the file ends."""
    file.seek(2)
    for _ in range(MOST_SEGMENTS):
        marker = _marker(file)
        if marker in (SCAN, END):
            return
        if marker in WITHOUT_CONTENT:
            continue
        place = file.tell() + 2
        (length,) = struct.unpack(">H", file.read(2).rjust(2, b"\0"))
        content = file.read(max(0, length - 2))
        if length < 2 or len(content) < length - 2:
            raise RefusedError("truncated")
        yield marker, place, content


def _marker(file: BinaryIO) -> int:
    """The next marker's second byte; bytes before it, which libjpeg passes over, are passed over here, too."""
    while byte := file.read(1):
        while byte == b"\xff":
            byte = file.read(1)
            if byte not in (b"", b"\0", b"\xff"):
                return byte[0]
    raise RefusedError("truncated")


def _jfif(content: bytes, found: Segments) -> None:
    if content.startswith(b"JFIF\0") and len(content) >= 12:
        found.jfif = True
        unit, across, down = struct.unpack_from(">BHH", content, 7)
        found.density = exif.resolution(across, down, INCHES.get(unit))


def _exif(content: bytes, found: Segments) -> None:
    if content.startswith(exif.INTRODUCTION) and found.metadata == exif.Exif():
        found.metadata = exif.read(content)


def _icc(content: bytes, found: Segments) -> None:
    if content.startswith(b"ICC_PROFILE\0") and len(content) > 14:
        number, found.profile_parts = content[12], content[13]
        found.profile.setdefault(number, content[14:])


def _adobe(content: bytes, found: Segments) -> None:
    if content.startswith(b"Adobe") and len(content) >= 12:
        found.adobe = content[11]


def _ls_parameters(content: bytes, found: Segments) -> None:
    found.mapped = found.mapped or content[:1] in {bytes([kind]) for kind in MAPPING_TABLES}


READERS = {0xE0: _jfif, 0xE1: _exif, 0xE2: _icc, 0xEE: _adobe, 0xF8: _ls_parameters}


def _height_behind(file: BinaryIO) -> int:
    """The number of lines that a segment behind the first scan tells; 0 without one."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(HEIGHT_BEHIND, file.tell())  # between samples, FF stands before 0 only
        lines = content[place + 4 : place + 6] if place >= 0 else b""
    return struct.unpack(">H", lines)[0] if len(lines) == 2 else 0


def read(path: Path, description: Description, limits: Limits, access: str, fail_on: str):
    """A pyvips image of full range and the role of each band. Raises RefusedError, OSError, and pyvips.Error."""
    layout: Layout = description.layout
    if description.reader == LIBVIPS:
        if layout.height_place is None:
            return headers.read(path, description, access, fail_on)
        return _with_height(path, description, limits, access, fail_on), description.roles
    return _decoded(path, description, limits), description.roles


def _content(path: Path, description: Description, limits: Limits, each: int) -> bytes:
    """The file's bytes, with the height where it belongs. Raises RefusedError where memory would not do."""
    check_size(description.width, description.height, limits)
    samples = description.width * description.height * len(description.roles)
    if samples * each + path.stat().st_size > limits.memory:
        raise RefusedError("too-much-memory")
    content, place = path.read_bytes(), description.layout.height_place
    if place is None:
        return content
    return content[:place] + struct.pack(">H", description.height) + content[place + 2 :]


def _with_height(path: Path, description: Description, limits: Limits, access: str, fail_on: str):
    import pyvips

    libvips.last_complaint()
    content = _content(path, description, limits, 1)
    image = pyvips.Image.new_from_buffer(content, "", access=access, fail_on=fail_on)
    libvips.check(image, description.width, description.height, len(description.roles), "uchar")
    return image


def _decoded(path: Path, description: Description, limits: Limits):
    """Samples by imagecodecs, stretched from their bits to 255 or 65535."""
    import imagecodecs
    import numpy as np
    import pyvips

    content = _content(path, description, limits, BYTES)
    if not headers.is_complete(path, JPEG):
        raise RefusedError("truncated")
    decode = imagecodecs.jpegls_decode if description.layout.frame == LS else imagecodecs.jpeg8_decode
    try:
        samples = decode(content)
    except (RuntimeError, ValueError) as error:
        raise refusal(str(error)) from error
    deep, count = description.bits > 8, len(description.roles)
    shape = (description.height, description.width, *([count] if count > 1 else []))
    if samples.shape != shape or samples.dtype != (np.uint16 if deep else np.uint8):
        raise RefusedError("unlike-its-tags", expected=f"{shape}", found=f"{samples.shape} of {samples.dtype}")
    most, full = 2**description.bits - 1, 65535 if deep else 255
    levels = np.rint(np.arange(most + 1) * (full / most)).astype(samples.dtype)
    if description.layout.inverted:
        levels = levels[::-1].copy()
    return pyvips.Image.new_from_array(samples).maplut(pyvips.Image.new_from_array(levels.reshape(1, -1)))
