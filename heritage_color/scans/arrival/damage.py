"""What readers of archives raise for files that are not what they say, and how it is told."""

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib

from heritage_color.scans.arrival.names import printable

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


def words_of(error: BaseException) -> str:
    """Return what is wrong with a damaged file, in words."""
    if isinstance(error, EOFError):
        return "it ends too early"
    return printable(str(error).strip().rstrip(".").splitlines()[0][:200]) if str(error).strip() else "it is damaged"
