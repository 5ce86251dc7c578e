"""TIFF and BigTIFF: what a picture is by its tags (TIFF 6.0, its supplements), and which directory is the master."""

import re
from dataclasses import dataclass
from pathlib import Path

from heritage_color.images import exif
from heritage_color.images.description import (
    CMYK,
    COLOURS,
    GREY,
    LAB,
    LIBJPEG,
    LIBVIPS,
    LUMA,
    PALETTE,
    PREMULTIPLIED,
    RGB,
    SET_ASIDE,
    TIFFFILE,
    TRANSPARENCY,
    Description,
    Directory,
)
from heritage_color.images.formats import CAMERA_RAW, TIFF
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tiff import directories
from heritage_color.images.tiff.directories import Entry, Tiff
from heritage_color.images.tiff.old_jpeg import Parts

# Tags by their names in TIFF 6.0
NEW_SUBFILE_TYPE, SUBFILE_TYPE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
IMAGE_DESCRIPTION, ORIENTATION, SAMPLES, PLANAR, PAGE_NAME, RESOLUTION_UNIT = 270, 274, 277, 284, 285, 296
X_RESOLUTION, Y_RESOLUTION, MAX_SAMPLE, COLOR_MAP, TILE_WIDTH, INK_SET = 282, 283, 281, 320, 322, 332
PREDICTOR, INKS, EXTRA_SAMPLES, SAMPLE_FORMAT, COEFFICIENTS, SUBSAMPLING, REFERENCE_BLACK_WHITE = (
    317,
    334,
    338,
    339,
    529,
    530,
    532,
)
DEPTH, PHOTOSHOP, PROFILE, DNG_VERSION = 32997, 34377, 34675, 50706

MAGIC_NUMBERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
REDUCED, MASK = 1, 4  # bits of NewSubfileType
OLD_TYPES = {2: REDUCED}  # of SubfileType, which it replaced
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB_COLOURS, INDEXED, TRANSPARENCY_MASK, SEPARATED, YCBCR, CIE_LAB, ICC_LAB = (
    0, 1, 2, 3, 4, 5, 6, 8, 9
)  # fmt: skip
RAW = (32803, 34892)  # a colour filter's mosaic, and what was made of one before developing
PHOTOMETRICS = {
    WHITE_IS_ZERO: ("white is zero", GREY), BLACK_IS_ZERO: ("black is zero", GREY), RGB_COLOURS: ("RGB", RGB),
    INDEXED: ("palette", PALETTE), SEPARATED: ("separated", CMYK), YCBCR: ("YCbCr", LUMA),
    CIE_LAB: ("CIE Lab", LAB), ICC_LAB: ("ICC Lab", LAB),
}  # fmt: skip
OTHER_COLOURS = {4: "a mask of transparency", 10: "ITU Lab", 32844: "LogL", 32845: "LogLuv", 51177: "a depth map"}
EXTRA = {1: PREMULTIPLIED, 2: TRANSPARENCY}
WHOLE_BYTES = (YCBCR, CIE_LAB, ICC_LAB)  # of other depths nobody says where their middle is
SAMPLE_FORMATS = {1: "unsigned", 2: "signed", 3: "floating-point", 4: "unsigned", 5: "complex", 6: "complex"}
MOST_BITS = 16
MOST_FURTHER = 56  # samples beside the colours: Photoshop writes up to 56 channels in all
MOST_PIXELS_PER_INCH = 1e6  # beyond that a resolution is a slip of the writer
# TIFF 6.0, its supplements and libtiff's register of tag 259
NAMES = {
    1: "none", 2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "Deflate", 32771: "CCITT",
    32773: "PackBits", 32809: "ThunderScan", 32946: "Deflate", 33003: "JPEG 2000", 33005: "JPEG 2000",
    34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 34927: "WebP", 34933: "PNG", 34934: "JPEG XR",
    22610: "JPEG XR", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
OLD_JPEG, JPEG = 6, 7
FAX = (2, 3, 4, 32771)  # whose samples are white where they are 0, if nothing else is said; so does libtiff
PREDICTED = frozenset({"LZW", "Deflate", "LZMA", "Zstandard", "LERC"})  # in which libtiff follows tag 317
BY_LIBVIPS = frozenset({1, 2, 3, 4, 5, JPEG, 8, 32771, 32773, 32809, 32946})
INFRARED = re.compile(r"infra.?red|\bIR\b", re.I)
SIGNIFICANT = re.compile(r'SignificantBits="(\d+)"')  # OME-XML, in the first directory's description
FEWER_BITS = frozenset(2**bits - 1 for bits in range(9, MOST_BITS))  # the brightest of 9 to 15 bits
CHANNEL_NAMES = 1006  # Photoshop's resource with the names of saved selections
MAGIC = b"8BIM"


@dataclass(frozen=True)
class Layout:
    """What a reader needs beside the description; numbers of compression and photometric are those of the tags."""

    offset: int
    compression: int
    photometric: int
    stored_bits: int
    palette: tuple[int, ...] = ()
    coefficients: tuple[float, ...] = ()
    subsampling: tuple[int, int] = (1, 1)
    black_white: tuple[float, ...] = ()
    old_jpeg: Parts | None = None
    longest: int = 0  # bytes of all tags of a directory

    @property
    def may_be_predicted(self) -> bool:
        """Whether a predictor counts: beside other compressions programs leave its tag, which means nothing there."""
        return NAMES[self.compression] in PREDICTED


def describe(path: Path) -> Description:
    """The description of the largest picture of a TIFF that is no reduced copy. Raises RefusedError."""
    with path.open("rb") as file:
        tiff = directories.opened(file, path)
        chosen, found = _chosen(tiff)
        return _described(tiff, chosen, found)


def further_directory(path: Path) -> int:
    """Offset of the master's directory where that is not the file's first; 0 where it is, and of what is no TIFF."""
    with path.open("rb") as file:
        if file.read(4) not in MAGIC_NUMBERS:
            return 0
        file.seek(0)
        try:
            tiff = directories.opened(file, path)
            master = _chosen(tiff)[0]
        except RefusedError:
            return 0
    return 0 if master is tiff.entries[0] else master.offset


def _chosen(tiff: Tiff) -> tuple[Entry, tuple[Directory, ...]]:
    """The master's directory, and all of them with their roles. Raises RefusedError for a camera's raw file."""
    roles = [_role(tiff, entry) for entry in tiff.entries]
    candidates = [number for number, role in enumerate(roles) if role == "picture"]
    candidates = candidates or [number for number, role in enumerate(roles) if role != "mask"] or [0]
    master = max(candidates, key=lambda number: (_area(tiff, tiff.entries[number]), -number))
    _refuse_raw(tiff, tiff.entries[master], roles[0])
    for number in candidates:
        plane = number != master and _is_infrared(tiff, tiff.entries[number], tiff.entries[master])
        roles[number] = "picture" if number == master else "infrared plane" if plane else "page"
    made = (
        Directory(one.page, one.sub, role, *_size(tiff, one)) for one, role in zip(tiff.entries, roles, strict=True)
    )
    return tiff.entries[master], tuple(made)


def _role(tiff: Tiff, entry: Entry) -> str:
    kind = tiff.number(entry, NEW_SUBFILE_TYPE, OLD_TYPES.get(tiff.number(entry, SUBFILE_TYPE), 0))
    if kind & MASK and not kind & REDUCED and tiff.number(entry, BITS, 1) >= 8:
        return "infrared plane"
    if kind & MASK or tiff.number(entry, PHOTOMETRIC, BLACK_IS_ZERO) == TRANSPARENCY_MASK:
        return "mask"
    smaller = entry.parent is not None and _area(tiff, entry) < _area(tiff, entry.parent)
    return "reduced copy" if kind & REDUCED or smaller else "picture"


def _is_infrared(tiff: Tiff, entry: Entry, master: Entry) -> bool:
    """Whether a directory of one sample calls itself the infrared of a colour master of the same size."""
    fits = _size(tiff, entry) == _size(tiff, master) and tiff.number(entry, SAMPLES, 1) == 1
    names = (tiff.text(entry, number) for number in (PAGE_NAME, IMAGE_DESCRIPTION))
    return fits and any(INFRARED.search(name) for name in names)


def _refuse_raw(tiff: Tiff, master: Entry, first_role: str) -> None:
    """Raise RefusedError for what cameras write: DNG, mosaics, or a preview on which the sensor's one sample hangs."""
    mosaic = any(tiff.number(entry, PHOTOMETRIC, BLACK_IS_ZERO) in RAW for entry in tiff.entries)
    below = master.parent is tiff.entries[0] and first_role == "reduced copy"
    sensor = below and tiff.number(master, SAMPLES, 1) < len(RGB)
    if DNG_VERSION in tiff.entries[0].tags or mosaic or sensor:
        raise RefusedError(CAMERA_RAW.code, format=CAMERA_RAW.name)


def _size(tiff: Tiff, entry: Entry) -> tuple[int, int]:
    return tiff.number(entry, WIDTH), tiff.number(entry, LENGTH)


def _area(tiff: Tiff, entry: Entry) -> int:
    width, height = _size(tiff, entry)
    return width * height


def _described(tiff: Tiff, entry: Entry, found: tuple[Directory, ...]) -> Description:
    width, height = _size(tiff, entry)
    if width <= 0 or height <= 0:
        raise RefusedError("damaged", why="it states no size")
    if tiff.number(entry, DEPTH, 1) > 1:
        raise RefusedError("unsupported", format="a volume of slices")
    notes: list[tuple[str, dict]] = []
    if tiff.broken:
        notes.append(("directories-broken", {"why": tiff.broken}))
    photometric = _photometric(tiff, entry, notes)
    stored = _stored_bits(tiff, entry, photometric)
    roles = _roles(tiff, entry, photometric, notes)
    layout = _layout(tiff, entry, photometric, stored)
    if tiff.number(entry, PREDICTOR, 1) == 2 and not layout.may_be_predicted:
        notes.append(("predictor-left-aside", {"compression": NAMES[layout.compression]}))
    bits = _significant(tiff, entry, stored, notes)
    return Description(
        TIFF, width, height, bits, roles, PHOTOMETRICS[photometric][0], planar=_is_planar(tiff, entry, roles),
        compression=NAMES.get(layout.compression), orientation=_orientation(tiff, entry),
        profile=tiff.block(_with(entry, PROFILE), PROFILE) or None, pixels_per_inch=_resolution(tiff, entry),
        directory=found[tiff.entries.index(entry)], directories=found, notes=tuple(notes),
        reader=_reader(tiff, entry, layout, roles), layout=layout,
    )  # fmt: skip


def _with(entry: Entry, number: int) -> Entry:
    """The directory that states a tag for this one: it or, of a sub-directory without it, the one it hangs on."""
    return entry.parent if entry.parent and number not in entry.tags else entry


def _is_planar(tiff: Tiff, entry: Entry, roles: tuple[str, ...]) -> bool:
    return tiff.number(entry, PLANAR, 1) == 2 and len(roles) > 1


def _photometric(tiff: Tiff, entry: Entry, notes: list) -> int:
    """Tag 262, or what samples without it are, which is noted. Raises RefusedError where they can be no picture."""
    samples = _samples(tiff, entry)
    found = tiff.number(entry, PHOTOMETRIC, -1)
    if found < 0:
        found = _guessed(tiff, entry, samples)
        notes.append(("photometric-missing", {"taken": PHOTOMETRICS[found][0]}))
    if found not in PHOTOMETRICS:
        raise RefusedError("unsupported-colours", found=OTHER_COLOURS.get(found, f"interpretation {found}"))
    if samples < len(PHOTOMETRICS[found][1]):
        raise RefusedError("unsupported-colours", found=f"{PHOTOMETRICS[found][0]} of {samples} samples")
    return found


def _guessed(tiff: Tiff, entry: Entry, samples: int) -> int:
    """What a picture without tag 262 is, as libtiff takes it: grey of one sample, RGB of three."""
    colours = samples - len(tiff.values(entry, EXTRA_SAMPLES))
    if colours not in (len(GREY), len(RGB)):
        raise RefusedError("unsupported-colours", found=f"{samples} samples of no stated meaning")
    fax = tiff.number(entry, COMPRESSION, 1) in FAX
    return RGB_COLOURS if colours == len(RGB) else WHITE_IS_ZERO if fax else BLACK_IS_ZERO


def _stored_bits(tiff: Tiff, entry: Entry, photometric: int) -> int:
    """Bits of each sample as stored. Raises RefusedError for samples that are no unsigned whole numbers up to 16."""
    formats = tiff.values(entry, SAMPLE_FORMAT) or (1,)
    kind = " and ".join(sorted({SAMPLE_FORMATS.get(one, "unknown") for one in formats}))
    bits = tiff.values(entry, BITS) or (8 if tiff.number(entry, COMPRESSION, 1) == OLD_JPEG else 1,)
    if kind == "signed" and photometric not in (CIE_LAB, ICC_LAB):
        raise RefusedError("unsupported-sign", bits=bits[0])
    whole = all(isinstance(one, int) and 0 < one <= MOST_BITS for one in bits)
    if kind not in ("unsigned", "signed") or not whole:
        raise RefusedError("unsupported-depth", found=f"{kind} {bits[0]}-bit")
    if photometric in WHOLE_BYTES and bits[0] not in (8, 16) and tiff.number(entry, COMPRESSION, 1) != JPEG:
        raise RefusedError("unsupported-depth", found=f"{PHOTOMETRICS[photometric][0]} {bits[0]}-bit")
    if len(set(bits)) > 1:
        raise RefusedError("unsupported-depth", found=" and ".join(str(one) for one in sorted(set(bits))) + "-bit")
    return bits[0]


def _significant(tiff: Tiff, entry: Entry, stored: int, notes: list) -> int:
    """Bits of a sample that count: fewer than stored where OME-XML says so, which is noted, as MaxSampleValue is."""
    said = SIGNIFICANT.search(tiff.text(tiff.entries[0], IMAGE_DESCRIPTION)) if stored == MOST_BITS else None
    bits = int(said[1]) if said else stored
    if 8 < bits < stored:
        notes.append(("significant-bits", {"bits": bits, "stored": stored}))
        return bits
    brightest = max(tiff.values(entry, MAX_SAMPLE), default=0)
    if stored == MOST_BITS and brightest in FEWER_BITS:
        notes.append(("brightest-sample", {"found": brightest, "most": 2**stored - 1}))
    return stored


def _roles(tiff: Tiff, entry: Entry, photometric: int, notes: list) -> tuple[str, ...]:
    """A role for each sample; only ExtraSamples 1 and 2 are transparency. Raises RefusedError."""
    colours = PHOTOMETRICS[photometric][1]
    further = _samples(tiff, entry) - len(colours)
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
        said = [names[place] if place < len(names) else "" for place in range(len(aside))]
        told = [_told(number + len(colours), name) for number, name in zip(aside, said, strict=True)]
        notes.append(("samples-set-aside", {"found": ", ".join(told)}))
    return (*colours, *kinds)


def _told(number: int, name: str) -> str:
    return f"sample {number + 1}" + (f" “{name}”" if name else "")


def _check_inks(tiff: Tiff, entry: Entry) -> None:
    inks = tiff.number(entry, INKS, len(CMYK))
    if tiff.number(entry, INK_SET, 1) != 1 or inks != len(CMYK):
        raise RefusedError("unsupported-inks", found=f"{inks} inks")


def _channel_names(tiff: Tiff, entry: Entry) -> list[str]:
    """Names of saved selections as Photoshop keeps them: resource 1006, Pascal strings one after another."""
    resources = tiff.block(entry, PHOTOSHOP)
    start = resources.find(MAGIC + CHANNEL_NAMES.to_bytes(2, "big") + bytes(2))
    length = int.from_bytes(resources[start + 8 : start + 12], "big") if start >= 0 else 0
    content, names = resources[start + 12 : start + 12 + min(length, MOST_FURTHER * 256)], []
    while content:
        names.append(content[1 : 1 + content[0]].decode("mac-roman", "replace"))
        content = content[1 + content[0] :]
    return [name for name in names if name]


def _layout(tiff: Tiff, entry: Entry, photometric: int, stored: int) -> Layout:
    compression = tiff.number(entry, COMPRESSION, 1)
    if compression not in NAMES:
        raise RefusedError("unsupported-compression", found=f"method {compression}")
    predictor = tiff.number(entry, PREDICTOR, 1)
    if NAMES[compression] in PREDICTED and predictor not in (1, 2):
        raise RefusedError("unsupported-compression", found=f"{NAMES[compression]} with predictor {predictor}")
    return Layout(
        entry.offset, compression, photometric, stored,
        palette=tiff.values(entry, COLOR_MAP) if photometric == INDEXED else (),
        coefficients=_rationals(tiff, entry, COEFFICIENTS) if photometric == YCBCR else (),
        subsampling=_subsampling(tiff, entry, compression) if photometric == YCBCR else (1, 1),
        black_white=_rationals(tiff, entry, REFERENCE_BLACK_WHITE) if photometric == YCBCR else (),
        old_jpeg=_old_jpeg(tiff, entry) if compression == OLD_JPEG else None,
        longest=tiff.longest,
    )  # fmt: skip


def _subsampling(tiff: Tiff, entry: Entry, compression: int) -> tuple[int, int]:
    """Pixels that share their chroma, across and down; a JPEG of today says it itself, whatever the tag holds."""
    found = tiff.values(entry, SUBSAMPLING) or (2, 2)
    if len(found) == 2 and all(factor in (1, 2, 4) for factor in found):
        return found[0], found[1]
    if compression == JPEG:
        return 2, 2
    raise RefusedError("unsupported-colours", found="YCbCr whose subsampling is none of the standard's")


def _old_jpeg(tiff: Tiff, entry: Entry) -> Parts:
    """Where the parts of a picture of compression 6 lie. Raises RefusedError for planes."""
    if tiff.number(entry, PLANAR, 1) == 2 and _samples(tiff, entry) > 1:
        raise RefusedError("unsupported-compression", found="JPEG as TIFF 6.0 first had it, in planes")
    tiled = TILE_WIDTH in entry.tags
    offsets, lengths = ((324, 325) if tiled else (273, 279)) if entry.tags.keys() & {273, 324} else (513, 514)
    height = tiff.number(entry, LENGTH)
    return Parts(
        tiff.values(entry, offsets), tiff.values(entry, lengths),
        rows=tiff.number(entry, 323 if tiled else 278, height) or height,
        columns=tiff.number(entry, TILE_WIDTH if tiled else WIDTH) or tiff.number(entry, WIDTH),
        file=tiff.number(entry, 513),
        file_length=tiff.number(entry, 514), restart=tiff.number(entry, 515),
        tables=tuple(tiff.values(entry, number) for number in (519, 520, 521)),
    )  # fmt: skip


def _samples(tiff: Tiff, entry: Entry) -> int:
    """Samples of a pixel; JPEG of the old kind may leave it to its colours."""
    old = tiff.number(entry, COMPRESSION, 1) == OLD_JPEG and tiff.number(entry, PHOTOMETRIC, -1) in (
        RGB_COLOURS,
        YCBCR,
    )
    return tiff.number(entry, SAMPLES, len(RGB) if old else 1)


def _rationals(tiff: Tiff, entry: Entry, number: int) -> tuple[float, ...]:
    """Fractions of a tag; other numbers as they are; empty where one has no denominator."""
    values = tiff.values(entry, number)
    if number in entry.tags and entry.tags[number].kind not in directories.RATIONAL:
        return tuple(float(value) for value in values) or tiff.floats(entry, number)
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return tuple(over / under for over, under in pairs) if all(under for _, under in pairs) else ()


def _orientation(tiff: Tiff, entry: Entry) -> int:
    found = tiff.number(_with(entry, ORIENTATION), ORIENTATION, 1)
    return found if 1 <= found <= 8 else 1


def _resolution(tiff: Tiff, entry: Entry) -> tuple[float, float] | None:
    """Pixels by the inch, across and down; None where nothing is stated, or no unit, whose default is the inch."""
    unit = exif.INCHES.get(tiff.number(entry, RESOLUTION_UNIT, 2))
    across, down = (_rationals(tiff, entry, number)[:1] for number in (X_RESOLUTION, Y_RESOLUTION))
    stated = (across or down) + (down or across)
    if not stated or not all(0 < value * (unit or 1) < MOST_PIXELS_PER_INCH for value in stated):
        return None
    return exif.resolution(stated[0], stated[1], unit)


def _reader(tiff: Tiff, entry: Entry, layout: Layout, roles: tuple[str, ...]) -> str:
    """Who reads such samples right, by what libvips 8.18 and libtiff 4.7 were seen to do with each kind."""
    asked = (
        layout.compression in BY_LIBVIPS,
        layout.stored_bits in (8, 16) or (layout.stored_bits in (1, 2, 4) and len(roles) == 1),
        _are_colours_right(layout, roles),
        tiff.number(entry, PLANAR, 1) != 2 or _are_planes_right(entry, layout, roles),
        PHOTOMETRIC in entry.tags and not tiff.broken,
    )
    if layout.old_jpeg:
        return LIBJPEG
    return LIBVIPS if all(asked) else TIFFFILE


def _are_colours_right(layout: Layout, roles: tuple[str, ...]) -> bool:
    """Whether libvips takes these colours for what they are; JPEGs of two components or five it reads in part."""
    if layout.compression == JPEG and len(roles) > len(PHOTOMETRICS[layout.photometric][1]):
        return False
    right = {
        YCBCR: layout.compression == JPEG,
        CIE_LAB: layout.stored_bits == MOST_BITS and len(roles) == len(LAB),
        ICC_LAB: False,
        INDEXED: len(roles) == 1 and layout.stored_bits <= 8,
    }
    return right.get(layout.photometric, True)


def _are_planes_right(entry: Entry, layout: Layout, roles: tuple[str, ...]) -> bool:
    """Whether libvips puts planes together right: those of RGB in strips; one of whole bytes, which is no plane."""
    if TILE_WIDTH in entry.tags:
        return False
    return layout.stored_bits in (8, 16) if len(roles) == 1 else layout.photometric == RGB_COLOURS
