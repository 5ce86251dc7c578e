"""Previews for staff."""

import io
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import ObjectKey
from heritage_color.web.door.fields import RowId
from heritage_color.web.door.replies import Refusal
from heritage_color.web.door.site import Site, site_of
from heritage_color.web.door.staff import staff_router

queries = db.queries("web/desk/pictures")

router: APIRouter = staff_router()
THUMBNAIL = 480  # pixels of the longer side
Kind = Literal["colour", "original", "uncertainty", "scan"]
COLUMNS = {"colour": "preview_key", "original": "original_preview_key", "uncertainty": "uncertainty_key"}


@router.get("/pictures/{kind}/{row_id}")
def preview(request: Request, kind: Kind, row_id: RowId) -> Response:
    """Send the preview of a colorization (`colour`), of its original or `uncertainty`, or of a scan (by its id)."""
    return picture(site_of(request), _key(site_of(request), kind, row_id))


@router.get("/pictures/{kind}/{row_id}/small")
def small(request: Request, kind: Kind, row_id: RowId) -> Response:
    """Send the same, small enough for lists."""
    site = site_of(request)
    return picture(site, _key(site, kind, row_id), THUMBNAIL)


def picture(site: Site, key: ObjectKey, longest: int | None = None) -> Response:
    """Answer with a preview from the archive bucket, which the browser may keep for five minutes, and nobody else."""
    content = site.store.read(site.settings.archive_bucket, key)
    if content is None:
        raise Refusal(404, "The preview is not in the archive bucket.")
    small = key.endswith(".png")  # maps of uncertainty are small as they are
    body = shrink(content, longest) if longest and not small else content
    media_type = "image/png" if small else "image/jpeg"
    return Response(body, media_type=media_type, headers={"Cache-Control": "private, max-age=300"})


def shrink(content: bytes, longest: int) -> bytes:
    """Make one of our own JPEG previews smaller."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        image.draft("RGB", (longest, longest))  # decodes at the nearest power of two: several times faster
        image.thumbnail((longest, longest))
        made = io.BytesIO()
        image.save(made, "JPEG", quality=82)
        return made.getvalue()


def _key(site: Site, kind: Kind, row_id: int) -> ObjectKey:
    """Return the preview's object. Raises Refusal where there is none, or where it was taken down."""
    with db.connect(site.settings) as connection:
        if kind == "scan":
            key = queries.get_scan_preview_key(connection, scan_id=row_id)
        else:
            key = _key_of_colorization(connection, kind, row_id)
    if not key:
        raise Refusal(404, "There is no such preview.")
    return str(key)


def _key_of_colorization(connection: Connection, kind: Kind, colorization_id: int) -> ObjectKey | None:
    keys = queries.get_preview_keys(connection, colorization_id=colorization_id)
    if keys and keys["withdrawn_at"] and kind != "original":
        raise Refusal(410, "This colorization has been taken down and is no longer shown.")
    return str(keys[COLUMNS[kind]]) if keys and keys[COLUMNS[kind]] else None
