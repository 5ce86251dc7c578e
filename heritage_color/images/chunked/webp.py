"""WebP: described by its own chunks (RFC 9649), read by libvips."""

import struct
from pathlib import Path
from typing import BinaryIO

from heritage_color.images import exif
from heritage_color.images.description import RGB, TRANSPARENCY, Description
from heritage_color.images.formats import WEBP
from heritage_color.images.refusals import RefusedError

FIRST_CHUNK = 12  # bytes, after RIFF, a length and WEBP
MOST_CHUNKS = 10_000
LARGEST = 16 * 2**20  # bytes of a chunk that are looked at; of a picture's own the first ones
HEAD_BYTES = 16
METADATA = (b"ICCP", b"EXIF")
ALPHA_FLAG = 0x10  # of the extended header
LOSSLESS_MARK, LOSSY_MARK = 0x2F, b"\x9d\x01\x2a"


def describe(path: Path) -> Description:
    """The picture's description. Raises RefusedError, and OSError."""
    with path.open("rb") as file:
        chunks = _chunks(file)
    width, height, transparent = _shape(chunks)
    said = exif.read(chunks.get(b"EXIF", b""))
    return Description(
        WEBP, width, height, 8, (*RGB, TRANSPARENCY) if transparent else RGB, compression="WebP",
        orientation=said.orientation, profile=chunks.get(b"ICCP") or None, pixels_per_inch=said.pixels_per_inch,
    )  # fmt: skip


def _chunks(file: BinaryIO) -> dict[bytes, bytes]:
    """The first chunk of each kind, of pictures only their beginning."""
    found: dict[bytes, bytes] = {}
    place = FIRST_CHUNK
    for _ in range(MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            break
        kind, length = struct.unpack("<4sI", head)
        if kind not in found:
            found[kind] = file.read(min(length, LARGEST if kind in METADATA else HEAD_BYTES))
        place += 8 + length + length % 2
    return found


def _shape(chunks: dict[bytes, bytes]) -> tuple[int, int, bool]:
    """Width, height, and whether there is transparency. Raises RefusedError."""
    extended, lossless, lossy = (chunks.get(kind, b"") for kind in (b"VP8X", b"VP8L", b"VP8 "))
    if len(extended) >= 10:
        width, height = (int.from_bytes(extended[start : start + 3], "little") + 1 for start in (4, 7))
        return width, height, bool(extended[0] & ALPHA_FLAG)
    if len(lossless) >= 5 and lossless[0] == LOSSLESS_MARK:
        (bits,) = struct.unpack_from("<I", lossless, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    if len(lossy) >= 10 and lossy[3:6] == LOSSY_MARK:
        width, height = struct.unpack_from("<HH", lossy, 6)
        return width & 0x3FFF, height & 0x3FFF, False
    raise RefusedError("truncated")
