"""A file is recognised by its first bytes, whatever its name says.

Signatures are those of the formats' own specifications; where one is short, more of the header must make sense, so
that a text or a sound is not taken for a picture.
"""

import codecs
import re
from pathlib import Path

from heritage_color.images.formats import (
    ARCHIVE,
    BMP,
    CAMERA_RAW,
    COREL,
    DICOM,
    EPUB,
    FILM,
    FLASHPIX,
    HEIF,
    ICON,
    ILBM,
    JPEG,
    JPEG2000,
    JPM,
    LAYERED,
    MOTION_JPEG2000,
    PCX,
    PDF,
    PFM,
    PNG,
    PNM,
    SCITEX,
    SGI,
    SVG,
    TGA,
    TIFF,
    WEBP,
    XPM,
    Format,
    by_suffix,
)
from heritage_color.images.signatures import SIGNATURES

HEAD_BYTES = 4096  # one small read: Photo CD tells itself at 2048, a PDF within the first 1024
TAIL_BYTES = 26  # of a Truevision TGA, version 2: the only kind that tells itself at its end

# fmt: off
# Brands after "ftyp": ISO/IEC 23008-12, annex B, and the registration authority mp4ra.org
HEIF_BRANDS = frozenset((
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"mif3",
    b"msf1", b"miaf",
    b"avif", b"avis", b"avio", b"avci", b"avcs", b"j2ki", b"j2is", b"jpeg", b"jpgs", b"1pic", b"vvic",
))
# fmt: on
SOUND_BRANDS = frozenset((b"M4A ", b"M4B ", b"M4P "))  # MPEG-4 files of sound alone: no film
QUICKTIME = (b"moov", b"mdat", b"wide", b"pnot")  # atoms with which films before ISO/IEC 14496-12 begin
CHUNKED = {(b"RIFF", b"WEBP"): WEBP, (b"RIFF", b"AVI "): FILM, (b"FORM", b"ILBM"): ILBM, (b"FORM", b"PBM "): ILBM}
DIMENSIONS = (b"\0\1", b"\0\2", b"\0\3")  # of an SGI file: a row, a plane, several planes
PLANES = (b"\1\1", b"\1\2", b"\1\4", b"\1\x08")  # of a PCX file: run lengths, and bits of a plane
BITMAP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # bytes of a BMP's second header: OS/2 1 and 2, Windows 3 to 5
_SPACE = rb"(?:\s|#[^\r\n]*[\r\n])+"
_SIDES = _SPACE + rb"\d+" + _SPACE + rb"\d+"
PNM_HEADER = re.compile(  # a text that begins "P1 was broken" is none
    rb"|".join((
        rb"P[2356]" + _SIDES + _SPACE + rb"\d+\s",
        rb"P1" + _SIDES + _SPACE + rb"[01]",
        rb"P4" + _SIDES + rb"[ \t]*[\r\n]",
        rb"P7\s(?:#[^\n]*\n|\s)*+(?:WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)\s",
        rb"P7\s+332\s",  # thumbnails of xv
        rb"P[1-6]\s+#",
    ))
)  # fmt: skip
PFM_HEADER = re.compile(rb"P[Ff]4?\s+\d+\s+\d+\s+-?\d*\.?\d+")
PDF_HEADER = re.compile(rb"(?:^|[\r\n\0])%PDF-\d\.\d")  # not in the middle of a line: that is a text about PDF
PDF_WITHIN = 1024  # bytes: ISO 32000-1, annex H, implementation note 13
SVG_ROOT = re.compile(  # before it a declaration, comments and a document type, each read in one way only
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\])?\s*>)\s*)*+<(?:\w+:)?svg[\s>]",
    re.DOTALL,
)
TGA_TYPES, TGA_DEPTHS = (1, 2, 3, 9, 10, 11), (1, 8, 15, 16, 24, 32)  # 1 as Pillow writes line art
TGA_FOOTER = b"TRUEVISION-XFILE.\0"
LAST_BYTES = {PNG: b"IEND", JPEG: b"\xff\xd9"}
TEXT_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
# Where a file has no bytes that we know, its name is believed of these only: their makers use many containers
BY_NAME = ("camera-raw", "moving-picture", "archive-inside")


def by_content(head: bytes, suffix: str = "") -> Format | None:
    """Tell the format of a file's first 4,096 bytes; the suffix tells a camera's raw file from a plain TIFF.

    It is None for what has none of these formats; what else may lie beside pictures, `scans.arrival.companions` knows.
    """
    marked = _by_signature(head)
    if marked is TIFF and suffix.lower() in CAMERA_RAW.suffixes:
        return CAMERA_RAW
    if marked or is_text(head):
        return marked or _by_text(head)
    return _by_boxes(head) or _by_header(head) or _by_framing(head, suffix) or _by_text(head) or _by_name(head, suffix)


def may_be_tga(head: bytes) -> bool:
    """Tell whether a header of a Truevision TGA makes sense (TGA File Format Specification 2.0, C.2)."""
    if len(head) < 18 or head[1] > 1 or head[2] not in TGA_TYPES or head[16] not in TGA_DEPTHS or head[17] & 0xC0:
        return False
    mapped = bool(head[1]) or not any(head[3:8])
    return mapped and head[12:14] != b"\0\0" and head[14:16] != b"\0\0"


def is_text(head: bytes) -> bool:
    """Tell whether the beginning of a file reads as text, which is UTF-8, or UTF-16 that says so."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b"\0" in head[2:]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return False
    return not TEXT_CONTROLS & set(head)


def _by_signature(head: bytes) -> Format | None:
    """Find the format whose mark stands where it must; in a text, a mark of letters alone does not count."""
    for place, mark, known in SIGNATURES:
        if head.startswith(mark, place):
            return None if mark.isalpha() and is_text(head) else known
    return None


def _by_boxes(head: bytes) -> Format | None:
    """Tell files of boxes (ISO/IEC 14496-12, 15444-1) by the brands after `ftyp`."""
    if head.startswith(b"\0\0\0\x0cjP  \r\n\x87\n"):
        return {b"mjp2": MOTION_JPEG2000, b"mj2s": MOTION_JPEG2000, b"jpm ": JPM}.get(head[20:24], JPEG2000)
    if head[4:8] != b"ftyp":
        return FILM if head[4:8] in QUICKTIME else None
    length = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, min(length, len(head)), 4))}
    if head[8:12] == b"crx ":
        return CAMERA_RAW
    if brands & HEIF_BRANDS:
        return HEIF
    return None if head[8:12] in SOUND_BRANDS else FILM


def _by_header(head: bytes) -> Format | None:
    """Tell formats with a short mark, whose header must make sense, too."""
    if (head[:4], head[8:12]) in CHUNKED:
        return CHUNKED[head[:4], head[8:12]]
    if head[:4] == b"RIFF" and head[8:11] in (b"CDR", b"cdr"):
        return COREL
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS:
        return BMP
    if head[:2] == b"BA" and head[14:16] == b"BM":  # OS/2: several bitmaps in one file
        return BMP
    if head[:2] == b"\x01\xda" and head[2:3] in b"\0\1" and head[3:4] in b"\1\2" and head[4:6] in DIMENSIONS:
        return SGI
    if head[:1] == b"\x0a" and head[1:2] in b"\0\2\3\4\5" and head[2:4] in PLANES:
        return PCX
    icon = head[:4] in (b"\0\0\1\0", b"\0\0\2\0") and head[4:6] != b"\0\0" and head[9:10] == b"\0"
    return ICON if icon else None


def _by_framing(head: bytes, suffix: str) -> Format | None:
    """Tell containers that say at a second place, or by their name, what they hold."""
    if head[:4] == b"PK\x03\x04":
        return _by_first_entry(head, suffix)
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:  # packets of an MPEG transport stream
        return FILM
    if head[:4] == b"\x30\x26\xb2\x75" and suffix.lower() != ".wma":
        return FILM
    if head[:4] == b"OggS" and b"theora" in head[:256]:
        return FILM
    if (head[:3] == b"BZh" and head[4:10] == b"1AY&SY") or (head[2:5] == b"-lh" and head[6:7] == b"-"):
        return ARCHIVE
    if suffix.lower() in DICOM.suffixes and head[:2] in (b"\x02\0", b"\x08\0"):  # without its preamble
        return DICOM
    if suffix.lower() == ".dib" and int.from_bytes(head[:4], "little") in BITMAP_HEADERS:  # without a file's header
        return BMP
    if suffix.lower() in SCITEX.suffixes and head[80:82] == b"CT":
        return SCITEX
    if head[:4] == b"\xd0\xcf\x11\xe0" and suffix.lower() == ".fpx":
        return FLASHPIX
    return TGA if suffix.lower() in TGA.suffixes and may_be_tga(head) else None


def _by_first_entry(head: bytes, suffix: str) -> Format | None:
    """Tell what a ZIP is by its first entry, as programs keep their documents in such."""
    if suffix.lower() in CAMERA_RAW.suffixes:  # Phase One's .eip
        return CAMERA_RAW
    name_length = int.from_bytes(head[26:28], "little")
    name, content = head[30 : 30 + name_length], head[30 + name_length : 200 + name_length]
    if suffix.lower() in LAYERED.suffixes or (
        name == b"mimetype" and (b"openraster" in content or b"x-krita" in content)
    ):
        return LAYERED
    if name == b"mimetype" and b"application/epub+zip" in content:
        return EPUB
    office = name == b"mimetype" or name.startswith((b"[Content_Types].xml", b"_rels/", b"docProps/"))
    return None if office else ARCHIVE


def _by_text(head: bytes) -> Format | None:
    """Tell formats that begin as a text does."""
    if PNM_HEADER.match(head):
        return PNM
    if PFM_HEADER.match(head):
        return PFM
    if PDF_HEADER.search(head[:PDF_WITHIN]):
        return PDF
    if re.match(rb"#define \w+_width \d+\s+#define \w+_height", head):
        return XPM
    return SVG if SVG_ROOT.match(head) else None


def _by_name(head: bytes, suffix: str) -> Format | None:
    known = by_suffix(suffix)
    return known if known and known.code in BY_NAME and (any(head) or known is ARCHIVE) else None


def is_complete(path: Path, kind: Format) -> bool:
    """Tell whether a PNG has its last chunk, or a JPEG its end marker; without, it was cut short."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return LAST_BYTES.get(kind, b"") in file.read()
