"""Compares listed checksums with those of files, by the algorithm that a list names, or by all that it may mean.

Where a list does not say by which algorithm it was made, what fits a file by any of them proves the file whole: two
files that agree in so many digits by chance do not exist. What fits by none is called different only where other
lines of the list have shown its algorithm.
"""

from collections import Counter
from itertools import groupby
from typing import NamedTuple

from heritage_color.keys import Algorithm, Digests, FileName
from heritage_color.scans.decoding import decode
from heritage_color.scans.integrity import digests
from heritage_color.scans.integrity.listed import Listed
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered

TRIES = 16  # files that are read again for further algorithms while none has fitted
Pairs = list[tuple[Listed, Delivered]]


class Verified(NamedTuple):
    """How many checksums were `listed`, how many of them `verified`, and findings on what is no file's own fault."""

    listed: int
    verified: int
    findings: list[Finding]


def _worth(pairs: Pairs) -> Pairs:
    """The pairs without digests that nobody here computes, where the list has another digest of the same file."""
    known = {id(file) for line, file in pairs if digests.is_computed(line.algorithm)}
    return [(line, file) for line, file in pairs if digests.is_computed(line.algorithm) or id(file) not in known]


def compare_lines(source: FileName, pairs: Pairs) -> Verified:
    """Return which lines of a list count, which of them fit their files, and findings on the list."""
    for _, file in pairs:
        file.listed = True
    told = _worth([(line, file) for line, file in pairs if line.told])
    verified, faults = compare_told(source, told)
    count, fitting, further = _compare_untold(source, [(line, file) for line, file in pairs if not line.told])
    return Verified(len(told) + count, verified + fitting, faults + further)


def compare_told(source: str, pairs: Pairs) -> tuple[int, list[Finding]]:
    unknown = Counter(line.algorithm for line, _ in pairs if not digests.is_computed(line.algorithm))
    faults = [
        finding("checksum-algorithm", source, algorithm=digests.shown(name), count=count)
        for name, count in unknown.items()
    ]
    verified = 0
    for line, file in pairs:
        if line.algorithm in unknown or not file.sha256:
            continue
        if fits(line, file, (line.algorithm,)):
            verified += 1
        else:
            _mismatch(source, line, file, line.algorithm)
    return verified, faults


def _compare_untold(source: FileName, pairs: Pairs) -> Verified:
    """As `compare_lines`, of lines whose algorithm nothing tells, by the lengths of their digests.

    Where one digest of a row fits, the others that do not are of algorithms that nobody named, and do not count.
    """
    pairs = sorted(pairs, key=_length)
    groups = [(group, _try(group)) for group in (list(group) for _, group in groupby(pairs, key=_length))]
    proven = {line.row for group, names in groups for (line, _), name in zip(group, names, strict=True) if name}
    number, verified = 0, 0
    faults: list[Finding] = []
    for group, names in groups:
        unproven = [pair for pair, name in zip(group, names, strict=True) if not name and pair[0].row not in proven]
        fitting = Counter(name for name in names if name)
        faults += _judge(source, [(line, file) for line, file in unproven if file.sha256], fitting)
        number, verified = number + fitting.total() + len(unproven), verified + fitting.total()
    return Verified(number, verified, faults)


def _length(pair: tuple[Listed, Delivered]) -> int:
    return len(pair[0].digest)


def _judge(source: str, pairs: Pairs, fitting: Counter[str]) -> list[Finding]:
    """Judge lines that fit nothing: their files differ where others showed the list's algorithm, else who knows."""
    if pairs and not fitting:
        line = pairs[0][0]
        tried = ", ".join(digests.shown(name) for name in (line.algorithm, *line.others))
        return [finding("checksum-algorithm-unknown", source, count=len(pairs), tried=tried)]
    for line, file in pairs:
        _mismatch(source, line, file, fitting.most_common(1)[0][0])
    return []


def _try(pairs: Pairs) -> list[str]:
    """By which algorithm each line fits its file; empty where by none. Most files are read only once."""
    algorithms = [fits(line, file, (line.algorithm,)) for line, file in pairs]
    shown = next((name for name in algorithms if name), "")
    tries = 0
    for place, (line, file) in enumerate(pairs):
        if algorithms[place] or (not shown and tries == TRIES):
            continue
        tries += 1
        algorithms[place] = fits(line, file, (shown,) if shown else ()) or fits(line, file, line.others)
        shown = shown or algorithms[place]
    return algorithms


def fits(line: Listed, file: Delivered, algorithms: tuple[str, ...]) -> str:
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
