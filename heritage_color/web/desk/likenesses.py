"""Likenesses: scans that look alike, side by side, and what a curator makes of each pair."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import CurationError
from heritage_color.likeness import steps
from heritage_color.web.desk.records import Pair
from heritage_color.web.door.fields import Line, Page, Pages, RowId, SentForm, SentId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("web/desk/likenesses")

router: APIRouter = staff_router()
SHOWN = 10
State = Literal["open", "same picture", "different", "all"]
STATES = (*steps.STATES, "all")


@router.get("/likenesses")
def likenesses(request: Request, state: State = "open", page: Page = 1, decided: int = 0) -> Response:
    """List the pairs of a state, the nearest first."""
    with db.connect(site_of(request).settings) as connection:
        standing = {row["state"]: row["pairs"] for row in queries.count_likenesses(connection)}
        counts = {name: standing.get(name, 0) for name in steps.STATES}
        counts["all"] = sum(counts.values())
        pages = Pages(page, SHOWN, counts[state])
        pairs = _pairs(connection, state, shown=SHOWN, skipped=pages.skipped)
        done = _pair(connection, decided) if decided else None
    context = {"pairs": pairs, "pages": pages, "counts": counts, "decided": done, "states": STATES, "state": state}
    return show(request, "desk/likenesses.html", 200, **context)


@router.get("/likenesses/{likeness_id}")
def likeness(request: Request, likeness_id: RowId) -> Response:
    """Show one pair."""
    return _likeness(request, likeness_id)


class LikenessForm(SentForm):
    """The button that was pressed, `said` or `kept` (a scan), and how many decisions its page showed."""

    seen: SentId
    kept: SentId = 0
    state: Annotated[Line, Field(alias="said")] = ""

    @property
    def decision(self) -> str:
        """What the pair is, in the catalog's words."""
        return "same picture" if self.kept else self.state


@router.post("/likenesses/{likeness_id}")
def decide_pair(
    request: Request,
    likeness_id: RowId,
    form: Annotated[LikenessForm, Form()],
    state: State = "open",
    page: Page = 1,
) -> Response:
    """Write the decision of the button that was pressed, and go back to the list."""
    curator, pair = curator_of(request).name, _standing(request, likeness_id)
    if pair.decisions != form.seen and pair.curator != curator:
        sentence = f"{pair.curator} has decided this pair meanwhile. Look again before you decide otherwise."
        return _likeness(request, likeness_id, sentence, 409)
    try:
        steps.decide_pair(site_of(request).settings, likeness_id, form.decision, form.kept or None, curator)
    except CurationError as error:
        return _likeness(request, likeness_id, str(error), 400)
    query = urlencode({"state": state, "page": page, "decided": likeness_id})
    return go(f"/likenesses?{query}")


def _likeness(request: Request, likeness_id: int, problem: str = "", status: int = 200) -> Response:
    pair = _standing(request, likeness_id)
    return show(request, "desk/likeness.html", status, pair=pair, problem=problem)


def _standing(request: Request, likeness_id: int) -> Pair:
    with db.connect(site_of(request).settings) as connection:
        pair = _pair(connection, likeness_id)
    if pair is None:
        raise Refusal(404, "There is no pair with this number.", ("/likenesses", "To the likenesses"))
    return pair


def _pair(connection: Connection, likeness_id: int) -> Pair | None:
    return next(iter(_pairs(connection, likeness_id=likeness_id)), None)


def _pairs(
    connection: Connection, state: str = "all", likeness_id: int | None = None, shown: int = 1, skipped: int = 0
) -> list[Pair]:
    choice = {"state": state, "likeness_id": likeness_id, "shown": shown, "skipped": skipped}
    return db.records(Pair, queries.list_likenesses(connection, **choice))


def of_scan(connection: Connection, scan_id: int) -> Sequence[object]:
    """The pairs of a scan as its page shows them, each with the other scan."""
    return list(queries.list_scan_likenesses(connection, scan_id=scan_id))
