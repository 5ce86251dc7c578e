"""Walks through the chunks of PNG (third edition, 5.3) and of RIFF, in which WebP lies (RFC 9649, 2.3)."""

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
RIFF_HEAD = 12  # bytes: RIFF, a length, and the kind of its content
MOST_PNG_CHUNKS = 200_000  # of 8 KiB each, as libpng writes them, more than a gigabyte
MOST_RIFF_CHUNKS = 10_000


@dataclass(frozen=True)
class Chunk:
    """A chunk has a kind of four letters, a place where its content begins, and the length that it states."""

    kind: bytes
    place: int
    length: int


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """Map a file, which must not be empty: its bytes are read as they are asked for. Raises OSError."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def walk_png(content: mmap.mmap) -> Iterator[Chunk]:
    """Yield the chunks of a PNG as far as it goes; the last one's content may lie behind the end."""
    place = len(PNG_SIGNATURE)
    for _ in range(MOST_PNG_CHUNKS):
        if place + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, place)
        yield Chunk(kind, place + 8, length)
        place += 12 + length


def walk_riff(content: mmap.mmap) -> Iterator[Chunk]:
    """Yield the chunks of a RIFF file as far as it goes; the last one's content may lie behind the end."""
    place = RIFF_HEAD
    for _ in range(MOST_RIFF_CHUNKS):
        if place + 8 > len(content):
            return
        kind, length = struct.unpack_from("<4sI", content, place)
        yield Chunk(kind, place + 8, length)
        place += 8 + length + length % 2


def content_of(content: mmap.mmap, chunk: Chunk, most: int) -> bytes:
    """Return the first bytes of a chunk's content, at most so many; there are fewer where the file ends before."""
    return content[chunk.place : chunk.place + min(chunk.length, most)]
