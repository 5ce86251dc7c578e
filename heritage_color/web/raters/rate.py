"""The rating pages: choose a set, answer picture by picture, take an answer back, skip, rest, reach the end."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Form
from pydantic import BaseModel, BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import offering, participation, serving, voting
from heritage_color.rating.methods import SCALED
from heritage_color.web.desk.pictures import picture
from heritage_color.web.door.fields import FormLine, ItemId, RowId
from heritage_color.web.door.replies import Refusal, go
from heritage_color.web.door.site import Site, site_of
from heritage_color.web.raters import languages, taking_part
from heritage_color.web.raters.volunteers import Visit, language_of, page, visit

queries = db.queries("web/front")
router = APIRouter()
router.include_router(taking_part.router)
AHEAD = 3  # pictures that a page holds, the one shown counted: so many can be answered without a connection
BREAK_EVERY = 20  # answers
AT_ONCE = 50  # answers of a browser that was without a connection
# What a volunteer is told before the next picture, by the code of a refused answer or of what was done
NOTES = ("already-voted", "picture-withdrawn", "campaign-closed", "undone", "nothing-to-undo", "skipped")
UNDO_REFUSED = ("vote-unknown", "undo-too-late")
# As the browser measured them; a form without a script sends an empty field
Seconds = Annotated[
    Annotated[float, Field(ge=0, le=86_400)] | None, BeforeValidator(lambda text: None if text == "" else text)
]


class Answer(BaseModel):
    """An answer as a form or a script sends it: a score, or which of two as the catalog numbers them."""

    item_id: uuid.UUID
    vote_key: uuid.UUID
    score: int | None = Field(default=None, ge=1, le=5)
    choice: Literal["first", "second"] | None = None
    swapped: bool = False
    seconds: Seconds = None


@dataclass(frozen=True)
class ItemWithKey(serving.Item):
    """What is shown, with the key of the vote that its form sends: a form sent twice is one answer."""

    vote_key: str


@router.get("/rate")
def choose_campaign(request: Request) -> Response:
    """List the sets with pictures for this rater, or go straight on: to the only one, or to the end of the last."""
    site = site_of(request)
    rater_id = site.sessions.rater(request)
    campaigns = offering.offered(site.settings, rater_id)
    straight = offering.last_joined(site.settings, rater_id) if not campaigns else campaigns[0].campaign_id
    if straight and len(campaigns) < 2:
        query = f"?{request.url.query}" if request.url.query else ""
        return go(f"/rate/campaign/{straight}{query}")
    language, template = language_of(request, list(languages.languages().values())), "none.html"
    if campaigns:
        template = "choose.html"
    return page(request, template, language, campaigns=campaigns, gallery=_gallery(site))


@router.get("/rate/campaign/{campaign_id}")
def rate(request: Request, campaign_id: RowId, note: str = "", rested: int = 0) -> Response:
    """Show whatever comes next for this volunteer: a step before the first picture, a picture, a break, the end."""
    here = visit(request, campaign_id)
    if here.standing.closed_at or here.standing.paused_at:
        return here.page("none.html", campaigns=[], gallery=_gallery(here.site))
    due = taking_part.step_due(here)
    if due:
        return due
    answered = here.standing.answered
    if answered and answered % BREAK_EVERY == 0 and answered != rested:
        return rest(request, campaign_id)
    items = _next_items(here)
    return _desk(here, "rating.html", items, note) if items else _end(here)


@router.get("/rate/campaign/{campaign_id}/further")
def further(request: Request, campaign_id: RowId) -> Response:
    """Send the next pictures as pieces of a page that is open already; none where the page has to be asked."""
    here = visit(request, campaign_id)
    ready = here.standing.agreed and not here.standing.checks_due and not here.standing.training_left
    rested = here.standing.answered % BREAK_EVERY or not here.standing.answered
    items = _next_items(here) if ready and rested else []
    return _desk(here, "further.html", items)


@router.get("/rate/campaign/{campaign_id}/break")
def rest(request: Request, campaign_id: RowId) -> Response:
    """Show a pause that was asked for or is due."""
    here = visit(request, campaign_id)
    return here.page("break.html", gallery=_gallery(here.site))


@router.post("/rate/campaign/{campaign_id}/answer")
def answer(request: Request, campaign_id: RowId, form: Annotated[Answer, Form()]) -> Response:
    """Write one answer, and go on to the next picture."""
    here = visit(request, campaign_id)
    if not here.known:
        return here.refused("no-cookie")
    if not here.standing.agreed:
        return here.on()
    if _needs_script(here, form):
        return here.refused("turing-script")
    try:
        _write(here, form)
    except RatingError as error:
        return _note_or_refusal(here, error)
    training = here.standing.training_left > 0
    return here.on(f"/practice/{form.item_id}") if training else here.on()


@router.post("/rate/campaign/{campaign_id}/answers")
def answers(
    request: Request, campaign_id: RowId, kept: Annotated[list[Answer], Body(min_length=1, max_length=AT_ONCE)]
) -> Response:
    """Write answers that a script kept, also such as came before; which are stored, and why others are not.

    JSON of this site's own pages only: Protection refuses what other sites send, and the cookie is not sent to them.
    """
    here = visit(request, campaign_id)
    stored, refused = [], []
    for kept_answer in kept:
        reason = _write_kept(here, kept_answer)
        if reason:
            refused.append({"vote_key": str(kept_answer.vote_key), "reason": reason})
        else:
            stored.append(str(kept_answer.vote_key))
    return JSONResponse({"stored": stored, "refused": refused})


@router.get("/rate/campaign/{campaign_id}/practice/{item_id}")
def practice(request: Request, campaign_id: RowId, item_id: ItemId) -> Response:
    """Tell what we would answer to a training picture, after the volunteer's own answer."""
    here = visit(request, campaign_id)
    feedback = voting.feedback(here.site.settings, item_id, here.rater_id)
    if feedback is None:
        return here.on()
    swapped = participation.was_swapped(here.site.settings, str(item_id), here.rater_id)
    expected = _expected(here, feedback, swapped)
    return here.page("practice.html", feedback=feedback, expected=expected, item_id=item_id, swapped=swapped)


@router.post("/rate/campaign/{campaign_id}/undo")
def undo_answer(request: Request, campaign_id: RowId, vote_key: Annotated[uuid.UUID, Form()]) -> Response:
    """Take the last answer back and show its picture again."""
    here = visit(request, campaign_id)
    try:
        voting.undo(here.site.settings, here.rater_id, vote_key)
    except RatingError as error:
        if error.code not in UNDO_REFUSED:
            raise
        return here.on("?note=nothing-to-undo")
    return here.on(f"?note=undone&rested={here.standing.answered - 1}")


@router.post("/rate/campaign/{campaign_id}/skip")
def skip(
    request: Request, campaign_id: RowId, item_id: Annotated[uuid.UUID, Form()], reason: FormLine = ""
) -> Response:
    """Go on to the next without an answer: nobody has to look at what they would rather not see."""
    here = visit(request, campaign_id)
    if not here.known:
        return here.refused("no-cookie")
    if here.standing.agreed:
        try:
            voting.skip(here.site.settings, item_id, here.rater_id, reason)
        except RatingError as error:
            return _note_or_refusal(here, error)
    return here.on(f"?note=skipped&rested={here.standing.answered}")


@router.get("/rate/picture/{item_id}/{side}")
def shown(request: Request, item_id: ItemId, side: Literal["first", "second", "original"]) -> Response:
    """Send a preview, while its picture stands in an open campaign."""
    site = site_of(request)
    keys = serving.shown_keys(site.settings, item_id)
    key: str | None = getattr(keys, side) if keys else None
    if not key:
        raise Refusal(404, "This picture is not being rated.")
    return picture(site, key)


def _next_items(here: Visit) -> list[serving.Item]:
    """The pictures of a page: not beyond the next break, nor beyond what is asked for; one at a time in training."""
    standing = here.standing
    until_break = BREAK_EVERY - standing.answered % BREAK_EVERY
    until_checks = AHEAD if standing.checked_at else participation.CHECKS_AFTER - standing.answered_anywhere
    most = min(AHEAD, until_break, until_checks, standing.asked_for - standing.answered)
    count = 1 if standing.training_left else most
    if count < 1:
        return []
    return serving.next_items(here.site.settings, here.rater_id, standing.campaign_id, count)


def _desk(here: Visit, template: str, items: list[serving.Item], note: str = "") -> Response:
    """A page, or pieces of one, that show pictures to answer."""
    return here.page(
        template,
        items=[ItemWithKey(**vars(item), vote_key=str(uuid.uuid4())) for item in items],
        question=here.language.question(here.standing.question, here.standing.method),
        note=note if note in NOTES else "",
        break_every=BREAK_EVERY,
        instructions=taking_part.instructions(here),
    )


def _needs_script(here: Visit, answer: Answer) -> bool:
    """A Turing test is one second per picture, which only a script can keep: other answers measure something else."""
    return here.standing.method == "turing" and answer.seconds is None


def _write(here: Visit, answer: Answer) -> None:
    chosen = answer.score if answer.score is not None else answer.choice or ""
    settings, rater_id = here.site.settings, here.rater_id
    voting.vote(settings, answer.item_id, rater_id, chosen, answer.vote_key, answer.seconds, answer.swapped)


def _write_kept(here: Visit, answer: Answer) -> str:
    """Return why an answer that was kept in a browser is not stored; empty where it is."""
    if not here.known or not here.standing.agreed:
        return here.language.say("no-cookie")
    if _needs_script(here, answer):
        return here.language.say("turing-script")
    try:
        _write(here, answer)
    except RatingError as error:
        return here.language.say(f"note-{error.code}") if error.code in NOTES else str(error)
    return ""


def _note_or_refusal(here: Visit, error: RatingError) -> Response:
    if error.code in NOTES:
        return here.on(f"?note={error.code}")
    status = 404 if error.code == "picture-unknown" else 400
    raise Refusal(status, str(error), (here.address, here.language.say("go-on"))) from error


def _expected(here: Visit, feedback: voting.Feedback, swapped: bool) -> str:
    """Return what we would answer, in words: scores by name, sides as they stood."""
    say = here.language.say
    if here.standing.method in SCALED:
        low, high = say(f"score-{feedback.low}"), say(f"score-{feedback.high}")
        return low if low == high else say("training-range", low=low, high=high)
    sides = ("first", "second") if here.standing.method == "turing" else ("one", "two")
    other = here.standing.method == "turing"  # asked for is the one that was not real, told the one that was
    return say(sides[(feedback.low == 2) ^ swapped ^ other])


def _end(here: Visit) -> Response:
    """All that was asked for is answered, or nothing is left; a panel's volunteer gets the code."""
    standing = here.standing
    code = participation.finish(here.site.settings, standing.campaign_id, here.rater_id) if standing.answered else None
    panel = standing.panel or {}
    others = [
        campaign
        for campaign in offering.offered(here.site.settings, here.rater_id)
        if campaign.campaign_id != standing.campaign_id
    ]
    return here.page(
        "end.html",
        code=(panel.get("completion_code") or code) if standing.panel_person and code else "",
        return_to=panel.get("return_to") if code else "",
        campaigns=others,
        everyones=offering.answers_so_far(here.site.settings, standing.campaign_id),
        gallery=_gallery(here.site),
    )


def _gallery(site: Site) -> str:
    """The gallery's address, once something is published."""
    with db.connect(site.settings) as connection:
        published = queries.has_publications(connection)
    return f"{site.settings.public_address}/index.html" if published else ""
