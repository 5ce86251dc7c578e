"""The help page, the lasting address of each picture, and what health checks ask."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from heritage_color import db
from heritage_color.publish.pages import anchor
from heritage_color.web.door.fields import Identifier
from heritage_color.web.door.replies import Refusal, show
from heritage_color.web.door.site import site_of

queries = db.queries("web/front")
router = APIRouter()


@router.get("/id/{identifier:path}")
def lasting(request: Request, identifier: Identifier) -> Response:
    """Lead from the lasting address of an identifier to where it is published, or to its tombstone (410)."""
    settings = site_of(request).settings
    with db.connect(settings) as connection:
        scan = queries.find_identifier(connection, identifier=identifier)
    if scan and scan["withdrawn_at"]:
        day, reason = f"{scan['withdrawn_at']:%Y-%m-%d}", scan["withdrawn_reason"]
        raise Refusal(410, f"{identifier} was withdrawn on {day}. Reason given: {reason}")
    if scan is None or not scan["manifest_key"]:
        raise Refusal(404, f"Nothing is published under {identifier}.")
    return RedirectResponse(f"{settings.public_address}/index.html#{anchor(scan['manifest_key'])}", 303)


@router.get("/help")
def guide(request: Request) -> Response:
    """Say what each role does here, step by step, and what the words of the pages mean."""
    return show(request, "door/help.html")


@router.api_route("/healthz", methods=["GET", "HEAD"])
def health(request: Request) -> Response:
    """Answer 200 when catalog and storage answer, 503 otherwise (through the handler of errors)."""
    site = site_of(request)
    db.check(site.settings)
    site.store.check()
    return JSONResponse({"catalog": "answers", "storage": "answers"})
