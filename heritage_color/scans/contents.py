"""A delivery's entries, sorted by what they are for: pictures, what describes or lists them, and what lies beside."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from heritage_color.errors import NoPictureError
from heritage_color.images import formats
from heritage_color.images.reading import opening
from heritage_color.keys import FileName
from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.arrival.verdicts import VirusScan, is_withheld
from heritage_color.scans.decoding.messages import NEITHER, PICTURE, SIDECAR, Answer
from heritage_color.scans.integrity import bags_inside, checksums
from heritage_color.scans.integrity.bags_inside import Inside
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata import joining, manifests
from heritage_color.scans.metadata.manifest import Manifest
from heritage_color.scans.metadata.manifests import Stray

Answers = Mapping[Path, Answer]  # of the decoding process
ODD = ("link", "special", "refused")  # kinds of entries that are no files to read
WITHHELD = "withheld"  # kind of a file that the virus scan keeps from being opened: only its digests are made


@dataclass
class Contents:
    """A delivery's entries, by what they are for."""

    manifests: list[Manifest]
    strays: list[Stray]
    inside: Inside
    pictures: list[Entry] = field(default_factory=list)
    xmp: list[Entry] = field(default_factory=list)
    lists: list[Entry] = field(default_factory=list)
    sidecars: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)

    @property
    def beside(self) -> list[Entry]:
        """What is neither decoded nor taken in."""
        return self.lists + self.sidecars + self.others

    @property
    def left_behind(self) -> set[FileName]:
        """Files that systems and couriers leave and take away again; they do not make a delivery another one."""
        return {entry.name for entry in self.sidecars if names.is_sidecar(entry) and not names.is_manifest(entry)}


def sort_entries(received: Received, known: Answers | None, viruses: VirusScan) -> Contents:
    """The entries of a delivery; of `known` answers, only those of their files. Raises DeliveryError without pictures.

    A file is a picture by its name, by being named in a manifest, or by its first bytes.
    """
    walked = (_judged(entry, viruses) for entry in names.walk(received.folder))
    entries = [*(entry for entry in walked if known is None or entry.path in known), *received.refused]
    contents = Contents(
        manifests.read_all(received, entries), manifests.strays(received, entries), bags_inside.find_bags(entries)
    )
    named = {names.alike(name) for name in joining.named(contents.manifests)}
    strays = {stray.name for stray in contents.strays}
    for entry in entries:
        if entry.name in strays:
            contents.others.append(entry)
        elif entry.name in contents.inside.tags and entry.kind != WITHHELD:
            contents.sidecars.append(entry)
        else:
            _place(entry, named, contents).append(entry)
    if not contents.pictures and not received.refused:
        raise NoPictureError(f"{received.name} holds no picture. A delivery is a folder with scans in it.")
    return contents


def _judged(entry: Entry, viruses: VirusScan) -> Entry:
    """The entry; where the virus scan says so, it is marked so that nobody opens it, and refused like a picture."""
    verdict = viruses.verdicts.get(entry.path)
    if verdict is None or not is_withheld(verdict):
        return entry
    return replace(entry, kind=WITHHELD, fault=verdict.of(entry.name))


def _place(entry: Entry, named: set[str], contents: Contents) -> list[Entry]:
    """Return where an entry belongs; `named` are the files that manifests name, as a careless system has them."""
    if entry.kind == WITHHELD:
        return contents.pictures
    if names.is_sidecar(entry):
        return contents.sidecars
    if entry.kind == "file" and checksums.is_checksum_file(entry.path):
        return contents.lists
    if names.is_xmp(entry) and entry.kind == "file":
        return contents.xmp
    if formats.by_suffix(entry.path.suffix) or names.alike(entry.name) in named or _is_picture_by_its_bytes(entry):
        return contents.pictures
    return contents.lists if _holds_checksums(entry) else contents.others


def _holds_checksums(entry: Entry) -> bool:
    """Return whether a file is a list of checksums, though its name does not say so."""
    try:
        return entry.kind == "file" and checksums.looks_like_list(entry.path)
    except OSError:
        return False


def _is_picture_by_its_bytes(entry: Entry) -> bool:
    """Whether a file's first bytes are a picture's. Where looking raises anything, the decoding process decides."""
    with Isolated(file=entry.name):
        try:
            return entry.kind == "file" and opening.sniff(entry.path) is not None
        except OSError:
            return False
    return True


def content_of(entry: Entry) -> str:
    """As what a file is decoded while nothing else of its delivery is known: picture, sidecar, or "" for neither."""
    if not entry.size or names.is_sidecar(entry) or checksums.is_checksum_file(entry.path):
        return NEITHER
    return SIDECAR if names.is_xmp(entry) else PICTURE


def contents_by_entry(contents: Contents) -> Iterator[tuple[Entry, str]]:
    """All files to be read, each with what it is read as: pictures first, then their sidecars, then what is beside."""
    yield from ((entry, PICTURE) for entry in contents.pictures)
    yield from ((entry, SIDECAR) for entry in contents.xmp)
    yield from ((entry, NEITHER) for entry in contents.beside if entry.kind == "file")


def is_read(entry: Entry) -> bool:
    """Return whether an entry has bytes that are read, if only for its digests."""
    return entry.kind in ("file", WITHHELD)


def ordinary_files(entries: Iterable[Entry]) -> list[Path]:
    """Return where the ordinary files among entries lie."""
    return [entry.path for entry in entries if entry.kind == "file"]
