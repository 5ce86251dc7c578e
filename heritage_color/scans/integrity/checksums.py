"""Checksum lists as they come: md5sum and its kin, BSD and OpenSSL style, SFV, RHash, BagIt, tables of other tools."""

import re
from pathlib import Path

from heritage_color.keys import FileName
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.integrity import checksum_tables, digests
from heritage_color.scans.integrity.listed import HEXADECIMAL, LONGEST, Listed, Row, from_base64, lines_of, listed
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.texts import encoding_of

_SUFFIX = rf"({digests.WORDS}|sfv|b2|b3)(sums?)?"
_KINDS = r"check_?sums?|fixity|hash(es|deep)?"
FILE_NAMES = re.compile(
    rf".+\.({_SUFFIX}|{_KINDS})(\.txt)?|({digests.WORDS}|b2|b3)[-_]?sums?(\.\w+)?|({digests.WORDS})(\.(txt|csv|tsv|log|lst))?"
    rf"|(tag)?manifest-[a-z0-9_-]+\.txt|({_KINDS})([-_.]({digests.WORDS}))?(\.(txt|csv|tsv|log|lst|list|json|xml))?",
    re.IGNORECASE,
)
LARGEST = 256 * 2**20  # bytes of a checksum file; more is none
GLIMPSE = 2**16  # bytes of a file by which it is known for a list, whatever its name
SHARE = 4  # of so many lines one at least holds a digest: Get-FileHash writes three lines for each
_HEX = "[0-9A-Fa-f]++"  # possessive, as what follows is never a digit: no line can be read in countless ways
GNU = re.compile(  # md5deep -z puts the size before it, -t the time behind it
    rf"(?P<escaped>\\?)(?:\d+[ \t]+(?=[0-9A-Fa-f]{{16}}))?(?:(?P<kind>XXH3)_)?(?P<digest>{_HEX})(?=.*\S)"
    r"(?:[ \t]+\d{4}(?::\d\d){5}  | [ *]|[ \t]+\*?)(?P<name>.*\S.*)",
    re.DOTALL,
)
BSD = re.compile(r"(?P<escaped>\\?)(?P<kind>[A-Za-z][\w/-]*) *\((?P<name>.+)\) ?= ?(?P<digest>[0-9A-Za-z+/]{1,256}=*)")
POWERSHELL = re.compile(rf"(?P<kind>[A-Za-z]\w*) +(?P<digest>{_HEX}) +(?P<name>\S.*)")
SIZED = re.compile(rf"(?:\d+, ?)?(?P<digest>{_HEX}),(?P<name>\S.*)")  # md5deep -c, with -z before it
NAME_FIRST = re.compile(
    rf"(?P<name>\S.*?)(?P<digests>(?>  (?:{_HEX}|[a-z2-7]{{32}}|[a-z2-7]{{39}})(?![^ ])){{1,40}})"
)  # RHash, of several
SFV = re.compile(r"(?P<name>\S.*?)(?<![ \t])[ \t]++(?P<digest>[0-9A-Fa-f]{8})")
SOME_DIGEST = re.compile(rf"(?<![0-9A-Za-z])({'|'.join(f'[0-9A-Fa-f]{{{n}}}' for n in digests.USUAL)})(?![0-9A-Za-z])")
HEADS = re.compile(r"Algorithm +Hash +Path|-+ +-+ +-+", re.IGNORECASE)  # of Get-FileHash's table
ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}  # GNU coreutils: a backslash before the line tells of them


def is_checksum_file(path: Path) -> bool:
    """Return whether a file's name says that it lists checksums."""
    return FILE_NAMES.fullmatch(path.name) is not None


def looks_like_list(path: Path) -> bool:
    """Return whether a file holds what lists of checksums hold, whatever its name: lines of text with long digests.

    XML and JSON are left to those who know their kinds, but for FCIV's lists. Raises OSError where it cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(GLIMPSE)
    if raw[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in raw:
        return False
    text = _decoded(raw, "utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip()]
    if text.lstrip()[:1] in tuple("<{["):
        return "<FCIV>" in text
    with_digest = sum(1 for line in lines if SOME_DIGEST.search(line))
    return checksum_tables.has_blocks(lines) or 0 < len(lines) <= SHARE * with_digest


def read_checksums(path: Path, name: FileName, encoding: str = "utf-8-sig") -> tuple[list[Listed], list[Finding]]:
    """The lines of a checksum file called `name` in the delivery, and findings on lines that are none.

    A file without a single checksum is an error: a verification that verified nothing must not pass.
    """
    try:
        text = _decoded(path.read_bytes(), encoding) if path.stat().st_size <= LARGEST else ""
    except OSError as error:
        return [], [finding("unreadable-file", name, why=error.strerror or str(error))]
    parsed = checksum_tables.parse(text, digests.word_in(path.name))
    parsed = _parse_lines(text, path) if parsed is None else parsed
    bad = [
        finding("checksum-line-unreadable", name, row.number, text=_short(row.text))
        for row in parsed
        if not row.listed
    ]
    lines = [line for row in parsed for line in _worth(row.listed)]
    return lines, bad if lines else [*bad, finding("checksum-file-empty", name)]


def _worth(of_row: list[Listed]) -> list[Listed]:
    """Return those digests of one row that this machine computes; all of them where it computes none."""
    return [line for line in of_row if digests.is_computed(line.algorithm)] or of_row


def _decoded(raw: bytes, encoding: str) -> str:
    encoding = encoding_of(raw, encoding)
    return raw.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace")


def _parse_lines(text: str, path: Path) -> list[Row]:
    lines = [(row, line) for row, line in lines_of(text) if not HEADS.fullmatch(line.strip())]
    word = digests.word_in(path.name)
    read_by = [_parse(line.lstrip(" \t"), row, word) if len(line) <= LONGEST else [] for row, line in lines]
    if len(lines) == 1 and not read_by[0]:
        read_by = [_parse_bare(lines[0][1].strip(), lines[0][0], path)]
    return [Row(*line, listing) for line, listing in zip(lines, read_by, strict=True)]


def _parse(text: str, row: int, word: str) -> list[Listed]:
    """Return what a line lists, by the first of the forms that fits it. `word` is what the list's name tells."""
    whole, text = text, text.rstrip(" \t")
    match = BSD.fullmatch(text) or POWERSHELL.fullmatch(text)
    if match and digests.is_word(match["kind"]):
        return _tagged(match, row)
    forms = (SFV, GNU, SIZED) if digests.told(word, 8) == ("crc32",) else (GNU, SIZED)
    for match in (form.fullmatch(text if form is SFV else whole) for form in forms):  # names may end in a space
        facts = match.groupdict() if match else {}
        name = _unescaped(facts["name"]) if facts.get("escaped") else facts.get("name")
        if got := listed(name, facts.get("digest", ""), row, facts.get("kind") or word):
            return got
    match = NAME_FIRST.fullmatch(text)
    return (
        [line for digest in match["digests"].split() for line in listed(match["name"], digest, row, word)]
        if match
        else []
    )


def _tagged(match: re.Match[str], row: int) -> list[Listed]:
    """Return a line that names its algorithm, with a digest of that algorithm's length."""
    name = _unescaped(match["name"]) if match.groupdict().get("escaped") else match["name"]
    cut = match.re is POWERSHELL and match["name"].endswith(("...", "…"))  # a table that was too narrow for the path
    if not name or cut:
        return []
    if other := digests.not_computed(match["kind"]):
        return [Listed(name, other, match["digest"].lower(), row)]
    digest = match["digest"] if HEXADECIMAL.fullmatch(match["digest"]) else from_base64(match["digest"])
    known = digests.told(match["kind"], len(digest))
    return listed(name, digest, row, known[0]) if known else []


def _parse_bare(text: str, row: int, path: Path) -> list[Listed]:
    """A digest alone in photo.tif.md5 is that of photo.tif; elsewhere nobody knows whose it is."""
    word = re.sub("sums?$", "", path.suffix[1:].lower())
    return listed(path.stem, text, row, word) if digests.is_word(word) else []


def _unescaped(name: str) -> str | None:
    """Return a name whose backslashes escape; None where one of them escapes nothing."""
    if re.search(r"\\(?![\\nr])", re.sub(r"\\\\", "", name)):
        return None
    return re.sub(r"\\[\\nr]", lambda match: ESCAPES[match[0]], name)


def _short(line: str) -> str:
    return printable(line[:60] + ("…" if len(line) > 60 else ""))
