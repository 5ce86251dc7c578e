"""manifest.csv of a delivery: rows as they came, with findings on what does not fit. Pure but for reading the file."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from heritage_color.scans import dates
from heritage_color.scans.checksums import algorithm_of
from heritage_color.scans.names import MANIFEST, printable
from heritage_color.scans.reasons import Finding, finding

COLUMNS = (
    "file", "identifier", "title", "creator", "date", "place", "collection", "rights", "description",
    "do_not_colorize", "do_not_colorize_reason", "content_warning", "checksum", "reference", "replaces",
)  # fmt: skip
YES = frozenset({"yes", "y", "true", "t", "1", "x"})
NO = frozenset({"", "no", "n", "false", "f", "0"})
LARGEST = 256 * 2**20  # bytes

# The twelve statements of rightsstatements.org (vocabulary 1.0) and Creative Commons' licences and public domain tools
RIGHTS_STATEMENTS = (
    "InC|InC-OW-EU|InC-EDU|InC-NC|InC-RUU|NoC-CR|NoC-NC|NoC-OKLR|NoC-US|CNE|UND|NKC"
)  # fmt: skip
RIGHTS = re.compile(
    rf"https?://(www\.)?(rightsstatements\.org/vocab/({RIGHTS_STATEMENTS})/1\.0/?"
    r"|creativecommons\.org/(licenses/(by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/\d\.\d(/[a-z]{2,3})?"
    r"|publicdomain/(zero|mark)/1\.0)/?(deed\.[a-z-]+)?)"
)


@dataclass(frozen=True)
class Row:
    """One row; `number` is the spreadsheet's (the header is 1). `cells` holds the known columns, stripped."""

    number: int
    cells: dict[str, str]
    further: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def do_not_colorize(self) -> bool:
        """Whether the flag is set; what cannot be read counts as set."""
        return self["do_not_colorize"].lower() not in NO


@dataclass(frozen=True)
class Manifest:
    """What manifest.csv says. `broken` is why it could not be read at all, empty when it could."""

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    broken: str = ""


def read(path: Path, name: str = "manifest.csv") -> Manifest:
    """The manifest at a path: BOM, UTF-16, CRLF, and semicolons or tabs between cells are all read."""
    if path.stat().st_size > LARGEST:
        return Manifest(broken="it is larger than a manifest can be")
    text, findings = _decode(path.read_bytes(), name)
    if "\0" in text:
        return Manifest(broken="it holds zero bytes")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        return Manifest(broken=str(error))
    return _rows(lines, name, findings)


def _decode(raw: bytes, name: str) -> tuple[str, list[Finding]]:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), [finding("manifest-encoding", name)]


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=header.count)


def _rows(lines: list[list[str]], name: str, findings: list[Finding]) -> Manifest:
    header = _header(lines)
    named = [column for column in header if column]
    if "file" not in header:
        return Manifest(broken="its first row has no column `file`")
    if len(set(named)) != len(named):
        return Manifest(broken="two of its columns have the same name")
    full = [(number, cells) for number, cells in enumerate(lines[1:], 2) if any(cell.strip() for cell in cells)]
    rows = tuple(_row(number, header, cells) for number, cells in full)
    long = [_too_long(row, header, cells, name) for row, (_, cells) in zip(rows, full, strict=True)]
    empty = [] if rows else [finding("manifest-empty", name)]
    return Manifest(rows, tuple(findings + empty + [one for one in long if one]))


def _header(lines: list[list[str]]) -> list[str]:
    """Column names; one without a name is kept under its number where it holds something."""
    first = [cell.strip().lower().replace(" ", "_") for cell in lines[0]] if lines else []
    filled = {place for cells in lines[1:] for place, cell in enumerate(cells) if cell.strip()}
    return [name or (f"column_{place + 1}" if place in filled else "") for place, name in enumerate(first)]


def _row(number: int, header: list[str], cells: list[str]) -> Row:
    values = {column: cell.strip() for column, cell in zip(header, cells, strict=False) if column}
    further = {column: value for column, value in values.items() if column not in COLUMNS}
    return Row(number, {column: values.get(column, "") for column in COLUMNS}, further)


def _too_long(row: Row, header: list[str], cells: list[str], name: str) -> Finding | None:
    if not any(cell.strip() for cell in cells[len(header) :]):
        return None
    file = printable(row["file"]) or name
    return finding("row-too-long", file, row.number, found=len(cells), expected=len(header))


def check_cells(row: Row, file: str) -> list[Finding]:
    """Findings on the values of one row, whose picture is `file`."""
    return [*_check_flag(row, file), *_check_rights(row, file), *_check_date(row, file), *_check_digest(row, file)]


def _check_flag(row: Row, file: str) -> list[Finding]:
    flag = row["do_not_colorize"]
    if flag.lower() not in YES | NO:
        return [finding("bad-flag", file, row.number, found=printable(flag))]
    if row.do_not_colorize and not row["do_not_colorize_reason"]:
        return [finding("do-not-colorize-without-reason", file, row.number)]
    return []


def _check_rights(row: Row, file: str) -> list[Finding]:
    rights = row["rights"]
    if not rights:
        return []  # the picture itself may name them: describing.py looks
    if not RIGHTS.fullmatch(rights):
        return [finding("bad-rights", file, row.number, found=printable(rights))]
    return [finding("rights-https", file, row.number)] if rights.startswith("https:") else []


def _check_date(row: Row, file: str) -> list[Finding]:
    why = dates.fault(row["date"]) if row["date"] else ""
    return (
        [finding("bad-date", file, row.number, found=printable(row["date"]), source=MANIFEST, why=why)] if why else []
    )


def _check_digest(row: Row, file: str) -> list[Finding]:
    given = digest_of(row)
    if not given or algorithm_of(given):
        return []
    return [finding("bad-checksum", file, row.number, found=printable(row["checksum"]))]


def digest_of(row: Row) -> str:
    """The row's checksum in lower case, without an algorithm's name before it."""
    return re.sub(r"^(md5|sha-?1|sha-?256|sha-?512)\s*[:=]\s*", "", row["checksum"].lower())
