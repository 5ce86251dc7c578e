"""What a file is by its first bytes, whatever its name says."""

from dataclasses import dataclass

HEAD_BYTES = 32


@dataclass(frozen=True)
class Format:
    """A file format; `media_type` is empty where we do not take it."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]

    @property
    def supported(self) -> bool:
        """Whether a scan of this format is taken in."""
        return self.media_type != ""

    @property
    def suffix(self) -> str:
        """The one suffix under which the archive stores it."""
        return self.suffixes[0]


TIFF = Format("a TIFF file", "image/tiff", (".tif", ".tiff"))
JPEG = Format("a JPEG file", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG = Format("a PNG file", "image/png", (".png",))
JPEG2000 = Format("a JPEG 2000 file", "image/jp2", (".jp2", ".j2k", ".jpx", ".jpf", ".j2c", ".jpc"))
WEBP = Format("a WebP file", "image/webp", (".webp",))
CAMERA_RAW = Format(
    "a camera's raw file", "", (".dng", ".nef", ".cr2", ".cr3", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw", ".3fr")
)
GIF = Format("a GIF file", "", (".gif",))
BMP = Format("a BMP file", "", (".bmp", ".dib"))
PSD = Format("a Photoshop document", "", (".psd", ".psb"))
PNM = Format("a PNM file", "", (".pgm", ".ppm", ".pbm", ".pnm", ".pam"))
HEIF = Format("a HEIF or AVIF file", "", (".heic", ".heif", ".avif"))
JPEG_XL = Format("a JPEG XL file", "", (".jxl",))
OPENEXR = Format("an OpenEXR file", "", (".exr",))
FORMATS = (
    TIFF, JPEG, PNG, JPEG2000, WEBP, CAMERA_RAW, GIF, BMP, PSD, PNM, HEIF, JPEG_XL, OPENEXR
)  # fmt: skip

SIGNATURES = (
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),  # BigTIFF
    (b"MM\0+", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"8BPS", PSD),
    (b"\0\0\0\x0cJXL ", JPEG_XL),
    (b"\xff\x0a", JPEG_XL),
    (b"v/1\x01", OPENEXR),
)
BOX_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif", b"avis")  # ISO/IEC 23008-12 brands after "ftyp"


def by_suffix(suffix: str) -> Format | None:
    """The format that a suffix such as `.TIF` promises."""
    return next((known for known in FORMATS if suffix.lower() in known.suffixes), None)


def by_content(head: bytes, suffix: str = "") -> Format | None:
    """The format of a file's first 32 bytes; the suffix tells a camera's raw file from the TIFF it is built on."""
    found = next((known for signature, known in SIGNATURES if head.startswith(signature)), None)
    if found is TIFF and suffix.lower() in CAMERA_RAW.suffixes:
        return CAMERA_RAW
    return found or _by_structure(head)


def _by_structure(head: bytes) -> Format | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in BOX_BRANDS:
        return HEIF
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return BMP
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace():
        return PNM
    return None
