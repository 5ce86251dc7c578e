"""Unpacks archives from strangers into a private folder.

An entry that cannot be trusted is refused by itself; an archive that cannot be trusted is refused whole.
"""

import errno
from pathlib import Path

from heritage_color.scans.arrival.archives import kind_of
from heritage_color.scans.arrival.damage import DAMAGE, words_of
from heritage_color.scans.arrival.landing import Landing, Spoiled
from heritage_color.scans.arrival.tars import unpack_gzip, unpack_tar
from heritage_color.scans.arrival.zips import unpack_zip


def unpack(archive: Path, landing: Landing) -> None:
    """Unpack a ZIP, a tar or a tar in gzip, by its bytes. Raises Spoiled where all of it must be refused."""
    try:
        _unpack_as(kind_of(archive), archive, landing)
    except DAMAGE as error:
        raise Spoiled("archive-damaged", why=words_of(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file
            raise
        raise Spoiled("archive-damaged", why="it points out of itself") from error


def _unpack_as(kind: str, archive: Path, landing: Landing) -> None:
    if kind == "part":
        raise Spoiled("archive-part")
    if kind == "zip":
        unpack_zip(archive, landing)
    elif kind == "tar":
        with archive.open("rb") as stream:
            unpack_tar(stream, landing)
    elif kind == "gzip":
        unpack_gzip(archive, landing)
    else:
        raise Spoiled("archive-kind", format=kind)
