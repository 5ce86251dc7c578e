"""The landing page, and what health checks ask."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heritage_color import db
from heritage_color.web.replies import show
from heritage_color.web.site import site_of

router = APIRouter()


@router.get("/")
def landing(request: Request) -> Response:
    """What this is, and two doors."""
    return show(request, "landing.html")


@router.api_route("/healthz", methods=["GET", "HEAD"])
def health(request: Request) -> Response:
    """200 when catalog and storage answer, 503 otherwise (through the handler of errors)."""
    site = site_of(request)
    db.check(site.settings)
    site.store.check()
    return JSONResponse({"catalog": "answers", "storage": "answers"})
