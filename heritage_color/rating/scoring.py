"""Votes into scores, campaign by campaign: what changed since the last run, or everything anew."""

import io
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from heritage_color import db
from heritage_color.rating.campaigns.lifecycle import SCALED
from heritage_color.rating.guarding import screening
from heritage_color.rating.statistics import agreement, fooling, hidden, opinion, pairs, rejection
from heritage_color.rating.statistics.interval import (
    EXPECTED_SPREAD,
    EXPECTED_SPREAD_VOTES,
    LEAST_SPREAD,
    interval,
    spread_of_all,
)
from heritage_color.rating.statistics.refining import Known, refine
from heritage_color.rating.statistics.table import VoteTable, tabulate
from heritage_color.settings import Settings

queries = db.queries("rating/scoring")
campaign_queries = db.queries("rating/campaigns/lifecycle")
guarding_queries = db.queries("rating/guarding")
moments = db.queries("rating/moments")

REFINE_FROM = 50_000  # votes of a campaign; below, solving anew takes a second or two
REFINE_SHARE = 0.05  # of the votes that the last full solution knew: with more new ones everything is solved anew
CHUNK = 5_000  # rows written before a commit


def score(settings: Settings, full: bool = False, refine_from: int = REFINE_FROM) -> dict:
    """Screen the raters and compute the scores of every campaign whose votes have changed; with `full`, of all.

    `{"scored", "new", "screened", "restored"}`: pictures scored, opinion scores of colorizations that changed, raters
    whose votes screening set aside or brought back. People's and simulated votes are scored apart. In a campaign of
    `refine_from` votes or more only pictures with new votes are scored, the others' scores stand (`refining`). One run
    at a time; killed anywhere, the next one goes on from what was committed.
    """
    counts = {"scored": 0, "new": 0, "screened": 0, "restored": 0}
    with db.connect(settings, own=True) as connection:
        queries.lock_scoring(connection)  # ends with the connection
        for campaign in list(queries.campaigns_to_score(connection, all=full)):
            connection.commit()
            found = screening.screen(connection, campaign, full) | _score_campaign(
                connection, campaign, full, refine_from
            )
            counts = {name: counts[name] + found[name] for name in counts}
    return counts


def _score_campaign(connection, campaign: dict, full: bool, refine_from: int) -> dict:
    score_kind = _score_scaled if campaign["method"] in SCALED else _score_choices
    scored = new = 0
    for simulated in (True, False):  # that of people last: its result says that the campaign is done
        counts = score_kind(connection, campaign, simulated, full, refine_from)
        scored, new = scored + counts[0], new + counts[1]
    moments.lock_counts(connection)
    campaign_queries.apply_retirement(connection, campaign_id=campaign["campaign_id"])
    connection.commit()
    return {"scored": scored, "new": new}


# ------------------------------------------------------------------ acr, acr-hr


def _score_scaled(connection, campaign: dict, simulated: bool, full: bool, refine_from: int) -> tuple[int, int]:
    """Items scored and opinion scores changed of one kind of raters."""
    one = {"campaign_id": campaign["campaign_id"]}
    sums = _sums(connection, campaign)
    may_refine = not simulated and not full and _may_refine(campaign, sums["votes"], refine_from)
    moments.freeze(connection)
    now = queries.revision_of(connection, **one)
    items = list(queries.scored_items(connection, simulated=simulated, all=not may_refine, **one))
    solve = _refined if may_refine else _solved
    pictures, raters, result = solve(connection, campaign | {"spread": sums["spread"]}, simulated, items)
    connection.commit()
    if not simulated:
        queries.keep_spread(connection, spread=sums["spread"], **one)
        result["votes"] = sums["votes"]
    new = _write(connection, simulated, items, pictures)
    _write_raters(connection, campaign, simulated, raters, whole=not may_refine)
    _keep_result(connection, campaign, simulated, now, result)
    return len(pictures["item_ids"]), new


def _sums(connection, campaign: dict) -> dict:
    """Number and spread of the votes of people that count, from the sums kept beside the items."""
    found = queries.item_sums(connection, campaign_id=campaign["campaign_id"])
    expected = EXPECTED_SPREAD * EXPECTED_SPREAD_VOTES
    spread = (found["seen"] + expected) / (found["possible"] + EXPECTED_SPREAD_VOTES)
    connection.commit()
    return {"votes": found["votes"], "spread": float(np.clip(spread, LEAST_SPREAD, 1))}


def _may_refine(campaign: dict, votes: int, refine_from: int) -> bool:
    result = campaign["result"] or {}
    solved = result.get("solved_votes", 0)
    return solved >= refine_from and abs(votes - solved) <= REFINE_SHARE * solved


def _solved(connection, campaign: dict, simulated: bool, items: list[dict]) -> tuple[dict, dict, dict]:
    """Figures of all pictures and raters of a campaign, and what it says as a whole."""
    rater_ids = [row["rater_id"] for row in queries.numbered_raters(connection, simulated=simulated)]
    table, place = _numbered_table(connection, campaign, simulated, items, rater_ids) if rater_ids else _no_votes()
    if not len(table.score):
        return _no_figures(), {"rater_ids": []}, {"votes": 0, "solved_votes": 0}
    recovered, bias, inconsistency, used = opinion.recover(table)
    residual = (table.score - recovered[table.picture] - bias[table.rater])[used[table.rater]]
    pictures = _pictures(campaign, [items[index] for index in place], table, recovered)
    raters = {
        "rater_ids": table.raters,
        "votes": np.bincount(table.rater).tolist(),
        "bias": bias.tolist(),
        "inconsistency": inconsistency.tolist(),
        "correlation": _known(rejection.correlations(table)),
    }
    noise = float((residual**2).mean()) if len(residual) else 1.0
    return pictures, raters, _agreement(table) | {"noise": noise}


def _numbered_table(connection, campaign: dict, simulated: bool, items: list[dict], rater_ids: list[str]):
    """All votes, and of each of the table's pictures its place among the items."""
    text = db.copy_out(connection, queries.numbered_votes, campaign_id=campaign["campaign_id"], simulated=simulated)
    if not text:
        return _no_votes()
    votes = np.loadtxt(io.BytesIO(text), dtype=np.int64, ndmin=2)
    votes = votes[np.lexsort((votes[:, 1], votes[:, 0]))]  # equal votes give equal bytes, whatever their order
    place, picture = np.unique(votes[:, 0], return_inverse=True)
    who, rater = np.unique(votes[:, 1], return_inverse=True)
    pictures = [str(items[index]["item_id"]) for index in place]
    raters = [str(rater_ids[index]) for index in who]
    return VoteTable(pictures, raters, picture, rater, votes[:, 2].astype(np.float64)), place


def _no_votes() -> tuple[VoteTable, np.ndarray]:
    nothing = np.zeros(0, np.intp)
    return VoteTable([], [], nothing, nothing, np.zeros(0)), nothing


def _agreement(table: VoteTable) -> dict:
    low, high = agreement.alpha_interval(table.picture, table.score)
    figures = {"alpha": agreement.alpha(table.picture, table.score), "low": low, "high": high}
    figures["spread"] = spread_of_all(*opinion.sums(table))
    known = {name: None if value != value else float(value) for name, value in figures.items()}
    return known | {"votes": len(table.score), "solved_votes": len(table.score), "raters": len(table.raters)}


def _refined(connection, campaign: dict, simulated: bool, items: list[dict]) -> tuple[dict, dict, dict]:
    """Figures of the pictures with new votes and of who gave them; what the campaign said as a whole stands."""
    one = {"campaign_id": campaign["campaign_id"]}
    ids = [str(item["item_id"]) for item in items]
    cast = [tuple(row.values()) for row in queries.votes_on_items(connection, item_ids=ids, simulated=simulated)]
    since = campaign["result"]["computed_at"]
    newcomers = {row["rater_id"] for row in guarding_queries.raters_since(connection, since=since, **one)}
    voters = sorted({rater for _, rater, _ in cast})
    states = {row["rater_id"]: row for row in queries.rater_states(connection, rater_ids=voters, **one)}
    open_raters = newcomers | {rater for rater in voters if rater not in states}
    theirs = list(queries.votes_of_raters(connection, rater_ids=sorted(open_raters), **one))
    kept = {row["item_id"]: row["recovered"] for row in theirs} | {
        str(item["item_id"]): item["recovered"] for item in items
    }
    table = tabulate({*cast, *((row["item_id"], row["rater_id"], row["score"]) for row in theirs)})
    known = _known_of(table, set(ids), open_raters, kept, states, campaign["result"]["noise"])
    recovered, bias, inconsistency = refine(table, known)
    pictures = _only_open(campaign, items, table, recovered)
    raters = _open_raters(table, open_raters, bias, inconsistency)
    return pictures, raters, dict(campaign["result"])


def _known_of(table: VoteTable, open_items: set, open_raters: set, kept: dict, states: dict, noise: float) -> Known:
    nan = float("nan")
    votes = np.bincount(table.rater, minlength=len(table.raters))
    is_open = np.array([rater in open_raters for rater in table.raters], bool)
    return Known(
        score=np.array([nan if kept[item] is None else kept[item] for item in table.pictures], np.float64),
        open_picture=np.array([item in open_items or kept[item] is None for item in table.pictures], bool),
        bias=np.array([states[rater]["bias"] if rater in states else nan for rater in table.raters]),
        variance=np.array([states[rater]["inconsistency"] ** 2 if rater in states else nan for rater in table.raters]),
        votes=np.where(is_open, votes, [states[rater]["votes"] if rater in states else 0 for rater in table.raters]),
        open_rater=is_open,
        noise=noise,
    )


def _only_open(campaign: dict, items: list[dict], table: VoteTable, recovered: np.ndarray) -> dict:
    """Figures of the items of which the table holds all votes."""
    by_id = {str(item["item_id"]): item for item in items}
    chosen = np.array([item in by_id for item in table.pictures], bool)
    number = np.cumsum(chosen) - 1
    kept = chosen[table.picture]
    names = [item for item in table.pictures if item in by_id]
    own = VoteTable(names, table.raters, number[table.picture[kept]], table.rater[kept], table.score[kept])
    return _pictures(campaign, [by_id[name] for name in names], own, recovered[chosen], campaign["spread"])


def _open_raters(table: VoteTable, open_raters: set, bias: np.ndarray, inconsistency: np.ndarray) -> dict:
    places = [place for place, rater in enumerate(table.raters) if rater in open_raters]
    votes, correlation = np.bincount(table.rater), rejection.correlations(table)
    return {
        "rater_ids": [table.raters[place] for place in places],
        "votes": votes[places].tolist(),
        "bias": bias[places].tolist(),
        "inconsistency": inconsistency[places].tolist(),
        "correlation": _known(correlation[places]),
    }


def _pictures(
    campaign: dict, items: list[dict], table: VoteTable, recovered: np.ndarray, spread: float | None = None
) -> dict:
    """Columns of `item_scores`, a row for each of the table's pictures."""
    sums = opinion.sums(table)
    mos, low, high = interval(*sums, spread)
    difference = np.full(len(items), np.nan)
    if campaign["method"] == "acr-hr":
        scan = np.unique([item["scan_id"] for item in items], return_inverse=True)[1]
        difference = hidden.differential(table, scan, np.array([item["role"] == "hidden-reference" for item in items]))
    return {
        "item_ids": table.pictures,
        "revision": [item["revision"] for item in items],
        "votes": sums[0].tolist(),
        "mos": mos.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "sos": _known(table.deviation()),
        "recovered": recovered.tolist(),
        "difference": _known(difference),
    }


def _no_figures() -> dict:
    names = ("item_ids", "revision", "votes", "mos", "low", "high", "sos", "recovered", "difference")
    return {name: [] for name in names}


def _known(values: np.ndarray) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _write(connection, simulated: bool, items: list[dict], pictures: dict) -> int:
    """Write the figures of items, and of the colorizations they show; how many of the latter changed."""
    scored, new = set(pictures["item_ids"]), 0
    for chunk in _chunks(pictures):
        queries.keep_item_scores(connection, simulated=simulated, **chunk)
        connection.commit()
    gone = [str(item["item_id"]) for item in items if str(item["item_id"]) not in scored]
    for start in range(0, len(gone), CHUNK):
        queries.drop_item_scores(connection, simulated=simulated, item_ids=gone[start : start + CHUNK])
    ids = sorted({item["colorization_id"] for item in items if item["role"] == "ordinary"})
    for start in range(0, len(ids), CHUNK):
        new += _write_opinions(connection, simulated, ids[start : start + CHUNK])
        connection.commit()
    return new


def _chunks(columns: dict[str, Sequence]):
    for start in range(0, len(next(iter(columns.values()))), CHUNK):
        yield {name: column[start : start + CHUNK] for name, column in columns.items()}


def _write_opinions(connection, simulated: bool, colorization_ids: list[int]) -> int:
    """The scores of colorizations over all campaigns; how many changed."""
    rows = list(queries.item_opinions(connection, simulated=simulated, colorization_ids=colorization_ids))
    ids = sorted({row["colorization_id"] for row in rows})
    gone = sorted(set(colorization_ids) - set(ids))
    new = queries.drop_opinions(connection, simulated=simulated, colorization_ids=gone) if gone else 0
    if not ids:
        return new
    place = np.searchsorted(ids, [row["colorization_id"] for row in rows])
    return new + queries.keep_scores(connection, simulated=simulated, colorization_ids=ids, **_pooled(rows, place))


def _pooled(rows: list[dict], place: np.ndarray) -> dict:
    """Columns of `opinion_scores` from scores of items; `place` tells which belong together."""
    column = {
        name: np.array([row[name] or 0 for row in rows], np.float64)
        for name in ("votes", "mos", "low", "high", "sos", "recovered", "spread")
    }
    votes = np.bincount(place, column["votes"])
    total = np.bincount(place, column["votes"] * column["mos"])
    squares = np.bincount(
        place, column["sos"] ** 2 * np.maximum(column["votes"] - 1, 0) + column["votes"] * column["mos"] ** 2
    )
    spread = np.bincount(place, column["votes"] * column["spread"]) / votes
    single = np.bincount(place) == 1
    mos, low, high = interval(votes, total, squares, spread)
    first = np.unique(place, return_index=True)[1]
    return {
        "votes": votes.astype(int).tolist(),
        "mos": np.where(single, column["mos"][first], mos).tolist(),
        "low": np.where(single, column["low"][first], low).tolist(),
        "high": np.where(single, column["high"][first], high).tolist(),
        "recovered": (np.bincount(place, column["votes"] * column["recovered"]) / votes).tolist(),
    }


def _write_raters(connection, campaign: dict, simulated: bool, raters: dict, whole: bool) -> None:
    one = {"campaign_id": campaign["campaign_id"]}
    for chunk in _chunks(raters):
        queries.keep_rater_scores(connection, **one, **chunk)
        connection.commit()
    if whole:
        queries.drop_rater_scores(connection, simulated=simulated, rater_ids=raters["rater_ids"], **one)


def _keep_result(connection, campaign: dict, simulated: bool, now: dict, result: dict) -> None:
    """What the campaign says as a whole, when and by which rules; of simulated raters only where there are any."""
    if result["votes"] or not simulated:
        about = {"computed_at": now["moment"], "rules": screening.rules_of(campaign)}
        queries.keep_result(
            connection,
            campaign_id=campaign["campaign_id"],
            simulated=simulated,
            votes=result["votes"],
            revision=now["revision"],
            result=db.json(result | about),
        )
    connection.commit()


# ------------------------------------------------------------------ pairs, turing


def _score_choices(connection, campaign: dict, simulated: bool, full: bool, refine_from: int) -> tuple[int, int]:
    """Strengths or fooling rates of one kind of raters: the number of choices, and no opinion scores."""
    one = {"campaign_id": campaign["campaign_id"]}
    moments.freeze(connection)
    now = queries.revision_of(connection, **one)
    votes = list(queries.choices(connection, simulated=simulated, **one))
    connection.commit()
    if campaign["method"] == "pairs":
        result, pictures = _strengths(votes)
        _write_strengths(connection, campaign, simulated, pictures)
    else:
        result = _fooling(votes)
    _keep_result(connection, campaign, simulated, now, result | {"votes": len(votes)})
    return len(votes), 0


def _strengths(votes: list[dict]) -> tuple[dict, dict]:
    """Strengths of the ways to colorize, and of colorizations among those of the same photograph."""
    won = [(row, 1.0 if row["choice"] == "first" else 0.0) for row in votes]
    ways = pairs.strengths(
        (row["first_way"], row["second_way"], one) for row, one in won if row["first_way"] != row["second_way"]
    )
    pictures = pairs.strengths((str(row["first"]), str(row["second"]), one) for row, one in won)
    return {"ways": ways["pictures"]}, pictures["pictures"]


def _write_strengths(connection, campaign: dict, simulated: bool, pictures: dict) -> None:
    one = {"campaign_id": campaign["campaign_id"], "simulated": simulated}
    ids = [int(name) for name in pictures]
    names = ("pairs", "wins", "strength", "low", "high")
    columns = {name: [figures[name] for figures in pictures.values()] for name in names}
    for chunk in _chunks({"colorization_ids": ids, **columns}):
        queries.keep_strengths(connection, **one, **chunk)
        connection.commit()
    queries.drop_strengths(connection, colorization_ids=ids, **one)


def _fooling(votes: list[dict]) -> dict:
    """How often colorizations were taken for real: all, and by each way to colorize."""
    by_way = defaultdict(list)
    for row in votes:
        by_way[row["first_way"]].append((str(row["first"]), row["rater"], row["choice"] == "second"))
    ways = {way: fooling.fooling_rate(trials) for way, trials in sorted(by_way.items())}
    return {"all": fooling.fooling_rate(trial for trials in by_way.values() for trial in trials), "ways": ways}
