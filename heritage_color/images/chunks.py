"""Metadata as chunks of a PNG: EXIF, IPTC and XMP (PNG specification, third edition, 11.3; ImageMagick for IPTC)."""

import shutil
import struct
import zlib
from pathlib import Path

HEADER = 33  # bytes of the signature and of IHDR, which comes first
XMP_KEYWORD = b"XML:com.adobe.xmp"
IPTC_KEYWORD = b"Raw profile type iptc"
LINE = 36  # bytes of a profile in one line of hexadecimal digits


def put(destination: Path, exif: bytes, iptc: bytes, xmp: bytes) -> None:
    """Put metadata in front of a PNG's samples, whole or not at all; empty ones are left out. Raises OSError."""
    found = [_chunk(b"eXIf", exif)] if exif else []
    found += [_chunk(b"zTXt", IPTC_KEYWORD + b"\0\0" + zlib.compress(_profile(iptc)))] if iptc else []
    found += [_chunk(b"iTXt", XMP_KEYWORD + bytes(5) + xmp)] if xmp else []  # not compressed, no language, no title
    partial = destination.with_name(f".{destination.name}.metadata")
    try:
        with destination.open("rb") as before, partial.open("wb") as after:
            after.write(before.read(HEADER) + b"".join(found))
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
