"""Looks at uploads as they come: each whole file in the decoding process, once; then all of them as one delivery.

The report is that of `check`, made of the files that are here, again and again until the upload is handed in.
"""

import hashlib
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from heritage_color import db
from heritage_color.errors import DeliveryError, ScannerError
from heritage_color.scans import check
from heritage_color.scans.arrival import receiving, virus
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.contents import content_of
from heritage_color.scans.decoding.messages import NEITHER, Answer
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.integrity import digests
from heritage_color.scans.reporting.reasons import Finding
from heritage_color.scans.reporting.report import Delivered, Report
from heritage_color.scans.uploading.staging import Staging
from heritage_color.settings import Settings

queries = db.queries("scans/uploading")

WAITING = "The virus scanner does not answer. Files are looked at when it is back; nothing that was sent is lost."
NONE = hashlib.sha256(b"").hexdigest()  # a report of no file: the next look makes another
BATCH = 4  # files between two looks at what came meanwhile
SHOWN = 40  # findings of one reason, and refused pictures, that the page shows
# What further files may mend
NOT_YET = frozenset({"file-missing", "checksum-missing-file", "reference-missing"})
UNFINISHED = NOT_YET | {
    "checksum-absolute-path",
    "bag-oxum",
    "bag-fetch",
    "row-cut",
}  # and what is no fault yet while files are on their way
# Which of them a list will name is not known before it comes; rarer ones are computed then
ALGORITHMS = {*digests.USUAL.values(), "blake2b", "crc32"}


@dataclass(frozen=True)
class Looked:
    """What a look left: whether files wait that nobody has looked at, and the seconds that the report took."""

    more: bool
    seconds: float


def workers_for(settings: Settings) -> Workers:
    """The decoding process for looks: one, so that pages are served meanwhile."""
    return Workers(settings, ALGORITHMS, count=1)


def look(settings: Settings, upload_id: int, workers: Workers, seconds: float = 3.0) -> Looked:
    """Look for so many seconds at files that came whole, then make the report. Nothing while another process is at it.

    Files that a killed process has not finished with are looked at by the next.
    """
    with _alone(settings, upload_id) as connection:
        if connection is None:
            return Looked(False, 0)
        deadline = time.monotonic() + seconds
        while (files := _unchecked(connection, settings, upload_id)) and time.monotonic() < deadline:
            for file_id, path in files:
                answer = _answer_or_say(connection, settings, upload_id, workers, path)
                queries.file_checked(connection, file_id=file_id, answer=db.json(answer.as_json()))
                connection.commit()
        begun = time.monotonic()
        _report(connection, settings, upload_id, workers)
        return Looked(bool(files), time.monotonic() - begun)


@contextmanager
def _alone(settings: Settings, upload_id: int) -> Iterator:
    """A connection that holds the upload's lock, which ends with it; None where another holds it."""
    with db.connect(settings, own=True) as connection:
        held = queries.lock_checking(connection, upload_id=upload_id)
        connection.commit()
        yield connection if held else None


def _unchecked(connection, settings: Settings, upload_id: int) -> list[tuple[int, Path]]:
    """Some whole files of an open upload that nobody has looked at, in their places."""
    found = list(queries.list_unchecked_files(connection, upload_id=upload_id, most=BATCH))
    connection.commit()
    place = Staging.of(settings, upload_id)
    return [(row["file_id"], place.place(row["file_id"], row["path"])) for row in found]


def _answer_or_say(connection, settings: Settings, upload_id: int, workers: Workers, path: Path) -> Answer:
    """The answer on a file. Without the virus scanner there is none, which the page says until it is back."""
    try:
        return _answer(settings, workers, path)
    except ScannerError:
        queries.keep_report(connection, upload_id=upload_id, report=db.json({"sentence": WAITING}), report_of=NONE)
        connection.commit()
        raise


def _answer(settings: Settings, workers: Workers, path: Path) -> Answer:
    """What a file is; of one that the virus scan keeps from being opened, its digests only."""
    viruses = virus.scan(settings, [path] if path.exists() else [])
    size = path.stat().st_size if path.exists() else 0
    withheld = virus.is_withheld(viruses.verdicts.get(path))
    content = NEITHER if withheld else content_of(Entry(path, path.name, "file", size))
    return replace(workers.examine(path, content), virus=virus.of_one_file(viruses, path))


def _report(connection, settings: Settings, upload_id: int, workers: Workers) -> None:
    """Have the page's report be one of all files that were looked at."""
    rows = list(queries.list_answers(connection, upload_id=upload_id))
    connection.commit()
    known = [bool(rows and rows[0]["unfinished"]), *(row["file_id"] for row in rows)]
    of = hashlib.sha256(repr(known).encode()).hexdigest()
    if rows and rows[0]["report_of"] != of:
        made = _made(settings, Staging.of(settings, upload_id), rows, workers)
        queries.keep_report(connection, upload_id=upload_id, report=db.json(made), report_of=of)
        connection.commit()


def _made(settings: Settings, place: Staging, rows: list[dict], workers: Workers) -> dict:
    files = {place.delivery / row["path"]: row for row in rows}
    try:
        with receiving.receive(settings, place.lone_archive() or place.delivery) as received:
            alone = place.lone_archive() is not None
            report = check.examine(
                received,
                settings,
                None if alone else {path: Answer.from_json(row["answer"]) for path, row in files.items()},
            )
    except DeliveryError as error:
        return {"sentence": str(error)}
    numbers = {path: row["file_id"] for path, row in files.items()}
    refused = [_refused(one, numbers.get(one.path), place, workers) for one in _shown_refusals(report)]
    return as_page(report, refused, UNFINISHED if rows[0]["unfinished"] else NOT_YET)


def as_page(report: Report, refused: list[dict], not_yet: Set[str] = NOT_YET) -> dict:
    """What the page shows of a report: counts, findings by reason, what is `not_yet` here, refused pictures.

    `beside` counts the errors that are no picture's, which no refused picture shows.
    """
    groups = [(severity, code, found) for severity, code, found in report.groups if code not in not_yet]
    missing = [one for one in report.findings if one.code in not_yet]
    beside = {one for one in report.general if one.severity == "error" and one.code not in not_yet}
    return {
        "files": report.files,
        "accepted": report.accepted,
        "refused": report.refused,
        "listed": report.listed,
        "verified": report.verified,
        "profiles": [profile.sentence for profile in report.profiles if profile.wanted],
        "notes": report.notes,
        "groups": [_group(*group) for group in groups],
        "missing": [_fact(one) for one in missing[: 5 * SHOWN]],
        "missing_in_all": len(missing),
        "beside": len(beside),
        "pictures_refused": refused,
    }


def _group(severity: str, code: str, found: list[Finding]) -> dict:
    return {"severity": severity, "code": code, "count": len(found), "findings": [_fact(one) for one in found[:SHOWN]]}


def _fact(one: Finding) -> dict:
    return {"file": one.file, "row": one.row, "fault": one.fault, "remedy": one.remedy}


def _shown_refusals(report: Report) -> list[Delivered]:
    return [one for one in report.pictures if not one.accepted][:SHOWN]


def _refused(one: Delivered, file_id: int | None, place: Staging, workers: Workers) -> dict:
    """A refused picture with its reasons, and the number under which its thumbnail lies, where there is one."""
    shown = set(virus.WITHHELD).isdisjoint(one.codes)
    made = shown and file_id is not None and _thumbnail(one.path, place.thumbnail(file_id), workers)
    errors = [finding.fault for finding in one.findings if finding.severity == "error"]
    return {"file": one.name, "reasons": errors, "codes": one.codes, "thumbnail": file_id if made else None}


def _thumbnail(path: Path, thumbnail: Path, workers: Workers) -> bool:
    thumbnail.parent.mkdir(mode=0o700, exist_ok=True)
    return thumbnail.exists() or workers.thumbnail(path, thumbnail)
