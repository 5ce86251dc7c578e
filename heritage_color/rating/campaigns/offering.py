"""Which campaigns a rater is offered: only such as have a picture for this rater, at a cost that stays the same."""

from dataclasses import dataclass

from heritage_color import db
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/offering")


@dataclass(frozen=True)
class Offered:
    """An open campaign as raters see it: what it shows, and how many pictures it has left for this rater.

    `shown` is the method, or acr-hr where real photographs stand alone among colorized ones.
    """

    campaign_id: int
    shown: str
    left: int


def offered(settings: Settings, rater_id: str | None) -> list[Offered]:
    """Open campaigns with at least one picture that could be handed to this rater now, oldest first.

    `rater_id` is None for a browser that has no pseudonym yet.
    """
    with db.connect(settings) as connection:
        return db.records(Offered, queries.list_offered(connection, rater_id=rater_id))


def last_joined(settings: Settings, rater_id: str | None) -> int | None:
    """Return the open campaign that this rater joined last, None where there is none."""
    with db.connect(settings) as connection:
        campaign_id: int | None = queries.last_joined(connection, rater_id=rater_id)
        return campaign_id


def answers_so_far(settings: Settings, campaign_id: int) -> int:
    """How many answers all people together have given in a campaign."""
    with db.connect(settings) as connection:
        answers: int = queries.count_answers(connection, campaign_id=campaign_id)
        return answers
