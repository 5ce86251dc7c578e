"""Bags that lie in a delivery: side by side in its folder, or in the payload of another bag."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from heritage_color.keys import FileName
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.integrity import bags
from heritage_color.scans.integrity.bags import Bag
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.reasons import finding


@dataclass(frozen=True)
class Inside:
    """The bags of a delivery, and the names of their tag files, which belong to no payload."""

    bags: list[Bag]
    tags: frozenset[FileName]


def find_bags(entries: Iterable[Entry]) -> Inside:
    """The bags among the entries of a delivery, each read and with a finding that names it."""
    files = [entry for entry in entries if entry.kind == "file"]
    declared = {entry.path.parent: entry for entry in files if entry.path.name == bags.DECLARATION}
    roots = {folder: entry for folder, entry in declared.items() if bags.has_payload(folder)}
    owners = {entry.name: owner for entry in files if (owner := _owner(entry.path, roots))}
    counts = Counter(owners.values())
    inside = [_read(folder, entry.name, counts[folder]) for folder, entry in roots.items()]
    return Inside(inside, frozenset(owners))


def _owner(path: Path, roots: Iterable[Path]) -> Path | None:
    """The bag of which a file is a tag file; None where it lies in payloads only."""
    above = [folder for folder in path.parents if folder in roots]
    return next((folder for folder in above if path.relative_to(folder).parts[0] != bags.PAYLOAD), None)


def _read(folder: Path, declaration: str, count: int) -> Bag:
    tags = declaration.removesuffix(bags.DECLARATION)
    noted = [finding("bag-inside", tags or bags.DECLARATION, count=count)]
    with Isolated(noted, declaration):
        bag = bags.read_bag(folder, tags, inside=True)
        bag.findings += noted
        return bag
    return Bag(findings=noted)
