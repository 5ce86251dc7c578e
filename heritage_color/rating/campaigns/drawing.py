"""The plots of a campaign are computed once for all who look: distribution, groups, and how metrics follow scores."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import Json, Word
from heritage_color.rating.statistics.correlation import Followed, follow
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/drawing")

PICTURES_MOST = 4_000  # pictures that a correlation is taken over, evenly spaced where there are more
POINTS_MOST = 250  # dots of a drawing
GROUPS_MOST = 30  # collections of a drawing, those with most pictures
BINS = 16  # of the distribution of mean opinion scores: a quarter of a score each

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Drawn:
    """How many campaigns were drawn anew."""

    drawn: int


@dataclass(frozen=True)
class Outdated:
    """A campaign whose votes or scores have changed since its figures were made; `state` tells what they are now."""

    campaign_id: int
    state: Json


@dataclass(frozen=True)
class ItemCounts:
    """How many pictures there are to score, how many have enough votes, and how many left for other reasons."""

    items: int
    enough: int
    gone: int


@dataclass(frozen=True)
class ScoredItems:
    """Columns of the scored items of a campaign; `colorization` is 0 where true colours were shown."""

    colorization: np.ndarray
    collection: np.ndarray
    way: np.ndarray
    votes: np.ndarray
    mos: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Group:
    """Pictures of one collection, or made in one way: how many, their votes, their mean score and its interval."""

    name: str
    pictures: int
    votes: int
    mos: float
    low: float
    high: float


@dataclass(frozen=True)
class Metric(Followed):
    """How a metric follows the scores of `of` pictures, and dots (value, score) to draw."""

    metric: str
    unit: str
    of: int
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class Kind:
    """What is drawn of people's scores, or of those of simulated raters."""

    distribution: list[int]
    collections: list[Group]
    ways: list[Group]
    metrics: list[Metric]


@dataclass(frozen=True)
class Figures:
    """What the plots of a campaign show; `retired` counts pictures by day, `state` is what all was computed from."""

    items: ItemCounts
    retired: dict[Word, int]
    people: Kind | None
    simulated: Kind | None
    state: Json


def draw(settings: Settings) -> Drawn:
    """Compute what the plots show of every campaign whose votes or scores have changed.

    Counts per day are kept by a trigger; this is all that would take a page too long.
    """
    drawn = 0
    with db.connect(settings) as connection:
        for campaign in db.records(Outdated, queries.list_to_draw(connection)):
            figures = db.json(asdict(_figures(connection, campaign)))
            queries.keep_figures(connection, campaign_id=campaign.campaign_id, figures=figures)
            connection.commit()  # a run that is killed goes on with the next
            drawn += 1
    return Drawn(drawn)


def _figures(connection: Connection, campaign: Outdated) -> Figures:
    retired = queries.list_retired(connection, campaign_id=campaign.campaign_id)
    counts = queries.count_campaign_items(connection, campaign_id=campaign.campaign_id)
    return Figures(
        items=db.sure_record(ItemCounts, counts),
        retired={f"{row['day']}": row["items"] for row in retired},
        people=_kind(connection, campaign.campaign_id, simulated=False),
        simulated=_kind(connection, campaign.campaign_id, simulated=True),
        state=campaign.state,
    )


def _kind(connection: Connection, campaign_id: int, simulated: bool) -> Kind | None:
    items = _scored_items(connection, campaign_id, simulated)
    if not items.mos.size:
        return None
    counts, _ = np.histogram(items.mos, BINS, (1, 5))
    return Kind(
        distribution=counts.tolist(),
        collections=groups(items, items.collection)[:GROUPS_MOST],
        ways=groups(items, items.way),
        metrics=_metrics(connection, campaign_id, items),
    )


def _scored_items(connection: Connection, campaign_id: int, simulated: bool) -> ScoredItems:
    rows = [
        row
        for part in db.stream(connection, queries.plot_items, campaign_id=campaign_id, simulated=simulated)
        for row in part
    ]
    columns = zip(*rows, strict=True) if rows else [()] * 7
    return ScoredItems(*(np.array(column) for column in columns))


def groups(items: ScoredItems, names: np.ndarray) -> list[Group]:
    """The mean score of each group's pictures with its 95% interval; the groups with most pictures come first.

    The interval is Student's for a mean, with its ends kept within 1..5. Pictures are the sample, so the interval
    tells how other pictures of the group would score, not how sure each picture's score is. A single picture keeps
    the interval that it has.
    """
    known, place = np.unique(names, return_inverse=True)
    rows = [_group(str(name), items, place == number) for number, name in enumerate(known)]
    return sorted(rows, key=lambda group: (-group.pictures, group.name))


def _group(name: str, items: ScoredItems, mine: np.ndarray) -> Group:
    from scipy.special import stdtrit

    mos, count = items.mos[mine], int(mine.sum())
    low, high = float(items.low[mine][0]), float(items.high[mine][0])
    if count > 1:
        half = float(stdtrit(count - 1, 0.975) * mos.std(ddof=1) / np.sqrt(count))
        low, high = max(1.0, float(mos.mean()) - half), min(5.0, float(mos.mean()) + half)
    return Group(name, count, int(items.votes[mine].sum()), float(mos.mean()), low, high)


def _metrics(connection: Connection, campaign_id: int, items: ScoredItems) -> list[Metric]:
    """How each metric follows the scores, and dots to draw. Metrics of fewer than four pictures are left out."""
    place = {int(picture): number for number, picture in enumerate(items.colorization) if picture}
    values: dict[str, list[tuple[int, float]]] = defaultdict(list)
    units: dict[str, str] = {}
    for part in db.stream(connection, queries.plot_measurements, campaign_id=campaign_id):
        for metric, unit, colorization, value in part:
            units[metric] = unit
            if colorization in place and np.isfinite(value):
                values[metric].append((place[colorization], value))
    followed = (_metric(metric, units[metric], pairs, items) for metric, pairs in sorted(values.items()))
    return [metric for metric in followed if metric]


def _metric(name: str, unit: str, pairs: list[tuple[int, float]], items: ScoredItems) -> Metric | None:
    chosen = np.array(spaced(pairs, PICTURES_MOST), np.float64)
    number, value = chosen[:, 0].astype(np.intp), chosen[:, 1]
    followed = follow(value, items.mos[number], items.low[number], items.high[number])
    if followed is None:
        return None
    dots = spaced(list(zip(value, items.mos[number], strict=True)), POINTS_MOST)
    points = [(round(float(x), 6), round(float(y), 3)) for x, y in dots]
    return Metric(**vars(followed), metric=name, unit=unit, of=len(pairs), points=points)


def spaced(rows: Sequence[Thing], most: int) -> Sequence[Thing]:
    """At most so many rows, evenly spaced."""
    if len(rows) <= most:
        return rows
    return [rows[place] for place in np.linspace(0, len(rows) - 1, most).astype(int)]
