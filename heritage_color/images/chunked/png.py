"""PNG is described by its own chunks, and libvips reads it.

Light that is declared by gAMA and cHRM, or by cICP, counts as a profile does, in the order of the standard (PNG, third
edition, 4.3): cICP, iCCP, sRGB, then gAMA with cHRM.
"""

import struct
import zlib
from pathlib import Path

from heritage_color.images.chunked.walking import content_of, mapped, walk_png
from heritage_color.images.description import GREY, RGB, TRANSPARENCY, Description, Note
from heritage_color.images.formats import PNG
from heritage_color.images.light import declared, profiles
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import exif

APPLE = b"CgBI"  # in which Xcode packs PNGs for its devices: no reader but Apple's takes them
DESCRIBING = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"pHYs", b"eXIf", APPLE)
LARGEST = 16 * 2**20  # bytes of a chunk that are looked at
ROLES = {0: GREY, 2: RGB, 3: RGB, 4: (*GREY, TRANSPARENCY), 6: (*RGB, TRANSPARENCY)}  # by colour type
PALETTE_TYPE = 3
METRE = 1  # pHYs' only unit; 0 says how wide a pixel is for its height, and no more
USUAL_GAMMA = 45455  # of gAMA: 1/2.2, in units of 1/100000
TOLERANCE = 0.05  # of gamma, under which no eye sees a difference, as libpng has it
NEAR = 0.005  # of chromaticities, written with four digits or three


def describe_png(path: Path) -> Description:
    """Describe the picture by its chunks. Raises RefusedError, and OSError."""
    chunks = _chunks(path)
    if APPLE in chunks:
        raise RefusedError("unsupported", format="a PNG file as Xcode packs it for Apple's devices (CgBI)")
    header = chunks.get(b"IHDR", b"")
    if len(header) < 13:
        raise RefusedError("truncated")
    width, height, bits, kind = struct.unpack_from(">IIBB", header)
    roles = ROLES.get(kind)
    if roles is None or bits not in (1, 2, 4, 8, 16) or not width or not height:
        raise RefusedError("damaged", why="its header makes no sense")
    grey = roles[0] in GREY
    if b"tRNS" in chunks and TRANSPARENCY not in roles:
        roles = (*roles, TRANSPARENCY)
    profile, left_aside = _light(chunks, grey)
    metadata = exif.read_exif(chunks.get(b"eXIf", b""))
    return Description(
        PNG, width, height, 8 if kind == PALETTE_TYPE else bits, roles,
        photometric="palette" if kind == PALETTE_TYPE else "", compression="Deflate", orientation=metadata.orientation,
        profile=profile, pixels_per_inch=_resolution(chunks) or metadata.pixels_per_inch,
        notes=tuple(Note("light-left-aside", {"what": what}) for what in left_aside),
    )  # fmt: skip


def _chunks(path: Path) -> dict[bytes, bytes]:
    """Read the chunks that describe the picture, the first of each kind, as far as the file goes."""
    chunks: dict[bytes, bytes] = {}
    with mapped(path) as content:
        for chunk in walk_png(content):
            if chunk.kind in DESCRIBING and chunk.kind not in chunks and chunk.length <= LARGEST:
                chunks[chunk.kind] = content_of(content, chunk, LARGEST)
    return chunks


def _resolution(chunks: dict[bytes, bytes]) -> tuple[float, float] | None:
    content = chunks.get(b"pHYs", b"")
    if len(content) < 9:
        return None
    across, down, unit = struct.unpack_from(">IIB", content)
    return exif.resolution(across, down, 1 / exif.INCHES_IN_METRE if unit == METRE else None)


def _light(chunks: dict[bytes, bytes], grey: bool) -> tuple[bytes | None, list[str]]:
    """Return the profile that counts, and what was declared but is not followed."""
    left_aside = []
    if b"cICP" in chunks:
        profile, why = _by_code_points(chunks[b"cICP"], grey)
        if not why:
            return profile, []
        left_aside.append(why)
    if b"iCCP" in chunks:
        if profile := _inflated(chunks[b"iCCP"]):
            return profile, left_aside
        left_aside.append("its ICC profile does not fit: it is damaged")
    if b"sRGB" in chunks:
        return None, left_aside
    return _by_numbers(chunks, grey), left_aside


def _inflated(content: bytes) -> bytes | None:
    """Inflate the profile of an iCCP chunk, which is a name, a zero, the method, then Deflate."""
    _, _, rest = content.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(rest[1:], profiles.LARGEST) or None
    except zlib.error:
        return None


def _by_code_points(content: bytes, grey: bool) -> tuple[bytes | None, str]:
    """Return the profile that cICP stands for, which is None for sRGB; or why it is not followed."""
    if len(content) < 4:
        return None, "its cICP chunk is damaged"
    primaries, transfer, matrix, full = content[:4]
    curve, chromaticities = declared.CURVES.get(transfer), declared.PRIMARIES.get(primaries)
    if not curve or not chromaticities or matrix or not full:
        return (
            None,
            f"its cICP chunk ({primaries}, {transfer}, {matrix}, {full}) declares a light that is not followed",
        )
    if curve == declared.SRGB_CURVE and (grey or chromaticities == declared.SRGB_PRIMARIES):
        return None, ""
    return declared.profile(f"cICP {primaries}, {transfer}", curve, chromaticities, grey), ""


def _by_numbers(chunks: dict[bytes, bytes], grey: bool) -> bytes | None:
    """Return the profile that gAMA and cHRM stand for, or None where they say what is usual, or nothing."""
    gamma = struct.unpack(">I", chunks[b"gAMA"])[0] if len(chunks.get(b"gAMA", b"")) == 4 else 0
    chromaticities = _chromaticities(chunks.get(b"cHRM", b"")) if not grey else declared.SRGB_PRIMARIES
    usual = not gamma or abs(gamma - USUAL_GAMMA) <= TOLERANCE * USUAL_GAMMA
    if usual and chromaticities == declared.SRGB_PRIMARIES:
        return None
    curve = (100000 / gamma,) if gamma else declared.SRGB_CURVE
    sources = [f"gAMA {gamma / 100000:g}"] if gamma else []
    sources += ["cHRM"] if chromaticities != declared.SRGB_PRIMARIES else []
    return declared.profile(", ".join(sources), curve, chromaticities, grey)


def _chromaticities(content: bytes) -> tuple[float, ...]:
    """Read white, red, green and blue of cHRM; they are those of sRGB where it is absent or says the same."""
    if len(content) < 32:
        return declared.SRGB_PRIMARIES
    stated = tuple(number / 100000 for number in struct.unpack_from(">8I", content))
    near = all(abs(number - usual) <= NEAR for number, usual in zip(stated, declared.SRGB_PRIMARIES, strict=True))
    return declared.SRGB_PRIMARIES if near else stated
