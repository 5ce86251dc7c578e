"""Where an approval takes two curators."""

from dataclasses import dataclass
from datetime import datetime

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.settings import Settings

queries = db.queries("curation")


@dataclass(frozen=True)
class FourEyes:
    """A collection whose approvals take two curators (the empty name: all), and who asked for that when."""

    collection: str
    asked_by: str
    asked_at: datetime


def ask_for_four_eyes(
    settings: Settings, collection: str, asked: bool, by: str, account_id: int | None = None
) -> bool:
    """Let approvals in a collection (empty: in all) take two curators, or one again; False where that was so.

    Decisions that were taken before keep their effect.
    """
    if not by.strip():
        raise CurationError("A rule of approval carries the name of whoever made it.")
    with open_archive(settings) as archive:
        if asked:
            who = {"asked_by": by.strip(), "account_id": account_id}
            since = queries.ask_for_four_eyes(archive.db, collection=collection, **who)
        else:
            since = queries.end_four_eyes(archive.db, collection=collection)
        if since is None:
            return False
        outcome = "asked for" if asked else "ended"
        key = Key.FOUR_EYES.of(collection=collection, outcome=outcome, since=since.isoformat())
        detail = {"collection": collection or "all", "account_id": account_id}
        archive.note(Event(key, EventType.METADATA, by.strip(), f"four eyes {outcome}", detail))
    return True


def list_four_eyes(settings: Settings) -> list[FourEyes]:
    """Return where approvals take two curators."""
    with db.connect(settings) as connection:
        return db.records(FourEyes, queries.list_four_eyes(connection))
