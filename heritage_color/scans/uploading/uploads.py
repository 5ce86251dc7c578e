"""Uploads: a delivery comes through the web application in pieces, is looked at as it comes, and is handed in.

What counts of a file is in the catalog (`uploaded_files.received`), and is written there after the bytes are on the
disk for good. A server that is killed anywhere, or a sender that goes away, leaves nothing that the next piece
does not put right.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from heritage_color import db
from heritage_color.errors import UploadError
from heritage_color.scans.arrival import names, unpacking
from heritage_color.scans.uploading import staging
from heritage_color.scans.uploading.staging import Staging
from heritage_color.settings import Settings

queries = db.queries("scans/uploading")

PIECE_BYTES = 16 * 2**20  # the most that one request brings of a file
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")  # RFC 9530
CLOSED = "This upload is closed: it was handed in or given up, so nothing more can be added to it."
DAMAGED = "A piece of this file was damaged on its way: its checksum is another. It can be sent again."


@dataclass(frozen=True)
class Announced:
    """A file that a sender wants to send: its path below the delivery's folder, bytes, time in milliseconds."""

    path: str
    bytes: int
    modified: int = 0

    @property
    def alike(self) -> str:
        """What the path has in common with those that a careless system cannot tell apart from it."""
        return names.alike(self.path)

    @property
    def folders(self) -> list[str]:
        """The folders on the way to the file, in the same spelling."""
        return [parent.as_posix() for parent in PurePosixPath(self.alike).parents][:-1]


def open_upload(settings: Settings, name: str, uploader: str, account_id: int | None = None) -> int:
    """Begin an upload; returns its number. Raises UploadError for an empty name."""
    if not name.strip():
        raise UploadError(400, "Give the delivery a name, so that you and the archive find it again.")
    with db.connect(settings) as connection:
        return queries.open_upload(connection, name=name.strip(), uploader=uploader, account_id=account_id)


def find(settings: Settings, upload_id: int) -> dict | None:
    """An upload with what became of it, if there is one of this number."""
    with db.connect(settings) as connection:
        return queries.get_upload(connection, upload_id=upload_id)


def files_of(settings: Settings, upload_id: int, most: int | None = None) -> list[dict]:
    """Files of an upload, what is missing first: path, bytes, how much of it is here, and whether it was looked at."""
    with db.connect(settings) as connection:
        return list(queries.list_uploaded_files(connection, upload_id=upload_id, most=most))


def file_of(settings: Settings, upload_id: int, file_id: int) -> dict | None:
    """One of them."""
    with db.connect(settings) as connection:
        return queries.get_uploaded_file(connection, upload_id=upload_id, file_id=file_id)


def sizes_of(settings: Settings, upload_id: int) -> dict:
    """How many `files` and `bytes` were announced, bytes `received`, files `unfinished` and `unchecked`."""
    with db.connect(settings) as connection:
        return queries.upload_sizes(connection, upload_id=upload_id)


def on_the_way(
    settings: Settings, account_id: int, everyone: bool, seen_by: int | None = None
) -> tuple[list[dict], int]:
    """Deliveries that were not taken in yet, and how many open uploads of others are not among them.

    Where an account is given by which they are `seen_by`, what others handed in is left out.
    """
    with db.connect(settings) as connection:
        facts = {"account_id": account_id, "everyone": everyone, "seen_by": seen_by}
        found = list(queries.list_on_the_way(connection, **facts))
        others = 0 if everyone else queries.count_other_uploads(connection, account_id=account_id)
    return found, others


# ------------------------------------------------------------------------- announcing


def announce(settings: Settings, upload_id: int, files: list[Announced]) -> list[dict]:
    """Say which files will be sent. Each is answered with its `file_id` and how much of it was `received`, or `fault`.

    A file that is here already, in part or whole, is known by path, size and time; where size or time differ it takes
    the place of the earlier one. Raises UploadError where the upload is closed or there is no room.
    """
    replaced: list[tuple[int, str]] = []
    with _open(settings, upload_id) as connection:
        so_far = queries.upload_sizes(connection, upload_id=upload_id)
        answers = [_announce(connection, settings, upload_id, file, replaced, so_far) for file in files]
        staging.check_room(settings, queries.bytes_to_come(connection))
        queries.touch_upload(connection, upload_id=upload_id)
    place = Staging.of(settings, upload_id)
    for file_id, path in replaced:
        place.remove(file_id, path)
    for file, answer in zip(files, answers, strict=True):
        if file.bytes == 0 and "file_id" in answer:
            with place.part(answer["file_id"]):
                place.place(answer["file_id"], file.path)
    return answers


def _announce(connection, settings: Settings, upload_id: int, file: Announced, replaced: list, so_far: dict) -> dict:
    fault = _fault(settings, file)
    if fault:
        return {"path": file.path, "fault": fault}
    clash = queries.find_clash(connection, upload_id=upload_id, alike=file.alike, folders=file.folders)
    if clash and clash["path"] != file.path:
        return {"path": file.path, "fault": _clash(file, clash["path"])}
    if clash and (clash["bytes"], clash["modified"]) == (file.bytes, file.modified):
        return {"path": file.path, "file_id": clash["file_id"], "received": clash["received"]}
    fault = _no_space(settings, file, so_far)
    if fault:
        return {"path": file.path, "fault": fault}
    if clash:
        queries.remove_uploaded_file(connection, upload_id=upload_id, file_id=clash["file_id"])
        replaced.append((clash["file_id"], clash["path"]))
    so_far["files"], so_far["bytes"] = so_far["files"] + 1, so_far["bytes"] + file.bytes
    facts = {"path": file.path, "alike": file.alike, "bytes": file.bytes, "modified": file.modified}
    return {
        "path": file.path,
        "file_id": queries.add_uploaded_file(connection, upload_id=upload_id, **facts),
        "received": 0,
    }


def _fault(settings: Settings, file: Announced) -> str:
    shown = names.printable(file.path)
    why = names.fault_of_path(file.path)
    if why:
        return f"{shown} has a name that cannot be taken: {why}. Rename it and send it again."
    if file.bytes > settings.upload_file_bytes:
        sizes = f"{file.bytes / 1e9:.2f} GB, and {settings.upload_file_bytes / 1e9:.2f} GB are the most"
        return f"{shown} is too large to be uploaded: it has {sizes}. Deliver it another way."
    return ""


def _no_space(settings: Settings, file: Announced, so_far: dict) -> str:
    shown = names.printable(file.path)
    if so_far["files"] >= settings.unpack_entries:
        return f"{shown} is one file too many: an upload holds {settings.unpack_entries} at most. Begin another."
    if so_far["bytes"] + file.bytes > settings.upload_bytes:
        most = f"{settings.upload_bytes / 1e9:.2f} GB"
        return f"{shown} makes the upload too large: {most} are the most. Hand this one in, and begin another."
    return ""


def _clash(file: Announced, other: str) -> str:
    if names.alike(other) == file.alike:
        return f"{file.path} differs from {other} in letter case or accents' encoding only. Rename one of the two."
    return f"{file.path} cannot be beside {other}: one of them would be a folder of the other's name. Rename one."


def remove_file(settings: Settings, upload_id: int, file_id: int) -> None:
    """Take a file off an open upload. Raises UploadError where it is closed."""
    with _open(settings, upload_id) as connection:
        found = queries.get_uploaded_file(connection, upload_id=upload_id, file_id=file_id)
        queries.remove_uploaded_file(connection, upload_id=upload_id, file_id=file_id)
        queries.forget_report(connection, upload_id=upload_id)
    if found:
        Staging.of(settings, upload_id).remove(file_id, found["path"])


# --------------------------------------------------------------------------- receiving


@dataclass
class Piece:
    """A piece of a file on its way to the disk. Nothing of it counts before `finish`."""

    settings: Settings
    upload_id: int
    file: dict
    offset: int
    expected: bytes
    handle: int
    length: int = 0
    running: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, block: bytes) -> None:
        """The next bytes. Raises UploadError where they are more than announced, or the disk is full."""
        if self.length + len(block) > min(PIECE_BYTES, self.file["bytes"] - self.offset):
            raise UploadError(413, f"More came of {self.file['path']} than was announced. Send it again.")
        try:
            os.pwrite(self.handle, block, self.offset + self.length)
        except OSError as error:
            if error.errno not in unpacking.NO_ROOM:
                raise
            raise UploadError(507, "The archive's disk is full. Ask the archive to make room.") from error
        self.running.update(block)
        self.length += len(block)

    def finish(self) -> int:
        """Have the piece count, and a whole file get its name. Returns how much of the file is here.

        Raises UploadError where its checksum is another, or the upload was closed meanwhile.
        """
        if self.running.digest() != self.expected:
            raise UploadError(422, DAMAGED, self.offset)
        received = self.offset + self.length
        os.ftruncate(self.handle, received)
        os.fsync(self.handle)
        with _open(self.settings, self.upload_id) as connection:
            queries.file_received(connection, file_id=self.file["file_id"], received=received)
            queries.touch_upload(connection, upload_id=self.upload_id)
        if received == self.file["bytes"]:
            Staging.of(self.settings, self.upload_id).place(self.file["file_id"], self.file["path"])
        return received


@contextmanager
def piece(settings: Settings, upload_id: int, file_id: int, offset: int, digest: str) -> Iterator[Piece]:
    """A piece that begins at `offset`, where what is here of the file ends; `digest` is its Content-Digest (RFC 9530).

    Raises UploadError for another offset (its `received` says where to go on), while another sender is at it, and
    where the upload is closed.
    """
    expected = read_digest(digest)
    _unfinished(settings, upload_id, file_id, offset)
    with Staging.of(settings, upload_id).part(file_id) as handle:
        file = _unfinished(settings, upload_id, file_id, offset)  # again, now that nobody else writes
        staging.check_room(settings, min(PIECE_BYTES, file["bytes"] - offset))
        yield Piece(settings, upload_id, file, offset, expected, handle)


def receive(settings: Settings, upload_id: int, file_id: int, offset: int, content: bytes) -> int:
    """A piece that is in memory already; returns how much of the file is here then. Raises UploadError."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
    with piece(settings, upload_id, file_id, offset, digest) as one:
        one.write(content)
        return one.finish()


def read_digest(header: str) -> bytes:
    """The SHA-256 of a Content-Digest header. Raises UploadError where it holds none."""
    found = DIGEST.search(header)
    try:
        return base64.b64decode(found[1], validate=True) if found else _no_digest()
    except binascii.Error:
        return _no_digest()


def _no_digest() -> bytes:
    raise UploadError(400, "The piece came without its SHA-256 in the header Content-Digest.")


def _unfinished(settings: Settings, upload_id: int, file_id: int, offset: int) -> dict:
    with _open(settings, upload_id) as connection:
        file = queries.get_uploaded_file(connection, upload_id=upload_id, file_id=file_id)
    if file is None:
        raise UploadError(404, "There is no such file in this upload. It may have been removed, or sent anew.")
    if offset != file["received"] or offset == file["bytes"]:
        here = f"{file['received']} of {file['bytes']} bytes"
        raise UploadError(409, f"{file['path']}: {here} are here, so the next piece begins there.", file["received"])
    return file


@contextmanager
def _open(settings: Settings, upload_id: int) -> Iterator:
    """A connection while the upload stays open. Raises UploadError where it is closed."""
    with db.connect(settings) as connection:
        if queries.lock_upload(connection, upload_id=upload_id) != "open":
            raise UploadError(409, CLOSED)
        yield connection


# ------------------------------------------------------------------------------ ending


def hand_in(settings: Settings, upload_id: int) -> Path:
    """Hand a whole upload over to the watched place, once; returns where it lies there. Raises UploadError."""
    with db.connect(settings) as connection:
        state = queries.lock_upload(connection, upload_id=upload_id)
        if state == "open":
            _close(connection, settings, upload_id)
        elif state != "finished":
            raise UploadError(409, "This upload was given up, so it cannot be handed in. Begin another.")
    return settle(settings, upload_id)


def _close(connection, settings: Settings, upload_id: int) -> None:
    sizes = queries.upload_sizes(connection, upload_id=upload_id)
    if not sizes["files"]:
        raise UploadError(409, "Nothing was sent yet, so there is nothing to hand in.")
    if sizes["unfinished"]:
        count = "1 file is" if sizes["unfinished"] == 1 else f"{sizes['unfinished']} files are"
        raise UploadError(409, f"{count} not here in full. Send the rest, or remove what shall not be delivered.")
    upload = queries.get_upload(connection, upload_id=upload_id)
    paths = [file["path"] for file in queries.list_uploaded_files(connection, upload_id=upload_id, most=2)]
    archive = paths[0] if len(paths) == 1 and "/" not in paths[0] and unpacking.is_archive(paths[0]) else ""
    source = str(staging.destination(settings, upload_id, upload["name"], archive))
    queries.close_upload(connection, upload_id=upload_id, state="finished", source=source)


def settle(settings: Settings, upload_id: int) -> Path:
    """Move what was handed in to the watched place, also after a server was killed between the two."""
    with db.connect(settings) as connection:
        upload = queries.get_upload(connection, upload_id=upload_id)
        files = list(queries.list_uploaded_files(connection, upload_id=upload_id, most=None))
    place, source = Staging.of(settings, upload_id), Path(upload["source"])
    if not source.exists():
        for file in files:
            place.place(file["file_id"], file["path"])
    place.hand_over(source)
    return source


def settle_all(settings: Settings) -> None:
    """The same for all uploads that the watched place has not shown yet."""
    with db.connect(settings) as connection:
        waiting = list(queries.list_unseen_uploads(connection))
    for upload in waiting:
        settle(settings, upload["upload_id"])


def give_up(settings: Settings, upload_id: int) -> None:
    """Close an upload and remove its files; what was handed in stays. Raises UploadError where it was handed in."""
    with db.connect(settings) as connection:
        if queries.lock_upload(connection, upload_id=upload_id) == "finished":
            raise UploadError(409, "This upload was handed in already, so it cannot be given up any more.")
        queries.close_upload(connection, upload_id=upload_id, state="abandoned", source=None)
    _clear(settings, upload_id)


def remove_old(settings: Settings) -> dict:
    """Remove from the disk what nobody goes on with, and what was taken in, after HERITAGE_UPLOAD_DAYS."""
    with db.connect(settings) as connection:
        old = list(queries.list_old_uploads(connection, days=settings.upload_days))
    for upload in old:
        if upload["state"] == "open":
            give_up(settings, upload["upload_id"])
            continue
        if upload["source"]:
            staging.remove_handed_in(Path(upload["source"]))
        _clear(settings, upload["upload_id"])
    return {"removed": len(old)}


def _clear(settings: Settings, upload_id: int) -> None:
    Staging.of(settings, upload_id).clear()
    with db.connect(settings) as connection:
        queries.remove_uploaded_files(connection, upload_id=upload_id)
        queries.upload_removed(connection, upload_id=upload_id)
