"""A JPEG's segments in front of its first scan tell its frame, its light and its metadata."""

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from heritage_color.images.jpeg.segments import APP1, APP2, walk_segments
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import exif

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
MAPPING_TABLES = (2, 3)  # of JPEG-LS (T.87, C.2.4.1): samples are indices into them
INCHES = {1: 1.0, 2: 2.54}  # factors of JFIF's units; 0 says how wide a pixel is for its height, and no more


@dataclass
class Header:
    """The segments before the first scan say this; `adobe` is the transform: 0 none, 1 YCbCr, 2 YCCK."""

    frame: int = 0
    bits: int = 0
    width: int = 0
    height: int = 0
    height_place: int = 0  # where the height's two bytes stand
    components: int = 0
    jfif: bool = False
    adobe: int | None = None
    density: tuple[float, float] | None = None
    metadata: exif.Exif = field(default_factory=exif.Exif)
    profile: dict[int, bytes] = field(default_factory=dict)  # its parts by their number, from 1
    profile_parts: int = 0
    mapped: bool = False


def read_header(file: BinaryIO) -> Header:
    """Read what stands before the first scan. Raises RefusedError without one, and for a frame nobody reads."""
    header = Header()
    for segment in walk_segments(file):
        marker, content = segment.marker, segment.content
        if marker in UNREAD:
            raise RefusedError("unsupported", format=UNREAD[marker])
        if marker in FRAMES and not header.frame and len(content) >= 6:
            header.frame, header.height_place = marker, segment.place + 1
            header.bits, header.height, header.width, header.components = struct.unpack_from(">BHHB", content)
        elif marker in READERS:
            READERS[marker](content, header)
    _check(header)
    return header


def _check(header: Header) -> None:
    if not header.frame:
        raise RefusedError("damaged", why="it has no frame before its first scan")
    if header.frame == LOSSLESS and header.components == 3 and (header.jfif or header.adobe):
        raise RefusedError("unsupported", format="a lossless JPEG in luma and chroma")  # libjpeg makes no RGB of them
    if header.mapped:
        raise RefusedError("unsupported", format="a JPEG-LS file with a palette")


def _jfif(content: bytes, header: Header) -> None:
    if content.startswith(b"JFIF\0") and len(content) >= 12:
        header.jfif = True
        unit, across, down = struct.unpack_from(">BHH", content, 7)
        header.density = exif.resolution(across, down, INCHES.get(unit))


def _exif(content: bytes, header: Header) -> None:
    if content.startswith(exif.INTRODUCTION) and header.metadata == exif.Exif():
        header.metadata = exif.read_exif(content)


def _icc(content: bytes, header: Header) -> None:
    if content.startswith(b"ICC_PROFILE\0") and len(content) > 14:
        number, header.profile_parts = content[12], content[13]
        header.profile.setdefault(number, content[14:])


def _adobe(content: bytes, header: Header) -> None:
    if content.startswith(b"Adobe") and len(content) >= 12:
        header.adobe = content[11]


def _ls_parameters(content: bytes, header: Header) -> None:
    header.mapped = header.mapped or content[:1] in {bytes([kind]) for kind in MAPPING_TABLES}


READERS = {0xE0: _jfif, APP1: _exif, APP2: _icc, 0xEE: _adobe, 0xF8: _ls_parameters}
