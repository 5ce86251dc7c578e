"""XMP of a JPEG beyond 64 KiB stands in segments of its own, which exiv2 does not read.

Adobe, XMP Specification Part 3 (2020), 1.1.3.1: each segment has the MD5 of the whole part, its length, and a place.
"""

import hashlib
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from heritage_color.images.jpeg.segments import APP1, walk_segments
from heritage_color.images.refusals import RefusedError

MARK = b"http://ns.adobe.com/xmp/extension/\0"
HEAD = struct.Struct(">32sII")  # digest in hexadecimal digits, length of the whole part, place of this portion
LARGEST = 64 * 2**20  # bytes


@dataclass(frozen=True)
class Portion:
    """A segment holds the digest and the length of the whole part, and bytes with their place in it."""

    digest: str
    length: int
    place: int
    content: bytes


def read_extended_xmp(path: Path, digest: str) -> bytes:
    """Read the part with this digest; empty where a portion is missing or the digest differs. Raises OSError."""
    whole = bytearray()
    for portion in _portions(path):
        end = portion.place + len(portion.content)
        if portion.digest != digest.upper() or end > min(portion.length, LARGEST):
            continue
        whole.extend(bytes(max(0, end - len(whole))))
        whole[portion.place : end] = portion.content
    right = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper() == digest.upper()
    return bytes(whole) if right else b""


def _portions(path: Path) -> Iterator[Portion]:
    """Yield the portions in front of the samples, as far as the file goes."""
    with path.open("rb") as file, suppress(RefusedError):
        for segment in walk_segments(file):
            content = segment.content
            if segment.marker == APP1 and content.startswith(MARK) and len(content) >= len(MARK) + HEAD.size:
                digest, length, place = HEAD.unpack_from(content, len(MARK))
                yield Portion(digest.decode("ascii", "replace"), length, place, content[len(MARK) + HEAD.size :])
