"""Uploads: a digitization team sends a delivery in pieces, sees what would be refused, and hands it in."""

import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from heritage_color.accounts.roles import Role
from heritage_color.errors import UploadError
from heritage_color.keys import FileName
from heritage_color.scans.uploading import announcing, ending, uploads
from heritage_color.scans.uploading.announcing import Announced
from heritage_color.scans.uploading.pieces import PIECE_BYTES, open_piece, receive_piece
from heritage_color.scans.uploading.rows import Coming, Upload
from heritage_color.scans.uploading.staging import Staging
from heritage_color.settings import Settings
from heritage_color.web.digitizers.records import RefusedFile
from heritage_color.web.door.fields import FormLine, RowId
from heritage_color.web.door.protection import FORM_OF_FILES_BYTES
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.sessions import Person
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

router: APIRouter = staff_router()
MOST_AT_ONCE = 200  # files that one request announces; its body stays below the limit of forms
MOST_MODIFIED = 2**53  # as far as numbers of browsers go
SHOWN_FILES = 200
NONE = "There is no upload with this number, or it is another person's."


class AnnouncedFile(BaseModel):
    """A file as a browser announces it."""

    path: str = Field(max_length=4096)
    bytes: int = Field(ge=0, le=2**62)
    modified: int = Field(default=0, ge=-MOST_MODIFIED, le=MOST_MODIFIED)


ANNOUNCED = TypeAdapter(Annotated[list[AnnouncedFile], Field(max_length=MOST_AT_ONCE)])


def token_in_header(x_form_token: Annotated[str, Header()]) -> None:
    """Ask for the token in a header, on routes whose body is no form: looking for it there would use the body up."""


def is_theirs(person: Person, upload: Upload | Coming) -> bool:
    """Return whether someone signed in may see and change an upload: its uploader, and administrators."""
    return person.account_id == upload.account_id or sees_all(person)


def sees_all(person: Person) -> bool:
    """Return whether someone sees the uploads of everyone."""
    return Role.ADMINISTRATOR in person.roles


@router.post("/uploads")
def open_upload(request: Request, name: FormLine = "") -> Response:
    """Begin an upload, and go to its page."""
    person = curator_of(request)
    try:
        upload_id = uploads.open_upload(site_of(request).settings, name, person.name, person.account_id)
    except UploadError as error:
        raise _refusal(error, ("/deliveries", "Back to the deliveries")) from error
    return go(f"/uploads/{upload_id}")


@router.get("/uploads/{upload_id}")
def upload(request: Request, upload_id: RowId) -> Response:
    """Show an upload: what is here, what would be refused, and the forms to send more and to hand it in."""
    return _page_of(request, "digitizers/upload.html", upload_id)


@router.get("/uploads/{upload_id}/now")
def now(request: Request, upload_id: RowId) -> Response:
    """Show the part of the page that changes while files come, and while a handed-in delivery is taken in."""
    return _page_of(request, "digitizers/upload_now.html", upload_id)


@router.post("/uploads/{upload_id}/files", dependencies=[Depends(token_in_header)])
async def announce(request: Request, upload_id: RowId) -> Response:
    """List the files that will be sent, as JSON `[{path, bytes, modified}]`, and answer what is here of each."""
    try:
        announced = ANNOUNCED.validate_json(await request.body())
    except ValidationError:
        return JSONResponse({"sentence": f"At most {MOST_AT_ONCE} files, each with path and bytes, at once."}, 400)
    files = [Announced(file.path, file.bytes, file.modified) for file in announced]
    return await run_in_threadpool(_announce, request, upload_id, files)


@router.get("/uploads/{upload_id}/files/{file_id}")
def file(request: Request, upload_id: RowId, file_id: RowId) -> Response:
    """Tell how much of a file is here, as JSON."""
    here = uploads.file_of(_theirs(request, upload_id), upload_id, file_id)
    if here is None:
        raise Refusal(404, "There is no such file in this upload.")
    return JSONResponse({"file_id": file_id, "path": here.path, "bytes": here.bytes, "received": here.received})


@router.put("/uploads/{upload_id}/files/{file_id}", dependencies=[Depends(token_in_header)])
async def receive(
    request: Request,
    upload_id: RowId,
    file_id: RowId,
    upload_offset: Annotated[int, Header(ge=0, le=2**62)],
    content_digest: Annotated[str, Header(max_length=1000)],
) -> Response:
    """Take a piece of a file. It begins at Upload-Offset, and counts when its bytes have the Content-Digest."""
    try:
        settings = await run_in_threadpool(_theirs, request, upload_id)
        received = await _receive(request, settings, upload_id, file_id, upload_offset, content_digest)
        site_of(request).checking.wake(upload_id)
        return JSONResponse({"received": received})
    except UploadError as error:
        await _drain(request)
        return _told(error)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there any more; the piece does not count


@router.get("/uploads/{upload_id}/files/{file_id}/thumbnail")
def thumbnail(request: Request, upload_id: RowId, file_id: RowId) -> Response:
    """Send a small picture of a file that would be refused."""
    path = Staging.of(_theirs(request, upload_id), upload_id).thumbnail(file_id)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Refusal(404, "There is no small picture of this file.") from None
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=300"})


@router.post("/uploads/{upload_id}/form")
async def receive_form(request: Request, upload_id: RowId) -> Response:
    """Take the files of a plain form, for browsers without scripts. Where it breaks off, all of it is sent again."""
    settings = await run_in_threadpool(_theirs, request, upload_id)
    async with request.form() as form:
        sent = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
        paths = below_folder([str(part.filename) for part in sent])
        took = [await run_in_threadpool(_take, settings, upload_id, *pair) for pair in zip(paths, sent, strict=True)]
    faults = [fault for fault in took if fault] if sent else ["No file was chosen."]
    if faults:
        raise Refusal(400, " ".join(faults), (f"/uploads/{upload_id}", "Back to the upload"))
    return go(f"/uploads/{upload_id}")


@router.post("/uploads/{upload_id}/files/{file_id}/remove")
def remove_file(request: Request, upload_id: RowId, file_id: RowId) -> Response:
    """Take a file off the upload."""
    settings = _theirs(request, upload_id)
    _do(upload_id, lambda: announcing.remove_file(settings, upload_id, file_id))
    return go(f"/uploads/{upload_id}")


@router.post("/uploads/{upload_id}/hand-in")
def hand_in(request: Request, upload_id: RowId) -> Response:
    """Hand all files over to the watched place. Who presses the button twice hands them in once."""
    settings = _theirs(request, upload_id)
    _do(upload_id, lambda: ending.hand_in(settings, upload_id))
    return go(f"/uploads/{upload_id}")


@router.post("/uploads/{upload_id}/give-up")
def give_up(request: Request, upload_id: RowId) -> Response:
    """Give an upload up, which removes all of it."""
    settings = _theirs(request, upload_id)
    _do(upload_id, lambda: ending.give_up(settings, upload_id))
    return go("/deliveries")


def _theirs(request: Request, upload_id: int) -> Settings:
    """The settings, if the upload belongs to whoever asks. Raises Refusal otherwise."""
    _find(request, upload_id)
    return site_of(request).settings


def _find(request: Request, upload_id: int) -> Upload:
    upload = uploads.find_upload(site_of(request).settings, upload_id)
    if upload is None or not is_theirs(curator_of(request), upload):
        raise Refusal(404, NONE, ("/deliveries", "To the deliveries"))
    return upload


def _page_of(request: Request, template: str, upload_id: int) -> Response:
    upload, site = _find(request, upload_id), site_of(request)
    sizes = uploads.sizes_of(site.settings, upload_id)
    if sizes.unchecked or (sizes.files and upload.state == "open" and upload.report is None):
        site.checking.wake(upload_id)  # also after a restart in the middle of it
    return show(
        request,
        template,
        upload=upload,
        sizes=sizes,
        files=uploads.files_of(site.settings, upload_id, SHOWN_FILES),
        report=upload.report,
        refused=_refused_files(upload),
        piece_bytes=PIECE_BYTES // 2,
        most_form_bytes=FORM_OF_FILES_BYTES,
    )


def _refused_files(upload: Upload) -> list[RefusedFile]:
    """The pictures that would be refused, as the newest report has them."""
    place = f"/uploads/{upload.upload_id}/files"
    return [
        RefusedFile(
            picture["file"],
            picture["reasons"],
            f"{place}/{picture['thumbnail']}/thumbnail" if picture["thumbnail"] else None,
        )
        for picture in (upload.report or {}).get("pictures_refused", ())
    ]


def _announce(request: Request, upload_id: int, files: list[Announced]) -> Response:
    settings = _theirs(request, upload_id)
    try:
        answers = announcing.announce(settings, upload_id, files)
        return JSONResponse([answer.as_json() for answer in answers])
    except UploadError as error:
        return _told(error)


async def _receive(
    request: Request, settings: Settings, upload_id: int, file_id: int, offset: int, digest: str
) -> int:
    opened = open_piece(settings, upload_id, file_id, offset, digest)
    piece = await run_in_threadpool(opened.__enter__)
    try:
        async for block in request.stream():
            if block:
                await run_in_threadpool(piece.write, block)
        return await run_in_threadpool(piece.finish)
    finally:
        await run_in_threadpool(opened.__exit__, None, None, None)


async def _drain(request: Request) -> None:
    """Read what still comes of a refused piece: a browser does not hear an answer while it sends."""
    try:
        async for _ in request.stream():
            pass
    except (ClientDisconnect, RuntimeError):  # gone, or read already
        return


def below_folder(paths: list[FileName]) -> list[FileName]:
    """Paths as a browser gives those of a chosen folder, without that folder: what is in it is the delivery."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return [path.partition("/")[2] for path in paths] if len(tops) == 1 and tops.isdisjoint({"", ".", ".."}) else paths


def _take(settings: Settings, upload_id: int, path: str, sent: UploadFile) -> str:
    """Bring a file of a form the way of all uploads. Returns a sentence where it cannot be taken."""
    announced = Announced(
        path, sent.size or 0, int(time.time() * 1000)
    )  # what was sent again takes the old one's place
    try:
        (answer,) = announcing.announce(settings, upload_id, [announced])
        offset = answer.received
        while answer.file_id is not None and offset < announced.bytes:
            sent.file.seek(offset)
            offset = receive_piece(settings, upload_id, answer.file_id, offset, sent.file.read(PIECE_BYTES))
        return answer.fault
    except UploadError as error:
        return str(error)


def _do(upload_id: int, step: Callable[[], object]) -> None:
    try:
        step()
    except UploadError as error:
        raise _refusal(error, (f"/uploads/{upload_id}", "Back to the upload")) from error


def _refusal(error: UploadError, onward: tuple[str, str]) -> Refusal:
    return Refusal(error.status, str(error), onward, error.title)


def _told(error: UploadError) -> JSONResponse:
    received = {} if error.received is None else {"received": error.received}
    return JSONResponse({"sentence": str(error), **received}, error.status)
