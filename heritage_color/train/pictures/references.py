"""A museum's own colour photographs as references of the method `gist`: described, not learned from.

A run is its folder: `photographs.csv` (what was looked at), `parts/` (what is described so far; the same call goes on
from there), and `gist.safetensors` with its card.
"""

import csv
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color.digests import sha256_file
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.keys import Column
from heritage_color.lab import rgb_to_lab
from heritage_color.methods.cards import Card
from heritage_color.methods.gist.colorizer import Gist, Reference, described_photograph
from heritage_color.metrics.pictures import read_rgb
from heritage_color.progress import track
from heritage_color.train.networks.callbacks import whole
from heritage_color.train.networks.recipes import Recipe
from heritage_color.train.pictures import survey

PART = 256  # photographs described between two files: what a killed run loses at most
MOST_PIXELS = 512 * 384  # of a photograph when it is described: a gist sees 128 x 128
# Lists that tell a photograph's source and rights, in its folder or above, and their columns' names
LISTS = ("photographs.csv", "manifest.csv", "MANIFEST.csv")
FILE, RIGHTS = ("file", "path"), ("rights", "licence", "license")
SOURCE = ("source", "source_repo", "identifier", "title")


Listed = dict[Column, str]  # a row of a list that came with photographs


@dataclass(frozen=True)
class Described:
    """Photographs ready to be added: N references, codes (N, 512) and samples (N, 196, 4)."""

    references: list[Reference]
    codes: np.ndarray
    samples: np.ndarray


def train(
    folder: Path, validation: Path | None, run: Path, recipe: Recipe, start_from: Path | None = None, **options: object
) -> Path:
    """Describe the colour photographs of a folder. Returns the path of the weight file, an index of references.

    `start_from` names one that is grown: what it knows already, by checksum, is not added again. All photographs
    become references, none is held back. Raises DeliveryError where there is none, WeightsError.
    """
    start, folder = time.monotonic(), Path(folder)
    (run / "parts").mkdir(parents=True, exist_ok=True)
    method = Gist()
    if start_from is not None:
        method.load(start_from)
    surveyed = survey.survey(folder, run / "photographs.csv")
    for sentence in survey.left_out(surveyed, folder):
        print(sentence, file=sys.stderr)
    known = {reference.sha256 for reference in method.references}
    new = _once([row for row in surveyed if row.state == "colour" and row.sha256 not in known])
    for part in _parts(folder, new, run / "parts"):
        method.add(part.references, part.codes, part.samples)
    if not method.references:
        raise DeliveryError(f"No photograph in {folder} could be described: there is no colour to take.")
    about = Card().with_facts(recipe={"method": recipe.method}, data_sha256=_digest(method.references))
    about = about.with_facts(start_from=sha256_file(start_from)) if start_from else about
    weights = run / "gist.safetensors"
    method.save(weights, about.with_facts(minutes=round((time.monotonic() - start) / 60, 1)))
    return weights


def _once(rows: list[survey.Photograph]) -> list[survey.Photograph]:
    """The same file under two names is one reference, by its first name."""
    return list({row.sha256: row for row in reversed(rows)}.values())[::-1]


def _digest(references: list[Reference]) -> str:
    return hashlib.sha256("".join(f"{reference.sha256}\n" for reference in references).encode()).hexdigest()


def _parts(folder: Path, rows: list[survey.Photograph], parts: Path) -> Iterator[Described]:
    """The photographs some at a time, each part from its file where an earlier call has described it."""
    listed = read_lists(folder)
    starts = range(0, len(rows), PART)
    for start in track(starts, f"describe photographs, {PART} each", len(starts)):
        some = rows[start : start + PART]
        named = hashlib.sha256("".join(f"{row.sha256}{row.file}" for row in some).encode()).hexdigest()
        file = parts / f"{named[:16]}.npz"
        if not file.is_file():
            _describe(folder, some, file)
        with np.load(file) as kept:
            rows_kept = [row for row, good in zip(some, kept["good"], strict=True) if good]
            references = [_reference(folder, row, listed) for row in rows_kept]
            yield Described(references, kept["codes"], kept["samples"])


def _describe(folder: Path, rows: list[survey.Photograph], file: Path) -> None:
    """Codes and samples of photographs to a file, with which of them could be read."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda row: _described(folder / row.file), rows))
    good = [answer for answer in answers if answer is not None]
    codes = np.stack([code for code, _ in good]) if good else Gist().codes
    samples = np.stack([sample for _, sample in good]) if good else Gist().samples
    with whole(file) as partial, partial.open("wb") as opened:
        np.savez(opened, good=np.array([answer is not None for answer in answers]), codes=codes, samples=samples)


def _described(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    try:
        lab = rgb_to_lab(read_rgb(path, MOST_PIXELS) / np.float32(255))
    except PictureError as error:
        print(f"{error} It was left out.", file=sys.stderr)
        return None
    return described_photograph(lab[..., 0], lab[..., 1:])


def read_lists(folder: Path) -> dict[Path, Listed]:
    """Rows of the lists in a folder and the two above it, by the file that each describes; the nearest list counts."""
    rows: dict[Path, Listed] = {}
    for place in (folder.resolve(), *folder.resolve().parents[:2]):
        for name in LISTS:
            if (place / name).is_file():
                with (place / name).open(newline="", encoding="utf-8-sig") as file:
                    for row in csv.DictReader(file):
                        rows.setdefault(place / _first(row, FILE), row)
    return rows


def _first(row: Listed, names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _reference(folder: Path, row: survey.Photograph, listed: dict[Path, Listed]) -> Reference:
    about = listed.get((folder / row.file).resolve(), {})
    source = ", ".join(filter(None, (_first(about, SOURCE), about.get("original_path", ""))))
    return Reference(row.file, source, _first(about, RIGHTS), row.sha256)
