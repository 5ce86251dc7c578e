"""The directories of a TIFF or BigTIFF: a bounded reader of tags, both byte orders, that no broken list leads astray.

TIFF 6.0, section 2; BigTIFF as libtiff has it. Offsets are counted from the file's first byte.
"""

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from heritage_color.images.refusals import RefusedError

MOST_DIRECTORIES = 10_000
MOST_TAGS = 500_000  # of all directories together; a scanner writes some twenty in each
MOST_VALUES = 2**16 * 3  # of a tag; the longest that we ask for is a palette of 16 bits
LARGEST_BLOCK = 2**26  # bytes of a profile or of Photoshop's resources
SUB_DIRECTORIES = 330
# Bytes of a value and its letter of struct, by the number of its type; rationals are two values
SINGLE = {1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q",
    18: "Q"}  # fmt: skip
WIDTHS = {kind: struct.calcsize(f"={letter}") for kind, letter in SINGLE.items()}
FLOATS = (11, 12)
RATIONAL = {5: "I", 10: "i"}
ASCII, UNDEFINED = 2, 7
BEYOND = "goes on beyond the file's end"
CIRCLE = "runs in a circle"
TOO_LONG = f"has more than {MOST_DIRECTORIES:,} entries"


@dataclass(frozen=True)
class Tag:
    """Where a tag's values lie: their type, how many they are, and their place in the file."""

    kind: int
    count: int
    place: int


@dataclass(frozen=True)
class Entry:
    """One directory: where it lies, its tags by number, its place as readers count; `parent` of a sub-directory."""

    offset: int
    tags: dict[int, Tag]
    page: int
    sub: int | None = None
    parent: "Entry | None" = None


@dataclass
class Tiff:
    """An open TIFF; `entries` are its directories in order, each followed by those that hang on it.

    `broken` says what is wrong with the list of directories, empty where nothing is; `left` tags may still be read.
    """

    file: BinaryIO
    size: int
    order: str
    big: bool
    entries: list[Entry] = field(default_factory=list)
    broken: str = ""
    left: int = MOST_TAGS

    def values(self, entry: Entry, number: int) -> tuple:
        """The whole numbers of a tag, pairs of a rational as two; empty where there are none."""
        tag = entry.tags.get(number)
        if tag is None or tag.count > MOST_VALUES or tag.kind in FLOATS:
            return ()
        letter, count = SINGLE.get(tag.kind), tag.count
        if letter is None:
            letter, count = RATIONAL.get(tag.kind), tag.count * 2
        return self._unpacked(tag.place, f"{count}{letter}") if letter else ()

    def floats(self, entry: Entry, number: int) -> tuple[float, ...]:
        """The numbers of a tag of floats, if all are finite; of another type none."""
        tag = entry.tags.get(number)
        if tag is None or tag.count > MOST_VALUES or tag.kind not in FLOATS:
            return ()
        values = self._unpacked(tag.place, f"{tag.count}{SINGLE[tag.kind]}")
        return values if all(map(math.isfinite, values)) else ()

    def fractions(self, entry: Entry, number: int) -> tuple[float, ...]:
        """Fractions of a tag; other numbers as they are; empty where one has no denominator."""
        values = self.values(entry, number)
        if number in entry.tags and entry.tags[number].kind not in RATIONAL:
            return tuple(float(value) for value in values) or self.floats(entry, number)
        pairs = list(zip(values[::2], values[1::2], strict=True))
        return tuple(over / under for over, under in pairs) if all(under for _, under in pairs) else ()

    def number(self, entry: Entry, number: int, default: int = 0) -> int:
        """The first number of a tag."""
        values = self.values(entry, number)
        return values[0] if values else default

    def text(self, entry: Entry, number: int) -> str:
        """The text of a tag, without the zero at its end."""
        return self.block(entry, number).split(b"\0")[0].decode("utf-8", "replace")

    @property
    def longest(self) -> int:
        """Bytes of all tags of a directory, of that which has most; as far as the file goes."""
        totals = (sum(_bytes_of(tag) for tag in entry.tags.values()) for entry in self.entries)
        return min(max(totals), self.size)

    def block(self, entry: Entry, number: int) -> bytes:
        """The bytes of a tag of one-byte values, such as a profile; empty where they are not there."""
        tag = entry.tags.get(number)
        if tag is None or tag.kind not in (1, ASCII, 6, UNDEFINED) or tag.count > LARGEST_BLOCK:
            return b""
        return self._bytes(tag.place, tag.count)

    def _bytes(self, place: int, count: int) -> bytes:
        if place < 0 or place + count > self.size:
            return b""
        self.file.seek(place)
        return self.file.read(count)

    def _unpacked(self, place: int, layout: str) -> tuple:
        layout = self.order + layout
        content = self._bytes(place, struct.calcsize(layout))
        return struct.unpack(layout, content) if content else ()

    def read_directories(self) -> None:
        """Fill `entries`. Raises RefusedError where not even the first can be read."""
        (offset,) = self._unpacked(8, "Q") or (0,) if self.big else self._unpacked(4, "I")
        seen: set[int] = set()
        while offset and not self.broken:
            entry, following = self._entry(offset, len(seen))
            if entry is None or offset in seen or len(self.entries) >= MOST_DIRECTORIES:
                self.broken = BEYOND if entry is None else CIRCLE if offset in seen else TOO_LONG
                break
            seen.add(offset)
            self.entries += [entry, *self._below(entry)]
            offset = following
        if not self.entries:
            raise RefusedError("truncated") if offset else RefusedError("damaged", why="it has no directory")

    def _below(self, parent: Entry) -> list[Entry]:
        """The directories that hang on one, those that can be read."""
        offsets = self.values(parent, SUB_DIRECTORIES)[:MOST_DIRECTORIES]
        found = (self._entry(offset, parent.page, sub, parent)[0] for sub, offset in enumerate(offsets))
        return [entry for entry in found if entry]

    def _entry(self, offset: int, page: int, sub: int | None = None, parent: Entry | None = None):
        """A directory and the offset of the next one; None where it cannot be read."""
        head, length = ("Q", 20) if self.big else ("H", 12)
        (count,) = self._unpacked(offset, head) or (0,)
        start = offset + struct.calcsize(self.order + head)
        content = self._bytes(start, count * length) if 0 < count <= self.left else b""
        if not content:
            return None, 0
        self.left -= count
        layout, inline = (self.order + "HHQ8x", 8) if self.big else (self.order + "HHI4x", 4)
        tags: dict[int, Tag] = {}
        for index, (number, kind, values) in enumerate(struct.iter_unpack(layout, content)):
            place = start + index * length + length - inline
            if struct.calcsize(SINGLE.get(kind) or "8s") * values > inline:
                (place,) = struct.unpack(self.order + ("Q" if self.big else "I"), content[place - start :][:inline])
            tags.setdefault(number, Tag(kind, values, place))
        (following,) = self._unpacked(start + len(content), "Q" if self.big else "I") or (0,)
        return Entry(offset, tags, page, sub, parent), following


def _bytes_of(tag: Tag) -> int:
    return WIDTHS.get(tag.kind, 8) * tag.count


def opened(file: BinaryIO, path: Path) -> Tiff:
    """The directories of an open file. Raises RefusedError."""
    head = file.read(8)
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 8:
        raise RefusedError("truncated")
    tiff = Tiff(file, path.stat().st_size, order, struct.unpack(order + "H", head[2:4]) == (43,))
    tiff.read_directories()
    return tiff
