"""The files of a delivery, without following links, and the traps in their names."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting.reasons import Finding, finding

MANIFEST = "manifest.csv"
MANIFESTS = re.compile(r"manifest\.csv(\.txt)?", re.IGNORECASE)  # Windows hides endings, and writes capitals
# Files that systems write by themselves, and copiers leave behind
SYSTEM_FILES = re.compile(
    r"(eh)?thumbs\.db|desktop\.ini|\.ds_store|\._.*|\.directory|@eadir|icon\r", re.IGNORECASE | re.DOTALL
)
# Files that systems, bags (RFC 8493) and couriers leave beside pictures; they are neither counted nor reported
SIDECARS = re.compile(
    rf"{SYSTEM_FILES.pattern}|manifest\.csv(\.txt)?|\.done|\.ready"
    r"|bagit\.txt|bag-info\.txt|fetch\.txt|readme(\.txt|\.md)?",
    re.IGNORECASE,
)
FINDERS = "Icon\r"  # macOS keeps a folder's picture in it
SYSTEM_FOLDERS = frozenset({"__MACOSX", "@eaDir", ".Trashes", ".Spotlight-V100", ".fseventsd", "$RECYCLE.BIN"})
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn how a name reads
FORBIDDEN = frozenset('<>:"|?*\\')  # Windows: Naming Files, Paths, and Namespaces
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE)
LONGEST_NAME = 255  # bytes of one name, in ext4 and most others
LONGEST_PATH = 1024  # bytes of a path that comes through the web application
MOST_LEVELS = 32  # folders inside folders, as in archives


@dataclass(frozen=True)
class Entry:
    """One entry of a delivery's folders: its real path, and its name as reports show it."""

    path: Path
    name: str
    kind: str  # file, link, special, locked, refused when its archive was unpacked, or withheld by the virus scan
    size: int
    fault: Finding | None = None  # why it was refused


class HasPath(Protocol):
    """An entry of a delivery, or a file that was examined."""

    @property
    def path(self) -> Path: ...


def walk(delivery: Path) -> Iterator[Entry]:
    """All entries that are not folders, by folder and name. Raises DeliveryError where there is no such folder."""
    if not delivery.is_dir():
        raise DeliveryError(f"{delivery} is not a folder. A delivery is a folder with scans in it.")
    waiting = [delivery]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield Entry(folder, _shown(folder, delivery), "locked", 0)
            continue
        yield from (_entry(entry, delivery) for entry in entries if not entry.is_dir(follow_symlinks=False))
        waiting += [Path(entry.path) for entry in reversed(entries) if _is_folder(entry)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and entry.name not in SYSTEM_FOLDERS


def _entry(entry: os.DirEntry[str], delivery: Path) -> Entry:
    path, name = Path(entry.path), _shown(Path(entry.path), delivery)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:  # it was taken away meanwhile, or its disk is ill
        return Entry(path, name, "refused", 0, finding("unreadable-file", name, why=error.strerror or str(error)))
    kind = "link" if entry.is_symlink() else "file" if stat.S_ISREG(status.st_mode) else "special"
    return Entry(path, name, kind, status.st_size)


def _shown(path: Path, delivery: Path) -> str:
    return printable(path.relative_to(delivery).as_posix())


def printable(name: str) -> str:
    """Return a name with its control characters, direction marks and stray bytes written out as escapes."""
    return "".join(_escaped(character) for character in name)


def _escaped(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTION_MARKS:
        return character.encode("unicode_escape").decode()
    return character


def is_sidecar(entry: Entry) -> bool:
    """Return whether a file only accompanies the pictures."""
    return SIDECARS.fullmatch(entry.path.name) is not None


def is_manifest(file: HasPath) -> bool:
    """Return whether a file is the manifest of what lies in its folder and below."""
    return MANIFESTS.fullmatch(file.path.name) is not None


def is_systems(name: str) -> bool:
    """Return whether a file is one that systems write by themselves. It may be younger than a list, or be left behind.

    The return at the end of `Icon` is written out in reports, and ends the line of a list before it.
    """
    last = re.split(r"[/\\]", name.removesuffix("\\r"))[-1]
    return any(SYSTEM_FILES.fullmatch(spelling) for spelling in (last, f"{last}\r"))


def is_xmp(entry: Entry) -> bool:
    """Return whether a file's name says that it describes the picture beside it."""
    return entry.path.suffix.lower() == ".xmp"


def plain(name: str) -> str:
    """Return a name with its accents in one encoding: the same name may come in either."""
    return unicodedata.normalize("NFC", name)


def alike(name: str) -> str:
    """The form in which names are equal that a careless system confuses: case and accents' encoding do not count."""
    return plain(name).casefold()


def check_name(entry: Entry) -> list[Finding]:
    """Findings on one name."""
    raw = entry.path.name
    if raw == FINDERS:
        return []
    if any(_escaped(character) != character for character in raw):
        return [finding("name-unsafe", entry.name)]
    why = _trap(raw)
    return [finding("name-not-portable", entry.name, why=why)] if why else []


def _trap(name: str) -> str:
    forbidden = sorted(FORBIDDEN & set(name))
    if forbidden:
        return "it has " + " ".join(forbidden)
    if RESERVED.fullmatch(name):
        return "Windows keeps it for a device"
    if name != name.strip() or name.endswith("."):
        return "it begins or ends with a space or full stop"
    return "it is very long" if len(name.encode()) > LONGEST_NAME - 20 else ""


def fault_of_path(path: str) -> str:
    """Return why a path that a stranger names cannot be one below a delivery's folder; empty where it can."""
    parts = path.split("/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or "\\" in path:
        return "it is not relative to the delivery's folder, with / between folders"
    if any(part in ("", ".", "..") for part in parts):
        return "it leads out of the delivery's folder, or has an empty part"
    if printable(path) != path:
        return "it holds control characters or marks that turn how it reads"
    too_long = any(len(part.encode()) > LONGEST_NAME for part in parts) or len(path.encode()) > LONGEST_PATH
    return "it is too long" if too_long or len(parts) > MOST_LEVELS else ""


def check_collisions(names: Iterable[str]) -> list[Finding]:
    """Findings on names that fall together where case or accents' encoding does not count."""
    first: dict[str, str] = {}
    clashes = [(name, first.setdefault(alike(name), name)) for name in names]
    return [finding("name-collision", name, other=other) for name, other in clashes if name != other]
