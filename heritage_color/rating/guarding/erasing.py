"""A rater's right to be forgotten: every row about them goes, and only their number of votes is remembered."""

import uuid
from dataclasses import dataclass

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.errors import RatingError
from heritage_color.events import Event, EventType, Key
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")
rater_queries = db.queries("rating/campaigns/raters")

THEMSELVES = "a rater"


@dataclass(frozen=True)
class Erased:
    """How many votes went, and how many pictures lost one."""

    votes: int
    pictures: int


def forget(settings: Settings, rater_id: str | uuid.UUID, by: str = THEMSELVES) -> Erased:
    """Remove a rater's votes and everything about them.

    One transaction: the votes, their participations, reservations, skips and network activity, and the pseudonym.
    What is left is an event that says how many votes were erased by whose hand, not whose they were. Pictures that had
    votes enough come back; the triggers of the catalog mark what lost a vote, and the next scoring computes it anew. A
    second call finds nothing and changes nothing. Older exports of the catalog still hold the votes
    (docs/preservation.md). Raises RatingError, `id-invalid`, for no id.
    """
    rater = _uuid(rater_id)
    with open_archive(settings) as archive:
        if not rater_queries.lock_rater_to_erase(archive.db, rater_id=rater):
            return Erased(0, 0)
        items = [row["item_id"] for row in queries.erase_votes(archive.db, rater_id=rater)]
        pictures = list(set(items))
        queries.reopen_items(archive.db, item_ids=pictures)
        queries.erase_rater(archive.db, rater_id=rater)
        detail = {"votes": len(items), "sentence": f"The votes of a rater were erased: {len(items)}."}
        archive.note(Event(Key.ERASURE.of(uuid=uuid.uuid4()), EventType.METADATA, by, "erased", detail))
    return Erased(len(items), len(pictures))


def _uuid(value: str | uuid.UUID) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise RatingError(
            "id-invalid", f"A rater's id looks like {uuid.UUID(int=0)}, found {str(value)[:40]!r}."
        ) from error
