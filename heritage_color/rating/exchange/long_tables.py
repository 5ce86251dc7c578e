"""Tables with a row per vote: which column says what, which rows are votes, and which are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from heritage_color.rating.exchange.cells import Row, is_missing, plain
from heritage_color.rating.exchange.foreign_table import FIVE, RATER, STIMULUS, Table
from heritage_color.rating.exchange.vote_programs import Program

SCORE = ("score", "vote", "rating", "opinion")
REPETITION = ("repetition", "repeat", "session")
# Columns of our own exports, what they say of a row that is no vote of a person, and why it is left out
NO_VOTES = (("counted", False, "says that it does not count"), ("simulated", True, "says that a program voted"))
# As databases, people and spreadsheets write them: German Excel makes FALSCH of FALSE, others their own words
YES = frozenset({"true", "t", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "si", "sí", "vero", "waar"})
NO = frozenset({"", "false", "f", "0", "no", "n", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee"})


class Chosen(NamedTuple):
    """Names of columns that the user chose; empty where the header is to say."""

    picture: str = ""
    rater: str = ""
    score: str = ""


AS_TOLD = Chosen()


@dataclass(frozen=True)
class Columns:
    """Where a row per vote says what, as places in the row.

    Of a `program`, `kind` is the place where a row says what kind of rating it is, and `chosen_kind` the one to read.
    """

    stimulus: tuple[int, ...]
    rater: int
    score: int
    program: Program | None = None
    kind: int | None = None
    chosen_kind: str = ""


def is_long(names: Sequence[str]) -> bool:
    """Return whether a header names stimulus, rater and score, as that of a row per vote does."""
    return all(any(name in words for name in names) for words in (STIMULUS, RATER, SCORE))


def columns_of(table: Table, row: int, names: list[str], program: Program | None, chosen: Chosen) -> Columns | None:
    """Where a row says what: as was chosen, as the program writes, or as the words say. None, with faults, else."""
    if program and program.refusal and not all(chosen):
        table.fault(row, "", "layout-unknown", program.refusal)
        return None
    chosen_kind = ""
    if program and program.kind and chosen.score and plain([chosen.score])[0] not in names:
        chosen_kind, chosen = chosen.score, chosen._replace(score=program.score)  # a kind of rating and no column
    known = program if program and not program.refusal else None
    pictures = [(word,) for word in known.stimulus] if known and not chosen.picture else [STIMULUS]
    stimulus = [_role(table, row, names, words, "picture", chosen.picture) for words in pictures]
    rater = _role(table, row, names, (known.rater,) if known else RATER, "rater", chosen.rater)
    score = _role(table, row, names, (known.score,) if known else SCORE, "score", chosen.score)
    if rater is None or score is None or None in stimulus:
        return None
    kind = names.index(known.kind) if known and known.kind else None
    places = tuple(place for place in stimulus if place is not None)
    return Columns(places, rater, score, known, kind, chosen_kind)


def _role(table: Table, row: int, names: list[str], words: tuple[str, ...], option: str, chosen: str) -> int | None:
    """The place of the one column that is chosen, or is called by one of the words; else a fault, and None."""
    candidates = plain([chosen]) if chosen else words
    places = [place for place, name in enumerate(names) if name in candidates]
    if len(places) == 1:
        return places[0]
    listed = ", ".join(names)[:200]
    if places:
        which = " and ".join(dict.fromkeys(names[place] for place in places))
        sentence = (
            f"Several columns could be the {option}: {which}. Choose one with --{option}; each needs its own name."
        )
        table.fault(row, "", "column-unclear", sentence)
        return None
    lacking = f"There is no column {chosen[:40]!r}" if chosen else f"No column is the {option}"
    sentence = f"{lacking}: choose one with --{option}. The header, which is the first row, names {listed}."
    table.fault(row, "", "column-missing", sentence)
    return None


def read_long(table: Table, names: list[str], columns: Columns, rows: list[Row]) -> None:
    """Read a row per vote. Rows of our own exports say if they do not count or a program voted; these are left out."""
    program = columns.program
    table.layout = f"a row per vote of {program.name}" if program else "a row per vote"
    table.scale = table.scale or (program.scale if program else None)
    if not _is_one_kind(table, columns, rows):
        return
    repeated = next((names.index(word) for word in REPETITION if word in names), None)
    for row, cells in rows:
        if unknown := _unclear_flag(cells, names):
            table.fault(row, unknown, "flag-unclear", "Write yes or no, so that it is clear whether the vote counts.")
        elif why := _left_out(cells, names, columns):
            table.left_out += 1
            table.put_aside(row, why)
        elif is_missing(cells[columns.score]) or _skipped(table, cells[columns.score], program):
            table.missing += 1
            table.put_aside(row, "has no score")
        else:
            _take_row(table, row, cells, names, columns, cells[repeated].strip() if repeated is not None else "1")


def _is_one_kind(table: Table, columns: Columns, rows: list[Row]) -> bool:
    """Return whether it is clear which of a program's rows are the ratings."""
    if columns.kind is None or columns.program is None:
        return True
    aside = columns.program.aside
    kinds = sorted({cells[columns.kind].strip() for _, cells in rows} - set(aside))
    if columns.chosen_kind in kinds or (len(kinds) < 2 and not columns.chosen_kind):
        return True
    sentence = f"The ratings are of the kinds {', '.join(kinds)[:200]}. Choose one with --score KIND."
    table.fault(1, columns.program.kind, "ratings-unclear", sentence)
    return False


def _unclear_flag(cells: list[str], names: list[str]) -> str:
    """The column that should say whether a row is a vote, and says neither yes nor no; empty where all do."""
    flags = {name: cells[names.index(name)].strip().lower() for name, _, _ in NO_VOTES if name in names}
    return next((name for name, cell in flags.items() if cell not in YES | NO), "")


def _left_out(cells: list[str], names: list[str], columns: Columns) -> str:
    """Return why a row is no vote, by what it says of itself; empty where it is one."""
    for name, says, why in NO_VOTES:
        cell = cells[names.index(name)].strip().lower() if name in names else ""
        if cell and (cell in YES) == says:
            return why
    if columns.kind is None or columns.program is None:
        return ""
    kind = cells[columns.kind].strip()
    if kind in columns.program.aside:
        return f"is what {columns.program.name} notes beside the ratings ({kind})"
    return f"is a rating of another kind ({kind})" if columns.chosen_kind and kind != columns.chosen_kind else ""


def _skipped(table: Table, cell: str, program: Program | None) -> bool:
    """Return whether a program's sign for no rating stands there, and cannot be a score."""
    worst, best = table.scale or FIVE
    skipped = program.skipped if program else ""
    return bool(skipped) and cell.strip() == skipped and not min(worst, best) <= float(skipped) <= max(worst, best)


def _take_row(table: Table, row: int, cells: list[str], names: list[str], columns: Columns, number: str) -> None:
    what, who = "/".join(cells[place].strip() for place in columns.stimulus), cells[columns.rater].strip()
    column = names[columns.stimulus[0]]
    named = [table.names(row, column, what, "stimulus"), table.names(row, names[columns.rater], who, "rater")]
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number[:9]) <= 10_000:
        sentence = f"A repetition is a whole number from 1 on, found {number[:40]!r}."
        table.fault(row, "repetition", "repetition-invalid", sentence)
    elif all(named):
        table.take(row, names[columns.score], what, who, int(number), cells[columns.score])
