"""Compares the checksums that came with a delivery with those of its files. Pure."""

import unicodedata
from pathlib import PurePosixPath

from heritage_color.scans.checksums import Listed, algorithm_of
from heritage_color.scans.manifest import Manifest, digest_of
from heritage_color.scans.names import alike, printable
from heritage_color.scans.reasons import Finding, finding
from heritage_color.scans.report import Delivered


def row_algorithms(manifests: list[Manifest]) -> set[str]:
    """The algorithms of the manifests' columns `checksum`."""
    found = [algorithm_of(digest_of(row)) for one in manifests for row in one.rows]
    return {algorithm for algorithm in found if algorithm}


def verify(lines: list[tuple[str, Listed]], files: list[Delivered], lists: set[str]) -> tuple[int, int, list[Finding]]:
    """How many checksums were listed, how many verified, and findings on files that are listed but not there.

    `lines` come with the name of their list. A mismatch becomes a finding of the file itself.
    """
    index = {plain(file.name): file for file in files}
    loose = {alike(file.name): file for file in files}
    listed, verified, missing = 0, 0, []
    for source, line in lines:
        file = _find(source, line.name, index, loose)
        if file and file.name in lists:
            continue  # `sha256sum * > list` lists the list itself, which was not finished then
        listed += 1
        if file is None:
            missing.append(finding("checksum-missing-file", printable(line.name), line.row, source=source))
        else:
            verified += _compare(file, line.algorithm, line.digest, source, line.row)
    in_rows, verified_rows = _verify_rows(files)
    return listed + in_rows, verified + verified_rows, missing


def _verify_rows(files: list[Delivered]) -> tuple[int, int]:
    given = [(file, digest_of(file.row), file.row) for file in files if file.row]
    sound = [(file, digest, row, algorithm_of(digest)) for file, digest, row in given]
    verified = [_compare(file, name, digest, row.source, row.number) for file, digest, row, name in sound if name]
    return len(verified), sum(verified)


def _compare(file: Delivered, algorithm: str, expected: str, source: str, row: int) -> bool:
    found = file.digests.get(algorithm)
    if found == expected:
        file.verified = True
    elif found:
        facts = {"found": found[:12] + "…", "expected": expected[:12] + "…", "source": source}
        file.findings.append(finding("checksum-mismatch", file.name, row, **facts))
    return found == expected


def _find(source: str, name: str, index: dict, loose: dict) -> Delivered | None:
    """The file that a line means: beside its list, or below the delivery's folder."""
    folder = PurePosixPath(source).parent
    spellings = dict.fromkeys((name, name.replace("\\", "/")))  # the second as Windows writes it
    for candidate in (path.as_posix() for one in spellings for path in (folder / one, PurePosixPath(one))):
        file = index.get(plain(printable(candidate))) or loose.get(alike(printable(candidate)))
        if file:
            return file
    return None


def plain(name: str) -> str:
    """A name with its accents in one encoding: the same name may come in either."""
    return unicodedata.normalize("NFC", name)
