"""Scores of campaigns that are answered on a scale: acr and acr-hr."""

from dataclasses import dataclass, replace

import numpy as np

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.rating.scores.figures import ScoredItem, ScoringCampaign
from heritage_color.rating.scores.refreshing import refresh
from heritage_color.rating.scores.solving import solve
from heritage_color.rating.scores.writing import Revision, keep_result, revision_of, write_items, write_raters
from heritage_color.rating.statistics.interval import EXPECTED_SPREAD, EXPECTED_SPREAD_VOTES, LEAST_SPREAD

queries = db.queries("rating/scores")
moments = db.queries("rating/moments")

REFINE_SHARE = 0.05  # of the votes that the last full solution knew: with more new ones everything is solved anew


@dataclass(frozen=True)
class ItemSums:
    """Votes of people that count, and what their spread is computed from (`interval.spread_of_all`)."""

    votes: int
    seen: float
    possible: float

    @property
    def spread(self) -> float:
        """The spread of these votes, LEAST_SPREAD..1."""
        expected = EXPECTED_SPREAD * EXPECTED_SPREAD_VOTES
        return float(np.clip((self.seen + expected) / (self.possible + EXPECTED_SPREAD_VOTES), LEAST_SPREAD, 1))


def score_scaled(
    connection: Connection, campaign: ScoringCampaign, simulated: bool, refine_from: int | None
) -> tuple[int, int]:
    """Score a campaign by the votes of one kind of raters. Returns pictures scored, and opinion scores that changed.

    From `refine_from` votes on, if few of them are new, pictures without new votes are left as they are. With None all
    are scored anew.
    """
    sums = db.sure_record(ItemSums, queries.item_sums(connection, campaign_id=campaign.campaign_id))
    connection.commit()
    may_refine = not simulated and refine_from is not None and _may_refine(campaign, sums.votes, refine_from)
    moments.freeze(connection)
    revision: Revision = revision_of(connection, campaign.campaign_id)
    rows = queries.scored_items(connection, campaign_id=campaign.campaign_id, simulated=simulated, all=not may_refine)
    items = db.records(ScoredItem, rows)
    compute = refresh if may_refine else solve
    solution = compute(connection, replace(campaign, spread=sums.spread), simulated, items)
    connection.commit()
    result = solution.result
    if not simulated:
        queries.keep_spread(connection, spread=sums.spread, campaign_id=campaign.campaign_id)
        result = replace(result, votes=sums.votes)
    new = write_items(connection, simulated, items, solution.items)
    write_raters(connection, campaign, simulated, solution.raters, drop_others=not may_refine)
    keep_result(connection, campaign, simulated, revision, result)
    return len(solution.items.item_ids), new


def _may_refine(campaign: ScoringCampaign, votes: int, refine_from: int) -> bool:
    solved: int = (campaign.result or {}).get("solved_votes", 0)
    return solved >= refine_from and abs(votes - solved) <= REFINE_SHARE * solved
