"""The catalog itself: its schema, the fixity of its masters, tags that a model proposes, and counts per stage."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db, progress, tagging
from heritage_color.errors import PictureError
from heritage_color.settings import Settings
from heritage_color.store import Store

AGENT = "heritage-color catalog.audit_fixity"
TITLES = {
    "delivered": "files delivered",
    "accepted": "accepted",
    "refused": "refused",
    "scans": "masters in the archive",
    "not_to_colorize": "not to be colorized",
    "damaged": "masters found damaged",
    "waiting": "waiting for colour",
    "colorized": "colorized",
    "measured": "measured against a truth",
    "queued": "queued for rating",
    "rated": "rated",
    "approved": "approved",
    "published": "published",
}


def migrate(settings: Settings) -> dict:
    """Bring the catalog's schema up to date and make the buckets, where they are absent."""
    applied = db.migrate(settings)
    if settings.s3_endpoint:
        Store(settings).make_buckets()
    return {"applied": applied}


def audit_fixity(settings: Settings, older_than_days: int = 30, byte_budget: int | None = None) -> dict:
    """Re-read masters that were not read for so many days, the longest first, and compare their SHA-256.

    Reads `byte_budget` bytes at most (one master at least). A master that differs or is gone is recorded and
    counted, never repaired: which copy is right is for people to say. Returns `checked`, `intact`, `damaged`, `bytes`.
    """
    counts = {"checked": 0, "intact": 0, "damaged": 0, "bytes": 0}
    budget = settings.fixity_bytes if byte_budget is None else byte_budget
    store = Store(settings)
    with db.connect(settings) as connection:
        due = list(_queries().due_masters(connection, older_than_days=older_than_days, byte_budget=budget))
        for scan in progress.track(due, "re-reading masters", len(due)):
            intact = _audit(store, connection, scan)
            connection.commit()  # what is read so far counts, should the run be killed
            counts["checked"] += 1
            counts["intact" if intact else "damaged"] += 1
            counts["bytes"] += scan["bytes"]
    return counts


def _audit(store: Store, connection, scan: dict) -> bool:
    found = store.digest(store.settings.archive_bucket, scan["object_key"])
    intact = found == scan["sha256"]
    detail = {"object_key": scan["object_key"], "expected": scan["sha256"], "found": found}
    outcome = "intact" if intact else "damaged"
    _queries().record_fixity(connection, scan_id=scan["scan_id"], intact=intact)
    _queries().add_fixity_event(
        connection, scan_id=scan["scan_id"], outcome=outcome, agent=AGENT, detail=db.json(detail)
    )
    return intact


def propose_tags(settings: Settings) -> dict:
    """Propose tags for every scan that the installed tagging model has proposed none for yet, from its preview.

    A few scans at a time, each lot one transaction: killed anywhere, the next run goes on. Scans that are locked
    against colorization, or without a preview, are left alone. Returns `tagged`, and `refused`, those whose preview
    cannot be read. Raises WeightsError where no tagging model is installed.
    """
    model = tagging.installed(settings.weights)
    with db.connect(settings) as connection:
        waiting = _queries().count_untagged(connection, model_sha256=model)
    outcomes: Counter[str] = Counter()
    if waiting:  # else the model need not be loaded
        tagger = tagging.load(settings.weights)
        outcomes.update(progress.track(_tag_all(settings, tagger), "propose tags", waiting))
    return {"tagged": outcomes["tagged"], "refused": outcomes["refused"]}


def _tag_all(settings: Settings, tagger: tagging.Tagger) -> Iterator[str]:
    """What became of each scan, lot by lot in the order of their ids."""
    last = 0
    while True:
        with db.connect(settings) as connection:
            lot = list(
                _queries().claim_untagged(
                    connection, model_sha256=tagger.card["sha256"], after=last, most=settings.claim_size
                )
            )
            outcomes = [_tag(settings, connection, tagger, scan) for scan in lot]
        if not lot:
            return
        last = lot[-1]["scan_id"]
        yield from outcomes


def _tag(settings: Settings, connection, tagger: tagging.Tagger, scan: dict) -> str:
    """Propose tags for one scan: "tagged", or "refused" where its preview is gone or damaged."""
    content = Store(settings).read(settings.archive_bucket, scan["preview_key"])
    if content is None:
        return "refused"
    with TemporaryDirectory(prefix="heritage-tags-") as folder:
        file = Path(folder) / Path(scan["preview_key"]).name
        file.write_bytes(content)
        try:
            proposals = tagger.propose_for(file)
        except PictureError:
            return "refused"
    _record_proposals(connection, scan["scan_id"], tagger.card["sha256"], proposals)
    return "tagged"


def _record_proposals(connection, scan_id: int, model: str, proposals: list[tagging.Proposal]) -> None:
    """The proposals of one scan and their event."""
    this = {"scan_id": scan_id, "model_sha256": model}
    _queries().add_tag_proposals(connection, [this | {"tag": one.tag, "votes": one.votes} for one in proposals])
    votes = {one.tag: one.votes for one in proposals}
    agent = f"{tagging.NAME} {model[:12]}"
    _queries().add_tagging_event(connection, agent=agent, detail=db.json(votes), **this)


def report(settings: Settings) -> dict:
    """Counts per stage, and under `refused_reasons` the refused files by reason code."""
    with db.connect(settings) as connection:
        counts = dict(_queries().stage_counts(connection))
        reasons = {row["code"]: row["files"] for row in _queries().refused_by_reason(connection)}
    return counts | {"refused_reasons": reasons}


def report_text(settings: Settings) -> str:
    """The report as a table of plain lines."""
    counts = report(settings)
    lines = []
    for name, title in TITLES.items():
        lines.append(f"{counts[name]:>8}  {title}")
        if name == "refused":
            lines += [f"{files:>12}  {code}" for code, files in counts["refused_reasons"].items()]
    return "\n".join(lines)


def _queries():
    return db.queries("catalog")
