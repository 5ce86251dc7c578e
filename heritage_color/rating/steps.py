"""Rating: pictures into campaigns, votes into the catalog, votes into opinion scores."""

from dataclasses import dataclass

from heritage_color import db
from heritage_color.rating import simulate as simulation
from heritage_color.rating.campaigns import feeding, lifecycle
from heritage_color.rating.campaigns.voting import vote
from heritage_color.rating.scoring import score
from heritage_color.settings import Settings

__all__ = ["queue", "score", "simulate", "vote"]

queries = db.queries("rating/simulating")
rater_queries = db.queries("rating/campaigns/raters")


@dataclass(frozen=True)
class Queued:
    """A campaign and what it was fed with, see `feeding.Fed`."""

    campaign_id: int
    queued: int
    new: int
    controls: int
    unusable: list[str]
    held_back: int = 0


@dataclass(frozen=True)
class Simulated:
    """How many simulated raters voted, how many votes they have in all, and how many of these are new."""

    raters: int
    votes: int
    new: int


@dataclass(frozen=True)
class Picture:
    """A colorization in a campaign; its checksum names it on every machine."""

    item_id: str
    sha256: str


def queue(settings: Settings, campaign: str, votes_wanted: int | None = None, method: str = "acr") -> Queued:
    """Put what is standing and undecided into a campaign of a method, which is opened where there is none.

    acr: colorizations; acr-hr: these and the true colours of the same photographs; pairs: all pairs of colorizations
    of a photograph; turing: colorizations beside the true colours. `votes_wanted` human votes retire a picture;
    without it a new campaign has the setting of that name. Raises RatingError for a closed campaign, and for one of
    another method.
    """
    terms = {} if votes_wanted is None else {"votes_wanted": votes_wanted}
    opened = lifecycle.open_campaign(settings, campaign, method, **terms)
    return Queued(opened.campaign_id, **vars(feeding.feed(settings, opened)))


def simulate(settings: Settings, campaign: str, raters: int, seed: int = 2020) -> Simulated:
    """Let simulated raters score every colorization of a campaign of scores; all they write is marked as simulated.

    The same raters cast the same votes in every run, so a second run adds nothing.
    """
    with db.connect(settings) as connection:
        pictures = db.records(Picture, queries.campaign_pictures(connection, campaign=campaign))
        ids = [str(simulation.rater_id(campaign, seed, number)) for number in range(raters)]
        table = simulation.scores([picture.sha256 for picture in pictures], raters, seed)
        votes = [
            (str(simulation.vote_key(picture.item_id, ids[number])), picture.item_id, ids[number], int(score))
            for number, line in enumerate(table)
            for picture, score in zip(pictures, line, strict=True)
        ]
        rater_queries.meet_raters(connection, rater_ids=ids)
        keys, items, voters, scores = (list(column) for column in zip(*votes, strict=True)) if votes else ([],) * 4
        new = queries.add_simulated_votes(connection, vote_keys=keys, item_ids=items, rater_ids=voters, scores=scores)
    return Simulated(raters, len(votes), new)
