"""Pieces of files on their way to the disk, after the draft on resumable uploads of the IETF's HTTP group.

A piece begins where what is here of its file ends, and counts once its bytes have the digest that came with it.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from heritage_color import db
from heritage_color.errors import UploadError
from heritage_color.scans.arrival.landing import NO_ROOM
from heritage_color.scans.uploading import staging
from heritage_color.scans.uploading.rows import UploadedFile
from heritage_color.scans.uploading.staging import Staging
from heritage_color.scans.uploading.uploads import uploaded_file, while_open
from heritage_color.settings import Settings

PIECE_BYTES = 16 * 2**20  # the most that one request brings of a file
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")  # RFC 9530
DAMAGED = "A piece of this file was damaged on its way: its checksum is another. It can be sent again."

queries = db.queries("scans/uploading")


@dataclass
class Piece:
    """A piece of a file on its way to the disk. Nothing of it counts before `finish`."""

    settings: Settings
    upload_id: int
    file: UploadedFile
    offset: int
    expected: bytes
    handle: int
    length: int = 0
    running: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, block: bytes) -> None:
        """The next bytes. Raises UploadError where they are more than announced, or the disk is full."""
        if self.length + len(block) > min(PIECE_BYTES, self.file.bytes - self.offset):
            raise UploadError(413, f"More came of {self.file.path} than was announced. Send it again.")
        try:
            os.pwrite(self.handle, block, self.offset + self.length)
        except OSError as error:
            if error.errno not in NO_ROOM:
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
        with while_open(self.settings, self.upload_id) as connection:
            queries.file_received(connection, file_id=self.file.file_id, received=received)
            queries.touch_upload(connection, upload_id=self.upload_id)
        if received == self.file.bytes:
            Staging.of(self.settings, self.upload_id).place(self.file.file_id, self.file.path)
        return received


@contextmanager
def open_piece(settings: Settings, upload_id: int, file_id: int, offset: int, digest: str) -> Iterator[Piece]:
    """A piece that begins at `offset`, where what is here of the file ends; `digest` is its Content-Digest (RFC 9530).

    Raises UploadError for another offset (its `received` says where to go on), while another sender is at it, and
    where the upload is closed.
    """
    expected = read_digest(digest)
    _unfinished(settings, upload_id, file_id, offset)
    with Staging.of(settings, upload_id).part(file_id) as handle:
        file = _unfinished(settings, upload_id, file_id, offset)  # again, now that nobody else writes
        staging.check_room(settings, min(PIECE_BYTES, file.bytes - offset))
        yield Piece(settings, upload_id, file, offset, expected, handle)


def receive_piece(settings: Settings, upload_id: int, file_id: int, offset: int, content: bytes) -> int:
    """A piece that is in memory already; returns how much of the file is here then. Raises UploadError."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
    with open_piece(settings, upload_id, file_id, offset, digest) as arriving:
        arriving.write(content)
        return arriving.finish()


def read_digest(header: str) -> bytes:
    """Return the SHA-256 of a Content-Digest header. Raises UploadError where it holds none."""
    told = DIGEST.search(header)
    try:
        if told:
            return base64.b64decode(told[1], validate=True)
    except binascii.Error:
        pass  # it is no digest either
    raise UploadError(400, "The piece came without its SHA-256 in the header Content-Digest.")


def _unfinished(settings: Settings, upload_id: int, file_id: int, offset: int) -> UploadedFile:
    """The file whose next piece begins at `offset`. Raises UploadError where that is another, or none."""
    with while_open(settings, upload_id) as connection:
        file = uploaded_file(connection, upload_id, file_id)
    if file is None:
        raise UploadError(404, "There is no such file in this upload. It may have been removed, or sent anew.")
    if offset != file.received or file.is_whole:
        here = f"{file.received} of {file.bytes} bytes"
        raise UploadError(409, f"{file.path}: {here} are here, so the next piece begins there.", file.received)
    return file
