"""All manifests of a delivery: one at its top, one in the folder of a box, or both; and what looks like one.

Each speaks of what lies in its folder and below. Where several speak of one file they have to say the same. A table
that looks like a manifest and is not read may protect pictures that nobody knows of, so these stay out.
"""

import html
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from zipfile import ZipFile

from heritage_color.images import formats
from heritage_color.scans.arrival.companions import SHEETS, TABLES
from heritage_color.scans.arrival.damage import DAMAGE
from heritage_color.scans.arrival.names import MANIFEST, Entry, is_manifest, printable, walk
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.integrity import bags, checksums
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata import headings, manifest, signs
from heritage_color.scans.metadata.manifest import Manifest
from heritage_color.scans.reporting.notes import Note
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered
from heritage_color.texts import encoding_of

PACKED_SHEETS = frozenset({".xlsx", ".xlsm", ".ods"})
TEXTS_OF_SHEETS = re.compile(r"xl/sharedStrings\.xml|xl/worksheets/sheet\d\.xml|content\.xml", re.IGNORECASE)
MAY_PROTECT = re.compile("colo|kolo|warn|f.{1,2}rb|kleur|content.?[wn]|trigger|a(d)?vert", re.IGNORECASE)
LARGEST_SHEET = 2**26  # bytes
CELL = re.compile(r">([^<>]{1,60})<")
MANIFEST_AND_MORE = re.compile(r"\s*manifest\.csv(?!\.(asc|sig|p7s|xmp)$).*", re.IGNORECASE | re.DOTALL)
FIRST = 10  # lines in which a header is looked for: titles stand above some
TEXTS = frozenset({"", ".txt", ".bak", ".old", ".json", ".xml"})
LOCKS = re.compile(r"~\$.*|\.~lock\..*|\._.*")  # of Excel, LibreOffice and the Finder; they hold no table
NEAR = 0.85  # of difflib: a letter too many, too few or wrong
HEADER = 2**16  # bytes of a table in which its header is looked for


@dataclass(frozen=True)
class Stray:
    """A file that looks like a manifest and is not read, and why. A `sheet` is not read beside a manifest that is.

    It may speak of what lies beside `place` and below: of itself, or, for a bag's tag file, of the whole bag.
    """

    name: str
    why: str
    sheet: bool
    place: str

    @property
    def finding(self) -> Finding:
        """What is said of the file itself."""
        return finding("manifest-stray", self.name, why=self.why)


def read_all(received: Received, entries: Iterable[Entry]) -> list[Manifest]:
    """Return the manifests among the entries of a delivery, those of its upper folders first."""
    read = [_read(entry) for entry in entries if is_manifest(entry)]
    if (received.folder / MANIFEST).is_dir():
        read.append(Manifest(broken="it is not an ordinary file"))
    return sorted(read, key=lambda manifest: (manifest.source.count("/"), manifest.source))


def _read(entry: Entry) -> Manifest:
    if entry.kind != "file":
        code = entry.fault.code if entry.fault else ""
        source = entry.path.name if code == "entry-outside" else entry.name  # it lies nowhere, and may speak of all
        return Manifest(broken="it was refused itself" if code else "it is not an ordinary file", source=source)
    with Isolated(file=entry.name) as place:
        return manifest.read_manifest(entry.path, entry.name)
    return Manifest(broken=place.error, source=entry.name)


def strays(received: Received, entries: Collection[Entry]) -> list[Stray]:
    """The files that look like manifests and are not read, also those beside a bag's payload."""
    others = [entry for entry in entries if not is_manifest(entry)]
    inside = [(entry, _why(entry)) for entry in others]
    if len(others) == len(entries):  # what a spreadsheet says, its manifest may say as well
        inside += [(entry, _why_sheet(entry)) for entry, why in inside if not why]
    beside = [(entry, "it lies beside the payload of its bag") for entry in _beside_payload(received)]
    return [
        Stray(entry.name, why, entry.path.suffix.lower() in SHEETS, _place(entry, received.folder))
        for entry, why in inside + beside
        if why
    ]


def _place(entry: Entry, folder: Path) -> str:
    """The name of an entry of a delivery's folder, or of the declaration of the bag of which it is a tag file."""
    if not entry.path.is_relative_to(folder):
        return bags.DECLARATION  # of the bag whose payload is the delivery
    inside = entry.path.relative_to(folder)
    roots = (part for part in inside.parents if bags.is_bag(folder / part))
    root = next((part for part in roots if inside.relative_to(part).parts[0] != bags.PAYLOAD), None)
    return entry.name if root is None else (root / bags.DECLARATION).as_posix()


def _beside_payload(received: Received) -> list[Entry]:
    """Return the manifests of a bag whose maker put them among its tag files."""
    root = received.folder.parent
    if received.folder.name != bags.PAYLOAD or not bags.is_bag(root):
        return []
    tags = (entry for entry in walk(root) if not entry.name.startswith(f"{bags.PAYLOAD}/"))
    return [entry for entry in tags if is_manifest(entry) or _why(entry)]


def _why(entry: Entry) -> str:
    """Return why a file that looks like a manifest is not read; empty where it does not."""
    name, suffix = entry.path.name, entry.path.suffix.lower()
    if LOCKS.fullmatch(name):
        return ""
    lists = checksums.is_checksum_file(entry.path)
    letters = "" if lists else re.sub("[^a-z]", "", name[: len(name) - len(suffix)].casefold())
    if suffix in SHEETS and _is_named(letters):
        return "it is a spreadsheet's own file"
    if not lists and MANIFEST_AND_MORE.fullmatch(name):
        return f"it is not called {MANIFEST}"
    if (suffix in TABLES and _is_named(letters)) or (suffix in TEXTS and letters in ("manifest", "manifestcsv")):
        return f"it is not called {MANIFEST}"
    opened = entry.kind == "file" and not (lists or suffix in SHEETS | {".xmp"} or formats.by_suffix(suffix))
    column = _protecting_column(entry) if opened else ""
    return f"it is not called {MANIFEST}, and has a column `{column}`" if column else ""


def _why_sheet(entry: Entry) -> str:
    """Why a spreadsheet of another name is not read, where a cell of it is the heading of a column that protects."""
    if (
        entry.size > LARGEST_SHEET
        or entry.kind != "file"
        or entry.path.suffix.lower() not in PACKED_SHEETS
        or LOCKS.fullmatch(entry.path.name)
    ):
        return ""
    cells = (html.unescape(cell).strip() for cell in CELL.findall(_texts_of_sheet(entry.path)))
    plain = {signs.visible(cell).lower().replace(" ", "_") for cell in cells}
    protecting = next((column for column in headings.PROTECTING if column in plain), "")
    return f"it is a spreadsheet's own file, and has a column `{protecting}`" if protecting else ""


def _texts_of_sheet(path: Path) -> str:
    """The beginning of the texts of a spreadsheet that is packed XML; empty where they cannot be read."""
    try:
        with ZipFile(path) as packed:
            parts = [name for name in packed.namelist() if TEXTS_OF_SHEETS.fullmatch(name)]
            return "".join(packed.open(name).read(HEADER * 16).decode("utf-8", "replace") for name in parts[:3])
    except (*DAMAGE, RuntimeError, OSError):
        return ""  # no spreadsheet, or a locked one: it is named as unread


def _is_named(letters: str) -> bool:
    return "manifest" in letters or SequenceMatcher(None, letters, "manifest", autojunk=False).ratio() >= NEAR


def _protecting_column(entry: Entry) -> str:
    """The heading by which a table of any name would protect pictures; empty where it has no such heading."""
    try:
        with entry.path.open("rb") as file:
            head = file.read(HEADER)
    except OSError:
        return ""  # that it cannot be read is said elsewhere
    text = head.decode(encoding_of(head), "replace")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("<", "{"):
        return ""  # XML and JSON have no header
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip(' ,;|\t"')]
    is_table = entry.path.suffix.lower() in TABLES
    numbered = enumerate(line for line in lines[:FIRST] if not line.lower().lstrip('"').startswith("sep="))
    protecting = (_protecting_heading(line, is_table, place) for place, line in numbered)
    return next((heading for heading in protecting if heading), "")


def _protecting_heading(line: str, is_table: bool, place: int) -> str:
    """A heading in a line that would protect, beside one of files; in a table's first line, or beside another known
    column, also without: nobody knows what it calls its files."""
    if not MAY_PROTECT.search(signs.visible(line)):  # which tells most lines of most texts at once
        return ""
    cells = [cell.strip(' "\ufeff') for cell in re.split(r"[,;|\t]", line)]
    told = headings.read_all(cells, manifest.COLUMNS)
    known = {heading.name for heading in told} & set(manifest.COLUMNS)
    protecting: list[str] = []
    if any("file" in (heading.name, heading.near) for heading in told):
        near = ({heading.name, heading.near} & set(headings.PROTECTING) for heading in told)
        protecting = [cell for protects, cell in zip(near, cells, strict=True) if protects]
    elif is_table and (place == 0 or len(known) > 1):
        protecting = [cell for heading, cell in zip(told, cells, strict=True) if heading.name in headings.PROTECTING]
    return printable(protecting[0]) if protecting else ""


def refuse_unread(unread: list[Stray], pictures: list[Delivered]) -> None:
    """Findings on pictures of which a table that is not read may speak. One that has a row in a manifest may well
    have it from the spreadsheet beside; but of two texts nobody knows which is the newer."""
    strays = manifest.by_folder((stray.place, stray) for stray in unread)
    for picture in pictures:
        over = manifest.above(picture.name, strays)
        stray = next((stray for stray in over if not (stray.sheet and picture.row)), None)
        if stray:
            facts = {"other": stray.name, "why": stray.why}
            picture.findings.append(Note("manifest-not-read", facts).of(picture.name))
