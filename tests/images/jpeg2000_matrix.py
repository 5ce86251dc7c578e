"""Every JPEG 2000 file of the matrix: its axes, what can be together, and the file and the meaning of a row."""

import struct
from pathlib import Path

import exif_blocks
import jpeg2000_files as jp2
import numpy as np
from covering import Row
from meaning import (
    ARTIST,
    COVERED,
    FITTING,
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
)

SUFFIX = ".jp2"
GREY, RGB, LUMA, LAB, CMYK, OTHER = "grey", "RGB", "sYCC", "Lab", "CMYK", "YPbPr"
SPACES = {GREY: jp2.GREY, RGB: jp2.SRGB, LUMA: jp2.LUMA, LAB: jp2.LAB, CMYK: jp2.CMYK, OTHER: 22}
ENUMERATED, MORE_COLOURS, VENDOR, NOTHING = "enumerated", "enumerated of more colours", "its vendor's", "none"
LIGHTS = (ENUMERATED, MORE_COLOURS, VENDOR, NOTHING, *(name for name in PROFILES if name != "none"))
GREY_PROFILES = ("linear grey", "grey 2.2")
CHANNELS = {  # types of the further channels, and what they belong to (15444-1, I.5.3.6)
    "none": [], "transparency": [(1, 0)], "premultiplied": [(2, 0)], "unspecified": [(65535, 65535)],
    "undefined": [None],
}  # fmt: skip
OPAQUE = ("transparency", "premultiplied")
PER_METRE = (11811, 7874)  # 300 and 200 pixels per inch
AXES = {
    "colour": tuple(SPACES), "bits": (*range(1, 17), 20), "sign": ("unsigned", "signed"), "light": LIGHTS,
    "method": (2, 3), "palette": (0, 8, 12), "subsampling": ((1, 1), (2, 1), (2, 2)), "further": tuple(CHANNELS),
    "reversed": (False, True), "reversible": (True, False), "transformed": (False, True),
    "container": ("JP2", "codestream"), "resolution": ("none", "capture", "display", "EXIF"),
    "orientation": tuple(range(1, 9)), "exif": ("none", "before", "after"),
}  # fmt: skip
CARRIED = ("further", "light", "resolution", "orientation", "exif")
NOTES = {"light-left-aside", "samples-set-aside", "metadata-unreadable"}
BEYOND_EXIV2 = (VENDOR, "damaged")  # exiv2 0.28.9 takes such colours for a profile, and believes its length
RULES = [
    lambda colour, bits: colour != LAB or bits >= 3,  # of fewer, none is without colour
    lambda reversible, bits: reversible or bits >= 8,  # what the other wavelet loses is a level of fewer bits
    lambda container, colour, light: container == "JP2" or (colour in (GREY, RGB) and light == NOTHING),
    lambda container, palette, further, reversed: container == "JP2" or (
        not palette and further in ("none", "undefined") and not reversed),
    lambda container, resolution, exif: container == "JP2" or (resolution == "none" and exif == "none"),
    lambda exif, orientation, resolution: exif != "none" or (orientation == 1 and resolution != "EXIF"),
    lambda light, method: light in PROFILES or method == 2,
    lambda light, colour: light == ENUMERATED or colour in (GREY, RGB),
    lambda light, colour: light != MORE_COLOURS or colour == GREY,
    lambda palette, colour: not palette or colour in (GREY, RGB),
    lambda palette, bits, reversible: not palette or (bits <= 8 and reversible),
    lambda palette, further, reversed: not palette or (further in ("none", "transparency") and not reversed),
    lambda palette, light: not palette or light != MORE_COLOURS,
    lambda subsampling, colour, bits: subsampling == (1, 1) or (colour in (RGB, LUMA) and bits < 20),
    lambda subsampling, further, reversed: subsampling == (1, 1) or (further == "none" and not reversed),
    lambda subsampling, reversible, palette: subsampling == (1, 1) or (reversible and not palette),
    lambda subsampling, container, light: subsampling == (1, 1) or (
        container == "JP2" and light not in (NOTHING, VENDOR)),
    lambda transformed, colour, palette: not transformed or (colour == RGB and not palette),
    lambda transformed, subsampling, reversed: not transformed or (subsampling == (1, 1) and not reversed),
    lambda transformed, further: not transformed or further == "none",
    lambda further, colour: further != "premultiplied" or colour in (GREY, RGB),
    lambda further, colour, light: further != "undefined" or light != VENDOR,
    lambda reversed, further: not reversed or further != "undefined",
    lambda reversed, light: not reversed or light not in (VENDOR, MORE_COLOURS),
]  # fmt: skip
CAUSES = [
    ("unsupported-sign", lambda sign: sign == "signed"),
    ("unsupported-depth", lambda bits: bits == 20),
    ("unsupported", lambda colour: colour == OTHER),
    ("unsupported", lambda colour, light: colour == RGB and light in GREY_PROFILES),
    ("unsupported", lambda subsampling, bits: subsampling != (1, 1) and bits < 8),
    ("unsupported", lambda colour, subsampling: colour != LUMA and subsampling != (1, 1)),
]


def written(row: Row, path: Path) -> Meaning:
    """Write the file of a row, and answer what it means."""
    stored, light, channels = _colours(row)
    further = CHANNELS[row["further"]]
    stored = _with_further(row, stored)
    stream = _patched(_codestream(row, stored), row, stored.shape[2])
    if row["container"] == "codestream":
        path.write_bytes(stream)
    else:
        header = [_light(row), *_palette_boxes(row, stored.shape[2]), *_definitions(row), *_resolution(row)]
        jp2.save(path, stream, *header, **_exif(row))
    bits = max(row["bits"], row["palette"]) if row["palette"] and further else row["palette"] or row["bits"]
    stated = {"capture": [300, 200], "EXIF": [300, 200]}.get(row["resolution"])
    return Meaning(
        upright(light, row["orientation"]), bits, channels + (row["further"] in OPAQUE),
        turned(stated, row["orientation"]), notes(row), most=2 if row["reversible"] else 8,
        artist=None if row["exif"] == "none" or row["light"] in BEYOND_EXIV2 else ARTIST,
    )  # fmt: skip


def _colours(row: Row) -> tuple[np.ndarray, np.ndarray, int]:
    """Stored samples (H, W) or (H, W, S) of the colours, their lightness (H, W) and their channels."""
    colour, bits, see = row["colour"], row["bits"], on_white if row["further"] in OPAQUE else np.asarray
    most, shown_by = 2**bits - 1, row["light"] if row["light"] in PROFILES else "none"
    if row["palette"]:
        index = levels(LIGHT, bits)
        columns = _palette(row).T[index] / (2 ** row["palette"] - 1)
        values = columns[..., 0] if colour == GREY else columns
        return index, lightness(see(values), shown_by), 1 if colour == GREY else 3
    if colour == CMYK:
        inks = levels(INKS, bits)
        return inks, of_inks((inks * COVERED[..., None] if row["further"] in OPAQUE else inks) / most), 4
    if colour == LAB:
        first, chroma = levels(LIGHT, bits), np.rint((4 * LIGHT - 2) / 200 * most) if bits >= 8 else 0 * LIGHT
        stored = np.dstack([first, chroma + 2 ** (bits - 1), chroma + 2 ** (bits - 2) + 2 ** (bits - 3)]).astype(int)
        light = first / most * 100
        return stored, np.where(COVERED, light, 100) if see is on_white else light, 3
    if colour == LUMA:
        stored = luma(_spread(HUES, row["subsampling"]), bits)
        return stored, lightness(see(of_luma(stored, bits))), 3
    stored = levels(LIGHT if colour == GREY else HUES, bits)
    return stored, lightness(see(stored / most), shown_by), 1 if colour == GREY else 3


def _spread(values: np.ndarray, apart: tuple[int, int]) -> np.ndarray:
    """Colours that are the same for as many pixels across and down."""
    across, down = apart
    return np.kron(values[::down, ::across], np.ones((down, across, 1)))


def _with_further(row: Row, stored: np.ndarray) -> np.ndarray:
    """Samples (H, W, S) with those of the further channels, in the order in which they are stored."""
    most = 2 ** row["bits"] - 1
    stored = stored.reshape(*stored.shape[:2], -1)
    if row["further"] == "premultiplied":
        stored = stored * COVERED[..., None]
    if CHANNELS[row["further"]]:
        last = COVERED * most if row["further"] in OPAQUE else levels(1 - LIGHT, row["bits"])[::-1]
        stored = np.dstack([stored, last])
    return stored[..., ::-1] if row["reversed"] else stored


def _codestream(row: Row, stored: np.ndarray) -> bytes:
    bits = min(row["bits"], 16)
    samples = np.ascontiguousarray(stored.clip(0, 2**bits - 1).astype(np.uint8 if bits <= 8 else np.uint16))
    if row["subsampling"] != (1, 1):
        across, down = row["subsampling"]
        first, *chroma = np.moveaxis(samples, 2, 0)
        parts = [(one[::down, ::across].copy(), bits, across, down) for one in chroma]
        return jp2.woven([(first.copy(), bits, 1, 1), *parts])
    options = {"reversible": row["reversible"], "mct": row["transformed"]}
    return jp2.codestream(samples.squeeze(2) if samples.shape[2] == 1 else samples, bits, **options)


def _patched(stream: bytes, row: Row, count: int) -> bytes:
    """The codestream with its samples called signed, or deeper, than they are: both are refused by that alone."""
    content = bytearray(stream)
    for component in range(count):
        content[42 + 3 * component] = row["bits"] - 1 | (0x80 if row["sign"] == "signed" else 0)
    return bytes(content)


def _light(row: Row) -> bytes:
    """The box of the colours' meaning."""
    kind = row["light"]
    if kind == NOTHING:
        return b""
    if kind in PROFILES:
        return jp2.profiled(PROFILES[kind], row["method"])
    if kind == VENDOR:
        return jp2.box(b"colr", bytes([4, 0, 0]) + bytes(16))
    return jp2.enumerated(jp2.SRGB if kind == MORE_COLOURS else SPACES[row["colour"]])


def _palette(row: Row) -> np.ndarray:
    """Three columns (3, entries) of a palette with as many entries as indices need, or one column."""
    shade = levels(np.linspace(0, 1, 2 ** min(row["bits"], 8)), row["palette"])
    return np.stack([shade, shade // 2 + 7, shade[::-1]])[: 1 if row["colour"] == GREY else 3]


def _palette_boxes(row: Row, count: int) -> list[bytes]:
    if not row["palette"]:
        return []
    columns = _palette(row)
    boxes = jp2.palette(columns.tolist(), row["palette"])
    direct = struct.pack(">HBB", 1, 0, 0) if count > 1 else b""  # transparency is no index
    mapping = b"".join(struct.pack(">HBB", 0, 1, number) for number in range(len(columns)))
    return [boxes[: boxes.index(b"cmap") - 4], jp2.box(b"cmap", mapping + direct)]


def _definitions(row: Row) -> list[bytes]:
    """The box of channel definitions, where there is something to define."""
    further = CHANNELS[row["further"]]
    if further == [None] or not (further or row["reversed"]):
        return []
    colours = {GREY: 1, CMYK: 4}.get(row["colour"], 3)
    kinds = [*((0, number + 1) for number in range(colours)), *further]
    kinds = kinds[::-1] if row["reversed"] else kinds
    return [jp2.defined(*((number, *kind) for number, kind in enumerate(kinds)))]


def _resolution(row: Row) -> list[bytes]:
    if row["resolution"] not in ("capture", "display"):
        return []
    across, down = ((number, 1, 0) for number in PER_METRE)
    return [jp2.captured(across, down, b"resc" if row["resolution"] == "capture" else b"resd")]


def _exif(row: Row) -> dict[str, bytes]:
    if row["exif"] == "none":
        return {}
    resolution = {"across": 300, "down": 200, "unit": 2} if row["resolution"] == "EXIF" else {}
    block = exif_blocks.block(artist=ARTIST, orientation=row["orientation"], **resolution)
    return {row["exif"]: jp2.box(b"uuid", jp2.EXIF + block)}


def notes(row: Row) -> set[str]:
    """The reason codes that must stand beside an accepted file."""
    light = row["light"]
    fitting = FITTING["grey" if row["colour"] == GREY else "RGB"]
    aside = light in (MORE_COLOURS, VENDOR) or (light in PROFILES and light not in (NOTHING, *fitting))
    found = {"light-left-aside"} if aside else set()
    found |= {"metadata-unreadable"} if light in BEYOND_EXIV2 else set()
    return found | ({"samples-set-aside"} if row["further"] in ("unspecified", "undefined") else set())
