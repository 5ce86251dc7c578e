"""TIFF and BigTIFF write directories in their own notations: byte order, widths of numbers, and a list of tags.

TIFF 6.0, section 2; BigTIFF as libtiff has it (https://www.awaresystems.be/imaging/tiff/bigtiff.html).
"""

import struct
from dataclasses import dataclass
from functools import cached_property

# Bytes of a value and its letter of struct, by the number of its type; rationals are two values
SINGLE = {1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q",
    18: "Q"}  # fmt: skip
RATIONAL = {5: "I", 10: "i"}
WIDTHS = {kind: struct.calcsize(f"={letter}") for kind, letter in SINGLE.items()} | dict.fromkeys(RATIONAL, 8)
FLOATS = (11, 12)
ASCII, SHORT, LONG, FRACTION, UNDEFINED, IFD8 = 2, 3, 4, 5, 7, 18


@dataclass(frozen=True)
class Notation:
    """A file writes its numbers in an `order`, `<` or `>`; `big` is BigTIFF, with offsets of eight bytes."""

    order: str
    big: bool

    @cached_property
    def offset(self) -> struct.Struct:
        """Pack an offset; an entry has as many bytes for its value."""
        return struct.Struct(self.order + ("Q" if self.big else "I"))

    @cached_property
    def number(self) -> struct.Struct:
        """Pack the number of entries of a directory."""
        return struct.Struct(self.order + ("Q" if self.big else "H"))

    @cached_property
    def entry(self) -> struct.Struct:
        """Pack an entry: tag, type, count, and the value or its offset."""
        return struct.Struct(self.order + ("HHQ8s" if self.big else "HHI4s"))

    @property
    def start(self) -> int:
        """Return where the header has the offset of the first directory."""
        return 8 if self.big else 4


@dataclass(frozen=True, slots=True)
class Tag:
    """A directory lists a tag so; `field` holds the values or their offset, and `place` is where they stand."""

    number: int
    kind: int
    count: int
    field: bytes
    place: int


@dataclass(frozen=True)
class Listing:
    """A directory has tags as far as the file goes, states how many it has, and gives the offset of the next one.

    The offset is 0 behind the last directory, and where the file ends before it.
    """

    tags: list[Tag]
    stated: int
    following: int


def notation_of(head: bytes) -> Notation | None:
    """Return the notation that the first four bytes of a file tell; None where it is no TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    magic = struct.unpack(order + "H", head[2:4])[0] if order and len(head) >= 4 else 0
    return Notation(order, magic == 43) if magic in (42, 43) else None
