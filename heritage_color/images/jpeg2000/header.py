"""The boxes around a JPEG 2000 codestream tell colours, palette, channels, resolution and EXIF.

They are those of ISO/IEC 15444-1 (annex I) and 15444-2 (annex M).
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from heritage_color.images.description import CMYK, GREY, LAB, RGB
from heritage_color.images.jpeg2000 import boxes, codestream
from heritage_color.images.jpeg2000.codestream import Codestream
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import exif

MOST_BITS = 16
# Identifiers of boxes with EXIF: that of exiv2 and ExifTool, and Photoshop's
EXIF_UUIDS = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
# Enumerated colour spaces that are followed (15444-1, table I.10; 15444-2, table M.25)
SPACES = {12: CMYK, 14: LAB, 16: RGB, 17: GREY, 18: RGB}
LAB_SPACE, LUMA_SPACE = 14, 18

Channel = tuple[int, int | None]  # a component, and the column of the palette that it is looked up in
Column = tuple[int, tuple[int, ...]]  # of a palette: bits, and entries
Belonging = tuple[int, int, int]  # a channel, its type, and what it belongs to


@dataclass(frozen=True)
class Header:
    """The header's boxes say this; `space` is an enumerated colour space, and `parameters` follow it."""

    space: int | None = None
    parameters: bytes = b""
    profile: bytes | None = None
    vendor: bool = False  # colours that only their vendor knows
    palette: tuple[Column, ...] = ()
    mapping: tuple[Channel, ...] = ()
    definitions: tuple[Belonging, ...] = ()
    pixels_per_inch: tuple[float, float] | None = None


@dataclass(frozen=True)
class Parts:
    """A file has a first codestream, boxes beside it that say something, and perhaps EXIF."""

    stream: Codestream
    header: Header
    metadata: exif.Exif


def read_parts(file: BinaryIO) -> Parts:
    """Read what a file holds, with boxes or as a bare codestream.

    Raises RefusedError where there is no codestream.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if file.read(4) == codestream.START:
        return Parts(codestream.read_codestream(file, 0, size), Header(), exif.Exif())
    first: dict[bytes, boxes.Box] = {}
    metadata = exif.Exif()
    for box in boxes.walk_boxes(file, 0, size):
        first.setdefault(box.kind, box)
        if box.kind == b"uuid":
            metadata = _exif(boxes.content(file, box)) or metadata
    if b"jp2c" not in first:
        raise RefusedError(
            "truncated" if b"ftbl" not in first else "unsupported", format="a JPEG 2000 file in fragments"
        )
    box = first[b"jp2c"]
    stream = codestream.read_codestream(file, box.start, box.end - box.start)
    return Parts(stream, _header(file, first.get(b"jp2h"), first.get(b"jplh")), metadata)


def _exif(content: bytes) -> exif.Exif | None:
    return exif.read_exif(content[16:]) if content[:16] in EXIF_UUIDS else None


def _header(file: BinaryIO, box: boxes.Box | None, layer: boxes.Box | None) -> Header:
    """Read what the header box says; a JPX may keep the colours in the box of its first layer instead."""
    if box is None:
        return Header()
    inside = _inside(file, box)
    groups = boxes.walk_boxes(file, layer.start, layer.end) if layer else ()
    of_layer = [
        colours for group in groups if group.kind == b"cgrp" for colours in _inside(file, group).get(b"colr", [])
    ]
    space, parameters, profile, vendor = _colours(inside.get(b"colr") or of_layer)
    return Header(
        space, parameters, profile, vendor, *_palette(inside), _definitions(inside.get(b"cdef", [b""])[0]),
        _resolution(file, box),
    )  # fmt: skip


def _inside(file: BinaryIO, box: boxes.Box) -> dict[bytes, list[bytes]]:
    """Return the contents of the boxes in a box, by their kind."""
    inside: dict[bytes, list[bytes]] = {}
    for inner in boxes.walk_boxes(file, box.start, box.end):
        inside.setdefault(inner.kind, []).append(boxes.content(file, inner))
    return inside


def _colours(specifications: list[bytes]) -> tuple[int | None, bytes, bytes | None, bool]:
    """Return what the first colour specification that can be followed says: space, parameters, profile, vendor.

    The space is enumerated, and the parameters belong to it; `vendor` is True where nothing can be followed.
    """
    unread = None
    for specification in specifications:
        method = specification[:1]
        if method in (b"\2", b"\3") and len(specification) > 3:  # restricted, and any profile
            return None, b"", specification[3:], False
        if method == b"\1" and len(specification) >= 7:
            (space,) = struct.unpack_from(">I", specification, 3)
            if space in SPACES:
                return space, specification[7:], None, False
            unread = unread or space
    return unread, b"", None, unread is None and bool(specifications)


def _palette(inside: dict[bytes, list[bytes]]) -> tuple[tuple[Column, ...], tuple[Channel, ...]]:
    """Return the palette's columns, and how channels are made of them. Raises RefusedError."""
    palette, mapping = inside.get(b"pclr", [b""])[0], inside.get(b"cmap", [b""])[0]
    if not palette:
        return (), ()
    try:
        return _columns(palette), tuple(
            (component, column if kind == 1 else None)
            for component, kind, column in struct.iter_unpack(">HBB", mapping)
        )
    except (struct.error, ValueError) as error:
        raise RefusedError("damaged", why="its palette makes no sense") from error


def _columns(content: bytes) -> tuple[Column, ...]:
    """Return the columns of a palette box, each with its bits. Raises RefusedError for signed and deep ones."""
    rows, count = struct.unpack_from(">HB", content)
    depths = struct.unpack_from(f"{count}B", content, 3)
    if any(depth >= MOST_BITS for depth in depths):  # signed, or deeper than sixteen bits
        raise RefusedError("unsupported", format="a JPEG 2000 picture with a palette of signed or deep colours")
    row = struct.Struct(">" + "".join("B" if depth < 8 else "H" for depth in depths))
    entries = [row.unpack_from(content, 3 + count + number * row.size) for number in range(rows)]
    return tuple((depth + 1, column) for depth, column in zip(depths, zip(*entries, strict=True), strict=True))


def _definitions(content: bytes) -> tuple[Belonging, ...]:
    return tuple(struct.iter_unpack(">HHH", content[2 : 2 + (len(content) - 2) // 6 * 6])) if len(content) > 2 else ()


def _resolution(file: BinaryIO, box: boxes.Box) -> tuple[float, float] | None:
    """Return the pixels per inch at which it was captured.

    The resolution that it should be shown in (resd) is none of a scan.
    """
    for outer in boxes.walk_boxes(file, box.start, box.end):
        for inner in boxes.walk_boxes(file, outer.start, outer.end) if outer.kind == b"res " else ():
            content = boxes.content(file, inner)
            if inner.kind == b"resc" and len(content) >= 10:
                down, down_of, across, across_of, down_power, across_power = struct.unpack_from(">4H2b", content)
                in_metre = [
                    above * 10.0**power / below if below else 0
                    for above, below, power in ((across, across_of, across_power), (down, down_of, down_power))
                ]
                return exif.resolution(in_metre[0], in_metre[1], 1 / exif.INCHES_IN_METRE)
    return None
