"""Unpacks tar archives from strangers, in gzip or not."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import IO, Self

from heritage_color import progress
from heritage_color.scans.arrival.landing import BLOCK, Bounds, Landing, Spoiled
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.reporting.notes import Note

LARGEST_HEADER = 2**20  # bytes of a long name or of extended headers in a tar: they are read into memory


class _Growing(io.RawIOBase):
    """The bytes of a gzip stream, counted: also those that belong to no file are bounded."""

    def __init__(self, stream: gzip.GzipFile, bounds: Bounds):
        self.stream, self.bounds = stream, bounds

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises Spoiled where they are too many."""
        block = self.stream.read(min(size, BLOCK) if size >= 0 else BLOCK)
        self.bounds.count(len(block))
        return block


def unpack_gzip(archive: Path, landing: Landing) -> None:
    """Unpack a tar in gzip. Raises Spoiled where all of it must be refused, and the kinds of DAMAGE."""
    bounds = Bounds(landing.folder, landing.bounds.packed, landing.bounds.ratio)
    with gzip.open(archive) as packed:
        stream = _Growing(packed, bounds)
        unpack_tar(stream, landing)
        while stream.read(BLOCK):  # to its end, where its checksum stands
            pass


class _Member(tarfile.TarInfo):
    """A header of a tar that is read strictly: Python's own reader takes a damaged one for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Return the header of a block. Raises Spoiled where it is damaged, absent, or announces too large a name."""
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


def unpack_tar(stream: IO[bytes] | _Growing, landing: Landing) -> None:
    """Unpack a tar. Raises Spoiled where all of it must be refused, and the kinds of DAMAGE."""
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as packed:
        for member in progress.track(packed, "unpacking"):
            landing.admit(member.name)
            packed.members.clear()  # type: ignore[attr-defined]  # each is needed once; there may be many
            _unpack_member(packed, member, landing)


def _unpack_member(packed: tarfile.TarFile, member: tarfile.TarInfo, landing: Landing) -> None:
    if member.issym():
        landing.refuse(member.name, Note("symlink"))
    elif member.islnk():
        landing.refuse(member.name, Note("hard-link", {"other": printable(member.linkname)}))
    elif member.isreg():
        content = packed.extractfile(member)
        assert content is not None  # a regular file has content
        landing.write(member.name, content)
    elif not member.isdir():
        landing.refuse(member.name, Note("not-a-file"))
