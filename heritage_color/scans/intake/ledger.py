"""All that one run writes for one delivery: objects of the archive bucket, rows of the catalog, events of the log."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.archive import Archive
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.keys import FileName, ObjectKey
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.intake.rows import Counts, Delivery, DeliveryRow, Ingested
from heritage_color.scans.reporting import rework
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered, Report

queries = db.queries("scans/intake")


@dataclass
class Ledger:
    """What a delivery adds to the archive: `new` counts the objects and rows that were not there before.

    `taken` are the files that have an outcome; `workers` make small pictures of what is refused.
    """

    archive: Archive
    report: Report
    delivery: Delivery
    delivery_id: int
    workers: Workers
    new: int = 0
    taken: set[FileName] = field(default_factory=set)

    @classmethod
    def open(cls, archive: Archive, report: Report, received: Received) -> "Ledger":
        """Find or make the delivery's row, and wait until no other run takes it in."""
        delivery = Delivery(db.text(report.name), db.text(received.source), report.fingerprint)
        bag_info = db.json([[db.text(label), db.text(value)] for label, value in received.bag.info])
        row = db.sure_record(DeliveryRow, queries.open_delivery(archive.db, **asdict(delivery), bag_info=bag_info))
        archive.db.commit()
        queries.lock_delivery(archive.db, fingerprint=report.fingerprint)
        taken = {file["path"] for file in queries.taken_in_paths(archive.db, delivery_id=row.delivery_id)}
        workers = Workers(archive.settings, count=1)
        return cls(archive, report, delivery, row.delivery_id, workers, row.new, taken)

    @property
    def is_closed(self) -> bool:
        """Whether an earlier run has brought every file to its outcome."""
        return bool(queries.delivery_state(self.archive.db, delivery_id=self.delivery_id) == "ingested")

    @property
    def counts(self) -> Ingested:
        """What became of the delivery, and what this run added."""
        row = queries.delivery_counts(self.archive.db, delivery_id=self.delivery_id)
        return Ingested(self.delivery_id, **asdict(db.sure_record(Counts, row)), new=self.new)

    # ------------------------------------------------------------------------ objects

    def deposit(self, kind: str, file: Delivered) -> ObjectKey:
        """The key of a file's object, stored and read back. Raises DeliveryError where the file changed meanwhile."""
        media_type = file.picture.media_type if file.picture else "application/octet-stream"
        suffix = file.picture.suffix if file.picture and kind != "quarantine" else ""
        stored = self.archive.deposit(kind, file.path, media_type, suffix)
        if stored.sha256 != file.sha256:
            raise DeliveryError(f"{file.name} changed while it was taken in. Run again when the delivery is whole.")
        self.new += stored.new
        return stored.key

    def keep_record(self, kind: str, scan: Delivered, taken: Delivered, /, **facts: object) -> None:
        """Write what the catalog is about to say as an object beside the master: should the catalog be lost."""
        told = {"path": taken.name, "role": taken.role, "bytes": taken.bytes, "sha256": taken.sha256}
        self.new += self.archive.keep_record(
            str(scan.sha256), kind, **facts, delivery=asdict(self.delivery), file=told
        )

    def preview(self, scan: Delivered) -> ObjectKey | None:
        """Return the key of a small JPEG for the pages; None where the picture can be read by archives only."""
        with TemporaryDirectory(prefix="heritage-") as folder:
            small = Path(folder) / "preview.jpg"
            try:
                save_preview(open_picture(scan.path), small)
            except PictureError:
                return None
            return self._deposit_small(small)

    def thumbnail(self, file: Delivered) -> ObjectKey | None:
        """Return the key of a small JPEG of a refused file; None where nothing of it can be decoded."""
        with TemporaryDirectory(prefix="heritage-") as folder:
            small = Path(folder) / "thumbnail.jpg"
            return self._deposit_small(small) if self.workers.thumbnail(file.path, small) else None

    def _deposit_small(self, small: Path) -> ObjectKey:
        stored = self.archive.deposit("previews", small, "image/jpeg", ".jpg")
        self.new += stored.new
        return stored.key

    # --------------------------------------------------------------------------- rows

    def outcome(
        self, file: Delivered, outcome: str, scan_id: int | None = None, thumbnail: ObjectKey | None = None
    ) -> None:
        """Write what became of a file, with its findings; it may replace what another delivery owes, or be owed."""
        debts = self._debts_answered(file)
        self.new += queries.add_delivered_file(
            self.archive.db,
            delivery_id=self.delivery_id,
            path=file.name,
            role=file.role,
            outcome=outcome,
            bytes=file.bytes,
            sha256=file.sha256,
            scan_id=scan_id,
            thumbnail_key=thumbnail,
        )
        self.new += rework.settle(self.archive, self.delivery_id, file, debts, scan_id)
        self.taken.add(file.name)
        self.write_findings(file.findings)

    def _debts_answered(self, file: Delivered) -> list[rework.OpenDebt]:
        """The debts of other deliveries that a file is meant for, with a finding where that is not clear."""
        debts = rework.find_debts(self.archive, self.delivery_id, file)
        replaces = rework.cell_of(file, "replaces")
        if replaces and len(debts) != 1:
            facts = {"found": printable(replaces), "count": len(debts)}
            file.findings.append(finding("replaces-unclear", file.name, row=file.row_number, **facts))
        return debts

    def write_findings(self, findings: Iterable[Finding]) -> None:
        """Keep what pre-flight said."""
        for fault in findings:
            self.new += queries.add_finding(
                self.archive.db,
                delivery_id=self.delivery_id,
                file=fault.file,
                row_number=fault.row,
                code=fault.code,
                severity=fault.severity,
                sentence=db.text(fault.sentence),
            )

    def note(self, kind: EventType, act: str, outcome: str, scan_id: int | None = None, /, **detail: object) -> None:
        """Add an event to the log; its kind and the `act` are its key."""
        key = Key.INGESTED.of(type=kind, act=act)
        self.new += self.archive.note(
            Event(key, kind, Agent.INGEST, outcome, detail, delivery_id=self.delivery_id, scan_id=scan_id)
        )

    def act_on(self, file: Delivered) -> str:
        """Return the key of an act on one file of this delivery."""
        return f"{self.report.fingerprint}:{file.name}"

    def close(self) -> None:
        """Every file has its outcome: keep what belongs to none of them."""
        report = self.report
        self.write_findings(report.general)
        missing = [fault.file for fault in report.general if fault.code == "file-missing"]
        self.new += rework.owe_missing(self.archive, self.delivery_id, missing)
        queries.finish_delivery(
            self.archive.db,
            delivery_id=self.delivery_id,
            listed=report.listed,
            verified=report.verified,
            profiles=db.json([asdict(profile) for profile in report.profiles]),
            looked_at=db.json(report.looked_at),
        )
        self.archive.db.commit()
