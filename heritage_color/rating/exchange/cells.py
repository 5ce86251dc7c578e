"""Tables as spreadsheets and scripts write them: their rows as cells, and what is wrong with a row as a finding."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from heritage_color.errors import RatingError
from heritage_color.keys import Code
from heritage_color.texts import UTF16_MARKS, read_text

LONGEST_ROW = 100_000  # characters; the csv module refuses longer fields
MOST_LINES = 50  # of one row: remarks in quotes have line breaks, and a quote that is never closed is no remark
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*', re.IGNORECASE)  # Excel's own first line
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
# R, pandas, MATLAB, Excel in English and German, and what printf of Windows makes of a number that is none
MISSING = (
    *("", "na", "n/a", "n.a.", "nan", "-nan", "+nan", "nan(ind)", "-nan(ind)", "1.#qnan", "-1.#ind", "1.#ind"),
    *("null", "none", "missing", "<na>", "#n/a", "#nv", "-", "–", "—", ".", "?"),
)
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*", re.ASCII)

# What pages and word processors leave in a text unseen: zero-width space and mark, joiner, soft hyphen, turns. Not the
# zero-width joiner and non-joiner (U+200D, U+200C), which belong to the spelling of Nepali names.
INVISIBLE = "\u200b\ufeff\u2060\u00ad\u200e\u200f"

Row = tuple[int, list[str]]  # number of the line on which it begins, and its cells


@dataclass(frozen=True)
class Finding:
    """What is wrong with a table: file, row (1 is the header), column where one is meant, stable code, sentence."""

    file: str
    row: int
    column: str
    code: Code
    severity: str
    sentence: str


def fault(path: Path, row: int, code: Code, sentence: str, column: str = "") -> Finding:
    """A finding that keeps a row, or the table, from being taken."""
    return Finding(path.name, row, column, code, "error", sentence)


def plain(header: list[str]) -> list[str]:
    """Names of columns as they are compared: small letters, without spaces and signs that nobody sees."""
    return [name.translate(dict.fromkeys(map(ord, INVISIBLE))).strip().lower() for name in header]


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no score."""
    return cell.strip().lower() in MISSING


def header_fault(header: list[str], columns: tuple[str, ...]) -> tuple[Code, str] | None:
    """Code and sentence where a header lacks one of these columns, or has it twice; else None."""
    names = plain(header)
    if missing := [name for name in columns if name not in names]:
        present = ", ".join(name.strip() for name in header) or "nothing"
        sentence = f"The first row must name the columns {', '.join(columns)}; {', '.join(missing)} is missing"
        return "column-missing", f"{sentence}, found {present[:200]}."
    if twice := [name for name in columns if names.count(name) > 1]:
        return "column-repeated", f"Two columns are called {twice[0]}. Keep one, or give the other another name."
    return None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RatingError("unreadable", f"{path} cannot be read: {error.strerror}.") from error
    if (unmarked := _utf16_without_mark(content)) and not content.startswith(UTF16_MARKS):
        return content.decode(unmarked, "replace")
    return read_text(content).text


def _utf16_without_mark(content: bytes) -> str:
    """The encoding, where most characters of the beginning have a zero byte on the same side; else empty."""
    even, odd = (content[start:2_000:2].count(0) for start in (0, 1))
    half = min(len(content), 2_000) / 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else ""


def _rows(text: str) -> Iterator[Row]:
    """Rows with the number of the line each begins on, as an editor or spreadsheet counts them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    declared = SEPARATOR.fullmatch(lines[0].strip(" "))
    place, delimiter = (1, declared[1]) if declared else (0, _delimiter(lines[0]))
    while place < len(lines):
        count = _lines_of_row(lines, place, delimiter)
        row = "\n".join(lines[place : place + count])[:LONGEST_ROW]
        yield place + 1, next(csv.reader([row], delimiter=delimiter, skipinitialspace=delimiter == " "), [])
        place += count


def _delimiter(first: str) -> str:
    """Return what stands between the cells of the first row; a comma inside numbers only is a decimal one.

    Numbers with nothing but spaces between them are a matrix as MATLAB and numpy write it.
    """
    commonest = max(",;\t", key=first.count)
    cells, words = first.split(";"), first.split()
    if commonest not in first and len(words) > 1 and all(NUMBER.fullmatch(word) or is_missing(word) for word in words):
        return " "
    decimal = len(cells) > 1 and all(DECIMAL_COMMA.fullmatch(cell) for cell in cells if "," in cell)
    return ";" if commonest == "," and decimal else commonest


def _lines_of_row(lines: list[str], place: int, delimiter: str) -> int:
    """Return how many lines a row takes: more than one where a cell in quotes has line breaks and is closed."""
    text = ""
    for count, line in enumerate(lines[place : place + MOST_LINES], 1):
        text = f"{text}\n{line}" if text else line
        if '"' not in text or len(text) > LONGEST_ROW:
            return 1
        try:
            next(csv.reader([text], delimiter=delimiter, strict=True), [])
            return count
        except csv.Error as fault:
            if "unexpected end" not in str(fault):
                return 1
    return 1


def table_rows(path: Path) -> Iterator[Row]:
    """Rows of any table as cells, each with the number of its line.

    Commas, semicolons or tabs part the cells, and lines may end in any way. The text may be UTF-8 with or without a
    mark, or UTF-16; else it is taken for Windows-1252. Raises RatingError when there is no such file.
    """
    return _rows(_text(path))
