"""Archives by their names and first bytes: which can be unpacked, and what the others are."""

import re
from pathlib import Path

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


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive. Kinds that cannot be unpacked count, too: they are refused by name."""
    return NAMED.fullmatch(name) is not None


def suffix_of(name: str) -> str:
    """Return the ending of an archive's name, in lower case; empty where it is none."""
    known = NAMED.fullmatch(name)
    return known[1].lower() if known else ""


def kind_of(archive: Path) -> str:
    """Return what an archive is by its first bytes; where they do not tell, what its name says."""
    with archive.open("rb") as file:
        head = file.read(512)
    told = next((kind for place, mark, kind in KINDS if head.startswith(mark, place)), "")
    if told == "part" or (PART.fullmatch(archive.name) and told in ("", "zip", "tar", "gzip")):
        return "part"
    return told or BY_NAME.get(suffix_of(archive.name), "an archive of another kind")
