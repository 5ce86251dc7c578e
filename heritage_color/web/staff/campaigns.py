"""Campaigns for staff: how far each has come, its settings, and whose votes screening set aside."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import feeding, lifecycle, overview
from heritage_color.rating.campaigns.campaign import Terms
from heritage_color.rating.guarding import screening
from heritage_color.rating.guarding.rules import RULES, STANDARD, rules_of
from heritage_color.rating.methods import METHODS, QUESTIONS
from heritage_color.web.door.fields import FormLine, FormProse, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
LIST = ("/campaigns", "To the campaigns")
MOVES = {"pause": lifecycle.pause, "resume": lifecycle.resume, "close": lifecycle.close}
PANEL = ("parameter", "votes", "return_to", "completion_code")
WholeNumber = Annotated[int, Form(ge=0, le=1_000_000)]
Names = Annotated[list[str], Form()]
Method = Annotated[str, Form(pattern=f"^({'|'.join(METHODS)})$")]


@router.get("/campaigns")
def campaigns_page(request: Request) -> Response:
    """All campaigns with their progress, and the form that opens a new one."""
    site = site_of(request)
    found = overview.campaigns(site.settings)
    fresh = Terms(QUESTIONS["acr"], site.settings.votes_wanted)
    return show(request, "staff/campaigns.html", campaigns=found, methods=METHODS, fresh=fresh, rules=_rules({}))


@router.get("/campaigns/{campaign_id}")
def campaign_page(request: Request, campaign_id: RowId) -> Response:
    """One campaign: votes, pictures by state, widths of intervals, raters, marks of screening, settings."""
    settings = site_of(request).settings
    try:
        found = overview.campaign(settings, campaign_id)
    except RatingError as error:
        raise Refusal(404, str(error), LIST) from error
    marks = screening.screened(settings, campaign_id)
    rules = _rules(found.screening)
    return show(request, "staff/campaign.html", campaign=found, marks=marks, rules=rules)


@router.post("/campaigns")
def open_new(
    request: Request,
    name: FormLine,
    method: Method,
    question: FormLine = "",
    votes_wanted: WholeNumber = 15,
) -> Response:
    """Open a campaign and go to its page, where everything else is set and pictures are added."""
    settings = site_of(request).settings
    given = {"question": question or QUESTIONS[method], "votes_wanted": votes_wanted}
    if any(campaign.name == name for campaign in overview.campaigns(settings)):
        raise Refusal(409, f"There is a campaign {name!r} already; give this one another name.", LIST)
    found = _tried(LIST, lambda: lifecycle.open_campaign(settings, name, method, **given))
    return go(f"/campaigns/{found.campaign_id}")


@router.post("/campaigns/{campaign_id}")
def change(
    request: Request,
    campaign_id: RowId,
    question: FormLine,
    votes_wanted: WholeNumber,
    votes_least: WholeNumber,
    rater_cap: WholeNumber,
    control_every: WholeNumber,
    target_half_width: FormLine = "",
    instructions: FormProse = "",
    consent: FormProse = "",
    languages: Names = [],  # noqa: B006  (FastAPI copies it)
    rules: Names = [],  # noqa: B006
    panel_parameter: FormLine = "",
    panel_votes: WholeNumber = 0,
    panel_return_to: FormLine = "",
    panel_completion_code: FormLine = "",
) -> Response:
    """Give a campaign other settings."""
    settings, here = site_of(request).settings, _page_of(campaign_id)
    panel = dict(zip(PANEL, (panel_parameter, panel_votes, panel_return_to, panel_completion_code), strict=True))
    given = {
        "question": question,
        "votes_wanted": votes_wanted,
        "votes_least": votes_least,
        "rater_cap": rater_cap,
        "control_every": control_every,
        "target_half_width": _number(target_half_width, here),
        "instructions": instructions,
        "consent": consent,
        "languages": languages,
        "panel": {name: value for name, value in panel.items() if value} if panel_parameter else None,
    }
    standing = _tried(here, lambda: lifecycle.campaign_of(settings, campaign_id))
    given["screening"] = _screening(standing.screening, rules)
    _tried(here, lambda: lifecycle.change(settings, campaign_id, **given))
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
    found = _tried(here, lambda: lifecycle.campaign_of(settings, campaign_id))
    if found.closed_at:
        raise Refusal(409, "This campaign is closed and takes no more pictures.", here)
    feeding.feed(settings, found)
    return go(here[0])


@router.post("/campaigns/{campaign_id}/pardon")
def pardon(request: Request, campaign_id: RowId, rater_id: Annotated[uuid.UUID, Form()]) -> Response:
    """Bring back the votes that a rule set aside; the rules then rest for this rater."""
    here, curator = _page_of(campaign_id), request.state.curator
    _tried(here, lambda: screening.pardon(site_of(request).settings, campaign_id, str(rater_id), curator.name))
    return go(f"{here[0]}#screening")


def _page_of(campaign_id: int) -> tuple[str, str]:
    return f"/campaigns/{campaign_id}", "Back to the campaign"


def _tried(onward: tuple[str, str], work):
    """What `work` returns; what it refuses, as a page with a way on."""
    try:
        return work()
    except RatingError as error:
        status = {"campaign-unknown": 404, "campaign-closed": 409}.get(error.code, 400)
        raise Refusal(status, str(error), onward if status != 404 else LIST) from error


def _number(text: str, onward: tuple[str, str]) -> float | None:
    """A number of scores as people write it, with a point or a comma; None where the field is empty."""
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise Refusal(400, f"The width must be a number such as 0.3, found {text[:40]!r}.", onward) from error


def _rules(given: dict) -> list[dict]:
    """Every rule of screening: its name and whether it is on."""
    on = rules_of(given)
    return [{"name": name, "on": name in on} for name in RULES]


def _screening(standing: dict, chosen: list[str]) -> dict:
    """The campaign's `screening` with exactly the chosen rules on; limits that it had stay."""
    limits = {name: value for name, value in standing.items() if isinstance(value, dict) and name in chosen}
    switched = {
        name: name in chosen
        for name, standard in STANDARD.items()
        if bool(standard) != (name in chosen) and name not in limits
    }
    return limits | switched
