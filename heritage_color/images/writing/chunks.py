"""Metadata as chunks of a PNG: EXIF, IPTC, XMP, texts (PNG specification, third edition, 11.3; ImageMagick: IPTC)."""

import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
LARGEST = 64 * 2**20  # bytes of a text
HEADER = 33  # bytes of the signature and of IHDR, which comes first
XMP_KEYWORD = b"XML:com.adobe.xmp"
IPTC_KEYWORD = b"Raw profile type iptc"
LINE = 36  # bytes of a profile in one line of hexadecimal digits


def texts(path: Path) -> list[bytes]:
    """Chunks of a PNG that hold texts of people, such as Title and Source: no metadata. None of another file."""
    with path.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            return []
        found = [
            (kind, content) for kind, content in _read(file) if not content.startswith((b"Raw profile", XMP_KEYWORD))
        ]
    return [_chunk(kind, content) for kind, content in found]


def comment(text: str) -> list[bytes]:
    """A chunk that holds a comment; none where it is empty."""
    return [_chunk(b"iTXt", b"Comment" + bytes(5) + text.encode("utf-8", "replace"))] if text else []


def _read(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Kinds and contents of the chunks of text that follow."""
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind in TEXTS and length <= LARGEST:
            yield kind, file.read(length)
            length = 0
        file.seek(length + 4, os.SEEK_CUR)


def put(destination: Path, exif: bytes, iptc: bytes, xmp: bytes, further: list[bytes]) -> None:
    """Put metadata and further chunks in front of a PNG's samples, whole or not at all; what is empty is left out.

    Raises OSError.
    """
    found = [_chunk(b"eXIf", exif)] if exif else []
    found += [_chunk(b"zTXt", IPTC_KEYWORD + b"\0\0" + zlib.compress(_profile(iptc)))] if iptc else []
    found += [_chunk(b"iTXt", XMP_KEYWORD + bytes(5) + xmp)] if xmp else []  # not compressed, no language, no title
    partial = destination.with_name(f".{destination.name}.metadata")
    try:
        with destination.open("rb") as before, partial.open("wb") as after:
            after.write(before.read(HEADER) + b"".join(found + further))
            shutil.copyfileobj(before, after, 2**20)
        partial.replace(destination)
    finally:
        partial.unlink(missing_ok=True)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _profile(iptc: bytes) -> bytes:
    """IPTC in Photoshop's resource 1028, as lines of hexadecimal digits: what ImageMagick, exiftool and exiv2 read."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + bytes(len(iptc) % 2)
    digits = resource.hex()
    lines = "\n".join(digits[start : start + 2 * LINE] for start in range(0, len(digits), 2 * LINE))
    return f"\niptc\n{len(resource):8}\n{lines}\n".encode()
