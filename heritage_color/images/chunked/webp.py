"""WebP is described by its own chunks (RFC 9649), and libvips reads it."""

import struct
from pathlib import Path

from heritage_color.images.chunked.walking import content_of, mapped, walk_riff
from heritage_color.images.description import RGB, TRANSPARENCY, Description
from heritage_color.images.formats import WEBP
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import exif

LARGEST = 16 * 2**20  # bytes of a chunk that are looked at; of a picture's own the first ones
HEAD_BYTES = 16
METADATA = (b"ICCP", b"EXIF")
ALPHA_FLAG = 0x10  # of the extended header
LOSSLESS_MARK, LOSSY_MARK = 0x2F, b"\x9d\x01\x2a"


def describe_webp(path: Path) -> Description:
    """Describe the picture by its chunks. Raises RefusedError, and OSError."""
    chunks = _chunks(path)
    width, height, transparent = _shape(chunks)
    metadata = exif.read_exif(chunks.get(b"EXIF", b""))
    return Description(
        WEBP, width, height, 8, (*RGB, TRANSPARENCY) if transparent else RGB, compression="WebP",
        orientation=metadata.orientation, profile=chunks.get(b"ICCP") or None,
        pixels_per_inch=metadata.pixels_per_inch,
    )  # fmt: skip


def _chunks(path: Path) -> dict[bytes, bytes]:
    """Read the first chunk of each kind, and of those with pictures only the beginning."""
    chunks: dict[bytes, bytes] = {}
    with mapped(path) as content:
        for chunk in walk_riff(content):
            if chunk.kind not in chunks:
                most = LARGEST if chunk.kind in METADATA else HEAD_BYTES
                chunks[chunk.kind] = content_of(content, chunk, most)
    return chunks


def _shape(chunks: dict[bytes, bytes]) -> tuple[int, int, bool]:
    """Return width, height, and whether there is transparency. Raises RefusedError."""
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
