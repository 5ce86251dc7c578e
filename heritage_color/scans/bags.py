"""Reads what a BagIt bag (RFC 8493, and 0.97 before it) says of its payload. Nothing is ever fetched."""

import codecs
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from heritage_color.errors import DeliveryError
from heritage_color.scans import checksums, decode, unpacking, verifying
from heritage_color.scans.checksums import Listed
from heritage_color.scans.names import SIDECARS, is_manifest, printable
from heritage_color.scans.reasons import Finding, finding
from heritage_color.scans.report import Delivered

DECLARATION, INFO, FETCH, PAYLOAD = "bagit.txt", "bag-info.txt", "fetch.txt", "data"
MANIFESTS = re.compile(r"(?P<tag>tag)?manifest-(?P<algorithm>[a-z0-9]+)\.txt", re.IGNORECASE)
VERSION = re.compile(r"\d+\.\d+")
ENCODED = re.compile(r"%(0A|0D|25)", re.IGNORECASE)  # RFC 8493, 2.1.3: these three and no others
LARGEST = 16 * 2**20  # bytes of bag-info.txt and the like


@dataclass
class Bag:
    """What a bag says: `lines` of its payload manifests with names below data/, `info` as pairs of label and value.

    `listed` and `verified` count the checksums of its tag files. Without a bag all is empty.
    """

    lines: list[tuple[str, Listed]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    info: list[tuple[str, str]] = field(default_factory=list)
    manifests: list[str] = field(default_factory=list)
    listed: int = 0
    verified: int = 0

    def check_payload(self, files: list[Delivered]) -> list[Finding]:
        """Findings on a payload that is not the one promised; a file that is not listed gets its own."""
        for source in self.manifests:
            named = {verifying.plain(printable(line.name)) for name, line in self.lines if name == source}
            for file in files:
                if verifying.plain(file.name) not in named and _counts(file):
                    file.findings.append(finding("bag-unlisted", file.name, source=source))
        return self._check_oxum(files)

    def _check_oxum(self, files: list[Delivered]) -> list[Finding]:
        promised = next((value for label, value in self.info if label.lower() == "payload-oxum"), None)
        found = f"{sum(file.bytes for file in files)}.{len(files)}"
        if promised in (None, found):
            return []
        expected = _in_words(printable(str(promised)))
        return [finding("bag-oxum", INFO, expected=expected, found=_in_words(found))]


def is_bag(folder: Path) -> bool:
    """Whether a folder declares itself a bag."""
    return _ordinary(folder / DECLARATION)


def read(folder: Path) -> Bag:
    """The bag in a folder. Raises DeliveryError where it has no payload folder."""
    payload = folder / PAYLOAD
    if payload.is_symlink() or not payload.is_dir():
        raise DeliveryError(f"{folder.name} is a bag without its folder {PAYLOAD}. Make it again with a BagIt tool.")
    encoding, findings = _declaration(folder)
    bag = Bag(findings=findings, info=_info(folder, encoding))
    names = sorted(path.name for path in folder.iterdir() if MANIFESTS.fullmatch(path.name) and _ordinary(path))
    for name in names:
        _read_manifest(bag, folder, name, encoding)
    if not bag.manifests:
        bag.findings.append(finding("bag-without-manifest", DECLARATION))
    bag.findings += _fetch(folder)
    return bag


def _ordinary(path: Path) -> bool:
    """Links are not followed: a tag file could be anything of this machine."""
    return os.path.isfile(path) and not os.path.islink(path)


def _declaration(folder: Path) -> tuple[str, list[Finding]]:
    """The encoding of the tag files, and what is wrong with bagit.txt."""
    lines = dict(_labels(_text(folder / DECLARATION, "utf-8-sig")))
    encoding = lines.get("Tag-File-Character-Encoding", "")
    if not VERSION.fullmatch(lines.get("BagIt-Version", "")):
        return "utf-8-sig", [finding("bag-declaration", DECLARATION, why="it names no version")]
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8-sig", [finding("bag-declaration", DECLARATION, why="it names no encoding that is known")]
    return ("utf-8-sig" if name == "utf-8" else name), []


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


def _read_manifest(bag: Bag, folder: Path, name: str, encoding: str) -> None:
    kind = MANIFESTS.fullmatch(name)
    assert kind is not None  # the caller has matched it
    listed, faults = checksums.read(folder / name, name, encoding)
    bag.findings += faults
    algorithm = kind["algorithm"].lower()
    wrong = [line for line in listed if line.algorithm != algorithm]
    bag.findings += [finding("checksum-line-unreadable", name, line.row, text=line.digest[:60]) for line in wrong]
    listed = [line for line in listed if line.algorithm == algorithm]
    if kind["tag"]:
        _verify_tags(bag, folder, name, listed)
    else:
        bag.manifests.append(name)
        bag.lines += [(name, replace(line, name=_payload_name(folder, line.name))) for line in listed]


def _payload_name(folder: Path, name: str) -> str:
    """The name below data/. Old tools left the per cent sign as it is: a name that exists as it stands is meant so."""
    decoded = ENCODED.sub(lambda match: chr(int(match[1], 16)), name)
    steps = name.removeprefix("./")
    as_it_stands = steps != decoded and ".." not in Path(steps).parts and os.path.exists(folder / steps)
    chosen = steps if as_it_stands and not os.path.exists(folder / decoded.removeprefix("./")) else decoded
    return chosen.removeprefix("./").removeprefix(f"{PAYLOAD}/")


def _verify_tags(bag: Bag, folder: Path, name: str, listed: list[Listed]) -> None:
    algorithms = {line.algorithm for line in listed}
    named = sorted({"/".join(unpacking.split(line.name) or [""]) for line in listed} - {name, ""})
    files = [_tag_file(folder, one, algorithms) for one in named if _inside(folder, folder / one)]
    number, verified, missing = verifying.verify([(name, line) for line in listed], files, set())
    bag.listed, bag.verified = bag.listed + number, bag.verified + verified
    bag.findings += missing + [fault for file in files for fault in file.findings]


def _inside(folder: Path, path: Path) -> bool:
    """Whether an ordinary file lies in a folder without any link on the way."""
    return _ordinary(path) and path.resolve() == folder.resolve() / path.relative_to(folder)


def _tag_file(folder: Path, name: str, algorithms: set[str]) -> Delivered:
    path = folder / name
    return Delivered(path, printable(name), path.stat().st_size, decode.digest(path, algorithms))


def _fetch(folder: Path) -> list[Finding]:
    if not _ordinary(folder / FETCH):
        return []
    lines = [line for line in _text(folder / FETCH, "utf-8-sig").splitlines() if line.strip()]
    return [finding("bag-fetch", FETCH, count=len(lines))] if lines else []


def _counts(file: Delivered) -> bool:
    """Whether a file must be listed: what systems leave behind by themselves may come later than the bag."""
    name = file.name.rpartition("/")[2]
    return file.sha256 is not None and (not SIDECARS.fullmatch(name) or is_manifest(file))


def _in_words(oxum: str) -> str:
    """`1024.3` as `1024 bytes in 3 files`."""
    octets, dot, count = oxum.partition(".")
    return f"{octets} bytes in {count} files" if dot else oxum
