"""One directory of a TIFF is the master, and the others are something beside it."""

import re
from pathlib import Path

from heritage_color.images.description import RGB, Directory
from heritage_color.images.formats import CAMERA_RAW
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import directories
from heritage_color.images.tagged.directories import Entry, Tiff
from heritage_color.images.tiff.tags import (
    BITS,
    BLACK_IS_ZERO,
    DNG_VERSION,
    IMAGE_DESCRIPTION,
    LENGTH,
    MASK,
    NEW_SUBFILE_TYPE,
    OLD_TYPES,
    PAGE_NAME,
    PHOTOMETRIC,
    REDUCED,
    SAMPLES,
    SUBFILE_TYPE,
    TRANSPARENCY_MASK,
    WIDTH,
)

MAGIC_NUMBERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
RAW = (32803, 34892)  # a colour filter's mosaic, and what was made of one before developing
INFRARED = re.compile(r"infra.?red|\bIR\b", re.I)


def further_directory(path: Path) -> int:
    """Return the offset of the master's directory where that is not the file's first.

    It is 0 where it is the first, and for what is no TIFF.
    """
    with path.open("rb") as file:
        if file.read(4) not in MAGIC_NUMBERS:
            return 0
        file.seek(0)
        try:
            tiff = directories.open_directories(file)
            master = choose_master(tiff)[0]
        except RefusedError:
            return 0
    return 0 if master is tiff.entries[0] else master.offset


def choose_master(tiff: Tiff) -> tuple[Entry, tuple[Directory, ...]]:
    """Return the master's directory, and all of them with their roles.

    Raises RefusedError for a camera's raw file.
    """
    roles = [_role(tiff, entry) for entry in tiff.entries]
    candidates = [number for number, role in enumerate(roles) if role == "picture"]
    candidates = candidates or [number for number, role in enumerate(roles) if role != "mask"] or [0]
    master = max(candidates, key=lambda number: (_area(tiff, tiff.entries[number]), -number))
    _refuse_raw(tiff, tiff.entries[master], roles[0])
    for number in candidates:
        plane = number != master and _is_infrared(tiff, tiff.entries[number], tiff.entries[master])
        roles[number] = "picture" if number == master else "infrared plane" if plane else "page"
    made = (
        Directory(entry.page, entry.sub, role, *size_of(tiff, entry))
        for entry, role in zip(tiff.entries, roles, strict=True)
    )
    return tiff.entries[master], tuple(made)


def _role(tiff: Tiff, entry: Entry) -> str:
    """Tell what a directory is by its own tags; whether it is a page or an infrared plane, its neighbours tell."""
    kind = tiff.number(entry, NEW_SUBFILE_TYPE, OLD_TYPES.get(tiff.number(entry, SUBFILE_TYPE), 0))
    if kind & MASK and not kind & REDUCED and tiff.number(entry, BITS, 1) >= 8:
        return "infrared plane"
    if kind & MASK or tiff.number(entry, PHOTOMETRIC, BLACK_IS_ZERO) == TRANSPARENCY_MASK:
        return "mask"
    smaller = entry.parent is not None and _area(tiff, entry) < _area(tiff, entry.parent)
    return "reduced copy" if kind & REDUCED or smaller else "picture"


def _is_infrared(tiff: Tiff, entry: Entry, master: Entry) -> bool:
    """Tell whether a directory of one sample calls itself the infrared of a colour master of the same size."""
    fits = size_of(tiff, entry) == size_of(tiff, master) and tiff.number(entry, SAMPLES, 1) == 1
    names = (tiff.text(entry, number) for number in (PAGE_NAME, IMAGE_DESCRIPTION))
    return fits and any(INFRARED.search(name) for name in names)


def _refuse_raw(tiff: Tiff, master: Entry, first_role: str) -> None:
    """Raise RefusedError for what cameras write: DNG, mosaics, or a preview on which the sensor's one sample hangs."""
    mosaic = any(tiff.number(entry, PHOTOMETRIC, BLACK_IS_ZERO) in RAW for entry in tiff.entries)
    below = master.parent is tiff.entries[0] and first_role == "reduced copy"
    sensor = below and tiff.number(master, SAMPLES, 1) < len(RGB)
    if DNG_VERSION in tiff.entries[0].tags or mosaic or sensor:
        raise RefusedError(CAMERA_RAW.code, format=CAMERA_RAW.name)


def size_of(tiff: Tiff, entry: Entry) -> tuple[int, int]:
    """Return width and height of a directory's picture as stored; 0 where it states none."""
    return tiff.number(entry, WIDTH), tiff.number(entry, LENGTH)


def _area(tiff: Tiff, entry: Entry) -> int:
    width, height = size_of(tiff, entry)
    return width * height
