"""A private folder for files from strangers: nothing leaves it, and nothing grows past its bounds."""

import errno
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from heritage_color.errors import DeliveryError
from heritage_color.keys import Code, FileName
from heritage_color.scans.reporting.notes import Note

BLOCK = 2**20
SPARE_BYTES = 200 * 2**20  # of the disk, left free for all others
FREE_LOOK = 16 * 2**20  # bytes written between two looks at the free disk
RATIO_FLOOR = 64 * 2**20  # bytes that any archive may unpack to, whatever the ratio
MOST_LEVELS = 32  # folders inside folders; a bomb can be made of folders alone
LONGEST_NAME = 4096  # characters with its folders, as PATH_MAX of Linux: refused names are kept in memory
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Readable(Protocol):
    """Whatever gives bytes, block by block."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, `size` at most; none at the end."""


class Spoiled(Exception):
    """The archive as a whole is refused, for what its note says."""

    def __init__(self, code: Code, **facts: object):
        super().__init__(code)
        self.note = Note(code, facts)


@dataclass
class Bounds:
    """How much may still come: at most `ratio` times the archive's own bytes, and never the whole disk."""

    folder: Path
    packed: int
    ratio: int
    written: int = 0
    looked: int = 0

    def count(self, number: int) -> None:
        """Note bytes to be written. Raises Spoiled for a bomb, DeliveryError where the disk has no room."""
        self.written += number
        if self.ratio and self.written > max(RATIO_FLOOR, self.ratio * self.packed):
            raise Spoiled("archive-bomb", ratio=self.ratio)
        if self.written - self.looked >= FREE_LOOK or not self.looked:
            self.looked = self.written
            check_room(self.folder, number)


def check_room(folder: Path, needed: int) -> None:
    """Raise DeliveryError where the disk would not keep its reserve after so many bytes more."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        sizes = f"{needed / 1e9:.2f} GB more are needed, and {free / 1e9:.2f} GB are free"
        raise DeliveryError(
            f"The delivery cannot be unpacked below {folder.parent}: {sizes}. Make room, and run again."
        )


@dataclass(frozen=True)
class Refusal:
    """Why an entry was kept out, and the bytes that it announced."""

    note: Note
    size: int


@dataclass
class Landing:
    """A private folder that entries with names from strangers are written into, and the entries it refused."""

    folder: Path
    bounds: Bounds
    most_entries: int
    entries: int = 0
    placed: dict[FileName, Path] = field(default_factory=dict)
    refused: dict[FileName, Refusal] = field(default_factory=dict)

    def admit(self, name: str) -> None:
        """Count an entry. Raises Spoiled where there are too many, or where its name is no name any more."""
        self.entries += 1
        if len(name) > LONGEST_NAME:
            raise Spoiled("archive-damaged", why="a name in it is longer than any can be")
        if self.entries > self.most_entries:
            raise Spoiled("archive-too-many", limit=self.most_entries)

    def write(self, name: str, stream: Readable) -> None:
        """Write an entry's bytes under its name, or refuse it."""
        file = self._open(name)
        if file:
            with file:
                while block := stream.read(BLOCK):
                    self.bounds.count(len(block))
                    file.write(block)

    def refuse(self, name: str, note: Note, size: int = 0) -> None:
        """Keep an entry out; what was written of it is removed."""
        key = "/".join(split_name(name) or [name])
        written = self.placed.pop(key, None)
        if written:
            written.unlink(missing_ok=True)
        self.refused.setdefault(key, Refusal(note, size))

    def _open(self, name: str) -> BinaryIO | None:
        steps = split_name(name)
        objection = _objection(name, steps)
        if objection:
            self.refuse(name, objection)
            return None
        assert steps is not None  # a name without steps meets an objection
        key = "/".join(steps)
        if key in self.placed or key in self.refused:
            self.refuse(name, Note("entry-twice"))
            return None
        path = self.folder.joinpath(*steps)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except (OSError, ValueError) as error:
            if getattr(error, "errno", None) in NO_ROOM:
                raise  # no fault of the name
            why = getattr(error, "strerror", None) or str(error)
            self.refuse(name, Note("entry-unwritable", {"why": why}))
            return None
        self.placed[key] = path
        return file


def split_name(name: str) -> list[str] | None:
    """Return the folders and the file of a name below the delivery; None where it leads out of it or names nothing."""
    steps = [step for step in name.split("/") if step not in ("", ".")]
    absolute = name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", name)
    return None if absolute or not steps or ".." in re.split(r"[/\\]", name) else steps


def _objection(name: str, steps: list[str] | None) -> Note | None:
    """Return what stands against a name, if anything."""
    if "\0" in name:
        return Note("name-unsafe")
    if steps is None:
        return Note("entry-outside")
    if len(steps) > MOST_LEVELS:
        return Note("entry-unwritable", {"why": "it lies too many folders deep"})
    return None
