"""Held votes: bursts that wait for someone to look, and what became of the others."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.guarding import holding
from heritage_color.web.door.fields import FormLine, Page, Pages
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("rating/guarding")

router: APIRouter = staff_router()
SHOWN = 30
RULES = {
    "network": "many new raters of one network",
    "rater": "one rater, faster than anybody looks",
    "crowd": "many new raters at once",
}
BACK = ("/holds", "Back to the holds")


@router.get("/holds")
def holds(request: Request, page: Page = 1) -> Response:
    """List all holds, those that wait first."""
    with db.connect(site_of(request).settings) as connection:
        counts = queries.count_holds(connection)
        pages = Pages(page, SHOWN, counts["total"])
        rows = list(queries.list_holds(connection, shown=pages.size, skipped=pages.skipped))
    values = {"waiting": counts["waiting"], "rules": RULES, "proxy": site_of(request).proxies.sentence}
    return show(request, "staff/holds.html", holds=rows, pages=pages, **values)


@router.post("/holds")
def decide_on_hold(request: Request, name: FormLine, state: FormLine) -> Response:
    """Release or confirm a hold."""
    try:
        holding.decide_hold(site_of(request).settings, name, state, curator_of(request).name)
    except RatingError as error:
        raise Refusal(409 if error.code == "hold-decided" else 400, str(error), BACK) from error
    return go("/holds")
