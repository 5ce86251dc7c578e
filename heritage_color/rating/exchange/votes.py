"""A vote table on disk (columns picture, rater, score): read kindly, every fault found in one pass."""

import re
from collections.abc import Iterable
from pathlib import Path

from heritage_color.keys import Code
from heritage_color.rating.exchange.cells import INVISIBLE, Finding, Row, fault, header_fault, plain, table_rows

COLUMNS = ("picture", "rater", "score")
WHOLE_SCORE = re.compile(r"\s*([1-5])([.,]0*)?\s*", re.ASCII)  # spreadsheets write 4.0, or 4,0 with semicolons

Vote = tuple[str, str, int]  # picture, rater, score
Seen = dict[tuple[str, str], int]  # pictures and raters with the row of their vote


def read_votes(path: Path) -> tuple[list[Vote], list[Finding]]:
    """The good votes, and a finding for each row that is none. Raises RatingError when there is no such file."""
    rows = table_rows(path)
    first, header = next(rows, (1, []))
    if lacking := header_fault(header, COLUMNS):
        return [], [fault(path, first, *lacking)]
    names = plain(header)
    return _sort_rows(path, rows, [names.index(name) for name in COLUMNS])


def _sort_rows(path: Path, rows: Iterable[Row], places: list[int]) -> tuple[list[Vote], list[Finding]]:
    votes: list[Vote] = []
    findings: list[Finding] = []
    seen: Seen = {}
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        picture, rater, score = (cells[place] if place < len(cells) else "" for place in places)
        wrong = _fault_of(picture.strip(), rater.strip(), score, seen)
        if wrong:
            findings.append(fault(path, number, *wrong))
            continue
        seen[picture.strip(), rater.strip()] = number
        votes.append((picture.strip(), rater.strip(), int(score.strip()[0])))
    if not votes and not findings:
        findings.append(fault(path, 1, "no-votes", "There are no votes below the header."))
    return votes, findings


def _fault_of(picture: str, rater: str, score: str, seen: Seen) -> tuple[Code, str] | None:
    """Code and sentence of what is wrong with a row, or None."""
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
