"""The home page: what this is, the newest published pair under a slider, and the doors to everything else."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import HeritageError
from heritage_color.web.desk.pictures import picture
from heritage_color.web.door.fields import RowId
from heritage_color.web.door.replies import Refusal
from heritage_color.web.door.site import Site, site_of
from heritage_color.web.raters import languages
from heritage_color.web.raters.volunteers import LANGUAGE_SECONDS, language_of, page

queries = db.queries("web/front")
router = APIRouter()
LONGEST = 1280  # pixels of the longer side


@dataclass(frozen=True)
class Shown:
    """A published colorization, with the label that it stands under."""

    colorization_id: int
    identifier: str
    title: str
    date_created: str
    place: str
    label: str


@router.get("/")
def home(request: Request) -> Response:
    """Say what this is. The newest pair is shown where the catalog answers, the gallery's door where it is set up."""
    site = site_of(request)
    settings = site.settings
    gallery = f"{settings.public_address}/index.html" if settings.public_url or settings.s3_endpoint else ""
    choices = list(languages.languages().values())
    language = language_of(request, choices)
    response = page(request, "home.html", language, gallery=gallery, shown=_newest(site), address="/")
    if "language" in request.query_params:
        site.sessions.keep(response, languages.COOKIE, language.code, LANGUAGE_SECONDS)
    return response


@router.get("/shown/{colorization_id}/{side}")
def published_preview(request: Request, colorization_id: RowId, side: Literal["colour", "original"]) -> Response:
    """Send a preview of what is public, as long as it is."""
    site = site_of(request)
    with db.connect(site.settings) as connection:
        keys = queries.published_previews(connection, colorization_id=colorization_id)
    if keys is None:
        raise Refusal(404, "This picture is not published.")
    return picture(site, keys["preview_key" if side == "colour" else "original_preview_key"], LONGEST)


def _newest(site: Site) -> Shown | None:
    """The newest published pair; none where there is none, or where the catalog is away: this page is there always."""
    if not site.settings.database:
        return None
    try:
        with db.connect(site.settings) as connection:
            return db.record(Shown, queries.newest_published(connection))
    except HeritageError:
        return None
