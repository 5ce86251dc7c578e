"""Vote tables of other laboratories, wide or long: read kindly, every fault found in one pass with its row and column.

Long: a row per vote, with columns for stimulus, rater and score, and perhaps repetition. Wide: a row per stimulus and
a column per rater, or the other way round; the first cell of the header says which.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from heritage_color.rating import votes
from heritage_color.rating.interval import HIGHEST, LOWEST

STIMULUS = ("stimulus", "stimuli", "picture", "item", "image", "file", "filename", "pvs", "video")
RATER = ("rater", "raters", "subject", "observer", "participant", "worker", "user")
SCORE = ("score", "vote", "rating", "opinion")
REPETITION = ("repetition", "repeat", "session")
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", ".", "?")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
FIVE = (float(LOWEST), float(HIGHEST))
LAYOUTS = ("stimuli", "raters")  # what a row of a wide table is
TRUE, FALSE = ("true", "t", "1", "yes"), ("false", "f", "0", "no")

Vote = tuple[str, str, int, float]  # stimulus, rater, repetition, score on our scale


@dataclass
class Table:
    """What was read: good votes, a finding for each fault, and how the table was understood."""

    path: Path
    scale: tuple[float, float] | None = None
    layout: str = ""
    votes: list[Vote] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    missing: int = 0
    left_out: int = 0
    seen: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def fault(self, row: int, column: str, code: str, sentence: str) -> None:
        """Note a fault; `column` is the header's name or number, empty where the whole row is meant."""
        where = {"file": self.path.name, "row": row, "column": column}
        self.findings.append({**where, "code": code, "severity": "error", "sentence": sentence})

    def take(self, row: int, column: str, stimulus: str, rater: str, repetition: int, cell: str) -> None:
        """A cell with a score, from wherever it comes: kept, counted as missing, or a fault."""
        cell = cell.strip()
        if cell.lower() in MISSING:
            self.missing += 1
            return
        score = self._score(row, column, cell)
        if score is None:
            return
        key, place = (stimulus, rater, repetition), f"row {row}" + (f", column {column}" if column else "")
        if key in self.seen:
            said = f"Rater {rater[:80]!r} has scored {stimulus[:80]!r} in {self.seen[key]} already"
            self.fault(row, column, "vote-repeated", f"{said}; number repeated votes in a column repetition.")
            return
        self.seen[key] = place
        self.votes.append((*key, score))

    def _score(self, row: int, column: str, cell: str) -> float | None:
        scale = self.scale or FIVE
        number = float(cell.replace(",", ".")) if NUMBER.fullmatch(cell) else None
        if number is None or (self.scale is None and not number.is_integer()):
            kind = (
                "a whole number from 1 to 5, or --scale declares another scale" if self.scale is None else "a number"
            )
            self.fault(row, column, "score-invalid", f"A score must be {kind}, found {cell[:40]!r}.")
            return None
        if not min(scale) <= number <= max(scale):
            hint = " Another scale is declared with --scale WORST BEST." if self.scale is None else ""
            sentence = f"A score must lie from {min(scale):g} to {max(scale):g}, found {cell[:40]!r}.{hint}"
            self.fault(row, column, "score-off-scale", sentence)
            return None
        return convert(number, scale)


def convert(score: float, scale: tuple[float, float]) -> float:
    """A score on our scale of 1 bad to 5 excellent, on a straight line between the ends of its own.

    `scale` is the worst and the best score; where small is good, the worst is the larger.
    """
    worst, best = scale
    return LOWEST + (HIGHEST - LOWEST) * (score - worst) / (best - worst)


def read(path: Path, scale: tuple[float, float] | None = None, rows: str = "") -> Table:
    """A vote table of another laboratory, with all its faults.

    Comma, semicolon or tab, any line ends, UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Without a
    `scale` (worst, best) scores are whole numbers from 1 to 5; with one, any number between its ends, which `convert`
    puts on ours. `rows`, one of LAYOUTS, says what a row of a wide table is where its first cell does not. Raises
    RatingError when there is no such file.
    """
    table = Table(path, scale)
    lines = votes.table_rows(path)
    header = [cell.strip() for cell in next(lines, (1, []))[1]]
    names = [name.lower() for name in header]
    long = [_place(names, words) for words in (STIMULUS, RATER, SCORE)]
    if None not in long:
        _read_long(table, names, long, _filled(table, lines, len(header)))
    elif table_rows := rows or _rows_of(names):
        _read_wide(table, header, table_rows, _filled(table, lines, len(header)))
    else:
        table.fault(1, "", "layout-unknown", _unknown(header))
    if not table.votes and not table.findings:
        table.fault(1, "", "no-votes", "There are no votes below the header.")
    return table


def _place(names: list[str], words: Iterable[str]) -> int | None:
    return next((names.index(word) for word in words if word in names), None)


def _rows_of(names: list[str]) -> str:
    first = names[0] if names else ""
    return "stimuli" if first in STIMULUS else "raters" if first in RATER else ""


def _unknown(header: list[str]) -> str:
    found = ", ".join(header[:6])[:200] or "nothing"
    return (
        "The first row must name the columns stimulus, rater and score (a row per vote), or begin with stimulus or "
        f"rater (a row per stimulus, or per rater), found {found}. Or say --rows stimuli or --rows raters."
    )


def _filled(table: Table, lines: Iterator[tuple[int, list[str]]], columns: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, as wide as the header; what is wider, or was cut, is a fault."""
    for row, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if sum(map(len, cells)) + len(cells) > votes.LONGEST_ROW:
            table.fault(
                row, "", "row-too-long", f"A row may hold {votes.LONGEST_ROW:,} characters. Use a row per vote."
            )
        elif any(cell.strip() for cell in cells[columns:]):
            sentence = f"The row has {len(cells)} cells, the header {columns}. A separator inside a name needs quotes."
            table.fault(row, "", "row-too-wide", sentence)
        else:
            yield row, [*cells, *[""] * columns][:columns]


def _named(table: Table, row: int, column: str, name: str, what: str) -> bool:
    if NAME.fullmatch(name):
        return True
    sentence = f"The name of the {what} must have 1 to 200 characters and no line break, found {name[:40]!r}."
    table.fault(row, column, "name-invalid", sentence)
    return False


def _read_long(table: Table, names: list[str], places: list, rows: Iterator[tuple[int, list[str]]]) -> None:
    """A row per vote. Rows that say they do not count, or that a program voted, are left out: our own exports do."""
    table.layout = "a row per vote"
    repeated, (stimulus, rater, score) = _place(names, REPETITION), places
    counted, simulated = (_place(names, [word]) for word in ("counted", "simulated"))
    for row, cells in rows:
        if _says(cells, counted, FALSE) or _says(cells, simulated, TRUE):
            table.left_out += 1
            continue
        who, what = cells[rater].strip(), cells[stimulus].strip()
        named = [_named(table, row, names[stimulus], what, "stimulus"), _named(table, row, names[rater], who, "rater")]
        number = cells[repeated].strip() if repeated is not None else "1"
        if not number.isdecimal() or not 1 <= int(number) <= 10_000:
            sentence = f"A repetition is a whole number from 1 on, found {number[:40]!r}."
            table.fault(row, "repetition", "repetition-invalid", sentence)
        elif all(named):
            table.take(row, names[score], what, who, int(number), cells[score])


def _says(cells: list[str], place: int | None, words: tuple[str, ...]) -> bool:
    return place is not None and cells[place].strip().lower() in words


def _read_wide(table: Table, header: list[str], rows_are: str, rows: Iterator[tuple[int, list[str]]]) -> None:
    """A row per stimulus and a column per rater, or the other way round."""
    others = "raters" if rows_are == "stimuli" else "stimuli"
    table.layout = f"a row per {rows_are}, a column per {others}".replace("raters", "rater").replace(
        "stimuli", "stimulus"
    )
    good = _columns(table, header, others)
    for row, cells in rows:
        name = cells[0].strip()
        if not _named(table, row, header[0], name, rows_are):
            continue
        for place in good:
            stimulus, rater = (name, header[place]) if rows_are == "stimuli" else (header[place], name)
            table.take(row, header[place], stimulus, rater, 1, cells[place])


def _columns(table: Table, header: list[str], what: str) -> list[int]:
    """Columns with a name of their own; an empty last one is what spreadsheets leave."""
    while len(header) > 1 and not header[-1]:
        header = header[:-1]
    good = []
    for place, name in enumerate(header[1:], 1):
        if name in header[1:place]:
            table.fault(
                1, name, "column-repeated", f"Two columns are called {name[:40]!r}. Each has a name of its own."
            )
        elif _named(table, 1, str(place + 1), name, what):
            good.append(place)
    return good
