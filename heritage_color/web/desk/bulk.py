"""One decision on many pictures: what it will be about, what came of it, and taking it back."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.colorize import steps as colorize
from heritage_color.curation import steps as curation
from heritage_color.curation.decisions import Decision
from heritage_color.errors import CurationError
from heritage_color.methods.names import PRESETS
from heritage_color.web.desk.forms import DecisionForm
from heritage_color.web.desk.queue import Asked, Filters
from heritage_color.web.desk.records import Chosen, outlook_of
from heritage_color.web.desk.review import OFFERED, REFUSED, WORDS
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("web/desk/queue")
router: APIRouter = staff_router()
Number = Annotated[int, Query(ge=1, le=2**63 - 1)]
Numbers = Annotated[list[Number], Query(max_length=curation.MOST_AT_ONCE)]
SentNumbers = Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=curation.MOST_AT_ONCE)]
BulkId = Annotated[uuid.UUID, Path()]


class BulkForm(DecisionForm):
    """A decision on all that were chosen. Its number was made with the page: what is sent twice counts once."""

    chosen: SentNumbers
    bulk: uuid.UUID


@router.get("/review/chosen")
def chosen(request: Request, asked: Asked, chosen: Numbers = []) -> Response:  # noqa: B006  (FastAPI copies it)
    """Show what was chosen in the queue, what each kind of decision would do to it, and the forms."""
    return _page_of(request, asked, chosen)


@router.post("/review/bulk")
def decide_on_chosen(request: Request, asked: Asked, form: Annotated[BulkForm, Form()]) -> Response:
    """Decide on all that were chosen, then tell what came of it."""
    curator = curator_of(request)
    decision = Decision(
        form.verdict, form.reason, form.note, curator.name, curator.account_id, form.method, form.preset
    )
    try:
        curation.decide_many(site_of(request).settings, str(form.bulk), form.chosen, decision, form.seen)
    except REFUSED as error:
        return _page_of(request, asked, form.chosen, str(error), form)
    return go(f"/review/bulk/{form.bulk}?{asked.query()}")


@router.get("/review/bulk/{bulk_id}")
def bulk_result(request: Request, bulk_id: BulkId, asked: Asked, undone: int | None = None, left: int = 0) -> Response:
    """Show how many were decided, which were skipped and why, and the button that takes it back."""
    try:
        bulk = curation.bulk(site_of(request).settings, str(bulk_id))
    except CurationError as error:
        raise Refusal(404, str(error), ("/review", "To the queue")) from error
    skipped = _pictures(request, [skipped.colorization_id for skipped in bulk.skipped])
    names = {picture.colorization_id: picture for picture in skipped}
    context = {"bulk": bulk, "names": names, "words": WORDS, "asked": asked, "undone": undone, "left": left}
    return show(request, "desk/review_bulk.html", 200, **context)


@router.post("/review/bulk/{bulk_id}/undo")
def undo_bulk(request: Request, bulk_id: BulkId, asked: Asked) -> Response:
    """Take back each of its decisions that no other came after."""
    curator = curator_of(request)
    counts = curation.undo_many(site_of(request).settings, str(bulk_id), curator.name, curator.account_id)
    return go(f"/review/bulk/{bulk_id}?{asked.query(undone=counts.undone, left=counts.left)}")


def _page_of(
    request: Request, asked: Filters, numbers: list[int], problem: str = "", form: BulkForm | None = None
) -> Response:
    """Show what was chosen; `form` is a decision that was refused because of the problem."""
    settings, pictures = site_of(request).settings, _pictures(request, numbers)
    with db.connect(settings) as connection:
        seen = queries.newest_decision(connection)
    return show(
        request,
        "desk/review_chosen.html",
        400 if problem else 200,
        rows=pictures,
        outlook=outlook_of(pictures, curator_of(request)),
        most=curation.MOST_AT_ONCE,
        seen=seen,
        asked=asked,
        bulk_id=uuid.uuid4(),
        reasons=OFFERED,
        methods=colorize.usable_methods(settings),
        presets=PRESETS,
        problem=problem,
        form=form,
    )


def _pictures(request: Request, numbers: list[int]) -> list[Chosen]:
    with db.connect(site_of(request).settings) as connection:
        return db.records(Chosen, queries.list_chosen(connection, colorization_ids=numbers))
