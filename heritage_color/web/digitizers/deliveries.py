"""Deliveries: what is on the way, what came, what was refused and why."""

from itertools import groupby
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import DeliveryError
from heritage_color.scans.metadata import schema
from heritage_color.scans.reporting import printing, recalling, rework, signing
from heritage_color.scans.reporting.reasons import recalled
from heritage_color.scans.reporting.report import Report
from heritage_color.scans.uploading import uploads
from heritage_color.scans.uploading.preflight import ShownFinding, ShownGroup
from heritage_color.web.desk.pictures import picture
from heritage_color.web.digitizers.records import Delivery, Finding, RefusedFile
from heritage_color.web.digitizers.uploads import is_theirs, sees_all
from heritage_color.web.door import tables
from heritage_color.web.door.fields import Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router
from heritage_color.web.runs.way import way_of_delivery

queries = db.queries("web/digitizers/deliveries")
router: APIRouter = staff_router()
SHOWN_DELIVERIES, SHOWN_FILES, SHOWN_DEBTS = 50, 100, 200
SHOWN_FINDINGS, SHOWN_REFUSED = 40, 40  # findings of each reason, refused pictures
COLUMNS = ("file", "row", "role", "outcome", "identifier", "severity", "code", "sentence", "owed")


Answer = TypeVar("Answer")


@router.get("/deliveries")
def deliveries(request: Request, page: Page = 1) -> Response:
    """List what is on the way, and then all deliveries that this person may see, newest first."""
    person, settings = curator_of(request), site_of(request).settings
    seen_by = person.sees_deliveries_of
    on_the_way = uploads.on_the_way(settings, person.account_id, sees_all(person), seen_by)
    with db.connect(settings) as connection:
        pages = Pages(page, SHOWN_DELIVERIES, queries.count_deliveries(connection, seen_by=seen_by))
        rows = queries.list_deliveries(connection, shown=pages.size, skipped=pages.skipped, seen_by=seen_by)
        shown = db.records(Delivery, rows)
        owed = rework.count_debts(connection, seen_by=seen_by)
    return show(
        request,
        "digitizers/deliveries.html",
        deliveries=shown,
        pages=pages,
        coming=on_the_way.coming,
        others=on_the_way.others,
        theirs=is_theirs,
        owed=owed,
    )


@router.get("/deliveries/manifest.csv")
def manifest_template(request: Request) -> Response:
    """Send an empty manifest to begin with, with the mark by which spreadsheets know UTF-8."""
    return _download("manifest.csv", "\ufeff" + schema.template(), "text/csv; charset=utf-8")


@router.get("/deliveries/manifest.schema.json")
def manifest_schema(request: Request) -> Response:
    """Tell programs what each column of a manifest may hold."""
    return _download("manifest.schema.json", schema.schema_text(), "application/schema+json")


@router.get("/deliveries/{delivery_id}")
def delivery(request: Request, delivery_id: RowId, page: Page = 1) -> Response:
    """Show one delivery: counts, findings, files."""
    with db.connect(site_of(request).settings) as connection:
        shown = _delivery(request, connection, delivery_id)
        pages = Pages(page, SHOWN_FILES, shown.files)
        debts = rework.list_debts(connection, delivery_id, shown=SHOWN_DEBTS, seen_by=seen_by(request))
        context = {
            "delivery": shown,
            "pages": pages,
            "groups": _groups(connection, delivery_id),
            "refused": _refused_files(connection, delivery_id),
            "files": list(
                queries.list_delivered_files(
                    connection, delivery_id=delivery_id, shown=pages.size, skipped=pages.skipped
                )
            ),
            "debts": [debt for debt in debts if debt.delivery_id == delivery_id],
            "answers": [debt for debt in debts if debt.delivery_id != delivery_id],
            "owed": rework.count_debts(connection, delivery_id),
            "way": way_of_delivery(connection, delivery_id),
            "signed": signing.sign_off_of(connection, delivery_id),
        }
    return show(request, "digitizers/delivery.html", 200, **context)


@router.post("/deliveries/{delivery_id}/sign-off")
def sign_off_delivery(request: Request, delivery_id: RowId) -> Response:
    """Accept the report on a delivery, and go back to its page."""
    person, settings = curator_of(request), site_of(request).settings
    try:
        signing.sign_off(settings, delivery_id, person.name, person.account_id)
    except DeliveryError as error:
        raise Refusal(400, str(error), ("/deliveries", "To the deliveries")) from error
    return go(f"/deliveries/{delivery_id}")


@router.get("/deliveries/{delivery_id}/report.csv")
def report_table(request: Request, delivery_id: RowId) -> Response:
    """Send the same as a table, with one line per file and finding."""
    with db.connect(site_of(request).settings) as connection:
        _delivery(request, connection, delivery_id)
        rows = list(queries.list_delivery_report(connection, delivery_id=delivery_id))
    lines = [[row[column] for column in COLUMNS] for row in rows]
    return tables.download(f"delivery-{delivery_id}.csv", COLUMNS, lines)


@router.get("/deliveries/{delivery_id}/report.json")
def report_json(request: Request, delivery_id: RowId) -> Response:
    """Send the report of the pre-flight, as `heritage-color check --json` prints it."""
    text = printing.render(_recalled(request, delivery_id), "json")
    return _download(f"delivery-{delivery_id}.json", text, "application/json")


@router.get("/deliveries/{delivery_id}/report.html")
def report_html(request: Request, delivery_id: RowId) -> Response:
    """Send the same as a page that needs no other file, to be kept or sent on."""
    text = printing.render(_recalled(request, delivery_id), "html")
    return _download(f"delivery-{delivery_id}.html", text, "text/html; charset=utf-8")


@router.get("/deliveries/{delivery_id}/thumbnail")
def thumbnail(request: Request, delivery_id: RowId, file: Annotated[str, Query(max_length=8192)]) -> Response:
    """Send a small picture of a refused file."""
    site = site_of(request)
    with db.connect(site.settings) as connection:
        _delivery(request, connection, delivery_id)
        key = queries.get_thumbnail_key(connection, delivery_id=delivery_id, path=file.replace("\0", ""))
    if not key:
        raise Refusal(404, "There is no small picture of this file.")
    return picture(site, key)


def _delivery(request: Request, connection: Connection, delivery_id: int) -> Delivery:
    """A delivery that whoever asks may see. Raises Refusal."""
    row = queries.get_delivery(connection, delivery_id=delivery_id, seen_by=seen_by(request))
    return _there(db.record(Delivery, row))


def _there(answer: Answer | None) -> Answer:
    if answer is None:
        raise Refusal(404, "There is no delivery with this number, or it is another person's.")
    return answer


def _recalled(request: Request, delivery_id: int) -> Report:
    with db.connect(site_of(request).settings) as connection:
        _delivery(request, connection, delivery_id)
        return _there(recalling.report_of(connection, delivery_id))


def _download(name: str, text: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=media_type, headers=headers)


def _groups(connection: Connection, delivery_id: int) -> list[ShownGroup]:
    """Findings by severity and code, as the pages show them: the first of each, and how many there are."""
    rows = queries.list_findings(connection, delivery_id=delivery_id, shown=SHOWN_FINDINGS)
    findings = db.records(Finding, rows)
    grouped = groupby(findings, key=lambda finding: (finding.severity, finding.code, finding.of_code))
    return [
        ShownGroup(severity, code, count, [_shown(finding) for finding in members])
        for (severity, code, count), members in grouped
    ]


def _shown(finding: Finding) -> ShownFinding:
    told = recalled(finding.file, finding.row_number, finding.code, finding.severity, finding.sentence)
    return ShownFinding(told.file, told.row, told.fault, told.remedy)


def _refused_files(connection: Connection, delivery_id: int) -> list[RefusedFile]:
    address = f"/deliveries/{delivery_id}/thumbnail?file="
    return [
        RefusedFile(
            row["path"], row["reasons"], address + quote(row["path"], safe="") if row["thumbnail_key"] else None
        )
        for row in queries.list_refused_files(connection, delivery_id=delivery_id, shown=SHOWN_REFUSED)
    ]


def seen_by(request: Request) -> int | None:
    """The account whose own deliveries, and those of the team, whoever asks may see; None: everybody's."""
    return curator_of(request).sees_deliveries_of
