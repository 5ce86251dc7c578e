"""Votes into scores, campaign by campaign: what changed since the last run, or everything anew."""

from dataclasses import dataclass

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.rating.guarding.screening import screen
from heritage_color.rating.methods import SCALED
from heritage_color.rating.scores.choices import score_choices
from heritage_color.rating.scores.figures import ScoringCampaign
from heritage_color.rating.scores.scaled import score_scaled
from heritage_color.settings import Settings

queries = db.queries("rating/scores")
campaign_queries = db.queries("rating/campaigns/lifecycle")
moments = db.queries("rating/moments")

REFINE_FROM = 50_000  # votes of a campaign; below, solving anew takes a second or two


@dataclass(frozen=True)
class Scored:
    """What a run did: pictures scored, opinion scores of colorizations that changed, and raters whose votes screening
    set aside or brought back."""

    scored: int = 0
    new: int = 0
    screened: int = 0
    restored: int = 0


def score(settings: Settings, full: bool = False, refine_from: int = REFINE_FROM) -> Scored:
    """Screen the raters and compute the scores of every campaign whose votes have changed; with `full`, of all.

    People's and simulated votes are scored apart. In a campaign of `refine_from` votes or more only pictures with new
    votes are scored, and the others' scores stand (`refining`). There is one run at a time; after a run that was
    killed, the next one goes on from what was committed.
    """
    total = Scored()
    with db.connect(settings, own=True) as connection:
        queries.lock_scoring(connection)  # ends with the connection
        for campaign in db.records(ScoringCampaign, queries.campaigns_to_score(connection, all=full)):
            connection.commit()
            screened = screen(connection, campaign, full)
            scored, new = _score_campaign(connection, campaign, full, refine_from)
            total = Scored(
                scored=total.scored + scored,
                new=total.new + new,
                screened=total.screened + screened.screened,
                restored=total.restored + screened.restored,
            )
    return total


def _score_campaign(
    connection: Connection, campaign: ScoringCampaign, full: bool, refine_from: int
) -> tuple[int, int]:
    """Pictures scored, and opinion scores that changed."""
    scored = new = 0
    for simulated in (True, False):  # that of people last: its result says that the campaign is done
        if campaign.method in SCALED:
            counts = score_scaled(connection, campaign, simulated, None if full else refine_from)
        else:
            counts = score_choices(connection, campaign, simulated), 0
        scored, new = scored + counts[0], new + counts[1]
    moments.lock_counts(connection)
    campaign_queries.apply_retirement(connection, campaign_id=campaign.campaign_id)
    connection.commit()
    return scored, new
