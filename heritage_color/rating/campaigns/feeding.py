"""Feeding a campaign: ordinary pictures, hidden references, pairs, and the pictures whose answer is known."""

from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import archive, db
from heritage_color.errors import PictureError
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.rating.campaigns import controls
from heritage_color.rating.campaigns.lifecycle import SCALED
from heritage_color.settings import Settings
from heritage_color.store import Store

queries = db.queries("rating/campaigns/feeding")

PAIRS_OF_A_SCAN = 15  # all pairs of six colorizations; further ones are left out, the oldest pairs stay
GOLD, TRAPS = 12, 12  # pictures of each kind in a campaign: a rater of 200 pictures meets 16 of them
TRIES = 4  # pictures looked at for each trap: some have too little colour
TRAPPED, TRUE = (1, 2), (4, 5)  # what an attentive rater answers, of scores
FIRST = (1, 1)  # of pairs and Turing tests: the first


def feed(settings: Settings, campaign: dict) -> dict:
    """Add to an open campaign what its method asks for and what it does not hold yet.

    `{"queued", "new", "controls", "unusable"}`: ordinary pictures that stand, new pictures to score, new control and
    training pictures, and sentences on true colours of which no preview could be made. Run again, it adds nothing.
    """
    unusable = _preview_references(settings) if campaign["method"] in ("acr-hr", "turing") else []
    method = campaign["method"]
    one = {"campaign_id": campaign["campaign_id"]}
    with db.connect(settings) as connection:
        if method == "pairs":
            new = queries.queue_pairs(connection, most=PAIRS_OF_A_SCAN, **one)
        elif method == "turing":
            new = queries.queue_turing(connection, **one)
        else:
            new = queries.queue_undecided(connection, **one)
        if method == "acr-hr":
            new += queries.queue_references(connection, **one)
        queued = queries.count_items(connection, **one)
    made = _make_controls(settings, campaign) if 0 < campaign["control_every"] <= queued else 0
    return {"queued": queued, "new": new, "controls": made, "unusable": unusable}


def _preview_references(settings: Settings, most: int | None = None) -> list[str]:
    """Make previews of true colours that have none, until so many have one; sentences on those that cannot be read."""
    with db.connect(settings) as connection:
        rows = list(queries.references_without_preview(connection, most=most))
    return [sentence for row in rows if (sentence := _preview_reference(settings, row))]


def _preview_reference(settings: Settings, row: dict) -> str:
    store = Store(settings)
    with TemporaryDirectory(prefix="heritage-reference-") as folder:
        source, preview = Path(folder) / Path(row["object_key"]).name, Path(folder) / "preview.jpg"
        store.fetch(settings.archive_bucket, row["object_key"], source)
        try:
            save_preview(open_picture(source), preview)
        except PictureError as error:
            return f"The true colours of scan {row['scan_id']} cannot be shown to raters: {error}"
        key, _, _ = archive.deposit(store, "previews", preview, "image/jpeg", ".jpg")
    with db.connect(settings) as connection:
        queries.keep_reference_preview(connection, scan_id=row["scan_id"], preview_key=key)
    return ""


def _make_controls(settings: Settings, campaign: dict) -> int:
    """What is missing of training, gold and trap pictures; how many are new."""
    made = _gold(settings, campaign) if campaign["method"] == "acr" else 0
    with db.connect(settings) as connection:
        have = queries.count_traps(connection, campaign_id=campaign["campaign_id"])
    for role, wanted in (("training", 1), ("trap", TRAPS)):
        made += _traps(settings, campaign, role, wanted - have[role])
    return made


def _gold(settings: Settings, campaign: dict) -> int:
    """True photographs, where the archive has any: one for training, others as gold."""
    _preview_references(settings, GOLD + 1)
    with db.connect(settings) as connection:
        return queries.queue_gold(
            connection, campaign_id=campaign["campaign_id"], most=GOLD, low=TRUE[0], high=TRUE[1]
        )


def _traps(settings: Settings, campaign: dict, role: str, wanted: int) -> int:
    """So many more pictures with opposite colours, of photographs that have no control or training picture yet."""
    if wanted < 1:
        return 0
    with db.connect(settings) as connection:
        candidates = list(
            queries.trap_candidates(
                connection,
                campaign_id=campaign["campaign_id"],
                needs_reference=campaign["method"] == "turing",
                most=TRIES * wanted,
            )
        )
    made = 0
    for row in candidates:
        made += made < wanted and _trap(settings, campaign, role, row)
    return made


def _trap(settings: Settings, campaign: dict, role: str, row: dict) -> bool:
    """One picture with opposite colours in the campaign; False where its preview is gone or has hardly any colour."""
    key = _write_opposite(Store(settings), row["preview_key"])
    if key is None:
        return False
    low, high = TRAPPED if campaign["method"] in SCALED else FIRST
    with db.connect(settings) as connection:
        added = queries.add_trap(
            connection,
            campaign_id=campaign["campaign_id"],
            role=role,
            colorization_id=row["colorization_id"],
            reference_scan_id=row["scan_id"] if campaign["method"] == "turing" else None,
            altered_key=key,
            low=low,
            high=high,
        )
    return bool(added)


def _write_opposite(store: Store, preview_key: str) -> str | None:
    content = store.read(store.settings.archive_bucket, preview_key)
    if content is None:
        return None
    with TemporaryDirectory(prefix="heritage-trap-") as folder:
        preview, turned = Path(folder) / "preview.jpg", Path(folder) / "turned.jpg"
        preview.write_bytes(content)
        if not controls.write_opposite(preview, turned):
            return None
        return archive.deposit(store, "previews", turned, "image/jpeg", ".jpg")[0]
