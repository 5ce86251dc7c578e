"""How an upload ends: it is handed in and moved to the watched place, given up, or old and swept away."""

import logging
from dataclasses import dataclass
from pathlib import Path

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import UploadError
from heritage_color.scans.arrival import archives
from heritage_color.scans.uploading import staging
from heritage_color.scans.uploading.rows import OldUpload, Upload, UploadedFile
from heritage_color.scans.uploading.staging import Staging
from heritage_color.scans.uploading.uploads import files_of, find_upload, upload_sizes
from heritage_color.settings import Settings

LOG = logging.getLogger(__name__)

queries = db.queries("scans/uploading")


def hand_in(settings: Settings, upload_id: int) -> Path:
    """Hand a whole upload over to the watched place, once; returns where it lies there. Raises UploadError."""
    with db.connect(settings) as connection:
        state = queries.lock_upload(connection, upload_id=upload_id)
        if state == "open":
            _close(connection, settings, upload_id)
        elif state != "finished":
            raise UploadError(409, "This upload was given up, so it cannot be handed in. Begin another.")
    return settle(settings, upload_id)


def _close(connection: Connection, settings: Settings, upload_id: int) -> None:
    sizes = upload_sizes(connection, upload_id)
    if not sizes.files:
        raise UploadError(409, "No file has been sent yet. Send the scans first.", title="Nothing to hand in yet")
    if sizes.unfinished:
        count = "1 file is" if sizes.unfinished == 1 else f"{sizes.unfinished} files are"
        raise UploadError(409, f"{count} not here in full. Send the rest, or remove what shall not be delivered.")
    upload = db.sure_record(Upload, queries.get_upload(connection, upload_id=upload_id))
    files = db.records(UploadedFile, queries.list_uploaded_files(connection, upload_id=upload_id, most=2))
    archive = files[0].path if len(files) == 1 and _is_lone_archive(files[0]) else ""
    source = str(staging.destination(settings, upload_id, upload.name, archive))
    queries.close_upload(connection, upload_id=upload_id, state="finished", source=source)


def _is_lone_archive(file: UploadedFile) -> bool:
    return "/" not in file.path and archives.is_archive(file.path)


def settle(settings: Settings, upload_id: int) -> Path:
    """Move what was handed in to the watched place, also after a server was killed between the two."""
    upload = find_upload(settings, upload_id)
    assert upload is not None  # whoever settles has seen it, and
    assert upload.source is not None  # it was handed in
    place, source = Staging.of(settings, upload_id), Path(upload.source)
    if not source.exists():
        for file in files_of(settings, upload_id):
            place.place(file.file_id, file.path)
    place.hand_over(source)
    return source


def settle_all(settings: Settings) -> None:
    """The same for all uploads that the watched place has not shown yet."""
    with db.connect(settings) as connection:
        waiting = [upload["upload_id"] for upload in queries.list_unseen_uploads(connection)]
    for upload_id in waiting:
        settle(settings, upload_id)


def give_up(settings: Settings, upload_id: int) -> None:
    """Close an upload and remove its files; what was handed in stays. Raises UploadError where it was handed in."""
    with db.connect(settings) as connection:
        if queries.lock_upload(connection, upload_id=upload_id) == "finished":
            raise UploadError(409, "This upload was handed in already, so it cannot be given up any more.")
        queries.close_upload(connection, upload_id=upload_id, state="abandoned", source=None)
    _clear(settings, upload_id)


@dataclass(frozen=True)
class Removed:
    """How many uploads left the disk."""

    removed: int


def remove_old(settings: Settings) -> Removed:
    """Remove from the disk what nobody goes on with, and what was taken in, after HERITAGE_UPLOAD_DAYS.

    An upload that is handed in while the sweep is at it stays, and the sweep goes on with the others.
    """
    with db.connect(settings) as connection:
        old = db.records(OldUpload, queries.list_old_uploads(connection, days=settings.upload_days))
    return Removed(sum(_remove(settings, upload) for upload in old))


def _remove(settings: Settings, upload: OldUpload) -> bool:
    """Return whether an old upload left the disk."""
    if upload.state == "open":
        try:
            give_up(settings, upload.upload_id)
        except UploadError as error:
            LOG.info("Upload %d stays: %s", upload.upload_id, error)
            return False
        return True
    if upload.source:
        staging.remove_handed_in(Path(upload.source))
    _clear(settings, upload.upload_id)
    return True


def _clear(settings: Settings, upload_id: int) -> None:
    Staging.of(settings, upload_id).clear()
    with db.connect(settings) as connection:
        queries.remove_uploaded_files(connection, upload_id=upload_id)
        queries.upload_removed(connection, upload_id=upload_id)
