"""Plots of campaigns: how many votes came, what they say, how metrics follow them, and the votes to download."""

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import watching
from heritage_color.rating.exchange import exporting
from heritage_color.scans.reporting.cells import harmless
from heritage_color.web.door.fields import FormLine, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router
from heritage_color.web.staff import charts
from heritage_color.web.staff.charts import Mean
from heritage_color.web.staff.drawings import DayOfAnswers, PlottedCampaign, kinds_of, progress_of

queries = db.queries("rating/campaigns/plots")

router: APIRouter = staff_router()
SHOWN, STIMULI = 40, 200


@router.get("/plots")
def plots(request: Request, page: Page = 1) -> Response:
    """List all campaigns, newest first, with what came in and what needs a person."""
    settings = site_of(request).settings
    with db.connect(settings) as connection:
        pages = Pages(page, SHOWN, queries.count_plots(connection))
        campaigns = list(queries.list_plots(connection, shown=pages.size, skipped=pages.skipped))
    return show(request, "staff/plots.html", campaigns=campaigns, pages=pages, alerts=watching.alerts(settings))


@router.get("/plots/{campaign_id}")
def plot(request: Request, campaign_id: RowId) -> Response:
    """Show one campaign in drawings, each with its table."""
    return _page_of(request, campaign_id)


@router.post("/plots/{campaign_id}/due")
def due(request: Request, campaign_id: RowId, due_on: FormLine = "") -> Response:
    """Set the day by which the votes are wanted; an empty field takes it away."""
    try:
        day = date.fromisoformat(due_on) if due_on else None
    except ValueError:
        return _page_of(request, campaign_id, f"A day looks like 2026-12-24, found {due_on[:40]}.")
    try:
        watching.set_due(site_of(request).settings, campaign_id, day)
    except RatingError as error:
        raise Refusal(409, str(error), (f"/plots/{campaign_id}", "Back to the plots")) from error
    return go(f"/plots/{campaign_id}")


@router.get("/plots/{campaign_id}/votes.zip")
def votes(request: Request, campaign_id: RowId) -> Response:
    """Send all votes as CSV tables with their codebook, zipped while they are read."""
    settings, name = site_of(request).settings, _campaign(request, campaign_id).name
    try:
        exporting.check(settings, name)
    except RatingError as error:
        raise Refusal(409, str(error), (f"/plots/{campaign_id}", "Back to the plots")) from error
    headers = {
        "Content-Disposition": f"attachment; filename=\"votes-{campaign_id}.zip\"; filename*=UTF-8''{quote(name)}.zip"
    }
    blocks = exporting.stream(settings, name, harmless)
    return StreamingResponse(blocks, media_type="application/zip", headers=headers)


def _campaign(request: Request, campaign_id: int) -> PlottedCampaign:
    with db.connect(site_of(request).settings) as connection:
        campaign = db.record(PlottedCampaign, queries.plotted_campaign(connection, campaign_id=campaign_id))
    if campaign is None:
        raise Refusal(404, "There is no campaign with this number.", ("/plots", "To all campaigns"))
    return campaign


def _page_of(request: Request, campaign_id: int, problem: str = "") -> Response:
    campaign = _campaign(request, campaign_id)
    page = _imported_page if campaign.is_imported else _own_page
    return page(request, campaign, problem)


def _imported_page(request: Request, campaign: PlottedCampaign, problem: str) -> Response:
    """Show another laboratory's votes, which have scores, and no progress."""
    with db.connect(site_of(request).settings) as connection:
        scores = list(queries.list_imported_scores(connection, campaign_id=campaign.campaign_id, most=STIMULI))
    means = [Mean(score["stimulus"], score["mos"], score["low"], score["high"]) for score in scores]
    return show(
        request, "staff/plots_imported.html", campaign=campaign, scores=scores, chart=charts.ranges(means, 1, 5)
    )


def _own_page(request: Request, campaign: PlottedCampaign, problem: str) -> Response:
    settings = site_of(request).settings
    with db.connect(settings) as connection:
        rows = queries.list_answers(connection, campaign_id=campaign.campaign_id)
        days = db.records(DayOfAnswers, rows)
    return show(
        request,
        "staff/plots_campaign.html",
        400 if problem else 200,
        campaign=campaign,
        problem=problem,
        progress=progress_of(campaign, days),
        kinds=kinds_of(campaign, days),
        alerts=watching.alerts(settings).get(campaign.campaign_id, []),
    )
