"""Deliveries: what came, what was refused and why."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.scans import rework
from heritage_color.web import tables
from heritage_color.web.fields import Page, RowId
from heritage_color.web.paging import Pages
from heritage_color.web.replies import Refusal, show
from heritage_color.web.site import site_of
from heritage_color.web.staff import staff_router

router: APIRouter = staff_router()
SHOWN_DELIVERIES, SHOWN_FILES, SHOWN_FINDINGS, SHOWN_DEBTS = 50, 100, 200, 200
COLUMNS = ("file", "row", "role", "outcome", "identifier", "severity", "code", "sentence", "owed")


@router.get("/deliveries")
def deliveries(request: Request, page: Page = 1) -> Response:
    """All deliveries that this person may see, newest first."""
    queries, seen = db.queries("web"), _seen(request)
    with db.connect(site_of(request).settings) as connection:
        pages = Pages(page, SHOWN_DELIVERIES, queries.count_deliveries(connection, **seen))
        found = list(queries.list_deliveries(connection, shown=pages.size, skipped=pages.skipped, **seen))
        owed = rework.queries().count_debts(connection, delivery_id=None, state="owed")
    return show(request, "deliveries.html", deliveries=found, pages=pages, owed=owed)


@router.get("/deliveries/{delivery_id}")
def delivery(request: Request, delivery_id: RowId, page: Page = 1) -> Response:
    """One delivery: counts, findings, files."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        found = _found(queries.get_delivery(connection, delivery_id=delivery_id, **_seen(request)))
        pages = Pages(page, SHOWN_FILES, found["files"])
        one = {"delivery_id": delivery_id}
        findings = list(queries.list_findings(connection, shown=SHOWN_FINDINGS, **one))
        total = queries.count_findings(connection, **one)
        debts = rework.read(connection, delivery_id, shown=SHOWN_DEBTS)
        owed = rework.queries().count_debts(connection, state="owed", **one)
        files = list(queries.list_delivered_files(connection, shown=pages.size, skipped=pages.skipped, **one))
    values: dict[str, Any] = {
        "delivery": found,
        "findings": findings,
        "total_findings": total,
        "files": files,
        "pages": pages,
    }
    values |= {
        "debts": [debt for debt in debts if debt.delivery_id == delivery_id],
        "answers": [debt for debt in debts if debt.delivery_id != delivery_id],
        "owed": owed,
    }
    return show(request, "delivery.html", **values)


@router.get("/deliveries/{delivery_id}/report.csv")
def report(request: Request, delivery_id: RowId) -> Response:
    """The same as a table: one line per file and finding."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        _found(queries.get_delivery(connection, delivery_id=delivery_id, **_seen(request)))
        lines = list(queries.list_delivery_report(connection, delivery_id=delivery_id))
    return tables.download(f"delivery-{delivery_id}.csv", COLUMNS, lines)


def _found(delivery):
    if delivery is None:
        raise Refusal(404, "There is no delivery with this number, or it is another person's.")
    return delivery


def _seen(request: Request) -> dict:
    return {"seen_by": request.state.curator.sees_deliveries_of}
