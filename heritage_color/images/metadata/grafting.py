"""The tags of a TIFF's first directory, and of its EXIF, GPS and interoperability directories, read and put in.

exiv2 knows no BigTIFF, and where it edits a tiled TIFF of several pages it destroys the third page and all after it
(0.28.9). So it never writes into a TIFF file here: it writes its tags into a classic block in memory, and `graft`
appends a new first directory with them to the file. Nothing that stood in the file before moves, and no limit of
size takes a long text away.
TIFF 6.0, section 2; BigTIFF: https://www.awaresystems.be/imaging/tiff/bigtiff.html.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# Bytes of a value by its type: 1 BYTE to 13 IFD, 16 to 18 the eight-byte types of BigTIFF
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
NARROWER = {16: (4, "Q", "I"), 17: (9, "q", "i"), 18: (13, "Q", "I")}  # what a classic TIFF has in their place
LONG, IFD8 = 4, 18
WIDTH, LENGTH, XMP, IPTC = 256, 257, 700, 33723
EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965
POINTERS = (EXIF, GPS, INTEROPERABILITY)
LAYERS = 37724  # Photoshop's ImageSourceData: a picture of its own, which Photoshop shows in place of the samples
# Where samples and further pictures lie: a block without samples has nothing that these could point to
PLACES = frozenset({273, 279, 288, 289, 324, 325, 330, 400, 513, 514, 519, 520, 521, LAYERS})
# Tags of samples, their size, their order and their colours: what those of one directory say tells nothing of another
OF_SAMPLES = frozenset(
    {*range(254, 269), *range(273, 285), *range(288, 294), 296, 301, *range(317, 348), *range(512, 533), 34675}
)
MOST_ENTRIES = 4096  # of one directory
LARGEST_VALUE = 64 * 2**20  # bytes of one tag

Groups = dict[int, list["Entry"]]  # entries by directory: 0 is the first, others bear the tag that points to them


class NoDirectoryError(ValueError):
    """A file has no TIFF directory that can be read."""


@dataclass(frozen=True)
class Entry:
    """A tag: its number, type and count of values, and their bytes in the order of its file."""

    tag: int
    kind: int
    count: int
    value: bytes


@dataclass(frozen=True)
class Layout:
    """How a TIFF writes its numbers: `order` is `<` or `>`; `big` is BigTIFF, with offsets of eight bytes."""

    order: str
    big: bool

    @property
    def offset(self) -> struct.Struct:
        """An offset; as many bytes are there in an entry for its value."""
        return struct.Struct(self.order + ("Q" if self.big else "I"))

    @property
    def number(self) -> struct.Struct:
        """How many entries a directory has."""
        return struct.Struct(self.order + ("Q" if self.big else "H"))

    @property
    def entry(self) -> struct.Struct:
        """An entry: tag, type, count, and the value or its offset."""
        return struct.Struct(self.order + ("HHQ8s" if self.big else "HHI4s"))

    @property
    def start(self) -> int:
        """Where the header has the offset of the first directory."""
        return 8 if self.big else 4


def layout_of(head: bytes) -> Layout | None:
    """The layout that the first four bytes of a file tell; None where it is no TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    magic = struct.unpack(order + "H", head[2:4])[0] if order and len(head) >= 4 else 0
    return Layout(order, magic == 43) if magic in (42, 43) else None


def is_big(path: Path) -> bool:
    """Whether a file is a BigTIFF. Raises OSError."""
    with path.open("rb") as file:
        found = layout_of(file.read(4))
    return found is not None and found.big


def as_classic(path: Path, master: int = 0) -> tuple[bytes, list[int]]:
    """A classic TIFF without samples that holds the tags of a TIFF, for readers that know no BigTIFF.

    `master`: offset of the directory that is meant, if not the first one; where both have a tag, its own counts.
    Also the numbers of tags that are left out: a classic TIFF cannot hold them, they lie outside the file, or are
    larger than 64 MiB. Raises NoDirectoryError, OSError.
    """
    lost: list[int] = []
    with path.open("rb") as file:
        layout, groups = _groups(file, lost)
        if master:
            groups = _over(groups, _groups(file, lost, master)[1])
    narrow = {name: list(_narrowed(entries, layout, lost)) for name, entries in groups.items()}
    return block(narrow, layout.order), lost


def _over(first: Groups, further: Groups) -> Groups:
    """The tags of a further directory, and those of the first that it lacks and that say nothing of samples."""
    told = {name: [one for one in entries if name or one.tag not in OF_SAMPLES] for name, entries in first.items()}
    return {
        name: list({one.tag: one for one in (*told.get(name, ()), *further.get(name, ()))}.values())
        for name in told | further
    }


def read(block: bytes) -> Groups:
    """The tags of a classic TIFF in memory. Raises NoDirectoryError."""
    return _groups(io.BytesIO(block), [])[1]


def order_of(path: Path) -> str:
    """The byte order of a TIFF, `<` or `>`. Raises NoDirectoryError, OSError."""
    with path.open("rb") as file:
        return _start(file)[0].order


def graft(groups: Groups, destination: Path) -> None:
    """Put tags, in the byte order of a TIFF or BigTIFF, into its first directory; of a tag that both have, they count.

    All that the file held stays where it is, further pages too. Raises NoDirectoryError, OSError.
    """
    with destination.open("r+b") as file:
        layout, first = _start(file)
        kept, following = _records(file, layout, first)
        end = file.seek(0, io.SEEK_END)
        end += file.write(bytes(end % 2))  # a directory begins on a word
        content, directory = _packed(groups, layout, end, kept, following)
        file.write(content)
        file.seek(layout.start)
        file.write(layout.offset.pack(directory))


def block(groups: Groups, order: str) -> bytes:
    """A classic TIFF of directories only, in a byte order."""
    layout = Layout(order, False)
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 42)
    content, directory = _packed(groups, layout, len(head) + layout.offset.size)
    return head + layout.offset.pack(directory) + content


def empty(order: str) -> bytes:
    """A classic TIFF of one tag and no samples, which exiv2 can write tags into."""
    return block({0: [Entry(WIDTH, LONG, 1, struct.pack(order + "I", 1))]}, order)


def _start(file: BinaryIO) -> tuple[Layout, int]:
    """The layout of a TIFF, and the offset of its first directory."""
    file.seek(0)
    layout = layout_of(file.read(4))
    if layout is None:
        raise NoDirectoryError("it is no TIFF")
    file.seek(layout.start)
    return layout, layout.offset.unpack(_exactly(file, layout.offset.size))[0]


def _exactly(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise NoDirectoryError("its directory lies behind the end of the file")
    return found


def _records(file: BinaryIO, layout: Layout, at: int) -> tuple[dict[int, tuple], int]:
    """The entries of a directory as they stand there, by tag, and the offset of the next directory."""
    _go_to(file, at)
    number = layout.number.unpack(_exactly(file, layout.number.size))[0]
    if not 0 < number <= MOST_ENTRIES:
        raise NoDirectoryError(f"its directory has {number} entries")
    found = list(layout.entry.iter_unpack(_exactly(file, number * layout.entry.size)))
    following = file.read(layout.offset.size)
    whole = len(following) == layout.offset.size
    return {record[0]: record for record in found}, layout.offset.unpack(following)[0] if whole else 0


def _groups(file: BinaryIO, lost: list[int], meant: int = 0) -> tuple[Layout, Groups]:
    """The entries of the first directory, or of that meant, and of those that it points to, each read once."""
    layout, first = _start(file)
    groups: Groups = {}
    waiting = {0: meant or first}
    while waiting:
        name, at = waiting.popitem()
        try:
            records = _records(file, layout, at)[0]
        except NoDirectoryError:
            if name == 0:
                raise
            lost.append(name)
            continue
        groups[name] = list(_entries(file, layout, records, lost))
        waiting |= {tag: _place(layout, records[tag]) for tag in POINTERS if tag in records and tag not in groups}
    return layout, groups


def _place(layout: Layout, record: tuple) -> int:
    """The offset that a pointer holds, whichever of its types it has."""
    width = SIZES.get(record[1], 4)
    return int.from_bytes(record[3][:width], "little" if layout.order == "<" else "big")


def _entries(file: BinaryIO, layout: Layout, records: dict[int, tuple], lost: list[int]) -> Iterator[Entry]:
    for tag, kind, count, field in records.values():
        size = SIZES.get(kind, 0) * count
        if tag in PLACES or tag in POINTERS:
            continue
        if not 0 < size <= LARGEST_VALUE:
            lost.append(tag)
            continue
        value = field[:size] if size <= len(field) else _value(file, layout.offset.unpack(field)[0], size)
        if len(value) == size:
            yield Entry(tag, kind, count, value)
        else:
            lost.append(tag)


def _value(file: BinaryIO, at: int, size: int) -> bytes:
    _go_to(file, at)
    return file.read(size)


def _go_to(file: BinaryIO, at: int) -> None:
    """Go to an offset, or to the end where it lies behind that: BigTIFF's may be larger than any file's."""
    file.seek(min(at, file.seek(0, io.SEEK_END)))


def _narrowed(entries: list[Entry], layout: Layout, lost: list[int]) -> Iterator[Entry]:
    """Entries with the types that a classic TIFF knows."""
    for entry in entries:
        if entry.kind not in NARROWER:
            yield entry
            continue
        kind, wide, narrow = NARROWER[entry.kind]
        values = struct.unpack(f"{layout.order}{entry.count}{wide}", entry.value)
        try:
            yield Entry(entry.tag, kind, entry.count, struct.pack(f"{layout.order}{entry.count}{narrow}", *values))
        except struct.error:
            lost.append(entry.tag)


def _packed(
    groups: Groups, layout: Layout, at: int, kept: dict[int, tuple] | None = None, following: int = 0
) -> tuple[bytes, int]:
    """Directories with their values as they stand from an offset on, and the offset of the first one, the last there.

    `kept`: entries of the first directory whose values stand in the file already; `following`: the next directory.
    """
    content = bytearray()
    pointers: dict[int, dict[int, tuple]] = {0: dict(kept or {}), EXIF: {}}
    place = at
    for name in (INTEROPERABILITY, EXIF, GPS, 0):
        if name not in groups:
            continue
        records = pointers.get(name, {}) | dict(_placed(groups[name], layout, at, content))
        place = at + len(content)
        content += _directory(records, layout, following if name == 0 else 0)
        owner = pointers[EXIF if name == INTEROPERABILITY else 0]
        owner[name] = (name, IFD8 if layout.big else LONG, 1, layout.offset.pack(place))
    return bytes(content), place


def _placed(entries: list[Entry], layout: Layout, at: int, content: bytearray) -> Iterator[tuple[int, tuple]]:
    """Entries by tag, their longer values put at the end of the content, which stands from an offset on."""
    for entry in entries:
        field = entry.value
        if len(field) > layout.offset.size:
            field = layout.offset.pack(at + len(content))
            content += entry.value + bytes(len(entry.value) % 2)
        yield entry.tag, (entry.tag, entry.kind, entry.count, field.ljust(layout.offset.size, b"\0"))


def _directory(records: dict[int, tuple], layout: Layout, following: int) -> bytes:
    lines = b"".join(layout.entry.pack(*records[tag]) for tag in sorted(records))
    return layout.number.pack(len(records)) + lines + layout.offset.pack(following)
