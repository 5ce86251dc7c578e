"""Brings every file of a delivery to its outcome: accepted, duplicate or refused."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from heritage_color import db, progress
from heritage_color.archive import Archive
from heritage_color.errors import FixityError
from heritage_color.events import Agent, EventType
from heritage_color.images import likeness
from heritage_color.keys import FileName, Json, ObjectKey
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.arrival.verdicts import may_not_be_opened
from heritage_color.scans.intake.ledger import Ledger
from heritage_color.scans.intake.rows import HeldScan, Keys, identifier_of, manifest_row, new_scan
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.reasons import finding
from heritage_color.scans.reporting.report import Delivered, Report

queries = db.queries("scans/intake")


@dataclass
class Intake:
    """One run that takes in one delivery: each file in a transaction of its own, after its object is stored.

    `left` are files that wait for the next run, each with the reason: their stored objects are damaged.
    """

    ledger: Ledger
    left: dict[FileName, str] = field(default_factory=dict)

    @classmethod
    def open(cls, archive: Archive, report: Report, received: Received) -> "Intake":
        """Find or make the delivery's row, and wait until no other run takes it in."""
        return cls(Ledger.open(archive, report, received))

    def run(self) -> None:
        """Take in what was accepted, then keep what was refused; nothing where an earlier run has done all of it.

        Raises FixityError where files had to be left.
        """
        if self.ledger.is_closed:
            return
        with self.ledger.workers:
            self._accepted()
            for file in self.ledger.report.pictures:
                if self._waits(file):
                    self._alone(self._refuse, file)
        if self.left:
            first, *others = self.left.values()
            more = f" So it is with {len(others)} more." if others else ""
            raise FixityError(f"{first}{more} All else of the delivery is taken in; run again when it is put right.")
        self.ledger.close()

    def _accepted(self) -> None:
        scans = [file for file in self.ledger.report.pictures if file.accepted and file.role == "scan"]
        for scan in progress.track(scans, "taking in", len(scans)):
            if self._waits(scan) or (scan.reference and self._waits(scan.reference)):
                self._alone(self._take_in, scan)

    def _waits(self, file: Delivered) -> bool:
        return file.name not in self.ledger.taken and file.name not in self.left

    def _alone(self, act: Callable[[Delivered], None], file: Delivered) -> None:
        """One file's act in a transaction of its own; a file at which anything is raised is refused, and owed.

        A catalog or store that went away is no file's fault: then the run ends, and the next goes on from here. Nor is
        a stored object that is damaged: the file waits until that is put right, and the others are taken in.
        """
        connection = self.ledger.archive.db
        before = self.ledger.new, set(self.ledger.taken)
        try:
            with Isolated(file.findings, file.name, passing=db.AWAY) as place:
                act(file)
                connection.commit()
                return
        except FixityError as error:
            waiting = [file.name] if file.reference is None else [file.name, file.reference.name]
            self.left |= dict.fromkeys(waiting, f"{file.name} is not taken in: {error}")
        connection.rollback()
        self.ledger.new, self.ledger.taken = before
        if place.error and file.name not in self.ledger.taken:
            self._write_refusal(file)
            connection.commit()

    # ----------------------------------------------------------------------- accepted

    def _take_in(self, scan: Delivered) -> None:
        held = self._held(scan)
        scan_id = self._link(scan, held) if held else self._add(scan)
        if scan_id is None:
            self._refuse(scan)
        elif scan.reference and scan.reference.accepted:
            self._add_reference(scan_id, scan, scan.reference)

    def _held(self, scan: Delivered) -> HeldScan | None:
        return db.record(HeldScan, queries.scan_by_checksum(self.ledger.archive.db, sha256=scan.sha256))

    def _add(self, scan: Delivered) -> int | None:
        """Return a new master's number; None where another picture has its identifier."""
        ledger, identifier = self.ledger, identifier_of(scan)
        if queries.identifier_holder(ledger.archive.db, identifier=identifier) is None:
            scan_id = self._add_row(scan)
            if scan_id:
                return scan_id
        held = self._held(scan)
        if held:  # another delivery was quicker by a moment
            return self._link(scan, held)
        scan.findings.append(finding("identifier-taken", scan.name, identifier=identifier, row=scan.row_number))
        return None

    def _add_row(self, scan: Delivered) -> int | None:
        """Store the objects of a new master, then write its row; None where checksum or identifier are taken now."""
        ledger = self.ledger
        master, preview = ledger.deposit("masters", scan), ledger.preview(scan)
        keys = Keys(master, preview, ledger.deposit("sidecars", scan.sidecar) if scan.sidecar else None)
        row = new_scan(scan, keys)
        ledger.keep_record("master", scan, scan, scan=asdict(row), digests=scan.digests)
        scan_id: int | None = queries.add_scan(ledger.archive.db, **db.columns(row), delivery_id=ledger.delivery_id)
        if scan_id:
            ledger.new += 1
            self._write_master(scan, scan_id)
        return scan_id

    def _write_master(self, scan: Delivered, scan_id: int) -> None:
        """A new scan's likeness, its three events and its outcome."""
        ledger, sha256 = self.ledger, str(scan.sha256)
        hashed = scan.picture.likeness if scan.picture else None
        signed = likeness.signed(hashed) if hashed else None
        ledger.new += queries.add_likeness(ledger.archive.db, scan_id=scan_id, likeness=signed)
        digests = {"sha256": sha256, "digests": scan.digests}
        ledger.note(EventType.MESSAGE_DIGEST, sha256, "calculated", scan_id, file=scan.name, **digests)
        self._note_validation(scan, scan_id)
        row = manifest_row(scan)
        ledger.note(EventType.INGESTION, sha256, "accepted", scan_id, file=scan.name, **({"row": row} if row else {}))
        ledger.outcome(scan, "accepted", scan_id)

    def _note_validation(self, scan: Delivered, scan_id: int) -> None:
        self.ledger.note(
            EventType.VALIDATION,
            str(scan.sha256),
            "valid",
            scan_id,
            file=scan.name,
            warnings=sorted({fault.code for fault in scan.findings}),
            profile=scan.profile.as_json() if scan.profile else None,
            virus_scan=self.ledger.report.engine_of(scan),
        )

    def _link(self, scan: Delivered, held: HeldScan) -> int:
        """A picture that the archive holds already is linked; only a new "do not colorize" changes its row."""
        ledger = self.ledger
        if scan.name in ledger.taken:
            return held.scan_id
        if scan.row and scan.row.do_not_colorize and not held.do_not_colorize:
            self._protect(scan, held.scan_id, db.text(scan.row["do_not_colorize_reason"]))
        row = manifest_row(scan)
        told = {"row": row} if row else {}
        ledger.note(EventType.INGESTION, ledger.act_on(scan), "duplicate", held.scan_id, file=scan.name, **told)
        ledger.outcome(scan, "duplicate", held.scan_id)
        return held.scan_id

    def _protect(self, scan: Delivered, scan_id: int, reason: str) -> None:
        ledger = self.ledger
        ledger.keep_record("do-not-colorize", scan, scan, reason=reason, by=Agent.INGEST)
        queries.close_scan(ledger.archive.db, scan_id=scan_id, reason=reason)
        act = ledger.act_on(scan)
        ledger.note(EventType.METADATA, act, "flagged", scan_id, do_not_colorize=True, reason=reason)

    def _add_reference(self, scan_id: int, scan: Delivered, reference: Delivered) -> None:
        ledger = self.ledger
        assert reference.picture is not None  # what was accepted was decoded
        facts: Json = {"sha256": reference.sha256, "bytes": reference.bytes}
        facts |= {"media_type": reference.picture.media_type, "object_key": ledger.deposit("references", reference)}
        ledger.keep_record("reference", scan, reference, reference=facts)
        added = queries.add_reference(ledger.archive.db, scan_id=scan_id, **facts)
        ledger.new += added
        if reference.name not in ledger.taken:
            ledger.note(EventType.INGESTION, ledger.act_on(reference), "reference", scan_id, file=reference.name)
            ledger.outcome(reference, "accepted" if added else "duplicate", scan_id)

    # ------------------------------------------------------------------------ refused

    def _refuse(self, file: Delivered) -> None:
        """Keep the bytes of a refused file, where it has any, for whoever wants to look at them."""
        if file.accepted:  # a reference whose scans were all refused while they were taken in
            file.findings.append(finding("reference-without-scan", file.name))
        thumbnail = key = None
        if file.sha256 and file.bytes and not file.path.is_symlink():
            key = self.ledger.deposit("quarantine", file)
            thumbnail = None if may_not_be_opened(file.codes) else self.ledger.thumbnail(file)
        self._write_refusal(file, key, thumbnail)

    def _write_refusal(
        self, file: Delivered, key: ObjectKey | None = None, thumbnail: ObjectKey | None = None
    ) -> None:
        kept = {"object_key": key} if key else {}
        act = self.ledger.act_on(file)
        self.ledger.note(EventType.QUARANTINE, act, "refused", file=file.name, codes=file.codes, **kept)
        self.ledger.outcome(file, "refused", thumbnail=thumbnail)
