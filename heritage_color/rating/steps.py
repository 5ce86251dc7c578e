"""Rating: pictures into campaigns, votes into the catalog, votes into opinion scores."""

from heritage_color import db
from heritage_color.rating import simulate as simulation
from heritage_color.rating.campaigns import feeding, lifecycle
from heritage_color.rating.campaigns.voting import SCALE as SCALE
from heritage_color.rating.campaigns.voting import vote as vote
from heritage_color.rating.scoring import score as score
from heritage_color.settings import Settings

queries = db.queries("rating/simulating")
rater_queries = db.queries("rating/campaigns/raters")

QUESTION = lifecycle.QUESTIONS["acr"]


def queue(settings: Settings, campaign: str, votes_wanted: int | None = None, method: str = "acr") -> dict:
    """Put what is standing and undecided into a campaign of a method, which is opened where there is none.

    acr: colorizations; acr-hr: these and the true colours of the same photographs; pairs: all pairs of colorizations
    of a photograph; turing: colorizations beside the true colours. `votes_wanted` human votes retire a picture;
    without it a new campaign has the setting of that name. Returns `campaign_id` and what `feeding.feed` counts.
    Raises RatingError for a closed campaign, and for one of another method.
    """
    given = {} if votes_wanted is None else {"votes_wanted": votes_wanted}
    found = lifecycle.open_campaign(settings, campaign, method, **given)
    return {"campaign_id": found["campaign_id"]} | feeding.feed(settings, found)


def simulate(settings: Settings, campaign: str, raters: int, seed: int = 2020) -> dict:
    """Let simulated raters score every colorization of a campaign of scores; all they write is marked as simulated.

    The same raters cast the same votes in every run, so a second run adds nothing.
    """
    with db.connect(settings) as connection:
        pictures = list(queries.campaign_pictures(connection, campaign=campaign))
        ids = [str(simulation.rater_id(campaign, seed, number)) for number in range(raters)]
        table = simulation.scores([row["sha256"] for row in pictures], raters, seed)
        votes = [
            (str(simulation.vote_key(row["item_id"], ids[number])), row["item_id"], ids[number], int(given))
            for number, line in enumerate(table)
            for row, given in zip(pictures, line, strict=True)
        ]
        rater_queries.meet_raters(connection, rater_ids=ids)
        keys, items, voters, scores = (list(column) for column in zip(*votes, strict=True)) if votes else ([],) * 4
        new = queries.add_simulated_votes(connection, vote_keys=keys, item_ids=items, rater_ids=voters, scores=scores)
    return {"raters": raters, "votes": len(votes), "new": new}
