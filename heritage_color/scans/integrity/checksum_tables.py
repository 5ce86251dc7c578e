"""Lists of checksums in columns and blocks: hashdeep, Get-FileHash, QuickHash and other CSV, certutil, FCIV. Pure."""

import csv
import html
import re
from collections.abc import Iterator

from heritage_color.scans.integrity import digests
from heritage_color.scans.integrity.listed import LONGEST, Listed, Row, from_base64, lines_of, listed, of_cell

HASHDEEP = "%%%% HASHDEEP-1.0"
BLOCK = re.compile(r"^(Algorithm|Hash|Path) *: (.*)$", re.IGNORECASE | re.MULTILINE)
FIRST_OF_BLOCK = re.compile("Algorithm *: +[A-Z0-9]+$|Hash *: +[0-9A-F]+$", re.IGNORECASE)
CERTUTIL = re.compile(r"(?P<kind>[A-Za-z]\w*) hash of (?:file )?(?P<name>\S.*):", re.IGNORECASE)
CERTUTIL_END = "certutil:"
ENTRY, ENTRY_END = "<FILE_ENTRY>", "</FILE_ENTRY>"
ELEMENT = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
LONG = re.compile("[0-9A-Fa-f]{32}")  # a digest: a line of its own, and no header
SEPARATOR = re.compile(r"sep=.", re.IGNORECASE)  # Excel's
ALGORITHM = re.compile(r"algorithm|(hash|checksum|digest) ?(type|algorithm)|messagedigestalgorithm", re.IGNORECASE)
DIGEST = re.compile(r".*(hash|check ?sum|digest|fixity).*", re.IGNORECASE)
FOLDER = re.compile(r"(file ?|full ?|relative ?)?(path|folder|directory|location)|full ?name", re.IGNORECASE)
FILE = re.compile(r"(file ?)?(name|file)|file", re.IGNORECASE)


def parse(text: str, word: str) -> list[Row] | None:
    """The rows of a list that is a table; None where it is no table. `word` is the algorithm in the list's name."""
    lines = lines_of(text)
    first = lines[0][1].strip() if lines else ""
    if text.lstrip().startswith(HASHDEEP):
        return _hashdeep(text, lines)
    if "<FCIV>" in text:
        return _fciv(text)
    if FIRST_OF_BLOCK.match(first):
        return _blocks(text)
    if CERTUTIL.fullmatch(first):
        return _certutil(lines)
    return _csv(lines, word)


def has_blocks(lines: list[str]) -> bool:
    """Return whether a text begins as one of those tools writes that put a file's checksum in several lines."""
    first = lines[0].strip() if lines else ""
    return bool(FIRST_OF_BLOCK.match(first) and len(lines) > 2) or CERTUTIL.fullmatch(first) is not None


def _hashdeep(text: str, lines: list[tuple[int, str]]) -> list[Row]:
    """Size, digests and name under a header that names the columns; only the name may hold commas."""
    header = re.search(r"^%%%% (size,.*)$", text, re.MULTILINE)
    columns = header[1].strip().split(",") if header else []
    rows = []
    for row, line in lines:
        cells = line.split(",", len(columns) - 1) if columns else []
        pairs = zip(columns[1:-1], cells[1:-1], strict=True) if len(cells) == len(columns) else ()
        sums = [line for kind, digest in pairs for line in listed(cells[-1], digest, row, kind)]
        rows.append(Row(row, line, sums))
    return rows


def _fciv(text: str) -> list[Row]:
    rows: list[Row] = []
    before, *entries = text.split(ENTRY)
    number = before.count("\n") + 1
    for entry in entries:
        inside = entry.partition(ENTRY_END)[0][:LONGEST]
        fields = {name.lower(): html.unescape(value) for name, value in ELEMENT.findall(inside)}
        kinds = [kind for kind in fields if digests.is_word(kind)]
        name = fields.get("name")
        sums = [line for kind in kinds for line in listed(name, from_base64(fields[kind]), number, kind)]
        rows.append(Row(number, inside, sums))
        number += entry.count("\n")
    return rows


def _blocks(text: str) -> list[Row]:
    """Get-FileHash as Format-List shows it: three lines for a file; what is too long goes on below, set in."""
    joined = re.sub(r"\r?\n {10,}(?=\S)", "\0", text)  # a mark, so that rows keep their numbers
    rows: list[Row] = []
    for number, block in _parted(joined):
        fields = {name.lower(): value.replace("\0", "").rstrip("\r") for name, value in BLOCK.findall(block[:LONGEST])}
        word, digest = fields.get("algorithm", "").strip(), fields.get("hash", "").strip()
        rows.append(Row(number, block.replace("\0", " "), listed(fields.get("path"), digest, number, word)))
    return rows


def _parted(text: str) -> Iterator[tuple[int, str]]:
    """Yield the blocks of a text that empty lines part, with the numbers of their first lines."""
    number = 1
    for block in re.split(r"(\r?\n(?:[ \t]*\r?\n)+)", text):
        if block.strip():
            yield number, block
        number += block.count("\n") + block.count("\0")


def _certutil(lines: list[tuple[int, str]]) -> list[Row]:
    """Return a line that names algorithm and file, then the digest, in older Windows with a space after each byte."""
    lines = [(row, line) for row, line in lines if not line.lower().startswith(CERTUTIL_END)]
    rows: list[Row] = []
    for (row, line), (_, below) in zip(lines[::2], [*lines[1::2], (0, "")], strict=False):
        match = CERTUTIL.fullmatch(line.strip())
        got = listed(match["name"], re.sub(" ", "", below), row, match["kind"]) if match else []
        rows.append(Row(row, line, got))
    return rows


def _csv(lines: list[tuple[int, str]], word: str) -> list[Row] | None:
    lines = [(row, line) for row, line in lines if not SEPARATOR.fullmatch(line.strip())]
    header = lines[0][1][:LONGEST] if lines else ""
    delimiter = max(",;\t", key=header.count)
    columns = _Columns(next(csv.reader([header], delimiter=delimiter), []))
    if LONG.search(header) or delimiter not in header or not columns.digests or not columns.names:
        return None
    cells = [(row, line, next(csv.reader([line[:LONGEST]], delimiter=delimiter), [])) for row, line in lines[1:]]
    return [Row(row, line, columns.listed(row, values, word)) for row, line, values in cells]


class _Columns:
    """Which columns of a table hold what, by the words in its header."""

    def __init__(self, header: list[str]):
        words = [re.sub("[_\ufeff-]+", " ", cell).strip() for cell in header]
        self.algorithm = next((place for place, text in enumerate(words) if ALGORITHM.fullmatch(text)), None)
        self.digests = {
            place: digests.word_in(header[place])
            for place, text in enumerate(words)
            if place != self.algorithm and (DIGEST.fullmatch(text) or digests.is_word(header[place]))
        }
        self.names = [place for place, text in enumerate(words) if FILE.fullmatch(text) and place not in self.digests]
        self.folders = [place for place, text in enumerate(words) if FOLDER.fullmatch(text)]
        self.names = self.names or self.folders

    def listed(self, row: int, cells: list[str], word: str) -> list[Listed]:
        """Return the digests of a row; nothing where one of its cells holds no digest."""
        name = self._name(cells)
        kind = _cell(cells, self.algorithm) if self.algorithm is not None else ""
        filled = [(told, _cell(cells, place)) for place, told in self.digests.items() if _cell(cells, place)]
        parts = [(told, *of_cell(cell)) for told, cell in filled]
        sums = [listed(name, digest, row, prefix, kind, told, word) for told, prefix, digest in parts]
        return [line for of_cells in sums for line in of_cells] if all(sums) else []

    def _name(self, cells: list[str]) -> str:
        """The path where a column holds it whole; the name in its folder where both stand apart, as in QuickHash."""
        name = next((_cell(cells, place) for place in self.names), "")
        folder = next((_cell(cells, place) for place in self.folders if place not in self.names), "").replace(
            "\\", "/"
        )
        if not folder or folder == name.replace("\\", "/") or folder.endswith("/" + name.replace("\\", "/")):
            return folder or name
        return f"{folder.rstrip('/')}/{name}"


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""
