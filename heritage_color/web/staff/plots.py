"""Plots of campaigns: how many votes came, what they say, how metrics follow them, and the votes to download."""

from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import watching
from heritage_color.rating.exchange import exporting
from heritage_color.web.door import tables
from heritage_color.web.door.fields import FormLine, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router
from heritage_color.web.staff import charts

queries = db.queries("rating/campaigns/plots")

router: APIRouter = staff_router()
SHOWN, STIMULI = 40, 200
ANSWERS = {
    "1": "Bad", "2": "Poor", "3": "Fair", "4": "Good", "5": "Excellent", "first": "First", "second": "Second",
}  # fmt: skip
KINDS = {"people": "People", "simulated": "Simulated raters"}


@router.get("/plots")
def plots(request: Request, page: Page = 1) -> Response:
    """All campaigns, newest first, with what came in and what needs a person."""
    settings = site_of(request).settings
    with db.connect(settings) as connection:
        pages = Pages(page, SHOWN, queries.count_plots(connection))
        found = list(queries.list_plots(connection, shown=pages.size, skipped=pages.skipped))
    return show(request, "plots.html", campaigns=found, pages=pages, alerts=watching.alerts(settings))


@router.get("/plots/{campaign_id}")
def plot(request: Request, campaign_id: RowId) -> Response:
    """One campaign in drawings, each with its table."""
    return _plot(request, campaign_id)


@router.post("/plots/{campaign_id}/due")
def due(request: Request, campaign_id: RowId, due_on: FormLine = "") -> Response:
    """Set the day by which the votes are wanted; empty takes it away."""
    try:
        day = date.fromisoformat(due_on) if due_on else None
    except ValueError:
        return _plot(request, campaign_id, f"A day looks like 2026-12-24, found {due_on[:40]}.")
    try:
        watching.set_due(site_of(request).settings, campaign_id, day)
    except RatingError as error:
        raise Refusal(409, str(error), (f"/plots/{campaign_id}", "Back to the plots")) from error
    return go(f"/plots/{campaign_id}")


@router.get("/plots/{campaign_id}/votes.zip")
def votes(request: Request, campaign_id: RowId) -> Response:
    """All votes as CSV tables with their codebook, zipped while they are read."""
    settings, name = site_of(request).settings, _found(request, campaign_id)["name"]
    try:
        exporting.check(settings, name)
    except RatingError as error:
        raise Refusal(409, str(error), (f"/plots/{campaign_id}", "Back to the plots")) from error
    headers = {
        "Content-Disposition": f"attachment; filename=\"votes-{campaign_id}.zip\"; filename*=UTF-8''{quote(name)}.zip"
    }
    blocks = exporting.stream(settings, name, tables.harmless)
    return StreamingResponse(blocks, media_type="application/zip", headers=headers)


def _found(request: Request, campaign_id: int) -> dict:
    with db.connect(site_of(request).settings) as connection:
        found = queries.plotted_campaign(connection, campaign_id=campaign_id)
    if found is None:
        raise Refusal(404, "There is no campaign with this number.", ("/plots", "To all campaigns"))
    return found


def _plot(request: Request, campaign_id: int, problem: str = "") -> Response:
    campaign, settings = _found(request, campaign_id), site_of(request).settings
    values: dict[str, Any] = {"campaign": campaign, "problem": problem, "kinds": [], "days": None, "alerts": []}
    if campaign["is_imported"]:
        with db.connect(settings) as connection:
            scores = queries.list_imported_scores(connection, campaign_id=campaign_id, most=STIMULI)
            values["scores"] = [dict(row) | {"name": row["stimulus"]} for row in scores]
        values["chart"] = charts.ranges(values["scores"], 1, 5)
        return show(request, "plots_imported.html", **values)
    with db.connect(settings) as connection:
        days = list(queries.list_answers(connection, campaign_id=campaign_id))
    values["days"] = _progress(days, (campaign["figures"] or {}).get("retired", {}))
    values["kinds"] = [_kind(campaign, days, kind) for kind in KINDS if _has(campaign, days, kind)]
    values["alerts"] = watching.alerts(settings).get(campaign_id, [])
    return show(request, "plots_campaign.html", 400 if problem else 200, **values)


def _has(campaign: dict, days: list[dict], kind: str) -> bool:
    return any(row["simulated"] == (kind == "simulated") for row in days)


def _progress(rows: list[dict], retired: dict[str, int]) -> dict | None:
    """Votes per day and in all, and pictures with votes enough; of simulated votes only where there are no others."""
    simulated = all(row["simulated"] for row in rows)
    per_day: dict[date, int] = {}
    for row in rows:
        if row["simulated"] == simulated:
            per_day[row["day"]] = per_day.get(row["day"], 0) + row["votes"]
    enough = {date.fromisoformat(day): count for day, count in retired.items()}
    days = sorted({*per_day, *enough})
    if not days:
        return None
    counts = [per_day.get(day, 0) for day in days]
    totals, done = _running(counts), _running([enough.get(day, 0) for day in days])
    return {
        "simulated": simulated,
        "daily": charts.lines(days, {"votes per day": counts}),
        "total": charts.lines(days, {"votes in all": totals}),
        "done": charts.lines(days, {"pictures with votes enough": done}),
        "rows": list(zip(days, counts, totals, done, strict=True)),
    }


def _running(values: list[int]) -> list[int]:
    total, found = 0, []
    for value in values:
        total += value
        found.append(total)
    return found


def _kind(campaign: dict, days: list[dict], kind: str) -> dict:
    """Everything that is drawn of people's votes, or of simulated ones."""
    own = [row for row in days if row["simulated"] == (kind == "simulated")]
    answers = [
        name for name in ANSWERS if (name in ("first", "second")) == (campaign["method"] in ("pairs", "turing"))
    ]
    counts = [(ANSWERS[name], sum(row["votes"] for row in own if row["answer"] == name)) for name in answers]
    figures = (campaign["figures"] or {}).get(kind) or {}
    return {
        "name": KINDS[kind],
        "simulated": kind == "simulated",
        "answers": {"chart": charts.bars(counts), "rows": counts},
        "set_aside": sum(row["set_aside"] for row in own),
        "distribution": _distribution(figures.get("distribution")),
        "groups": [
            (title, group, charts.ranges(figures[group], 1, 5))
            for group, title in (("ways", "By method and preset"), ("collections", "By collection"))
            if figures.get(group)
        ],
        "figures": figures,
        "metrics": [row | {"chart": charts.dots(row["points"])} for row in figures.get("metrics", [])],
        "result": _result(campaign, kind),
    }


def _distribution(counts: list[int] | None) -> dict | None:
    if not counts:
        return None
    width = 4 / len(counts)
    named = [
        (f"{1 + number * width:.2f} to {1 + (number + 1) * width:.2f}", count) for number, count in enumerate(counts)
    ]
    shown = [(f"{1 + number * width:g}" if number % 4 == 0 else "", count) for number, count in enumerate(counts)]
    return {"chart": charts.bars(shown), "rows": named}


def _result(campaign: dict, kind: str) -> dict:
    """Agreement, strengths or fooling rates, as scoring left them, with their drawings."""
    result = campaign[kind] or {}
    ways = result.get("ways") or {}
    mean = "strength" if campaign["method"] == "pairs" else "rate"
    rows = [
        figures | {"name": name, "mos": figures[mean]} for name, figures in ways.items() if figures[mean] is not None
    ]
    low, high = (
        (0.0, 1.0)
        if mean == "rate"
        else (min((row["low"] for row in rows), default=0), max((row["high"] for row in rows), default=1))
    )
    return {"all": result, "rows": rows, "chart": charts.ranges(rows, low, high) if rows else None}
