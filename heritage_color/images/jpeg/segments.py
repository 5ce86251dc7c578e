"""A walk through the segments of a JPEG in front of its samples, in their order (ITU-T T.81, annex B)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from heritage_color.images.refusals import RefusedError

MOST_SEGMENTS = 10_000  # before the first scan; a profile takes 255 at most
APP1, APP2, SCAN, END = 0xE1, 0xE2, 0xDA, 0xD9
WITHOUT_CONTENT = {0x01, *range(0xD0, 0xD9)}


@dataclass(frozen=True)
class Segment:
    """A segment has a marker, of which this is the second byte, a place where its content stands, and the content."""

    marker: int
    place: int
    content: bytes


def walk_segments(file: BinaryIO) -> Iterator[Segment]:
    """Yield each segment up to the first scan's header, which is the last.

    Raises RefusedError where the file ends before it.
    """
    file.seek(2)
    for _ in range(MOST_SEGMENTS):
        marker = _marker(file)
        if marker == END:
            return
        if marker in WITHOUT_CONTENT:
            continue
        place = file.tell() + 2
        (length,) = struct.unpack(">H", file.read(2).rjust(2, b"\0"))
        content = file.read(max(0, length - 2))
        if length < 2 or len(content) < length - 2:
            raise RefusedError("truncated")
        yield Segment(marker, place, content)
        if marker == SCAN:
            return


def _marker(file: BinaryIO) -> int:
    """Return the next marker's second byte; bytes before it are passed over, as libjpeg does."""
    while byte := file.read(1):
        while byte == b"\xff":
            byte = file.read(1)
            if byte not in (b"", b"\0", b"\xff"):
                return byte[0]
    raise RefusedError("truncated")
