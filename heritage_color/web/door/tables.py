"""Tables that people download and open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from heritage_color.keys import Column, FileName
from heritage_color.scans.reporting.cells import harmless


def download(name: FileName, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Response:
    """Rows as CSV in UTF-8 with the mark that spreadsheets look for."""
    body = "\ufeff" + to_csv(columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def to_csv(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
