"""Vote tables of other laboratories, wide or long: read kindly, every fault found in one pass with its row and column.

Long: a row per vote, with columns for stimulus, rater and score, and perhaps repetition. Wide: a row per stimulus and
a column per rater, or the other way round; the first cell of the header says which. A matrix of the ITU's reference
programs has no header, which only its numbers tell. Every row is read, or named with its number and the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from heritage_color.rating.exchange import votes
from heritage_color.rating.exchange.vote_programs import Program, program_of
from heritage_color.rating.statistics.interval import HIGHEST, LOWEST

STIMULUS = ("stimulus", "stimuli", "picture", "item", "image", "file", "filename", "pvs", "video")
RATER = ("rater", "raters", "subject", "observer", "participant", "worker", "user")
SCORE = ("score", "vote", "rating", "opinion")
REPETITION = ("repetition", "repeat", "session")
NAME = re.compile(rf"[^\x00-\x1f\x7f{votes.INVISIBLE}]{{1,200}}")
FIVE = (float(LOWEST), float(HIGHEST))
LAYOUTS = ("stimuli", "raters")  # what a row of a wide table is
SINGULAR = {"stimuli": "stimulus", "raters": "rater"}
# Columns of our own exports, what they say of a row that is no vote of a person, and why it is left out
NO_VOTES = (("counted", False, "says that it does not count"), ("simulated", True, "says that a program voted"))
# As databases, people and spreadsheets write them: German Excel makes FALSCH of FALSE, others their own words
YES = frozenset({"true", "t", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "si", "sí", "vero", "waar"})
NO = frozenset({"", "false", "f", "0", "no", "n", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee"})
SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # Excel's and LibreOffice's own files, new and old
# What spreadsheets put below or beside votes; a person may be called Max or Min, or N, but none of these
FIGURE = re.compile(
    r"(grand ?)?(mean|average|median|mos|total|sum|variance|st(d\.?)? ?dev\w*\.?|standard deviation|mittelwert"
    r"|durchschnitt|summe|gesamt|standardabweichung|varianz|moyenne|somme|media|promedio|gemiddelde|som)"
    r"( ?(score|opinion score|vote|rating)s?)?",
    re.IGNORECASE,
)
UNCLEAR = (
    "The first row may be a header or scores: {}. If it is a header, begin it with the word stimulus or rater; if "
    "there is none, write one: stimulus, then a name for each rater."
)

Vote = tuple[str, str, int, float]  # stimulus, rater, repetition, score on our scale
Rows = Iterator[tuple[int, list[str]]]


class Chosen(NamedTuple):
    """Names of columns that the user chose; empty where the header is to say."""

    picture: str = ""
    rater: str = ""
    score: str = ""


AS_TOLD = Chosen()


@dataclass(frozen=True)
class Columns:
    """Where a row per vote says what, as places in the row; of a `program`, the `wanted` kind of its ratings."""

    stimulus: tuple[int, ...]
    rater: int
    score: int
    program: Program | None = None
    kind: int | None = None
    wanted: str = ""


@dataclass
class Table:
    """What was read: good votes, a finding for each fault, and how the table was understood.

    `rows` counts the rows below the header that hold something; `aside` has the numbers of those without a vote, by
    the reason. A row per vote is one of `votes`, `missing`, `left_out`, or has a finding.
    """

    path: Path
    scale: tuple[float, float] | None = None
    layout: str = ""
    votes: list[Vote] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    missing: int = 0
    left_out: int = 0
    rows: int = 0
    aside: dict[str, list[int]] = field(default_factory=dict)
    seen: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def fault(self, row: int, column: str, code: str, sentence: str) -> None:
        """Note a fault; `column` is the header's name or number, empty where the whole row is meant."""
        where = {"file": self.path.name, "row": row, "column": column}
        self.findings.append({**where, "code": code, "severity": "error", "sentence": sentence})

    def put_aside(self, row: int, reason: str) -> None:
        """Note a row that is no vote, and is no fault either."""
        self.aside.setdefault(reason, []).append(row)

    def told(self) -> list[dict]:
        """The rows put aside, by reason: `{"reason", "count", "rows"}`, such as 3, "2-3, 9"."""
        return [{"reason": why, "count": len(rows), "rows": spans(rows)} for why, rows in self.aside.items()]

    def take(self, row: int, column: str, stimulus: str, rater: str, repetition: int, cell: str) -> None:
        """A cell with a score, from wherever it comes: kept, counted as missing, or a fault."""
        cell = cell.strip()
        if votes.is_missing(cell):
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
        number = float(cell.replace(",", ".")) if votes.NUMBER.fullmatch(cell) else None
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


def spans(numbers: list[int]) -> str:
    """Numbers in order, those that follow each other as a span: `2-4, 9`."""
    found = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        found.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]))
    return ", ".join(found)


def read(path: Path, scale: tuple[float, float] | None = None, rows: str = "", chosen: Chosen = AS_TOLD) -> Table:
    """A vote table of another laboratory, with all its faults.

    Comma, semicolon or tab, any line ends, UTF-8 with or without a mark, UTF-16, else Windows-1252. Without a
    `scale` (worst, best) scores are whole numbers from 1 to 5; with one, any number between its ends, which `convert`
    puts on ours. `rows`, one of LAYOUTS, says what a row of a wide table is where its first cell does not; `chosen`
    names columns of a table with a row per vote. Raises RatingError when there is no such file.
    """
    table = Table(path, scale)
    lines = [line for line in votes.table_rows(path) if any(cell.strip() for cell in line[1])]
    if _begins(path).startswith(SHEETS):
        table.fault(1, "", "layout-unknown", "It is a spreadsheet's own file, or an archive. Save its table as CSV.")
        return table
    first, header = lines[0] if lines else (1, [])
    names = votes.plain(header)
    program = program_of(names)
    if any(chosen) or program or all(any(name in words for name in names) for words in (STIMULUS, RATER, SCORE)):
        columns = _columns_of(table, first, names, program, chosen)
        if columns:
            least = len(header) if columns.program else 0
            _read_long(table, names, columns, list(_filled(table, lines[1:], len(header), least)))
    elif lines and (wide := rows or _rows_of(names)):
        _read_matrix(table, lines, wide)
    else:
        table.fault(first, "", "layout-unknown", _unknown(header))
    if not table.votes and not table.findings:
        table.fault(first, "", "no-votes", "There are no votes below the header.")
    return table


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _rows_of(names: list[str]) -> str:
    first = names[0] if names else ""
    return "stimuli" if first in STIMULUS else "raters" if first in RATER else ""


def _unknown(header: list[str]) -> str:
    found = ", ".join(cell.strip() for cell in header[:6])[:200] or "nothing"
    return (
        "The first row must be a header that names the columns stimulus, rater and score (a row per vote), or begins "
        f"with stimulus or rater (a row per stimulus, or per rater), found {found}. Choose other columns with "
        "--picture, --rater and --score, or say --rows stimuli or --rows raters."
    )


def _columns_of(table: Table, row: int, names: list[str], program: Program | None, chosen: Chosen) -> Columns | None:
    """Where a row says what: as chosen, as the program writes, or as the words say; None, with faults, if unclear."""
    if program and program.refusal and not all(chosen):
        table.fault(row, "", "layout-unknown", program.refusal)
        return None
    wanted = ""
    if program and program.kind and chosen.score and votes.plain([chosen.score])[0] not in names:
        wanted, chosen = chosen.score, chosen._replace(score=program.score)  # a kind of rating and no column
    own = program if program and not program.refusal else None
    pictures = [(word,) for word in own.stimulus] if own and not chosen.picture else [STIMULUS]
    stimulus = [_role(table, row, names, words, "picture", chosen.picture) for words in pictures]
    rater = _role(table, row, names, (own.rater,) if own else RATER, "rater", chosen.rater)
    score = _role(table, row, names, (own.score,) if own else SCORE, "score", chosen.score)
    if rater is None or score is None or None in stimulus:
        return None
    kind = names.index(own.kind) if own and own.kind else None
    return Columns(tuple(place for place in stimulus if place is not None), rater, score, own, kind, wanted)


def _role(table: Table, row: int, names: list[str], words: tuple[str, ...], option: str, chosen: str) -> int | None:
    """The place of the one column that is chosen, or is called by one of the words; else a fault, and None."""
    wanted = votes.plain([chosen]) if chosen else words
    found = [place for place, name in enumerate(names) if name in wanted]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(names)[:200]
    if found:
        which = " and ".join(dict.fromkeys(names[place] for place in found))
        sentence = (
            f"Several columns could be the {option}: {which}. Choose one with --{option}; each needs its own name."
        )
        table.fault(row, "", "column-unclear", sentence)
        return None
    lacking = f"There is no column {chosen[:40]!r}" if chosen else f"No column is the {option}"
    sentence = f"{lacking}: choose one with --{option}. The header, which is the first row, names {listed}."
    table.fault(row, "", "column-missing", sentence)
    return None


def _filled(table: Table, lines: Iterable[tuple[int, list[str]]], columns: int, least: int = 0) -> Rows:
    """Rows as wide as the first one; what is wider, or was cut, is a fault.

    So is what has not as many cells as `least` says: programs write every cell, and webMUSHRA goes on below an old
    header where the questions to the raters have changed, so that scores stand in other columns.
    """
    for row, cells in lines:
        table.rows += 1
        if sum(map(len, cells)) + len(cells) > votes.LONGEST_ROW:
            table.fault(
                row, "", "row-too-long", f"A row may hold {votes.LONGEST_ROW:,} characters. Use a row per vote."
            )
        elif any(cell.strip() for cell in cells[columns:]) or len(cells) > columns == least:
            sentence = f"The row has {len(cells)} cells, the header {columns}. A separator inside a name needs quotes."
            table.fault(row, "", "row-too-wide", sentence)
        elif len(cells) < least:
            sentence = (
                f"The row has {len(cells)} cells, the header {columns}: its columns are others than the header's."
            )
            table.fault(row, "", "row-too-narrow", sentence)
        else:
            yield row, [*cells, *[""] * columns][:columns]


def _is_figure(table: Table, row: int, column: str, name: str) -> bool:
    """Whether a row or column of a wide table is computed from the others, which is a fault."""
    if not FIGURE.fullmatch(name):
        return False
    place = "column" if column == name else "row"
    table.fault(row, column, "no-votes", f"The {place} {name[:40]!r} is computed from votes and is none: remove it.")
    return True


def _named(table: Table, row: int, column: str, name: str, what: str) -> bool:
    if NAME.fullmatch(name):
        return True
    sentence = (
        f"The name of the {what} must have 1 to 200 characters, without line breaks and invisible characters, found "
        f"{name[:40]!a}."
    )
    table.fault(row, column, "name-invalid", sentence)
    return False


def _read_long(table: Table, names: list[str], columns: Columns, rows: list[tuple[int, list[str]]]) -> None:
    """A row per vote. Rows that say they do not count, or that a program voted, are left out: our own exports do."""
    program = columns.program
    table.layout = f"a row per vote of {program.name}" if program else "a row per vote"
    table.scale = table.scale or (program.scale if program else None)
    if not _one_kind(table, columns, rows):
        return
    repeated = next((names.index(word) for word in REPETITION if word in names), None)
    for row, cells in rows:
        if unknown := _unclear_flag(cells, names):
            table.fault(row, unknown, "flag-unclear", "Write yes or no, so that it is clear whether the vote counts.")
        elif why := _left_out(cells, names, columns):
            table.left_out += 1
            table.put_aside(row, why)
        elif votes.is_missing(cells[columns.score]) or _skipped(table, cells[columns.score], program):
            table.missing += 1
            table.put_aside(row, "has no score")
        else:
            _take_row(table, row, cells, names, columns, cells[repeated].strip() if repeated is not None else "1")


def _one_kind(table: Table, columns: Columns, rows: list[tuple[int, list[str]]]) -> bool:
    """Whether it is clear which of a program's rows are the ratings."""
    if columns.kind is None or columns.program is None:
        return True
    aside = columns.program.aside
    kinds = sorted({cells[columns.kind].strip() for _, cells in rows} - set(aside))
    if columns.wanted in kinds or (len(kinds) < 2 and not columns.wanted):
        return True
    sentence = f"The ratings are of the kinds {', '.join(kinds)[:200]}. Choose one with --score KIND."
    table.fault(1, columns.program.kind, "ratings-unclear", sentence)
    return False


def _unclear_flag(cells: list[str], names: list[str]) -> str:
    """The column that should say whether a row is a vote, and says neither yes nor no; empty where all do."""
    given = {name: cells[names.index(name)].strip().lower() for name, _, _ in NO_VOTES if name in names}
    return next((name for name, cell in given.items() if cell not in YES | NO), "")


def _left_out(cells: list[str], names: list[str], columns: Columns) -> str:
    """Why a row is no vote, by what it says of itself; empty where it is one."""
    for name, says, why in NO_VOTES:
        cell = cells[names.index(name)].strip().lower() if name in names else ""
        if cell and (cell in YES) == says:
            return why
    if columns.kind is None or columns.program is None:
        return ""
    kind = cells[columns.kind].strip()
    if kind in columns.program.aside:
        return f"is what {columns.program.name} notes beside the ratings ({kind})"
    return f"is a rating of another kind ({kind})" if columns.wanted and kind != columns.wanted else ""


def _skipped(table: Table, cell: str, program: Program | None) -> bool:
    """Whether a program's sign for no rating stands there, and cannot be a score."""
    worst, best = table.scale or FIVE
    skipped = program.skipped if program else ""
    return bool(skipped) and cell.strip() == skipped and not min(worst, best) <= float(skipped) <= max(worst, best)


def _take_row(table: Table, row: int, cells: list[str], names: list[str], columns: Columns, number: str) -> None:
    what, who = "/".join(cells[place].strip() for place in columns.stimulus), cells[columns.rater].strip()
    column = names[columns.stimulus[0]]
    named = [_named(table, row, column, what, "stimulus"), _named(table, row, names[columns.rater], who, "rater")]
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number[:9]) <= 10_000:
        sentence = f"A repetition is a whole number from 1 on, found {number[:40]!r}."
        table.fault(row, "repetition", "repetition-invalid", sentence)
    elif all(named):
        table.take(row, names[columns.score], what, who, int(number), cells[columns.score])


def _read_matrix(table: Table, lines: list[tuple[int, list[str]]], rows_are: str) -> None:
    """A wide table, whose first row is a header or, as only its numbers tell, none."""
    first = lines[0][0]
    heading = _heading([[cell.strip() for cell in cells] for _, cells in lines])
    if heading == "unclear":
        cells = ", ".join(cell.strip() for cell in lines[0][1])[:100]
        table.fault(first, "", "header-unclear", UNCLEAR.format(cells))
    elif heading == "header":
        header = _trimmed([cell.strip() for cell in lines[0][1]])
        _read_wide(table, header, rows_are, _filled(table, lines[1:], max(len(header), 1)))
    else:
        width = max(len(_trimmed(cells)) for _, cells in lines)
        header = [f"column {number}" for number in range(1, width + 1)]
        rows = _filled(table, lines, width)
        if heading == "bare":
            header, rows = ["", *header], ((row, [f"row {row}", *cells]) for row, cells in rows)
        _read_wide(table, header, rows_are, rows)
        table.layout += ", no header"


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end, which spreadsheets leave."""
    return cells[: max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)]


def _heading(rows: list[list[str]]) -> str:
    """What the first row of a matrix is: a `header`, or scores behind the row's name (`named`) or alone (`bare`).

    It is `unclear` where taking it for one of them could lose votes.
    """
    corner, *rest = _trimmed(rows[0])
    is_number = [bool(votes.NUMBER.fullmatch(cell)) for cell in rest]
    if votes.plain([corner])[0] in (*STIMULUS, *RATER):
        return "header"
    if not all(number or votes.is_missing(cell) for number, cell in zip(is_number, rest, strict=True)):
        return "unclear" if any(is_number) else "header"
    if votes.NUMBER.fullmatch(corner):
        columns = [row[0] for row in rows]
        counted = any(_counts(cells) for cells in ([corner, *rest], columns, columns[1:]) if len(cells) > 1)
        return "unclear" if counted else "bare"
    if not any(is_number):
        return "unclear" if rest else "header"
    if _counts(rest) and not (votes.is_missing(corner) and corner):
        return "unclear" if len(rest) <= HIGHEST and corner and _is_named_alike(corner, rows[1:]) else "header"
    if not _scores_only(rest):
        return "unclear"
    return _without_corner(rows) if votes.is_missing(corner) else "named"


def _is_named_alike(corner: str, rows: list[list[str]]) -> bool:
    """Whether the first cell is a letter or numbered as the names below it are (p1 above p2): 1, 2 may be scores."""
    shapes = [re.sub(r"\d+", "0", re.sub(r"[^\W\d]+", "a", cell)) for cell in (corner, *(row[0] for row in rows))]
    return shapes[0] in shapes[1:] and (len(corner) == 1 or "0" in shapes[0])


def _without_corner(rows: list[list[str]]) -> str:
    """Of a first row of scores whose first cell is missing: a score is, where those below it are numbers."""
    below = [row[0] for row in rows[1:]]
    return (
        "bare"
        if below and all(votes.NUMBER.fullmatch(cell) or votes.is_missing(cell) for cell in below)
        else "unclear"
    )


def _counts(cells: list[str]) -> bool:
    """Whether cells count from 0 or 1 on, as numbers of raters, columns or rows do."""
    values = [_value(cell) for cell in cells]
    return any(values == list(range(start, start + len(values))) for start in (0, 1))


def _scores_only(cells: list[str]) -> bool:
    """Whether these numbers can be no names: one is broken, or stands twice."""
    values = [value for cell in cells if (value := _value(cell)) is not None]
    return len(set(values)) < len(values) or not all(value.is_integer() for value in values)


def _value(cell: str) -> float | None:
    return float(cell.replace(",", ".")) if votes.NUMBER.fullmatch(cell) else None


def _read_wide(table: Table, header: list[str], rows_are: str, rows: Rows) -> None:
    """A row per stimulus and a column per rater, or the other way round."""
    others = "raters" if rows_are == "stimuli" else "stimuli"
    table.layout = f"a row per {SINGULAR[rows_are]}, a column per {SINGULAR[others]}"
    good = _columns(table, header, others)
    scored: set[int] = set()
    for row, cells in rows:
        name = cells[0].strip()
        if not _named(table, row, header[0], name, SINGULAR[rows_are]) or _is_figure(table, row, header[0], name):
            continue
        given = {place for place in good if not votes.is_missing(cells[place])}
        scored |= given
        if not given:
            table.put_aside(row, "has no score")
        for place in good:
            stimulus, rater = (name, header[place]) if rows_are == "stimuli" else (header[place], name)
            table.take(row, header[place], stimulus, rater, 1, cells[place])
    for place in good:
        if place not in scored and table.rows:
            table.put_aside(1, f"names {header[place][:80]!r}, whose column has no score")


def _columns(table: Table, header: list[str], what: str) -> list[int]:
    """Columns with a name of their own."""
    good = []
    for place, name in enumerate(header[1:], 1):
        if name in header[1:place]:
            table.fault(
                1, name, "column-repeated", f"Two columns are called {name[:40]!r}. Each has a name of its own."
            )
        elif _named(table, 1, str(place + 1), name, SINGULAR[what]) and not _is_figure(table, 1, name, name):
            good.append(place)
    return good
