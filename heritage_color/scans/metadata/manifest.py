"""The manifests of a delivery: rows as they came, with findings on what does not fit. Pure but for reading files."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from heritage_color.keys import Column, FileName
from heritage_color.scans.arrival.names import MANIFEST, printable
from heritage_color.scans.metadata import headings, signs
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.texts import read_text

COLUMNS = (
    "file", "identifier", "title", "creator", "date", "place", "collection", "rights", "description",
    "do_not_colorize", "do_not_colorize_reason", "content_warning", "checksum", "reference", "replaces",
)  # fmt: skip
YES = frozenset({"yes", "y", "true", "t", "1", "x"})
NO = frozenset({"", "no", "n", "false", "f", "0"})
LARGEST = 256 * 2**20  # bytes
SEPARATOR = re.compile(
    r'[\r\n]*"?sep=(?P<sign>[^\r\n"])"?[,;\t]*(\r\n|\n|\r)', re.IGNORECASE
)  # Excel's own first line
NAMES_OF_FILES = frozenset({"file", "reference", "replaces"})
TITLES = 10  # rows above a header, at most, in which it is looked for
SPEAKS_OF_SUMS = re.compile(r"sum|hash|digest|fixity|md5|sha|blake|crc", re.IGNORECASE)
DIGEST = re.compile(r"([a-z][\w/-]*(\s*[:=]\s*|\s+))?([0-9a-f]{8}|[0-9a-f]{32,128})", re.IGNORECASE)
Thing = TypeVar("Thing")
READ_BY_MACHINES = NAMES_OF_FILES | {"identifier", "date", "rights", "do_not_colorize", "checksum"}


@dataclass(frozen=True)
class Row:
    """One row; `number` is the spreadsheet's (the header is 1). `cells` holds the known columns, stripped.

    `source` is the path of its manifest in the delivery; its files are named below the folder of that. `cut` is a row
    that ends before a column that could protect its picture.
    """

    number: int
    cells: dict[Column, str]
    further: dict[Column, str]
    source: FileName = MANIFEST
    cut: bool = False

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def do_not_colorize(self) -> bool:
        """Whether the flag is set; what cannot be read counts as set."""
        return self["do_not_colorize"].lower() not in NO

    @property
    def folder(self) -> str:
        """The folder of its manifest, with a stroke at its end; empty for the delivery's own."""
        return folder_of(self.source)


@dataclass(frozen=True)
class Manifest:
    """What a manifest says of what lies in its folder and below. `broken` is why it could not be read at all.

    `unclear` are headings that are nearly those of known columns, with the columns: until that is clear, what it
    speaks of stays out.
    """

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    broken: str = ""
    unclear: tuple[tuple[str, str], ...] = ()
    source: str = MANIFEST


def folder_of(source: str) -> str:
    """The folder of a file, with a stroke at its end; empty for the delivery's own."""
    return "".join(source.rpartition("/")[:2])


def by_folder(sources: Iterable[tuple[FileName, Thing]]) -> dict[FileName, list[Thing]]:
    """Things by the folder of the file that each comes from, to be found again by `above`."""
    folders: dict[FileName, list[Thing]] = {}
    for source, thing in sources:
        folders.setdefault(folder_of(source), []).append(thing)
    return folders


def above(name: FileName, folders: dict[FileName, list[Thing]]) -> Iterator[Thing]:
    """Of things `by_folder` those that lie beside a file, or in a folder above it; the delivery's own first."""
    parts = name.split("/")
    for level in range(len(parts) if folders else 0):
        yield from folders.get("".join(f"{part}/" for part in parts[:level]), ())


def read_manifest(path: Path, name: FileName = MANIFEST) -> Manifest:
    """The manifest at a path: BOM, UTF-16, CRLF, semicolons or tabs between cells and Excel's `sep=` are all read."""
    if path.stat().st_size > LARGEST:
        return Manifest(broken="it is larger than a manifest can be", source=name)
    text, guessed = read_text(path.read_bytes())
    findings = [finding("manifest-encoding", name)] if guessed else []
    if "\0" in text:
        return Manifest(broken="it holds zero bytes", source=name)
    told = SEPARATOR.match(text)
    text = text[told.end() :] if told else text
    delimiter = _delimiter(text, told["sign"] if told else "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        return Manifest(broken=f"{error}, in line {reader.line_num}", source=name)
    return _rows(lines, name, findings)


def _delimiter(text: str, told: str) -> str:
    """The sign between cells: the one that Excel's first line tells, where the header has it; else the commonest,
    first of all of those that make a column `file`."""
    filled = (line for line in io.StringIO(text, newline="") if any(map(str.isalnum, line)))
    lines = list(islice(filled, TITLES)) or [""]
    order = sorted(",;\t|", key=lines[0].count, reverse=True)
    order = [told, *order] if told and told in lines[0] else order
    made = (sign for line in lines for sign in order if "file" in _plain_cells(line.split(sign)))
    return next(made, order[0])


def _plain_cells(cells: Iterable[str]) -> list[str]:
    return [_stripped(cell).strip('"').strip().lower() for cell in cells]


def _rows(lines: list[list[str]], name: str, findings: list[Finding]) -> Manifest:
    top = next((place for place, cells in enumerate(lines) if any(map(_stripped, cells))), 0)  # rows are left empty
    first, lines = top + 1, lines[top:]
    told = headings.read_all(lines[0] if lines else [], COLUMNS)
    unclear = tuple((printable(heading.name), heading.near) for heading in told if heading.near and not heading.taken)
    header = _header(told, lines)
    full = [(number, cells) for number, cells in enumerate(lines[1:], first + 1) if any(map(_stripped, cells))]
    why = _why_broken(header, unclear, full) or _second_header(header, full)
    if why:
        return Manifest(broken=why, source=name)
    rows = tuple(_row(number, header, cells, name) for number, cells in full)
    long = [_too_long(row, header, cells, name) for row, (_, cells) in zip(rows, full, strict=True)]
    findings += [] if rows else [finding("manifest-empty", name)]
    findings += _taken(told, lines[0], first, name) + _signs(header, lines[:1], first, name, set(header))
    findings += _unread(header, rows, first, name)
    for number, cells in full:
        findings += _signs(header, [cells], number, name, READ_BY_MACHINES)
    findings += [fault for fault in long if fault]
    return Manifest(rows, tuple(findings), unclear=unclear, source=name)


def _why_broken(header: list[str], unclear: tuple[tuple[str, str], ...], full: list[tuple[int, list[str]]]) -> str:
    named = [column for column in header if column]
    twice = next((printable(column) for column in named if named.count(column) > 1), "")
    if twice:
        return f"two of its columns are called `{twice}`, or nearly"
    if "file" in header:
        return ""
    near = next((f", but one called `{heading}`" for heading, column in unclear if column == "file"), "")
    below = next((number for number, cells in full[:TITLES] if "file" in _plain_cells(cells)), 0)  # under titles
    return f"its first row has no column `file`{near or (f', but row {below} has' if below else '')}"


def _second_header(header: list[str], full: list[tuple[int, list[str]]]) -> str:
    """Return why rows cannot be trusted below a further header, as tables have that were put one below the other."""
    known = [column for column in header if column in COLUMNS]
    further = ((number, _plain_cells(cells)) for number, cells in full if "file" in map(str.lower, cells))
    other = ((number, [cell for cell in cells if cell in COLUMNS]) for number, cells in further)
    second = next((number for number, columns in other if len(columns) > 1 and columns != known), 0)
    return f"row {second} is a second header, of other columns" if second else ""


def _header(told: list[headings.Heading], lines: list[list[str]]) -> list[str]:
    """Column names; one without a name is kept under its number where it holds something."""
    filled = {place for cells in lines[1:] for place, cell in enumerate(cells) if _stripped(cell)}
    return [heading.name or (f"column_{place + 1}" if place in filled else "") for place, heading in enumerate(told)]


def _row(number: int, header: list[str], cells: list[str], name: str) -> Row:
    values = {column: _value(column, cell) for column, cell in zip(header, cells, strict=False) if column}
    further = {column: value for column, value in values.items() if column not in COLUMNS}
    cut = any(column in header[len(cells) :] for column in headings.PROTECTING)
    return Row(number, {column: values.get(column, "") for column in COLUMNS}, further, name, cut)


def _value(column: str, cell: str) -> str:
    """A cell without space around it. What machines read is rid of signs that cannot be seen, but in names of files:
    such a name may have them. Other text keeps them, as several scripts need them, unless there is nothing else."""
    plain = _stripped(cell)
    return plain if not plain or (column in READ_BY_MACHINES and column not in NAMES_OF_FILES) else cell.strip()


def _stripped(cell: str) -> str:
    return signs.visible(cell).strip()


def _taken(told: list[headings.Heading], header: list[str], number: int, name: str) -> list[Finding]:
    """A finding for each heading that was taken for that of a protecting column."""
    return [
        finding("column-near", name, number, found=printable(cell.strip()), column=heading.near)
        for heading, cell in zip(told, header, strict=True)
        if heading.taken
    ]


def _unread(header: list[str], rows: tuple[Row, ...], number: int, name: str) -> list[Finding]:
    """Findings on columns that hold something and have no heading, and on checksums in other columns than theirs."""
    findings = []
    for place, column in enumerate(header):
        if column == f"column_{place + 1}":
            findings.append(finding("column-unnamed", name, number, column=letters(place)))
        elif column and column not in COLUMNS and "checksum" not in header and _holds_digests(column, rows):
            findings.append(finding("column-checksums", name, number, found=printable(column)))
    return findings


def _holds_digests(column: str, rows: tuple[Row, ...]) -> bool:
    """Return whether a column's name speaks of checksums, and its cells are as long as those."""
    return SPEAKS_OF_SUMS.search(column) is not None and any(DIGEST.fullmatch(row.further[column]) for row in rows)


def _signs(header: list[str], rows: list[list[str]], number: int, name: str, columns: Set[str]) -> list[Finding]:
    """Findings on signs that cannot be seen, by their places, in the columns where they matter."""
    places = [(place, signs.hidden(cell.strip())) for cells in rows for place, cell in enumerate(cells[: len(header)])]
    return [
        finding("sign-invisible", name, number, column=letters(place), found=hidden)
        for place, hidden in places
        if hidden and header[place] in columns
    ]


def letters(place: int) -> str:
    """Return what spreadsheets call the column at a place, counted from 0: A, B, ..., Z, AA."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def _too_long(row: Row, header: list[str], cells: list[str], name: str) -> Finding | None:
    if not any(cell.strip() for cell in cells[len(header) :]):
        return None
    file = printable(row["file"]) or name
    return finding("row-too-long", file, row.number, found=len(cells), expected=len(header))
