"""Compares the checksums that came with a delivery with those of its files.

Where a list does not say by which algorithm it was made, what fits a file by any of them proves the file whole: two
files that agree in so many digits by chance do not exist. What fits by none is called different only where other
lines of the list have shown its algorithm.
"""

import posixpath
import re
import unicodedata
from collections import Counter
from functools import cached_property
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from heritage_color.keys import Algorithm, Digests, FileName
from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.names import alike, printable
from heritage_color.scans.decoding import decode
from heritage_color.scans.integrity import digests
from heritage_color.scans.integrity.listed import Listed, listed_in_cell
from heritage_color.scans.metadata.manifest import Manifest, Row
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered

CODE_PAGES = ("cp1252", "cp850", "cp437")  # of Windows and of its console: lists that are not in UTF-8
ABSOLUTE = re.compile(r"[A-Za-z]:[/\\]|[/\\]")
TRIES = 16  # files that are read again for further algorithms while none has fitted
Pairs = list[tuple[Listed, Delivered]]


class Verified(NamedTuple):
    """How many checksums were `listed`, how many of them `verified`, and findings on what is no file's own fault."""

    listed: int
    verified: int
    findings: list[Finding]


def algorithms_of(lines: list[Listed]) -> set[str]:
    """The algorithms to compute of all files, so that each is read once: those that lines most likely mean."""
    return {line.algorithm for line in lines if digests.is_computed(line.algorithm)}


def lines_of_rows(manifests: list[Manifest]) -> list[Listed]:
    """The checksums of the manifests' columns `checksum`, as lines of lists."""
    return [line for manifest in manifests for row in manifest.rows for line in _line_of(row)]


def _line_of(row: Row) -> list[Listed]:
    return listed_in_cell(row["file"], row["checksum"], row.number)


def verify(
    lines: list[tuple[FileName, Listed]], files: list[Delivered], lists: set[FileName], exact: bool = False
) -> Verified:
    """Compare the lines of lists with the files that they name; findings are on lists and on files that are not there.

    `lines` come with the name of their list. A mismatch becomes a finding of the file itself. Where `exact` is
    true, as in bags, a path counts as it stands only; else that of another machine is matched by its end.
    """
    shelf = _Shelf(files, lists)
    number, verified = 0, 0
    findings: list[Finding] = []
    for source, group in groupby(lines, key=lambda pair: pair[0]):
        pairs = shelf.match(source, [line for _, line in group], exact)
        missing = [_missing(source, line) for line, file in pairs if file is None]
        compared, fitting, faults = _compare(source, [(line, file) for line, file in pairs if file])
        number, verified = number + len(missing) + compared, verified + fitting
        findings += missing + faults
    return Verified(number, verified, findings)


def verify_rows(files: list[Delivered]) -> Verified:
    """As `verify`, of the manifests' columns `checksum`. Without a name a digest is the usual one, as documented."""
    rows = [(file.row.source, line, file) for file in files if file.row for line in _line_of(file.row)]
    fitting = [bool(line.others and _fits(line, file, (line.algorithm, *line.others))) for _, line, file in rows]
    rest = sorted((row for row, fits in zip(rows, fitting, strict=True) if not fits), key=lambda row: row[0])
    verified = sum(fitting)
    faults: list[Finding] = []
    for source, group in groupby(rest, key=lambda row: row[0]):
        more, further = _compare_told(source, [(line, file) for _, line, file in group])
        verified, faults = verified + more, faults + further
    return Verified(len(rows), verified, faults)


def _missing(source: str, line: Listed) -> Finding:
    name = printable(line.name)
    if names.is_systems(line.name):
        return finding("checksum-missing-system-file", name, line.row, source=source)
    if ABSOLUTE.match(line.name):
        return finding("checksum-absolute-path", source, line.row, path=name)
    return finding("checksum-missing-file", name, line.row, source=source)


# --------------------------------------------------------------------- comparing


def _worth(pairs: Pairs) -> Pairs:
    """The pairs without digests that nobody here computes, where the list has another digest of the same file."""
    known = {id(file) for line, file in pairs if digests.is_computed(line.algorithm)}
    return [(line, file) for line, file in pairs if digests.is_computed(line.algorithm) or id(file) not in known]


def _compare(source: FileName, pairs: Pairs) -> Verified:
    """Which lines of a list count, which of them fit their files, and findings on the list."""
    for _, file in pairs:
        file.listed = True
    told = _worth([(line, file) for line, file in pairs if line.told])
    verified, faults = _compare_told(source, told)
    count, fitting, further = _compare_untold(source, [(line, file) for line, file in pairs if not line.told])
    return Verified(len(told) + count, verified + fitting, faults + further)


def _compare_told(source: str, pairs: Pairs) -> tuple[int, list[Finding]]:
    unknown = Counter(line.algorithm for line, _ in pairs if not digests.is_computed(line.algorithm))
    faults = [
        finding("checksum-algorithm", source, algorithm=digests.shown(name), count=count)
        for name, count in unknown.items()
    ]
    verified = 0
    for line, file in pairs:
        if line.algorithm in unknown or not file.sha256:
            continue
        if _fits(line, file, (line.algorithm,)):
            verified += 1
        else:
            _mismatch(source, line, file, line.algorithm)
    return verified, faults


def _compare_untold(source: FileName, pairs: Pairs) -> Verified:
    """As `_compare`, of lines whose algorithm nothing tells, by the lengths of their digests.

    Where one digest of a row fits, the others that do not are of algorithms that nobody named, and do not count.
    """
    pairs = sorted(pairs, key=_length)
    groups = [(group, _try(group)) for group in (list(group) for _, group in groupby(pairs, key=_length))]
    proven = {line.row for group, fits in groups for (line, _), name in zip(group, fits, strict=True) if name}
    number, verified = 0, 0
    faults: list[Finding] = []
    for group, fits in groups:
        unproven = [pair for pair, name in zip(group, fits, strict=True) if not name and pair[0].row not in proven]
        fitting = Counter(name for name in fits if name)
        faults += _judge(source, [(line, file) for line, file in unproven if file.sha256], fitting)
        number, verified = number + fitting.total() + len(unproven), verified + fitting.total()
    return Verified(number, verified, faults)


def _length(pair: tuple[Listed, Delivered]) -> int:
    return len(pair[0].digest)


def _judge(source: str, pairs: Pairs, fitting: Counter[str]) -> list[Finding]:
    """What fits nothing differs where other lines have shown the list's algorithm; else nobody can tell."""
    if pairs and not fitting:
        line = pairs[0][0]
        tried = ", ".join(digests.shown(name) for name in (line.algorithm, *line.others))
        return [finding("checksum-algorithm-unknown", source, count=len(pairs), tried=tried)]
    for line, file in pairs:
        _mismatch(source, line, file, fitting.most_common(1)[0][0])
    return []


def _try(pairs: Pairs) -> list[str]:
    """By which algorithm each line fits its file; empty where by none. Most files are read only once."""
    fits = [_fits(line, file, (line.algorithm,)) for line, file in pairs]
    shown = next((name for name in fits if name), "")
    tries = 0
    for place, (line, file) in enumerate(pairs):
        if fits[place] or (not shown and tries == TRIES):
            continue
        tries += 1
        fits[place] = _fits(line, file, (shown,) if shown else ()) or _fits(line, file, line.others)
        shown = shown or fits[place]
    return fits


def _fits(line: Listed, file: Delivered, algorithms: tuple[str, ...]) -> str:
    """By which of the algorithms a line fits a file; empty where by none. What is not known yet is computed."""
    missing = [name for name in algorithms if name not in file.digests]
    if missing and file.sha256:
        file.digests |= _digest(file, missing)
    fitting = next((name for name in algorithms if file.digests.get(name) == line.digest), "")
    file.verified = file.verified or bool(fitting)
    return fitting


def _digest(file: Delivered, algorithms: list[Algorithm]) -> Digests:
    try:
        return decode.digest(file.path, algorithms)
    except OSError:
        return {}  # it was read a moment ago; what cannot be compared does not fit


def _mismatch(source: str, line: Listed, file: Delivered, algorithm: str) -> None:
    digest = file.digests.get(algorithm, "")
    facts = {"found": digest[:12] + "…", "expected": line.digest[:12] + "…", "source": source}
    file.findings.append(finding("checksum-mismatch", file.name, line.row, **facts))


# ---------------------------------------------------------------------- matching


class _Shelf:
    """The files of a delivery by name, as lists spell it."""

    def __init__(self, files: list[Delivered], lists: set[str]):
        self.exact = {plain(file.name): file for file in files}
        self.loose = {alike(file.name): file for file in files}
        self.lists = lists

    def match(self, source: str, lines: list[Listed], exact: bool) -> list[tuple[Listed, Delivered | None]]:
        """The files that the lines of a list mean; lines that mean lists are left out.

        `sha256sum * > list` lists the list itself, which was not finished then.
        """
        files = [self.find(source, line.name, exact) for line in lines]
        if not exact:
            ends = self._by_ends(source, lines, elsewhere=not any(files))
            files = [
                file or ends.get(line.name) or self._by_stem(source, line.name)
                for line, file in zip(lines, files, strict=True)
            ]
        pairs = zip(lines, files, strict=True)
        return [(line, file) for line, file in pairs if not file or file.name not in self.lists]

    def _by_stem(self, source: str, name: str) -> Delivered | None:
        """The file that the lone digest in plate.md5 means: the only one beside it that is called plate."""
        path = PurePosixPath(source)
        if path.stem != name:
            return None
        files = self._stems.get(plain(path.with_suffix("").as_posix()), [])
        return files[0] if len(files) == 1 else None

    @cached_property
    def _stems(self) -> dict[FileName, list[Delivered]]:
        stems: dict[FileName, list[Delivered]] = {}
        for name, file in self.exact.items():
            if file.name not in self.lists and PurePosixPath(name).suffix.lower() != ".xmp":
                stems.setdefault(PurePosixPath(name).with_suffix("").as_posix(), []).append(file)
        return stems

    def find(self, source: str, name: str, exact: bool = False) -> Delivered | None:
        """The file that a name means: beside its list, unless `exact`, or below the delivery's folder."""
        folder = PurePosixPath(source).parent
        for spelling in _spellings(name):
            beside = () if exact else (posixpath.normpath(folder / spelling),)
            for candidate in (*beside, PurePosixPath(spelling).as_posix()):
                if file := self._get(candidate):
                    return file
        return None

    def _get(self, name: str) -> Delivered | None:
        shown = printable(name)
        return self.exact.get(plain(shown)) or self.loose.get(alike(shown))

    def _by_ends(self, source: str, lines: list[Listed], elsewhere: bool) -> dict[FileName, Delivered]:
        """Files by paths of another machine that end in their whole names. Where two paths mean one file, none does.

        A list that was made in another folder has no path that counts here (`elsewhere`): its paths are taken so
        only where one of the files is the one that was listed.
        """
        foreign = [line for line in lines if elsewhere or ABSOLUTE.match(line.name)]
        meant = {name: self._by_end(source, name) for name in dict.fromkeys(line.name for line in foreign)}
        times = Counter(id(file) for file in meant.values() if file)
        ends = {name: file for name, file in meant.items() if file and times[id(file)] == 1}
        absolute = any(ABSOLUTE.match(name) for name in ends)
        return ends if absolute or _one_fits([line for line in foreign if line.name in ends][:TRIES], ends) else {}

    def _by_end(self, source: str, path: str) -> Delivered | None:
        steps = [step for step in re.split(r"[/\\]", path) if step not in ("", ".", "..")]
        ends = ("/".join(steps[start:]) for start in range(len(steps)))
        return next((file for end in ends if (file := self.find(source, end))), None)


def _one_fits(lines: list[Listed], files: dict[FileName, Delivered]) -> bool:
    computed = [line for line in lines if digests.is_computed(line.algorithm)]
    return any(_fits(line, files[line.name], (line.algorithm, *line.others)) for line in computed)


def _spellings(name: str) -> list[str]:
    """A name as it stands, as Windows writes folders, and as code pages have accents that are not UTF-8."""
    raw = name.encode("utf-8", "surrogateescape") if not name.isascii() else b""
    strange = (
        [raw.decode(page, "replace") for page in CODE_PAGES] if any("\udc80" <= c <= "\udcff" for c in name) else []
    )
    texts = (name, name.strip(), *strange)
    return list(dict.fromkeys(text for plain in texts for text in (plain, plain.replace("\\", "/"))))


def plain(name: str) -> str:
    """A name with its accents in one encoding: the same name may come in either."""
    return unicodedata.normalize("NFC", name)
