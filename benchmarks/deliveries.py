"""`python -m benchmarks.deliveries`: a delivery of 10,000 pictures with 500 faults, each known before.

Pre-flight must find every one and invent none, within 60 seconds besides what hashing takes.
"""

import argparse
import csv
import hashlib
import random
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color.scans.check import check_delivery
from heritage_color.scans.reporting.report import Report
from heritage_color.settings import Settings

SECONDS = 60
COLUMNS = ("file", "identifier", "title", "date", "rights", "do_not_colorize", "do_not_colorize_reason")
RIGHTS = "http://rightsstatements.org/vocab/NoC-US/1.0/"
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Draft:
    """One picture before it is written: its row, its bytes as listed, and its bytes as delivered."""

    row: dict[str, str]
    listed: bytes | None
    delivered: bytes | None
    further: list[dict[str, str]] = field(default_factory=list)


def picture(number: int) -> bytes:
    """A valid grey PNG of 8 x 8 pixels that is like no other: its number stands in it as a comment."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = b"".join(bytes([0, *(16 * (x + y) % 251 for x in range(8))]) for y in range(8))
    comment = f"Comment\0{number:08}".encode()
    return (
        PNG
        + _chunk(b"IHDR", header)
        + _chunk(b"tEXt", comment)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _not_delivered(draft: Draft) -> set[tuple[str, str]]:
    draft.delivered = draft.listed = None
    return {(draft.row["file"], "file-missing")}


def _lost_but_listed(draft: Draft) -> set[tuple[str, str]]:
    draft.delivered = None
    return {(draft.row["file"], "file-missing"), (draft.row["file"], "checksum-missing-file")}


def _other_bytes(draft: Draft) -> set[tuple[str, str]]:
    draft.delivered = picture(10**7 + int(draft.row["identifier"]))
    return {(draft.row["file"], "checksum-mismatch")}


def _empty(draft: Draft) -> set[tuple[str, str]]:
    draft.listed = draft.delivered = b""
    return {(draft.row["file"], "empty")}


def _no_picture(draft: Draft) -> set[tuple[str, str]]:
    draft.listed = draft.delivered = f"a note {draft.row['identifier']}".encode()
    return {(draft.row["file"], "not-a-picture")}


def _unlisted(draft: Draft) -> set[tuple[str, str]]:
    draft.listed = None
    return {(draft.row["file"], "checksum-unlisted")}


def _cell(column: str, value: str, code: str) -> Callable[[Draft], set[tuple[str, str]]]:
    def spoil(draft: Draft) -> set[tuple[str, str]]:
        draft.row[column] = value
        return {(draft.row["file"], code)}

    return spoil


def _row_twice(draft: Draft) -> set[tuple[str, str]]:
    draft.further.append(draft.row | {"title": "another title", "identifier": f"{draft.row['identifier']} again"})
    return {(draft.row["file"], "row-twice")}


def _no_row(draft: Draft) -> set[tuple[str, str]]:
    file = draft.row.pop("file")
    return {(file, "not-in-manifest")}


FAULTS: tuple[Callable[[Draft], set[tuple[str, str]]], ...] = (
    _not_delivered,
    _lost_but_listed,
    _other_bytes,
    _empty,
    _no_picture,
    _unlisted,
    _row_twice,
    _no_row,
    _cell("rights", "", "rights-missing"),
    _cell("rights", "all mine", "bad-rights"),
    _cell("date", "31 February", "bad-date"),
    _cell("do_not_colorize", "perhaps", "bad-flag"),
    _cell("do_not_colorize", "yes", "do-not-colorize-without-reason"),
)


def make(folder: Path, rows: int, faults: int, seed: int = 5) -> set[tuple[str, str]]:
    """Write a delivery of so many rows, so many of them spoiled; returns the findings that are due, file and code."""
    spoiled = set(random.Random(seed).sample(range(rows), faults))  # noqa: S311  (a fixed seed, no secret)
    expected: set[tuple[str, str]] = set()
    kinds = _in_turn(FAULTS)
    lines, cells = [], []
    for number in range(rows):
        name = f"box {number % 100:02}/{number:05}.png"
        draft = _draft(name, number)
        expected |= next(kinds)(draft) if number in spoiled else set()
        _write(folder / name, draft.delivered)
        lines += [f"{hashlib.sha256(draft.listed).hexdigest()}  {name}\n"] if draft.listed is not None else []
        cells += [draft.row, *draft.further] if "file" in draft.row else []
    (folder / "checksums.sha256").write_text("".join(lines))
    _write_manifest(folder / "manifest.csv", cells)
    return expected


def _in_turn(kinds: tuple) -> Iterator[Callable]:
    while True:
        yield from kinds


def _draft(name: str, number: int) -> Draft:
    row = {"file": name, "identifier": str(number), "title": f"Plate {number}", "date": "1912", "rights": RIGHTS}
    return Draft(row, picture(number), picture(number))


def _write(path: Path, content: bytes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is not None:
        path.write_bytes(content)


def _write_manifest(path: Path, cells: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(cells)


def compare(report: Report, expected: set[tuple[str, str]]) -> tuple[set, set]:
    """What was due and not found, and what was found and not due."""
    found = {(one.file, one.code) for one in report.findings}
    return expected - found, found - expected


def _seconds(work: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _hash_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Print what was found and how long it took; 1 where a finding is missing, invented or late."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--faults", type=int, default=500)
    given = options.parse_args()
    with TemporaryDirectory(prefix="heritage-bench-") as name:
        folder = Path(name) / "delivery"
        expected = make(folder, given.rows, given.faults)
        hashing, _ = _seconds(lambda: _hash_all(folder))
        whole, report = _seconds(lambda: check_delivery(folder, Settings()))
    assert isinstance(report, Report)
    missing, invented = compare(report, expected)
    print(f"{given.rows} rows, {given.faults} spoiled: {len(expected)} findings due, {len(report.findings)} found,")
    print(
        f"{len(missing)} missing, {len(invented)} invented. {report.verified} of {report.listed} checksums verified."
    )
    print(f"{whole:.1f} s, hashing alone {hashing:.1f} s: {whole - hashing:.1f} s besides; the limit is {SECONDS} s.")
    return 1 if missing or invented or whole - hashing > SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
