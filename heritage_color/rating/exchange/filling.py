"""Rows are filled up to the header's width; a row that is wider, narrower or was cut is a fault."""

from collections.abc import Iterable, Iterator

from heritage_color.rating.exchange.cells import LONGEST_ROW, Row
from heritage_color.rating.exchange.foreign_table import Table


def filled(table: Table, lines: Iterable[Row], columns: int, least: int = 0) -> Iterator[Row]:
    """Yield the rows, filled up to so many columns. A row that is wider, or was cut, is a fault.

    So is a row with fewer cells than `least`: programs write every cell, and webMUSHRA goes on below an old header
    when the questions to the raters have changed, so that scores stand in other columns.
    """
    for row, cells in lines:
        table.rows += 1
        if sum(map(len, cells)) + len(cells) > LONGEST_ROW:
            table.fault(row, "", "row-too-long", f"A row may hold {LONGEST_ROW:,} characters. Use a row per vote.")
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
