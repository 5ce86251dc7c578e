"""Tables that people download and open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from starlette.responses import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def download(name: str, columns: Sequence[str], rows: Iterable[Mapping]) -> Response:
    """Rows as CSV in UTF-8 with the mark that spreadsheets look for."""
    body = "\ufeff" + to_csv(columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def to_csv(columns: Sequence[str], rows: Iterable[Mapping]) -> str:
    """Rows as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(row[column]) for column in columns] for row in rows)
    return text.getvalue()


def harmless(value) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what would start one (OWASP)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
