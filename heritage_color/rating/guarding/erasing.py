"""A rater's right to be forgotten: every row about them goes, and only their number of votes is remembered."""

import uuid

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")
rater_queries = db.queries("rating/campaigns/raters")

THEMSELVES = "a rater"


def forget(settings: Settings, rater_id: str | uuid.UUID, by: str = THEMSELVES) -> dict:
    """Remove a rater's votes and everything about them; `{"votes", "pictures"}` that lost one.

    One transaction: the votes, their participations, reservations, skips and network activity, and the pseudonym.
    What is left is an event that says how many votes were erased by whose hand, not whose they were. Pictures that had
    votes enough come back; the triggers of the catalog mark what lost a vote, and the next scoring computes it anew. A
    second call finds nothing and changes nothing. Older exports of the catalog still hold the votes
    (docs/preservation.md). Raises RatingError, `id-invalid`, for no id.
    """
    rater = _uuid(rater_id)
    with db.connect(settings) as connection:
        if not rater_queries.lock_rater_to_erase(connection, rater_id=rater):
            return {"votes": 0, "pictures": 0}
        erased = list(queries.erase_votes(connection, rater_id=rater))
        pictures = list({row["item_id"] for row in erased})
        queries.reopen_items(connection, item_ids=pictures)
        queries.erase_rater(connection, rater_id=rater)
        detail = {"votes": len(erased), "sentence": f"The votes of a rater were erased: {len(erased)}."}
        queries.add_erasure_event(connection, agent=by, detail=db.json(detail))
    return {"votes": len(erased), "pictures": len(pictures)}


def _uuid(value: str | uuid.UUID) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise RatingError(
            "id-invalid", f"A rater's id looks like {uuid.UUID(int=0)}, found {str(value)[:40]!r}."
        ) from error
