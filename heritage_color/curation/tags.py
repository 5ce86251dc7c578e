"""Decisions on the tags that a model proposes for a scan."""

from dataclasses import dataclass

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.settings import Settings

TAG_STATES = ("accepted", "refused")

queries = db.queries("curation")


@dataclass(frozen=True)
class ProposedTag:
    """A tag of a scan as it was decided, else as the newest model proposes it, and how many decisions there were."""

    scan_id: int
    tag: str
    votes: int
    model_sha256: str
    state: str
    decisions: int


def decide_tag(
    settings: Settings, scan_id: int, tag: str, state: str, curator: str, account_id: int | None = None
) -> bool:
    """Accept or refuse a tag that a model proposed for a scan, with its event; False where it stands so already.

    Raises CurationError for another state than accepted or refused, a tag that nobody proposed, or without a curator.
    """
    if state not in TAG_STATES:
        raise CurationError(f"A proposed tag is {' or '.join(TAG_STATES)}, found {state!r}.")
    if not curator.strip():
        raise CurationError("A decision carries the name of its curator.")
    with open_archive(settings) as archive:
        queries.lock_scan(archive.db, scan_id=scan_id)
        proposed = db.record(ProposedTag, queries.find_tag(archive.db, scan_id=scan_id, tag=tag))
        if proposed is None:
            raise CurationError(f"No model proposed the tag {tag!r} for scan {scan_id}.")
        if proposed.state == state:
            return False
        about = {"scan_id": scan_id, "tag": tag, "model_sha256": proposed.model_sha256}
        queries.add_tag_decision(archive.db, state=state, curator=curator.strip(), **about)
        key = Key.TAG.of(scan_id=scan_id, tag=tag, number=proposed.decisions + 1)
        account = {} if account_id is None else {"account_id": account_id}
        detail = {"tag": tag, "votes": proposed.votes, "model_sha256": proposed.model_sha256, **account}
        archive.note(Event(key, EventType.METADATA, curator.strip(), f"tag {state}", detail, scan_id=scan_id))
    return True
