"""Checksum files as they come: md5sum and its kin, BSD and OpenSSL style, BagIt; CRLF, tabs and BOM tolerated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from heritage_color.scans.names import printable
from heritage_color.scans.reasons import Finding, finding

ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}  # by number of hexadecimal digits
FILE_NAMES = re.compile(
    r".+\.(md5|sha1|sha256|sha512)|(md5|sha1|sha256|sha512)(sums?)?(\.txt)?|(tag)?manifest-(md5|sha1|sha256|sha512)\.txt"
    r"|check_?sums?(\.txt|\.(md5|sha1|sha256|sha512))?",
    re.IGNORECASE,
)
LARGEST = 256 * 2**20  # bytes of a checksum file; more is none
GNU = re.compile(r"(?P<escaped>\\?)(?P<digest>[0-9A-Fa-f]+)[ \t]+\*?(?P<name>\S.*)")
BSD = re.compile(r"(?:MD5|SHA-?1|SHA-?256|SHA-?512|SHA2-\d+) ?\((?P<name>.+)\) ?= ?(?P<digest>[0-9A-Fa-f]+)", re.I)
BARE = re.compile(r"(?P<digest>[0-9A-Fa-f]+)")


@dataclass(frozen=True)
class Listed:
    """One line of a checksum file: the name as it stands there, algorithm and lower-case digest."""

    name: str
    algorithm: str
    digest: str
    row: int


def is_checksum_file(path: Path) -> bool:
    """Whether a file's name says that it lists checksums."""
    return FILE_NAMES.fullmatch(path.name) is not None


def algorithm_of(digest: str) -> str | None:
    """The algorithm of a hexadecimal digest, by its length; None where it is none."""
    return ALGORITHMS.get(len(digest)) if BARE.fullmatch(digest) else None


def read(path: Path, name: str) -> tuple[list[Listed], list[Finding]]:
    """The lines of a checksum file called `name` in the delivery, and findings on lines that are none.

    A file without a single checksum is an error: a verification that verified nothing must not pass.
    """
    if path.stat().st_size > LARGEST:
        return [], [finding("checksum-file-empty", name)]
    lines = [
        (row, line) for row, line in enumerate(_lines(path), 1) if line.strip() and not line.startswith(("#", ";"))
    ]
    parsed = [(row, line, _parse(line, row, path)) for row, line in lines]
    bad = [finding("checksum-line-unreadable", name, row, text=_short(line)) for row, line, got in parsed if not got]
    listed = [got for _, _, got in parsed if got]
    return listed, bad if listed else [*bad, finding("checksum-file-empty", name)]


def _lines(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return iter(raw.decode("utf-16", "replace").splitlines())
    text = raw.decode("utf-8-sig", "surrogateescape")
    return (line.rstrip("\r") for line in re.split(r"\r\n|\n|\r", text))


def _parse(line: str, row: int, path: Path) -> Listed | None:
    match = BSD.fullmatch(line.strip()) or GNU.fullmatch(line.rstrip()) or BARE.fullmatch(line.strip())
    algorithm = algorithm_of(match["digest"]) if match else None
    if not match or not algorithm:
        return None
    name = match.groupdict().get("name") or path.stem  # a bare digest in photo.tif.md5 is that of photo.tif
    if match.groupdict().get("escaped"):
        name = name.replace("\\n", "\n").replace("\\\\", "\\")
    return Listed(name, algorithm, match["digest"].lower(), row)


def _short(line: str) -> str:
    return printable(line[:60] + ("…" if len(line) > 60 else ""))
