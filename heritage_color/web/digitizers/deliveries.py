"""Deliveries: what is on the way, what came, what was refused and why."""

import json
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import DeliveryError
from heritage_color.scans.metadata import schema
from heritage_color.scans.reporting import printing, recalling, rework, signing
from heritage_color.scans.reporting.reasons import recalled
from heritage_color.scans.reporting.report import Report
from heritage_color.scans.uploading import uploads
from heritage_color.web.desk.pictures import picture
from heritage_color.web.digitizers.uploads import is_theirs, sees_all
from heritage_color.web.door import tables
from heritage_color.web.door.fields import Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
SHOWN_DELIVERIES, SHOWN_FILES, SHOWN_DEBTS = 50, 100, 200
SHOWN_FINDINGS, SHOWN_REFUSED = 40, 40  # findings of each reason, refused pictures
COLUMNS = ("file", "row", "role", "outcome", "identifier", "severity", "code", "sentence", "owed")


@router.get("/deliveries")
def deliveries(request: Request, page: Page = 1) -> Response:
    """What is on the way, then all deliveries that this person may see, newest first."""
    person, settings = request.state.curator, site_of(request).settings
    queries, seen = db.queries("web"), seen_by(request)
    on_the_way = uploads.on_the_way(settings, person.account_id, sees_all(person), **seen)
    with db.connect(settings) as connection:
        pages = Pages(page, SHOWN_DELIVERIES, queries.count_deliveries(connection, **seen))
        found = list(queries.list_deliveries(connection, shown=pages.size, skipped=pages.skipped, **seen))
        owed = rework.count_debts(connection, **seen)
    values: dict = {
        "deliveries": found,
        "pages": pages,
        "coming": on_the_way.coming,
        "others": on_the_way.others,
        "theirs": is_theirs,
    }
    return show(request, "deliveries.html", owed=owed, **values)


@router.get("/deliveries/manifest.csv")
def manifest_template(request: Request) -> Response:
    """An empty manifest to begin with, with the mark by which spreadsheets know UTF-8."""
    return _download("manifest.csv", "\ufeff" + schema.template(), "text/csv; charset=utf-8")


@router.get("/deliveries/manifest.schema.json")
def manifest_schema(request: Request) -> Response:
    """What each column of a manifest may hold, for programs."""
    text = json.dumps(schema.schema(), indent=2, ensure_ascii=False)
    return _download("manifest.schema.json", text, "application/schema+json")


@router.get("/deliveries/{delivery_id}")
def delivery(request: Request, delivery_id: RowId, page: Page = 1) -> Response:
    """One delivery: counts, findings, files."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        found = _found(queries.get_delivery(connection, delivery_id=delivery_id, **seen_by(request)))
        pages = Pages(page, SHOWN_FILES, found["files"])
        one = {"delivery_id": delivery_id}
        findings = list(queries.list_findings(connection, shown=SHOWN_FINDINGS, **one))
        refused = list(queries.list_refused_files(connection, shown=SHOWN_REFUSED, **one))
        debts = rework.list_debts(connection, delivery_id, shown=SHOWN_DEBTS, **seen_by(request))
        owed = rework.count_debts(connection, delivery_id)
        signed = signing.sign_off_of(connection, delivery_id)
        files = list(queries.list_delivered_files(connection, shown=pages.size, skipped=pages.skipped, **one))
    pictures = [_refused(delivery_id, row) for row in refused]
    values: dict[str, Any] = {"delivery": found, "files": files, "pages": pages}
    values |= {"groups": _groups(findings), "refused": pictures}
    values |= {
        "debts": [debt for debt in debts if debt.delivery_id == delivery_id],
        "answers": [debt for debt in debts if debt.delivery_id != delivery_id],
        "owed": owed,
        "signed": signed,
    }
    return show(request, "delivery.html", **values)


@router.post("/deliveries/{delivery_id}/sign-off")
def sign_off(request: Request, delivery_id: RowId) -> Response:
    """Accept the report on a delivery, then back to its page."""
    person, settings = request.state.curator, site_of(request).settings
    try:
        signing.sign_off(settings, delivery_id, person.name, person.account_id)
    except DeliveryError as error:
        raise Refusal(400, str(error), ("/deliveries", "To the deliveries")) from error
    return go(f"/deliveries/{delivery_id}")


@router.get("/deliveries/{delivery_id}/report.csv")
def report(request: Request, delivery_id: RowId) -> Response:
    """The same as a table: one line per file and finding."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        _found(queries.get_delivery(connection, delivery_id=delivery_id, **seen_by(request)))
        lines = list(queries.list_delivery_report(connection, delivery_id=delivery_id))
    return tables.download(f"delivery-{delivery_id}.csv", COLUMNS, lines)


@router.get("/deliveries/{delivery_id}/report.json")
def report_json(request: Request, delivery_id: RowId) -> Response:
    """The report of the pre-flight, as `heritage-color check --json` prints it."""
    text = printing.render(_recalled(request, delivery_id), "json")
    return _download(f"delivery-{delivery_id}.json", text, "application/json")


@router.get("/deliveries/{delivery_id}/report.html")
def report_html(request: Request, delivery_id: RowId) -> Response:
    """The same as a page that needs no other file, to be kept or sent on."""
    text = printing.render(_recalled(request, delivery_id), "html")
    return _download(f"delivery-{delivery_id}.html", text, "text/html; charset=utf-8")


@router.get("/deliveries/{delivery_id}/thumbnail")
def thumbnail(request: Request, delivery_id: RowId, file: Annotated[str, Query(max_length=8192)]) -> Response:
    """A small picture of a refused file."""
    site = site_of(request)
    with db.connect(site.settings) as connection:
        _found(db.queries("web").get_delivery(connection, delivery_id=delivery_id, **seen_by(request)))
        key = db.queries("web").get_thumbnail_key(connection, delivery_id=delivery_id, path=file.replace("\0", ""))
    if not key:
        raise Refusal(404, "There is no small picture of this file.")
    return picture(site, key)


def _found(delivery):
    if delivery is None:
        raise Refusal(404, "There is no delivery with this number, or it is another person's.")
    return delivery


def _recalled(request: Request, delivery_id: int) -> Report:
    with db.connect(site_of(request).settings) as connection:
        _found(db.queries("web").get_delivery(connection, delivery_id=delivery_id, **seen_by(request)))
        return _found(recalling.report_of(connection, delivery_id))


def _download(name: str, text: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=media_type, headers=headers)


def _groups(findings: list[dict]) -> list[dict]:
    """Findings by severity and code, as the pages show them: the first of each, and how many there are."""
    grouped = groupby(findings, key=lambda row: (row["severity"], row["code"], row["of_code"]))
    return [
        {"severity": severity, "code": code, "count": count, "findings": [_finding(row) for row in rows]}
        for (severity, code, count), rows in grouped
    ]


def _finding(row: dict) -> dict:
    one = recalled(row["file"], row["row_number"], row["code"], row["severity"], row["sentence"])
    return {"file": one.file, "row": one.row, "fault": one.fault, "remedy": one.remedy}


def _refused(delivery_id: int, row: dict) -> dict:
    address = f"/deliveries/{delivery_id}/thumbnail?file={quote(row['path'], safe='')}"
    return {"file": row["path"], "reasons": row["reasons"], "address": address if row["thumbnail_key"] else None}


def seen_by(request: Request) -> dict:
    """The choice of deliveries that whoever asks may see, for queries."""
    return {"seen_by": request.state.curator.sees_deliveries_of}
