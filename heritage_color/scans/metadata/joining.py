"""Joins the rows of manifests with the pictures delivered: metadata, identifiers and colour references. Pure."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from heritage_color.keys import Column, FileName, Identifier
from heritage_color.scans.arrival.names import alike, plain, printable
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata.cells import check_cells
from heritage_color.scans.metadata.manifest import Manifest, Row, above, by_folder
from heritage_color.scans.metadata.signs import visible
from heritage_color.scans.reporting.notes import Note
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered


@dataclass
class _Index:
    """The pictures by name: exactly, so that case and accents' encoding do not count, and as the name looks."""

    exact: dict[FileName, Delivered]
    loose: dict[FileName, Delivered]
    seen: dict[FileName, Delivered]

    @classmethod
    def of(cls, pictures: list[Delivered]) -> "_Index":
        exact, loose, seen = (
            {spelling(picture.name): picture for picture in pictures} for spelling in (plain, alike, _looks)
        )
        return cls(exact, loose, seen)

    def find(self, cell: str, folder: str) -> Delivered | None:
        for name in _places(cell, folder):
            picture = self.exact.get(plain(name)) or self.loose.get(alike(name)) or self.seen.get(_looks(name))
            if picture:
                return picture
        return None


def named(manifests: list[Manifest]) -> set[str]:
    """Return the files that manifests name, as scans or as references."""
    rows = [row for manifest in manifests for row in manifest.rows]
    return {
        name for row in rows for cell in (row["file"], row["reference"]) if cell for name in _places(cell, row.folder)
    }


def join(manifests: list[Manifest], pictures: list[Delivered]) -> list[Finding]:
    """Give pictures their rows, roles and references; returns the findings that belong to no delivered picture."""
    index = _Index.of(pictures)
    general: list[Finding] = []
    rows = [row for manifest in manifests for row in manifest.rows]
    for row in rows:
        with Isolated(general, row.source, row.number):
            general += _join_row(row, index)
    _note_cut(rows, index)
    _attach(manifests, pictures)
    _check_identifiers(pictures)
    for row in (row for row in rows if row["reference"]):
        with Isolated(general, row.source, row.number):
            general += _join_reference(row, index)
    _refuse_unknown(manifests, pictures)
    return general


def _refuse_unknown(manifests: list[Manifest], pictures: list[Delivered]) -> None:
    """Without their manifest nobody knows which pictures must not be colorized, so these stay out."""
    broken = by_folder((manifest.source, manifest) for manifest in manifests if manifest.broken)
    rows = any(manifest.rows for manifest in manifests)
    for picture in pictures:
        over = next(above(picture.name, broken), None)
        if over:
            facts = {"source": over.source, "why": over.broken}
            picture.findings.append(Note("manifest-unreadable", facts).of(picture.name))
        elif rows and picture.row is None and picture.role == "scan":
            picture.findings.append(finding("not-in-manifest", picture.name))


def _attach(manifests: list[Manifest], pictures: list[Delivered]) -> None:
    """A row that cannot be trusted stands against its picture, a column that cannot against all."""
    by_row = {(picture.row.source, picture.row.number): picture for picture in pictures if picture.row}
    faults = ((manifest.source, fault) for manifest in manifests for fault in manifest.findings)
    for source, fault in faults:
        place = (source, fault.row or 0)
        if fault.code == "row-too-long" and place in by_row:
            by_row[place].findings.append(fault)
    unclear = by_folder((manifest.source, manifest) for manifest in manifests if manifest.unclear)
    for picture in pictures:
        picture.findings += [
            finding("column-unclear", picture.name, source=manifest.source, found=heading, column=column)
            for manifest in above(picture.name, unclear)
            for heading, column in manifest.unclear
        ]


def _join_row(row: Row, index: _Index) -> list[Finding]:
    cell = row["file"]
    if not cell:
        return [finding("row-without-file", row.source, row.number)]
    if _leads_out(cell):
        return [finding("path-outside", printable(cell), row.number, source=row.source)]
    picture = index.find(cell, row.folder)
    if picture is None:
        return [finding("file-missing", printable(_places(cell, row.folder)[0]), row.number, source=row.source)]
    if picture.row:
        picture.findings.append(_second_row(row, picture))
        return []
    picture.row = row
    with Isolated(picture.findings, picture.name, row.number):
        picture.findings += check_cells(row, picture.name)
    if plain(_places(cell, row.folder)[0]) != plain(picture.name):
        written = printable(cell)
        picture.findings.append(finding("name-differs", picture.name, row.number, other=written, source=row.source))
    return []


def _note_cut(rows: list[Row], index: _Index) -> None:
    """A line break inside a cell without quotes makes two rows of one: what could protect stands in the second."""
    for row, below in pairwise(rows):
        picture = index.find(row["file"], row.folder) if row.cut and row.source == below.source else None
        if picture and picture.row is row and index.find(below["file"], below.folder) is None:
            picture.findings.append(finding("row-cut", picture.name, row.number, below=below.number))


class _Cells(NamedTuple):
    """The cells of a row: the known columns, and the others."""

    known: dict[Column, str]
    further: dict[Column, str]


def _second_row(row: Row, picture: Delivered) -> Finding:
    first = picture.row
    assert first is not None  # the caller has seen it
    same = _says(row, first.source) == _says(first, row.source)
    other = first.number if row.source == first.source else f"{first.number} of {first.source}"
    return finding("row-repeated" if same else "row-twice", picture.name, row.number, other=other)


def _says(row: Row, source: FileName) -> _Cells:
    """Return what a row says, to be compared with one of another manifest, whose paths begin elsewhere."""
    if row.source == source:
        return _Cells(row.cells, row.further)
    reference = _places(row["reference"], row.folder)[0] if row["reference"] else ""
    return _Cells(row.cells | {"file": "", "reference": reference}, row.further)


def _check_identifiers(pictures: list[Delivered]) -> None:
    first: dict[Identifier, Delivered] = {}
    rows = [(picture.row, picture) for picture in pictures if picture.row and picture.row["identifier"]]
    for row, picture in sorted(rows, key=lambda pair: (pair[0].source, pair[0].number)):
        other = first.setdefault(row["identifier"], picture)
        if other is not picture:
            facts = {"identifier": printable(row["identifier"]), "other": other.name}
            picture.findings.append(Note("duplicate-identifier", facts).of(picture.name, row.number))


def _join_reference(row: Row, index: _Index) -> list[Finding]:
    scan, cell = index.find(row["file"], row.folder), row["reference"]
    if scan is None or scan.row is not row:
        return []
    if _leads_out(cell):
        return [finding("path-outside", printable(cell), row.number, source=row.source)]
    reference = index.find(cell, row.folder)
    if reference is None:
        return [finding("reference-missing", printable(cell), row.number, other=scan.name)]
    if reference.row:
        return [finding("reference-is-scan", reference.name, row.number, other=scan.name)]
    reference.role, scan.reference = "reference", reference
    return []


def check_references(pictures: list[Delivered]) -> None:
    """Findings on colour references and their scans; to be called when all else is known of both."""
    pairs = [(scan, scan.reference) for scan in pictures if scan.reference]
    for scan, reference in pairs:
        reference.findings += _compare(scan, reference)
    for reference in {id(reference): reference for _, reference in pairs}.values():
        if not any(scan.accepted for scan, other in pairs if other is reference):
            reference.findings.append(finding("reference-without-scan", reference.name))
    for scan, reference in pairs:
        if scan.accepted and not reference.accepted:
            scan.findings.append(finding("reference-refused", scan.name, other=reference.name))


def _compare(scan: Delivered, reference: Delivered) -> list[Finding]:
    if not (scan.picture and reference.picture):
        return []
    if not reference.picture.colour:
        return [finding("reference-grey", reference.name)]
    expected, sizes = (f"{picture.width} x {picture.height}" for picture in (scan.picture, reference.picture))
    if expected == sizes:
        return []
    return [finding("reference-size", reference.name, found=sizes, expected=expected, other=scan.name)]


def _places(cell: str, folder: str) -> list[str]:
    """Where the file that a cell names may lie: below the folder of its manifest, or as it is called from the top."""
    path = PurePosixPath(cell.replace("\\", "/")).as_posix()
    return [folder + path, path] if folder and path.startswith(folder) else [folder + path]


def _leads_out(cell: str) -> bool:
    path = PurePosixPath(cell.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:/", path.as_posix()) is not None


def _looks(name: str) -> str:
    """Return a name without what cannot be seen in it."""
    return alike(visible(name))
