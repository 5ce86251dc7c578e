"""Likenesses: scans that look alike, side by side, and what a curator makes of each pair."""

from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import CurationError
from heritage_color.likeness import steps
from heritage_color.web.door.fields import FormId, FormLine, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
SHOWN = 10
State = Literal["open", "same picture", "different", "all"]
STATES = (*steps.STATES, "all")


@router.get("/likenesses")
def likenesses(request: Request, state: State = "open", page: Page = 1, decided: int = 0) -> Response:
    """The pairs of a state, the nearest first."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        found = {row["state"]: row["pairs"] for row in queries.count_likenesses(connection)}
        counts = {name: found.get(name, 0) for name in steps.STATES}
        counts["all"] = sum(counts.values())
        pages = Pages(page, SHOWN, counts[state])
        pairs = list(_pairs(connection, state=state, shown=SHOWN, skipped=pages.skipped))
        done = next(iter(_pairs(connection, likeness_id=decided)), None) if decided else None
    values: dict[str, Any] = {"pairs": pairs, "pages": pages, "counts": counts, "decided": done}
    return show(request, "likenesses.html", states=STATES, state=state, **values)


@router.get("/likenesses/{likeness_id}")
def likeness(request: Request, likeness_id: RowId) -> Response:
    """One pair."""
    return _likeness(request, likeness_id)


@router.post("/likenesses/{likeness_id}")
def decide(
    request: Request,
    likeness_id: RowId,
    seen: FormId,
    kept: FormId = 0,
    said: FormLine = "",
    state: State = "open",
    page: Page = 1,
) -> Response:
    """Write the decision of the button that was pressed, then back to the list."""
    curator, pair = request.state.curator.name, _found(request, likeness_id)
    if pair["decisions"] != seen and pair["curator"] != curator:
        sentence = f"{pair['curator']} has decided this pair meanwhile. Look again before you decide otherwise."
        return _likeness(request, likeness_id, sentence, 409)
    wanted = "same picture" if kept else said
    try:
        steps.decide_pair(site_of(request).settings, likeness_id, wanted, kept or None, curator)
    except CurationError as error:
        return _likeness(request, likeness_id, str(error), 400)
    query = urlencode({"state": state, "page": page, "decided": likeness_id})
    return go(f"/likenesses?{query}")


def _likeness(request: Request, likeness_id: int, problem: str = "", status: int = 200) -> Response:
    pair = _found(request, likeness_id)
    return show(request, "likeness.html", status, pair=pair, problem=problem)


def _found(request: Request, likeness_id: int) -> dict:
    with db.connect(site_of(request).settings) as connection:
        pair = next(iter(_pairs(connection, likeness_id=likeness_id)), None)
    if pair is None:
        raise Refusal(404, "There is no pair with this number.", ("/likenesses", "To the likenesses"))
    return pair


def _pairs(connection, state: str = "all", likeness_id: int | None = None, shown: int = 1, skipped: int = 0):
    choice = {"state": state, "likeness_id": likeness_id, "shown": shown, "skipped": skipped}
    return db.queries("web").list_likenesses(connection, **choice)


def of_scan(connection, scan_id: int) -> list[dict]:
    """The pairs of a scan as its page shows them, each with the other scan."""
    return list(db.queries("web").list_scan_likenesses(connection, scan_id=scan_id))
