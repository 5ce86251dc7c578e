"""Everything anew: all votes of a campaign, read as numbers, become the figures of all its pictures and raters."""

import io
from dataclasses import asdict

import numpy as np

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import RaterId
from heritage_color.rating.scores.figures import (
    NOTHING,
    ScaledResult,
    ScoredItem,
    ScoringCampaign,
    Solution,
    item_scores,
    rater_scores,
)
from heritage_color.rating.statistics.opinion import agreement_of, recover
from heritage_color.rating.statistics.table import VoteTable

queries = db.queries("rating/scores")


def solve(connection: Connection, campaign: ScoringCampaign, simulated: bool, items: list[ScoredItem]) -> Solution:
    """Figures of all pictures and raters of a campaign, and what it says as a whole."""
    votes = _numbered_votes(connection, campaign, simulated)
    if not len(votes):
        return NOTHING
    rater_ids = [row["rater_id"] for row in queries.numbered_raters(connection, simulated=simulated)]
    table, voted_items = _table(votes, items, rater_ids)
    recovered = recover(table)
    residual = table.score - recovered.score[table.picture] - recovered.bias[table.rater]
    residual = residual[recovered.used[table.rater]]
    noise = float((residual**2).mean()) if len(residual) else 1.0
    return Solution(
        item_scores(campaign, voted_items, table, recovered.score, None),
        rater_scores(table, recovered.bias, recovered.inconsistency, range(len(table.raters))),
        _result(table, noise),
    )


def _numbered_votes(connection: Connection, campaign: ScoringCampaign, simulated: bool) -> np.ndarray:
    """Votes (n, 3) as whole numbers: place of the item among the items to score, place of the rater, score.

    They are in the order of both places, so that equal votes give equal bytes, whatever their order in the catalog.
    """
    text = db.copy_out(connection, queries.numbered_votes, campaign_id=campaign.campaign_id, simulated=simulated)
    if not text:
        return np.zeros((0, 3), np.int64)
    votes = np.loadtxt(io.BytesIO(text), dtype=np.int64, ndmin=2)
    return votes[np.lexsort((votes[:, 1], votes[:, 0]))]


def _table(votes: np.ndarray, items: list[ScoredItem], rater_ids: list[RaterId]) -> tuple[VoteTable, list[ScoredItem]]:
    """Return the table of the votes, and its pictures as items."""
    place, picture = np.unique(votes[:, 0], return_inverse=True)
    who, rater = np.unique(votes[:, 1], return_inverse=True)
    voted_items = [items[index] for index in place]
    pictures, raters = [item.item_id for item in voted_items], [rater_ids[index] for index in who]
    return VoteTable(pictures, raters, picture, rater, votes[:, 2].astype(np.float64)), voted_items


def _result(table: VoteTable, noise: float) -> ScaledResult:
    votes, raters = len(table.score), len(table.raters)
    return ScaledResult(votes, votes, raters, **asdict(agreement_of(table)), noise=noise)
