"""Every JPEG of the matrix: its axes, what can be together, and the file and the meaning of a row (ITU-T T.81)."""

import io
import struct
from pathlib import Path

import exif_blocks
import imagecodecs
import numpy as np
from covering import Row
from meaning import (
    ARTIST,
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
    turned,
    upright,
)
from PIL import Image

SUFFIX = ".jpg"
GREY, YCBCR, RGB, CMYK, YCCK = "GRAYSCALE", "YCBCR", "RGB", "CMYK", "YCCK"
INKED = (CMYK, YCCK)
BASELINE, PROGRESSIVE, LOSSLESS, LS = "baseline", "progressive", "lossless", "JPEG-LS"
HIERARCHICAL, ARITHMETIC = "hierarchical", "lossless arithmetic"
START, FRAMES = b"\xff\xd8", (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2", b"\xff\xc3", b"\xff\xf7")
TRANSFORMS = {GREY: 0, YCBCR: 1, RGB: 0, CMYK: 0, YCCK: 2}  # of Adobe's segment
DENSITIES = ("no JFIF", "aspect", "inch", "centimetre", "EXIF inch", "EXIF centimetre", "EXIF without a unit")
UNITS = {"aspect": 0, "inch": 1, "centimetre": 2}  # of JFIF, which says that colours are luma and chroma
AXES = {
    "frame": (BASELINE, PROGRESSIVE, LOSSLESS, LS, HIERARCHICAL, ARITHMETIC), "bits": (2, 5, 8, 10, 12, 14, 16),
    "colour": (GREY, YCBCR, RGB, CMYK, YCCK, "two components"), "adobe": (False, True), "halved": (False, True),
    "density": DENSITIES, "orientation": tuple(range(1, 9)), "exif": ("none", "<", ">"),
    "profile": tuple(PROFILES), "profile_parts": (1, 2),
}  # fmt: skip
CARRIED = ("bits", "colour", "density", "orientation", "exif")
NOTES = {"light-left-aside", "photometric-missing", "metadata-unreadable"}
RULES = [
    lambda frame, bits: bits in {BASELINE: (8, 12), LS: (8, 16), LOSSLESS: AXES["bits"]}.get(
        frame, (8,)),
    lambda frame, colour: frame == BASELINE or colour in (
        (GREY, YCBCR) if frame == PROGRESSIVE else (GREY, RGB)),
    lambda colour, adobe: colour != YCCK or adobe,
    lambda colour, density, frame: colour != RGB or density not in UNITS or frame in (LOSSLESS, LS),
    lambda frame, adobe: frame not in (LS, HIERARCHICAL, ARITHMETIC) or not adobe,
    lambda frame, halved, colour: not halved or (frame in (BASELINE, PROGRESSIVE) and colour == YCBCR),
    lambda colour, bits, adobe: colour != "two components" or (bits == 8 and not adobe),
    lambda exif, orientation, density: exif != "none" or (orientation == 1 and not density.startswith("EXIF")),
    lambda profile, profile_parts: profile != "none" or profile_parts == 1,
]  # fmt: skip
CAUSES = [
    ("unsupported", lambda frame: frame == HIERARCHICAL),
    ("unsupported", lambda frame: frame == ARITHMETIC),
    ("unsupported", lambda frame, colour, density: frame == LOSSLESS and colour == RGB and density in UNITS),
    ("unsupported", lambda colour: colour == "two components"),
]


def written(row: Row, path: Path) -> Meaning:
    """Write the JPEG of a row, and answer what it means."""
    stored, light = _colours(row)
    path.write_bytes(_with_segments(row, _patched(row, _encoded(row, stored))))
    stated = {"inch": [300, 200], "EXIF inch": [300, 200]}.get(row["density"])
    stated = [762, 508] if "centimetre" in row["density"] else stated
    return Meaning(
        upright(light, row["orientation"]), row["bits"], 1 if stored.ndim == 2 else stored.shape[2],
        turned(stated, row["orientation"]), notes(row), most=2 if row["frame"] in (LOSSLESS, LS) else 8,
        artist=None if row["exif"] == "none" or row["profile"] == "damaged" else ARTIST,
    )  # fmt: skip


def _colours(row: Row) -> tuple[np.ndarray, np.ndarray]:
    """Samples of the components as they are stored, and their lightness (H, W)."""
    colour, bits, profile = row["colour"], row["bits"], row["profile"]
    most = 2**bits - 1
    if colour == GREY:
        stored = levels(LIGHT, bits)
        return stored, lightness(stored / most, profile)
    if colour in (RGB, "two components"):
        stored = levels(HUES, bits)
        return stored, lightness(stored / most, profile)
    if colour == YCBCR:
        stored = luma(HUES, bits)
        return stored, lightness(of_luma(stored, bits), profile)
    inks = levels(INKS, bits)
    if colour == CMYK:  # which Adobe stores inverted, and all others after it
        return most - inks, of_inks(inks / most)
    turned_over = luma(inks[..., :3] / most, bits)  # YCCK is luma and chroma of one minus each, and black as it is
    shown = np.dstack([of_luma(turned_over, bits), inks[..., 3] / most])
    return np.dstack([turned_over, most - inks[..., 3]]), of_inks(shown)


def _encoded(row: Row, stored: np.ndarray) -> bytes:
    """A JPEG with these samples as they are, by libjpeg-turbo or CharLS."""
    bits, frame, colour = row["bits"], row["frame"], row["colour"]
    samples = np.ascontiguousarray(stored.astype(np.uint8 if bits <= 8 else np.uint16))
    if frame == LS:
        return imagecodecs.jpegls_encode(samples)
    options = {"colorspace": colour, "outcolorspace": colour}
    if colour == "two components":
        options = {"colorspace": RGB, "outcolorspace": RGB}
    if frame in (LOSSLESS, ARITHMETIC):
        return imagecodecs.jpeg8_encode(samples, lossless=True, bitspersample=bits)
    subsampling = "420" if row["halved"] else "444"
    if frame == PROGRESSIVE:
        file, mode = io.BytesIO(), "L" if colour == GREY else "YCbCr"
        picture = Image.frombytes(mode, samples.shape[1::-1], samples.tobytes())
        picture.save(
            file, "JPEG", quality=98, progressive=True, subsampling=subsampling[0] + ":" + ":".join(subsampling[1:])
        )
        return file.getvalue()
    return imagecodecs.jpeg8_encode(samples, level=98, bitspersample=bits, subsampling=subsampling, **options)


def _patched(row: Row, content: bytes) -> bytes:
    """The JPEG without the segments of its writer, with a frame that nobody reads where the row asks for one."""
    parts = [START]
    for marker, segment in _segments(content):
        if marker[1] == 0xDA:
            return b"".join(parts) + segment
        if 0xE0 <= marker[1] <= 0xEF:
            continue
        if row["frame"] == ARITHMETIC and marker in FRAMES:
            segment = b"\xff\xcb" + segment[2:]
        if row["colour"] == "two components" and marker in FRAMES:
            segment = segment[:2] + struct.pack(">H", len(segment) - 5) + segment[4:9] + b"\2" + segment[10:-3]
        parts.append(segment)
    raise ValueError("it has no scan")


def _segments(content: bytes):
    """Markers and whole segments; the last one is the first scan with all that follows."""
    place = 2
    while place < len(content):
        marker, length = content[place : place + 2], struct.unpack_from(">H", content, place + 2)[0]
        if marker[1] == 0xDA:
            yield marker, content[place:]
            return
        yield marker, content[place : place + 2 + length]
        place += 2 + length


def _with_segments(row: Row, content: bytes) -> bytes:
    """The JPEG with the segments that the row asks for, in their usual order."""
    segments = []
    if row["density"] in UNITS:
        segments.append((0xE0, b"JFIF\0\1\2" + struct.pack(">BHHBB", UNITS[row["density"]], 300, 200, 0, 0)))
    if row["exif"] != "none":
        segments.append((0xE1, b"Exif\0\0" + _exif(row)))
    profile = PROFILES[row["profile"]]
    half = len(profile) // row["profile_parts"] + 1
    for number in range(row["profile_parts"] if profile else 0):
        head = b"ICC_PROFILE\0" + bytes([number + 1, row["profile_parts"]])
        segments.append((0xE2, head + profile[number * half : (number + 1) * half]))
    if row["adobe"]:
        segments.append((0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([TRANSFORMS[row["colour"]]])))
    if row["frame"] == HIERARCHICAL:
        segments.append((0xDE, bytes(9)))
    packed = [struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments]
    return START + b"".join(packed) + content[2:]


def _exif(row: Row) -> bytes:
    tags = {"artist": ARTIST, "orientation": row["orientation"]}
    unit = {"EXIF inch": 2, "EXIF centimetre": 3, "EXIF without a unit": 1}.get(row["density"])
    return exif_blocks.block(row["exif"], **tags, **({"across": 300, "down": 200, "unit": unit} if unit else {}))


def notes(row: Row) -> set[str]:
    """The reason codes that must stand beside an accepted file."""
    colour, profile = row["colour"], row["profile"]
    fitting = () if colour in INKED else FITTING["grey" if colour == GREY else "RGB"]
    found = {"light-left-aside"} if profile not in ("none", *fitting) else set()
    found |= {"metadata-unreadable"} if profile == "damaged" else set()  # exiv2 0.28.9 gives up at such a profile
    return found | ({"photometric-missing"} if colour == CMYK and not row["adobe"] else set())
