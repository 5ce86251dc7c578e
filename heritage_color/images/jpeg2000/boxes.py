"""A JPEG 2000 file is made of boxes: a length, a kind of four letters, content (ISO/IEC 15444-1, annex I)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST = 10_000  # boxes of one file that are looked at
LARGEST = 32 * 2**20  # bytes of a box that are read: profiles and palettes; codestreams are left where they are


@dataclass(frozen=True)
class Box:
    """A box has a kind, and its content begins and ends somewhere; `whole` is False where the file ends before it."""

    kind: bytes
    start: int
    end: int
    whole: bool = True


def walk_boxes(file: BinaryIO, place: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places of a file, which may go on past the end of a cut one."""
    for _ in range(MOST):
        if place + 8 > end:  # which a length of eight bytes may claim to be beyond what a file can be
            return
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack_from(">I4s", head)
        start = place + 8
        if length == 1 and len(head) == 16:
            (length,), start = struct.unpack_from(">Q", head, 8), place + 16
        stop = place + length if length else end
        if stop < start:
            return
        yield Box(kind, start, min(stop, end), stop <= end)
        place = stop


def content(file: BinaryIO, box: Box) -> bytes:
    """Return what a box holds, or nothing where it is too large."""
    if box.end - box.start > LARGEST:
        return b""
    file.seek(box.start)
    return file.read(box.end - box.start)
