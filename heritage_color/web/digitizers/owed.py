"""What deliveries owe: refused files that nothing has replaced yet, and who waived which."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting import printing, rework
from heritage_color.web.digitizers.deliveries import seen_by
from heritage_color.web.door import tables
from heritage_color.web.door.fields import FormLine, FormPath, FormProse, Line, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, local_path, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

router: APIRouter = staff_router()
SHOWN = 50


@router.get("/owed")
def owed(request: Request, page: Page = 1) -> Response:
    """List all that is owed, as far as this person may see the delivery; the oldest delivery comes first."""
    seen = seen_by(request)
    with db.connect(site_of(request).settings) as connection:
        pages = Pages(page, SHOWN, rework.count_debts(connection, seen_by=seen))
        debts = rework.list_debts(connection, None, "owed", SHOWN, pages.skipped, seen_by=seen)
    return show(request, "digitizers/owed.html", debts=debts, pages=pages)


@router.get("/owed.csv")
def owed_table(request: Request) -> Response:
    """Send all of it as a table."""
    with db.connect(site_of(request).settings) as connection:
        debts = rework.list_debts(connection, state="owed", seen_by=seen_by(request))
    return tables.download("owed.csv", printing.DEBT_COLUMNS, map(printing.debt_cells, debts))


@router.post("/deliveries/{delivery_id}/owed")
def change_debt(
    request: Request,
    delivery_id: RowId,
    path: FormPath,
    reason: FormProse = "",
    state: Annotated[Line, Form(alias="said")] = "",
    back: FormLine = "",
) -> Response:
    """Waive a file of a delivery with a reason, or make it owed again, and go back to the page of the button."""
    site, by = site_of(request), curator_of(request).name
    onward = local_path(back, f"/deliveries/{delivery_id}")
    try:
        if state == "owed":
            rework.take_back(site.settings, delivery_id, path, by)
        else:
            rework.waive(site.settings, delivery_id, path, reason, by)
    except DeliveryError as error:
        raise Refusal(400, str(error), (onward, "Back to what is owed")) from error
    return go(f"{onward}#owed")
