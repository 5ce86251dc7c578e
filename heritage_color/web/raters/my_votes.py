"""A rater's own votes: to look at, to take along, and to delete. Only the signed cookie of this browser opens them."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.rating.guarding import erasing
from heritage_color.web.desk.pictures import THUMBNAIL, picture
from heritage_color.web.door import tables, wording
from heritage_color.web.door.fields import ItemId, Page, Pages
from heritage_color.web.door.replies import Refusal, go
from heritage_color.web.door.sessions import RATER_COOKIE
from heritage_color.web.door.site import site_of
from heritage_color.web.raters import languages
from heritage_color.web.raters.volunteers import language_of
from heritage_color.web.raters.volunteers import page as page_for_volunteers

queries = db.queries("rating/campaigns/voting")

router = APIRouter()
SHOWN = 40
FEWEST = 3  # others, before what they said is told: of one or two it would be somebody's answer
COLUMNS = ("campaign", "question", "title", "answer", "seconds", "given_at")
NAMES = dict(wording.SCORES)


@dataclass(frozen=True)
class OwnVote:
    """A standing vote of a rater, with what it was about."""

    item_id: str
    campaign: str
    question: str
    method: str
    score: int | None
    choice: str | None
    seconds: float | None
    voted_at: datetime
    title: str
    has_picture: bool
    others: int | None
    others_mean: float | None

    @property
    def like_mine(self) -> int | None:
        """Of two pictures: the others, in per cent, who chose the same; their mean counts first as 1, second as 5."""
        if self.others_mean is None or self.choice is None:
            return None
        second = (self.others_mean - 1) / 4
        return round(100 * (second if self.choice == "second" else 1 - second))

    @property
    def answer(self) -> str:
        """The answer in words."""
        return f"{self.score} {NAMES[self.score]}" if self.score else f"the {self.choice} picture"

    @property
    def given_at(self) -> str:
        """When it was given, in UTC (RFC 3339)."""
        return f"{self.voted_at:%Y-%m-%dT%H:%M:%SZ}"


@router.get("/my-votes")
def my_votes(request: Request, page: Page = 1, deleted: int | None = None) -> Response:
    """List the votes of this browser, newest first."""
    rater_id, total = _rater(request), _count(request)
    pages = Pages(page, SHOWN, total)
    votes = _votes(request, rater_id, SHOWN, pages.skipped) if rater_id else []
    return _page(request, "my_votes.html", votes=votes, pages=pages, deleted=deleted)


@router.get("/my-votes/table.csv")
def table(request: Request) -> Response:
    """Send the same as a table to keep."""
    rater_id = _rater(request)
    votes = _votes(request, rater_id, None, 0) if rater_id else []
    rows = [[getattr(vote, column) for column in COLUMNS] for vote in votes]
    return tables.download("my-votes.csv", COLUMNS, rows)


@router.get("/my-votes/delete")
def ask(request: Request) -> Response:
    """Say what deleting means, with the button."""
    return _page(request, "my_votes_delete.html", total=_count(request))


@router.post("/my-votes/delete")
def delete(request: Request) -> Response:
    """Erase everything about this rater, then take the cookie away."""
    site, rater_id = site_of(request), _rater(request)
    erased = erasing.forget(site.settings, rater_id).votes if rater_id else 0
    response = go(f"/my-votes?deleted={erased}")
    of_panels = [name for name in request.cookies if name.startswith("person-")]
    for cookie in (RATER_COOKIE, *of_panels):
        response.delete_cookie(cookie, httponly=True, secure=site.sessions.secure, samesite="lax")
    return response


@router.get("/my-votes/picture/{item_id}")
def small(request: Request, item_id: ItemId) -> Response:
    """Send a small preview of a picture that this rater voted on, while it stands."""
    with db.connect(site_of(request).settings) as connection:
        picture_of_vote = queries.own_picture(connection, rater_id=_rater(request), item_id=str(item_id))
    if picture_of_vote is None:
        raise Refusal(
            404, "This picture is not among your votes, or it was taken down.", ("/my-votes", "To your votes")
        )
    return picture(site_of(request), picture_of_vote["preview_key"], THUMBNAIL)


def _page(request: Request, template: str, **context: object) -> Response:
    language = language_of(request, list(languages.languages().values()))
    return page_for_volunteers(request, template, language, 200, address="/my-votes", **context)


def _rater(request: Request) -> str | None:
    return site_of(request).sessions.rater(request)


def _count(request: Request) -> int:
    with db.connect(site_of(request).settings) as connection:
        votes: int = queries.count_own_votes(connection, rater_id=_rater(request))
        return votes


def _votes(request: Request, rater_id: str, shown: int | None, skipped: int) -> list[OwnVote]:
    with db.connect(site_of(request).settings) as connection:
        rows = queries.list_own_votes(connection, rater_id=rater_id, shown=shown, skipped=skipped, fewest=FEWEST)
        return db.records(OwnVote, rows)
