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
    """What this is, and three doors; the gallery's only where storage is configured."""
    settings = site_of(request).settings
    gallery = f"{settings.public_address}/index.html" if settings.public_url or settings.s3_endpoint else ""
    return show(request, "landing.html", gallery=gallery)


@router.api_route("/healthz", methods=["GET", "HEAD"])
def health(request: Request) -> Response:
    """200 when catalog and storage answer, 503 otherwise (through the handler of errors)."""
    site = site_of(request)
    db.check(site.settings)
    site.store.check()
    return JSONResponse({"catalog": "answers", "storage": "answers"})
