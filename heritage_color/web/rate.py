"""The rating page: one picture, one question, five answers, no account."""

import re
import uuid
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating import steps as rating
from heritage_color.web.fields import ItemId
from heritage_color.web.pictures import picture
from heritage_color.web.replies import Refusal, go, show
from heritage_color.web.sessions import new_rater
from heritage_color.web.site import Site, site_of

router = APIRouter()
SKIPPED = 80  # as many as fit into one cookie
ITEM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a rater is told, by the code of a refused vote, before the next picture
NOTES = {
    "already-voted": "You had scored that picture already; your first score counts. Here is the next one.",
    "picture-withdrawn": "That picture has just been taken down, so it is no longer scored. Here is the next one.",
    "campaign-closed": "Scoring of that picture has ended while you looked at it. Here is the next one.",
}
NO_COOKIE = (
    "Your browser did not send back the cookie that tells your votes from other people’s, so this vote could not be "
    "counted. Allow cookies for this site and open the rating page again."
)


@router.get("/rate")
def rate(request: Request, note: str = "") -> Response:
    """The next picture of this rater, or the end."""
    site = site_of(request)
    known = site.sessions.rater(request)
    rater_id = known or new_rater()
    skipped = _skipped(request)
    item = rating.next_item(site.settings, rater_id, skipped=skipped)
    values = {**_progress(site, rater_id, skipped), "note": NOTES.get(note, "")}
    response = _picture_page(request, item, values) if item else show(request, "rate_end.html", **values)
    if not known:
        site.sessions.name_rater(response, rater_id)
    return response


@router.post("/rate/{item_id}")
def vote(
    request: Request,
    item_id: ItemId,
    score: Annotated[int, Form(ge=1, le=5)],
    vote_key: Annotated[uuid.UUID, Form()],
) -> Response:
    """Write the vote, then on to the next picture."""
    site = site_of(request)
    rater_id = site.sessions.rater(request)
    if rater_id is None:
        raise Refusal(400, NO_COOKIE)
    try:
        rating.vote(site.settings, item_id, rater_id, score, vote_key)
    except RatingError as error:
        if error.code not in NOTES:
            raise Refusal(404, str(error)) from error
        return go(f"/rate?note={error.code}")
    return go("/rate")


@router.post("/rate/{item_id}/skip")
def skip(request: Request, item_id: ItemId) -> Response:
    """On to the next without a vote: nobody has to look at what a content warning warns of."""
    response = go("/rate")
    skipped = [str(item_id), *_skipped(request)][:SKIPPED]
    response.set_cookie("skipped", ".".join(skipped), httponly=True, samesite="lax")
    return response


@router.get("/rate/picture/{item_id}")
def colour(request: Request, item_id: ItemId) -> Response:
    """The colour preview, while the picture is in an open campaign."""
    return picture(site_of(request), _keys(request, item_id)["preview_key"])


@router.get("/rate/picture/{item_id}/original")
def original(request: Request, item_id: ItemId) -> Response:
    """The preview of its original, on the same terms."""
    return picture(site_of(request), _keys(request, item_id)["original_preview_key"])


def _skipped(request: Request) -> list[str]:
    """Items that this browser skipped since it was opened, newest first; whatever else the cookie holds is ignored."""
    return [text for text in request.cookies.get("skipped", "").split(".")[:SKIPPED] if ITEM.fullmatch(text)]


def _picture_page(request: Request, item: dict, values: dict) -> Response:
    key = str(uuid.uuid4())  # made with the page: the form sent twice is one vote
    return show(request, "rate.html", item=item, vote_key=key, **values)


def _progress(site: Site, rater_id: str, skipped: list[str]) -> dict:
    """How many this rater has scored and may still score, and the gallery's address once something is published."""
    with db.connect(site.settings) as connection:
        found = db.queries("web").get_rating_progress(connection, rater_id=rater_id, skipped=skipped)
    gallery = f"{site.settings.public_address}/index.html" if found["published"] else ""
    return {"scored": found["scored"], "left": found["left"], "gallery": gallery}


def _keys(request: Request, item_id: uuid.UUID) -> dict:
    with db.connect(site_of(request).settings) as connection:
        found = db.queries("web").get_rated_picture(connection, item_id=str(item_id))
    if found is None:
        raise Refusal(404, "This picture is not being rated.")
    return found
