"""A sender says which files it will send; each is known by path, size and time, so that nothing is sent twice."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import FileName, Json
from heritage_color.scans.arrival import names
from heritage_color.scans.uploading import staging
from heritage_color.scans.uploading.rows import Clash
from heritage_color.scans.uploading.staging import Staging
from heritage_color.scans.uploading.uploads import upload_sizes, uploaded_file, while_open
from heritage_color.settings import Settings

queries = db.queries("scans/uploading")


@dataclass(frozen=True)
class Announced:
    """A file that a sender wants to send: its path below the delivery's folder, bytes, time in milliseconds."""

    path: FileName
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


@dataclass(frozen=True)
class Expected:
    """The answer on an announced file: its number and how much of it is here, or the fault for which it is refused."""

    path: FileName
    file_id: int | None = None
    received: int = 0
    fault: str = ""

    def as_json(self) -> Json:
        """The answer as the sender's program reads it."""
        if self.fault:
            return {"path": self.path, "fault": self.fault}
        return {"path": self.path, "file_id": self.file_id, "received": self.received}


@dataclass
class _Announcing:
    """One announcement: what the upload holds with the files so far, and the earlier files that later ones replace."""

    connection: Connection
    settings: Settings
    upload_id: int
    files: int
    bytes: int
    replaced: list[Clash]

    def answer(self, file: Announced) -> Expected:
        """Return whether a file may come, and how much of it is here."""
        fault = _fault(self.settings, file)
        if fault:
            return Expected(file.path, fault=fault)
        clash = self._clash(file)
        if clash and clash.path != file.path:
            return Expected(file.path, fault=_clash_in_words(file, clash.path))
        if clash and (clash.bytes, clash.modified) == (file.bytes, file.modified):
            return Expected(file.path, clash.file_id, clash.received)
        fault = self._no_space(file)
        return Expected(file.path, fault=fault) if fault else self._add(file, clash)

    def _clash(self, file: Announced) -> Clash | None:
        place = {"upload_id": self.upload_id, "alike": file.alike, "folders": file.folders}
        return db.record(Clash, queries.find_clash(self.connection, **place))

    def _add(self, file: Announced, clash: Clash | None) -> Expected:
        """Write a file's row and return it; the file of the same path that was here before leaves."""
        if clash:
            queries.remove_uploaded_file(self.connection, upload_id=self.upload_id, file_id=clash.file_id)
            self.replaced.append(clash)
        self.files, self.bytes = self.files + 1, self.bytes + file.bytes
        row = {"path": file.path, "alike": file.alike, "bytes": file.bytes, "modified": file.modified}
        file_id: int = queries.add_uploaded_file(self.connection, upload_id=self.upload_id, **row)
        return Expected(file.path, file_id)

    def _no_space(self, file: Announced) -> str:
        shown, settings = names.printable(file.path), self.settings
        if self.files >= settings.unpack_entries:
            return f"{shown} is one file too many: an upload holds {settings.unpack_entries} at most. Begin another."
        if self.bytes + file.bytes > settings.upload_bytes:
            most = f"{settings.upload_bytes / 1e9:.2f} GB"
            return f"{shown} makes the upload too large: {most} are the most. Hand this one in, and begin another."
        return ""


def announce(settings: Settings, upload_id: int, files: list[Announced]) -> list[Expected]:
    """Say which files will be sent; the answers are in their order.

    A file that is here already, in part or whole, is known by path, size and time; where size or time differ it takes
    the place of the earlier one. Raises UploadError where the upload is closed or there is no room.
    """
    with while_open(settings, upload_id) as connection:
        sizes = upload_sizes(connection, upload_id)
        announcing = _Announcing(connection, settings, upload_id, sizes.files, sizes.bytes, [])
        answers = [announcing.answer(file) for file in files]
        staging.check_room(settings, queries.bytes_to_come(connection))
        queries.touch_upload(connection, upload_id=upload_id)
    place = Staging.of(settings, upload_id)
    for clash in announcing.replaced:
        place.remove(clash.file_id, clash.path)
    for file, answer in zip(files, answers, strict=True):
        if file.bytes == 0 and answer.file_id is not None:
            with place.part(answer.file_id):
                place.place(answer.file_id, file.path)
    return answers


def _fault(settings: Settings, file: Announced) -> str:
    shown = names.printable(file.path)
    why = names.fault_of_path(file.path)
    if why:
        return f"{shown} has a name that cannot be taken: {why}. Rename it and send it again."
    if file.bytes > settings.upload_file_bytes:
        sizes = f"{file.bytes / 1e9:.2f} GB, and {settings.upload_file_bytes / 1e9:.2f} GB are the most"
        return f"{shown} is too large to be uploaded: it has {sizes}. Deliver it another way."
    return ""


def _clash_in_words(file: Announced, other: FileName) -> str:
    if names.alike(other) == file.alike:
        return f"{file.path} differs from {other} in letter case or accents' encoding only. Rename one of the two."
    return f"{file.path} cannot be beside {other}: one of them would be a folder of the other's name. Rename one."


def remove_file(settings: Settings, upload_id: int, file_id: int) -> None:
    """Take a file off an open upload. Raises UploadError where it is closed."""
    with while_open(settings, upload_id) as connection:
        file = uploaded_file(connection, upload_id, file_id)
        queries.remove_uploaded_file(connection, upload_id=upload_id, file_id=file_id)
        queries.forget_report(connection, upload_id=upload_id)
    if file:
        Staging.of(settings, upload_id).remove(file_id, file.path)
