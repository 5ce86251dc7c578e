"""What the page of a campaign's plots draws, from counts per day and from figures that a run computed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from heritage_color.keys import Json
from heritage_color.rating.methods import CHOICES, SCALE, SCALED
from heritage_color.web.staff import charts
from heritage_color.web.staff.charts import BarChart, DotChart, LineChart, Mean, RangeChart

ANSWERS = {str(score): name for score, name in sorted(SCALE.items())} | {"first": "First", "second": "Second"}
KINDS = {"people": "People", "simulated": "Simulated raters"}
GROUPS = {"ways": "By method and preset", "collections": "By collection"}


@dataclass(frozen=True)
class PlottedCampaign:
    """A campaign with its figures, as `rating.campaigns.drawing.draw` keeps them, and with what scoring says of it.

    `people` and `simulated` are results as a whole; `imported_from` tells where the votes of others come from.
    """

    campaign_id: int
    name: str
    method: str
    question: str
    opened_at: datetime
    closed_at: datetime | None
    paused_at: datetime | None
    due_on: date | None
    is_imported: bool
    imported_from: Json | None
    figures: Json | None
    made_at: datetime | None
    people: Json | None
    simulated: Json | None


@dataclass(frozen=True)
class DayOfAnswers:
    """How many votes of a day gave one answer: those that count, and those set aside by screening or a hold."""

    day: date
    simulated: bool
    answer: str
    votes: int
    set_aside: int


@dataclass(frozen=True)
class Progress:
    """Votes per day and in all, and pictures with votes enough; `rows` are their table."""

    simulated: bool
    daily: LineChart
    total: LineChart
    done: LineChart
    rows: list[tuple[date, int, int, int]]


@dataclass(frozen=True)
class Bars:
    """Bars and their table."""

    chart: BarChart
    rows: list[tuple[str, int]]


@dataclass(frozen=True)
class Result:
    """Agreement, strengths or fooling rates as scoring left them, with a drawing of those that have an interval."""

    all: Json
    rows: list[Mean]
    chart: RangeChart | None


@dataclass(frozen=True)
class Followed:
    """A metric against scores: the figures of how it follows them, and the dots."""

    figures: Json
    chart: DotChart


@dataclass(frozen=True)
class Kind:
    """Everything that is drawn of people's votes, or of simulated ones; `groups` are title, name and drawing."""

    name: str
    simulated: bool
    answers: Bars
    set_aside: int
    distribution: Bars | None
    groups: list[tuple[str, str, RangeChart]]
    figures: Json
    metrics: list[Followed]
    result: Result


def progress_of(campaign: PlottedCampaign, days: Sequence[DayOfAnswers]) -> Progress | None:
    """Return how the votes came in; of simulated votes only where there are no others. None where there is nothing."""
    simulated = all(row.simulated for row in days)
    per_day: dict[date, int] = {}
    for row in days:
        if row.simulated == simulated:
            per_day[row.day] = per_day.get(row.day, 0) + row.votes
    retired = (campaign.figures or {}).get("retired", {})
    enough = {date.fromisoformat(day): count for day, count in retired.items()}
    dates = sorted({*per_day, *enough})
    if not dates:
        return None
    counts = [per_day.get(day, 0) for day in dates]
    totals, done = _running(counts), _running([enough.get(day, 0) for day in dates])
    return Progress(
        simulated=simulated,
        daily=charts.lines(dates, {"votes per day": counts}),
        total=charts.lines(dates, {"votes in all": totals}),
        done=charts.lines(dates, {"pictures with votes enough": done}),
        rows=list(zip(dates, counts, totals, done, strict=True)),
    )


def _running(values: list[int]) -> list[int]:
    total, sums = 0, []
    for value in values:
        total += value
        sums.append(total)
    return sums


def kinds_of(campaign: PlottedCampaign, days: Sequence[DayOfAnswers]) -> list[Kind]:
    """Return what is drawn of each kind of raters that voted: people, simulated raters."""
    by_kind = {kind: [row for row in days if row.simulated == (kind == "simulated")] for kind in KINDS}
    return [_kind(campaign, rows, kind) for kind, rows in by_kind.items() if rows]


def _kind(campaign: PlottedCampaign, days: Sequence[DayOfAnswers], kind: str) -> Kind:
    answers = [name for name in ANSWERS if (name in CHOICES) == (campaign.method not in SCALED)]
    counts = [(ANSWERS[name], sum(row.votes for row in days if row.answer == name)) for name in answers]
    figures = (campaign.figures or {}).get(kind) or {}
    return Kind(
        name=KINDS[kind],
        simulated=kind == "simulated",
        answers=Bars(charts.bars(counts), counts),
        set_aside=sum(row.set_aside for row in days),
        distribution=_distribution(figures.get("distribution")),
        groups=[
            (
                title,
                group,
                charts.ranges([Mean(row["name"], row["mos"], row["low"], row["high"]) for row in rows], 1, 5),
            )
            for group, title in GROUPS.items()
            if (rows := figures.get(group))
        ],
        figures=figures,
        metrics=[Followed(row, charts.dots(row["points"])) for row in figures.get("metrics", [])],
        result=_result(campaign, kind),
    )


def _distribution(counts: list[int] | None) -> Bars | None:
    if not counts:
        return None
    width = 4 / len(counts)
    rows = [
        (f"{1 + number * width:.2f} to {1 + (number + 1) * width:.2f}", count) for number, count in enumerate(counts)
    ]
    shown = [(f"{1 + number * width:g}" if number % 4 == 0 else "", count) for number, count in enumerate(counts)]
    return Bars(charts.bars(shown), rows)


def _result(campaign: PlottedCampaign, kind: str) -> Result:
    """Pairs have strengths, whose axis is as long as they need; a Turing test has rates from 0 to 1."""
    result = (campaign.simulated if kind == "simulated" else campaign.people) or {}
    figure, ways = ("strength" if campaign.method == "pairs" else "rate"), result.get("ways") or {}
    rows = [Mean(name, way[figure], way["low"], way["high"]) for name, way in ways.items() if way[figure] is not None]
    low, high = 0.0, 1.0
    if campaign.method == "pairs" and rows:
        low, high = min(row.low for row in rows), max(row.high for row in rows)
    return Result(result, rows, charts.ranges(rows, low, high) if rows else None)
