"""Vetoes of communities: the list that audits them, and the forms by which curators record and lift one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.curation import vetoes as steps
from heritage_color.errors import CurationError
from heritage_color.web.door.fields import FormProse, ItemId, Line, Page, Pages, Prose, RowId, SentForm
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

queries = db.queries("web/system/vetoes")

router: APIRouter = staff_router()
SHOWN = 50
MOST_OF_A_SCAN = 20
State = Literal["standing", "ended", "lifted", "all"]
STATES = {"standing": "Standing", "ended": "Ended by date", "lifted": "Lifted", "all": "All"}


@dataclass(frozen=True)
class Veto:
    """A veto as pages show it; `state` is standing, ended or lifted."""

    veto_id: UUID | str
    scan_id: int
    asked_by: str
    reason: str
    last_day: date | None
    recorded_by: str
    recorded_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lifted_reason: str
    state: str
    identifier: str
    title: str


class VetoForm(SentForm):
    """Who asked, why, and the last day as the browser's calendar sends it; empty: until it is lifted."""

    veto_id: UUID
    asked_by: Line = ""
    reason: Prose = ""
    last_day: Annotated[Line, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""

    def wish(self) -> steps.Wish:
        """What the form asks for. Raises CurationError for a day that no calendar has."""
        try:
            return steps.Wish(self.asked_by, self.reason, date.fromisoformat(self.last_day) if self.last_day else None)
        except ValueError as error:
            raise CurationError(f"There is no day {self.last_day}. Write it as 2030-12-24.") from error


@router.get("/vetoes")
def vetoes(request: Request, state: State = "standing", page: Page = 1) -> Response:
    """List the vetoes of a state, newest first."""
    return _list(request, state, page)


@router.post("/scans/{scan_id}/vetoes")
def record_veto(request: Request, scan_id: RowId, form: Annotated[VetoForm, Form()]) -> Response:
    """Record a veto, and show the scan."""
    curator = curator_of(request)
    try:
        by = (curator.name, curator.account_id)
        steps.record_veto(site_of(request).settings, form.veto_id, scan_id, form.wish(), *by)
    except CurationError as error:
        raise Refusal(400, str(error), (f"/scans/{scan_id}#veto", "Back to the scan")) from error
    return go(f"/scans/{scan_id}#veto")


@router.post("/vetoes/{veto_id}/lift")
def lift_veto(
    request: Request, veto_id: ItemId, reason: FormProse = "", state: Annotated[State, Form()] = "standing"
) -> Response:
    """End a veto."""
    curator = curator_of(request)
    try:
        steps.lift_veto(site_of(request).settings, veto_id, reason, curator.name, curator.account_id)
    except CurationError as error:
        return _list(request, state, problem=str(error))
    return go(f"/vetoes?state={state}")


def of_scan(connection: db.Connection, scan_id: int) -> Sequence[Veto]:
    """The newest vetoes of a scan, for its page and those of its colorizations."""
    choice = {"scan_id": scan_id, "state": "all", "shown": MOST_OF_A_SCAN, "skipped": 0}
    return db.records(Veto, queries.list_vetoes(connection, **choice))


def _list(request: Request, state: State, page: int = 1, problem: str = "") -> Response:
    with db.connect(site_of(request).settings) as connection:
        counts = queries.count_vetoes(connection)
        pages = Pages(page, SHOWN, counts[state])
        choice = {"scan_id": None, "state": state, "shown": SHOWN, "skipped": pages.skipped}
        listed = db.records(Veto, queries.list_vetoes(connection, **choice))
    context = {"vetoes": listed, "counts": counts, "pages": pages, "states": STATES, "state": state}
    return show(request, "system/vetoes.html", 400 if problem else 200, problem=problem, **context)
