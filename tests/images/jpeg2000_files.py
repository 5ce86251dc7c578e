"""JPEG 2000 files put together box by box, and codestreams component by component (ISO/IEC 15444-1)."""

import struct
from pathlib import Path

import imagecodecs
import numpy as np

SRGB, GREY, LUMA, CMYK, LAB = 16, 17, 18, 12, 14
DATA = b"\xff\x93"  # start of data
QUANTIZATION = b"\xff\x5c"
EXIF = b"JpgTiffExif->JP2"


def codestream(samples: np.ndarray, bits: int, **options) -> bytes:
    """A lossless codestream of samples (H, W) or (H, W, C) that have so many bits."""
    options = {"level": 0, "reversible": True, "mct": False} | options
    return imagecodecs.jpeg2k_encode(samples, codecformat="j2k", bitspersample=bits, **options)


def woven(components: list[tuple[np.ndarray, int, int, int]]) -> bytes:
    """One codestream of components, each its samples, bits, and how far they lie apart across and down.

    Each is compressed by itself, in one packet; packets stand in the order of components.
    """
    singles = [codestream(samples, bits, resolutions=1) for samples, bits, _, _ in components]
    height, width = components[0][0].shape
    sizes = b"".join(bytes([bits - 1, across, down]) for _, bits, across, down in components)
    size = struct.pack(">HH8IH", 38 + len(sizes), 0, width, height, 0, 0, width, height, 0, 0, len(components)) + sizes
    segments = dict(_segments(singles[0]))
    head = b"\xff\x4f\xff\x51" + size + b"\xff\x52" + segments[b"\xff\x52"] + QUANTIZATION + segments[QUANTIZATION]
    for number, single in enumerate(singles[1:], 1):
        own = dict(_segments(single))[QUANTIZATION]
        head += b"\xff\x5d" + struct.pack(">HB", len(own) + 1, number) + own[2:]
    data = b"".join(single[single.index(DATA) + 2 : -2] for single in singles)
    return head + b"\xff\x90" + struct.pack(">HHIBB", 10, 0, len(data) + 14, 0, 1) + DATA + data + b"\xff\xd9"


def _segments(stream: bytes):
    """Markers of the main header and their content, its length included."""
    place = 2
    while stream[place : place + 2] != b"\xff\x90":
        (length,) = struct.unpack_from(">H", stream, place + 2)
        yield stream[place : place + 2], stream[place + 2 : place + 2 + length]
        place += 2 + length


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def enumerated(space: int, parameters: bytes = b"") -> bytes:
    return box(b"colr", b"\1\0\0" + struct.pack(">I", space) + parameters)


def profiled(profile: bytes, method: int = 2) -> bytes:
    return box(b"colr", bytes([method, 0, 0]) + profile)


def palette(columns: list[list[int]], bits: int) -> bytes:
    """Boxes of a palette and of three channels (or one) that are looked up in it."""
    rows = struct.pack(">HB", len(columns[0]), len(columns)) + bytes([bits - 1] * len(columns))
    for row in zip(*columns, strict=True):
        rows += struct.pack(f">{len(row)}{'B' if bits <= 8 else 'H'}", *row)
    channels = b"".join(struct.pack(">HBB", 0, 1, number) for number in range(len(columns)))
    return box(b"pclr", rows) + box(b"cmap", channels)


def defined(*channels: tuple[int, int, int]) -> bytes:
    """The box of channel definitions: channel, type, and what it belongs to."""
    return box(b"cdef", struct.pack(">H", len(channels)) + b"".join(struct.pack(">HHH", *one) for one in channels))


def captured(across: tuple[int, int, int], down: tuple[int, int, int], kind: bytes = b"resc") -> bytes:
    """The box of a resolution, each way as numerator, denominator and power of ten, in samples per metre."""
    numbers = struct.pack(">4H2b", down[0], down[1], across[0], across[1], down[2], across[2])
    return box(b"res ", box(kind, numbers))


def save(path: Path, stream: bytes, *header: bytes, before: bytes = b"", after: bytes = b"") -> Path:
    """Write a JP2 of a codestream, with boxes in its header, before and after the codestream."""
    size = struct.unpack_from(">II", stream, 8)
    count, depth = struct.unpack_from(">HB", stream, 40)
    image = box(b"ihdr", struct.pack(">IIHBBBB", size[1], size[0], count, depth, 7, 0, 0))
    parts = [box(b"jP  ", b"\r\n\x87\n"), box(b"ftyp", b"jp2 \0\0\0\0jp2 "), box(b"jp2h", image + b"".join(header))]
    path.write_bytes(b"".join(parts) + before + box(b"jp2c", stream) + after)
    return path
