"""A vote table on disk (columns picture, rater, score): read kindly, every fault found in one pass."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from heritage_color.errors import RatingError

COLUMNS = ("picture", "rater", "score")
WHOLE_SCORE = re.compile(r"\s*([1-5])([.,]0*)?\s*", re.ASCII)  # spreadsheets write 4.0, or 4,0 with semicolons

LONGEST_ROW = 100_000  # characters; the csv module refuses longer fields

Vote = tuple[str, str, int]


def read(path: Path) -> tuple[list[Vote], list[dict]]:
    """The good votes (picture, rater, score) and a finding for each row that is none.

    A finding is `{"file", "row", "code", "severity", "sentence"}`; row 1 is the header. Comma, semicolon or tab, any
    line ends, UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises RatingError when there is no
    such file.
    """
    rows = _rows(_text(path))
    header = next(rows, (1, []))[1]
    place = {name.strip().lower(): index for index, name in enumerate(header)}
    missing = [name for name in COLUMNS if name not in place]
    if missing:
        found = ", ".join(name.strip() for name in header) or "nothing"
        sentence = f"The first row must name the columns {', '.join(COLUMNS)}; {', '.join(missing)} is missing"
        return [], [_finding(path, 1, "column-missing", f"{sentence}, found {found[:200]}.")]
    return _sort_rows(path, rows, [place[name] for name in COLUMNS])


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
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line each begins on, as an editor or spreadsheet counts them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    header = lines.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    # No field of a vote is long: a quote that is never closed shall not swallow the table
    for number, line in enumerate(io.StringIO(lines), 1):
        yield number, next(csv.reader([line.rstrip("\n")[:LONGEST_ROW]], delimiter=delimiter), [])


def table_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of any table as cells, each with the number of its line; read as `read` reads. Raises RatingError."""
    return _rows(_text(path))
