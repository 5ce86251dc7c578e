"""Uploads: a delivery comes through the web application in pieces, is looked at as it comes, and is handed in.

What counts of a file is in the catalog (`uploaded_files.received`), and is written there after the bytes are on the
disk for good. A server that is killed anywhere, or a sender that goes away, leaves nothing that the next piece
does not put right. Files are announced (announcing.py), come in pieces (pieces.py) and are handed in (ending.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import UploadError
from heritage_color.scans.uploading.rows import Coming, OnTheWay, Sizes, Upload, UploadedFile
from heritage_color.settings import Settings

CLOSED = "This upload is closed: it was handed in or given up, so nothing more can be added to it."

queries = db.queries("scans/uploading")


def open_upload(settings: Settings, name: str, uploader: str, account_id: int | None = None) -> int:
    """Begin an upload; returns its number. Raises UploadError for an empty name."""
    if not name.strip():
        raise UploadError(400, "Give the delivery a name, so that you and the archive find it again.")
    with db.connect(settings) as connection:
        upload = {"name": name.strip(), "uploader": uploader, "account_id": account_id}
        upload_id: int = queries.open_upload(connection, **upload)
        return upload_id


def find_upload(settings: Settings, upload_id: int) -> Upload | None:
    """An upload with what became of it, if there is one of this number."""
    with db.connect(settings) as connection:
        return db.record(Upload, queries.get_upload(connection, upload_id=upload_id))


def files_of(settings: Settings, upload_id: int, most: int | None = None) -> list[UploadedFile]:
    """Files of an upload, the unfinished ones first; `most` limits their number."""
    with db.connect(settings) as connection:
        return db.records(UploadedFile, queries.list_uploaded_files(connection, upload_id=upload_id, most=most))


def file_of(settings: Settings, upload_id: int, file_id: int) -> UploadedFile | None:
    """A file of an upload, if it has one of this number."""
    with db.connect(settings) as connection:
        return uploaded_file(connection, upload_id, file_id)


def uploaded_file(connection: Connection, upload_id: int, file_id: int) -> UploadedFile | None:
    """Return the same over a connection."""
    return db.record(UploadedFile, queries.get_uploaded_file(connection, upload_id=upload_id, file_id=file_id))


def sizes_of(settings: Settings, upload_id: int) -> Sizes:
    """Return what an upload announced, and how much of it is here."""
    with db.connect(settings) as connection:
        return upload_sizes(connection, upload_id)


def upload_sizes(connection: Connection, upload_id: int) -> Sizes:
    """Return the same over a connection."""
    return db.sure_record(Sizes, queries.upload_sizes(connection, upload_id=upload_id))


def on_the_way(settings: Settings, account_id: int, everyone: bool, seen_by: int | None = None) -> OnTheWay:
    """Deliveries that were not taken in yet, as far as an account sees them; an administrator sees those of everyone.

    Where an account is given by which they are `seen_by`, what others handed in is left out.
    """
    with db.connect(settings) as connection:
        seen = {"account_id": account_id, "everyone": everyone, "seen_by": seen_by}
        coming = db.records(Coming, queries.list_on_the_way(connection, **seen))
        others: int = 0 if everyone else queries.count_other_uploads(connection, account_id=account_id)
    return OnTheWay(coming, others)


@contextmanager
def while_open(settings: Settings, upload_id: int) -> Iterator[Connection]:
    """A connection in whose transaction the upload stays open. Raises UploadError where it is closed."""
    with db.connect(settings) as connection:
        if queries.lock_upload(connection, upload_id=upload_id) != "open":
            raise UploadError(409, CLOSED)
        yield connection
