"""Verifies the checksums that came with a delivery: in lists, in bags, and in the column `checksum` of manifests."""

from itertools import groupby

from heritage_color.keys import FileName
from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.integrity import digests
from heritage_color.scans.integrity.comparing import Verified, compare_lines, compare_told, fits
from heritage_color.scans.integrity.listed import Listed, listed_in_cell
from heritage_color.scans.integrity.matching import ABSOLUTE, Shelf
from heritage_color.scans.metadata.manifest import Manifest, Row
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered


def algorithms_of(lines: list[Listed]) -> set[str]:
    """The algorithms to compute of all files, so that each is read once: those that lines most likely mean."""
    return {line.algorithm for line in lines if digests.is_computed(line.algorithm)}


def lines_of_rows(manifests: list[Manifest]) -> list[Listed]:
    """Return the checksums of the manifests' columns `checksum`, as lines of lists."""
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
    shelf = Shelf(files, lists)
    number, verified = 0, 0
    findings: list[Finding] = []
    for source, group in groupby(lines, key=lambda pair: pair[0]):
        pairs = shelf.match(source, [line for _, line in group], exact)
        missing = [_missing(source, line) for line, file in pairs if file is None]
        compared, fitting, faults = compare_lines(source, [(line, file) for line, file in pairs if file])
        number, verified = number + len(missing) + compared, verified + fitting
        findings += missing + faults
    return Verified(number, verified, findings)


def verify_rows(files: list[Delivered]) -> Verified:
    """As `verify`, of the manifests' columns `checksum`. Without a name a digest is the usual one, as documented."""
    rows = [(file.row.source, line, file) for file in files if file.row for line in _line_of(file.row)]
    fitting = [bool(line.others and fits(line, file, (line.algorithm, *line.others))) for _, line, file in rows]
    rest = sorted((row for row, fits in zip(rows, fitting, strict=True) if not fits), key=lambda row: row[0])
    verified = sum(fitting)
    faults: list[Finding] = []
    for source, group in groupby(rest, key=lambda row: row[0]):
        more, further = compare_told(source, [(line, file) for _, line, file in group])
        verified, faults = verified + more, faults + further
    return Verified(len(rows), verified, faults)


def _missing(source: str, line: Listed) -> Finding:
    name = printable(line.name)
    if names.is_systems(line.name):
        return finding("checksum-missing-system-file", name, line.row, source=source)
    if ABSOLUTE.match(line.name):
        return finding("checksum-absolute-path", source, line.row, path=name)
    return finding("checksum-missing-file", name, line.row, source=source)
