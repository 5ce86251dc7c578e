"""Joins the rows of manifest.csv with the pictures delivered: metadata, identifiers and colour references. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from heritage_color.scans.manifest import Manifest, Row, check_cells
from heritage_color.scans.names import MANIFEST, alike, printable
from heritage_color.scans.reasons import Finding, finding
from heritage_color.scans.report import Delivered


@dataclass
class _Index:
    """The pictures by name: exactly, and so that case and accents' encoding do not count."""

    exact: dict[str, Delivered]
    loose: dict[str, Delivered]

    def find(self, cell: str) -> Delivered | None:
        name = _path(cell)
        return self.exact.get(_plain(name)) or self.loose.get(alike(name))


def named(manifest: Manifest) -> set[str]:
    """The files that the manifest names, as scans or as references."""
    cells = {cell for row in manifest.rows for cell in (row["file"], row["reference"]) if cell}
    return {_path(cell) for cell in cells}


def join(manifest: Manifest, pictures: list[Delivered]) -> list[Finding]:
    """Give pictures their rows, roles and references; returns the findings that belong to no delivered picture."""
    if manifest.broken:
        return _refuse_all(manifest.broken, pictures)
    index = _Index({_plain(one.name): one for one in pictures}, {alike(one.name): one for one in pictures})
    general = [fault for row in manifest.rows for fault in _join_row(row, index)]
    _attach(manifest.findings, pictures)
    _check_identifiers(pictures)
    general += [fault for row in manifest.rows if row["reference"] for fault in _join_reference(row, index)]
    for one in pictures if manifest.rows else ():
        if one.row is None and one.role == "scan":
            one.findings.append(finding("not-in-manifest", one.name))
    return general


def _refuse_all(why: str, pictures: list[Delivered]) -> list[Finding]:
    """Without the manifest nobody knows which pictures must not be colorized, so all stay out."""
    for one in pictures:
        one.findings.append(finding("manifest-unreadable", one.name, why=why))
    return []


def _attach(findings, pictures: list[Delivered]) -> None:
    """A row that cannot be trusted stands against its picture."""
    by_row = {one.row.number: one for one in pictures if one.row}
    for fault in findings:
        if fault.code == "row-too-long" and fault.row in by_row:
            by_row[fault.row].findings.append(fault)


def _join_row(row: Row, index: _Index) -> list[Finding]:
    cell = row["file"]
    if not cell:
        return [finding("row-without-file", MANIFEST, row.number)]
    if _leads_out(cell):
        return [finding("path-outside", printable(cell), row.number)]
    picture = index.find(cell)
    if picture is None:
        return [finding("file-missing", printable(cell), row.number)]
    if picture.row:
        picture.findings.append(_second_row(row, picture))
        return []
    picture.row = row
    picture.findings += check_cells(row, picture.name)
    if _plain(_path(cell)) != _plain(picture.name):
        picture.findings.append(finding("name-differs", picture.name, row.number, other=printable(cell)))
    return []


def _second_row(row: Row, picture: Delivered) -> Finding:
    first = picture.row
    assert first is not None  # the caller has seen it
    same = (row.cells, row.further) == (first.cells, first.further)
    return finding("row-repeated" if same else "row-twice", picture.name, row.number, other=first.number)


def _check_identifiers(pictures: list[Delivered]) -> None:
    first: dict[str, Delivered] = {}
    rows = sorted(
        ((one.row.number, one) for one in pictures if one.row and one.row["identifier"]), key=lambda it: it[0]
    )
    for number, one in rows:
        identifier = one.row["identifier"]  # type: ignore[index]
        other = first.setdefault(identifier, one)
        if other is not one:
            shown = printable(identifier)
            one.findings.append(finding("duplicate-identifier", one.name, number, identifier=shown, other=other.name))


def _join_reference(row: Row, index: _Index) -> list[Finding]:
    scan, cell = index.find(row["file"]), row["reference"]
    if scan is None or scan.row is not row:
        return []
    if _leads_out(cell):
        return [finding("path-outside", printable(cell), row.number)]
    reference = index.find(cell)
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
    if not reference.picture["colour"]:
        return [finding("reference-grey", reference.name)]
    expected, found = (f"{one.picture['width']} x {one.picture['height']}" for one in (scan, reference))  # type: ignore[index]
    if expected == found:
        return []
    return [finding("reference-size", reference.name, found=found, expected=expected, other=scan.name)]


def _path(cell: str) -> str:
    return PurePosixPath(cell.replace("\\", "/")).as_posix()


def _leads_out(cell: str) -> bool:
    path = PurePosixPath(cell.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:/", path.as_posix()) is not None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)
