"""Saved views of the queue, and where an approval takes two curators."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.curation import four_eyes, views
from heritage_color.errors import CurationError
from heritage_color.web.desk import queue as asking
from heritage_color.web.desk.queue import Asked
from heritage_color.web.door.fields import FormLine, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

router: APIRouter = staff_router()
ONWARD = ("/review/views", "To your saved views")


@router.get("/review/views")
def saved(request: Request) -> Response:
    """List a curator's own views, to rename, share or delete, and those that others share."""
    return show(request, "desk/review_views.html", views=asking.views_of(request))


@router.post("/review/views")
def save_view(request: Request, asked: Asked, name: FormLine) -> Response:
    """Keep the filters of the address under a name."""
    curator = curator_of(request)
    try:
        views.save_view(site_of(request).settings, curator.account_id, curator.name, name, asked.query())
    except CurationError as error:
        raise Refusal(400, str(error), (f"/review?{asked.query()}", "Back to the queue")) from error
    return go(f"/review?{asked.query()}")


@router.post("/review/views/{view_id}")
def change_view(
    request: Request,
    view_id: RowId,
    act: Annotated[Literal["change", "delete"], Form()] = "change",
    name: FormLine = "",
    shared: FormLine = "",
) -> Response:
    """Rename and share a view, or delete it, by the button that was pressed."""
    settings, account = site_of(request).settings, curator_of(request).account_id
    try:
        if act == "delete":
            views.delete_view(settings, account, view_id)
        else:
            views.change_view(settings, account, view_id, name, bool(shared))
    except CurationError as error:
        raise Refusal(400, str(error), ONWARD) from error
    return go("/review/views")


@router.get("/four-eyes")
def rules(request: Request) -> Response:
    """Show where an approval takes two curators."""
    asked_for = four_eyes.list_four_eyes(site_of(request).settings)
    named = {rule.collection for rule in asked_for}
    others = [name for name in asking.choices(request).collections if name not in named]
    return show(request, "desk/four_eyes.html", rules=asked_for, others=others, everywhere="" in named)


@router.post("/four-eyes")
def rule(request: Request, asked: FormLine = "", collection: FormLine = "") -> Response:
    """Ask for two curators in a collection (empty: in all), or be content with one again."""
    curator = curator_of(request)
    four_eyes.ask_for_four_eyes(
        site_of(request).settings, collection, asked == "yes", curator.name, curator.account_id
    )
    return go("/four-eyes")
