"""Proposes tags for scans with the tagging model; curators accept or refuse them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, progress
from heritage_color.archive import Archive, checksum_in, open_archive
from heritage_color.errors import DAMAGES
from heritage_color.events import Event, EventType, Key
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.settings import Settings
from heritage_color.tagging import proposing

queries = db.queries("catalog/tags")

STAGE = "tags"


@dataclass(frozen=True)
class Tagged:
    """How many scans got proposals, and how many were set aside, as their preview cannot be read."""

    tagged: int
    refused: int


@dataclass(frozen=True)
class Untagged:
    """A scan that the model has proposed nothing for."""

    scan_id: int
    preview_key: ObjectKey


def propose_tags(settings: Settings) -> Tagged:
    """Propose tags for every scan that the installed tagging model has proposed none for yet, from its preview.

    A few scans at a time, each lot one transaction: killed anywhere, the next run goes on. Scans that are locked
    against colorization, or without a preview, are left alone; one whose preview cannot be read is set aside, and
    tried again in the next run. Raises WeightsError where no tagging model is installed.
    """
    model = proposing.installed(settings.weights)
    with db.connect(settings) as connection:
        waiting = queries.count_untagged(connection, model_sha256=model)
    outcomes: Counter[str] = Counter()
    if waiting:  # else the model need not be loaded
        tagger = proposing.load_tagger(settings.weights)
        outcomes.update(progress.track(tag_all(settings, tagger), "propose tags", waiting))
    return Tagged(outcomes["tagged"], outcomes["refused"])


def tag_all(settings: Settings, tagger: proposing.Tagger) -> Iterator[str]:
    """Yield what became of each scan, "tagged" or "refused", lot by lot in the order of their ids."""
    last, model = 0, tagger.sha256
    while True:
        with open_archive(settings) as archive:
            claimed = queries.claim_untagged(archive.db, model_sha256=model, after=last, most=settings.claim_size)
            lot = db.records(Untagged, claimed)
            outcomes = [_tag(archive, tagger, scan) for scan in lot]
        if not lot:
            return
        last = lot[-1].scan_id
        yield from outcomes


def _tag(archive: Archive, tagger: proposing.Tagger, scan: Untagged) -> str:
    """Propose tags for one scan: "tagged", or "refused" where its preview is gone or damaged."""
    with TemporaryDirectory(prefix="heritage-tags-") as folder:
        try:
            preview = archive.file(scan.preview_key, checksum_in(scan.preview_key), Path(folder))
            proposals = tagger.propose_for(preview)
        except DAMAGES as error:
            archive.set_aside(STAGE, error, scan.scan_id)
            return "refused"
    _record_proposals(archive, scan.scan_id, tagger.sha256, proposals)
    archive.take_up(STAGE, scan.scan_id)
    return "tagged"


def _record_proposals(archive: Archive, scan_id: int, model: Sha256, proposals: list[proposing.Proposal]) -> None:
    """Write the proposals of one scan and their event."""
    of_scan = {"scan_id": scan_id, "model_sha256": model}
    rows = [of_scan | {"tag": proposal.tag, "votes": proposal.votes} for proposal in proposals]
    queries.add_tag_proposals(archive.db, rows)
    archive.note(
        Event(
            Key.TAGS_PROPOSED.of(**of_scan),
            EventType.METADATA,
            f"{proposing.NAME} {model[:12]}",
            "tags proposed",
            {proposal.tag: proposal.votes for proposal in proposals},
            scan_id=scan_id,
        )
    )
