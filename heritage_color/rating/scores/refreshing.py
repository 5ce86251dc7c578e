"""Only what is new is scored: pictures with new votes and the raters who gave them. All others stay as they are."""

from dataclasses import dataclass, fields

import numpy as np

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import PictureId, RaterId
from heritage_color.rating.guarding.screening import raters_since
from heritage_color.rating.scores.figures import (
    ItemScores,
    ScaledResult,
    ScoredItem,
    ScoringCampaign,
    Solution,
    item_scores,
    rater_scores,
)
from heritage_color.rating.statistics.refining import Known, refine
from heritage_color.rating.statistics.table import VoteTable, tabulate

queries = db.queries("rating/scores")

NAN = float("nan")


@dataclass(frozen=True)
class Ballot:
    """A vote on an item to score."""

    item_id: PictureId
    rater_id: RaterId
    score: int


@dataclass(frozen=True)
class KeptBallot(Ballot):
    """A vote with the recovered score of its item as it is kept; None where the item was never scored."""

    recovered: float | None


@dataclass(frozen=True)
class RaterState:
    """Votes, bias and inconsistency of a rater as they are kept."""

    rater_id: RaterId
    votes: int
    bias: float
    inconsistency: float


UNKNOWN = RaterState("", 0, NAN, NAN)


def refresh(connection: Connection, campaign: ScoringCampaign, simulated: bool, items: list[ScoredItem]) -> Solution:
    """Figures of the items with new votes and of who gave them; what the campaign said as a whole stands.

    Those items are open, that is to be found anew, and so are raters who have voted since the last run or have no
    figures yet. The table holds all votes on the open items and all votes of the open raters. Other raters' biases,
    and the scores of other items that open raters voted on, are taken as they are kept.
    """
    result = campaign.result or {}
    kept_figures = {column.name: result.get(column.name) for column in fields(ScaledResult)}
    stands = db.sure_record(ScaledResult, kept_figures)
    item_ids = [item.item_id for item in items]
    rows = queries.votes_on_items(connection, item_ids=item_ids, simulated=simulated)
    on_items = db.records(Ballot, rows)
    states = _states(connection, campaign, sorted({ballot.rater_id for ballot in on_items}))
    newcomers = set(raters_since(connection, campaign, result["computed_at"]))
    open_raters = newcomers | {ballot.rater_id for ballot in on_items if ballot.rater_id not in states}
    rows = queries.votes_of_raters(connection, rater_ids=sorted(open_raters), campaign_id=campaign.campaign_id)
    of_raters = db.records(KeptBallot, rows)
    table = tabulate({(ballot.item_id, ballot.rater_id, ballot.score) for ballot in (*on_items, *of_raters)})
    kept = {ballot.item_id: ballot.recovered for ballot in of_raters}
    kept |= {item.item_id: item.recovered for item in items}
    known = _known(table, set(item_ids), open_raters, kept, states, stands.noise)
    recovered, bias, inconsistency = refine(table, known)
    places = [place for place, rater_id in enumerate(table.raters) if rater_id in open_raters]
    scores = _open_item_scores(campaign, items, table, recovered)
    return Solution(scores, rater_scores(table, bias, inconsistency, places), stands)


def _states(connection: Connection, campaign: ScoringCampaign, rater_ids: list[RaterId]) -> dict[RaterId, RaterState]:
    rows = queries.rater_states(connection, rater_ids=rater_ids, campaign_id=campaign.campaign_id)
    return {state.rater_id: state for state in db.records(RaterState, rows)}


def _known(
    table: VoteTable,
    open_items: set[PictureId],
    open_raters: set[RaterId],
    recovered: dict[PictureId, float | None],
    states: dict[RaterId, RaterState],
    noise: float,
) -> Known:
    """Return what is kept of a table's items and raters; an item that was never scored is open, whoever asks."""
    scores = [recovered[item_id] for item_id in table.pictures]
    kept = [states.get(rater_id, UNKNOWN) for rater_id in table.raters]
    is_open_rater = np.array([rater_id in open_raters for rater_id in table.raters], bool)
    votes_here = np.bincount(table.rater, minlength=len(table.raters))
    return Known(
        score=np.array([NAN if score is None else score for score in scores], np.float64),
        open_picture=np.array(
            [item_id in open_items or score is None for item_id, score in zip(table.pictures, scores, strict=True)],
            bool,
        ),
        bias=np.array([state.bias for state in kept]),
        variance=np.array([state.inconsistency**2 for state in kept]),
        votes=np.where(is_open_rater, votes_here, [state.votes for state in kept]),
        open_rater=is_open_rater,
        noise=noise,
    )


def _open_item_scores(
    campaign: ScoringCampaign, items: list[ScoredItem], table: VoteTable, recovered: np.ndarray
) -> ItemScores:
    """Figures of the open items, of which the table holds all votes; the other items of the table are left out."""
    by_id = {item.item_id: item for item in items}
    is_open = np.array([item_id in by_id for item_id in table.pictures], bool)
    number = np.cumsum(is_open) - 1
    kept = is_open[table.picture]
    open_ids = [item_id for item_id in table.pictures if item_id in by_id]
    part = VoteTable(open_ids, table.raters, number[table.picture[kept]], table.rater[kept], table.score[kept])
    return item_scores(campaign, [by_id[item_id] for item_id in open_ids], part, recovered[is_open], campaign.spread)
