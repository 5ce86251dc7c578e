"""A vote table on disk (columns picture, rater, score): read kindly, every fault found in one pass."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from heritage_color.errors import RatingError
from heritage_color.texts import UTF16_MARKS, read_text

COLUMNS = ("picture", "rater", "score")
WHOLE_SCORE = re.compile(r"\s*([1-5])([.,]0*)?\s*", re.ASCII)  # spreadsheets write 4.0, or 4,0 with semicolons

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

# What pages and word processors leave in a text unseen: zero-width space and mark, joiner, soft hyphen, turns
INVISIBLE = "\u200b\ufeff\u2060\u00ad\u200e\u200f"

Vote = tuple[str, str, int]


def read(path: Path) -> tuple[list[Vote], list[dict]]:
    """The good votes (picture, rater, score) and a finding for each row that is none.

    A finding is `{"file", "row", "code", "severity", "sentence"}`; row 1 is the header. Comma, semicolon or tab, any
    line ends, UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises RatingError when there is no
    such file.
    """
    rows = _rows(_text(path))
    first, header = next(rows, (1, []))
    fault = header_fault(header, COLUMNS)
    if fault:
        return [], [_finding(path, first, *fault)]
    names = plain(header)
    return _sort_rows(path, rows, [names.index(name) for name in COLUMNS])


def plain(header: list[str]) -> list[str]:
    """Names of columns as they are compared: small letters, without spaces and signs that nobody sees."""
    return [name.translate(dict.fromkeys(map(ord, INVISIBLE))).strip().lower() for name in header]


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no score."""
    return cell.strip().lower() in MISSING


def header_fault(header: list[str], columns: tuple[str, ...]) -> tuple[str, str] | None:
    """Reason code and sentence where a header lacks one of these columns, or has it twice; else None."""
    names = plain(header)
    if missing := [name for name in columns if name not in names]:
        found = ", ".join(name.strip() for name in header) or "nothing"
        sentence = f"The first row must name the columns {', '.join(columns)}; {', '.join(missing)} is missing"
        return "column-missing", f"{sentence}, found {found[:200]}."
    if twice := [name for name in columns if names.count(name) > 1]:
        return "column-repeated", f"Two columns are called {twice[0]}. Keep one, or give the other another name."
    return None


def _sort_rows(path: Path, rows: Iterator, places: list[int]) -> tuple[list[Vote], list[dict]]:
    votes: list[Vote] = []
    findings: list[dict] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        picture, rater, score = (cells[place] if place < len(cells) else "" for place in places)
        fault = _fault(picture.strip(), rater.strip(), score, seen)
        if fault:
            findings.append(_finding(path, number, *fault))
            continue
        seen[picture.strip(), rater.strip()] = number
        votes.append((picture.strip(), rater.strip(), int(score.strip()[0])))
    if not votes and not findings:
        findings.append(_finding(path, 1, "no-votes", "There are no votes below the header."))
    return votes, findings


def _fault(picture: str, rater: str, score: str, seen: dict) -> tuple[str, str] | None:
    """Reason code and sentence of what is wrong with a row, or None."""
    if not picture or not rater:
        return (
            "id-missing",
            f"The {'rater' if picture else 'picture'} is empty; each vote names its picture and rater.",
        )
    if hidden := [sign for sign in INVISIBLE if sign in picture + rater]:
        return "id-invisible", f"Picture or rater holds an invisible character, U+{ord(hidden[0]):04X}. Remove it."
    if not WHOLE_SCORE.fullmatch(score):
        return "score-invalid", f"The score must be a whole number from 1 to 5, found {score.strip()[:40]!r}."
    if (picture, rater) in seen:
        first = f"already voted on picture {picture[:80]!r} in row {seen[picture, rater]}"
        return "vote-repeated", f"Rater {rater[:80]!r} {first}; the first vote counts, delete one of the two."
    return None


def _finding(path: Path, row: int, code: str, sentence: str) -> dict:
    return {"file": path.name, "row": row, "code": code, "severity": "error", "sentence": sentence}


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RatingError("unreadable", f"{path} cannot be read: {error.strerror}.") from error
    if (unmarked := _utf16_without_mark(content)) and not content.startswith(UTF16_MARKS):
        return content.decode(unmarked, "replace")
    return read_text(content).text


def _utf16_without_mark(content: bytes) -> str:
    """The byte order, where most characters of the beginning have a zero byte on the same side; else nothing."""
    even, odd = (content[start:2_000:2].count(0) for start in (0, 1))
    half = min(len(content), 2_000) / 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else ""


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
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
    """What stands between the cells of the first row; a comma inside numbers only is a decimal one.

    Numbers with nothing but spaces between them are a matrix as MATLAB and numpy write it.
    """
    found = max(",;\t", key=first.count)
    cells, words = first.split(";"), first.split()
    if found not in first and len(words) > 1 and all(NUMBER.fullmatch(word) or is_missing(word) for word in words):
        return " "
    decimal = len(cells) > 1 and all(DECIMAL_COMMA.fullmatch(cell) for cell in cells if "," in cell)
    return ";" if found == "," and decimal else found


def _lines_of_row(lines: list[str], place: int, delimiter: str) -> int:
    """Lines that a row takes: more than one where a cell in quotes has line breaks and is well closed."""
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


def table_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of any table as cells, each with the number of its line; read as `read` reads. Raises RatingError."""
    return _rows(_text(path))
