"""Campaigns for staff: how far each has come, its settings, and whose votes screening set aside."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Form
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.errors import RatingError
from heritage_color.keys import Rule, Word
from heritage_color.rating.campaigns import feeding, lifecycle, overview
from heritage_color.rating.campaigns.campaign import Screening, Terms
from heritage_color.rating.guarding import screening
from heritage_color.rating.guarding.rules import RULES, STANDARD, rules_of
from heritage_color.rating.methods import METHODS, QUESTIONS
from heritage_color.web.door.fields import FormLine, Line, Prose, RowId, SentForm
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router

router: APIRouter = staff_router()
Result = TypeVar("Result")
LIST = ("/campaigns", "To the campaigns")
MOVES = {"pause": lifecycle.pause, "resume": lifecycle.resume, "close": lifecycle.close}
PANEL = ("parameter", "votes", "return_to", "completion_code")
WholeNumber = Annotated[int, Field(ge=0, le=1_000_000)]
VotesWanted = Annotated[WholeNumber, Form()]
Method = Annotated[str, Form(pattern=f"^({'|'.join(METHODS)})$")]


class TermsForm(SentForm):
    """The settings of a campaign as people write them; `rules` are those of screening that shall be on."""

    question: Annotated[Line, Field(min_length=1)]
    votes_wanted: WholeNumber
    votes_least: WholeNumber
    rater_cap: WholeNumber
    control_every: WholeNumber
    target_half_width: Line = ""
    instructions: Prose = ""
    consent: Prose = ""
    languages: list[str] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=list)
    panel_parameter: Line = ""
    panel_votes: Annotated[WholeNumber, BeforeValidator(lambda text: 0 if text == "" else text)] = 0
    panel_return_to: Line = ""
    panel_completion_code: Line = ""

    def terms(self, standing: Screening) -> Terms:
        """The settings; limits that the campaign's screening had stay. Raises RatingError for a width that is none."""
        return Terms(
            question=self.question,
            votes_wanted=self.votes_wanted,
            votes_least=self.votes_least,
            rater_cap=self.rater_cap,
            control_every=self.control_every,
            target_half_width=_width(self.target_half_width),
            instructions=self.instructions,
            consent=self.consent,
            languages=self.languages,
            screening=_screening(standing, self.rules),
            panel=self.panel,
        )

    @property
    def panel(self) -> dict[Word, str | int] | None:
        """What is set of a paid panel, by the words that the catalog keeps; None without its parameter."""
        facts: dict[Word, str | int] = {name: getattr(self, f"panel_{name}") for name in PANEL}
        return {name: value for name, value in facts.items() if value} if self.panel_parameter else None


def _width(text: str) -> float | None:
    """A number of scores as people write it, with a point or a comma; None where the field is empty."""
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError as error:
        sentence = f"The width must be a number such as 0.3, found {text[:40]!r}."
        raise RatingError("campaign-invalid", sentence) from error


def _screening(standing: Screening, chosen: list[Rule]) -> Screening:
    """Return the campaign's screening with exactly the chosen rules on; limits that it had stay."""
    limits: Screening = {
        name: limits for name, limits in standing.items() if isinstance(limits, dict) and name in chosen
    }
    switched: Screening = {
        name: name in chosen
        for name, standard in STANDARD.items()
        if bool(standard) != (name in chosen) and name not in limits
    }
    return limits | switched


@dataclass(frozen=True)
class Switch:
    """A rule of screening, and whether it is on."""

    name: Rule
    on: bool


@router.get("/campaigns")
def campaigns_page(request: Request) -> Response:
    """List all campaigns with their progress, and the form that opens a new one."""
    site = site_of(request)
    campaigns = overview.campaigns(site.settings)
    fresh = Terms(QUESTIONS["acr"], site.settings.votes_wanted)
    return show(request, "staff/campaigns.html", campaigns=campaigns, methods=METHODS, fresh=fresh)


@router.get("/campaigns/{campaign_id}")
def campaign_page(request: Request, campaign_id: RowId) -> Response:
    """Show one campaign: votes, pictures by state, widths of intervals, raters, marks of screening, settings."""
    settings = site_of(request).settings
    try:
        campaign = overview.campaign(settings, campaign_id)
    except RatingError as error:
        raise Refusal(404, str(error), LIST) from error
    marks = screening.screened(settings, campaign_id)
    rules = _switches(campaign.screening)
    return show(request, "staff/campaign.html", campaign=campaign, marks=marks, rules=rules)


@router.post("/campaigns")
def open_campaign(
    request: Request, name: FormLine, method: Method, question: FormLine = "", votes_wanted: VotesWanted = 15
) -> Response:
    """Open a campaign and go to its page, where everything else is set and pictures are added."""
    settings = site_of(request).settings
    if any(campaign.name == name for campaign in overview.campaigns(settings)):
        raise Refusal(409, f"There is a campaign {name!r} already; give this one another name.", LIST)
    terms = {"question": question or QUESTIONS[method], "votes_wanted": votes_wanted}
    campaign = _tried(LIST, lambda: lifecycle.open_campaign(settings, name, method, **terms))
    return go(f"/campaigns/{campaign.campaign_id}")


@router.post("/campaigns/{campaign_id}")
def change_campaign(request: Request, campaign_id: RowId, form: Annotated[TermsForm, Form()]) -> Response:
    """Give a campaign other settings."""
    settings, here = site_of(request).settings, _page_of(campaign_id)
    campaign = _tried(here, lambda: lifecycle.campaign_of(settings, campaign_id))
    terms = _tried(here, lambda: form.terms(campaign.screening))
    _tried(here, lambda: lifecycle.change(settings, campaign_id, **vars(terms)))
    return go(f"{here[0]}#settings")


@router.post("/campaigns/{campaign_id}/state")
def move(request: Request, campaign_id: RowId, to: Annotated[Literal["pause", "resume", "close"], Form()]) -> Response:
    """Pause a campaign, let it go on, or close it for good."""
    here = _page_of(campaign_id)
    _tried(here, lambda: MOVES[to](site_of(request).settings, campaign_id))
    return go(here[0])


@router.post("/campaigns/{campaign_id}/pictures")
def add_pictures(request: Request, campaign_id: RowId) -> Response:
    """Add what the campaign's method asks for and what it does not hold yet."""
    settings, here = site_of(request).settings, _page_of(campaign_id)
    campaign = _tried(here, lambda: lifecycle.campaign_of(settings, campaign_id))
    if campaign.closed_at:
        raise Refusal(409, "This campaign is closed and takes no more pictures.", here)
    feeding.feed(settings, campaign)
    return go(here[0])


@router.post("/campaigns/{campaign_id}/pardon")
def pardon(request: Request, campaign_id: RowId, rater_id: Annotated[uuid.UUID, Form()]) -> Response:
    """Bring back the votes that a rule set aside; the rules then rest for this rater."""
    here, curator = _page_of(campaign_id), curator_of(request)
    _tried(here, lambda: screening.pardon(site_of(request).settings, campaign_id, str(rater_id), curator.name))
    return go(f"{here[0]}#screening")


def _page_of(campaign_id: int) -> tuple[str, str]:
    return f"/campaigns/{campaign_id}", "Back to the campaign"


def _tried(onward: tuple[str, str], work: Callable[[], Result]) -> Result:
    """Return what `work` returns; what it refuses, as a page with a way on."""
    try:
        return work()
    except RatingError as error:
        status = {"campaign-unknown": 404, "campaign-closed": 409}.get(error.code, 400)
        raise Refusal(status, str(error), onward if status != 404 else LIST) from error


def _switches(screening_of_campaign: Screening) -> list[Switch]:
    """Return every rule of screening, in the order in which they speak."""
    on = rules_of(screening_of_campaign)
    return [Switch(name, name in on) for name in RULES]
