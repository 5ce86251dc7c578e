"""The one address of live events, and the same pieces of pages for browsers that poll."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.web.door.fields import RowId
from heritage_color.web.door.replies import Refusal
from heritage_color.web.door.site import Site, site_of
from heritage_color.web.door.staff import curator_of, staff_router
from heritage_color.web.runs.live import Live, Reader, Render, TooMany, Variant
from heritage_color.web.runs.way import way_of_delivery

queries = db.queries("web/runs/way")
router: APIRouter = staff_router()

DELIVERY = "delivery-"
About = Annotated[str, Query(pattern=r"^delivery-[1-9][0-9]{0,17}$")]
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would keep events back
LATER = {"Retry-After": "60"}


class Subject(NamedTuple):
    """What a page watches: its name, whether who watches may act on it, and how it is read."""

    name: str
    variant: Variant
    reader: Reader


@router.get("/events")
async def events(request: Request, about: About) -> Response:
    """Tell what changes, as server-sent events, until a minute is over; browsers ask again by themselves."""
    live: Live = request.app.state.live
    subject = await run_in_threadpool(_subject, request, about)
    try:
        stream = live.watch(subject.name, subject.variant, subject.reader)
    except TooMany:
        return Response("More pages are watched than one server takes.", 503, headers=LATER)
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


@router.get("/deliveries/{delivery_id}/way")
def delivery_way(request: Request, delivery_id: RowId) -> Response:
    """Send how far a delivery's pictures are, as the piece of its page."""
    return _piece(request, _subject(request, f"{DELIVERY}{delivery_id}"))


def _piece(request: Request, subject: Subject) -> Response:
    with db.connect(site_of(request).settings) as connection:
        render = subject.reader(connection)
    return HTMLResponse(render(subject.variant), headers=HEADERS)


def _subject(request: Request, about: str) -> Subject:
    """What is asked for, where this person may see it. Raises Refusal."""
    site, number = site_of(request), int(about.removeprefix(DELIVERY))
    seen_by = curator_of(request).sees_deliveries_of

    def reader(connection: Connection) -> Render:
        return _delivery(site, connection, number)

    with db.connect(site.settings) as connection:
        if not queries.sees_delivery(connection, delivery_id=number, seen_by=seen_by):
            raise Refusal(404, "There is no delivery with this number, or it is another person's.")
    return Subject(about, False, reader)


def _delivery(site: Site, connection: Connection, delivery_id: int) -> Render:
    way = way_of_delivery(connection, delivery_id)
    page = site.templates.get_template("runs/way_now.html").render(way=way)
    return lambda variant: page
