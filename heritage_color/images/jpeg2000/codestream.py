"""The codestream in a JPEG 2000 file tells its size, the depth of components, the wavelet, and whether it is whole.

Markers and their fields are those of ISO/IEC 15444-1, annex A.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from heritage_color.images.refusals import RefusedError

START = b"\xff\x4f\xff\x51"  # start of codestream, then the size segment, which must be the first
SIZE_BYTES = 42  # from the start of the codestream to the first component
CODING_STYLE, TILE_PART, END = 0xFF52, 0xFF90, b"\xff\xd9"
LAST_BYTES = 64  # of a codestream, in which its end marker may be followed by some padding
WAVELET = 9  # bytes into the coding style; 1 is the 5-3 filter that loses nothing, 0 the 9-7
MOST_COMPONENTS = 16  # more are no photograph; the standard allows 16,384
MOST_SEGMENTS = 10_000  # of the main header, which holds a few for each component
MOST_TILE_PARTS = 100_000  # that are followed one by one; whoever writes more has the decoder judge
PART_2 = 0x8000  # capability bit: extensions of ISO/IEC 15444-2, which OpenJPEG does not have


@dataclass(frozen=True)
class Component:
    """A component has 1 to 38 bits, with or without a sign, and samples that lie so far apart on the grid."""

    bits: int
    signed: bool
    across: int
    down: int


@dataclass(frozen=True)
class Codestream:
    """A codestream lies somewhere in the file, has an area on the reference grid, components, and a wavelet.

    The wavelet is 1 for the one that loses nothing, 0 for the other, and None where it is unknown.
    """

    start: int
    length: int
    area: tuple[int, int, int, int]  # right, bottom, left, top
    components: tuple[Component, ...]
    capabilities: int
    tiles: int
    wavelet: int | None
    tile_parts: int  # place of the first one in the file

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in samples of the finest component."""
        across, down = (min(getattr(component, name) for component in self.components) for name in ("across", "down"))
        right, bottom, left, top = self.area
        return -(-right // across) - -(-left // across), -(-bottom // down) - -(-top // down)


def read_codestream(file: BinaryIO, start: int, length: int) -> Codestream:
    """Describe the codestream that begins at `start` and takes `length` bytes. Raises RefusedError."""
    file.seek(start)
    head = file.read(min(length, SIZE_BYTES))
    if len(head) < SIZE_BYTES:
        raise RefusedError("truncated")
    size, capabilities, *grid, count = struct.unpack_from(">HH8IH", head, 4)
    right, bottom, left, top, across, down, first_left, first_top = grid
    if not head.startswith(START) or not count or left >= right or top >= bottom or not across or not down:
        raise RefusedError("damaged", why="its size segment makes no sense")
    if count > MOST_COMPONENTS:
        raise RefusedError("unsupported", format=f"a JPEG 2000 picture of {count} components")
    tiles = -(-(right - first_left) // across) * -(-(bottom - first_top) // down)
    components = _components(file.read(3 * count), count)
    wavelet, tile_parts = _main_header(file, start + 4 + size, start + length)
    return Codestream(start, length, (right, bottom, left, top), components, capabilities, tiles, wavelet, tile_parts)


def _components(content: bytes, count: int) -> tuple[Component, ...]:
    """Read the components that a size segment lists. Raises RefusedError where they make no sense."""
    if len(content) < 3 * count:
        raise RefusedError("truncated")
    components = tuple(
        Component((depth & 0x7F) + 1, depth > 0x7F, across, down)
        for depth, across, down in struct.iter_unpack("BBB", content)
    )
    if any(not component.across or not component.down or component.bits > 38 for component in components):
        raise RefusedError("damaged", why="its size segment makes no sense")
    return components


def _main_header(file: BinaryIO, place: int, end: int) -> tuple[int | None, int]:
    """Return the wavelet, and the place of the first tile-part.

    Raises RefusedError where the header ends before one.
    """
    wavelet = None
    for _ in range(MOST_SEGMENTS):
        file.seek(place)
        head = file.read(4 + WAVELET + 1)
        if len(head) < 4 or place + 4 > end:
            raise RefusedError("truncated")
        marker, length = struct.unpack_from(">HH", head)
        if marker == TILE_PART:
            return wavelet, place
        if marker < 0xFF00 or length < 2:
            break
        if marker == CODING_STYLE and len(head) > 4 + WAVELET:
            wavelet = head[4 + WAVELET]
        place += 2 + length
    raise RefusedError("damaged", why="the header of its codestream makes no sense")


def check_whole(file: BinaryIO, stream: Codestream) -> str:
    """Say what is odd about the order of tiles; the text is empty where nothing is.

    Raises RefusedError where tile-parts end behind the codestream's end.
    """
    seen: set[int] = set()
    place, end = stream.tile_parts, stream.start + stream.length
    for _ in range(MOST_TILE_PARTS):
        file.seek(place)
        head = file.read(min(12, max(0, end - place)))
        if head[:2] == END:
            return _end(stream.tiles - len(seen))
        if place == end and len(seen) == stream.tiles:
            return "its codestream has no end marker"
        if len(head) < 12:
            raise RefusedError("truncated")
        marker, _, tile, length = struct.unpack_from(">HHHI", head)
        if marker != TILE_PART:
            return "something stands between its tiles"
        if length == 0:  # the last one, up to the end marker
            return _last(file, end)
        seen.add(tile)
        place += max(length, 12)
        if place > end:
            raise RefusedError("truncated")
    return ""


def _last(file: BinaryIO, end: int) -> str:
    file.seek(max(0, end - LAST_BYTES))
    if END not in file.read(LAST_BYTES):
        raise RefusedError("truncated")
    return ""


def _end(missing: int) -> str:
    if missing > 0:
        raise RefusedError("damaged", why=f"{missing} of its tiles are not there")
    return ""
