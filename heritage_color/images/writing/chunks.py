"""EXIF, IPTC, XMP and texts are put into a PNG as chunks.

PNG specification, third edition, 11.3; IPTC is written as ImageMagick does.
"""

import shutil
import struct
import zlib
from pathlib import Path

from heritage_color.images.chunked.walking import PNG_SIGNATURE, content_of, mapped, walk_png
from heritage_color.whole_files import whole

TEXTS = (b"tEXt", b"zTXt", b"iTXt")
LARGEST = 64 * 2**20  # bytes of a text
HEADER = 33  # bytes of the signature and of IHDR, which comes first
XMP_KEYWORD = b"XML:com.adobe.xmp"
IPTC_KEYWORD = b"Raw profile type iptc"
LINE = 36  # bytes of a profile in one line of hexadecimal digits


def texts(path: Path) -> list[bytes]:
    """Return chunks of a PNG that hold texts of people, such as Title and Source, and no metadata.

    Another file has none.
    """
    with mapped(path) as content:
        if content[: len(PNG_SIGNATURE)] != PNG_SIGNATURE:
            return []
        chunks = (chunk for chunk in walk_png(content) if chunk.kind in TEXTS and chunk.length <= LARGEST)
        texts = [(chunk.kind, content_of(content, chunk, LARGEST)) for chunk in chunks]
    return [_chunk(kind, text) for kind, text in texts if not text.startswith((b"Raw profile", XMP_KEYWORD))]


def comment(text: str) -> list[bytes]:
    """Return a chunk that holds a comment, and none where it is empty."""
    return [_chunk(b"iTXt", b"Comment" + bytes(5) + text.encode("utf-8", "replace"))] if text else []


def put(destination: Path, exif: bytes, iptc: bytes, xmp: bytes, further: list[bytes]) -> None:
    """Put metadata and further chunks in front of a PNG's samples, whole or not at all; what is empty is left out.

    Raises OSError.
    """
    chunks = [_chunk(b"eXIf", exif)] if exif else []
    chunks += [_chunk(b"zTXt", IPTC_KEYWORD + b"\0\0" + zlib.compress(_profile(iptc)))] if iptc else []
    chunks += [_chunk(b"iTXt", XMP_KEYWORD + bytes(5) + xmp)] if xmp else []  # not compressed, no language, no title
    with whole(destination) as partial, destination.open("rb") as before, partial.open("wb") as after:
        after.write(before.read(HEADER) + b"".join(chunks + further))
        shutil.copyfileobj(before, after, 2**20)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _profile(iptc: bytes) -> bytes:
    """Write IPTC as lines of hexadecimal digits of Photoshop's resource 1028, which other programs read."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + bytes(len(iptc) % 2)
    digits = resource.hex()
    lines = "\n".join(digits[start : start + 2 * LINE] for start in range(0, len(digits), 2 * LINE))
    return f"\niptc\n{len(resource):8}\n{lines}\n".encode()
