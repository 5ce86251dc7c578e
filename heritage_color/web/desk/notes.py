"""Notes on regions of a picture: the forms below the picture, and the notes as annotations for other programs."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heritage_color import db
from heritage_color.curation import notes
from heritage_color.curation.annotations import RegionNote, annotation_page
from heritage_color.curation.notes import Note
from heritage_color.errors import CurationError
from heritage_color.publish.documents import json_values
from heritage_color.settings import Settings
from heritage_color.web.desk.forms import RegionForm
from heritage_color.web.desk.queue import Asked, Filters
from heritage_color.web.desk.review import Told, page_of, standing_picture
from heritage_color.web.door.fields import RowId
from heritage_color.web.door.replies import go
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("web/desk/review")
router: APIRouter = staff_router()
NoteId = Annotated[UUID, Path()]
Act = Callable[[Settings, str, int], object]  # with the curator's name and account


class NewNoteForm(RegionForm):
    """A new note. Its number was made with the page, so that what is sent twice counts once."""

    note: UUID


@router.get("/review/{colorization_id}/notes.json")
def annotations_of(request: Request, colorization_id: RowId) -> Response:
    """Give staff all notes on a picture as a W3C annotation page, internal ones included."""
    picture = standing_picture(request, colorization_id)
    with db.connect(site_of(request).settings) as connection:
        written = db.records(RegionNote, queries.list_notes(connection, colorization_id=colorization_id))
    canvas = f"{site_of(request).settings.web_address}/review/{colorization_id}"
    page = annotation_page(written, canvas, picture.width, picture.height)
    return JSONResponse(json_values(page), media_type="application/ld+json")


@router.post("/review/{colorization_id}/notes")
def add_note(request: Request, colorization_id: RowId, asked: Asked, form: Annotated[NewNoteForm, Form()]) -> Response:
    """Write a note on a rectangle."""
    note, note_id = form.as_note, str(form.note)
    return _act(
        request,
        colorization_id,
        asked,
        lambda settings, name, account_id: notes.add_note(settings, note_id, colorization_id, note, name, account_id),
        note,
    )


@router.post("/review/{colorization_id}/notes/{note_id}")
def change_note(
    request: Request, colorization_id: RowId, note_id: NoteId, asked: Asked, form: Annotated[RegionForm, Form()]
) -> Response:
    """Put another rectangle or other words in place of one's own note."""
    return _act(
        request,
        colorization_id,
        asked,
        lambda settings, name, account_id: notes.change_note(settings, str(note_id), form.as_note, name, account_id),
    )


@router.post("/review/{colorization_id}/notes/{note_id}/delete")
def delete_note(request: Request, colorization_id: RowId, note_id: NoteId, asked: Asked) -> Response:
    """Take one's own note away."""
    return _act(
        request,
        colorization_id,
        asked,
        lambda settings, name, account_id: notes.delete_note(settings, str(note_id), name, account_id),
    )


def _act(request: Request, colorization_id: int, asked: Filters, act: Act, region: Note | None = None) -> Response:
    """Act on a note as whoever is signed in, and go back to the notes. A refused `region` stays in the form."""
    standing_picture(request, colorization_id)
    curator = curator_of(request)
    try:
        act(site_of(request).settings, curator.name, curator.account_id)
    except CurationError as error:
        return page_of(request, colorization_id, asked, Told(str(error), region=region), 400)
    return go(f"/review/{colorization_id}?{asked.query()}#notes")
