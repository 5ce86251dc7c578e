"""The report of a pre-flight in the forms that people ask for: text, JSON, CSV for spreadsheets, a page of HTML."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import jinja2

from heritage_color.errors import DeliveryError
from heritage_color.scans.report import Report

COLUMNS = ("file", "row", "severity", "code", "sentence", "remedy")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV Injection: a cell so begun is run by spreadsheets


def format_of(file: Path | None) -> str:
    """The format that a file's name asks for; text where it asks for none."""
    suffixes = {".json": "json", ".csv": "csv", ".html": "html", ".htm": "html"}
    return suffixes.get(file.suffix.lower(), "text") if file else "text"


def render(report: Report, form: str) -> str:
    """The report as `text`, `json`, `csv` or `html`."""
    if form == "json":
        return json.dumps(report.as_json(), indent=2)
    return {"csv": as_csv, "html": as_html}.get(form, Report.as_text)(report)


def as_csv(report: Report) -> str:
    """One line for each finding, under a line of column names; a cell that a spreadsheet would run gets a ' first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in report.findings:
        cells = (one.file, one.row or "", one.severity, one.code, one.fault, one.remedy)
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return text.getvalue().rstrip("\n")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_html(report: Report) -> str:
    """A page that needs no other file: counts, a table of the codes whose numbers add up, a table for each code."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((Path(__file__).parent / "report.html").read_text()).render(report=report).rstrip()


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it is there in full or not at all. Raises DeliveryError where it cannot be written."""
    try:
        with TemporaryDirectory(prefix=".", dir=file.parent) as folder:
            (Path(folder) / file.name).write_text(f"{text}\n", encoding="utf-8")
            (Path(folder) / file.name).replace(file)
    except OSError as error:
        raise DeliveryError(f"The report cannot be written to {file}: {error.strerror}. Name another file.") from error
