"""What a file is by its first bytes, whatever its name says: what is taken in, and what is refused by its name.

Signatures are those of the formats' own specifications; where one is short, more of the header must make sense, so
that a text or a sound is not taken for a picture.
"""

import codecs
import re
from dataclasses import dataclass

HEAD_BYTES = 4096  # one small read: Photo CD tells itself at 2048, a PDF within the first 1024
TAIL_BYTES = 26  # of a Truevision TGA, version 2: the only kind that tells itself at its end


@dataclass(frozen=True)
class Format:
    """A file format; `media_type` is empty where we do not take it, and `code` is then the reason of its refusal.

    Suffixes that other programs use, too, such as .hdr and .img, are left out: there the content alone decides.
    """

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    code: str = "unsupported"

    @property
    def supported(self) -> bool:
        """Whether a scan of this format is taken in."""
        return self.media_type != ""

    @property
    def suffix(self) -> str:
        """The one suffix under which the archive stores it."""
        return self.suffixes[0]

    @property
    def remedy(self) -> str:
        """What to deliver instead of a file of this format."""
        return REMEDIES[self.code]


REMEDIES = {
    "unsupported": "Export it as TIFF, JPEG, PNG, JPEG 2000 or WebP.",
    "camera-raw": "Develop it to TIFF, and deliver that; keep the raw file.",
    "film-frame": "Deliver it as TIFF of 16 bits, with the density or light that its values stand for in a profile.",
    "instrument-picture": "Deliver it as TIFF of 16 bits, scaled and upright as its own program shows it.",
    "document": "Take each picture out of it as it is stored, not rendered, and deliver it as TIFF or JPEG.",
    "moving-picture": "Deliver the frames that are photographs as TIFF; this archive keeps no film.",
    "archive-inside": "Unpack it, and deliver its files.",
}


def _all(code: str, *kinds: tuple[str, str]) -> tuple[Format, ...]:
    """Formats that are refused for one reason: each its name, and its suffixes with spaces between."""
    return tuple(Format(name, "", tuple(suffixes.split()), code) for name, suffixes in kinds)


TIFF = Format("a TIFF file", "image/tiff", (".tif", ".tiff"))
JPEG = Format("a JPEG file", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"))
PNG = Format("a PNG file", "image/png", (".png", ".apng"))
JPEG2000 = Format("a JPEG 2000 file", "image/jp2", (".jp2", ".j2k", ".jpx", ".jpf", ".j2c", ".jpc", ".jph", ".jhc"))
WEBP = Format("a WebP file", "image/webp", (".webp",))
PICTURES = GIF, BMP, PSD, PNM, HEIF, JPEG_XL, OPENEXR, JPEG_XR, RADIANCE, PFM, SGI, TGA, XCF, JPM, ICON = _all(
    "unsupported",
    ("a GIF file", ".gif"),
    ("a BMP file", ".bmp .dib .rle"),
    ("a Photoshop document", ".psd .psb"),
    ("a PNM file", ".pgm .ppm .pbm .pnm .pam"),
    ("a HEIF or AVIF file", ".heic .heif .hif .avif"),
    ("a JPEG XL file", ".jxl"),
    ("an OpenEXR file", ".exr"),
    ("a JPEG XR file", ".jxr .wdp .hdp"),
    ("a Radiance HDR file", ".rgbe"),
    ("a PFM file", ".pfm"),
    ("an SGI file", ".sgi .rgb .rgba .bw"),
    ("a TGA file", ".tga .targa .icb .vda .vst"),
    ("a GIMP file", ".xcf"),
    ("a JPM file, whose pages are made of masks and layers (JPEG 2000, part 6)", ".jpm"),
    ("an icon", ".ico .icns .cur"),
)
RARE = PHOTO_CD, PCX, SUN, DDS, QOI, MNG, JBIG2, MRSID, ECW, ILBM, PICT, METAFILE, SVG, XPM, MIFF, VIPS = _all(
    "unsupported",
    ("a Kodak Photo CD file", ""),
    ("a PCX file", ".pcx .dcx"),
    ("a Sun raster file", ".ras .sun"),
    ("a DDS file", ".dds"),
    ("a QOI file", ".qoi"),
    ("a MNG or JNG file", ".mng .jng"),
    ("a JBIG2 file", ".jb2 .jbig2"),
    ("a MrSID file", ".sid"),
    ("an ECW file", ".ecw"),
    ("an IFF picture", ".iff .ilbm .lbm"),
    ("a Macintosh PICT file", ".pct .pict"),
    ("a Windows metafile", ".wmf .emf"),
    ("an SVG drawing", ".svg .svgz"),
    ("an X pixmap", ".xpm .xbm"),
    ("an ImageMagick MIFF file", ".miff"),
    ("a libvips file", ".vips"),
)
OF_PROGRAMS = LAYERED, FLASHPIX, COREL, PTM, FLIF, BPG, SCITEX, IMAGINE = _all(
    "unsupported",
    ("a painting program's layered file", ".kra .ora .procreate .afphoto .clip .psp .pspimage"),
    ("a FlashPix file", ".fpx"),
    ("a CorelDRAW or Corel Photo-Paint file", ".cdr .cpt"),
    ("a texture map of many lights (PTM)", ".ptm"),
    ("a FLIF file", ".flif"),
    ("a BPG file", ".bpg"),
    ("a Scitex CT file", ".sct"),
    ("an ERDAS IMAGINE file", ""),
)
(CAMERA_RAW,) = _all(
    "camera-raw",
    (
        "a camera's raw file",
        ".dng .nef .cr2 .cr3 .arw .orf .rw2 .raf .pef .srw .3fr .iiq .mos .cap .eip .nrw .sr2 .srf .dcr .kdc .mef"
        " .erf .rwl .gpr .fff .x3f .mrw .crw .raw .ari .r3d",
    ),
)
FILM_FRAMES = DPX, CINEON = _all("film-frame", ("a DPX file", ".dpx"), ("a Cineon file", ".cin"))
OF_INSTRUMENTS = FITS, DICOM, NIFTI, NITF, MICROSCOPE, HDF5 = _all(
    "instrument-picture",
    ("a FITS file", ".fits .fit .fts .fz"),
    ("a DICOM file", ".dcm .dicom"),
    ("a NIfTI file", ".nii"),
    ("a NITF file", ".ntf .nitf"),
    ("a microscope's file", ".czi .lif .nd2 .vsi .oir"),
    ("an HDF5 file", ".h5 .hdf5"),
)
DOCUMENTS = PDF, DJVU, POSTSCRIPT, LAYOUT, EPUB = _all(
    "document",
    ("a PDF document", ".pdf"),
    ("a DjVu document", ".djvu .djv"),
    ("a PostScript or EPS file", ".ps .eps .epsf .epsi"),
    ("a page layout of InDesign or QuarkXPress", ".indd .qxp .qxd"),
    ("an EPUB book", ".epub"),
)
FILMS = MOTION_JPEG2000, FILM = _all(
    "moving-picture",
    ("a film in Motion JPEG 2000", ".mj2 .mjp2"),
    ("a film or video", ".mp4 .m4v .mov .avi .mkv .webm .mxf .mpg .mpeg .vob .m2ts .mts .wmv .flv .dv .3gp .ogv .asf"),
)
(ARCHIVE,) = _all(
    "archive-inside",
    ("an archive", ".zip .tar .tgz .gz .7z .rar .bz2 .tbz2 .xz .txz .zst .lzh .sit .sitx .cab .iso .dmg .z"),
)
SUPPORTED = (TIFF, JPEG, PNG, JPEG2000, WEBP)
FORMATS = (
    *SUPPORTED, CAMERA_RAW, *PICTURES, *RARE, *OF_PROGRAMS, *FILM_FRAMES, *OF_INSTRUMENTS, *DOCUMENTS, *FILMS, ARCHIVE
)  # fmt: skip
# Where a file has no bytes that we know, its name is believed of these only: their makers use many containers
BY_NAME = ("camera-raw", "moving-picture", "archive-inside")

# fmt: off
SIGNATURES = (
    (0, b"II*\0\x10\0\0\0CR\2\0", CAMERA_RAW), (8, b"IIIITwaR", CAMERA_RAW), (8, b"MMMMRawT", CAMERA_RAW),
    (0, b"II*\0", TIFF), (0, b"MM\0*", TIFF), (0, b"II+\0", TIFF), (0, b"MM\0+", TIFF),  # the latter are BigTIFF
    (0, b"\xff\xd8\xff", JPEG), (0, b"\x89PNG\r\n\x1a\n", PNG), (0, b"\xff\x4f\xff\x51", JPEG2000),
    (0, b"GIF87a", GIF), (0, b"GIF89a", GIF), (0, b"8BPS", PSD), (0, b"v/1\x01", OPENEXR),
    (0, b"\0\0\0\x0cJXL ", JPEG_XL), (0, b"\xff\x0a", JPEG_XL),
    (0, b"II\xbc\x01", JPEG_XR), (0, b"II\xbc\x00", JPEG_XR),
    (0, b"#?RADIANCE", RADIANCE), (0, b"#?RGBE", RADIANCE), (0, b"gimp xcf", XCF),
    (0, b"icns", ICON),
    (2048, b"PCD_IPI", PHOTO_CD), (0, b"PCD_OPA", PHOTO_CD), (0, b"\x59\xa6\x6a\x95", SUN), (0, b"DDS |", DDS),
    (0, b"qoif", QOI), (0, b"\x8aMNG\r\n\x1a\n", MNG), (0, b"\x8bJNG\r\n\x1a\n", MNG),
    (0, b"\x97JB2\r\n\x1a\n", JBIG2), (0, b"msid", MRSID), (522, b"\0\x11\2\xff", PICT),
    (0, b"\xd7\xcd\xc6\x9a", METAFILE), (40, b" EMF", METAFILE), (0, b"/* XPM */", XPM), (0, b"id=ImageMagick", MIFF),
    (0, b"\x08\xf2\xa6\xb6", VIPS), (0, b"\xb6\xa6\xf2\x08", VIPS), (0, b"\0\xffKA", LAYERED),
    (0, b"Paint Shop Pro Image File", LAYERED), (0, b"CSFCHUNK", LAYERED), 
    (0, b"CPT7FILE", COREL), (0, b"CPT8FILE", COREL), (0, b"CPT9FILE", COREL),
    (0, b"PTM_1.", PTM),
    (0, b"EHFA_HEADER_TAG", IMAGINE), (0, b"FLIF", FLIF), (0, b"BPG\xfb", BPG),
    (0, b"FUJIFILMCCD-RAW", CAMERA_RAW), (0, b"IIRO", CAMERA_RAW), (0, b"IIRS", CAMERA_RAW), (0, b"MMOR", CAMERA_RAW),
    (0, b"IIU\0", CAMERA_RAW), (0, b"FOVb", CAMERA_RAW), (0, b"\0MRM", CAMERA_RAW), (6, b"HEAPCCDR", CAMERA_RAW),
    (0, b"ARRI\x12\x34\x56\x78", CAMERA_RAW), (4, b"RED1", CAMERA_RAW), (4, b"RED2", CAMERA_RAW),
    (0, b"SDPX", DPX), (0, b"XPDS", DPX), (0, b"\x80\x2a\x5f\xd7", CINEON), (0, b"\xd7\x5f\x2a\x80", CINEON),
    (0, b"SIMPLE  =", FITS), (128, b"DICM", DICOM), (344, b"n+1\0", NIFTI), (344, b"ni1\0", NIFTI),
    (0, b"NITF02.", NITF),
    (0, b"ZISRAWFILE", MICROSCOPE), (0, b"\xda\xce\xbe\x0a", MICROSCOPE), (0, b"\x89HDF\r\n\x1a\n", HDF5),
    (0, b"AT&TFORM", DJVU), (0, b"%!PS", POSTSCRIPT), (0, b"\xc5\xd0\xd3\xc6", POSTSCRIPT),
    (0, b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", LAYOUT), (2, b"IIXPR", LAYOUT), (2, b"MMXPR", LAYOUT),
    (0, b"\x1a\x45\xdf\xa3", FILM), (0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01", FILM), (0, b"\0\0\1\xba", FILM),
    (0, b"\0\0\1\xb3", FILM), (0, b"FLV\x01", FILM), (0, b".RMF", FILM), (0, b"\x1f\x07\x00", FILM),
    (0, b"PK\x05\x06", ARCHIVE), (0, b"PK\x07\x08", ARCHIVE), (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"Rar!\x1a\x07", ARCHIVE), (0, b"\x1f\x8b\x08", ARCHIVE), (0, b"\xfd7zXZ\0", ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", ARCHIVE), (0, b"LZIP", ARCHIVE), (0, b"\x1f\x9d", ARCHIVE), (257, b"ustar", ARCHIVE),
    (0, b"MSCF\0\0\0\0", ARCHIVE), (0, b"SIT!", ARCHIVE), (0, b"StuffIt (c)", ARCHIVE),
    (0, b"\x04\x22\x4d\x18", ARCHIVE),
)
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
TEXT_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def by_suffix(suffix: str) -> Format | None:
    """The format that a suffix such as `.TIF` promises."""
    return next((known for known in FORMATS if suffix.lower() in known.suffixes), None) if suffix else None


def by_content(head: bytes, suffix: str = "") -> Format | None:
    """The format of a file's first 4,096 bytes; the suffix tells a camera's raw file from the TIFF it is built on.

    None is what has none of these formats; what else may lie beside pictures, `scans.arrival.companions` knows.
    """
    found = _by_signature(head)
    if found is TIFF and suffix.lower() in CAMERA_RAW.suffixes:
        return CAMERA_RAW
    if found or is_text(head):
        return found or _by_text(head)
    return _by_boxes(head) or _by_header(head) or _by_framing(head, suffix) or _by_text(head) or _by_name(head, suffix)


def may_be_tga(head: bytes) -> bool:
    """Whether a header of a Truevision TGA makes sense: TGA File Format Specification 2.0, C.2."""
    if len(head) < 18 or head[1] > 1 or head[2] not in TGA_TYPES or head[16] not in TGA_DEPTHS or head[17] & 0xC0:
        return False
    mapped = bool(head[1]) or not any(head[3:8])
    return mapped and head[12:14] != b"\0\0" and head[14:16] != b"\0\0"


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file reads as text: UTF-8, or UTF-16 that says so."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b"\0" in head[2:]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return False
    return not TEXT_CONTROLS & set(head)


def _by_signature(head: bytes) -> Format | None:
    """The format whose mark stands where it must; of marks that are letters alone, only where no text begins so."""
    for place, mark, known in SIGNATURES:
        if head.startswith(mark, place):
            return None if mark.isalpha() and is_text(head) else known
    return None


def _by_boxes(head: bytes) -> Format | None:
    """Files of boxes (ISO/IEC 14496-12, 15444-1): the brands after `ftyp` say which."""
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
    """Formats with a short mark, whose header must make sense, too."""
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
    """Containers that say at a second place, or by their name, what they hold."""
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
    """What a ZIP is by its first entry: programs keep their documents in such."""
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
    """Formats that begin as a text does."""
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
