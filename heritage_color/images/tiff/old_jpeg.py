"""JPEG in TIFF as TIFF 6.0 first had it (compression 6, section 22) is read by making whole JPEG files of its parts.

Writers of the 1990s left either a JPEG file behind tag 513, of which strips are parts, or tables behind tags 519 to
521 and bare scans. libtiff reads most strips of either kind and no tiles, tifffile neither.
"""

import io
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from heritage_color.images.description import GREY, RGB, Description
from heritage_color.images.jpeg.segments import SCAN, walk_segments
from heritage_color.images.refusals import RefusedError

if TYPE_CHECKING:
    import pyvips

START, END, SCAN_START = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"
RESTART, FRAME, NO_FRAME = 0xDD, range(0xC0, 0xD0), (0xC4, 0xC8, 0xCC)
TABLES = (0xDB, 0xC4, RESTART)  # quantization, Huffman, and how often a scan restarts
QUANTIZATION_BYTES, COUNTS = 64, 16  # of a table; a Huffman table begins with how many codes there are of each length
LONGEST = 0xFFFF  # pixels of a side of a JPEG
MOST_BYTES = 2**30  # of a scan, which is read into memory as it is stored


@dataclass(frozen=True)
class Parts:
    """A picture has strips or tiles of so many rows and columns, perhaps a file, and three kinds of tables."""

    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    rows: int
    columns: int
    file: int
    file_length: int
    restart: int
    tables: tuple[tuple[int, ...], ...]


def read_old_jpeg(path: Path, description: Description, fail_on: str) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return a pyvips image, of libjpeg, and the role of each band.

    Raises RefusedError and, later too, pyvips.Error.
    """
    import pyvips

    parts = description.layout.old_jpeg
    with path.open("rb") as file:
        blocks = _streams(file, description, parts)
    images = [pyvips.Image.jpegload_buffer(block, fail_on=fail_on, access="random") for block in blocks]
    across = -(-description.width // parts.columns)
    whole = images[0] if len(images) == 1 else pyvips.Image.arrayjoin(images, across=across)
    roles = RGB if description.colours == "RGB" else GREY
    if whole.width < description.width or whole.height < description.height or whole.bands != len(roles):
        expected = f"{description.width} x {description.height} pixels of {len(roles)} channels"
        answer = f"{whole.width} x {whole.height} pixels of {whole.bands}"
        raise RefusedError("unlike-its-tags", expected=expected, found=answer)
    return whole.crop(0, 0, description.width, description.height), roles


def _streams(file: BinaryIO, description: Description, parts: Parts) -> list[bytes]:
    """Make a JPEG file for each strip or tile, or one that holds them all. Raises RefusedError."""
    if not parts.offsets or len(parts.offsets) != len(parts.lengths) or sum(parts.lengths) > MOST_BYTES:
        raise RefusedError("damaged", why="its strips are nowhere")
    scans = [_bytes(file, *place) for place in zip(parts.offsets, parts.lengths, strict=True)]
    if scans[0].startswith(START):
        return [_ended(scan) for scan in scans]
    head = _bytes(file, parts.file, parts.file_length) if parts.file else b""
    covered = parts.file + parts.file_length >= parts.offsets[-1] + parts.lengths[-1]
    if len(scans) == 1 and head.startswith(START) and covered:
        return [_ended(head)]
    tables, frame, scan_head = _of_file(head) if head.startswith(START) else _of_tags(file, description, parts)
    begun = [scan.startswith(SCAN_START) for scan in scans]
    if begun[0] and not all(begun):
        return [START + tables + _restarting(frame, parts) + frame + _joined(scans)]
    return [
        START + tables + _sized(frame, description, parts, number) + (b"" if headed else scan_head) + _ended(scan)
        for number, (scan, headed) in enumerate(zip(scans, begun, strict=True))
    ]


def _restarting(frame: bytes, parts: Parts) -> bytes:
    """Make the segment that lets a scan restart with each strip."""
    wide, deep = (frame[11] >> 4, frame[11] & 15) if len(frame) > 11 else (1, 1)
    blocks = -(-parts.columns // (8 * max(1, wide))) * -(-parts.rows // (8 * max(1, deep)))
    return _segment(RESTART, struct.pack(">H", min(blocks, LONGEST)))


def _joined(scans: list[bytes]) -> bytes:
    """Join strips, of which only the first has its header, to one scan with restart markers, as libtiff does."""
    marked = [scan + bytes([0xFF, 0xD0 + number % 8]) for number, scan in enumerate(scans[:-1])]
    return b"".join(marked) + _ended(scans[-1])


def _bytes(file: BinaryIO, place: int, length: int) -> bytes:
    if place < 0 or length < 0:
        raise RefusedError("damaged", why="its parts lie before its start")
    if place + length > file.seek(0, io.SEEK_END):
        raise RefusedError("truncated")
    file.seek(place)
    return file.read(length)


def _ended(stream: bytes) -> bytes:
    return stream if END in stream[-16:] else stream + END


def _of_file(head: bytes) -> tuple[bytes, bytes, bytes]:
    """Return tables, frame header and scan header of the start of a JPEG file, as far as it goes."""
    tables = frame = scan = b""
    with suppress(RefusedError):
        for segment in walk_segments(io.BytesIO(head)):
            written = _segment(segment.marker, segment.content)
            if segment.marker == SCAN:
                scan = written
            elif segment.marker in TABLES:
                tables += written
            elif segment.marker in FRAME and segment.marker not in NO_FRAME:
                frame = written
    return tables, frame, scan


def _of_tags(file: BinaryIO, description: Description, parts: Parts) -> tuple[bytes, bytes, bytes]:
    """Return the same, made of the tables that tags point to."""
    count = len(description.roles)
    if any(len(places) < count for places in parts.tables):
        raise RefusedError("damaged", why="its tables of JPEG are nowhere")
    quantization, direct, alternating = parts.tables
    tables = b"".join(
        _segment(0xDB, bytes([number]) + _bytes(file, place, QUANTIZATION_BYTES))
        for number, place in enumerate(quantization[:count])
    )
    for kind, places in ((0x00, direct), (0x10, alternating)):
        tables += b"".join(
            _segment(0xC4, bytes([kind + number]) + _huffman(file, place))
            for number, place in enumerate(places[:count])
        )
    if parts.restart:
        tables += _segment(RESTART, struct.pack(">H", min(parts.restart, LONGEST)))
    wide, deep = description.layout.subsampling
    factors = [wide << 4 | deep] + [0x11] * (count - 1)
    channels = b"".join(bytes([number + 1, factors[number], number]) for number in range(count))
    frame = _segment(0xC0, struct.pack(">BHHB", 8, 0, 0, count) + channels)
    chosen = b"".join(bytes([number + 1, number * 0x11]) for number in range(count))
    return tables, frame, _segment(SCAN, bytes([count]) + chosen + bytes([0, 63, 0]))


def _huffman(file: BinaryIO, place: int) -> bytes:
    counts = _bytes(file, place, COUNTS)
    return counts + _bytes(file, place + COUNTS, sum(counts))


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _sized(frame: bytes, description: Description, parts: Parts, number: int) -> bytes:
    """Return a frame header with the size of that strip or tile."""
    across = -(-description.width // parts.columns)
    tiled = parts.columns != description.width
    left = description.height - number // across * parts.rows
    rows = parts.rows if tiled else min(parts.rows, left)
    if not (0 < rows <= LONGEST and 0 < parts.columns <= LONGEST):
        raise RefusedError("damaged", why="its strips are larger than a JPEG can be, or too many")
    return frame[:5] + struct.pack(">HH", rows, parts.columns) + frame[9:]
