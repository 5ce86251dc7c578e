"""Vote tables of other laboratories, wide or long: read kindly, every fault found in one pass with its row and column.

Long: a row per vote, with columns for stimulus, rater and score, and perhaps repetition. Wide: a row per stimulus and
a column per rater, or the other way round; the first cell of the header says which. A matrix of the ITU's reference
programs has no header, which only its numbers tell. Every row is read, or named with its number and the reason.
"""

from pathlib import Path

from heritage_color.rating.exchange.cells import plain, table_rows
from heritage_color.rating.exchange.filling import filled
from heritage_color.rating.exchange.foreign_table import RATER, STIMULUS, Table
from heritage_color.rating.exchange.long_tables import AS_TOLD, Chosen, columns_of, is_long, read_long
from heritage_color.rating.exchange.vote_programs import program_of
from heritage_color.rating.exchange.wide_tables import read_matrix

LAYOUTS = ("stimuli", "raters")  # what a row of a wide table is
SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # Excel's and LibreOffice's own files, new and old


def read_table(
    path: Path, scale: tuple[float, float] | None = None, rows: str = "", chosen: Chosen = AS_TOLD
) -> Table:
    """Read a vote table of another laboratory, with all its faults.

    Without a `scale` (worst, best) scores are whole numbers from 1 to 5. With one they are any numbers between its
    ends, and `convert` puts them on our scale. `rows`, one of LAYOUTS, says what a row of a wide table is where its
    first cell does not; `chosen` names columns of a table with a row per vote. Raises RatingError when there is no
    such file.
    """
    table = Table(path, scale)
    lines = [line for line in table_rows(path) if any(cell.strip() for cell in line[1])]
    if _begins(path).startswith(SHEETS):
        table.fault(1, "", "layout-unknown", "It is a spreadsheet's own file, or an archive. Save its table as CSV.")
        return table
    first, header = lines[0] if lines else (1, [])
    names = plain(header)
    program = program_of(names)
    if any(chosen) or program or is_long(names):
        columns = columns_of(table, first, names, program, chosen)
        if columns:
            least = len(header) if columns.program else 0
            read_long(table, names, columns, list(filled(table, lines[1:], len(header), least)))
    elif lines and (rows_are := rows or _rows_of(names)):
        read_matrix(table, lines, rows_are)
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
    present = ", ".join(cell.strip() for cell in header[:6])[:200] or "nothing"
    return (
        "The first row must be a header that names the columns stimulus, rater and score (a row per vote), or begins "
        f"with stimulus or rater (a row per stimulus, or per rater), found {present}. Choose other columns with "
        "--picture, --rater and --score, or say --rows stimuli or --rows raters."
    )
