"""Reads what a BagIt bag (RFC 8493, and 0.97 before it) says of its payload. Nothing is ever fetched."""

import codecs
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from heritage_color.errors import DeliveryError
from heritage_color.keys import FileName
from heritage_color.scans.arrival.landing import split_name
from heritage_color.scans.arrival.names import is_systems, plain, printable
from heritage_color.scans.decoding import decode
from heritage_color.scans.integrity import checksums, digests, verifying
from heritage_color.scans.integrity.listed import Listed
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered

DECLARATION, INFO, FETCH, PAYLOAD = "bagit.txt", "bag-info.txt", "fetch.txt", "data"
MANIFESTS = re.compile(r"(?P<tag>tag)?manifest-(?P<algorithm>[a-z0-9_-]+)\.txt", re.IGNORECASE)
EVERYWHERE = (1, 0)  # the version from which on a file stands in every manifest
# No space before the colon (RFC 8493 2.1.1); after it, older tools have left it out or doubled it
VERSION = re.compile(r"^\ufeff?BagIt-Version:[ \t]*(\d+)\.(\d+)[ \t]*$", re.MULTILINE | re.ASCII)
ENCODING = re.compile(r"^Tag-File-Character-Encoding:(.*)$", re.MULTILINE)
ENCODED = re.compile(r"%(0A|0D|25)", re.IGNORECASE)  # RFC 8493, 2.1.3: these three and no others
LARGEST = 16 * 2**20  # bytes of bag-info.txt and the like


@dataclass
class Bag:
    """What a bag says: `lines` of its payload manifests with names in the delivery, `info` as pairs of texts.

    `place` is its payload's folder in the delivery, empty where the payload is the delivery; `tags` is the folder of
    its tag files as reports name them, both with a slash at the end. `named` holds the files that each manifest names,
    also of algorithms that are not computed. `listed` and `verified` count the checksums of its tag files. Without a
    bag all is empty.
    """

    lines: list[tuple[FileName, Listed]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    info: list[tuple[str, str]] = field(default_factory=list)
    named: dict[FileName, set[FileName]] = field(default_factory=dict)
    listed: int = 0
    verified: int = 0
    version: tuple[int, int] = (1, 0)
    place: str = ""
    tags: str = ""

    def check_payload(self, files: list[Delivered]) -> list[Finding]:
        """Findings on a payload that is not the one promised; a file that is not listed gets its own.

        From BagIt 1.0 on a file stands in every manifest (RFC 8493 2.1.3); before, one of them was enough.
        """
        payload = [file for file in files if file.name.startswith(self.place)]
        for file in (file for file in payload if file.sha256 is not None and not is_systems(file.name)):
            lacking = [source for source, named in self.named.items() if plain(file.name) not in named]
            if lacking and (self.version >= EVERYWHERE or len(lacking) == len(self.named)):
                file.findings += [finding("bag-unlisted", file.name, source=source) for source in lacking]
        return self._check_oxum(payload)

    def _check_oxum(self, payload: list[Delivered]) -> list[Finding]:
        """Bytes and files are as promised, whether or not files that systems write and copiers drop are counted."""
        promised = next((value for label, value in self.info if label.lower() == "payload-oxum"), None)
        named = {name for names in self.named.values() for name in names}
        there = {plain(file.name) for file in payload}
        if promised is None or any(is_systems(name) for name in named - there):
            return []
        kept = [file for file in payload if plain(file.name) in named or not is_systems(file.name)]
        if promised in (_oxum(payload), _oxum(kept)):
            return []
        expected, held = _in_words(printable(promised)), _in_words(_oxum(payload))
        return [finding("bag-oxum", f"{self.tags}{INFO}", expected=expected, found=held)]


def _oxum(files: list[Delivered]) -> str:
    return f"{sum(file.bytes for file in files)}.{len(files)}"


def is_bag(folder: Path) -> bool:
    """Return whether a folder declares itself a bag."""
    return _ordinary(folder / DECLARATION)


def has_payload(folder: Path) -> bool:
    """Return whether a folder has the folder of a bag's payload."""
    payload = folder / PAYLOAD
    return payload.is_dir() and not payload.is_symlink()


def read_bag(folder: Path, tags: str = "", inside: bool = False) -> Bag:
    """Return the bag in a folder. Raises DeliveryError where it has no payload folder.

    Of a bag inside a delivery `tags` is the folder's name in it, with a slash at its end.
    """
    if not has_payload(folder):
        raise DeliveryError(f"{folder.name} is a bag without its folder {PAYLOAD}. Make it again with a BagIt tool.")
    bag = Bag(place=f"{tags}{PAYLOAD}/" if inside else "", tags=tags)
    encoding = _declaration(bag, folder)
    bag.info = _info(folder, encoding)
    matches = (MANIFESTS.fullmatch(path.name) for path in sorted(folder.iterdir()) if _ordinary(path))
    manifests = [match for match in matches if match]
    alone = not any(digests.word_is_computed(match["algorithm"]) for match in manifests if not match["tag"])
    for match in manifests:
        _read_manifest(bag, folder, match, encoding, alone)
    if not bag.named:
        bag.findings.append(finding("bag-without-manifest", f"{tags}{DECLARATION}"))
    bag.findings += _fetch(bag, folder, encoding)
    return bag


def _ordinary(path: Path) -> bool:
    """Links are not followed: a tag file could be anything of this machine."""
    return os.path.isfile(path) and not os.path.islink(path)


def _declaration(bag: Bag, folder: Path) -> str:
    """Return the encoding of the tag files. The version goes to the bag, as does what is wrong with bagit.txt."""
    text = re.sub("\r\n?", "\n", _text(folder / DECLARATION, "utf-8"))
    version, encoding = VERSION.search(text), ENCODING.search(text)
    why = "it begins with a byte order mark" if text.startswith("\ufeff") else ""
    why = why or ("" if version else "it names no version")
    codec = _codec(encoding[1].strip() if encoding else "")
    why = why or ("" if codec else "it names no encoding that is known")
    if version:
        bag.version = (int(version[1]), int(version[2]))
    if why:
        bag.findings.append(finding("bag-declaration", f"{bag.tags}{DECLARATION}", why=why))
    return codec or "utf-8-sig"


def _codec(name: str) -> str:
    """Python's name of a text encoding; empty where it knows none of that name."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except (LookupError, ValueError):
        return ""
    return "utf-8-sig" if codec == "utf-8" else codec


def _text(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        return file.read(LARGEST).decode(encoding, "replace")


def _labels(text: str) -> list[tuple[str, str]]:
    """`Label: value` lines in their order; a line that begins with white space goes on with the value before."""
    pairs: list[tuple[str, str]] = []
    for line in re.split(r"\r\n|\n|\r", text):
        label, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}".strip())
        elif colon:
            pairs.append((label.strip(), value.strip()))
    return pairs


def _info(folder: Path, encoding: str) -> list[tuple[str, str]]:
    for name in (INFO, "package-info.txt"):  # so called before 0.95
        if _ordinary(folder / name):
            return _labels(_text(folder / name, encoding))
    return []


def _read_manifest(bag: Bag, folder: Path, kind: re.Match[str], encoding: str, alone: bool) -> None:
    """A manifest whose name was matched; `alone` tells that no payload manifest can be computed."""
    name, word = kind[0], kind["algorithm"]
    shown = f"{bag.tags}{name}"
    if not digests.word_is_computed(word):
        code = "checksum-algorithm" if alone or kind["tag"] else "bag-algorithm"
        names = [_payload_name(bag, folder, name) for name in _names(_text(folder / name, encoding))]
        bag.findings.append(finding(code, shown, algorithm=word, count=len(names)))
    else:
        lines, faults = _lines(folder / name, shown, word, encoding)
        bag.findings += faults + _repeated(bag, shown, lines)
        if kind["tag"]:
            return _verify_tags(bag, folder, name, lines)
        placed = [(line, _payload_name(bag, folder, line.name)) for line in lines]
        bag.findings += [
            finding("bag-outside", shown, x.row, name=printable(x.name)) for x, name in placed if not name
        ]
        bag.lines += [(shown, replace(line, name=name)) for line, name in placed if name]
        names = [name for _, name in placed if name]
    if not kind["tag"]:
        bag.named[shown] = {plain(printable(name)) for name in names}


def _names(text: str) -> list[str]:
    """The names in a manifest of an algorithm that nobody here knows."""
    return [match[1] for match in re.finditer(r"^\S+[ \t]+\*?(\S.*?)\r?$", text, re.MULTILINE)]


def _lines(path: Path, shown: str, word: str, encoding: str) -> tuple[list[Listed], list[Finding]]:
    """The lines of a manifest, all by the algorithm that its name tells. That of an empty payload is empty."""
    if not path.stat().st_size:
        return [], []
    lines, faults = checksums.read_checksums(path, shown, encoding)
    fitting = [line for line in lines if line.algorithm in digests.told(word, len(line.digest))]
    wrong = [line for line in lines if line not in fitting]
    faults += [finding("checksum-line-unreadable", shown, line.row, text=line.digest[:60]) for line in wrong]
    return fitting, faults


def _repeated(bag: Bag, shown: str, lines: list[Listed]) -> list[Finding]:
    """Findings on files that a manifest lists twice, which it may not from 1.0 on."""
    first: dict[FileName, Listed] = {}
    again = [line for line in lines if first.setdefault(line.name, line) is not line]
    code = "bag-listed-twice" if bag.version >= EVERYWHERE else "bag-listed-again"
    return [finding(code, shown, line.row, name=printable(line.name)) for line in again]


def _payload_name(bag: Bag, folder: Path, name: str) -> str:
    """Return the name in the delivery; empty where it lies outside of the payload.

    Old tools left the per cent sign as it is: a name that exists as it stands is meant so. A carriage return at a
    name's end is that of the `Icon` file of macOS, whose line seems to end before it.
    """
    decoded = ENCODED.sub(lambda match: chr(int(match[1], 16)), name)
    spellings = [decoded, name] if bag.version >= EVERYWHERE else [name, decoded]
    spellings += [name.replace("\\", "/"), f"{decoded}\r", decoded.strip()]
    chosen = next((spelling for spelling in spellings if _lies_in(folder, spelling)), decoded).removeprefix("./")
    inside = chosen.startswith(f"{PAYLOAD}/") and ".." not in chosen.split("/")
    return bag.place + chosen.removeprefix(f"{PAYLOAD}/") if inside else ""


def _lies_in(folder: Path, name: str) -> bool:
    return ".." not in Path(name).parts and "\0" not in name and _exists(folder / name)


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False  # a name that no file can have


def _verify_tags(bag: Bag, folder: Path, name: str, lines: list[Listed]) -> None:
    algorithms = verifying.algorithms_of(lines)
    named = sorted({"/".join(split_name(line.name) or [""]) for line in lines} - {name, ""})
    files = [_tag_file(folder, tag, algorithms) for tag in named if _inside(folder, folder / tag)]
    compared = verifying.verify([(name, line) for line in lines], files, set(), exact=True)
    bag.listed, bag.verified = bag.listed + compared.listed, bag.verified + compared.verified
    faults = compared.findings + [fault for file in files for fault in file.findings]
    bag.findings += [replace(fault, file=f"{bag.tags}{fault.file}") for fault in faults]


def _inside(folder: Path, path: Path) -> bool:
    """Return whether an ordinary file lies in a folder without any link on the way."""
    return _ordinary(path) and path.resolve() == folder.resolve() / path.relative_to(folder)


def _tag_file(folder: Path, name: str, algorithms: set[str]) -> Delivered:
    path = folder / name
    return Delivered(path, printable(name), path.stat().st_size, decode.digest(path, {*algorithms, "sha256"}))


def _fetch(bag: Bag, folder: Path, encoding: str) -> list[Finding]:
    """Findings on what fetch.txt names: a file that is here already was fetched by the supplier."""
    if not _ordinary(folder / FETCH):
        return []
    lines = re.split(r"\r\n|\n|\r", _text(folder / FETCH, encoding))
    numbered = [(row, line.strip()) for row, line in enumerate(lines, 1) if line.strip()]
    parted = [(row, line, re.fullmatch(r"\S+[ \t]+(?:\d+|-)[ \t]+(\S.*)", line)) for row, line in numbered]
    names = [(row, line, _payload_name(bag, folder, match[1]) if match else "") for row, line, match in parted]
    shown = f"{bag.tags}{FETCH}"
    wrong = [(row, line) for row, line, name in names if not name]
    faults = [finding("bag-fetch-unreadable", shown, row, text=printable(line[:60])) for row, line in wrong]
    below = [name.removeprefix(bag.place) for _, _, name in names if name]
    missing = [name for name in below if not _inside(folder, folder / PAYLOAD / name)]
    return faults + ([finding("bag-fetch", shown, count=len(missing))] if missing else [])


def _in_words(oxum: str) -> str:
    """`1024.3` as `1024 bytes in 3 files`."""
    octets, dot, count = oxum.partition(".")
    return f"{octets} bytes in {count} files" if dot else oxum
