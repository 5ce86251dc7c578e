"""Look at every photograph before a training: what can be read, what has colour, which are of one work.

The answer is the run's data manifest, a CSV file, whose hash goes into the model card.
"""

import csv
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import tensorflow as tf

from heritage_color.errors import DeliveryError
from heritage_color.images.colour import chroma_beside_tint
from heritage_color.keys import FileName
from heritage_color.lab import rgb_to_lab
from heritage_color.progress import track
from heritage_color.train.pictures.splitting import PART, place
from heritage_color.whole_files import whole

SUFFIXES = {".jpg", ".jpeg", ".png"}
COLOUR_THRESHOLD = 5.0  # Zhang et al. 2016, released code: a picture with no |a| or |b| above it is grey
TINT_ONLY = 2.0  # ours, Lab units beside the tint of each lightness: below it a picture is toned, not coloured
MOST_BYTES = 100 * 2**20  # of a file; larger ones are no training pictures
LOOK_EVERY = 4  # pixels, each way: enough to tell grey from colour
HELD_BACK = 0.05  # of the works, where no folder to validate on is named


@dataclass(frozen=True)
class Photograph:
    """One file of a folder. `state` is colour, grey or damaged; only colour is learned from."""

    file: str  # relative to the folder
    sha256: str
    work: str
    state: str


def find(folder: Path) -> list[Path]:
    """Return all photographs below a folder, sorted, so that a seed means the same order everywhere."""
    return sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def survey(folder: Path, manifest: Path) -> list[Photograph]:
    """Look at each photograph of a folder, and write `manifest`; the next call looks at files that changed since.

    Raises DeliveryError where there is nothing, or nothing with colour.
    """
    paths = find(folder)
    if not paths:
        raise DeliveryError(f"There is no photograph (JPEG or PNG) in {folder}.")
    known = {row.file: row for row in read_manifest(manifest)} if manifest.is_file() else {}
    with ThreadPoolExecutor() as pool:
        looking = pool.map(lambda path: _look(folder, path, known), paths)
        looked = list(track(looking, "look at photographs", len(paths)))
    if not any(row.state == "colour" for row in looked):
        raise DeliveryError(
            f"All of the photographs in {folder} are grey or damaged: there is no colour to learn from."
        )
    write_manifest(looked, manifest)
    return looked


def _look(folder: Path, path: Path, known: dict[FileName, Photograph]) -> Photograph:
    file = str(path.relative_to(folder))
    try:
        content = path.read_bytes()
    except OSError:  # a bad sector, or no right to read it
        return Photograph(file, "", work_of(file), "damaged")
    sha256, before = hashlib.sha256(content).hexdigest(), known.get(file)
    if before is not None and before.sha256 == sha256:
        return before
    return Photograph(file, sha256, work_of(file), _state(content))


def _state(content: bytes) -> str:
    try:
        if len(content) > MOST_BYTES:
            return "damaged"
        rgb = tf.io.decode_image(content, 3, expand_animations=False).numpy()
    except (tf.errors.InvalidArgumentError, tf.errors.ResourceExhaustedError):
        return "damaged"
    lab = rgb_to_lab(rgb[::LOOK_EVERY, ::LOOK_EVERY] / np.float32(255))
    coloured = np.abs(lab[..., 1:]).max() > COLOUR_THRESHOLD and chroma_beside_tint(lab) > TINT_ONLY
    return "colour" if coloured else "grey"


def work_of(file: str) -> str:
    """The work that a file shows: its name without ending and without what numbers the views of one work."""
    return PART.sub("", str(Path(file).with_suffix("")))


def split(photographs: list[Photograph], share: float = HELD_BACK) -> tuple[list[Photograph], list[Photograph]]:
    """Photographs to learn from and to validate on, by work: all views of one are on the same side, for ever."""
    held_back = {row.work for row in photographs if place(row.work) < share}
    if not held_back and photographs:
        held_back = {min((row.work for row in photographs), key=place)}
    return [p for p in photographs if p.work not in held_back], [p for p in photographs if p.work in held_back]


def write_manifest(photographs: list[Photograph], manifest: Path) -> None:
    """Write the manifest as CSV, whole or not at all."""
    with whole(manifest) as partial, partial.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(Photograph))
        writer.writerows(astuple(row) for row in photographs)


def read_manifest(manifest: Path) -> Iterator[Photograph]:
    """Yield the photographs of a manifest."""
    with manifest.open(newline="") as file:
        yield from (Photograph(**row) for row in csv.DictReader(file))


def digest(photographs: list[Photograph]) -> str:
    """SHA-256 over the checksums and names of what is learned from, in their order."""
    lines = "".join(f"{row.sha256}  {row.file}\n" for row in photographs)
    return hashlib.sha256(lines.encode()).hexdigest()


def left_out(photographs: list[Photograph], folder: Path) -> list[str]:
    """Return a sentence for each damaged file, and one for all grey ones."""
    grey = sum(row.state == "grey" for row in photographs)
    damaged = [
        f"{folder / row.file} is damaged or no picture: left out." for row in photographs if row.state == "damaged"
    ]
    return damaged + (
        [f"{grey} grey or toned photographs of {folder} are left out: they teach no colour."] if grey else []
    )
