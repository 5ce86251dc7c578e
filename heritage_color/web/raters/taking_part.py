"""What stands between a volunteer and the pictures: consent with the instructions in short, and later two checks."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import participation
from heritage_color.store import IMMUTABLE
from heritage_color.web.door.fields import RowId, SentForm
from heritage_color.web.raters import plates
from heritage_color.web.raters.volunteers import Visit, visit

router = APIRouter()
Digit = Annotated[str, Field(pattern=r"^([0-9]|none)?$")]
Bars = Annotated[
    Annotated[int, Field(ge=1, le=plates.BARS)] | None, BeforeValidator(lambda text: None if text == "" else text)
]


class ChecksForm(SentForm):
    """What a volunteer saw: the digits of three plates, and how many dark and light bars; or nothing, skipped."""

    action: Literal["send", "skip"]
    plate_1: Digit = ""
    plate_2: Digit = ""
    plate_3: Digit = ""
    dark: Bars = None
    light: Bars = None

    @property
    def digits(self) -> tuple[str, str, str]:
        """The digits, in the order of the plates."""
        return self.plate_1, self.plate_2, self.plate_3

    @property
    def bars(self) -> int | None:
        """All bars that were told apart; None where a row was left out."""
        return self.dark + self.light if self.dark and self.light else None


def step_due(here: Visit) -> Response | None:
    """The page that this volunteer has to pass before pictures are shown, if any."""
    standing = here.standing
    if not standing.agreed:
        if here.known and participation.agree_as_elsewhere(here.site.settings, standing.campaign_id, here.rater_id):
            return here.on(f"?{here.request.url.query}" if here.request.url.query else "")
        return consent_page(here)
    if standing.checks_due:
        return here.page("checks.html", plate_set=plate_set(here.rater_id), digits="0123456789", bars=plates.BARS)
    return None


@router.get("/rate/campaign/{campaign_id}/consent")
def consent(request: Request, campaign_id: RowId) -> Response:
    """Say what is stored and what for, with the version of the text."""
    return consent_page(visit(request, campaign_id))


def consent_page(here: Visit) -> Response:
    """Show the campaign's own text in its paragraphs, or the standard one in the volunteer's language."""
    paragraphs = paragraphs_of(here.standing.consent) or here.language.paragraphs("consent-text")
    return here.page("consent.html", paragraphs=paragraphs, instructions=instructions(here))


@router.post("/rate/campaign/{campaign_id}/consent")
def answer_consent(
    request: Request,
    campaign_id: RowId,
    answer: Annotated[Literal["agree", "decline"], Form()],
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> Response:
    """Store the answer with the version that was read. It is the first thing that is stored of a volunteer at all."""
    here = visit(request, campaign_id)
    if answer == "decline":
        return here.page("declined.html")
    if not here.known:
        return here.refused("no-cookie")
    who = (here.site.settings, campaign_id, here.rater_id)
    try:
        participation.agree(*who, here.language.code, version, here.panel_person)
    except RatingError as error:
        if error.code == "panel-twice":
            return here.refused("panel-twice", 409)
        return here.on("/consent")
    return here.on()


@router.get("/rate/campaign/{campaign_id}/how")
def how(request: Request, campaign_id: RowId) -> Response:
    """Show the instructions: the campaign's own, or those of its method."""
    here = visit(request, campaign_id)
    return here.page("how.html", instructions=instructions(here))


def instructions(here: Visit) -> list[str]:
    """Paragraphs of the campaign's own instructions, else of those for what it shows, in the volunteer's language."""
    standing = here.standing
    return paragraphs_of(standing.instructions) or here.language.paragraphs(f"how-{standing.shown}")


@router.post("/rate/campaign/{campaign_id}/checks")
def keep_checks(request: Request, campaign_id: RowId, form: Annotated[ChecksForm, Form()]) -> Response:
    """Store the answers. What they showed is not told, because it is no diagnosis."""
    here = visit(request, campaign_id)
    if not here.known:
        return here.refused("no-cookie")
    who = (here.site.settings, here.rater_id)
    if form.action == "skip":
        participation.keep_checks(*who)
    else:
        vision = plates.colour_vision(plate_set(here.rater_id), form.digits)
        participation.keep_checks(*who, vision, form.bars)
    return here.on()


@router.get("/rate/plates/{number}/{place}")
def plate(
    number: Annotated[int, Path(ge=0, lt=plates.SETS)], place: Annotated[int, Path(ge=0, lt=len(plates.KINDS))]
) -> Response:
    """Send a plate of dots."""
    return Response(plates.plate(number, place), media_type="image/png", headers={"Cache-Control": IMMUTABLE})


@router.get("/rate/greys")
def grey_bars() -> Response:
    """Send the bars of the screen check."""
    return Response(plates.greys(), media_type="image/png", headers={"Cache-Control": IMMUTABLE})


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text that a curator wrote; none where it is empty."""
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


def plate_set(rater_id: str) -> int:
    """Return the set of plates that a rater sees, the same at each try."""
    return int(rater_id[:8], 16) % plates.SETS
