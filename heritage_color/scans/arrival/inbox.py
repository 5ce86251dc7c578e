"""Looks at the watched places: what lies there, how it looks now, and whether its supplier marked it as whole.

Nothing of the supplier's is moved, changed or deleted: the place is theirs. Uploads that were handed in lie in a
watched place of our own (staging.py). What was taken in gets a report beside it, NAME.taken-in.txt, because who
delivers by SFTP sees nothing else of the archive.
"""

import hashlib
import logging
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from heritage_color.errors import DeliveryError, HeritageError
from heritage_color.keys import ObjectKey
from heritage_color.scans.arrival import archives, receiving
from heritage_color.scans.uploading.staging import HANDED_IN
from heritage_color.settings import Settings
from heritage_color.store import Store, Stored
from heritage_color.whole_files import write_whole

LOG = logging.getLogger(__name__)
MARKS = (".done", ".ready")  # inside a folder, or NAME.done beside a folder or an archive
REPORT = ".taken-in.txt"
# What couriers write until a transfer is whole
UNFINISHED = re.compile(r"\..*|~.*|.*(\.part|\.partial|\.filepart|\.crdownload|\.tmp)", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """An entry of a watched place. `signature` changes with its files; `marked` says that its .done is there."""

    source: str
    signature: str
    marked: bool


def look_into_places(settings: Settings) -> Iterator[Seen]:
    """All deliveries that lie in the watched places. Raises DeliveryError where a place cannot be seen."""
    if settings.inbox and not Path(settings.inbox).is_dir():
        raise DeliveryError(f"HERITAGE_INBOX is {settings.inbox}, which is not a folder. Make it, or name another.")
    if settings.inbox:
        yield from _look_into_folder(Path(settings.inbox))
    handed_in = settings.uploads_folder / HANDED_IN
    if handed_in.is_dir():
        yield from _look_into_folder(handed_in)
    if settings.inbox_prefix:
        yield from _look_into_bucket(settings)


def _look_into_folder(place: Path) -> Iterator[Seen]:
    entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    names = {entry.name for entry in entries}
    for entry in entries:
        folder = entry.is_dir(follow_symlinks=False)
        if UNFINISHED.fullmatch(entry.name) or not (folder or _is_archive(entry)):
            continue
        files = sorted(_files(Path(entry.path)) if folder else [_file(Path(entry.path), entry.name)])
        marked = _marked(entry.name, names, (line.partition("\0")[0] for line in files))
        yield Seen(str(Path(entry.path).resolve()), _signature(files), marked)


def _is_archive(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False) and archives.is_archive(entry.name)


def _files(folder: Path) -> list[str]:
    """Return a line for each file below a folder, links not followed."""
    return [
        _file(Path(top) / name, (Path(top) / name).relative_to(folder).as_posix())
        for top, _, names in os.walk(folder)
        for name in names
    ]


def _file(path: Path, name: str) -> str:
    try:
        status = path.lstat()
    except FileNotFoundError:  # a courier renames what is whole
        return f"{name}\0gone"
    return f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0{stat.S_IFMT(status.st_mode)}"


def _look_into_bucket(settings: Settings) -> Iterator[Seen]:
    bucket, prefix = receiving.parse(settings.inbox_prefix)
    below = f"{prefix}/" if prefix else ""
    entries: dict[str, list[Stored]] = {}
    for stored in Store(settings).listing(bucket, below):
        entries.setdefault(stored.key.removeprefix(below).partition("/")[0], []).append(stored)
    for name, objects in sorted(entries.items()):
        folder = any(stored.key.startswith(f"{below}{name}/") for stored in objects)
        if not name or UNFINISHED.fullmatch(name) or not (folder or archives.is_archive(name)):
            continue
        files = sorted(_object(stored, f"{below}{name}/") for stored in objects)
        marked = _marked(name, set(entries), (line.partition("\0")[0] for line in files))
        yield Seen(f"{receiving.SCHEME}{bucket}/{below}{name}", _signature(files), marked)


def _object(stored: Stored, folder: ObjectKey) -> str:
    return f"{stored.key.removeprefix(folder)}\0{stored.bytes}\0{stored.tag}"


def _marked(name: str, beside: set[str], inside: Iterable[str]) -> bool:
    """Return whether a delivery's mark lies beside it, or at the top of its folder."""
    return any(name + mark in beside for mark in MARKS) or not set(MARKS).isdisjoint(inside)


def _signature(files: list[str]) -> str:
    """SHA-256 over the lines of all files but the marks, which may come and go."""
    lines = [line for line in files if line.partition("\0")[0] not in MARKS]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def leave_report(settings: Settings, source: str, text: str) -> bool:
    """Write NAME.taken-in.txt beside a delivery. False where the place is only to be read, which is no fault."""
    content = text.encode("utf-8", "backslashreplace")
    try:
        if receiving.in_bucket(source):
            bucket, key = receiving.parse(source)
            Store(settings).replace(bucket, key + REPORT, content, "text/plain; charset=utf-8")
        else:
            report = Path(source).with_name(PurePosixPath(source).name + REPORT)
            write_whole(report, content)
            report.chmod(0o644)
    except (OSError, HeritageError) as error:
        LOG.warning("No report can be left beside %s: %s", source, error)
        return False
    return True
