"""One bag on its way: objects of the archive as payload, the catalog's knowledge of them beside it."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from heritage_color import db, progress
from heritage_color.archive import REMEDY, Archive
from heritage_color.digests import blocks_of
from heritage_color.errors import DAMAGES, FixityError, MissingObject
from heritage_color.keys import FileName, ObjectKey, Sha256
from heritage_color.preservation import bags, targets
from heritage_color.preservation.bags import BagEvent, BagScan
from heritage_color.rows import Row
from heritage_color.scans.arrival.names import MANIFEST
from heritage_color.scans.integrity.bags import PAYLOAD

queries = db.queries("preservation")

STAGE = "bag"
PAGE = 200  # scans that are held in memory at once
TAG_FILES = ("metadata/scans.jsonl", "metadata/events.jsonl", "metadata/tombstones.csv")


@dataclass(frozen=True)
class Choice:
    """What goes into a bag: everything, or the collections and identifiers of these names."""

    everything: bool
    names: list[str]


@dataclass(frozen=True)
class Fault:
    """A scan one of whose objects could not be bagged, and why."""

    scan_id: int
    error: Exception


@dataclass
class Bagging:
    """One bag on its way: payload first, its checksums and metadata in files of this machine until then."""

    archive: Archive
    target: targets.Folder | targets.Zip
    folder: Path
    stack: ExitStack
    places: bags.Places = field(default_factory=bags.Places)
    tags: list[tuple[FileName, targets.Digests]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    scans: int = 0
    tombstones: int = 0
    files: int = 0
    bytes: int = 0

    def write_payload(self, choice: Choice, total: int) -> None:
        """All objects, and the lists of what they are."""
        connection = self.archive.db
        further = [row["name"] for row in queries.bag_further_columns(connection, **vars(choice))]
        rows = self._list(MANIFEST)
        self.manifest = csv.DictWriter(rows, bags.manifest_columns(further), restval="")
        self.stones = csv.writer(self._list("tombstones.csv"))
        self.facts, self.events = self._list("scans.jsonl"), self._list("events.jsonl")
        self.lists = {name: self._list(f"manifest-{name}.txt") for name in bags.ALGORITHMS}
        self.manifest.writeheader()
        self.stones.writerow(bags.TOMBSTONE)
        for page in _pages(progress.track(_scans(connection, choice), "bagging", total)):
            for scan in page:
                self._add(scan)
            scan_ids = [scan.scan_id for scan in page]
            for event in db.records(BagEvent, queries.bag_events(connection, scan_ids=scan_ids)):
                self.events.write(bags.event_line(event))
        rows.flush()
        with self.target.opened(f"{PAYLOAD}/{MANIFEST}") as file:
            self._list_object(MANIFEST, targets.copy(blocks_of(self.folder / MANIFEST), file))

    def _list(self, name: FileName) -> IO[str]:
        return self.stack.enter_context((self.folder / name).open("w", encoding="utf-8", newline=""))

    def _add(self, scan: BagScan) -> None:
        if scan.withdrawn_at:
            self.stones.writerow(bags.tombstone(scan))
            self.tombstones += 1
            return
        place = self.places.of(scan.identifier, scan.sha256)
        file = f"{place}/{bags.file_name(bags.first_name(scan))}"
        self._add_object(scan.scan_id, scan.object_key, scan.sha256, file)
        if scan.sidecar_key:
            self._add_object(scan.scan_id, scan.sidecar_key, Path(scan.sidecar_key).stem, f"{file}.xmp")
        reference = ""
        if scan.reference_key and scan.reference_sha256:
            name = scan.reference_filename or Path(scan.reference_key).name
            reference = f"{place}/{bags.REFERENCE}/{bags.file_name(name)}"
            self._add_object(scan.scan_id, scan.reference_key, scan.reference_sha256, reference)
        self.manifest.writerow(bags.manifest_row(scan, file, reference))
        self.facts.write(bags.scan_line(scan, file, reference))
        self.scans += 1

    def _add_object(self, scan_id: int, key: ObjectKey, sha256: Sha256, name: FileName) -> None:
        """Write one object of the bucket as a file of the payload, verified on its way."""
        try:
            digests = self.target.kept(f"{PAYLOAD}/{name}")
            if digests is None or digests.sha256 != sha256:
                digests = self._fetch(key, sha256, f"{PAYLOAD}/{name}")
        except DAMAGES as error:
            self.faults.append(Fault(scan_id, error))
            return
        self._list_object(name, digests)

    def _list_object(self, name: FileName, digests: targets.Digests) -> None:
        for algorithm, file in self.lists.items():
            file.write(bags.line(getattr(digests, algorithm), f"{PAYLOAD}/{name}"))
        self.files += 1
        self.bytes += digests.bytes

    def _fetch(self, key: ObjectKey, sha256: Sha256, name: FileName) -> targets.Digests:
        """Copy an object straight into the bag. Raises FixityError where it is another, or cannot be read."""
        try:
            with self.target.opened(name) as file:
                digests = targets.copy(self.archive.store.stream(self.archive.bucket, key), file)
                if digests.sha256 != sha256:
                    raise FixityError(
                        f"{key} should have SHA-256 {sha256}; what is stored has {digests.sha256}. {REMEDY}"
                    )
        except MissingObject:
            raise MissingObject(f"{key} is not in the archive bucket. {REMEDY}") from None
        return digests

    def write_tags(self, institution: str, names: str, profile: str) -> None:
        """Write everything beside the payload, the tag manifests last."""
        software = f"heritage-color {version('heritage-color')}"
        today = datetime.now(UTC).date()
        what = f"{self.scans} masters of {institution}: {names}"
        information = bags.information(institution, software, what, self.bytes, self.files, today, profile)
        self._tag("bagit.txt", [bags.DECLARATION.encode()])
        self._tag("bag-info.txt", [information.encode()])
        for name in (*(f"manifest-{algorithm}.txt" for algorithm in bags.ALGORITHMS), *TAG_FILES):
            self._tag(name, blocks_of(self.folder / Path(name).name))
        for algorithm in bags.ALGORITHMS:
            lines = [bags.line(getattr(digests, algorithm), name) for name, digests in self.tags]
            with self.target.opened(f"tagmanifest-{algorithm}.txt") as file:
                file.write("".join(lines).encode())

    def _tag(self, name: FileName, blocks: targets.Blocks) -> None:
        with self.target.opened(name) as file:
            self.tags.append((name, targets.copy(blocks, file)))


def _scans(connection: db.Connection, choice: Choice) -> Iterator[BagScan]:
    """The scans of a bag one by one, read page by page."""
    after = 0
    while page := list(queries.bag_scans(connection, **vars(choice), after=after, most=PAGE)):
        yield from map(_bag_scan, page)
        after = page[-1]["scan_id"]


def _bag_scan(row: Row) -> BagScan:
    names = [field.name for field in fields(BagScan) if field.name != "row"]
    return BagScan(**{name: row[name] for name in names}, row=row)


def _pages(scans: Iterable[BagScan]) -> Iterator[list[BagScan]]:
    page: list[BagScan] = []
    for scan in scans:
        page.append(scan)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page
