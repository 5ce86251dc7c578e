"""The texts and names of a bag (BagIt 1.0, RFC 8493) that holds masters of the archive. Pure."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from heritage_color.keys import Column, FileName, ObjectKey, Sha256
from heritage_color.rows import Row
from heritage_color.scans.arrival.names import MANIFEST, RESERVED, SYSTEM_FOLDERS, alike
from heritage_color.scans.metadata.manifest import COLUMNS

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")  # the catalog's own, and the one that RFC 8493 2.4 recommends
SUPPLIER = "supplier_filename"  # further column of manifest.csv: a bag that is delivered again keeps the first name
UNSAFE = re.compile(r"[^\w .()+,=-]|^[ .]+|[ .]+$")
# Bytes of one name in UTF-8. Systems and unpackers hold 255; a path of `data/`, a folder with part of its checksum,
# `reference/` and a file fits where 260 characters are the limit (Windows)
LONGEST = 100
LONGEST_SUFFIX = 12  # bytes of a name's ending that are kept where it is cut
PARTS_OF_SHA256 = (12, 24, 64)  # digits that follow a folder's name, as few as keep it apart
REFERENCE = "reference"  # the folder of a scan's true colour, beside the scan
DESCRIBED = ("identifier", "title", "creator", "place", "collection", "rights", "description", "content_warning")
TOMBSTONE = ("identifier", "sha256", "withdrawn_at", "withdrawn_by", "withdrawn_reason")


@dataclass(frozen=True)
class BagScan:
    """A scan on its way into a bag, with its true colour, if any; `row` is all that the catalog knows of it."""

    scan_id: int
    identifier: str
    sha256: Sha256
    object_key: ObjectKey
    sidecar_key: ObjectKey | None
    supplier_filename: FileName
    further_columns: Mapping[Column, str]
    date_created: str
    do_not_colorize: bool
    do_not_colorize_reason: str
    withdrawn_at: datetime | None
    reference_key: ObjectKey | None
    reference_sha256: Sha256 | None
    reference_filename: FileName | None
    row: Row


@dataclass(frozen=True)
class BagEvent:
    """An event of a scan; a row of the query `bag_events`."""

    event_key: str
    event_type: str
    occurred_at: datetime
    agent: str
    outcome: str
    detail: Mapping[Column, object]
    colorization_id: int | None
    identifier: str
    delivery: str | None


def portable(name: str) -> str:
    """A name as every file system and every unpacker holds it; the same name where it is one already."""
    name = UNSAFE.sub("_", unicodedata.normalize("NFC", name))
    if len(name.encode()) > LONGEST:
        name = _cut(name)
    return f"_{name}" if not name or RESERVED.fullmatch(name) else name


def _cut(name: str) -> str:
    """Return the beginning and the ending of a name, in whole characters."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) >= LONGEST_SUFFIX:
        stem, dot, suffix = name, "", ""
    room = LONGEST - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + suffix


class Places:
    """Gives each scan a folder of its own in the payload, called after its identifier."""

    def __init__(self) -> None:
        self.taken = {alike(name) for name in (MANIFEST, *SYSTEM_FOLDERS)}  # the latter are not looked into

    def of(self, identifier: str, sha256: str) -> str:
        """Name the folder of a scan; part of the checksum follows where the identifier alone is not unique."""
        name = portable(identifier)
        if name != identifier or alike(name) in self.taken:
            longer = (f"{name}-{sha256[:digits]}" for digits in PARTS_OF_SHA256)
            name = next(candidate for candidate in longer if alike(candidate) not in self.taken)
        self.taken.add(alike(name))
        return name


def first_name(scan: BagScan) -> FileName:
    """Return the path that the scan's first supplier gave the file."""
    return scan.further_columns.get(SUPPLIER) or scan.supplier_filename


def file_name(path: str) -> str:
    """The last part of a supplier's path, as a name in the bag that its reference's folder does not have."""
    name = portable(path.rpartition("/")[2])
    return f"_{name}" if alike(name) == REFERENCE else name


def manifest_columns(further: list[str]) -> list[str]:
    """Return the header of manifest.csv: a delivery's own columns, then the suppliers'."""
    return [*COLUMNS, SUPPLIER, *(name for name in further if name not in (*COLUMNS, SUPPLIER))]


def manifest_row(scan: BagScan, file: FileName, reference: FileName) -> dict[Column, str]:
    """Return a scan as a row of manifest.csv: what was delivered, and what the archive has learnt since."""
    return {name: str(value) for name, value in scan.further_columns.items()} | {
        "file": file,
        "date": scan.date_created,
        "do_not_colorize": "yes" if scan.do_not_colorize else "no",
        "do_not_colorize_reason": scan.do_not_colorize_reason,
        "checksum": scan.sha256,
        "reference": reference,
        SUPPLIER: first_name(scan),
        **{name: scan.row[name] for name in DESCRIBED},
    }


def scan_line(scan: BagScan, file: FileName, reference: FileName) -> str:
    """Return all that the catalog knows of a scan, embedded metadata too, as a line of JSON."""
    plain = {name: _plain(value) for name, value in scan.row.items()}
    return _json_line(plain | {"file": file, "reference_file": reference})


def event_line(event: BagEvent) -> str:
    """Return an event in the words of PREMIS 3's semantic units, as a line of JSON."""
    units = {
        "eventIdentifier": event.event_key,
        "eventType": event.event_type,
        "eventDateTime": _plain(event.occurred_at),
        "eventDetailInformation": event.detail,
        "eventOutcome": event.outcome,
        "linkingAgentIdentifier": event.agent,
        "linkingObjectIdentifier": event.identifier,
        "delivery": event.delivery,
        "colorization": event.colorization_id,
    }
    return _json_line(units)


def _json_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"


def tombstone(scan: BagScan) -> list[object]:
    """Return a withdrawn scan as a row of tombstones.csv."""
    return [_plain(scan.row[name]) for name in TOMBSTONE]


def _plain(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


def line(digest: str, name: str) -> str:
    """Return a line of a payload or tag manifest; names of `portable` need no escapes."""
    return f"{digest}  {name}\n"


def information(
    institution: str, software: str, what: str, octets: int, streams: int, today: date, profile: str = ""
) -> str:
    """bag-info.txt; `octets` and `streams` are its payload's bytes and files, `profile` the URI of a profile."""
    entries = {"BagIt-Profile-Identifier": profile} if profile else {}
    entries |= {
        "Source-Organization": institution,
        "External-Description": what,
        "Bagging-Date": today.isoformat(),
        "Bagging-Software": software,
        "Bag-Size": f"{octets} bytes",
        "Payload-Oxum": f"{octets}.{streams}",
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in entries.items())
