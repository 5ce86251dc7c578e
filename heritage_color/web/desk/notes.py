"""Notes on regions of a picture: the forms below the picture, and the notes as annotations for other programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heritage_color import db
from heritage_color.curation import annotations, notes
from heritage_color.curation.notes import Note
from heritage_color.errors import CurationError
from heritage_color.web.desk.queue import Asked
from heritage_color.web.desk.review import page_of, standing
from heritage_color.web.door.fields import FormLine, FormProse, RowId
from heritage_color.web.door.replies import go
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
Percent = Annotated[float, Form(ge=0, le=100)]
NoteId = Annotated[UUID, Path()]


@router.get("/review/{colorization_id}/notes.json")
def annotation_page(request: Request, colorization_id: RowId) -> Response:
    """All notes on a picture as a W3C annotation page, internal ones included: for staff."""
    found = standing(request, colorization_id)
    with db.connect(site_of(request).settings) as connection:
        rows = list(db.queries("web").list_notes(connection, colorization_id=colorization_id))
    canvas = f"{site_of(request).settings.web_address}/review/{colorization_id}"
    page = annotations.page(rows, canvas, found["width"], found["height"])
    return JSONResponse(page, media_type="application/ld+json")


@router.post("/review/{colorization_id}/notes")
def add(
    request: Request,
    colorization_id: RowId,
    asked: Asked,
    note: Annotated[UUID, Form()],
    left: Percent,
    top: Percent,
    width: Percent,
    height: Percent,
    words: FormProse,
    public: FormLine = "",
) -> Response:
    """Write a note on the rectangle whose sides were given in percent."""
    given = Note(left, top, width, height, words, bool(public))
    curator, settings = request.state.curator, site_of(request).settings
    standing(request, colorization_id)
    try:
        notes.add(settings, str(note), colorization_id, given, curator.name, curator.account_id)
    except CurationError as error:
        return page_of(request, colorization_id, asked, problem=str(error), status=400, given={"region": given})
    return go(f"/review/{colorization_id}?{asked.query()}#notes")


@router.post("/review/{colorization_id}/notes/{note_id}")
def change(
    request: Request,
    colorization_id: RowId,
    note_id: NoteId,
    asked: Asked,
    left: Percent,
    top: Percent,
    width: Percent,
    height: Percent,
    words: FormProse,
    public: FormLine = "",
) -> Response:
    """Put another rectangle or other words in place of one's own note."""
    given = Note(left, top, width, height, words, bool(public))
    return _act(request, colorization_id, asked, lambda *who: notes.change(who[0], str(note_id), given, *who[1:]))


@router.post("/review/{colorization_id}/notes/{note_id}/delete")
def delete(request: Request, colorization_id: RowId, note_id: NoteId, asked: Asked) -> Response:
    """Take one's own note away."""
    return _act(request, colorization_id, asked, lambda *who: notes.delete(who[0], str(note_id), *who[1:]))


def _act(request: Request, colorization_id: int, asked, act) -> Response:
    """Act on a note as whoever is signed in, then back to the notes."""
    standing(request, colorization_id)
    curator = request.state.curator
    try:
        act(site_of(request).settings, curator.name, curator.account_id)
    except CurationError as error:
        return page_of(request, colorization_id, asked, problem=str(error), status=400)
    return go(f"/review/{colorization_id}?{asked.query()}#notes")
