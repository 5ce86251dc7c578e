"""A bounded reader finds the directories of a TIFF or BigTIFF, and no broken list leads it astray.

Offsets are counted from the file's first byte.
"""

import io
import math
import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged.notation import (
    ASCII,
    FLOATS,
    RATIONAL,
    SINGLE,
    UNDEFINED,
    WIDTHS,
    Listing,
    Notation,
    Tag,
    notation_of,
)

MOST_DIRECTORIES = 10_000
MOST_TAGS = 500_000  # of all directories together; a scanner writes some twenty in each
MOST_VALUES = 2**16 * 3  # of a tag; the longest that we ask for is a palette of 16 bits
LARGEST_BLOCK = 2**26  # bytes of a profile or of Photoshop's resources
SUB_DIRECTORIES = 330
BEYOND = "goes on beyond the file's end"
CIRCLE = "runs in a circle"
TOO_LONG = f"has more than {MOST_DIRECTORIES:,} entries"


@dataclass(frozen=True)
class Entry:
    """A directory lies somewhere, has tags by number and a place as readers count; a sub-directory has a `parent`."""

    offset: int
    tags: dict[int, Tag]
    page: int
    sub: int | None = None
    parent: "Entry | None" = None


@dataclass
class Tiff:
    """An open TIFF has `entries`, its directories in order, each followed by those that hang on it.

    `broken` says what is wrong with the list of directories, empty where nothing is; `left` tags may still be read.
    """

    file: BinaryIO
    size: int
    notation: Notation
    entries: list[Entry] = field(default_factory=list)
    broken: str = ""
    left: int = MOST_TAGS

    def values(self, entry: Entry, number: int) -> tuple[int, ...]:
        """Return the whole numbers of a tag, a rational as a pair of them; empty where there are none."""
        tag = entry.tags.get(number)
        if tag is None or tag.count > MOST_VALUES or tag.kind in FLOATS:
            return ()
        width = WIDTHS.get(tag.kind, 0) * tag.count
        content = self.bytes_at(tag.place, width) if width else b""
        return struct.unpack(f"{self.notation.order}{_layout(tag)}", content) if content else ()

    def floats(self, entry: Entry, number: int) -> tuple[float, ...]:
        """Return the numbers of a tag of floats, if all are finite; a tag of another type has none."""
        tag = entry.tags.get(number)
        if tag is None or tag.count > MOST_VALUES or tag.kind not in FLOATS:
            return ()
        content = self.bytes_at(tag.place, WIDTHS[tag.kind] * tag.count)
        values = struct.unpack(f"{self.notation.order}{_layout(tag)}", content) if content else ()
        return values if all(map(math.isfinite, values)) else ()

    def fractions(self, entry: Entry, number: int) -> tuple[float, ...]:
        """Return the fractions of a tag, or other numbers as they are; empty where one has no denominator."""
        values = self.values(entry, number)
        if number in entry.tags and entry.tags[number].kind not in RATIONAL:
            return tuple(float(value) for value in values) or self.floats(entry, number)
        pairs = list(zip(values[::2], values[1::2], strict=True))
        return tuple(over / under for over, under in pairs) if all(under for _, under in pairs) else ()

    def number(self, entry: Entry, number: int, default: int = 0) -> int:
        """Return the first number of a tag."""
        values = self.values(entry, number)
        return values[0] if values else default

    def text(self, entry: Entry, number: int) -> str:
        """Return the text of a tag, without the zero at its end."""
        return self.block(entry, number).split(b"\0")[0].decode("utf-8", "replace")

    @property
    def longest(self) -> int:
        """Return the bytes of all tags of the directory that has most, as far as the file goes."""
        totals = (sum(_bytes_of(tag) for tag in entry.tags.values()) for entry in self.entries)
        return min(max(totals), self.size)

    def block(self, entry: Entry, number: int) -> bytes:
        """Return the bytes of a tag of one-byte values, such as a profile; empty where they are not there."""
        tag = entry.tags.get(number)
        if tag is None or tag.kind not in (1, ASCII, 6, UNDEFINED) or tag.count > LARGEST_BLOCK:
            return b""
        return self.bytes_at(tag.place, tag.count)

    def bytes_at(self, place: int, count: int) -> bytes:
        """Read so many bytes from a place on; empty where the file does not hold them all."""
        if place < 0 or place + count > self.size:
            return b""
        self.file.seek(place)
        return self.file.read(count)

    def first(self) -> int:
        """Return the offset of the first directory; 0 where the file has none or ends before it."""
        return self._offset(self.notation.start)

    def _offset(self, place: int) -> int:
        content = self.bytes_at(place, self.notation.offset.size)
        return int(self.notation.offset.unpack(content)[0]) if content else 0

    def listing(self, at: int, most: int) -> Listing | None:
        """List the directory at an offset; None where it is behind the end.

        If it states more than `most` tags, none of them is read.
        """
        notation = self.notation
        head = self.bytes_at(at, notation.number.size)
        if not head:
            return None
        (stated,) = notation.number.unpack(head)
        start, length = at + notation.number.size, notation.entry.size
        whole = min(stated, (self.size - start) // length) if stated <= most else 0
        content = self.bytes_at(start, whole * length)
        inline, tags = notation.offset.size, []
        for index, (number, kind, count, values) in enumerate(notation.entry.iter_unpack(content), 1):
            place = start + index * length - inline
            if WIDTHS.get(kind, 8) * count > inline:
                (place,) = notation.offset.unpack(values)
            tags.append(Tag(number, kind, count, values, place))
        return Listing(tags, stated, self._offset(start + stated * length))

    def entry_at(self, at: int) -> Entry | None:
        """Read the directory at an offset as far as the file goes; None where it lies behind the end."""
        listing = self.listing(at, MOST_TAGS)
        return Entry(at, _first_of_each(listing.tags), 0) if listing else None

    def read_directories(self) -> None:
        """Fill `entries`. Raises RefusedError where not even the first can be read."""
        offset = self.first()
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
        """Read the directories that hang on one, as far as they can be read."""
        offsets = self.values(parent, SUB_DIRECTORIES)[:MOST_DIRECTORIES]
        entries = (self._entry(offset, parent.page, sub, parent)[0] for sub, offset in enumerate(offsets))
        return [entry for entry in entries if entry]

    def _entry(
        self, offset: int, page: int, sub: int | None = None, parent: Entry | None = None
    ) -> tuple[Entry | None, int]:
        """Read a directory and the offset of the next one; None where it cannot be read."""
        listing = self.listing(offset, self.left)
        if listing is None or not 0 < listing.stated == len(listing.tags):
            return None, 0
        self.left -= listing.stated
        return Entry(offset, _first_of_each(listing.tags), page, sub, parent), listing.following


def _first_of_each(tags: list[Tag]) -> dict[int, Tag]:
    """Return tags by their number; of one that is listed twice, the first counts."""
    first: dict[int, Tag] = {}
    for tag in tags:
        first.setdefault(tag.number, tag)
    return first


def _layout(tag: Tag) -> str:
    """Write the values of a tag as `struct` has them; a rational is a pair."""
    if tag.kind in RATIONAL:
        return f"{2 * tag.count}{RATIONAL[tag.kind]}"
    return f"{tag.count}{SINGLE[tag.kind]}"


def _bytes_of(tag: Tag) -> int:
    return WIDTHS.get(tag.kind, 8) * tag.count


def container(file: BinaryIO) -> Tiff | None:
    """Open a TIFF, of which no directory is read yet; None stands for what has not its header."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    notation = notation_of(file.read(4))
    return Tiff(file, size, notation) if notation and size >= 8 else None


def open_directories(file: BinaryIO) -> Tiff:
    """Open a TIFF and read its directories. Raises RefusedError."""
    tiff = container(file)
    if tiff is None:
        raise RefusedError("truncated")
    tiff.read_directories()
    return tiff
