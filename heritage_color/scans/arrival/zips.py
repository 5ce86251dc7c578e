"""Unpacks ZIP archives from strangers, after APPNOTE.TXT 6.3.10."""

import stat
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from heritage_color import progress
from heritage_color.scans.arrival.damage import DAMAGE, words_of
from heritage_color.scans.arrival.landing import Landing, Spoiled
from heritage_color.scans.reporting.notes import Note

# APPNOTE.TXT 6.3.10, 4.4.5: how entries are packed; Windows takes Deflate64 for entries of more than 2 GB
METHODS = {
    1: "Shrink", 2: "Reduce", 3: "Reduce", 4: "Reduce", 5: "Reduce", 6: "Implode", 9: "Deflate64", 10: "TERSE",
    12: "bzip2", 14: "LZMA", 18: "TERSE", 19: "LZ77", 20: "Zstandard", 93: "Zstandard", 94: "MP3", 95: "XZ",
    96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
CATALOGUE_BYTES = 256  # of a zip's directory for each entry allowed, names included: it is read into memory
ENCRYPTED = 0x1 | 0x40 | 0x2000  # APPNOTE.TXT 6.3.10, 4.4.4: encrypted, strongly encrypted, masked directory


def unpack_zip(archive: Path, landing: Landing) -> None:
    """Unpack a ZIP. Raises Spoiled where all of it must be refused, and the kinds of DAMAGE."""
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
                _unpack_member(packed, member, landing)


@dataclass(frozen=True)
class _End:
    """What a zip's end record says: bytes of its directory, and whether it is a part of several files."""

    catalogue: int = 0
    is_part: bool = False


def _end_record(archive: Path) -> _End:
    """The end record of a zip (APPNOTE.TXT 4.3.14 to 16). An archive that was cut short has none."""
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
    """Return a zip entry's name with slashes; UTF-8 without its flag, as macOS writes it, is read as UTF-8."""
    name = member.orig_filename.replace("\\", "/")
    if member.flag_bits & 0x800:  # the name says that it is UTF-8
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _unpack_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, landing: Landing) -> None:
    name, mode = zip_name(member), member.external_attr >> 16
    if stat.S_ISLNK(mode):
        landing.refuse(name, Note("symlink"), member.file_size)
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        landing.refuse(name, Note("not-a-file"), member.file_size)
    else:
        try:
            with packed.open(member) as stream:
                landing.write(name, stream)
        except NotImplementedError:
            if member.compress_type not in METHODS:
                raise
            method = METHODS[member.compress_type]
            landing.refuse(name, Note("entry-method", {"method": method}), member.file_size)
        except DAMAGE as error:
            landing.refuse(name, Note("entry-damaged", {"why": words_of(error)}), member.file_size)
