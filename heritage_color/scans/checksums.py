"""Checksum files as they come: md5sum and its kin, BSD and OpenSSL style, BagIt; CRLF, tabs and BOM tolerated."""

import re
from dataclasses import dataclass
from pathlib import Path

from heritage_color.scans.names import printable
from heritage_color.scans.reasons import Finding, finding

# By number of hexadecimal digits
ALGORITHMS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_KIND = "(md5|sha1|sha224|sha256|sha384|sha512)"
FILE_NAMES = re.compile(
    rf".+\.{_KIND}(sums?)?|{_KIND}(sums?)?(\.txt)?|(tag)?manifest-{_KIND}\.txt|check_?sums?(\.txt|\.{_KIND})?",
    re.IGNORECASE,
)
LARGEST = 256 * 2**20  # bytes of a checksum file; more is none
GNU = re.compile(r"(?P<escaped>\\?)(?P<digest>[0-9A-Fa-f]+)[ \t]+\*?(?P<name>\S.*)", re.DOTALL)
BSD = re.compile(
    r"(?P<escaped>\\?)(?P<kind>MD5|SHA-?1|SHA2?-?(?:224|256|384|512)) ?\((?P<name>.+)\) ?= ?(?P<digest>[0-9A-Fa-f]+)",
    re.IGNORECASE,
)
BARE = re.compile(r"(?P<digest>[0-9A-Fa-f]+)")
ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}  # GNU coreutils: a backslash before the line tells of them


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


def read(path: Path, name: str, encoding: str = "utf-8-sig") -> tuple[list[Listed], list[Finding]]:
    """The lines of a checksum file called `name` in the delivery, and findings on lines that are none.

    A file without a single checksum is an error: a verification that verified nothing must not pass.
    """
    try:
        texts = _lines(path, encoding) if path.stat().st_size <= LARGEST else []
    except OSError as error:
        return [], [finding("unreadable-file", name, why=error.strerror or str(error))]
    numbered = enumerate(texts, 1)
    lines = [(row, line) for row, line in numbered if line.strip() and not line.lstrip().startswith(("#", ";"))]
    parsed = [(row, line, _parse(line, row, path, alone=len(lines) == 1)) for row, line in lines]
    bad = [finding("checksum-line-unreadable", name, row, text=_short(line)) for row, line, got in parsed if not got]
    listed = [got for _, _, got in parsed if got]
    return listed, bad if listed else [*bad, finding("checksum-file-empty", name)]


def _lines(path: Path, encoding: str) -> list[str]:
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return re.split(r"\r\n|\n|\r", raw.decode(encoding, errors))


def _parse(line: str, row: int, path: Path, alone: bool) -> Listed | None:
    text = line.strip(" \t")
    match = BSD.fullmatch(text) or GNU.fullmatch(text)
    if match is None:
        return _parse_bare(text, row, path) if alone else None
    algorithm = algorithm_of(match["digest"])
    name = _unescaped(match["name"]) if match["escaped"] else match["name"]
    kind = match.groupdict().get("kind") or algorithm
    if algorithm is None or name is None or "\0" in name or not _same(kind, algorithm):
        return None
    return Listed(name, algorithm, match["digest"].lower(), row)


def _parse_bare(text: str, row: int, path: Path) -> Listed | None:
    """A digest alone in photo.tif.md5 is that of photo.tif; elsewhere nobody knows whose it is."""
    algorithm = algorithm_of(text)
    if algorithm is None or re.sub("sums?$", "", path.suffix.lower()) not in {
        f".{one}" for one in ALGORITHMS.values()
    }:
        return None
    return Listed(path.stem, algorithm, text.lower(), row)


def _same(kind: str | None, algorithm: str) -> bool:
    """Whether `SHA-256`, `sha256` or `SHA2-256` is the algorithm that the digest's length tells."""
    plain = re.sub("[^a-z0-9]", "", str(kind).lower())
    return re.sub("^sha2(?=224|256|384|512)", "sha", plain) == algorithm


def _unescaped(name: str) -> str | None:
    """A name whose backslashes escape; None where one of them escapes nothing."""
    if re.search(r"\\(?![\\nr])", re.sub(r"\\\\", "", name)):
        return None
    return re.sub(r"\\[\\nr]", lambda match: ESCAPES[match[0]], name)


def _short(line: str) -> str:
    return printable(line[:60] + ("…" if len(line) > 60 else ""))
