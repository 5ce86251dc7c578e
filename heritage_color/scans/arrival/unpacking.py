"""Unpacks archives from strangers: nothing leaves the folder given, and nothing grows past its bounds.

An entry that cannot be trusted is refused by itself; an archive that cannot be trusted is refused whole.
"""

import errno
import gzip
import io
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from heritage_color import progress
from heritage_color.errors import DeliveryError
from heritage_color.scans.arrival.names import printable

# Archives that are known by name, so that they are refused by name: other packers', and parts of split ones
NAMED = re.compile(
    r".+(\.zip|\.tar|\.tgz|\.tar\.(?:gz|bz2|xz|zst|lz|z)|\.tbz2?|\.txz|\.7z|\.rar|\.lzh|\.sitx?|\.cab"
    r"|\.z\d\d|\.r\d\d|\.(?:zip|7z|tar|tar\.gz|rar)\.\d{3})",
    re.IGNORECASE,
)
PART = re.compile(r".+\.(z\d\d|r\d\d|part\d+\.rar|\d{3})", re.IGNORECASE)
KINDS = (
    (0, b"PK\x07\x08", "part"), (0, b"PK\x03\x04", "zip"), (0, b"PK\x05\x06", "zip"), (0, b"\x1f\x8b", "gzip"),
    (257, b"ustar", "tar"), (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"), (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"BZh", "packed with bzip2"), (0, b"\xfd7zXZ\0", "packed with xz"),
    (0, b"\x28\xb5\x2f\xfd", "packed with Zstandard"), (0, b"LZIP", "packed with lzip"),
    (2, b"-lh", "an LHA archive"), (0, b"SIT!", "a StuffIt archive"),
    (0, b"StuffIt", "a StuffIt archive"), (0, b"MSCF", "a cabinet of Windows"),
)  # fmt: skip
BY_NAME = {".zip": "zip", ".tar": "tar", ".tar.gz": "gzip", ".tgz": "gzip"}
# APPNOTE.TXT 6.3.10, 4.4.5: how entries are packed; Windows takes Deflate64 for entries of more than 2 GB
METHODS = {
    1: "Shrink", 2: "Reduce", 3: "Reduce", 4: "Reduce", 5: "Reduce", 6: "Implode", 9: "Deflate64", 10: "TERSE",
    12: "bzip2", 14: "LZMA", 18: "TERSE", 19: "LZ77", 20: "Zstandard", 93: "Zstandard", 94: "MP3", 95: "XZ",
    96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
BLOCK = 2**20
SPARE_BYTES = 200 * 2**20  # of the disk, left free for all others
FREE_LOOK = 16 * 2**20  # bytes written between two looks at the free disk
RATIO_FLOOR = 64 * 2**20  # bytes that any archive may unpack to, whatever the ratio
MOST_LEVELS = 32  # folders inside folders; a bomb can be made of folders alone
LONGEST_NAME = 4096  # characters with its folders, as PATH_MAX of Linux: refused names are kept in memory
LARGEST_HEADER = 2**20  # bytes of a long name or of extended headers in a tar: they are read into memory
CATALOGUE_BYTES = 256  # of a zip's directory for each entry allowed, names included: it is read into memory
ENCRYPTED = 0x1 | 0x40 | 0x2000  # APPNOTE.TXT 6.3.10, 4.4.4: encrypted, strongly encrypted, masked directory
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# What zipfile, tarfile and zlib raise for files that are not what they say
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    OverflowError,
    LookupError,
    RecursionError,
    NotImplementedError,
    struct.error,
    gzip.BadGzipFile,
)


class Spoiled(Exception):
    """The archive as a whole is refused: `code` and `facts` of the finding."""

    def __init__(self, code: str, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


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
    """Raise DeliveryError where so many bytes would not leave the disk its reserve."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        sizes = f"{needed / 1e9:.2f} GB more are needed, and {free / 1e9:.2f} GB are free"
        raise DeliveryError(
            f"The delivery cannot be unpacked below {folder.parent}: {sizes}. Make room, and run again."
        )


@dataclass(frozen=True)
class Refusal:
    """Why an entry was kept out: reason code, facts of its sentence, and the bytes that it announced."""

    code: str
    size: int
    facts: dict


@dataclass
class Landing:
    """A private folder that entries with names from strangers are written into, and the entries it refused."""

    folder: Path
    bounds: Bounds
    most_entries: int
    entries: int = 0
    placed: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)

    def admit(self, name: str) -> None:
        """Count an entry. Raises Spoiled where there are too many, or where its name is no name any more."""
        self.entries += 1
        if len(name) > LONGEST_NAME:
            raise Spoiled("archive-damaged", why="a name in it is longer than any can be")
        if self.entries > self.most_entries:
            raise Spoiled("archive-too-many", limit=self.most_entries)

    def write(self, name: str, stream) -> None:
        """Write an entry's bytes under its name, or refuse it."""
        file = self._open(name)
        if file:
            with file:
                while block := stream.read(BLOCK):
                    self.bounds.count(len(block))
                    file.write(block)

    def refuse(self, name: str, code: str, size: int = 0, **facts) -> None:
        """Keep an entry out; what was written of it is removed."""
        key = "/".join(split(name) or [name])
        written = self.placed.pop(key, None)
        if written:
            written.unlink(missing_ok=True)
        self.refused.setdefault(key, Refusal(code, size, facts))

    def _open(self, name: str) -> BinaryIO | None:
        steps = split(name)
        code, facts = _objection(name, steps)
        if code:
            self.refuse(name, code, **facts)
            return None
        assert steps is not None  # a name without steps meets an objection
        key = "/".join(steps)
        if key in self.placed or key in self.refused:
            self.refuse(name, "entry-twice")
            return None
        path = self.folder.joinpath(*steps)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except (OSError, ValueError) as error:
            if getattr(error, "errno", None) in NO_ROOM:
                raise  # no fault of the name
            why = getattr(error, "strerror", None) or str(error)
            self.refuse(name, "entry-unwritable", why=why)
            return None
        self.placed[key] = path
        return file


def split(name: str) -> list[str] | None:
    """The folders and the file of a name below the delivery; None where it leads out of it or names nothing."""
    steps = [step for step in name.split("/") if step not in ("", ".")]
    absolute = name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", name)
    return None if absolute or not steps or ".." in re.split(r"[/\\]", name) else steps


def _objection(name: str, steps: list[str] | None) -> tuple[str, dict]:
    """The reason code against a name, and its facts; an empty code where there is none."""
    if "\0" in name:
        return "name-unsafe", {}
    if steps is None:
        return "entry-outside", {}
    if len(steps) > MOST_LEVELS:
        return "entry-unwritable", {"why": "it lies too many folders deep"}
    return "", {}


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive, of whatever kind: what cannot be unpacked is refused by its name."""
    return NAMED.fullmatch(name) is not None


def suffix_of(name: str) -> str:
    """The ending of an archive's name, in lower case; empty where it is none."""
    found = NAMED.fullmatch(name)
    return found[1].lower() if found else ""


def unpack(archive: Path, landing: Landing) -> None:
    """Unpack a ZIP, a tar or a tar in gzip, by its bytes. Raises Spoiled where all of it must be refused."""
    try:
        _unpack_as(_kind_of(archive), archive, landing)
    except DAMAGE as error:
        raise Spoiled("archive-damaged", why=_words(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file
            raise
        raise Spoiled("archive-damaged", why="it points out of itself") from error


def _kind_of(archive: Path) -> str:
    """What an archive is by its first bytes; where they do not tell, what its name says."""
    with archive.open("rb") as file:
        head = file.read(512)
    found = next((kind for place, mark, kind in KINDS if head.startswith(mark, place)), "")
    if found == "part" or (PART.fullmatch(archive.name) and found in ("", "zip", "tar", "gzip")):
        return "part"
    return found or BY_NAME.get(suffix_of(archive.name), "an archive of another kind")


def _unpack_as(kind: str, archive: Path, landing: Landing) -> None:
    if kind == "part":
        raise Spoiled("archive-part")
    if kind == "zip":
        _unpack_zip(archive, landing)
    elif kind == "tar":
        with archive.open("rb") as stream:
            _unpack_tar(stream, landing)
    elif kind == "gzip":
        _unpack_gzip(archive, landing)
    else:
        raise Spoiled("archive-kind", format=kind)


def _words(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "it ends too early"
    return printable(str(error).strip().rstrip(".").splitlines()[0][:200]) if str(error).strip() else "it is damaged"


def _unpack_zip(archive: Path, landing: Landing) -> None:
    end = _end_record(archive)
    if end.is_part:
        raise Spoiled("archive-part")
    if end.catalogue > landing.most_entries * CATALOGUE_BYTES:
        raise Spoiled("archive-too-many", limit=landing.most_entries)
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        if any(member.flag_bits & ENCRYPTED for member in members):
            raise Spoiled("archive-encrypted")
        for member in progress.track(members, "unpacking", len(members)):
            landing.admit(zip_name(member))
            if not zip_name(member).endswith("/"):
                _unpack_zip_member(packed, member, landing)


@dataclass(frozen=True)
class _End:
    """What a zip's end record says: bytes of its directory, and whether it is a part of several files."""

    catalogue: int = 0
    is_part: bool = False


def _end_record(archive: Path) -> _End:
    """The end record of a zip (APPNOTE.TXT 4.3.14 to 16), which an archive that was cut short has not."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - 2**16 - 42))
        start = file.tell()
        tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) < place + 22:
            return _End()
        disk, disk_of_directory, size, offset = struct.unpack_from("<4x2H4x2I", tail, place)
        if tail[place - 20 : place - 16] == b"PK\x06\x07" and place >= 20:  # the larger record of ZIP64
            disks = int.from_bytes(tail[place - 4 : place], "little")
            file.seek(int.from_bytes(tail[place - 12 : place - 4], "little") + 40)
            large = int.from_bytes(file.read(8), "little") if size == 2**32 - 1 else size
            return _End(large, disks > 1)
        # the directory lies before its end record, unless the parts before this one are missing
        return _End(size, bool(disk or disk_of_directory) or offset + size > start + place)


def zip_name(member: zipfile.ZipInfo) -> str:
    """A zip entry's name with slashes; UTF-8 without its flag, as macOS writes it, is read as UTF-8."""
    name = member.orig_filename.replace("\\", "/")
    if member.flag_bits & 0x800:  # the name says that it is UTF-8
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _unpack_zip_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, landing: Landing) -> None:
    name, mode = zip_name(member), member.external_attr >> 16
    if stat.S_ISLNK(mode):
        landing.refuse(name, "symlink", member.file_size)
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        landing.refuse(name, "not-a-file", member.file_size)
    else:
        try:
            with packed.open(member) as stream:
                landing.write(name, stream)
        except NotImplementedError:
            if member.compress_type not in METHODS:
                raise
            landing.refuse(name, "entry-method", member.file_size, method=METHODS[member.compress_type])
        except DAMAGE as error:
            landing.refuse(name, "entry-damaged", member.file_size, why=_words(error))


class _Growing(io.RawIOBase):
    """The bytes of a gzip stream, counted: also those that belong to no file are bounded."""

    def __init__(self, stream: gzip.GzipFile, bounds: Bounds):
        self.stream, self.bounds = stream, bounds

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Spoiled where they are too many."""
        block = self.stream.read(min(size, BLOCK) if size >= 0 else BLOCK)
        self.bounds.count(len(block))
        return block


def _unpack_gzip(archive: Path, landing: Landing) -> None:
    bounds = Bounds(landing.folder, landing.bounds.packed, landing.bounds.ratio)
    with gzip.open(archive) as packed:
        stream = _Growing(packed, bounds)
        _unpack_tar(stream, landing)
        while stream.read(BLOCK):  # to its end, where its checksum stands
            pass


class _Member(tarfile.TarInfo):
    """A header of a tar that is read strictly: Python's own reader takes a damaged one for the end."""

    @classmethod
    def frombuf(cls, buf, encoding, errors):
        """The header of a block. Raises Spoiled where it is damaged, absent, or announces too large a name."""
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise  # a block of zeros is the regular end
            why = "it ends too early" if len(buf) < tarfile.BLOCKSIZE else "a header in it is damaged"
            raise Spoiled("archive-damaged", why=why) from None
        meta = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
        if header.type in (*meta, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK) and (
            not 0 <= header.size <= LARGEST_HEADER
        ):
            raise Spoiled("archive-damaged", why="a header in it is larger than any name can be")
        return header


def _unpack_tar(stream, landing: Landing) -> None:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as packed:
        for member in progress.track(packed, "unpacking"):
            landing.admit(member.name)
            packed.members.clear()  # type: ignore[attr-defined]  # each is needed once; there may be many
            _unpack_tar_member(packed, member, landing)


def _unpack_tar_member(packed: tarfile.TarFile, member: tarfile.TarInfo, landing: Landing) -> None:
    if member.issym():
        landing.refuse(member.name, "symlink")
    elif member.islnk():
        landing.refuse(member.name, "hard-link", other=printable(member.linkname))
    elif member.isreg():
        landing.write(member.name, packed.extractfile(member))
    elif not member.isdir():
        landing.refuse(member.name, "not-a-file")
