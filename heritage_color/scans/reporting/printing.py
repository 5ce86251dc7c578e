"""The report of a pre-flight in the forms that people ask for: text, JSON, CSV for spreadsheets, a page of HTML."""

import csv
import io
import json
from pathlib import Path

import jinja2

from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting.cells import harmless
from heritage_color.scans.reporting.debts import Debt
from heritage_color.scans.reporting.report import Report
from heritage_color.whole_files import write_whole

DEBT_COLUMNS = (
    "delivery_id", "delivery", "received_at", "path", "identifier", "state", "codes", "tried_in", "tried_as",
    "replaced_in", "replaced_by", "waived_by", "waived_reason",
)  # fmt: skip
COLUMNS = ("file", "row", "severity", "code", "sentence", "remedy")


def format_of(file: Path | None) -> str:
    """Return the format that a file's name asks for; text where it asks for none."""
    suffixes = {".json": "json", ".csv": "csv", ".html": "html", ".htm": "html"}
    return suffixes.get(file.suffix.lower(), "text") if file else "text"


def render(report: Report, form: str) -> str:
    """Return the report as `text`, `json`, `csv` or `html`."""
    if form == "json":
        return json.dumps(report.as_json(), indent=2)
    return {"csv": as_csv, "html": as_html}.get(form, Report.as_text)(report)


def as_csv(report: Report) -> str:
    """One line for each finding and each debt, and one for who signed it off, under a line of column names.

    A cell that a spreadsheet would run gets a ' first.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for fault in report.findings:
        cells = (fault.file, fault.row or "", fault.severity, fault.code, fault.fault, fault.remedy)
        writer.writerow([harmless(cell) for cell in cells])
    for debt in report.debts or ():
        writer.writerow([harmless(cell) for cell in (debt.path, "", debt.state, "", debt.sentence, "")])
    if report.signed:
        writer.writerow(["", "", "signed off", "", harmless(report.signed.sentence), ""])
    return text.getvalue().rstrip("\n")


def render_debts(debts: list[Debt], form: str) -> str:
    """Debts as `text`, `json` or `csv`."""
    if form == "json":
        return json.dumps({"debts": [debt.as_json() for debt in debts]}, indent=2)
    if form == "csv":
        return _debts_as_csv(debts)
    return "\n".join(debt.sentence for debt in debts) or "Nothing is owed."


def _debts_as_csv(debts: list[Debt]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(DEBT_COLUMNS)
    writer.writerows([harmless(cell) for cell in debt_cells(debt)] for debt in debts)
    return text.getvalue().rstrip("\n")


def debt_cells(debt: Debt) -> list[object]:
    """Return a debt as a row of a table with `DEBT_COLUMNS`."""
    facts = debt.as_json() | {"codes": "missing" if debt.missing else ", ".join(debt.codes)}
    return [facts.get(name, "") for name in DEBT_COLUMNS]


def as_html(report: Report) -> str:
    """A page that needs no other file: counts, a table of the codes whose numbers add up, a table for each code."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((Path(__file__).parent / "report.html").read_text()).render(report=report).rstrip()


def write_report(file: Path, text: str) -> None:
    """Write a report so that it is there in full or not at all. Raises DeliveryError where it cannot be written."""
    try:
        file.parent.stat()  # a folder that is not there was misspelt
        write_whole(file, f"{text}\n")
    except OSError as error:
        raise DeliveryError(f"The report cannot be written to {file}: {error.strerror}. Name another file.") from error
