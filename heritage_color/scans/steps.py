"""Takes deliveries in: masters into the archive bucket first, then their rows, one transaction per file."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import archive, db, progress
from heritage_color.errors import DeliveryError, HeritageError, PictureError
from heritage_color.images import likeness
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.scans.arrival import inbox, receiving, virus
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.check import examine
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.isolating import Isolated, told
from heritage_color.scans.reporting import rework, signing
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered, Report
from heritage_color.scans.uploading import uploads
from heritage_color.settings import Settings
from heritage_color.store import Store, free_bytes

AGENT = "heritage-color scans.ingest"
AGAIN = "It is tried again after an hour, or when it changes; nothing of it is lost."
SPARE_BYTES = 200 * 2**20  # left free for previews, records and the catalog
ALREADY_COLOUR = "The picture is already in colour."
DESCRIBED = ("title", "creator", "place", "rights", "description")


def ingest(settings: Settings, delivery: Path | str) -> dict:
    """Check a delivery of any shape and take in what passes. Refused files are kept under `quarantine/`.

    Can be killed anywhere and run again; a delivery that was taken in before is recognised by its fingerprint.
    Returns counts: `delivery_id`, `files`, `accepted` (`duplicates` among them), `refused`, and `new`, the objects
    and rows that this run added. Raises DeliveryError where there is no delivery, or no space for it.
    """
    return take_in(settings, delivery)[1]


def take_in(settings: Settings, delivery: Path | str) -> tuple[Report, dict]:
    """The report on a delivery, and the counts of `ingest`, which see."""
    with receiving.receive(settings, delivery) as received:
        check_services(settings)
        report = examine(received, settings)
        report.space = check_space(settings, *space_needed(report.pictures))
        with db.connect(settings, own=True) as connection:
            intake = Intake.open(connection, settings, report, received)
            if not intake.finished():
                intake.run()
            report.debts = rework.read(connection, intake.delivery_id)
            report.signed = signing.read(connection, intake.delivery_id)
            return report, intake.counts()


def check_services(settings: Settings) -> None:
    """Raise ServiceError where catalog or bucket are not ready: told at once, not after hours of decoding."""
    db.check(settings)
    Store(settings).check_bucket(settings.archive_bucket)


def look_at_inbox(settings: Settings) -> list[str]:
    """Addresses of the deliveries in the watched places that are whole and were not taken in yet.

    A delivery is whole when its .done is there, or when it has not changed for HERITAGE_INBOX_QUIET_SECONDS between
    two looks. Uploads that were handed in are among them.
    """
    uploads.settle_all(settings)
    seen = list(inbox.look(settings))
    with db.connect(settings) as connection:
        queries().forget_gone_entries(connection, sources=[_text(one.source) for one in seen])
        return [one.source for one in seen if _is_whole(connection, settings, one)]


def _is_whole(connection, settings: Settings, one: inbox.Seen) -> bool:
    quiet = {"marked": one.marked, "quiet_seconds": settings.inbox_quiet_seconds}
    return queries().note_look(connection, source=_text(one.source), signature=one.signature, **quiet)


def take_from_inbox(settings: Settings, source: str) -> dict:
    """Take in a delivery of a watched place, and leave its report beside it. Counts as `ingest`.

    Whatever goes wrong, a sentence is left beside it, and the error raised: DeliveryError where the delivery cannot be
    taken in as it is, another where that is no fault of its supplier's.
    """
    try:
        counts, text = _take_entry(settings, source)
    except DeliveryError as error:
        inbox.leave_report(settings, source, f"{error}\n")
        with db.connect(settings) as connection:
            queries().entry_refused(connection, source=_text(source), refusal=_text(str(error)))
        raise
    except Exception as error:
        why = str(error) if isinstance(error, HeritageError) else f"The archive met a fault of its own: {told(error)}."
        inbox.leave_report(settings, source, f"Not taken in yet. {why} {AGAIN}\n")
        raise
    inbox.leave_report(settings, source, text)
    return counts


def _take_entry(settings: Settings, source: str) -> tuple[dict, str]:
    """Counts as `ingest`, and the text that is left beside the delivery."""
    with db.connect(settings) as connection:
        signature = queries().try_entry(connection, source=_text(source))
    report, counts = take_in(settings, source)
    with db.connect(settings) as connection:
        facts = {"delivery_id": counts["delivery_id"], "signature": signature}
        queries().entry_taken_in(connection, source=_text(source), **facts)
    taken = f"Taken in as delivery {counts['delivery_id']}."
    return counts, f"{report.as_text(most_shown=None)}\n\n{taken}\n"


def space_needed(pictures: Iterable[Delivered]) -> tuple[int, int]:
    """Bytes of what is delivered, and the most that colorizations of it take: RGB in the scan's depth, not packed."""
    delivered = list(pictures)
    scans = [file.picture for file in delivered if file.accepted and file.role == "scan" and file.picture]
    colour = [3 * scan.width * scan.height * (2 if scan.bits > 8 else 1) for scan in scans if not scan.colour]
    return sum(file.bytes for file in delivered), sum(colour)


def check_space(settings: Settings, masters: int, colorizations: int = 0) -> str:
    """Compare so many bytes with the free ones where the objects lie; a sentence where nobody tells of those, else "".

    Raises DeliveryError where they do not fit.
    """
    free = free_bytes(settings)
    if free is None:
        why = f"{settings.s3_status} does not tell it" if settings.s3_status else "HERITAGE_S3_STATUS is not set"
        return f"Free space at the store was not looked at: {why}."
    if free < masters + colorizations + SPARE_BYTES:
        parts = f"masters {masters / 1e9:.2f}, colorizations {colorizations / 1e9:.2f} at most"
        needed = f"{(masters + colorizations) / 1e9:.2f} GB ({parts})"
        raise DeliveryError(
            f"The delivery needs {needed}, and only {free / 1e9:.2f} GB are free where the archive lies. Make room, "
            "and run again."
        )
    return ""


@dataclass
class Intake:
    """One run that takes in one delivery. `new` counts the objects and rows it has added."""

    connection: object
    store: Store
    report: Report
    delivery_id: int
    delivery: dict
    workers: Workers
    new: int = 0
    taken: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, connection, settings: Settings, report: Report, received: Received) -> "Intake":
        """Find or make the delivery's row, and wait until no other run takes it in."""
        facts = {"name": report.name, "source": received.source, "fingerprint": report.fingerprint}
        facts = {name: _text(value) for name, value in facts.items()}
        bag_info = db.json([[_text(label), _text(value)] for label, value in received.bag.info])
        row = queries().open_delivery(connection, **facts, bag_info=bag_info)
        connection.commit()
        queries().lock_delivery(connection, fingerprint=report.fingerprint)
        workers = Workers(settings, count=1)  # for small pictures of what is refused
        return cls(connection, Store(settings), report, row["delivery_id"], facts, workers, row["new"])

    def finished(self) -> bool:
        """Whether an earlier run has brought every file to its outcome."""
        return queries().delivery_state(self.connection, delivery_id=self.delivery_id) == "ingested"

    def counts(self) -> dict:
        """What became of the delivery, and what this run added."""
        counts = queries().delivery_counts(self.connection, delivery_id=self.delivery_id)
        return {"delivery_id": self.delivery_id, **counts, "new": self.new}

    def run(self) -> None:
        """Bring every file to its outcome, each in a transaction of its own, after its object is stored."""
        with self.workers:
            self._run()

    def _run(self) -> None:
        done = queries().taken_in_paths(self.connection, delivery_id=self.delivery_id)
        self.taken = {row["path"] for row in done}
        scans = [one for one in self.report.pictures if one.accepted and one.role == "scan"]
        for scan in progress.track(scans, "taking in", len(scans)):
            if scan.name not in self.taken or (scan.reference and scan.reference.name not in self.taken):
                self._alone(self._take_in, scan)
        for picture in self.report.pictures:
            if picture.name not in self.taken:
                self._alone(self._refuse, picture)
        self._finish()

    def _alone(self, act: Callable[[Delivered], None], picture: Delivered) -> None:
        """One file's act in a transaction of its own; a file at which anything is raised is refused, and owed.

        A catalog or store that went away is no file's fault: then the run ends, and the next goes on from here.
        """
        before = self.new, set(self.taken)
        with Isolated(picture.findings, picture.name, passing=db.AWAY) as place:
            act(picture)
            self.connection.commit()  # type: ignore[attr-defined]
        if place.error:
            self.connection.rollback()  # type: ignore[attr-defined]
            self.new, self.taken = before
            if picture.name not in self.taken:
                self._refuse_plainly(picture, {"file": picture.name, "codes": picture.codes})
                self.connection.commit()  # type: ignore[attr-defined]

    def _take_in(self, scan: Delivered) -> None:
        found = queries().scan_by_checksum(self.connection, sha256=scan.sha256)
        scan_id = self._link(scan, found) if found else self._add(scan)
        if scan_id is None:
            self._refuse(scan)
        elif scan.reference and scan.reference.accepted:
            self._add_reference(scan_id, scan, scan.reference)

    def _add(self, scan: Delivered) -> int | None:
        """A new master; None where another picture has its identifier."""
        holder = queries().identifier_holder(self.connection, identifier=identifier_of(scan))
        if holder is None:
            keys = {"object_key": self._deposit("masters", scan), "preview_key": self._preview(scan)}
            keys["sidecar_key"] = self._deposit("sidecars", scan.sidecar) if scan.sidecar else None
            columns = scan_row(scan) | keys
            self._keep_record("master", scan, scan, {"scan": columns, "digests": scan.digests})
            row = queries().add_scan(self.connection, **db.columns(columns), delivery_id=self.delivery_id)
            if row:
                self.new += 1
                self._record_master(scan, row["scan_id"])
                return row["scan_id"]
        found = queries().scan_by_checksum(self.connection, sha256=scan.sha256)
        if found:  # another delivery was quicker by a moment
            return self._link(scan, found)
        scan.findings.append(finding("identifier-taken", scan.name, identifier=identifier_of(scan), row=_number(scan)))
        return None

    def _record_master(self, scan: Delivered, scan_id: int) -> None:
        hashed = scan.picture.likeness if scan.picture else None
        signed = likeness.signed(hashed) if hashed else None
        self.new += queries().add_likeness(self.connection, scan_id=scan_id, likeness=signed)
        detail = {"file": scan.name, "sha256": scan.sha256, "digests": scan.digests}
        self._event("message digest calculation", str(scan.sha256), "calculated", detail, scan_id)
        notes = sorted({one.code for one in scan.findings})
        valid = {"file": scan.name, "warnings": notes, "profile": scan.profile.as_json() if scan.profile else None}
        valid["virus_scan"] = self.report.engine_of(scan)
        self._event("validation", str(scan.sha256), "valid", valid, scan_id)
        self._event("ingestion", str(scan.sha256), "accepted", {"file": scan.name} | manifest_row(scan), scan_id)
        self._outcome(scan, "accepted", scan_id)

    def _link(self, scan: Delivered, found: dict) -> int:
        """A picture that the archive holds already is linked; only a new "do not colorize" changes its row."""
        scan_id = found["scan_id"]
        if scan.name in self.taken:
            return scan_id
        if scan.row and scan.row.do_not_colorize and not found["do_not_colorize"]:
            reason = _text(scan.row["do_not_colorize_reason"])
            self._keep_record("do-not-colorize", scan, scan, {"reason": reason, "by": AGENT})
            queries().close_scan(self.connection, scan_id=scan_id, reason=reason)
            flag = {"do_not_colorize": True, "reason": reason}
            self._event("metadata modification", self._own(scan), "flagged", flag, scan_id)
        self._event("ingestion", self._own(scan), "duplicate", {"file": scan.name} | manifest_row(scan), scan_id)
        self._outcome(scan, "duplicate", scan_id)
        return scan_id

    def _add_reference(self, scan_id: int, scan: Delivered, reference: Delivered) -> None:
        assert reference.picture is not None  # what was accepted was decoded
        facts = {"sha256": reference.sha256, "bytes": reference.bytes, "media_type": reference.picture.media_type}
        facts["object_key"] = self._deposit("references", reference)
        self._keep_record("reference", scan, reference, {"reference": facts})
        added = queries().add_reference(self.connection, scan_id=scan_id, **facts)
        self.new += added
        if reference.name not in self.taken:
            self._event("ingestion", self._own(reference), "reference", {"file": reference.name}, scan_id)
            self._outcome(reference, "accepted" if added else "duplicate", scan_id)

    def _refuse(self, picture: Delivered) -> None:
        """Record a refused file. Its bytes, where it has any, are kept for whoever wants to look at them."""
        if picture.accepted:  # a reference whose scans were all refused while they were taken in
            picture.findings.append(finding("reference-without-scan", picture.name))
        readable = picture.sha256 and picture.bytes and not picture.path.is_symlink()
        detail = {"file": picture.name, "codes": picture.codes}
        if readable:
            detail["object_key"] = self._deposit("quarantine", picture)
        shown = readable and set(virus.WITHHELD).isdisjoint(picture.codes)
        self._refuse_plainly(picture, detail, self._thumbnail(picture) if shown else None)

    def _refuse_plainly(self, picture: Delivered, detail: dict, thumbnail: str | None = None) -> None:
        self._event("quarantine", self._own(picture), "refused", detail, None)
        self._outcome(picture, "refused", None, thumbnail)

    def _deposit(self, kind: str, picture: Delivered) -> str:
        """The key of a file's object, stored and read back."""
        media_type = picture.picture.media_type if picture.picture else "application/octet-stream"
        suffix = picture.picture.suffix if picture.picture and kind != "quarantine" else ""
        key, sha256, new = archive.deposit(self.store, kind, picture.path, media_type, suffix)
        if sha256 != picture.sha256:
            raise DeliveryError(f"{picture.name} changed while it was taken in. Run again when the delivery is whole.")
        self.new += new
        return key

    def _keep_record(self, kind: str, scan: Delivered, file: Delivered, facts: dict) -> None:
        """What the catalog is about to say, as an object beside the master: should the catalog be lost."""
        delivered = {"path": file.name, "role": file.role, "bytes": file.bytes, "sha256": file.sha256}
        facts |= {"delivery": self.delivery, "file": delivered}
        self.new += archive.keep_record(self.store, str(scan.sha256), kind, facts)

    def _preview(self, scan: Delivered) -> str | None:
        """The key of a small JPEG for the pages; None where the picture can be read by archives only."""
        with TemporaryDirectory(prefix="heritage-") as folder:
            file = Path(folder) / "preview.jpg"
            try:
                save_preview(open_picture(scan.path), file)
            except PictureError:
                return None
            key, _, new = archive.deposit(self.store, "previews", file, "image/jpeg", ".jpg")
        self.new += new
        return key

    def _thumbnail(self, picture: Delivered) -> str | None:
        """The key of a small JPEG of a refused file; None where nothing of it can be decoded."""
        with TemporaryDirectory(prefix="heritage-") as folder:
            file = Path(folder) / "thumbnail.jpg"
            if not self.workers.thumbnail(picture.path, file):
                return None
            key, _, new = archive.deposit(self.store, "previews", file, "image/jpeg", ".jpg")
        self.new += new
        return key

    def _outcome(self, picture: Delivered, outcome: str, scan_id: int | None, thumbnail: str | None = None) -> None:
        owed = self._owed(picture)
        facts = {"path": picture.name, "role": picture.role, "bytes": picture.bytes, "sha256": picture.sha256}
        self.new += queries().add_delivered_file(
            self.connection,
            delivery_id=self.delivery_id,
            outcome=outcome,
            scan_id=scan_id,
            thumbnail_key=thumbnail,
            **facts,
        )
        self.new += rework.settle(self.connection, self.delivery_id, picture, owed, scan_id)
        self.taken.add(picture.name)
        self._findings(picture.findings)

    def _owed(self, picture: Delivered) -> list[dict]:
        """The debts of other deliveries that a file is meant for, with a finding where that is not clear."""
        found = rework.find(self.connection, self.delivery_id, picture)
        replaces = rework.cell_of(picture, "replaces")
        if replaces and len(found) != 1:
            unclear = {"found": printable(replaces), "count": len(found)}
            picture.findings.append(finding("replaces-unclear", picture.name, row=_number(picture), **unclear))
        return found

    def _findings(self, findings: list[Finding]) -> None:
        for one in findings:
            facts = {"file": one.file, "row_number": one.row, "code": one.code, "severity": one.severity}
            self.new += queries().add_finding(
                self.connection, delivery_id=self.delivery_id, sentence=_text(one.sentence), **facts
            )

    def _event(self, kind: str, act: str, outcome: str, detail: dict, scan_id: int | None) -> None:
        self.new += queries().add_event(
            self.connection,
            event_key=f"{kind}:{act}",
            event_type=kind,
            agent=AGENT,
            outcome=outcome,
            detail=db.json(detail),
            delivery_id=self.delivery_id,
            scan_id=scan_id,
        )

    def _own(self, picture: Delivered) -> str:
        """Natural key of an act on one file of this delivery."""
        return f"{self.report.fingerprint}:{picture.name}"

    def _finish(self) -> None:
        self._findings(self.report.general)
        missing = [one.file for one in self.report.general if one.code == "file-missing"]
        self.new += rework.owe_missing(self.connection, self.delivery_id, missing)
        facts: dict = {"listed": self.report.listed, "verified": self.report.verified}
        profiles = db.json([asdict(profile) for profile in self.report.profiles])
        facts |= {"profiles": profiles, "looked_at": db.json(self.report.looked_at)}
        queries().finish_delivery(self.connection, delivery_id=self.delivery_id, **facts)
        self.connection.commit()  # type: ignore[attr-defined]


def queries():
    """The named queries of sql/queries/scans.sql."""
    return db.queries("scans")


def identifier_of(scan: Delivered) -> str:
    """The manifest's identifier, or one made of the file's name and its checksum, the same on every run."""
    if scan.row and scan.row["identifier"]:
        return _text(scan.row["identifier"])
    stem = re.sub(r"[^a-z0-9]+", "-", scan.path.stem.lower()).strip("-")[:60] or "scan"
    return f"{stem}-{str(scan.sha256)[:12]}"


def scan_row(scan: Delivered) -> dict:
    """The columns of `scans` that a checked picture and its manifest row fill."""
    picture, row = scan.picture, scan.row
    assert picture is not None  # what was accepted was decoded
    described = {name: _text(scan.described.get(name, "")) for name in DESCRIBED}
    described |= {column: _text(row[column]) if row else "" for column in ("collection", "content_warning")}
    reason = _text(row["do_not_colorize_reason"]) if row and row.do_not_colorize else ""
    if not reason and picture.colour:
        reason = ALREADY_COLOUR
    return {
        **described,
        **{name: getattr(picture, name) for name in ("media_type", "width", "height", "bits", "channels")},
        "sha256": scan.sha256,
        "identifier": identifier_of(scan),
        "date_created": _text(scan.described.get("date", "")),
        "rights": re.sub("^https:", "http:", described["rights"]),
        "do_not_colorize": bool(reason),
        "do_not_colorize_reason": reason,
        "supplier_filename": scan.name,
        "bytes": scan.bytes,
        "embedded_metadata": picture.metadata,
        "further_columns": row.further if row else {},
        "described_by": scan.sources,
        "sidecar_metadata": scan.sidecar.picture.metadata if scan.sidecar and scan.sidecar.picture else {},
    }


def manifest_row(scan: Delivered) -> dict:
    """What manifest.csv said of a scan, for the log: also of one whose master the archive holds already."""
    cells = {**scan.row.cells, **scan.row.further} if scan.row else {}
    return {"row": {_text(name): _text(cell) for name, cell in cells.items() if cell}} if cells else {}


def _number(scan: Delivered) -> int | None:
    return scan.row.number if scan.row else None


def _text(value: str) -> str:
    """Text that Postgres takes: no lone surrogates, no zero characters."""
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "")
