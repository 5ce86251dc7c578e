"""XMP of a JPEG beyond 64 KiB: the part that stands in segments of its own, which exiv2 does not read.

Adobe, XMP Specification Part 3 (2020), 1.1.3.1: each segment has the MD5 of the whole part, its length, and a place.
"""

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MARK = b"http://ns.adobe.com/xmp/extension/\0"
HEAD = struct.Struct(">32sII")  # digest in hexadecimal digits, length of the whole part, place of this portion
LARGEST = 64 * 2**20  # bytes
APP1, START_OF_SCAN, END = 0xE1, 0xDA, 0xD9


def read(path: Path, digest: str) -> bytes:
    """The part with this digest; empty where a portion is missing or the digest differs. Raises OSError."""
    whole = bytearray()
    for found, length, place, portion in _portions(path):
        if found.decode("ascii", "replace") != digest.upper() or place + len(portion) > min(length, LARGEST):
            continue
        whole.extend(bytes(max(0, place + len(portion) - len(whole))))
        whole[place : place + len(portion)] = portion
    right = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper() == digest.upper()
    return bytes(whole) if right else b""


def _portions(path: Path) -> Iterator[tuple[bytes, int, int, bytes]]:
    with path.open("rb") as file:
        for marker, content in _segments(file):
            if marker == APP1 and content.startswith(MARK) and len(content) >= len(MARK) + HEAD.size:
                yield *HEAD.unpack_from(content, len(MARK)), content[len(MARK) + HEAD.size :]


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Markers and contents of a JPEG's segments in front of its samples (ITU T.81, B.1.1)."""
    file.seek(2)
    while len(head := file.read(4)) == 4 and head[0] == 0xFF and head[1] not in (START_OF_SCAN, END):
        yield head[1], file.read(max(0, struct.unpack(">H", head[2:])[0] - 2))
