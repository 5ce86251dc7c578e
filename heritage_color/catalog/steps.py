"""The catalog itself: its schema, the fixity of what is stored, tombstones, proposed tags, and counts per stage."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import archive, db, progress, tagging
from heritage_color.catalog import fixity
from heritage_color.errors import CurationError, FixityError, PictureError, ServiceError
from heritage_color.settings import Settings
from heritage_color.store import Store

AGENT, REPAIRER = "heritage-color catalog.audit_fixity", "heritage-color catalog.repair"
BATCH = 200  # objects due that are held in memory at once
TITLES = {
    "delivered": "files delivered",
    "accepted": "accepted",
    "refused": "refused",
    "owed": "still owed: refused or missing, and not replaced",
    "scans": "masters in the archive",
    "withdrawn": "withdrawn, their tombstones kept",
    "not_to_colorize": "not to be colorized",
    "alike": "pairs that look alike and wait for a curator",
    "damaged": "stored objects found damaged",
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
    """Re-read masters, colour references and colorizations, the longest unread first, and compare their SHA-256.

    Reads what was not read for so many days, `byte_budget` bytes at most (one object at least). What lies in the
    place of a damaged object is copied to `quarantine/`, the object marked and an event written; nothing is repaired
    unasked. Returns `checked`, `intact`, `damaged`, `bytes`.
    """
    counts = {"checked": 0, "intact": 0, "damaged": 0, "bytes": 0}
    budget = settings.fixity_bytes if byte_budget is None else byte_budget
    store = Store(settings)
    with db.connect(settings) as connection:
        for item in progress.track(_due(connection, older_than_days, budget), "re-reading"):
            intact = _audit(store, connection, item)
            connection.commit()  # what is read so far counts, should the run be killed
            counts["checked"] += 1
            counts["intact" if intact else "damaged"] += 1
            counts["bytes"] += item["bytes"]
    return counts


def _due(connection, older_than_days: int, budget: int) -> Iterator[dict]:
    """Objects to read, batch by batch: whoever takes one records its check before the next is asked for."""
    when = {"started": _queries().audit_started(connection), "older_than_days": older_than_days, "most": BATCH}
    first = True
    while batch := list(_queries().due_objects(connection, **when, byte_budget=budget, first=first)):
        yield from batch
        budget, first = budget - sum(item["bytes"] for item in batch), False


def _audit(store: Store, connection, item: dict) -> bool:
    found = store.digest(store.settings.archive_bucket, item["object_key"])
    intact = found == item["sha256"]
    detail = {"object_key": item["object_key"], "expected": item["sha256"], "found": found}
    if not intact:
        detail["quarantine_key"] = _set_aside(store, connection, item, found)
    _record(connection, item, intact, detail)
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


def _record(connection, item: dict, intact: bool, detail: dict) -> None:
    """The object's mark and the event of its reading."""
    which = {"kind": item["kind"], "row_id": item["row_id"]}
    outcome = "intact" if intact else "damaged"
    _queries().record_fixity(connection, **which, intact=intact)
    _queries().add_fixity_event(
        connection, **which, scan_id=item["scan_id"], outcome=outcome, agent=AGENT, detail=db.json(detail)
    )


def _set_aside(store: Store, connection, item: dict, found: str) -> str | None:
    """Copy what lies in a damaged object's place to `quarantine/`; its key there, None where nothing can be read."""
    if found in ("nothing", "unreadable"):
        return None
    with TemporaryDirectory(prefix="heritage-") as folder:
        file = store.fetch(store.settings.archive_bucket, item["object_key"], Path(folder) / "found")
        key, found, _ = archive.deposit(store, "quarantine", file, "application/octet-stream")
    detail = {"object_key": item["object_key"], "expected": item["sha256"], "found": found, "quarantine_key": key}
    _event(connection, item, "quarantine", found, AGENT, "damaged", detail)
    return key


def _event(connection, item: dict, kind: str, act: str, agent: str, outcome: str, detail: dict) -> None:
    _queries().add_event(
        connection,
        event_key=f"{kind}:{item['object_key']}:{act}",
        event_type=kind,
        agent=agent,
        outcome=outcome,
        detail=db.json(detail),
        scan_id=item["scan_id"],
        colorization_id=item["row_id"] if item["kind"] == "colorization" else None,
    )


def raise_alarm(settings: Settings) -> dict:
    """Raise FixityError where stored objects stand damaged, or were not read for 90 days; else the state of fixity."""
    with db.connect(settings) as connection:
        damaged = list(_queries().damaged_objects(connection))
        state = _fixity(connection)
    sentence = fixity.alarm(damaged, state, settings.fixity_bytes)
    if sentence:
        raise FixityError(sentence)
    return {"objects": state["objects"], "damaged": 0}


def repair(settings: Settings) -> dict:
    """Put good copies from the second store in the place of all that stands damaged: `damaged`, `repaired`, `left`.

    `left` holds a sentence for each object that the second store could not give. A copy is verified before and after
    it is stored; what it replaces is kept under `quarantine/`. Raises ServiceError where no second store is set.
    """
    if not settings.second_endpoint:
        raise ServiceError("No second store is configured: set HERITAGE_SECOND_ENDPOINT and the bucket with copies.")
    store, second = Store(settings), Store(second_of(settings))
    with db.connect(settings) as connection:
        damaged = list(_queries().damaged_objects(connection))
        left = [
            _repair(store, second, connection, item) for item in progress.track(damaged, "repairing", len(damaged))
        ]
    sentences = [sentence for sentence in left if sentence]
    return {"damaged": len(damaged), "repaired": len(damaged) - len(sentences), "left": sentences}


def second_of(settings: Settings) -> Settings:
    """Settings whose archive bucket is the second store's."""
    return replace(
        settings,
        s3_endpoint=settings.second_endpoint,
        s3_region=settings.second_region,
        s3_access_key=settings.second_access_key,
        s3_secret_key=settings.second_secret_key,
        archive_bucket=settings.second_bucket,
    )


def _repair(store: Store, second: Store, connection, item: dict) -> str:
    """The sentence that says why an object could not be repaired; empty where it is whole again."""
    key, sha256 = item["object_key"], item["sha256"]
    found = store.digest(store.settings.archive_bucket, key)
    if found != sha256:
        _set_aside(store, connection, item, found)
        with TemporaryDirectory(prefix="heritage-") as folder:
            try:
                good = archive.retrieve(second, key, sha256, Path(folder) / "good")
            except FixityError as error:
                return f"{item['identifier']}, {item['kind']}: {second.settings.s3_endpoint} has no good copy. {error}"
            store.restore(store.settings.archive_bucket, key, good, item["media_type"])
        store.verify(store.settings.archive_bucket, key, sha256)
        detail = {"object_key": key, "sha256": sha256, "source": second.settings.s3_endpoint}
        _event(connection, item, "replication", f"{datetime.now(UTC):%Y-%m-%d}", REPAIRER, "restored", detail)
    _record(connection, item, True, {"object_key": key, "expected": sha256, "found": sha256})
    connection.commit()
    return ""


def withdraw(settings: Settings, identifier: str, reason: str, by: str) -> dict:
    """Put a tombstone in the place of a scan: closed for colour, taken from the public, its identifier kept for ever.

    The stored bytes stay. `{"scan_id", "new"}`; a scan that is withdrawn already keeps its first reason and date.
    Raises CurationError for an unknown identifier, or without a reason or a name.
    """
    reason, by = reason.strip(), by.strip()
    if not reason or not by:
        raise CurationError("A withdrawal carries a reason, which the public reads, and the name of who decided it.")
    with db.connect(settings) as connection:
        scan = _queries().scan_by_identifier(connection, identifier=identifier)
        if scan is None:
            raise CurationError(f"The archive holds nothing with the identifier {identifier}.")
        new = _queries().withdraw_scan(connection, scan_id=scan["scan_id"], reason=reason, by=by)
        if new:
            archive.keep_record(Store(settings), scan["sha256"], "withdrawal", {"reason": reason, "by": by})
            _record_withdrawal(connection, scan["scan_id"], reason, by)
    return {"scan_id": scan["scan_id"], "new": new}


def _record_withdrawal(connection, scan_id: int, reason: str, by: str) -> None:
    _queries().add_event(
        connection,
        event_key=f"deaccession/scan/{scan_id}",
        event_type="deaccession",
        agent=by,
        outcome="withdrawn",
        detail=db.json({"reason": reason}),
        scan_id=scan_id,
        colorization_id=None,
    )


def report(settings: Settings) -> dict:
    """Counts per stage; under `refused_reasons` the refused files by reason code, under `fixity` its state."""
    with db.connect(settings) as connection:
        counts = dict(_queries().stage_counts(connection))
        reasons = {row["code"]: row["files"] for row in _queries().refused_by_reason(connection)}
        state = _fixity(connection)
    return counts | {"refused_reasons": reasons, "fixity": state}


def _fixity(connection) -> dict:
    return fixity.state(_queries().fixity_state(connection, days=fixity.DAYS))


def report_text(settings: Settings) -> str:
    """The report as a table of plain lines."""
    counts = report(settings)
    lines = []
    for name, title in TITLES.items():
        lines.append(f"{counts[name]:>8}  {title}")
        if name == "refused":
            lines += [f"{files:>12}  {code}" for code, files in counts["refused_reasons"].items()]
    return "\n".join(lines + fixity.as_lines(counts["fixity"], settings.fixity_bytes))


def _queries():
    return db.queries("catalog")
