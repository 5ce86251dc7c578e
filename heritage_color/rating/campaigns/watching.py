"""Watching campaigns: alerts where votes stay away, and the figures that their plots show."""

import logging
from collections import defaultdict
from datetime import UTC, date, datetime

import numpy as np

from heritage_color import db
from heritage_color.errors import CampaignError, RatingError
from heritage_color.rating.campaigns import silence
from heritage_color.rating.statistics import correlation
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/watching")
campaign_queries = db.queries("rating/campaigns/lifecycle")

LOG = logging.getLogger(__name__)
AGENT = "heritage-color rating.watching"
PICTURES_MOST = 4_000  # pictures that a correlation is taken over, evenly spaced where there are more
POINTS_MOST = 250  # dots of a drawing
GROUPS_MOST = 30  # collections of a drawing, those with most pictures
BINS = 16  # of the distribution of mean opinion scores: a quarter of a score each
TRUE_COLOURS, NO_COLLECTION = "true colours", "in no collection"


def watch(settings: Settings) -> dict:
    """Look for silence: `{"open", "alerts"}`, the sentences. Each new alert is an event and a warning in the log."""
    with db.connect(settings) as connection:
        campaigns = [dict(row) for row in queries.list_watched(connection)]
        found = silence.alerts(campaigns, datetime.now(UTC), settings.silent_hours)
        for alert in found:
            key = f"{alert['kind']} campaign/{alert['campaign_id']}/{alert['key']}"
            detail = db.json({"sentence": alert["sentence"]})
            if queries.add_alert_event(connection, key=key, agent=AGENT, outcome=alert["kind"], detail=detail):
                LOG.warning(alert["sentence"])
    return {"open": len(campaigns), "alerts": [alert["sentence"] for alert in found]}


def alerts(settings: Settings) -> dict[int, list[str]]:
    """The sentences that stand now, by campaign."""
    with db.connect(settings) as connection:
        campaigns = [dict(row) for row in queries.list_watched(connection)]
    found = defaultdict(list)
    for alert in silence.alerts(campaigns, datetime.now(UTC), settings.silent_hours):
        found[alert["campaign_id"]].append(alert["sentence"])
    return dict(found)


def raise_alarm(settings: Settings) -> dict:
    """Raise CampaignError with every alert that stands; else `{"open", "alerts"}`."""
    found = watch(settings)
    if found["alerts"]:
        raise CampaignError(" ".join(found["alerts"]))
    return found


def set_due(settings: Settings, campaign_id: int, due_on: date | None) -> None:
    """When a campaign should have all its votes; None: whenever. Raises RatingError where it is not open."""
    with db.connect(settings) as connection:
        if not campaign_queries.set_due(connection, campaign_id=campaign_id, due_on=due_on):
            raise RatingError("campaign-closed", "This campaign is not open, so no day can be set for it.")


def draw(settings: Settings) -> dict:
    """Compute what the plots show of every campaign whose votes or scores have changed: `{"drawn"}`.

    Counts per day are kept by a trigger; this is all that would take a page too long.
    """
    drawn = 0
    with db.connect(settings) as connection:
        for row in list(queries.list_to_draw(connection)):
            figures = _figures(connection, row["campaign_id"]) | {"state": row["state"]}
            queries.keep_figures(connection, campaign_id=row["campaign_id"], figures=db.json(figures))
            connection.commit()  # a run that is killed goes on with the next
            drawn += 1
    return {"drawn": drawn}


def _figures(connection, campaign_id: int) -> dict:
    one = {"campaign_id": campaign_id}
    counts = dict(queries.count_campaign_items(connection, **one))
    retired = {f"{row['day']}": row["items"] for row in queries.list_retired(connection, **one)}
    kinds = {}
    for name, simulated in (("people", False), ("simulated", True)):
        items = _items(connection, campaign_id, simulated)
        kinds[name] = (
            _of_items(items) | {"metrics": _metrics(connection, campaign_id, items)} if items["mos"].size else None
        )
    return {"items": counts, "retired": retired} | kinds


def _items(connection, campaign_id: int, simulated: bool) -> dict[str, np.ndarray]:
    """Columns of the scored items: colorization (0: true colours), collection, way, votes, mos, low, high."""
    rows = [
        row
        for part in db.stream(connection, queries.plot_items, campaign_id=campaign_id, simulated=simulated)
        for row in part
    ]
    names = ("colorization", "collection", "way", "votes", "mos", "low", "high")
    columns = zip(*rows, strict=True) if rows else [[]] * len(names)
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}


def _of_items(items: dict[str, np.ndarray]) -> dict:
    counts, _ = np.histogram(items["mos"], BINS, (1, 5))
    return {
        "distribution": counts.tolist(),
        "collections": groups(items, "collection")[:GROUPS_MOST],
        "ways": groups(items, "way"),
    }


def groups(items: dict[str, np.ndarray], by: str) -> list[dict]:
    """Mean of the pictures' scores of each group, those with most pictures first, with its 95% interval over pictures.

    Student's interval of a mean, its ends kept within 1..5: pictures are the sample, so it tells how other pictures of
    the group would score, not how sure each picture's score is. A single picture has its own interval.
    """
    names, place = np.unique(items[by], return_inverse=True)
    found = [_group(str(name), items, place == number) for number, name in enumerate(names)]
    return sorted(found, key=lambda group: (-group["pictures"], group["name"]))


def _group(name: str, items: dict[str, np.ndarray], mine: np.ndarray) -> dict:
    from scipy.special import stdtrit

    mos, count = items["mos"][mine], int(mine.sum())
    low, high = float(items["low"][mine][0]), float(items["high"][mine][0])
    if count > 1:
        half = float(stdtrit(count - 1, 0.975) * mos.std(ddof=1) / np.sqrt(count))
        low, high = max(1.0, float(mos.mean()) - half), min(5.0, float(mos.mean()) + half)
    figures = {"mos": float(mos.mean()), "low": low, "high": high}
    return {"name": name, "pictures": count, "votes": int(items["votes"][mine].sum())} | figures


def _metrics(connection, campaign_id: int, items: dict[str, np.ndarray]) -> list[dict]:
    """How each metric follows the scores, and dots to draw; metrics that no four pictures have are left out."""
    place = {int(one): number for number, one in enumerate(items["colorization"]) if one}
    values: dict[str, list[tuple[int, float]]] = defaultdict(list)
    units: dict[str, str] = {}
    for part in db.stream(connection, queries.plot_measurements, campaign_id=campaign_id):
        for metric, unit, colorization, value in part:
            units[metric] = unit
            if colorization in place and np.isfinite(value):
                values[metric].append((place[colorization], value))
    found = (_metric(metric, units[metric], pairs, items) for metric, pairs in sorted(values.items()))
    return [row for row in found if row]


def _metric(name: str, unit: str, pairs: list[tuple[int, float]], items: dict[str, np.ndarray]) -> dict | None:
    chosen = np.array(spaced(pairs, PICTURES_MOST), np.float64)
    number, value = chosen[:, 0].astype(np.intp), chosen[:, 1]
    followed = correlation.follow(value, items["mos"][number], items["low"][number], items["high"][number])
    if followed is None:
        return None
    points = [
        [round(float(x), 6), round(float(y), 3)]
        for x, y in spaced(list(zip(value, items["mos"][number], strict=True)), POINTS_MOST)
    ]
    return {"metric": name, "unit": unit, "of": len(pairs), "points": points} | followed


def spaced(rows: list, most: int) -> list:
    """At most so many rows, evenly spaced."""
    if len(rows) <= most:
        return rows
    return [rows[place] for place in np.linspace(0, len(rows) - 1, most).astype(int)]
