"""Tables with a row per stimulus and a column per rater, or the other way round, with a header or without one."""

import re
from collections.abc import Iterable

from heritage_color.rating.exchange.cells import NUMBER, Row, is_missing, plain
from heritage_color.rating.exchange.filling import filled
from heritage_color.rating.exchange.foreign_table import RATER, STIMULUS, Table
from heritage_color.rating.statistics.interval import HIGHEST

SINGULAR = {"stimuli": "stimulus", "raters": "rater"}
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


def _is_figure(table: Table, row: int, column: str, name: str) -> bool:
    """Return whether a row or column of a wide table is computed from the others, which is a fault."""
    if not FIGURE.fullmatch(name):
        return False
    place = "column" if column == name else "row"
    table.fault(row, column, "no-votes", f"The {place} {name[:40]!r} is computed from votes and is none: remove it.")
    return True


def read_matrix(table: Table, lines: list[Row], rows_are: str) -> None:
    """Read a wide table. Whether its first row is a header is told by its numbers alone."""
    first = lines[0][0]
    heading = _heading([[cell.strip() for cell in cells] for _, cells in lines])
    if heading == "unclear":
        cells = ", ".join(cell.strip() for cell in lines[0][1])[:100]
        table.fault(first, "", "header-unclear", UNCLEAR.format(cells))
    elif heading == "header":
        header = _trimmed([cell.strip() for cell in lines[0][1]])
        _read_wide(table, header, rows_are, filled(table, lines[1:], max(len(header), 1)))
    else:
        width = max(len(_trimmed(cells)) for _, cells in lines)
        header = [f"column {number}" for number in range(1, width + 1)]
        rows = filled(table, lines, width)
        if heading == "bare":
            header, rows = ["", *header], ((row, [f"row {row}", *cells]) for row, cells in rows)
        _read_wide(table, header, rows_are, rows)
        table.layout += ", no header"


def _trimmed(cells: list[str]) -> list[str]:
    """The cells without the empty ones at the end, which spreadsheets leave."""
    return cells[: max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)]


def _heading(rows: list[list[str]]) -> str:
    """What the first row of a matrix is: a `header`, or scores behind the row's name (`named`) or alone (`bare`).

    It is `unclear` where taking it for one of them could lose votes.
    """
    corner, *rest = _trimmed(rows[0])
    is_number = [bool(NUMBER.fullmatch(cell)) for cell in rest]
    if plain([corner])[0] in (*STIMULUS, *RATER):
        return "header"
    if not all(number or is_missing(cell) for number, cell in zip(is_number, rest, strict=True)):
        return "unclear" if any(is_number) else "header"
    if NUMBER.fullmatch(corner):
        columns = [row[0] for row in rows]
        counted = any(_counts(cells) for cells in ([corner, *rest], columns, columns[1:]) if len(cells) > 1)
        return "unclear" if counted else "bare"
    if not any(is_number):
        return "unclear" if rest else "header"
    if _counts(rest) and not (is_missing(corner) and corner):
        return "unclear" if len(rest) <= HIGHEST and corner and _is_named_alike(corner, rows[1:]) else "header"
    if not _scores_only(rest):
        return "unclear"
    return _without_corner(rows) if is_missing(corner) else "named"


def _is_named_alike(corner: str, rows: list[list[str]]) -> bool:
    """Whether the first cell is a letter or numbered as the names below it are (p1 above p2): 1, 2 may be scores."""
    shapes = [re.sub(r"\d+", "0", re.sub(r"[^\W\d]+", "a", cell)) for cell in (corner, *(row[0] for row in rows))]
    return shapes[0] in shapes[1:] and (len(corner) == 1 or "0" in shapes[0])


def _without_corner(rows: list[list[str]]) -> str:
    """What a first row of scores without its first cell is: that cell was a score if those below it are numbers."""
    below = [row[0] for row in rows[1:]]
    return "bare" if below and all(NUMBER.fullmatch(cell) or is_missing(cell) for cell in below) else "unclear"


def _counts(cells: list[str]) -> bool:
    """Return whether cells count from 0 or 1 on, as numbers of raters, columns or rows do."""
    values = [_value(cell) for cell in cells]
    return any(values == list(range(start, start + len(values))) for start in (0, 1))


def _scores_only(cells: list[str]) -> bool:
    """Return whether these numbers can be no names: one is broken, or stands twice."""
    values = [value for cell in cells if (value := _value(cell)) is not None]
    return len(set(values)) < len(values) or not all(value.is_integer() for value in values)


def _value(cell: str) -> float | None:
    return float(cell.replace(",", ".")) if NUMBER.fullmatch(cell) else None


def _read_wide(table: Table, header: list[str], rows_are: str, rows: Iterable[Row]) -> None:
    """Read a row per stimulus and a column per rater, or the other way round."""
    others = "raters" if rows_are == "stimuli" else "stimuli"
    table.layout = f"a row per {SINGULAR[rows_are]}, a column per {SINGULAR[others]}"
    good = _columns(table, header, others)
    scored: set[int] = set()
    for row, cells in rows:
        name = cells[0].strip()
        if not table.names(row, header[0], name, SINGULAR[rows_are]) or _is_figure(table, row, header[0], name):
            continue
        with_score = {place for place in good if not is_missing(cells[place])}
        scored |= with_score
        if not with_score:
            table.put_aside(row, "has no score")
        for place in good:
            stimulus, rater = (name, header[place]) if rows_are == "stimuli" else (header[place], name)
            table.take(row, header[place], stimulus, rater, 1, cells[place])
    for place in good:
        if place not in scored and table.rows:
            table.put_aside(1, f"names {header[place][:80]!r}, whose column has no score")


def _columns(table: Table, header: list[str], what: str) -> list[int]:
    """The places of columns that have a name of their own."""
    good = []
    for place, name in enumerate(header[1:], 1):
        if name in header[1:place]:
            table.fault(
                1, name, "column-repeated", f"Two columns are called {name[:40]!r}. Each has a name of its own."
            )
        elif table.names(1, str(place + 1), name, SINGULAR[what]) and not _is_figure(table, 1, name, name):
            good.append(place)
    return good
