"""Writes a bag file by file, as a folder that can go on after a kill, or straight into a zip file."""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from heritage_color.digests import blocks_of
from heritage_color.errors import DeliveryError

Blocks = Iterable[bytes]
BEGINNING = (1980, 1, 1, 0, 0, 0)  # zip's earliest date: the same content makes the same file


@dataclass(frozen=True)
class Digests:
    """Size and checksums of bytes that went by."""

    bytes: int
    sha256: str
    sha512: str


def copy(blocks: Blocks, file: IO[bytes] | None = None) -> Digests:
    """Write blocks to a file, if any, and digest them as they go by."""
    size, sha256, sha512 = 0, hashlib.sha256(), hashlib.sha512()
    for block in blocks:
        size += len(block)
        sha256.update(block)
        sha512.update(block)
        if file:
            file.write(block)
    return Digests(size, sha256.hexdigest(), sha512.hexdigest())


class Folder:
    """A bag as a folder: `NAME.partial` until it is whole. What an earlier run wrote there is used again."""

    def __init__(self, place: Path):
        self.place, self.partial = place, place.with_name(f"{place.name}.partial")
        self.partial.mkdir(parents=True, exist_ok=True)
        self.written: set[Path] = set()

    def kept(self, name: str) -> Digests | None:
        """The digests of a file that an earlier run wrote, if it did; the file counts as written."""
        path = self.partial / name
        if not path.is_file():
            return None
        self.written.add(path)
        return copy(blocks_of(path))

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file to write; it is there when it is whole, and not when an error ends it."""
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.part")
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
        self.written.add(path)

    def finish(self) -> None:
        """Remove what belongs to no file of this bag, and give the folder its name."""
        for path in sorted(self.partial.rglob("*"), reverse=True):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
            elif not path.is_dir() and path not in self.written:
                path.unlink()
        self.partial.rename(self.place)

    def give_up(self) -> str:
        """Return what is left when the bag cannot be finished, in a sentence."""
        return f"What is whole so far lies in {self.partial}; the same command goes on from there."


class Zip:
    """A bag as a zip file, not compressed: pictures are. It has its name when it is whole, and begins anew if not."""

    def __init__(self, place: Path):
        self.place, self.partial = place, place.with_name(f"{place.name}.partial")
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        self.archive = zipfile.ZipFile(self.partial, "w", zipfile.ZIP_STORED)

    def kept(self, name: str) -> None:
        """Nothing: a zip file that was not closed cannot be gone on with."""

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file to write into the archive, below the bag's own folder (RFC 8493 4)."""
        entry = zipfile.ZipInfo(f"{self.place.stem}/{name}", BEGINNING)
        entry.external_attr = 0o644 << 16
        with self.archive.open(entry, "w", force_zip64=True) as file:
            yield file

    def finish(self) -> None:
        """Close the archive and give it its name."""
        self.archive.close()
        self.partial.rename(self.place)

    def give_up(self) -> str:
        """Remove the unfinished archive."""
        self.archive.close()
        self.partial.unlink()
        return "Nothing was kept."


def open_target(place: Path, zipped: bool, needed: int) -> Folder | Zip:
    """Return where a bag of so many bytes goes. Raises DeliveryError where something is there already, or no room."""
    place = place.with_name(f"{place.name}.zip") if zipped and place.suffix != ".zip" else place
    if place.exists():
        raise DeliveryError(f"{place} is there already. Name another place, or move it away.")
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f"{place.name}.partial")
    there = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file()) if partial.is_dir() else 0
    free = shutil.disk_usage(place.parent).free
    if free < needed - there:
        sizes = f"needs {needed / 1e9:.2f} GB, and only {free / 1e9:.2f} GB are free"
        raise DeliveryError(f"The bag {sizes} at {place.parent}. Make room, or name another place.")
    return Zip(place) if zipped else Folder(place)
