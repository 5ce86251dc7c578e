"""Scans: search, and all that is known of one."""

from uuid import uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.web.desk import likenesses, tags
from heritage_color.web.desk.records import KnownScan
from heritage_color.web.door.fields import FormProse, Page, Pages, RowId, Search
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router
from heritage_color.web.system import vetoes

queries = db.queries("web/desk/scans")

router: APIRouter = staff_router()
SHOWN = 24


@router.get("/scans")
def scans(request: Request, search: Search = "", tag: Search = "", page: Page = 1) -> Response:
    """List scans whose title or identifier contains the search, with an accepted tag where one is asked for."""
    choice = {"search": search, "tag": tag}
    with db.connect(site_of(request).settings) as connection:
        pages = Pages(page, SHOWN, queries.count_scans(connection, **choice))
        context = {
            "scans": list(queries.list_scans(connection, **choice, shown=SHOWN, skipped=pages.skipped)),
            "accepted": list(queries.list_accepted_tags(connection)),
            "damaged": queries.count_damaged(connection),
        }
    return show(request, "desk/scans.html", 200, pages=pages, **choice, **context)


@router.get("/scans/{scan_id}")
def scan(request: Request, scan_id: RowId) -> Response:
    """Show one scan: pictures, facts, metadata, history."""
    return _scan(request, scan_id)


@router.post("/scans/{scan_id}/do-not-colorize")
def do_not_colorize(request: Request, scan_id: RowId, reason: FormProse = "") -> Response:
    """Flag a scan, which withdraws its colorizations."""
    if not reason:
        return _scan(request, scan_id, "Give the reason: it stands in the record and answers the next question.")
    curator = curator_of(request)
    curation.flag_do_not_colorize(site_of(request).settings, scan_id, reason, curator.name, curator.account_id)
    return go(f"/scans/{scan_id}")


def _scan(request: Request, scan_id: int, problem: str = "") -> Response:
    seen_by = curator_of(request).sees_deliveries_of
    with db.connect(site_of(request).settings) as connection:
        known = db.record(KnownScan, queries.get_scan(connection, scan_id=scan_id))
        if known is None:
            raise Refusal(404, "There is no scan with this number.")
        context = {
            "colorizations": list(queries.list_scan_colorizations(connection, scan_id=scan_id)),
            "jobs": list(queries.list_scan_jobs(connection, scan_id=scan_id)),
            "events": list(queries.list_scan_events(connection, scan_id=scan_id)),
            "deliveries": list(queries.list_scan_deliveries(connection, scan_id=scan_id, seen_by=seen_by)),
            "tags": tags.of_scan(connection, scan_id),
            "likenesses": likenesses.of_scan(connection, scan_id),
            "vetoes": vetoes.of_scan(connection, scan_id),
            "new_id": uuid4(),
        }
    return show(request, "desk/scan.html", 400 if problem else 200, scan=known, problem=problem, **context)
