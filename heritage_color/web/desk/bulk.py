"""One decision on many pictures: what it will be about, what came of it, and taking it back."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.colorize import steps as colorize
from heritage_color.curation import steps as curation
from heritage_color.curation.decisions import Decision
from heritage_color.errors import CurationError
from heritage_color.methods.names import PRESETS
from heritage_color.web.desk.queue import Asked, Filters
from heritage_color.web.desk.review import OFFERED, REFUSED, WORDS
from heritage_color.web.door.fields import FormId, FormLine, FormProse
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
Number = Annotated[int, Query(ge=1, le=2**63 - 1)]
Chosen = Annotated[list[Number], Query(max_length=curation.MOST_AT_ONCE)]
Sent = Annotated[list[Annotated[int, Form(ge=1, le=2**63 - 1)]], Form(max_length=curation.MOST_AT_ONCE)]
BulkId = Annotated[uuid.UUID, Path()]


@router.get("/review/chosen")
def chosen(request: Request, asked: Asked, chosen: Chosen = []) -> Response:  # noqa: B006  (FastAPI copies it)
    """What was chosen in the queue, what each kind of decision would do to it, and the forms."""
    return _chosen(request, asked, chosen)


@router.post("/review/bulk")
def decide(
    request: Request,
    asked: Asked,
    chosen: Sent,
    bulk: Annotated[uuid.UUID, Form()],
    verdict: FormLine,
    seen: FormId,
    reason: FormLine = "",
    note: FormProse = "",
    method: FormLine = "",
    wanted: FormLine = "",
) -> Response:
    """Decide on all that were chosen, then tell what came of it."""
    curator = request.state.curator
    who = {"curator": curator.name, "account_id": curator.account_id}
    decision = Decision(verdict, reason, note, **who, method=method, preset=wanted)
    try:
        curation.decide_many(site_of(request).settings, str(bulk), chosen, decision, seen)
    except REFUSED as error:
        given = {"verdict": verdict, "reason": reason, "note": note, "method": method, "wanted": wanted}
        return _chosen(request, asked, chosen, 400, problem=str(error), given=given)
    return go(f"/review/bulk/{bulk}?{asked.query()}")


@router.get("/review/bulk/{bulk_id}")
def result(request: Request, bulk_id: BulkId, asked: Asked, undone: int | None = None, left: int = 0) -> Response:
    """How many were decided, which were skipped and why; with the button that takes it back."""
    try:
        found = curation.bulk(site_of(request).settings, str(bulk_id))
    except CurationError as error:
        raise Refusal(404, str(error), ("/review", "To the queue")) from error
    names = {
        row["colorization_id"]: row for row in _rows(request, [one["colorization_id"] for one in found["skipped"]])
    }
    values: dict[str, Any] = {"bulk": found, "names": names, "words": WORDS, "asked": asked}
    return show(request, "review_bulk.html", undone=undone, left=left, **values)


@router.post("/review/bulk/{bulk_id}/undo")
def undo(request: Request, bulk_id: BulkId, asked: Asked) -> Response:
    """Take back each of its decisions that no other came after."""
    curator = request.state.curator
    counts = curation.undo_many(site_of(request).settings, str(bulk_id), curator.name, curator.account_id)
    return go(f"/review/bulk/{bulk_id}?{asked.query(**counts)}")


def _chosen(request: Request, asked: Filters, ids: list[int], status: int = 200, **said) -> Response:
    rows = _rows(request, ids)
    with db.connect(site_of(request).settings) as connection:
        seen = db.queries("web").newest_decision(connection)
    values: dict[str, Any] = {"rows": rows, "asked": asked, "seen": seen, "bulk_id": uuid.uuid4(), "reasons": OFFERED}
    values |= {"methods": colorize.usable_methods(site_of(request).settings), "presets": PRESETS}
    values |= {"problem": "", "given": {}, "most": curation.MOST_AT_ONCE, **_outlook(rows, request.state.curator)}
    return show(request, "review_chosen.html", status, **{**values, **said})


def _outlook(rows: list[dict], curator) -> dict[str, Any]:
    """What will happen: how many can be decided, will be approved once, leave the public site, or are skipped."""
    open_rows = [row for row in rows if not row["withdrawn_at"]]
    guarded = [row for row in open_rows if row["four_eyes"]]
    return {
        "open": len(open_rows),
        "gone": len(rows) - len(open_rows),
        "public": sum(row["state"] == "published" for row in open_rows),
        "once": sum(not _seconded(row, curator) for row in guarded),
    }


def _seconded(row: dict, curator) -> bool:
    """Whether an approval by this curator would be the second of two."""
    return row["verdict"] in ("approved", "approved once") and row["account_id"] != curator.account_id


def _rows(request: Request, ids: list[int]) -> list[dict]:
    with db.connect(site_of(request).settings) as connection:
        return [dict(row) for row in db.queries("web").list_chosen(connection, colorization_ids=ids)]
