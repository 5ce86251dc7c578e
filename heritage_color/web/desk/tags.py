"""Tags of a scan: what a model proposes, accepted or refused by a curator, from any page that shows them."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.curation import tags as curation
from heritage_color.db import Connection
from heritage_color.errors import CurationError
from heritage_color.web.door.fields import FormLine, RowId
from heritage_color.web.door.replies import Refusal, go, local_path
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("web/desk/scans")

router: APIRouter = staff_router()


@dataclass(frozen=True)
class Tag:
    """A tag of a scan: with how many votes a model proposes it, and what a curator made of that."""

    tag: str
    votes: int | None
    model_sha256: str | None
    state: str
    proposed_at: datetime | None
    curator: str | None
    decided_at: datetime | None


@router.post("/scans/{scan_id}/tags")
def decide_tag(
    request: Request, scan_id: RowId, accepted: FormLine = "", refused: FormLine = "", back: FormLine = ""
) -> Response:
    """Accept or refuse the tag whose button was pressed, and go back to the page that showed it."""
    onward = local_path(back, f"/scans/{scan_id}")
    state, curator = "accepted" if accepted else "refused", curator_of(request)
    by = (curator.name, curator.account_id)
    try:
        curation.decide_tag(site_of(request).settings, scan_id, accepted or refused, state, *by)
    except CurationError as error:
        raise Refusal(400, str(error), (onward, "Back to the picture")) from error
    return go(f"{onward}#tags")


def of_scan(connection: Connection, scan_id: int) -> list[Tag]:
    """The tags of a scan as its pages show them."""
    return db.records(Tag, queries.list_scan_tags(connection, scan_id=scan_id))
