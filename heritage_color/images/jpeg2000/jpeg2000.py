"""JPEG 2000: described by its boxes and its codestream, read by OpenJPEG (imagecodecs) as bare samples.

OpenJPEG is given the codestream only. What the boxes around it say, it would follow in its own way: imagecodecs 2026.3
applies a profile while it decodes, and makes garbage of 16-bit grey with a grey profile. Palette, order of channels,
colours and depth are followed here, by ISO/IEC 15444-1 (annex I) and 15444-2 (annex M).
"""

import io
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from heritage_color.images import exif
from heritage_color.images.description import (
    CMYK,
    GREY,
    LAB,
    PREMULTIPLIED,
    RGB,
    SET_ASIDE,
    TRANSPARENCY,
    Description,
    is_aside,
)
from heritage_color.images.formats import JPEG2000
from heritage_color.images.jpeg2000 import boxes, codestream
from heritage_color.images.jpeg2000.codestream import Codestream
from heritage_color.images.refusals import Limits, RefusedError, refusal

READER = "imagecodecs"
DECODER_BYTES = 4  # that OpenJPEG takes for a sample
MOST_BITS = 16
WAVELETS = {0: "JPEG 2000 irreversible", 1: "JPEG 2000 reversible"}
# Identifiers of boxes with EXIF: that of exiv2 and ExifTool, and Photoshop's
EXIF_UUIDS = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
# Enumerated colour spaces that are followed (15444-1, table I.10; 15444-2, table M.25)
SPACES = {12: CMYK, 14: LAB, 16: RGB, 17: GREY, 18: RGB}
LAB_SPACE, LUMA_SPACE = 14, 18
UNREAD_SPACES = {
    0: "bi-level colours", 1: "YCbCr by ITU-R BT.709", 3: "YCbCr by ITU-R BT.601", 4: "YCbCr by ITU-R BT.470",
    9: "PhotoYCC", 11: "CMY", 13: "YCCK", 15: "bi-level colours", 19: "CIEJab", 20: "e-sRGB", 21: "ROMM-RGB",
    22: "YPbPr 1125/60", 23: "YPbPr 1250/50", 24: "e-sYCC",
}  # fmt: skip
PROFILES = {b"GRAY": GREY, b"RGB ": RGB, b"CMYK": CMYK, b"Lab ": LAB}  # ICC.1, 7.2.6
ALPHAS = {1: TRANSPARENCY, 2: PREMULTIPLIED}  # types of channel: 0 is colour, 65535 unspecified
WHOLE_IMAGE, NO_COLOUR = 0, 65535  # what a channel belongs to, else the number of its colour


@dataclass(frozen=True)
class Header:
    """What the header's boxes say; `space` is an enumerated colour space, and `parameters` those that follow it."""

    space: int | None = None
    parameters: bytes = b""
    profile: bytes | None = None
    vendor: bool = False  # colours that only their vendor knows
    palette: tuple[tuple[int, tuple[int, ...]], ...] = ()  # bits and entries of each column
    mapping: tuple[tuple[int, int | None], ...] = ()  # of each channel: component, and column of the palette
    definitions: tuple[tuple[int, int, int], ...] = ()  # channel, type, what it belongs to
    pixels_per_inch: tuple[float, float] | None = None


@dataclass(frozen=True)
class Layout:
    """What reading the samples takes."""

    stream: Codestream
    header: Header
    channels: tuple[tuple[int, int | None], ...]  # of each band: component, and column of the palette

    def bits(self, channel: tuple[int, int | None]) -> int:
        """Bits of a channel's samples."""
        component, column = channel
        return self.stream.components[component].bits if column is None else self.header.palette[column][0]


def describe(path: Path) -> Description:
    """The picture's description. Raises RefusedError, and OSError."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        stream, header, metadata = _parts(file, size)
        why = codestream.check_whole(file, stream)
    _check_components(stream, header)
    layout, roles, notes = _arranged(Layout(stream, header, _channels(stream, header)))
    if why:
        notes.append(("decoder-complaint", {"why": why}))
    width, height = stream.size
    return Description(
        JPEG2000, width, height, max(layout.bits(channel) for channel in layout.channels), roles,
        compression=WAVELETS.get(-1 if stream.wavelet is None else stream.wavelet, "JPEG 2000"),
        orientation=metadata.orientation, profile=header.profile,
        pixels_per_inch=header.pixels_per_inch or metadata.pixels_per_inch,
        notes=tuple(notes), reader=READER, layout=layout,
    )  # fmt: skip


def _parts(file: BinaryIO, size: int) -> tuple[Codestream, Header, exif.Exif]:
    """The first codestream, the header, and EXIF. Raises RefusedError where there is no codestream."""
    file.seek(0)
    if file.read(4) == codestream.START:
        return codestream.read(file, 0, size), Header(), exif.Exif()
    found: dict[bytes, boxes.Box] = {}
    metadata = exif.Exif()
    for box in boxes.walk(file, 0, size):
        found.setdefault(box.kind, box)
        if box.kind == b"uuid":
            metadata = _exif(boxes.content(file, box)) or metadata
    if b"jp2c" not in found:
        raise RefusedError(
            "truncated" if b"ftbl" not in found else "unsupported", format="a JPEG 2000 file in fragments"
        )
    stream = codestream.read(file, found[b"jp2c"].start, found[b"jp2c"].end - found[b"jp2c"].start)
    return stream, _header(file, found.get(b"jp2h"), found.get(b"jplh")), metadata


def _exif(content: bytes) -> exif.Exif | None:
    return exif.read(content[16:]) if content[:16] in EXIF_UUIDS else None


def _header(file: BinaryIO, box: boxes.Box | None, layer: boxes.Box | None) -> Header:
    """What the header box says; a JPX may keep the colours in the box of its first layer instead."""
    if box is None:
        return Header()
    inside = _inside(file, box)
    groups = boxes.walk(file, layer.start, layer.end) if layer else ()
    of_layer = [colours for one in groups if one.kind == b"cgrp" for colours in _inside(file, one).get(b"colr", [])]
    space, parameters, profile, vendor = _colours(inside.get(b"colr") or of_layer)
    return Header(
        space, parameters, profile, vendor, *_palette(inside), _definitions(inside.get(b"cdef", [b""])[0]),
        _resolution(file, box),
    )  # fmt: skip


def _inside(file: BinaryIO, box: boxes.Box) -> dict[bytes, list[bytes]]:
    """The contents of the boxes in a box, by their kind."""
    inside: dict[bytes, list[bytes]] = {}
    for one in boxes.walk(file, box.start, box.end):
        inside.setdefault(one.kind, []).append(boxes.content(file, one))
    return inside


def _colours(specifications: list[bytes]) -> tuple[int | None, bytes, bytes | None, bool]:
    """Enumerated space and its parameters, or a profile, of the first specification that can be followed."""
    unread = None
    for one in specifications:
        method = one[:1]
        if method in (b"\2", b"\3") and len(one) > 3:  # restricted, and any profile
            return None, b"", one[3:], False
        if method == b"\1" and len(one) >= 7:
            (space,) = struct.unpack_from(">I", one, 3)
            if space in SPACES:
                return space, one[7:], None, False
            unread = unread or space
    return unread, b"", None, unread is None and bool(specifications)


def _palette(inside: dict[bytes, list[bytes]]) -> tuple[tuple, tuple]:
    """The palette's columns, and how channels are made of them. Raises RefusedError."""
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


def _columns(content: bytes) -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows, count = struct.unpack_from(">HB", content)
    depths = struct.unpack_from(f"{count}B", content, 3)
    if any(depth >= MOST_BITS for depth in depths):  # signed, or deeper than sixteen bits
        raise RefusedError("unsupported", format="a JPEG 2000 picture with a palette of signed or deep colours")
    row = struct.Struct(">" + "".join("B" if depth < 8 else "H" for depth in depths))
    entries = [row.unpack_from(content, 3 + count + number * row.size) for number in range(rows)]
    return tuple((depth + 1, column) for depth, column in zip(depths, zip(*entries, strict=True), strict=True))


def _definitions(content: bytes) -> tuple[tuple[int, int, int], ...]:
    return tuple(struct.iter_unpack(">HHH", content[2 : 2 + (len(content) - 2) // 6 * 6])) if len(content) > 2 else ()


def _resolution(file: BinaryIO, box: boxes.Box) -> tuple[float, float] | None:
    """Pixels per inch at which it was captured; the resolution that it should be shown in (resd) is none of a scan."""
    for outer in boxes.walk(file, box.start, box.end):
        for inner in boxes.walk(file, outer.start, outer.end) if outer.kind == b"res " else ():
            content = boxes.content(file, inner)
            if inner.kind == b"resc" and len(content) >= 10:
                down, down_of, across, across_of, down_power, across_power = struct.unpack_from(">4H2b", content)
                in_metre = [
                    above * 10.0**power / below if below else 0
                    for above, below, power in ((across, across_of, across_power), (down, down_of, down_power))
                ]
                return exif.resolution(in_metre[0], in_metre[1], 1 / exif.INCHES_IN_METRE)
    return None


def _check_components(stream: Codestream, header: Header) -> None:
    """Raise RefusedError for samples that OpenJPEG does not give, or not in a way that readers agree on.

    Where samples lie apart, OpenJPEG takes them for luma and chroma whatever the header says, and makes colours of
    them in whole numbers of their bits: of fewer than 8, lightness is up to 0.8 off.
    """
    for one in stream.components:
        if one.signed:
            raise RefusedError("unsupported-sign", bits=one.bits)
        if one.bits > MOST_BITS:
            raise RefusedError("unsupported-depth", found=f"{one.bits}-bit")
    apart = [(one.across, one.down) for one in stream.components]
    chroma = len(apart) == 3 and apart[0] == (1, 1) and apart[1] == apart[2] and apart[1] in ((2, 1), (2, 2))
    other = header.space not in (None, LUMA_SPACE) or header.profile or stream.components[0].bits < 8
    if set(apart) != {(1, 1)} and (not chroma or other):
        raise RefusedError("unsupported", format="a JPEG 2000 picture whose samples lie apart in an unusual way")
    depths = {one.bits for one in stream.components}
    if len(depths) > 1 and (chroma or max(depths) > 8):
        raise RefusedError("unsupported", format="a JPEG 2000 picture of components with unlike depths")


def _channels(stream: Codestream, header: Header) -> tuple[tuple[int, int | None], ...]:
    """Of each channel its component, and the column of the palette that it is looked up in. Raises RefusedError."""
    if not header.palette:
        return tuple((number, None) for number in range(len(stream.components)))
    channels = header.mapping or tuple((0, column) for column in range(len(header.palette)))
    for component, column in channels:
        if component >= len(stream.components) or (column is not None and column >= len(header.palette)):
            raise RefusedError("damaged", why="its palette makes no sense")
    return channels


def _arranged(layout: Layout) -> tuple[Layout, tuple[str, ...], list[tuple[str, dict]]]:
    """The layout with its channels in the usual order, colours first, their roles, and notes. Raises RefusedError."""
    count, notes = len(layout.channels), []
    colours, what = _colour_roles(layout.header, count)
    if what:
        notes.append(("light-left-aside", {"what": what}))
    roles = _defined(layout.header, colours, count)
    order = [roles.index(role) for role in colours]
    order += [number for number in range(count) if number not in order]
    roles = [roles[number] for number in order]
    if aside := sum(is_aside(role) for role in roles):
        notes.append(("samples-set-aside", {"found": f"{aside} of {count} channels"}))
    return replace(layout, channels=tuple(layout.channels[number] for number in order)), tuple(roles), notes


def _defined(header: Header, colours: tuple[str, ...], count: int) -> list[str]:
    """The role of each channel by the box of channel definitions, without it in the order of the colours."""
    if not len(colours) <= count <= len(colours) + max(1, len(header.definitions) - len(colours)):
        raise RefusedError("unsupported", format=f"a JPEG 2000 picture of {count} channels")
    roles = [*colours, *[SET_ASIDE] * (count - len(colours))]
    for channel, kind, belongs in header.definitions:
        if channel >= count:
            continue
        if kind != 0:
            roles[channel] = ALPHAS.get(kind, SET_ASIDE) if belongs == WHOLE_IMAGE else SET_ASIDE
        elif 1 <= belongs <= len(colours):  # OpenJPEG writes 0 for the only colour of grey
            roles[channel] = colours[belongs - 1]
        elif len(colours) < belongs < NO_COLOUR:
            raise RefusedError("unsupported", format="a JPEG 2000 picture of more colours than its space has")
    if any(roles.count(role) != 1 for role in colours):
        raise RefusedError("damaged", why="its channels make no sense")
    return roles


def _colour_roles(header: Header, count: int) -> tuple[tuple[str, ...], str]:
    """The roles of its colours, and what was declared but is not followed. Raises RefusedError."""
    usual = GREY if count <= 2 else RGB
    if header.space is not None and header.space not in SPACES:
        name = UNREAD_SPACES.get(header.space, f"colours of number {header.space}")
        raise RefusedError("unsupported", format=f"a JPEG 2000 picture in {name}")
    if header.vendor:
        return usual, "its colours are defined by their vendor only"
    if header.space is None:  # a profile that is made for more colours is judged where those of all formats are
        declared = PROFILES.get((header.profile or b"")[16:20], usual)
        return (declared if len(declared) <= count else usual), ""
    declared = SPACES[header.space]
    return (
        (declared, "") if len(declared) <= count else (usual, f"it declares {len(declared)} colours and has {count}")
    )


def read(path: Path, description: Description, limits: Limits):
    """A pyvips image in memory and the role of each band, of full range. Raises RefusedError, and OSError."""
    import pyvips

    layout: Layout = description.layout
    image = pyvips.Image.new_from_array(_samples(path, description, limits))
    kind = "ushort" if description.bits > MOST_BITS // 2 else "uchar"
    if layout.header.space == LAB_SPACE:
        further = [_scaled(image, layout, channel, kind) for channel in layout.channels[len(LAB) :]]
        return _joined([_as_lab(image, layout), *further]), description.roles
    bands = [_scaled(image, layout, channel, kind) for channel in layout.channels]
    if layout.header.space != LUMA_SPACE or layout.stream.components[1].across > 1:  # which OpenJPEG makes RGB itself
        return _joined(bands), description.roles
    return _joined([_from_luma(_joined(bands[:3]), layout.stream.components[0].bits), *bands[3:]]), description.roles


def _samples(path: Path, description: Description, limits: Limits):
    """The components' samples as they are stored (H, W) or (H, W, C). Raises RefusedError."""
    layout: Layout = description.layout
    stream, depths = layout.stream, {one.bits for one in layout.stream.components}
    count, deep = len(stream.components), max(depths) > 8
    samples = description.width * description.height * count
    if samples * (DECODER_BYTES + 1 + deep) + stream.length > limits.memory:
        raise RefusedError("too-much-memory")
    with path.open("rb") as file:
        file.seek(stream.start)
        content = file.read(stream.length)
    if codestream.END not in content[-codestream.LAST_BYTES :]:
        content += codestream.END  # OpenJPEG takes nothing of a stream that only lacks this
    found = _decoded(content, stream) if len(depths) == 1 else _decoded_singly(content, stream)
    shape = (description.height, description.width, *([count] if count > 1 else []))
    expected = (shape, "uint16" if deep else "uint8")
    if (found.shape, str(found.dtype)) != expected:
        raise RefusedError("unlike-its-tags", expected=str(expected), found=str((found.shape, str(found.dtype))))
    return found


def _decoded(content: bytes, stream: Codestream):
    import imagecodecs

    try:
        return imagecodecs.jpeg2k_decode(content)
    except (RuntimeError, ValueError) as error:
        if stream.capabilities & codestream.PART_2:
            raise RefusedError("unsupported", format="a JPEG 2000 picture with extensions of part 2") from error
        raise refusal(str(error)) from error


def _decoded_singly(content: bytes, stream: Codestream):
    """Components of unlike depths, all of 8 bits at most, by Pillow, which moves each to the top of its byte."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            moved = np.asarray(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal(str(error)) from error
    return moved >> np.array([8 - one.bits for one in stream.components], np.uint8)


def _scaled(image, layout: Layout, channel: tuple[int, int | None], kind: str):
    """One channel from 0 to 255 or 65535: through its palette's column, or stretched from its bits."""
    import numpy as np
    import pyvips

    component, column = channel
    full = 255 if kind == "uchar" else 65535
    most = 2 ** layout.bits(channel) - 1
    band = image[component] if image.bands > 1 else image
    if column is None and most == full:
        return band
    levels = np.arange(most + 1) if column is None else np.array(layout.header.palette[column][1])
    table = np.rint(np.minimum(levels, most) * (full / most)).astype(np.uint8 if kind == "uchar" else np.uint16)
    return band.maplut(pyvips.Image.new_from_array(table.reshape(1, -1)))


def _from_luma(luma, bits: int):
    """Red, green and blue of sYCC (IEC 61966-2-1, amendment 1), of full range, whose samples had so many bits."""
    most = 255 if luma.format == "uchar" else 65535
    middle = 2 ** (bits - 1) * most / (2**bits - 1)
    light = luma.linear([1, 1, 1], [0, -middle, -middle])
    return light.recomb([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]]).rint().cast(luma.format)


def _as_lab(image, layout: Layout):
    """CIE Lab in floats of samples whose ranges and offsets follow their space, or are the usual (15444-2, M.11)."""
    bits = layout.stream.components[0].bits
    usual = (100, 0, 170, 2 ** (bits - 1), 200, 2 ** (bits - 2) + 2 ** (bits - 3))
    given = layout.header.parameters
    values = struct.unpack_from(">6I", given) if len(given) >= 24 else usual
    steps = [extent / (2**bits - 1) for extent in values[::2]]
    three = _joined([image[component] for component, _ in layout.channels[: len(LAB)]])
    return three.linear(steps, [-step * zero for step, zero in zip(steps, values[1::2], strict=True)])


def _joined(bands: list):
    return bands[0].bandjoin(bands[1:]) if len(bands) > 1 else bands[0]
