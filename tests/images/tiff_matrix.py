"""Every TIFF of the matrix: its axes, what can be together, and the file and the meaning of a row (TIFF 6.0)."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from covering import Row
from meaning import (
    ARTIST,
    COVERED,
    HUES,
    INKS,
    LIGHT,
    PROFILES,
    Meaning,
    levels,
    lightness,
    luma,
    of_inks,
    of_luma,
    on_white,
    turned,
    upright,
)  # fmt: skip
from PIL import Image
from tiff_files import COMPRESSORS, Page, write

GREYS, PALETTE, MASK, MOSAIC = ("white is zero", "black is zero", "not stated"), "palette", "mask", "mosaic"
THREES, BLOCKS, YCBCR = ("RGB", "not stated, three"), "YCbCr in blocks", "YCbCr"
LAB, CMYK, OTHER_INKS, ITU_LAB = ("CIE Lab", "ICC Lab"), "CMYK", "other inks", "ITU Lab"
NUMBERS = {
    "white is zero": 0, "black is zero": 1, "RGB": 2, PALETTE: 3, MASK: 4, CMYK: 5, OTHER_INKS: 5, YCBCR: 6,
    BLOCKS: 6, "CIE Lab": 8, "ICC Lab": 9, ITU_LAB: 10, MOSAIC: 32803, "not stated": None, "not stated, three": None,
}  # fmt: skip
DIFFERENCES = ("LZW of differences", "Deflate of differences", "Zstandard of differences")
COMPRESSIONS = {
    "none": 1, "CCITT": 4, "LZW": 5, "JPEG": 7, "Deflate": 8, "old Deflate": 32946, "PackBits": 32773,
    "JPEG 2000": 34712, "LERC": 34887, "LZMA": 34925, "PNG": 34933, "WebP": 50001, "Zstandard": 50000,
    "JPEG XL": 50002, "unknown": 50013, **dict(zip(DIFFERENCES, (5, 8, 50000), strict=True)),
}  # fmt: skip
WHOLE = ("JPEG 2000", "LERC", "PNG", "JPEG XL")  # codecs of samples that lose nothing
CODECS = ("CCITT", "JPEG", "WebP", *WHOLE)  # of samples, not of bytes
FORMATS = {"unstated": None, "unsigned": 1, "signed": 2, "floating-point": 3, "undefined": 4}
EXTRAS = {
    "none": (), "unstated": (0,), "unspecified": (0,), "premultiplied": (1,), "transparency": (2,),
    "transparency and more": (2, 0), "several": (0, 0),
}  # fmt: skip
OPAQUE = ("premultiplied", "transparency", "transparency and more")
DIRECTORIES = (
    "single", "thumbnail first", "thumbnail second", "pyramid", "pyramid below", "mask", "infrared plane",
    "infrared by name", "second page", "below a thumbnail", "below a page",
)  # fmt: skip
ACROSS, DOWN = 300, 200  # pixels by the unit
RESOLUTIONS = {  # tags, and the factor to inches
    "none": ({}, None), "no unit": ({296: (3, (1,))}, None), "inch": ({296: (3, (2,))}, 1.0),
    "centimetre": ({296: (3, (3,))}, 2.54), "usual unit": ({}, 1.0), "nonsense": ({296: (3, (2,))}, None),
}  # fmt: skip
AXES = {
    "photometric": tuple(NUMBERS), "compression": tuple(COMPRESSIONS), "bits": (1, 2, 4, 8, 10, 12, 14, 16, 32),
    "sample_format": tuple(FORMATS), "planar": (False, True), "layout": ("strip", "strips", "tiles"),
    "order": ("<", ">"), "big": (False, True), "extra": tuple(EXTRAS), "directories": DIRECTORIES,
    "orientation": tuple(range(1, 9)), "profile": tuple(PROFILES), "resolution": tuple(RESOLUTIONS),
    "fill_order": (1, 2), "told": ("nothing", "significant bits", "brightest sample"),
}  # fmt: skip
SUFFIX = ".tif"
CARRIED = ("bits", "order", "big", "extra", "directories", "orientation", "profile", "resolution")
TOLD_BITS = 12  # of 16, by OME-XML or by MaxSampleValue
OME = b'<OME><Image><Pixels SignificantBits="12"/></Image></OME>\0'
NOTES = {
    "significant-bits",
    "brightest-sample",
    "light-left-aside",
    "photometric-missing",
    "samples-set-aside",
    "several-pages",
}
# What can be together: what no writer writes, or what would mean nothing, is left out
RULES = [
    lambda told, bits: told == "nothing" or bits == 16,
    lambda told, photometric: told != "significant bits" or photometric in (*GREYS, *THREES, CMYK),
    lambda photometric, extra: extra != "premultiplied" or photometric in ("black is zero", "RGB", CMYK),
    lambda photometric, extra: photometric not in (MASK, MOSAIC, BLOCKS) or extra == "none",
    lambda photometric, directories: photometric != MASK or directories == "single",
    lambda photometric, bits: photometric not in (MASK, BLOCKS) or bits == {MASK: 1, BLOCKS: 8}[photometric],
    lambda photometric, planar: photometric != BLOCKS or not planar,
    lambda photometric, bits: photometric != PALETTE or bits < 32,
    lambda photometric, sample_format: photometric not in LAB or sample_format != "floating-point",
    lambda photometric, compression: photometric != BLOCKS or compression not in (*CODECS, *DIFFERENCES),
    lambda compression, bits: compression not in DIFFERENCES or bits in (8, 16, 32),
    lambda compression, fill_order: compression not in CODECS or fill_order == 1,
    lambda compression, sample_format: compression not in CODECS or sample_format in ("unstated", "unsigned"),
    lambda compression, bits, order: compression != "LERC" or bits == 8 or order == "<",  # libtiff swaps it wrongly
    lambda compression, bits: bits in {"CCITT": (1,), "JPEG": (8, 12), "WebP": (8,)}.get(
        compression, (8, 16) if compression in WHOLE else AXES["bits"]),
    lambda compression, photometric, extra: compression != "CCITT" or (
        photometric in (*GREYS, MASK) and extra == "none"),
    lambda compression, photometric: compression not in WHOLE or photometric in (*GREYS, *THREES),
    lambda compression, photometric: compression != "JPEG" or photometric in (
        "black is zero", "not stated", "RGB", YCBCR),
    lambda compression, photometric: compression != "WebP" or photometric in THREES,
    lambda compression, planar: compression != "WebP" or not planar,
    lambda compression, extra, planar: compression != "JPEG" or extra == "none" or planar,
    lambda compression, extra: compression not in CODECS or len(EXTRAS[extra]) < 2,
]  # fmt: skip
# Why a file is refused: a reason code, and what it is the reason of
CAUSES = [
    ("unsupported-depth", lambda bits: bits == 32),
    ("unsupported-depth", lambda sample_format: sample_format == "floating-point"),
    ("unsupported-depth", lambda photometric, bits, compression: photometric in (*LAB, YCBCR)
        and bits not in (8, 16, 32) and compression != "JPEG"),
    ("unsupported-sign", lambda photometric, sample_format: photometric not in LAB and sample_format == "signed"),
    ("unsupported-colours", lambda photometric: photometric in (MASK, ITU_LAB)),
    ("unsupported-colours", lambda photometric, extra: "not stated" in photometric and extra == "unstated"),
    ("unsupported-inks", lambda photometric: photometric == OTHER_INKS),
    ("unsupported", lambda photometric, extra: photometric in GREYS and extra == "several"),
    ("unsupported-compression", lambda compression: compression == "unknown"),
    ("camera-raw", lambda photometric: photometric == MOSAIC),
    ("camera-raw", lambda directories, photometric, extra: directories == "below a thumbnail"
        and photometric in (*GREYS, PALETTE) and len(EXTRAS[extra]) < 2),
]  # fmt: skip


def written(row: Row, path: Path) -> Meaning:
    """Write the TIFF of a row, and answer what it means."""
    stored, light, channels = _colours(row)
    stored, light = _with_extras(row, stored, light)
    across, down, inches = ACROSS, DOWN, RESOLUTIONS[row["resolution"]][1]
    pages = _directories(row["directories"], _page(row, stored))
    pages[0].tags |= {270: (2, tuple(OME))} if row["told"] == "significant bits" else {}
    write(path, *pages, order=row["order"], big=row["big"])
    return Meaning(
        upright(light, row["orientation"]), _counting(row), channels + (row["extra"] in OPAQUE),
        turned([across * inches, down * inches] if inches else None, row["orientation"]), notes(row),
        most=8 if row["compression"] == "JPEG" else 2,
        tolerated={"decoder-complaint"} if row["extra"] == "unstated" else set(),  # of libtiff
    )  # fmt: skip


def _counting(row: Row) -> int:
    """The bits of a sample that count."""
    return TOLD_BITS if row["told"] == "significant bits" else row["bits"]


def _colours(row: Row) -> tuple[np.ndarray, np.ndarray, int]:
    """Stored samples (H, W) or (H, W, S) of the colours, their lightness (H, W) and their channels."""
    photometric, bits, profile = row["photometric"], _counting(row), row["profile"]
    most, see = 2**bits - 1, on_white if row["extra"] in OPAQUE else np.asarray
    if photometric in (*GREYS, MASK, MOSAIC):
        shade = levels(LIGHT, bits)
        white_first = photometric == "white is zero" or (photometric, row["compression"]) == ("not stated", "CCITT")
        return most - shade if white_first else shade, lightness(see(shade / most), profile), 1
    if photometric == PALETTE:
        return levels(LIGHT, bits), lightness(see(_palette(bits).T[levels(LIGHT, bits)] / 65535), profile), 3
    if photometric in (CMYK, OTHER_INKS):
        inks = levels(INKS, bits)
        shown = inks * COVERED[..., None] if row["extra"] in OPAQUE else inks
        return inks, of_inks(shown / most), 4
    if photometric in LAB:
        stored, light = _lab(photometric, bits)
        return stored, np.where(COVERED, light, 100) if row["extra"] in OPAQUE else light, 3
    if photometric == YCBCR:
        stored = luma(HUES, bits)
        return stored, lightness(see(of_luma(stored, bits)), profile), 3
    if photometric == BLOCKS:
        stored = luma(HUES, bits)
        stored[..., 1:] = np.kron(stored[::2, ::2, 1:], np.ones((2, 2, 1), int))
        return stored, lightness(of_luma(stored, bits), profile), 3
    stored = levels(HUES, bits)
    return stored, lightness(see(stored / most), profile), 3


def _palette(bits: int) -> np.ndarray:
    """Red, green and blue (3, 2**bits) of 16 bits, as they fit into 8."""
    shade = np.rint(np.linspace(0, 255, 2**bits))
    return np.stack([shade, np.rint(shade * 0.8) + 20, 255 - shade]).astype(np.int64) * 257


def _lab(photometric: str, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Stored L*, a* and b*, and the lightness that they stand for."""
    white = 65280 if (photometric, bits) == ("ICC Lab", 16) else 2**bits - 1
    step, middle = 2 ** max(0, bits - 8), 128 if photometric == "ICC Lab" else 0
    first = np.rint(LIGHT * white).astype(np.int64)
    a, b = np.rint((30 * LIGHT - 15 + middle) * step), np.rint((6 - 20 * LIGHT + middle) * step)
    return np.dstack([first, a, b]).astype(np.int64) % 2**bits, first / white * 100


def _with_extras(row: Row, stored: np.ndarray, light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The samples with further ones behind them; colours multiplied where they are said to be."""
    most = 2 ** _counting(row) - 1
    if row["extra"] == "premultiplied":
        stored = stored * (COVERED if stored.ndim == 2 else COVERED[..., None])
    kinds = {0: levels(1 - LIGHT, _counting(row))[::-1], 1: COVERED * most, 2: COVERED * most}
    further = [kinds[kind] for kind in EXTRAS[row["extra"]]]
    return (np.dstack([stored, *further]) if further else stored), light


def _page(row: Row, stored: np.ndarray) -> Page:
    """The master's directory."""
    count = 1 if stored.ndim == 2 else stored.shape[2]
    number, kind = NUMBERS[row["photometric"]], FORMATS[row["sample_format"]]
    tags = {262: None if number is None else (3, (number,)), 315: (2, tuple(ARTIST.encode() + b"\0"))}
    tags |= {339: (3, (kind,) * count)} if kind else {}
    tags |= {274: (3, (row["orientation"],))} if row["orientation"] > 1 else {}
    tags |= {34675: (7, tuple(PROFILES[row["profile"]]))} if row["profile"] != "none" else {}
    tags |= {320: (3, tuple(_palette(row["bits"]).ravel()))} if row["photometric"] == PALETTE else {}
    tags |= {281: (3, (2**TOLD_BITS - 1,) * count)} if row["told"] == "brightest sample" else {}
    tags |= {332: (3, (2,))} if row["photometric"] == OTHER_INKS else {}
    tags |= {530: (3, (1, 1))} if row["photometric"] == YCBCR else {}
    tags |= {338: None} if row["extra"] == "unstated" else {}
    compression = COMPRESSIONS[row["compression"]]
    return Page(
        stored, row["bits"], number or 0, compression, row["planar"], 16 * (row["layout"] == "tiles"),
        8 if row["layout"] == "strips" else 0, EXTRAS[row["extra"]], 2 if row["compression"] in DIFFERENCES else 1,
        row["fill_order"], _encoder(row),
        tags | _resolution(row["resolution"]),
    )  # fmt: skip


def _resolution(kind: str) -> dict:
    if kind == "none":
        return {}
    return {282: (5, (ACROSS, 1)), 283: (5, (0 if kind == "nonsense" else DOWN, 1))} | RESOLUTIONS[kind][0]


def _directories(kind: str, master: Page) -> list[Page]:
    """The file's directories; all but the master are dark where that is light."""
    reduced, dark = {254: (4, (1,))}, levels(1 - LIGHT, 8)
    small = [Page(dark[::step, ::step].copy(), tags=reduced) for step in (2, 4)]
    if kind in ("pyramid below", "below a thumbnail", "below a page"):
        over = Page(dark[::2, ::2].copy(), tags={} if kind == "below a page" else reduced, below=[master])
        master.below = small if kind == "pyramid below" else []
        return [master] if kind == "pyramid below" else [over]
    return {
        "single": [master], "thumbnail first": [small[0], master], "thumbnail second": [master, small[0]],
        "pyramid": [master, *small], "mask": [master, Page(dark // 128, 1, 4, tags={254: (4, (4,))})],
        "infrared plane": [master, Page(dark, tags={254: (4, (4,))})],
        "infrared by name": [master, Page(dark, tags={285: (2, tuple(b"Infrared\0"))})],
        "second page": [master, Page(dark[::2, ::2].copy())],
    }[kind]  # fmt: skip


def notes(row: Row) -> set[str]:
    """The reason codes that must stand beside an accepted file."""
    photometric, profile = row["photometric"], row["profile"]
    colours = "grey" if photometric in GREYS else "CMYK" if photometric == CMYK else "RGB"
    fits = {"grey": ("linear grey", "grey 2.2"), "RGB": ("sRGB", "linear RGB"), "CMYK": ()}[colours]
    notes = {"light-left-aside"} if profile not in ("none", *fits) and photometric not in LAB else set()
    notes |= {"photometric-missing"} if "not stated" in photometric else set()
    notes |= {"samples-set-aside"} if 0 in EXTRAS[row["extra"]] else set()
    notes |= {row["told"].replace(" ", "-")} if row["told"] != "nothing" else set()
    return notes | ({"several-pages"} if row["directories"] in ("second page", "below a page") else set())


def _encoder(row: Row) -> Callable | None:
    """The codec of a strip or tile, where the writer has none of its own for it."""
    if row["photometric"] == BLOCKS:
        turned_round = imagecodecs.bitorder_encode if row["fill_order"] == 2 else bytes
        compress = COMPRESSORS.get(COMPRESSIONS[row["compression"]], bytes)
        return lambda block: turned_round(compress(_in_blocks(block)))
    if row["compression"] == "JPEG":
        return partial(_jpeg, luma=row["photometric"] == YCBCR, bits=row["bits"])
    return {"CCITT": _fax, "LERC": partial(imagecodecs.lerc_encode, level=0), "unknown": bytes}.get(row["compression"])


def _in_blocks(block: np.ndarray) -> bytes:
    """Y, Cb and Cr by blocks of two by two pixels: their luma, then the chroma that they share."""
    rows, columns = block.shape[0] // 2, block.shape[1] // 2
    four = block[..., 0].reshape(rows, 2, columns, 2).swapaxes(1, 2).reshape(rows, columns, 4)
    return np.concatenate([four, block[::2, ::2, 1:]], axis=2).tobytes()


def _fax(block: np.ndarray) -> bytes:
    """A strip or tile of bits by CCITT T.6, taken out of a TIFF of Pillow's."""
    file = io.BytesIO()
    Image.fromarray(block.astype(bool)).save(file, "TIFF", compression="group4")
    tags = Image.open(io.BytesIO(file.getvalue())).tag_v2
    (start,), (length,) = tags[273], tags[279]
    return file.getvalue()[start : start + length]


def _jpeg(block: np.ndarray, luma: bool, bits: int) -> bytes:
    """A strip or tile by JPEG whose components are stored as they are."""
    colours = "GRAYSCALE" if block.ndim == 2 else "YCBCR" if luma else "RGB"
    options = {"colorspace": colours, "outcolorspace": colours, "subsampling": "444"}
    return imagecodecs.jpeg8_encode(block, level=98, bitspersample=bits, **options)
