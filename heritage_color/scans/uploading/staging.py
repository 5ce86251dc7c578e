"""The folder of uploads on the disk: bytes arrive under numbers, and only what is whole gets its own name.

<uploads>/<upload>/parts/<file>            bytes as they come
<uploads>/<upload>/delivery/<path>         whole files
<uploads>/<upload>/thumbnails/<file>.jpg   of pictures that would be refused
<uploads>/handed-in/<name>                 a watched place: what was handed in, with its mark <name>.done
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from heritage_color.errors import UploadError
from heritage_color.scans.arrival import archives
from heritage_color.scans.arrival.landing import SPARE_BYTES
from heritage_color.settings import Settings

HANDED_IN = "handed-in"
MARK = ".done"
ODD = re.compile(r"[^\w .,()-]+")
LONGEST = 80  # characters of an upload's name in that of its folder


@dataclass(frozen=True)
class Staging:
    """The folder of one upload."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings, upload_id: int) -> "Staging":
        """Return the folder of an upload; it need not exist."""
        return cls(settings.uploads_folder / str(upload_id))

    @property
    def delivery(self) -> Path:
        """The folder of whole files."""
        return self.folder / "delivery"

    def thumbnail(self, file_id: int) -> Path:
        """Return the place of a file's thumbnail."""
        return self.folder / "thumbnails" / f"{file_id}.jpg"

    @contextmanager
    def part(self, file_id: int) -> Iterator[int]:
        """A file's bytes so far, opened for this process alone. Raises UploadError while another sends them."""
        path = self.folder / "parts" / str(file_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield handle
        except BlockingIOError as error:
            raise UploadError(423, "This file is being sent from another window at the moment.") from error
        finally:
            os.close(handle)

    def place(self, file_id: int, path: str) -> Path:
        """Give a whole file its own name, unless it has it already."""
        target = self.delivery / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # it was placed before
            (self.folder / "parts" / str(file_id)).replace(target)
        return target

    def remove(self, file_id: int, path: str) -> None:
        """Take a file off the disk, and the folders that are empty without it."""
        self.thumbnail(file_id).unlink(missing_ok=True)
        (self.folder / "parts" / str(file_id)).unlink(missing_ok=True)
        target = self.delivery / path
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == self.delivery or not _remove_if_empty(folder):
                break

    def lone_archive(self) -> Path | None:
        """The archive that is all there is: it is the delivery then."""
        inside = list(self.delivery.iterdir()) if self.delivery.is_dir() else []
        only = inside[0] if len(inside) == 1 else None
        return only if only and only.is_file() and archives.is_archive(only.name) else None

    def hand_over(self, destination: Path) -> None:
        """Move the delivery to its place among the watched, whole or not at all, and mark it as whole; once."""
        origin = self.lone_archive() or self.delivery
        destination.parent.mkdir(parents=True, exist_ok=True)
        if not destination.exists():
            with suppress(FileNotFoundError):  # another process is moving it, too
                origin.rename(destination)
            _keep(destination.parent)
        if destination.exists():
            destination.with_name(destination.name + MARK).touch()

    def clear(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def destination(settings: Settings, upload_id: int, name: str, archive: str) -> Path:
    """Where an upload goes when it is handed in; `archive` is the name of the archive that is all of it, or empty.

    The number makes the place its own, and keeps the name from looking unfinished or hidden.
    """
    suffix = archives.suffix_of(archive)
    plain = ODD.sub("-", name).strip(" .~-")[:LONGEST].strip() or "delivery"
    return (settings.uploads_folder / HANDED_IN / f"{plain} ({upload_id}){suffix}").resolve()


def remove_handed_in(source: Path) -> None:
    """Remove what was handed in, with its mark and its report."""
    for path in (source.with_name(source.name + MARK), source.with_name(f"{source.name}.taken-in.txt")):
        path.unlink(missing_ok=True)
    if source.is_dir():
        shutil.rmtree(source, ignore_errors=True)
    else:
        source.unlink(missing_ok=True)


def check_room(settings: Settings, needed: int) -> None:
    """Raise UploadError where the disk of uploads would be full after so many bytes more."""
    folder = settings.uploads_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free - SPARE_BYTES
    if needed > free:
        sizes = f"{needed / 1e9:.2f} GB are still to come, and {max(0, free) / 1e9:.2f} GB are free"
        raise UploadError(
            507, f"There is not enough room on the archive's disk: {sizes}. Ask the archive to make room."
        )


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _keep(folder: Path) -> None:
    """Have the names of a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
