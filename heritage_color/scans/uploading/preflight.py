"""Looks at uploads as they come: each whole file in the decoding process, once; then all of them as one delivery.

The report is that of `check`, made of the files that are here, again and again until the upload is handed in.
"""

import hashlib
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import DeliveryError, NoPictureError, ScannerError
from heritage_color.keys import Code, FileName, Json
from heritage_color.scans import check
from heritage_color.scans.arrival import receiving, verdicts, virus
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.contents import content_of
from heritage_color.scans.decoding.messages import NEITHER, Answer
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.integrity import digests
from heritage_color.scans.reporting.reasons import Finding
from heritage_color.scans.reporting.report import Delivered, Group, Report
from heritage_color.scans.uploading.staging import Staging
from heritage_color.settings import Settings

queries = db.queries("scans/uploading")

WAITING = "The virus scanner does not answer. Files are looked at when it is back; nothing that was sent is lost."
NO_PICTURE = "No picture has been sent yet."
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
    """Return the decoding process for looks: one, so that pages are served meanwhile."""
    return Workers(settings, ALGORITHMS, count=1)


def look(settings: Settings, upload_id: int, workers: Workers, seconds: float = 3.0) -> Looked:
    """Look at files that came whole for some seconds, then make the report; one process at a time does so.

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
def _alone(settings: Settings, upload_id: int) -> Iterator[Connection | None]:
    """A connection that holds the upload's lock, which ends with it; None where another holds it."""
    with db.connect(settings, own=True) as connection:
        held = queries.lock_checking(connection, upload_id=upload_id)
        connection.commit()
        yield connection if held else None
        if held:
            queries.unlock_checking(connection, upload_id=upload_id)


def _unchecked(connection: Connection, settings: Settings, upload_id: int) -> list[tuple[int, Path]]:
    """Some whole files of an open upload that nobody has looked at: their numbers, and their places on the disk."""
    rows = list(queries.list_unchecked_files(connection, upload_id=upload_id, most=BATCH))
    connection.commit()
    place = Staging.of(settings, upload_id)
    return [(row["file_id"], place.place(row["file_id"], row["path"])) for row in rows]


def _answer_or_say(connection: Connection, settings: Settings, upload_id: int, workers: Workers, path: Path) -> Answer:
    """Return the answer on a file. Without the virus scanner there is none, which the page says until it is back."""
    try:
        return _answer(settings, workers, path)
    except ScannerError:
        queries.keep_report(connection, upload_id=upload_id, report=db.json(asdict(Unshown(WAITING))), report_of=NONE)
        connection.commit()
        raise


def _answer(settings: Settings, workers: Workers, path: Path) -> Answer:
    """Return what a file is; of one that the virus scan keeps from being opened, its digests only."""
    viruses = virus.scan(settings, [path] if path.exists() else [])
    size = path.stat().st_size if path.exists() else 0
    withheld = verdicts.is_withheld(viruses.verdicts.get(path))
    content = NEITHER if withheld else content_of(Entry(path, path.name, "file", size))
    return replace(workers.examine(path, content), virus=viruses.of_one_file(path))


@dataclass(frozen=True)
class Unshown:
    """A sentence on why there is no report yet; the page shows it in its place."""

    sentence: str


@dataclass(frozen=True)
class _Checked:
    """A file of an upload with the answer of the decoding process; some files of it may be `unfinished`."""

    file_id: int
    path: FileName
    answer: Json
    report_of: str | None
    unfinished: int


def _report(connection: Connection, settings: Settings, upload_id: int, workers: Workers) -> None:
    """Have the page's report be one of all files that were looked at."""
    files = db.records(_Checked, queries.list_answers(connection, upload_id=upload_id))
    connection.commit()
    known = [bool(files and files[0].unfinished), *(file.file_id for file in files)]
    of = hashlib.sha256(repr(known).encode()).hexdigest()
    if files and files[0].report_of != of:
        report = _made(settings, Staging.of(settings, upload_id), files, workers)
        queries.keep_report(connection, upload_id=upload_id, report=db.json(asdict(report)), report_of=of)
        connection.commit()


def _made(settings: Settings, place: Staging, files: list[_Checked], workers: Workers) -> "Shown | Unshown":
    """The report as the page shows it; where the files are no delivery yet, only a sentence on why."""
    lone = place.lone_archive()
    known = None if lone else {place.delivery / file.path: Answer.from_json(file.answer) for file in files}
    try:
        with receiving.receive(settings, lone or place.delivery) as received:
            report = check.examine(received, settings, known)
    except NoPictureError:
        return Unshown(NO_PICTURE)
    except DeliveryError as error:
        return Unshown(str(error))
    numbers = {place.delivery / file.path: file.file_id for file in files}
    refused = [picture for picture in report.pictures if not picture.accepted][:SHOWN]
    shown = [_refused(picture, numbers.get(picture.path), place, workers) for picture in refused]
    return as_page(report, shown, UNFINISHED if files[0].unfinished else NOT_YET)


@dataclass(frozen=True)
class ShownFinding:
    """A finding as the page shows it."""

    file: FileName
    row: int | None
    fault: str
    remedy: str


@dataclass(frozen=True)
class ShownGroup:
    """How many findings of one reason there are, and the first of them."""

    severity: str
    code: Code
    count: int
    findings: list[ShownFinding]


@dataclass(frozen=True)
class ShownRefusal:
    """A refused picture with its reasons; `thumbnail` is the number under which its small picture lies, if any."""

    file: FileName
    reasons: list[str]
    codes: list[Code]
    thumbnail: int | None


@dataclass(frozen=True)
class Shown:
    """What the page shows of a report: counts, findings by reason, what is not here yet, refused pictures.

    `beside` counts the errors that are no picture's, which no refused picture shows.
    """

    files: int
    accepted: int
    refused: int
    listed: int
    verified: int
    profiles: list[str]
    notes: list[str]
    groups: list[ShownGroup]
    missing: list[ShownFinding]
    missing_in_all: int
    beside: int
    pictures_refused: list[ShownRefusal]


def as_page(report: Report, refused: list[ShownRefusal], not_yet: Set[Code] = NOT_YET) -> Shown:
    """A report for the page of an upload; findings of the codes `not_yet` stand apart, as files are on their way."""
    missing = [fault for fault in report.findings if fault.code in not_yet]
    beside = {fault for fault in report.general if fault.severity == "error" and fault.code not in not_yet}
    return Shown(
        files=report.files,
        accepted=report.accepted,
        refused=report.refused,
        listed=report.listed,
        verified=report.verified,
        profiles=[profile.sentence for profile in report.profiles if profile.wanted],
        notes=report.notes,
        groups=[_group(group) for group in report.groups if group.code not in not_yet],
        missing=[_shown(fault) for fault in missing[: 5 * SHOWN]],
        missing_in_all=len(missing),
        beside=len(beside),
        pictures_refused=refused,
    )


def _group(group: Group) -> ShownGroup:
    shown = [_shown(fault) for fault in group.findings[:SHOWN]]
    return ShownGroup(group.severity, group.code, len(group.findings), shown)


def _shown(fault: Finding) -> ShownFinding:
    return ShownFinding(fault.file, fault.row, fault.fault, fault.remedy)


def _refused(picture: Delivered, file_id: int | None, place: Staging, workers: Workers) -> ShownRefusal:
    may_be_opened = not verdicts.may_not_be_opened(picture.codes)
    made = may_be_opened and file_id is not None and _thumbnail(picture.path, place.thumbnail(file_id), workers)
    errors = [fault.fault for fault in picture.findings if fault.severity == "error"]
    return ShownRefusal(picture.name, errors, picture.codes, file_id if made else None)


def _thumbnail(path: Path, thumbnail: Path, workers: Workers) -> bool:
    thumbnail.parent.mkdir(mode=0o700, exist_ok=True)
    return thumbnail.exists() or workers.thumbnail(path, thumbnail)
