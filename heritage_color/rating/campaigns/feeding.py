"""Feeding a campaign: ordinary pictures, hidden references, pairs, and the pictures whose answer is known."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.errors import DAMAGES
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.rating.campaigns import controls
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.methods import SCALED
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/feeding")

STAGE = "rating"  # under which the catalog keeps what is set aside here
PAIRS_OF_A_SCAN = 15  # all pairs of six colorizations; further ones are left out, the oldest pairs stay
GOLD, TRAPS = 12, 12  # pictures of each kind in a campaign: a rater of 200 pictures meets 16 of them
TRIES = 4  # pictures looked at for each trap: some have too little colour
TRAPPED, TRUE = (1, 2), (4, 5)  # what an attentive rater answers, of scores
FIRST = (1, 1)  # of pairs and Turing tests: the first


@dataclass(frozen=True)
class Fed:
    """What a campaign holds, and what it was given.

    `queued` counts the ordinary pictures that stand, `new` the new pictures to score, `controls` the new control and
    training pictures. `unusable` has a sentence for each picture that could not be shown because it is damaged.
    `held_back` counts the undecided pictures that the model is too unsure of: no rater is asked about them.
    """

    queued: int
    new: int
    controls: int
    unusable: list[str]
    held_back: int = 0


@dataclass(frozen=True)
class Reference:
    """True colours of a scan that have no preview yet."""

    scan_id: int
    object_key: ObjectKey
    sha256: Sha256


@dataclass(frozen=True)
class Candidate:
    """A picture of a campaign that may become a trap."""

    colorization_id: int
    scan_id: int
    preview_key: ObjectKey


@dataclass(frozen=True)
class Traps:
    """How many pictures with opposite colours a campaign holds, for training and as traps."""

    training: int
    trap: int


def feed(settings: Settings, campaign: Campaign) -> Fed:
    """Add to an open campaign what its method asks for and what it does not hold yet. Run again, it adds nothing.

    A picture whose file is missing, damaged or too large for this machine is set aside with its sentence. It stops
    nobody, and is tried again in the next run.
    """
    with open_archive(settings) as archive:
        unusable = _preview_references(archive) if campaign.method in ("acr-hr", "turing") else []
        new = _queue(archive, campaign)
        queued: int = queries.count_items(archive.db, campaign_id=campaign.campaign_id)
        archive.db.commit()
        made = _make_controls(archive, campaign, unusable) if 0 < campaign.control_every <= queued else 0
        return Fed(queued, new, made, unusable, queries.count_held_back(archive.db))


def _queue(archive: Archive, campaign: Campaign) -> int:
    """Add the pictures to score. Returns how many are new."""
    if campaign.method == "pairs":
        return int(queries.queue_pairs(archive.db, most=PAIRS_OF_A_SCAN, campaign_id=campaign.campaign_id))
    if campaign.method == "turing":
        return int(queries.queue_turing(archive.db, campaign_id=campaign.campaign_id))
    new: int = queries.queue_undecided(archive.db, campaign_id=campaign.campaign_id)
    if campaign.method == "acr-hr":
        new += queries.queue_references(archive.db, campaign_id=campaign.campaign_id)
    return new


def _preview_references(archive: Archive, most: int | None = None) -> list[str]:
    """Make previews of true colours that have none, until `most` have one.

    Returns a sentence on each that cannot be read.
    """
    rows = db.records(Reference, queries.references_without_preview(archive.db, most=most))
    archive.db.commit()  # no transaction stays open while pictures are read
    unusable = []
    for reference in rows:
        try:
            key = _preview(archive, reference)
        except DAMAGES as error:
            sentence = archive.set_aside(STAGE, error, reference.scan_id)
            unusable.append(f"The true colours of scan {reference.scan_id} cannot be shown to raters: {sentence}")
        else:
            queries.keep_reference_preview(archive.db, scan_id=reference.scan_id, preview_key=key)
            archive.take_up(STAGE, reference.scan_id)
        archive.db.commit()
    return unusable


def _preview(archive: Archive, reference: Reference) -> ObjectKey:
    with TemporaryDirectory(prefix="heritage-reference-") as folder:
        preview = Path(folder) / "preview.jpg"
        source = archive.file(reference.object_key, reference.sha256, Path(folder))
        save_preview(open_picture(source), preview)
        return archive.deposit("previews", preview, "image/jpeg", ".jpg").key


def _make_controls(archive: Archive, campaign: Campaign, unusable: list[str]) -> int:
    """Make the training, gold and trap pictures that are missing; how many are new. Adds sentences to `unusable`."""
    made = 0
    if campaign.method == "acr":
        unusable += _preview_references(archive, GOLD + 1)
        made += _queue_gold(archive, campaign)
    held = db.sure_record(Traps, queries.count_traps(archive.db, campaign_id=campaign.campaign_id))
    for role, missing in (("training", 1 - held.training), ("trap", TRAPS - held.trap)):
        made += _add_traps(archive, campaign, role, missing, unusable)
    return made


def _queue_gold(archive: Archive, campaign: Campaign) -> int:
    """Add true photographs, where the archive has any: one for training, others as gold. Returns how many are new."""
    low, high = TRUE
    new: int = queries.queue_gold(archive.db, campaign_id=campaign.campaign_id, most=GOLD, low=low, high=high)
    archive.db.commit()
    return new


def _add_traps(archive: Archive, campaign: Campaign, role: str, missing: int, unusable: list[str]) -> int:
    """Add the missing pictures with opposite colours, of photographs that have no control or training picture yet."""
    if missing < 1:
        return 0
    needs_reference = campaign.method == "turing"
    rows = queries.trap_candidates(
        archive.db, campaign_id=campaign.campaign_id, needs_reference=needs_reference, most=TRIES * missing
    )
    made = 0
    for candidate in db.records(Candidate, rows):
        if made == missing:
            break
        try:
            made += _add_trap(archive, campaign, role, candidate)
            archive.take_up(STAGE, candidate.scan_id, candidate.colorization_id)
        except DAMAGES as error:
            sentence = archive.set_aside(STAGE, error, candidate.scan_id, candidate.colorization_id)
            unusable.append(f"Colorization {candidate.colorization_id} cannot become a control picture: {sentence}")
        archive.db.commit()
    return made


def _add_trap(archive: Archive, campaign: Campaign, role: str, candidate: Candidate) -> bool:
    """Add one picture with opposite colours. False where it has hardly any colour."""
    key = _opposite(archive, candidate.preview_key)
    if key is None:
        return False
    low, high = TRAPPED if campaign.method in SCALED else FIRST
    added = queries.add_trap(
        archive.db,
        campaign_id=campaign.campaign_id,
        role=role,
        colorization_id=candidate.colorization_id,
        reference_scan_id=candidate.scan_id if campaign.method == "turing" else None,
        altered_key=key,
        low=low,
        high=high,
    )
    return bool(added)


def _opposite(archive: Archive, preview_key: ObjectKey) -> ObjectKey | None:
    """Store a preview in opposite colours. Returns its key, None where the difference would hardly be seen."""
    with TemporaryDirectory(prefix="heritage-trap-") as folder:
        preview, turned = Path(folder) / "preview.jpg", Path(folder) / "turned.jpg"
        preview.write_bytes(archive.read(preview_key))
        if not controls.write_opposite(preview, turned):
            return None
        return archive.deposit("previews", turned, "image/jpeg", ".jpg").key
