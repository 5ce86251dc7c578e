"""TIFF and BigTIFF are described by their tags (TIFF 6.0, its supplements)."""

import re
from pathlib import Path

from heritage_color.images.description import (
    CMYK,
    COLOURS,
    GREY,
    PREMULTIPLIED,
    RGB,
    SET_ASIDE,
    TRANSPARENCY,
    Description,
    Directory,
    Note,
)
from heritage_color.images.formats import TIFF
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import directories, exif
from heritage_color.images.tagged.directories import Entry, Tiff
from heritage_color.images.tiff.layout import layout_of, reader_of, samples_of
from heritage_color.images.tiff.masters import choose_master, size_of
from heritage_color.images.tiff.tags import (
    BITS,
    BLACK_IS_ZERO,
    CIE_LAB,
    COMPRESSION,
    DEPTH,
    EXTRA_SAMPLES,
    ICC_LAB,
    IMAGE_DESCRIPTION,
    INK_SET,
    INKS,
    JPEG,
    MAX_SAMPLE,
    MOST_BITS,
    NAMES,
    OLD_JPEG,
    ORIENTATION,
    PHOTOMETRIC,
    PHOTOMETRICS,
    PHOTOSHOP,
    PLANAR,
    PREDICTOR,
    PROFILE,
    RESOLUTION_UNIT,
    RGB_COLOURS,
    SAMPLE_FORMAT,
    SEPARATED,
    WHITE_IS_ZERO,
    X_RESOLUTION,
    Y_RESOLUTION,
    YCBCR,
)

OTHER_COLOURS = {4: "a mask of transparency", 10: "ITU Lab", 32844: "LogL", 32845: "LogLuv", 51177: "a depth map"}
EXTRA = {1: PREMULTIPLIED, 2: TRANSPARENCY}
WHOLE_BYTES = (YCBCR, CIE_LAB, ICC_LAB)  # of other depths nobody says where their middle is
SAMPLE_FORMATS = {1: "unsigned", 2: "signed", 3: "floating-point", 4: "unsigned", 5: "complex", 6: "complex"}
MOST_FURTHER = 56  # samples beside the colours: Photoshop writes up to 56 channels in all
MOST_PIXELS_PER_INCH = 1e6  # beyond that a resolution is a slip of the writer
FAX = (2, 3, 4, 32771)  # whose samples are white where they are 0, if nothing else is said; so does libtiff
SIGNIFICANT = re.compile(r'SignificantBits="(\d+)"')  # OME-XML, in the first directory's description
FEWER_BITS = frozenset(2**bits - 1 for bits in range(9, MOST_BITS))  # the brightest of 9 to 15 bits
CHANNEL_NAMES = 1006  # Photoshop's resource with the names of saved selections
MAGIC = b"8BIM"


def describe_tiff(path: Path) -> Description:
    """Describe the largest picture of a TIFF that is no reduced copy. Raises RefusedError."""
    with path.open("rb") as file:
        tiff = directories.open_directories(file)
        master, all_directories = choose_master(tiff)
        return _described(tiff, master, all_directories)


def _described(tiff: Tiff, entry: Entry, all_directories: tuple[Directory, ...]) -> Description:
    """Describe one directory, the master, beside all the directories of its file."""
    width, height = size_of(tiff, entry)
    if width <= 0 or height <= 0:
        raise RefusedError("damaged", why="it states no size")
    if tiff.number(entry, DEPTH, 1) > 1:
        raise RefusedError("unsupported", format="a volume of slices")
    notes: list[Note] = []
    if tiff.broken:
        notes.append(Note("directories-broken", {"why": tiff.broken}))
    photometric = _photometric(tiff, entry, notes)
    stored = _stored_bits(tiff, entry, photometric)
    roles = _roles(tiff, entry, photometric, notes)
    layout = layout_of(tiff, entry, photometric, stored)
    if tiff.number(entry, PREDICTOR, 1) == 2 and not layout.may_be_predicted:
        notes.append(Note("predictor-left-aside", {"compression": NAMES[layout.compression]}))
    bits = _significant(tiff, entry, stored, notes)
    return Description(
        TIFF, width, height, bits, roles, PHOTOMETRICS[photometric][0], planar=_is_planar(tiff, entry, roles),
        compression=NAMES.get(layout.compression), orientation=_orientation(tiff, entry),
        profile=tiff.block(_with(entry, PROFILE), PROFILE) or None, pixels_per_inch=_resolution(tiff, entry),
        directory=all_directories[tiff.entries.index(entry)], directories=all_directories, notes=tuple(notes),
        reader=reader_of(tiff, entry, layout, roles), layout=layout,
    )  # fmt: skip


def _with(entry: Entry, number: int) -> Entry:
    """Return the directory that states a tag for this one: itself, or that on which it hangs if it lacks the tag."""
    return entry.parent if entry.parent and number not in entry.tags else entry


def _is_planar(tiff: Tiff, entry: Entry, roles: tuple[str, ...]) -> bool:
    return tiff.number(entry, PLANAR, 1) == 2 and len(roles) > 1


def _photometric(tiff: Tiff, entry: Entry, notes: list[Note]) -> int:
    """Return tag 262 or, with a note, what samples without it are.

    Raises RefusedError where they can be no picture.
    """
    samples = samples_of(tiff, entry)
    photometric = tiff.number(entry, PHOTOMETRIC, -1)
    if photometric < 0:
        photometric = _guessed(tiff, entry, samples)
        notes.append(Note("photometric-missing", {"taken": PHOTOMETRICS[photometric][0]}))
    if photometric not in PHOTOMETRICS:
        raise RefusedError(
            "unsupported-colours", found=OTHER_COLOURS.get(photometric, f"interpretation {photometric}")
        )
    if samples < len(PHOTOMETRICS[photometric][1]):
        raise RefusedError("unsupported-colours", found=f"{PHOTOMETRICS[photometric][0]} of {samples} samples")
    return photometric


def _guessed(tiff: Tiff, entry: Entry, samples: int) -> int:
    """Tell what a picture without tag 262 is, as libtiff takes it: grey of one sample, RGB of three."""
    colours = samples - len(tiff.values(entry, EXTRA_SAMPLES))
    if colours not in (len(GREY), len(RGB)):
        raise RefusedError("unsupported-colours", found=f"{samples} samples of no stated meaning")
    fax = tiff.number(entry, COMPRESSION, 1) in FAX
    return RGB_COLOURS if colours == len(RGB) else WHITE_IS_ZERO if fax else BLACK_IS_ZERO


def _stored_bits(tiff: Tiff, entry: Entry, photometric: int) -> int:
    """Return the bits of each sample as stored.

    Raises RefusedError for samples that are no unsigned whole numbers of up to 16 bits.
    """
    formats = tiff.values(entry, SAMPLE_FORMAT) or (1,)
    kind = " and ".join(sorted({SAMPLE_FORMATS.get(number, "unknown") for number in formats}))
    bits = tiff.values(entry, BITS) or (8 if tiff.number(entry, COMPRESSION, 1) == OLD_JPEG else 1,)
    if kind == "signed" and photometric not in (CIE_LAB, ICC_LAB):
        raise RefusedError("unsupported-sign", bits=bits[0])
    whole = all(isinstance(depth, int) and 0 < depth <= MOST_BITS for depth in bits)
    if kind not in ("unsigned", "signed") or not whole:
        raise RefusedError("unsupported-depth", found=f"{kind} {bits[0]}-bit")
    if photometric in WHOLE_BYTES and bits[0] not in (8, 16) and tiff.number(entry, COMPRESSION, 1) != JPEG:
        raise RefusedError("unsupported-depth", found=f"{PHOTOMETRICS[photometric][0]} {bits[0]}-bit")
    if len(set(bits)) > 1:
        raise RefusedError("unsupported-depth", found=" and ".join(str(depth) for depth in sorted(set(bits))) + "-bit")
    return bits[0]


def _significant(tiff: Tiff, entry: Entry, stored: int, notes: list[Note]) -> int:
    """Return the bits of a sample that count: fewer than stored where OME-XML says so, which is noted."""
    stated = SIGNIFICANT.search(tiff.text(tiff.entries[0], IMAGE_DESCRIPTION)) if stored == MOST_BITS else None
    bits = int(stated[1]) if stated else stored
    if 8 < bits < stored:
        notes.append(Note("significant-bits", {"bits": bits, "stored": stored}))
        return bits
    brightest = max(tiff.values(entry, MAX_SAMPLE), default=0)
    if stored == MOST_BITS and brightest in FEWER_BITS:
        notes.append(Note("brightest-sample", {"found": brightest, "most": 2**stored - 1}))
    return stored


def _roles(tiff: Tiff, entry: Entry, photometric: int, notes: list[Note]) -> tuple[str, ...]:
    """Return a role for each sample; only ExtraSamples 1 and 2 are transparency. Raises RefusedError."""
    colours = PHOTOMETRICS[photometric][1]
    further = samples_of(tiff, entry) - len(colours)
    if further > MOST_FURTHER:
        raise RefusedError("unsupported", format=f"a picture of {further + len(colours)} bands")
    if photometric == SEPARATED:
        _check_inks(tiff, entry)
    stated = tiff.values(entry, EXTRA_SAMPLES)[:further]
    kinds = [EXTRA.get(kind, SET_ASIDE) for kind in (*stated, *[0] * (further - len(stated)))]
    names = _channel_names(tiff, entry)
    aside = [number for number, kind in enumerate(kinds) if kind == SET_ASIDE]
    if COLOURS[colours] == "grey" and len(aside) > 1 and len(names) < len(aside):
        raise RefusedError(
            "unsupported", format=f"a picture of {further + 1} bands, of which none is said to be a colour"
        )
    if aside:
        titles = [names[place] if place < len(names) else "" for place in range(len(aside))]
        told = [_told(number + len(colours), title) for number, title in zip(aside, titles, strict=True)]
        notes.append(Note("samples-set-aside", {"found": ", ".join(told)}))
    return (*colours, *kinds)


def _told(number: int, name: str) -> str:
    return f"sample {number + 1}" + (f" “{name}”" if name else "")


def _check_inks(tiff: Tiff, entry: Entry) -> None:
    inks = tiff.number(entry, INKS, len(CMYK))
    if tiff.number(entry, INK_SET, 1) != 1 or inks != len(CMYK):
        raise RefusedError("unsupported-inks", found=f"{inks} inks")


def _channel_names(tiff: Tiff, entry: Entry) -> list[str]:
    """Return names of saved selections as Photoshop keeps them: resource 1006, one Pascal string after another."""
    resources = tiff.block(entry, PHOTOSHOP)
    start = resources.find(MAGIC + CHANNEL_NAMES.to_bytes(2, "big") + bytes(2))
    length = int.from_bytes(resources[start + 8 : start + 12], "big") if start >= 0 else 0
    content, names = resources[start + 12 : start + 12 + min(length, MOST_FURTHER * 256)], []
    while content:
        names.append(content[1 : 1 + content[0]].decode("mac-roman", "replace"))
        content = content[1 + content[0] :]
    return [name for name in names if name]


def _orientation(tiff: Tiff, entry: Entry) -> int:
    orientation = tiff.number(_with(entry, ORIENTATION), ORIENTATION, 1)
    return orientation if 1 <= orientation <= 8 else 1


def _resolution(tiff: Tiff, entry: Entry) -> tuple[float, float] | None:
    """Return pixels per inch, across and down; the inch is the default unit.

    It is None where nothing, or no unit, is stated.
    """
    unit = exif.INCHES.get(tiff.number(entry, RESOLUTION_UNIT, 2))
    across, down = (tiff.fractions(entry, number)[:1] for number in (X_RESOLUTION, Y_RESOLUTION))
    stated = (across or down) + (down or across)
    if not stated or not all(0 < value * (unit or 1) < MOST_PIXELS_PER_INCH for value in stated):
        return None
    return exif.resolution(stated[0], stated[1], unit)
