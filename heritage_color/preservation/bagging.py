"""One bag on its way: objects of the archive as payload, the catalog's knowledge of them beside it."""

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from heritage_color import db, progress
from heritage_color.errors import FixityError, MissingObject
from heritage_color.preservation import bags, targets
from heritage_color.scans.arrival.names import MANIFEST
from heritage_color.scans.integrity.bags import PAYLOAD
from heritage_color.store import Store

PAGE = 200  # scans that are held in memory at once
TAG_FILES = ("metadata/scans.jsonl", "metadata/events.jsonl", "metadata/tombstones.csv")


@dataclass
class Bagging:
    """One bag on its way: payload first, its checksums and metadata in files of this machine until then."""

    store: Store
    target: targets.Folder | targets.Zip
    folder: Path
    stack: ExitStack
    places: bags.Places = field(default_factory=bags.Places)
    tags: list[tuple[str, targets.Digests]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    scans: int = 0
    tombstones: int = 0
    files: int = 0
    bytes: int = 0

    def write_payload(self, connection, choice: dict, total: int) -> None:
        """All objects, and the lists of what they are."""
        further = [row["name"] for row in _queries().bag_further_columns(connection, **choice)]
        rows = self._list(MANIFEST)
        self.manifest = csv.DictWriter(rows, bags.manifest_columns(further), restval="")
        self.stones = csv.DictWriter(self._list("tombstones.csv"), bags.TOMBSTONE)
        self.facts, self.events = self._list("scans.jsonl"), self._list("events.jsonl")
        self.lists = {name: self._list(f"manifest-{name}.txt") for name in bags.ALGORITHMS}
        self.manifest.writeheader()
        self.stones.writeheader()
        for page in _pages(progress.track(_scans(connection, choice), "bagging", total)):
            for scan in page:
                self._add(scan)
            scan_ids = [scan["scan_id"] for scan in page]
            for row in _queries().bag_events(connection, scan_ids=scan_ids):
                self.events.write(_json_line(bags.event(row)))
        rows.flush()
        with self.target.opened(f"{PAYLOAD}/{MANIFEST}") as file:
            self._list_object(MANIFEST, targets.copy(targets.blocks_of(self.folder / MANIFEST), file))

    def _list(self, name: str) -> IO[str]:
        return self.stack.enter_context((self.folder / name).open("w", encoding="utf-8", newline=""))

    def _add(self, scan: dict) -> None:
        if scan["withdrawn_at"]:
            self.stones.writerow(bags.tombstone(scan))
            self.tombstones += 1
            return
        place = self.places.of(scan["identifier"], scan["sha256"])
        file = f"{place}/{bags.file_name(bags.first_name(scan))}"
        self._add_object(scan["object_key"], scan["sha256"], file)
        if scan["sidecar_key"]:
            self._add_object(scan["sidecar_key"], Path(scan["sidecar_key"]).stem, f"{file}.xmp")
        reference = ""
        if scan["reference_key"]:
            name = scan["reference_filename"] or Path(scan["reference_key"]).name
            reference = f"{place}/{bags.REFERENCE}/{bags.file_name(name)}"
            self._add_object(scan["reference_key"], scan["reference_sha256"], reference)
        self.manifest.writerow(bags.manifest_row(scan, file, reference))
        self.facts.write(_json_line(bags.facts(scan, file, reference)))
        self.scans += 1

    def _add_object(self, key: str, sha256: str, name: str) -> None:
        """One object of the bucket as a file of the payload, verified on its way."""
        digests = self.target.kept(f"{PAYLOAD}/{name}")
        try:
            if digests is None or digests.sha256 != sha256:
                digests = self._fetch(key, sha256, f"{PAYLOAD}/{name}")
        except FixityError as error:
            self.faults.append(str(error))
            return
        self._list_object(name, digests)

    def _list_object(self, name: str, digests: targets.Digests) -> None:
        for algorithm, file in self.lists.items():
            file.write(bags.line(getattr(digests, algorithm), f"{PAYLOAD}/{name}"))
        self.files += 1
        self.bytes += digests.bytes

    def _fetch(self, key: str, sha256: str, name: str) -> targets.Digests:
        try:
            with self.target.opened(name) as file:
                digests = targets.copy(self.store.stream(self.store.settings.archive_bucket, key), file)
                if digests.sha256 != sha256:
                    raise FixityError(f"{key} should have SHA-256 {sha256}; what is stored has {digests.sha256}.")
        except MissingObject:
            raise FixityError(f"{key} is not in the archive bucket.") from None
        return digests

    def write_tags(self, institution: str, names: str, profile: str) -> None:
        """Everything beside the payload, the tag manifests last."""
        software = f"heritage-color {version('heritage-color')}"
        today = datetime.now(UTC).date()
        what = f"{self.scans} masters of {institution}: {names}"
        information = bags.information(institution, software, what, self.bytes, self.files, today, profile)
        self._tag("bagit.txt", [bags.DECLARATION.encode()])
        self._tag("bag-info.txt", [information.encode()])
        for name in (*(f"manifest-{one}.txt" for one in bags.ALGORITHMS), *TAG_FILES):
            self._tag(name, targets.blocks_of(self.folder / Path(name).name))
        for algorithm in bags.ALGORITHMS:
            lines = [bags.line(getattr(digests, algorithm), name) for name, digests in self.tags]
            with self.target.opened(f"tagmanifest-{algorithm}.txt") as file:
                file.write("".join(lines).encode())

    def _tag(self, name: str, blocks) -> None:
        with self.target.opened(name) as file:
            self.tags.append((name, targets.copy(blocks, file)))


def _scans(connection, choice: dict) -> Iterator[dict]:
    """The scans of a bag one by one, read page by page."""
    after = 0
    while page := list(_queries().bag_scans(connection, **choice, after=after, most=PAGE)):
        yield from map(dict, page)
        after = page[-1]["scan_id"]


def _pages(scans) -> Iterator[list[dict]]:
    page: list[dict] = []
    for scan in scans:
        page.append(scan)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _json_line(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"


def _queries():
    return db.queries("preservation")
