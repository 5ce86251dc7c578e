"""Scans: search, and all that is known of one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.web.desk import likenesses, tags
from heritage_color.web.door.fields import FormProse, Page, Pages, RowId, Search
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
SHOWN = 24


@router.get("/scans")
def scans(request: Request, search: Search = "", tag: Search = "", page: Page = 1) -> Response:
    """A page of scans whose title or identifier contains the search, and that carry an accepted tag."""
    queries, choice = db.queries("web"), {"search": search, "tag": tag}
    with db.connect(site_of(request).settings) as connection:
        pages = Pages(page, SHOWN, queries.count_scans(connection, **choice))
        found = list(queries.list_scans(connection, **choice, shown=SHOWN, skipped=pages.skipped))
        accepted = list(queries.list_accepted_tags(connection))
        damaged = queries.count_damaged(connection)
    return show(
        request, "scans.html", scans=found, pages=pages, accepted=accepted, search=search, tag=tag, damaged=damaged
    )


@router.get("/scans/{scan_id}")
def scan(request: Request, scan_id: RowId) -> Response:
    """One scan: pictures, facts, metadata, history."""
    return _scan(request, scan_id)


@router.post("/scans/{scan_id}/do-not-colorize")
def do_not_colorize(request: Request, scan_id: RowId, reason: FormProse = "") -> Response:
    """Flag a scan, which withdraws its colorizations."""
    if not reason:
        return _scan(request, scan_id, "Give the reason: it stands in the record and answers the next question.")
    curator = request.state.curator
    curation.flag_do_not_colorize(site_of(request).settings, scan_id, reason, curator.name, curator.account_id)
    return go(f"/scans/{scan_id}")


def _scan(request: Request, scan_id: int, problem: str = "") -> Response:
    queries, one = db.queries("web"), {"scan_id": scan_id}
    seen_by = request.state.curator.sees_deliveries_of
    with db.connect(site_of(request).settings) as connection:
        found = queries.get_scan(connection, **one)
        if found is None:
            raise Refusal(404, "There is no scan with this number.")
        parts = {
            "colorizations": list(queries.list_scan_colorizations(connection, **one)),
            "jobs": list(queries.list_scan_jobs(connection, **one)),
            "events": list(queries.list_scan_events(connection, **one)),
            "deliveries": list(queries.list_scan_deliveries(connection, **one, seen_by=seen_by)),
            "tags": tags.of_scan(connection, scan_id),
            "likenesses": likenesses.of_scan(connection, scan_id),
        }
    return show(request, "scan.html", 400 if problem else 200, scan=found, problem=problem, **parts)
