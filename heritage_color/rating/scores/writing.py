"""Figures are written to the catalog in chunks, each committed; a row that says the same already stays as it is."""

from dataclasses import asdict, dataclass

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.rating.guarding.rules import rules_of
from heritage_color.rating.scores.figures import (
    CHUNK,
    ItemScores,
    RaterScores,
    Result,
    ScoredItem,
    ScoringCampaign,
    chunks,
)
from heritage_color.rating.scores.pooling import ItemOpinion, pool

queries = db.queries("rating/scores")


@dataclass(frozen=True)
class Revision:
    """How far the votes of a campaign have come, and the moment."""

    revision: int
    moment: str


def revision_of(connection: Connection, campaign_id: int) -> Revision:
    """Return how far a campaign's votes have come."""
    return db.sure_record(Revision, queries.revision_of(connection, campaign_id=campaign_id))


def write_items(connection: Connection, simulated: bool, items: list[ScoredItem], scores: ItemScores) -> int:
    """Write the figures of items, and of the colorizations they show. Returns how many of the latter changed."""
    for chunk in chunks(scores):
        queries.keep_item_scores(connection, simulated=simulated, **chunk)
        connection.commit()
    scored = set(scores.item_ids)
    gone = [item.item_id for item in items if item.item_id not in scored]
    for start in range(0, len(gone), CHUNK):
        queries.drop_item_scores(connection, simulated=simulated, item_ids=gone[start : start + CHUNK])
    new = 0
    ids = sorted({item.colorization_id for item in items if item.role == "ordinary" and item.colorization_id})
    for start in range(0, len(ids), CHUNK):
        new += _write_opinions(connection, simulated, ids[start : start + CHUNK])
        connection.commit()
    return new


def _write_opinions(connection: Connection, simulated: bool, colorization_ids: list[int]) -> int:
    """Write the scores of colorizations over all campaigns. Returns how many changed."""
    rows = queries.item_opinions(connection, simulated=simulated, colorization_ids=colorization_ids)
    opinions = db.records(ItemOpinion, rows)
    gone = sorted(set(colorization_ids) - {opinion.colorization_id for opinion in opinions})
    new: int = queries.drop_opinions(connection, simulated=simulated, colorization_ids=gone) if gone else 0
    if opinions:
        new += queries.keep_scores(connection, simulated=simulated, **vars(pool(opinions)))
    return new


def write_raters(
    connection: Connection, campaign: ScoringCampaign, simulated: bool, raters: RaterScores, drop_others: bool
) -> None:
    """Write the figures of raters; with `drop_others` those of all others of the campaign go."""
    for chunk in chunks(raters):
        queries.keep_rater_scores(connection, campaign_id=campaign.campaign_id, **chunk)
        connection.commit()
    if drop_others:
        queries.drop_rater_scores(
            connection, simulated=simulated, rater_ids=raters.rater_ids, campaign_id=campaign.campaign_id
        )


def keep_result(
    connection: Connection, campaign: ScoringCampaign, simulated: bool, revision: Revision, result: Result
) -> None:
    """Keep what the campaign says as a whole, when and by which rules; of simulated raters only if there are any."""
    if result.votes or not simulated:
        about = {"computed_at": revision.moment, "rules": rules_of(campaign.screening)}
        queries.keep_result(
            connection,
            campaign_id=campaign.campaign_id,
            simulated=simulated,
            votes=result.votes,
            revision=revision.revision,
            result=db.json(asdict(result) | about),
        )
    connection.commit()
