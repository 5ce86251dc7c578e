"""Rows of the intake: what the catalog is told of a delivery and of a scan, and what it answers."""

import re
from dataclasses import dataclass

from heritage_color import db
from heritage_color.keys import Column
from heritage_color.scans.decoding.messages import Metadata
from heritage_color.scans.reporting.report import Delivered
from heritage_color.scans.reporting.rework import cell_of

ALREADY_COLOUR = "The picture is already in colour."


@dataclass(frozen=True)
class Delivery:
    """What a delivery is known by; `source` is the address that it came from."""

    name: str
    source: str
    fingerprint: str


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery's number, and 1 where its row is `new`."""

    delivery_id: int
    new: int


@dataclass(frozen=True)
class Counts:
    """What became of the files of a delivery; the `accepted` include the `duplicates`."""

    files: int
    accepted: int
    refused: int
    duplicates: int


@dataclass(frozen=True)
class Ingested:
    """The same with the delivery's number, and how many objects and rows a run has added."""

    delivery_id: int
    files: int
    accepted: int
    refused: int
    duplicates: int
    new: int


@dataclass(frozen=True)
class HeldScan:
    """A master that the archive holds already."""

    scan_id: int
    do_not_colorize: bool
    object_key: str


@dataclass(frozen=True)
class NewScan:
    """The columns of `scans` that a checked picture fills, with its description from manifest, sidecar and file."""

    sha256: str
    identifier: str
    title: str
    creator: str
    date_created: str
    place: str
    collection: str
    rights: str
    description: str
    content_warning: str
    do_not_colorize: bool
    do_not_colorize_reason: str
    supplier_filename: str
    media_type: str
    width: int
    height: int
    bits: int
    channels: int
    bytes: int
    embedded_metadata: Metadata
    further_columns: dict[Column, str]
    described_by: dict[Column, str]
    sidecar_metadata: Metadata
    object_key: str
    preview_key: str | None
    sidecar_key: str | None


@dataclass(frozen=True)
class Keys:
    """The keys of a new scan's objects."""

    object_key: str
    preview_key: str | None
    sidecar_key: str | None


def new_scan(scan: Delivered, keys: Keys) -> NewScan:
    """The row of a picture that was accepted, whose objects are stored."""
    picture, row = scan.picture, scan.row
    assert picture is not None  # what was accepted was decoded
    reason = db.text(row["do_not_colorize_reason"]) if row and row.do_not_colorize else ""
    if not reason and picture.colour:
        reason = ALREADY_COLOUR
    return NewScan(
        sha256=str(scan.sha256),
        identifier=identifier_of(scan),
        title=_described(scan, "title"),
        creator=_described(scan, "creator"),
        date_created=_described(scan, "date"),
        place=_described(scan, "place"),
        collection=cell_of(scan, "collection"),
        rights=re.sub("^https:", "http:", _described(scan, "rights")),
        description=_described(scan, "description"),
        content_warning=cell_of(scan, "content_warning"),
        do_not_colorize=bool(reason),
        do_not_colorize_reason=reason,
        supplier_filename=scan.name,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        bits=picture.bits,
        channels=picture.channels,
        bytes=scan.bytes,
        embedded_metadata=picture.metadata,
        further_columns=row.further if row else {},
        described_by=scan.sources,
        sidecar_metadata=scan.sidecar.picture.metadata if scan.sidecar and scan.sidecar.picture else {},
        object_key=keys.object_key,
        preview_key=keys.preview_key,
        sidecar_key=keys.sidecar_key,
    )


def _described(scan: Delivered, field: str) -> str:
    return db.text(scan.described.get(field, ""))


def identifier_of(scan: Delivered) -> str:
    """Return the manifest's identifier, or one made of the file's name and its checksum, the same on every run."""
    if identifier := cell_of(scan, "identifier"):
        return identifier
    stem = re.sub(r"[^a-z0-9]+", "-", scan.path.stem.lower()).strip("-")[:60] or "scan"
    return f"{stem}-{str(scan.sha256)[:12]}"


def manifest_row(scan: Delivered) -> dict[Column, str]:
    """Return what manifest.csv said of a scan, for the log: also of one whose master the archive holds already."""
    cells = {**scan.row.cells, **scan.row.further} if scan.row else {}
    return {db.text(name): db.text(cell) for name, cell in cells.items() if cell}
