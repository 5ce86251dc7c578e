"""Some files hold several pictures where their kind usually holds one: stereo cards, animations, a JPX of several."""

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from heritage_color.images import formats
from heritage_color.images.chunked.walking import mapped, walk_png, walk_riff
from heritage_color.images.formats import Format
from heritage_color.images.jpeg.segments import APP2, Segment, walk_segments
from heritage_color.images.jpeg2000 import boxes
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged.directories import container

HEADER_BYTES = 2**18  # of a JPEG: where its own description stands
MARK = b"MPF\0"  # of the segment with a multi-picture index
GAIN_MAP_BYTES = 2**16  # of a further picture in a JPEG: enough for its own description
MOST = 10_000  # bytes of the table of a file's pictures
ENTRIES, ENTRY_BYTES = 0xB002, 16  # CIPA DC-007, 5.2.3.3: the table of a file's pictures
KIND = 0xFFFFFF  # of an entry's attributes: what the picture is
THUMBNAILS = (0x010001, 0x010002)  # large thumbnails, for a monitor or for full HD
VIEWS = {
    0x020001: "parts of a panorama",
    0x020002: "the views of a stereo picture",
    0x020003: "views from several sides",
}
# A gain map, or a map of depth, is no picture: Ultra HDR (hdrgm), ISO 21496-1, Apple's auxiliary pictures
NO_PICTURE = re.compile(
    rb"hdrgm:|hdr-gain-map|hdrgainmap|urn:iso:std:iso:ts:21496|aux:(depth|disparity|portrait|semantic)"
)
NOT_PRIMARY = re.compile(rb"Item:Semantic\s*=\s*[\"'](GainMap|Depth|Confidence)", re.IGNORECASE)


@dataclass(frozen=True)
class Frames:
    """A file holds so many pictures, and this is what they are, in words."""

    count: int
    kind: str


def count_frames(path: Path, kind: Format) -> Frames | None:
    """Count the pictures of a file that holds more than one; None for any other, and where it cannot be told."""
    reader = READERS.get(kind)
    try:
        frames = reader(path) if reader else None
    except (struct.error, OSError, RefusedError):
        return None
    return frames if frames and frames.count > 1 else None


def _of_jpeg(path: Path) -> Frames | None:
    """Count the pictures of a JPEG's multi-picture index, CIPA DC-007, which stands in an APP2 segment."""
    with path.open("rb") as file:
        index = next(filter(_is_index, walk_segments(file)), None)
        if index is None:
            return None
        base = index.place + len(MARK)  # offsets count from the byte order, after the mark
        entries = _entries(index.content[len(MARK) :])
        kinds = [kind for kind, offset in entries if not offset or _is_picture(file, kind, base + offset)]
    named = next((VIEWS[kind] for kind in kinds if kind in VIEWS), "")
    return Frames(len(kinds), named or ("two views, as of a stereo card" if len(kinds) == 2 else "a series"))


def _is_index(segment: Segment) -> bool:
    return segment.marker == APP2 and segment.content.startswith(MARK)


def _reads(file: BinaryIO, place: int, mark: bytes) -> bool:
    file.seek(place)
    return file.read(len(mark)) == mark


def _entries(index: bytes) -> list[tuple[int, int]]:
    """Return kind and place of each picture; the index is a directory as TIFF has them."""
    tiff = container(io.BytesIO(index))
    entry = tiff.entry_at(tiff.first()) if tiff else None
    if tiff is None or entry is None:
        return []
    table = tiff.block(entry, ENTRIES)[:MOST]
    entries = struct.iter_unpack(f"{tiff.notation.order}III4x", table[: len(table) // ENTRY_BYTES * ENTRY_BYTES])
    return [(attributes & KIND, offset) for attributes, _, offset in entries]


def _is_picture(file: BinaryIO, kind: int, place: int) -> bool:
    """Tell whether a further picture of a JPEG is there, and is no thumbnail, gain map or map of depth."""
    if kind in THUMBNAILS or not _reads(file, place, b"\xff\xd8"):
        return False
    if kind in VIEWS:
        return True
    further = file.read(GAIN_MAP_BYTES)
    file.seek(0)
    return not NO_PICTURE.search(further) and not NOT_PRIMARY.search(file.read(HEADER_BYTES))


def _of_png(path: Path) -> Frames | None:
    """Count the frames of an animated PNG, whose chunk acTL stands before the first IDAT (third edition, 11.3.6.1)."""
    with mapped(path) as content:
        for chunk in walk_png(content):
            if chunk.kind == b"acTL":
                return Frames(struct.unpack_from(">I", content, chunk.place)[0], "an animation")
            if chunk.kind in (b"IDAT", b"IEND"):
                return None
    return None


def _of_jpeg2000(path: Path) -> Frames | None:
    """Count the codestreams of a JPX, by the boxes on its top level (ISO/IEC 15444-2, annex M)."""
    with path.open("rb") as file:
        streams = sum(box.kind == b"jp2c" for box in boxes.walk_boxes(file, 0, path.stat().st_size))
    return Frames(streams, "codestreams of a JPX file")


def _of_webp(path: Path) -> Frames | None:
    """Count the frames of an animated WebP, which are chunks ANMF of its container (RFC 9649, 2.7.1.1)."""
    with mapped(path) as content:
        return Frames(sum(chunk.kind == b"ANMF" for chunk in walk_riff(content)), "an animation")


READERS = {formats.JPEG: _of_jpeg, formats.PNG: _of_png, formats.JPEG2000: _of_jpeg2000, formats.WEBP: _of_webp}
