"""Which photographs carry which tags: a CSV file, and the vocabulary that it makes. Pure but for that one file.

The columns are `file`, relative to the folder of photographs, and `tags`, parted by semicolons and going from the
broad to the special: `dog-17.jpg,animal;dog;dalmatian`. The place of a tag in its lists is its level.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

import numpy as np

from heritage_color.errors import DeliveryError
from heritage_color.keys import FileName
from heritage_color.whole_files import whole

Tags = tuple[str, ...]  # of one photograph, from the broad to the special
COLUMNS = ("file", "tags")
FEWEST = 5  # photographs of a tag: of fewer nothing is learned that a held-back photograph could confirm


@dataclass(frozen=True)
class Vocabulary:
    """The tags that a model knows, the frequent first; `counts` (V,) photographs of each, `levels` (V,) from 1."""

    tags: tuple[str, ...]
    counts: np.ndarray
    levels: np.ndarray

    def matrix(self, tagged: Iterable[Iterable[str]]) -> np.ndarray:
        """Return which tags each photograph carries (N, V), bool; tags outside the vocabulary are left aside."""
        index = {tag: place for place, tag in enumerate(self.tags)}
        rows = [[index[tag] for tag in tags if tag in index] for tags in tagged]
        carried = np.zeros((len(rows), len(self.tags)), bool)
        for row, places in enumerate(rows):
            carried[row, places] = True
        return carried


def vocabulary(tagged: Iterable[Tags], fewest: int = FEWEST) -> Vocabulary:
    """Return the tags that at least so many photographs carry. Raises DeliveryError where fewer than two do."""
    counts: Counter[str] = Counter()
    levels: dict[str, list[int]] = defaultdict(list)
    for tags in tagged:
        counts.update(set(tags))
        for place, tag in enumerate(tags, 1):
            levels[tag].append(place)
    kept = sorted((tag for tag, count in counts.items() if count >= fewest), key=lambda tag: (-counts[tag], tag))
    if len(kept) < 2:
        raise DeliveryError(
            f"Fewer than two tags stand at {fewest} photographs or more: there is nothing to tell apart."
        )
    return Vocabulary(
        tuple(kept), np.array([counts[tag] for tag in kept]), np.array([median_low(levels[tag]) for tag in kept])
    )


def read_tags(path: Path) -> dict[FileName, Tags]:
    """Return tags by file. Raises DeliveryError for a file that is no such table, naming the row."""
    if not path.is_file():
        raise DeliveryError(f"There is no tag file at {path}.")
    tagged: dict[FileName, Tags] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise DeliveryError(
                f"{path.name} needs the columns file and tags, it has {', '.join(rows.fieldnames or ())}."
            )
        for number, row in enumerate(rows, 2):
            if not row["file"] or row["tags"] is None:
                raise DeliveryError(
                    f"{path.name}, row {number}: a row names a file and its tags, parted by semicolons."
                )
            tagged[row["file"]] = tuple(dict.fromkeys(tag.strip() for tag in row["tags"].split(";") if tag.strip()))
    return tagged


def write_tags(path: Path, tagged: dict[FileName, Tags]) -> None:
    """Write a tag file, whole or not at all."""
    with whole(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((name, ";".join(tags)) for name, tags in sorted(tagged.items()))


def of_folder(folder: Path, tagged: dict[FileName, Tags]) -> dict[Path, Tags]:
    """The tagged files that are in a folder, sorted. Raises DeliveryError where there is none."""
    here = {folder / name: tags for name, tags in sorted(tagged.items()) if tags and (folder / name).is_file()}
    if not here:
        raise DeliveryError(f"None of the files that the tag file names is in {folder}; names are relative to it.")
    return here
