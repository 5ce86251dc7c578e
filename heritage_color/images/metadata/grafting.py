"""Tags of a TIFF's first directory, and of those for EXIF, GPS and interoperability, are read and put in.

exiv2 knows no BigTIFF, and where it edits a tiled TIFF of several pages it destroys the third page and all after it
(0.28.9). So it never writes into a TIFF file here: it writes its tags into a classic block in memory, and `graft`
appends a new first directory with them to the file. Nothing that stood in the file before moves, and no limit of
size takes a long text away.
"""

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from heritage_color.images.tagged.directories import Tiff, container
from heritage_color.images.tagged.notation import IFD8, LONG, WIDTHS, Listing, Notation, Tag, notation_of

NARROWER = {16: (4, "Q", "I"), 17: (9, "q", "i"), 18: (13, "Q", "I")}  # what a classic TIFF has in their place
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
    """A tag has a number, a type and count of values, and their bytes in the order of its file."""

    tag: int
    kind: int
    count: int
    value: bytes


def is_big(path: Path) -> bool:
    """Tell whether a file is a BigTIFF. Raises OSError."""
    with path.open("rb") as file:
        notation = notation_of(file.read(4))
    return notation is not None and notation.big


def as_classic(path: Path, master: int = 0) -> tuple[bytes, list[int]]:
    """Make a classic TIFF without samples that holds the tags of a TIFF, for readers that know no BigTIFF.

    `master` is the offset of the directory that is meant, if not the first one; where both have a tag, its own counts.
    The numbers of tags that are left out come, too: a classic TIFF cannot hold them, they lie outside the file, or are
    larger than 64 MiB. Raises NoDirectoryError, OSError.
    """
    lost: list[int] = []
    with path.open("rb") as file:
        tiff = _tiff(file)
        groups = _groups(tiff, lost, tiff.first())
        if master:
            groups = _over(groups, _groups(tiff, lost, master))
    order = tiff.notation.order
    return block({name: list(_narrowed(entries, order, lost)) for name, entries in groups.items()}, order), lost


def _over(first: Groups, further: Groups) -> Groups:
    """Join the tags of a further directory with those of the first that it lacks and that say nothing of samples."""
    told = {
        name: [entry for entry in entries if name or entry.tag not in OF_SAMPLES] for name, entries in first.items()
    }
    return {
        name: list({entry.tag: entry for entry in (*told.get(name, ()), *further.get(name, ()))}.values())
        for name in told | further
    }


def read_block(block: bytes) -> Groups:
    """Read the tags of a classic TIFF in memory. Raises NoDirectoryError."""
    tiff = _tiff(io.BytesIO(block))
    return _groups(tiff, [], tiff.first())


def order_of(path: Path) -> str:
    """Return the byte order of a TIFF, `<` or `>`. Raises NoDirectoryError, OSError."""
    with path.open("rb") as file:
        return _tiff(file).notation.order


def graft(groups: Groups, destination: Path) -> None:
    """Put tags, in the byte order of a TIFF or BigTIFF, into its first directory; of a tag that both have, they count.

    All that the file held stays where it is, further pages too. Raises NoDirectoryError, OSError.
    """
    with destination.open("r+b") as file:
        tiff = _tiff(file)
        notation, first = tiff.notation, _listing(tiff, tiff.first())
        end = file.seek(0, io.SEEK_END)
        end += file.write(bytes(end % 2))  # a directory begins on a word
        content, directory = _packed(groups, notation, end, first)
        file.write(content)
        file.seek(notation.start)
        file.write(notation.offset.pack(directory))


def block(groups: Groups, order: str) -> bytes:
    """Make a classic TIFF of directories only, in a byte order."""
    notation = Notation(order, False)
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 42)
    content, directory = _packed(groups, notation, len(head) + notation.offset.size, Listing([], 0, 0))
    return head + notation.offset.pack(directory) + content


def empty(order: str) -> bytes:
    """Make a classic TIFF of one tag and no samples, which exiv2 can write tags into."""
    return block({0: [Entry(WIDTH, LONG, 1, struct.pack(order + "I", 1))]}, order)


def _tiff(file: BinaryIO) -> Tiff:
    """Open a TIFF by its header; no directory is read yet."""
    tiff = container(file)
    if tiff is None:
        raise NoDirectoryError("it is no TIFF")
    return tiff


def _listing(tiff: Tiff, at: int) -> Listing:
    """Read the whole directory at an offset."""
    listing = tiff.listing(at, MOST_ENTRIES)
    if listing is None:
        raise NoDirectoryError("its directory lies behind the end of the file")
    if not 0 < listing.stated <= MOST_ENTRIES:
        raise NoDirectoryError(f"its directory has {listing.stated} entries")
    if len(listing.tags) < listing.stated:
        raise NoDirectoryError("its directory lies behind the end of the file")
    return listing


def _groups(tiff: Tiff, lost: list[int], at: int) -> Groups:
    """Read the entries of the directory at an offset, and of those that it points to, each once."""
    groups: Groups = {}
    waiting = {0: at}
    while waiting:
        name, at = waiting.popitem()
        try:
            tags = {tag.number: tag for tag in _listing(tiff, at).tags}
        except NoDirectoryError:
            if name == 0:
                raise
            lost.append(name)
            continue
        groups[name] = list(_entries(tiff, tags.values(), lost))
        pointers = (tags[number] for number in POINTERS if number in tags and number not in groups)
        waiting |= {pointer.number: _pointed_to(tiff, pointer) for pointer in pointers}
    return groups


def _pointed_to(tiff: Tiff, pointer: Tag) -> int:
    """Return the offset that a pointer holds, whichever of its types it has."""
    width = WIDTHS.get(pointer.kind, 4)
    return int.from_bytes(pointer.field[:width], "little" if tiff.notation.order == "<" else "big")


def _entries(tiff: Tiff, tags: Iterable[Tag], lost: list[int]) -> Iterator[Entry]:
    """Yield the tags with their values, without pointers; numbers of those that cannot be read go to `lost`."""
    for tag in tags:
        size = WIDTHS.get(tag.kind, 0) * tag.count
        if tag.number in PLACES or tag.number in POINTERS:
            continue
        value = tiff.bytes_at(tag.place, size) if 0 < size <= LARGEST_VALUE else b""
        if value:
            yield Entry(tag.number, tag.kind, tag.count, value)
        else:
            lost.append(tag.number)


def _narrowed(entries: list[Entry], order: str, lost: list[int]) -> Iterator[Entry]:
    """Yield the entries with the types that a classic TIFF knows."""
    for entry in entries:
        if entry.kind not in NARROWER:
            yield entry
            continue
        kind, wide, narrow = NARROWER[entry.kind]
        values = struct.unpack(f"{order}{entry.count}{wide}", entry.value)
        try:
            yield Entry(entry.tag, kind, entry.count, struct.pack(f"{order}{entry.count}{narrow}", *values))
        except struct.error:
            lost.append(entry.tag)


def _packed(groups: Groups, notation: Notation, at: int, first: Listing) -> tuple[bytes, int]:
    """Pack directories with their values as they stand from an offset on; also say where the first one stands.

    The first directory comes last. `first` is it as it was, whose values stand in the file already.
    """
    content = bytearray()
    kept: dict[int, dict[int, Tag]] = {0: {tag.number: tag for tag in first.tags}, EXIF: {}}
    place = at
    for name in (INTEROPERABILITY, EXIF, GPS, 0):
        if name not in groups:
            continue
        tags = kept.get(name, {}) | {tag.number: tag for tag in _placed(groups[name], notation, at, content)}
        place = at + len(content)
        content += _directory(tags, notation, first.following if name == 0 else 0)
        owner = kept[EXIF if name == INTEROPERABILITY else 0]
        owner[name] = Tag(name, IFD8 if notation.big else LONG, 1, notation.offset.pack(place), place)
    return bytes(content), place


def _placed(entries: list[Entry], notation: Notation, at: int, content: bytearray) -> Iterator[Tag]:
    """Yield entries as tags; longer values are put at the end of the content, which stands from an offset on."""
    for entry in entries:
        field, place = entry.value, at + len(content)
        if len(field) > notation.offset.size:
            field = notation.offset.pack(place)
            content += entry.value + bytes(len(entry.value) % 2)
        yield Tag(entry.tag, entry.kind, entry.count, field.ljust(notation.offset.size, b"\0"), place)


def _directory(tags: dict[int, Tag], notation: Notation, following: int) -> bytes:
    ordered = (tags[number] for number in sorted(tags))
    lines = (notation.entry.pack(tag.number, tag.kind, tag.count, tag.field) for tag in ordered)
    return notation.number.pack(len(tags)) + b"".join(lines) + notation.offset.pack(following)
