"""JPEG 2000 is described by its boxes and its codestream.

Palette, order of channels, colours and depth are followed here, by ISO/IEC 15444-1 (annex I) and 15444-2 (annex M).
"""

from dataclasses import dataclass, replace
from pathlib import Path

from heritage_color.images.description import (
    CMYK,
    GREY,
    LAB,
    PREMULTIPLIED,
    RGB,
    SET_ASIDE,
    TRANSPARENCY,
    Description,
    Note,
    is_aside,
)
from heritage_color.images.formats import JPEG2000
from heritage_color.images.jpeg2000 import codestream
from heritage_color.images.jpeg2000.codestream import Codestream
from heritage_color.images.jpeg2000.header import LUMA_SPACE, MOST_BITS, SPACES, Channel, Header, read_parts
from heritage_color.images.refusals import RefusedError

READER = "imagecodecs"
WAVELETS = {0: "JPEG 2000 irreversible", 1: "JPEG 2000 reversible"}
UNREAD_SPACES = {
    0: "bi-level colours", 1: "YCbCr by ITU-R BT.709", 3: "YCbCr by ITU-R BT.601", 4: "YCbCr by ITU-R BT.470",
    9: "PhotoYCC", 11: "CMY", 13: "YCCK", 15: "bi-level colours", 19: "CIEJab", 20: "e-sRGB", 21: "ROMM-RGB",
    22: "YPbPr 1125/60", 23: "YPbPr 1250/50", 24: "e-sYCC",
}  # fmt: skip
PROFILES = {b"GRAY": GREY, b"RGB ": RGB, b"CMYK": CMYK, b"Lab ": LAB}  # ICC.1, 7.2.6
ALPHAS = {1: TRANSPARENCY, 2: PREMULTIPLIED}  # types of channel: 0 is colour, 65535 unspecified
WHOLE_IMAGE, NO_COLOUR = 0, 65535  # what a channel belongs to, else the number of its colour


@dataclass(frozen=True)
class Layout:
    """Reading the samples takes the codestream, what the boxes say, and where the samples of each band come from."""

    stream: Codestream
    header: Header
    channels: tuple[Channel, ...]  # of each band: component, and column of the palette

    def bits(self, channel: Channel) -> int:
        """Return the bits of a channel's samples."""
        component, column = channel
        return self.stream.components[component].bits if column is None else self.header.palette[column][0]


def describe_jpeg2000(path: Path) -> Description:
    """Describe the picture by its boxes and its codestream. Raises RefusedError, and OSError."""
    with path.open("rb") as file:
        parts = read_parts(file)
        why = codestream.check_whole(file, parts.stream)
    stream, header = parts.stream, parts.header
    _check_components(stream, header)
    layout, roles, notes = _arranged(Layout(stream, header, _channels(stream, header)))
    if why:
        notes.append(Note("decoder-complaint", {"why": why}))
    width, height = stream.size
    return Description(
        JPEG2000, width, height, max(layout.bits(channel) for channel in layout.channels), roles,
        compression=WAVELETS.get(-1 if stream.wavelet is None else stream.wavelet, "JPEG 2000"),
        orientation=parts.metadata.orientation, profile=header.profile,
        pixels_per_inch=header.pixels_per_inch or parts.metadata.pixels_per_inch,
        notes=tuple(notes), reader=READER, layout=layout,
    )  # fmt: skip


def _check_components(stream: Codestream, header: Header) -> None:
    """Raise RefusedError for samples that OpenJPEG does not give, or not in a way that readers agree on.

    Where samples lie apart, OpenJPEG takes them for luma and chroma whatever the header says, and makes colours of
    them in whole numbers of their bits: of fewer than 8, lightness is up to 0.8 off.
    """
    for component in stream.components:
        if component.signed:
            raise RefusedError("unsupported-sign", bits=component.bits)
        if component.bits > MOST_BITS:
            raise RefusedError("unsupported-depth", found=f"{component.bits}-bit")
    apart = [(component.across, component.down) for component in stream.components]
    chroma = len(apart) == 3 and apart[0] == (1, 1) and apart[1] == apart[2] and apart[1] in ((2, 1), (2, 2))
    other = header.space not in (None, LUMA_SPACE) or header.profile or stream.components[0].bits < 8
    if set(apart) != {(1, 1)} and (not chroma or other):
        raise RefusedError("unsupported", format="a JPEG 2000 picture whose samples lie apart in an unusual way")
    depths = {component.bits for component in stream.components}
    if len(depths) > 1 and (chroma or max(depths) > 8):
        raise RefusedError("unsupported", format="a JPEG 2000 picture of components with unlike depths")


def _channels(stream: Codestream, header: Header) -> tuple[Channel, ...]:
    """Return the channels as the palette's mapping has them, or one for each component. Raises RefusedError."""
    if not header.palette:
        return tuple((number, None) for number in range(len(stream.components)))
    channels = header.mapping or tuple((0, column) for column in range(len(header.palette)))
    for component, column in channels:
        if component >= len(stream.components) or (column is not None and column >= len(header.palette)):
            raise RefusedError("damaged", why="its palette makes no sense")
    return channels


def _arranged(layout: Layout) -> tuple[Layout, tuple[str, ...], list[Note]]:
    """Return the layout with its channels in the usual order, colours first, their roles, and notes.

    Raises RefusedError.
    """
    count, notes = len(layout.channels), []
    colours, what = _colour_roles(layout.header, count)
    if what:
        notes.append(Note("light-left-aside", {"what": what}))
    roles = _defined(layout.header, colours, count)
    order = [roles.index(role) for role in colours]
    order += [number for number in range(count) if number not in order]
    roles = [roles[number] for number in order]
    if aside := sum(is_aside(role) for role in roles):
        notes.append(Note("samples-set-aside", {"found": f"{aside} of {count} channels"}))
    return replace(layout, channels=tuple(layout.channels[number] for number in order)), tuple(roles), notes


def _defined(header: Header, colours: tuple[str, ...], count: int) -> list[str]:
    """Return the role of each channel by the box of channel definitions, or by the order of the colours without it."""
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
    """Return the roles of its colours, and what was declared but is not followed. Raises RefusedError."""
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
