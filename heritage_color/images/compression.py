"""How a file's samples are compressed, as its header says."""

from pathlib import Path

from heritage_color.images import formats, opening
from heritage_color.images.formats import Format

# TIFF 6.0 and libtiff's register of tag 259
TIFF_NAMES = {
    1: "none", 2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "Deflate", 32773: "PackBits",
    32946: "Deflate", 33003: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34925: "LZMA", 50000: "Zstandard",
    50001: "WebP",
}  # fmt: skip
NAMES = {formats.JPEG: "JPEG", formats.PNG: "Deflate", formats.WEBP: "WebP"}
COMPRESSION = 259
CODING_STYLE = b"\xff\x52"  # ISO/IEC 15444-1, A.6.1: the segment that names the wavelet
WAVELET = 13  # bytes from the marker; 1 is the 5-3 filter that loses nothing
HEADER_BYTES = 2**16


def of(path: Path, found: Format, tags: dict[str, str]) -> str | None:
    """Its name; None where the header does not say. `tags` are the embedded metadata, which may have it already."""
    if found is formats.JPEG2000:
        return _of_jpeg2000(path)
    if found is not formats.TIFF:
        return NAMES.get(found)
    number = tags.get("Exif.Image.Compression", "")
    return TIFF_NAMES.get(int(number) if number.isdecimal() else _of_tiff(path))


def _of_tiff(path: Path) -> int:
    """Tag 259 of the first page; 0 where it cannot be read. For BigTIFF, which exiv2 does not know."""
    import tifffile

    try:
        with tifffile.TiffFile(path) as tiff:
            return int(tiff.pages.first.tags.valueof(COMPRESSION, 1))
    except opening.TIFF_TROUBLE:
        return 0


def _of_jpeg2000(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    start = head.find(CODING_STYLE, head.find(opening.SIZE_MARKER))
    wavelet = head[start + WAVELET : start + WAVELET + 1] if start >= 0 else b""
    return {b"\0": "JPEG 2000 irreversible", b"\1": "JPEG 2000 reversible"}.get(wavelet, "JPEG 2000")
