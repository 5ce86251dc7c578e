"""The catalog's colour references become a folder of photographs to learn from, split by work."""

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.digests import sha256_file
from heritage_color.errors import DAMAGES
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.keys import Sha256
from heritage_color.metrics import slices
from heritage_color.progress import track
from heritage_color.scans.metadata.dates import is_date
from heritage_color.settings import Settings
from heritage_color.train.pictures.splitting import ColourReference, Side, split
from heritage_color.whole_files import whole

SIDES: tuple[Side, ...] = ("train", "val")
LONGEST_SIDE = 1024  # pixels of a collected photograph: training crops and shrinks it to 224
QUALITY = 95  # of its JPEG: from 90 on, libvips keeps all of the chroma
COLLECTED = re.compile(r"[0-9a-f]{64}\.jpg")
STAGE = "train.collect"

queries = db.queries("train/collecting")


@dataclass(frozen=True)
class Collected:
    """A folder of photographs: how many on each side, and why others are not there."""

    folder: str
    train: int
    val: int
    left_out: int  # photographs of scans that must not be colorized
    unreadable: list[str]  # a sentence each
    manifest_sha256: Sha256


def collect(settings: Settings, folder: str | Path = "") -> Collected:
    """Write the catalog's colour references as files in `train/` and `val/` of a folder, split by work.

    What is there already stays, what was closed since is deleted. A reference that is missing, was exchanged or cannot
    be read is set aside with its sentence, and tried again by the next run. Raises DeliveryError where there are not
    two works.
    """
    folder = Path(folder or settings.home / "training" / "photographs")
    with open_archive(settings) as archive:
        references = db.records(ColourReference, queries.colour_references(archive.db))
        side = split(references)
        open_ones = [each for each in references if each.sha256 in side]
        places = {folder / side[each.sha256] / f"{each.sha256}.jpg": each for each in open_ones}
        _delete_others(folder, set(places))
        sentences = [_collect_one(archive, each, path) for path, each in track(places.items(), "collect", len(places))]
    _write_lists(folder, open_ones, side)
    counts = {name: sum(path.is_file() for path in places if path.parent.name == name) for name in SIDES}
    return Collected(
        folder=str(folder),
        train=counts["train"],
        val=counts["val"],
        left_out=len({each.sha256 for each in references}) - len(places),
        unreadable=[sentence for sentence in sentences if sentence],
        manifest_sha256=hashlib.sha256(manifest(folder).encode()).hexdigest(),
    )


def _delete_others(folder: Path, kept: set[Path]) -> None:
    """Delete collected photographs that are no longer open; files that somebody else put there stay."""
    for path in photograph_files(folder):
        if COLLECTED.fullmatch(path.name) and path not in kept:
            path.unlink()


def _collect_one(archive: Archive, reference: ColourReference, path: Path) -> str:
    """Write one photograph, small and in sRGB; the sentence of why that could not be, else nothing."""
    if path.is_file():
        return ""
    with TemporaryDirectory(prefix="heritage-") as folder:
        try:
            original = archive.file(reference.object_key, reference.sha256, Path(folder))
            with whole(path) as partial:
                save_preview(open_picture(original), partial, LONGEST_SIDE, QUALITY)
        except DAMAGES as error:
            return archive.set_aside(STAGE, error, reference.scan_id)
    archive.take_up(STAGE, reference.scan_id)
    return ""


def _write_lists(folder: Path, references: Sequence[ColourReference], side: dict[Sha256, Side]) -> None:
    """`photographs.csv`: identifiers and rights, which `gist` shows; in `val/`, dates, which a benchmark groups by."""
    sources = [[f"{side[each.sha256]}/{each.sha256}.jpg", each.identifier, each.rights] for each in references]
    _write_list(folder, ["file", "source", "rights"], sources)
    held_back = [each for each in references if side[each.sha256] == "val"]
    dates = [each.date_created if is_date(each.date_created) else "" for each in held_back]
    rows = [[f"{each.sha256}.jpg", date, each.work] for each, date in zip(held_back, dates, strict=True)]
    _write_list(folder / "val", list(slices.COLUMNS), rows)


def _write_list(folder: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with whole(folder / slices.LIST_NAME) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


def photograph_files(folder: Path) -> list[Path]:
    """Return the photographs of both sides, sorted, without their list; what is half written begins with a dot."""
    paths = [path for side in SIDES for path in (folder / side).rglob("*") if path.name != slices.LIST_NAME]
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def manifest(folder: Path) -> str:
    """Return what a model learns from: a line for each photograph of `train/` and `val/`, its SHA-256 and its path."""
    files = photograph_files(folder)
    lines = [f"{sha256_file(path)}  {path.relative_to(folder)}\n" for path in track(files, "checksums", len(files))]
    return "".join(lines)
