"""Opens pictures as libvips streams: libvips itself first, tifffile and imagecodecs where it cannot."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from heritage_color.images import formats
from heritage_color.images.formats import Format
from heritage_color.images.metadata import clean

BITS = {"uchar": 8, "ushort": 16, "short": 16}  # short: CIE Lab in TIFF
MOST_CHANNELS = 5  # CMYK and alpha
# What libtiff says where it lacks a codec or a rule; tifffile may still read such a file
BEYOND_LIBVIPS = re.compile(
    r"not configured|not support|unsupported|labq|required field|not a known file format", re.I
)
CUT_SHORT = re.compile(
    r"premature end of jpeg|unexpected end|end of file|\beof\b|read gave|got \d+ bytes, expected|truncat"
    r"|not enough data|read error (at|on) (scanline|row|strip|tile)|requested data is too short",
    re.IGNORECASE,
)
NO_MEMORY = re.compile(r"out of memory|unable to allocate|bad_alloc|insufficient memory|cannot allocate", re.I)
SIZE_MARKER = b"\xff\x4f\xff\x51"  # ISO/IEC 15444-1: start of codestream, then the size segment
JPEG2000_BYTES = 5  # OpenJPEG holds a sample in four, and what it answers takes one at least
BOX_HEADER = 16  # bytes: length, kind, and a longer length where the first is 1
END_OF_CODESTREAM = b"\xff\xd9"
LAST_BYTES = {formats.PNG: b"IEND", formats.JPEG: b"\xff\xd9"}


# What tifffile and its codecs raise on broken files; codecs' own errors derive from RuntimeError
TIFF_TROUBLE = (
    ValueError,
    RuntimeError,
    OSError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    struct.error,
)


@dataclass(frozen=True)
class Limits:
    """What decoding one picture may take: pixels, and bytes of memory."""

    max_pixels: int
    memory: int


class RefusedError(Exception):
    """A picture cannot be taken in: a code of reasons.py, and the facts of its sentence."""

    def __init__(self, code: str, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


def sniff(path: Path) -> Format | None:
    """The format of a file by its content. Raises OSError."""
    with path.open("rb") as file:
        return formats.by_content(file.read(formats.HEAD_BYTES), path.suffix)


def open_with_libvips(path: Path, fail_on: str, limits: Limits):
    """A sequential pyvips image; pixels are read later, and fail then. Raises pyvips.Error and RefusedError."""
    import pyvips

    last_complaint()  # that of an earlier file is not this one's
    image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on=fail_on)
    check_size(image.width, image.height, limits)
    check_samples(image.format, image.bands)
    return image


def last_complaint() -> str:
    """What libvips noted since it was last asked, without having failed."""
    import pyvips

    text = pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer()).decode(errors="replace")
    pyvips.vips_lib.vips_error_clear()
    return text


def open_otherwise(path: Path, found: Format, limits: Limits):
    """A pyvips image of a file that libvips cannot read: JPEG 2000, and TIFF in rare codecs. Raises RefusedError."""
    if found is formats.JPEG2000:
        return _open_jpeg2000(path, limits)
    return _open_tiff(path, limits)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raise RefusedError for a picture of too many pixels, before one of them is decoded."""
    if width * height > limits.max_pixels:
        limit = f"{limits.max_pixels / 1e6:g} megapixels"
        raise RefusedError("too-many-pixels", width=width, height=height, limit=limit)


def check_samples(kind: str, channels: int) -> None:
    """Raise RefusedError for floating-point or 32-bit samples, and for more channels than CMYK with alpha."""
    if kind not in BITS:
        raise RefusedError("unsupported-depth", found=kind)
    if channels > MOST_CHANNELS:
        raise RefusedError("unsupported", format=f"a picture of {channels} channels")


def refusal(message: str, complete: bool = True) -> RefusedError:
    """The refusal that a decoder's message stands for; `complete` where the file ends as its format demands."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.startswith("unable to ")]
    if NO_MEMORY.search(message):
        return RefusedError("too-much-memory")
    if CUT_SHORT.search(message) or not complete:
        return RefusedError("truncated")
    return RefusedError("damaged", why=shorten(lines[-1] if lines else message))


def is_complete(path: Path, found: Format) -> bool:
    """False where a PNG lacks its last chunk or a JPEG its end marker: it was cut short, whatever else is wrong."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return LAST_BYTES.get(found, b"") in file.read()


def shorten(message: str) -> str:
    """A decoder's message in at most 120 characters, without the full stop that the sentence adds."""
    text = clean(message.strip())[:120].rstrip(".:| ")
    return text if sum(letter.isalpha() for letter in text) > 2 else "the decoder gives no details"


def _open_jpeg2000(path: Path, limits: Limits):
    import imagecodecs

    content = path.read_bytes()
    width, height = _jpeg2000_size(content)
    check_size(width, height, limits)
    if width * height * JPEG2000_BYTES > limits.memory:
        raise RefusedError("too-much-memory")
    if END_OF_CODESTREAM not in _end_of_codestream(content):
        raise RefusedError("truncated")
    try:
        return _as_image(imagecodecs.jpeg2k_decode(content), "")
    except (RuntimeError, ValueError) as error:
        raise refusal(str(error)) from error


def _end_of_codestream(content: bytes) -> bytes:
    """The last bytes of the codestream: boxes, such as one of XMP, may follow its own (ISO/IEC 15444-1, annex I)."""
    place = 0
    while not content.startswith(SIZE_MARKER) and place + BOX_HEADER <= len(content):
        length, kind, long = struct.unpack_from(">I4sQ", content, place)
        end = place + long if length == 1 else place + length if length else len(content)
        if kind == b"jp2c" or end <= place:
            return content[max(place, end - 64) : end] if end <= len(content) else b""
        place = end
    return content[-64:]


def _jpeg2000_size(content: bytes) -> tuple[int, int]:
    start = content.find(SIZE_MARKER)
    segment = content[start + 8 : start + 24]
    if start < 0 or len(segment) < 16:
        raise RefusedError("truncated")
    right, bottom, left, top = struct.unpack(">4I", segment)
    return right - left, bottom - top


def _open_tiff(path: Path, limits: Limits):
    import tifffile

    try:
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages.first
            check_size(page.imagewidth, page.imagelength, limits)
            check_samples(_kind(page.dtype), page.samplesperpixel)
            _check_complete(page, path.stat().st_size)
            return _as_image(page.asarray(), tifffile.PHOTOMETRIC(page.photometric).name)
    except TIFF_TROUBLE as error:
        raise refusal(str(error)) from error


def _check_complete(page, size: int) -> None:
    ends = [start + length for start, length in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > size:
        raise RefusedError("truncated")


def _kind(dtype) -> str:
    names = {"uint8": "uchar", "uint16": "ushort", "bool": "uchar"}
    return names.get(str(dtype), str(dtype))


def _as_image(pixels, photometric: str):
    """Samples (H, W), (H, W, C) or (C, H, W) of a photometric interpretation as a pyvips image."""
    import numpy as np
    import pyvips

    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    if pixels.ndim == 3 and pixels.shape[0] < pixels.shape[2]:
        pixels = np.moveaxis(pixels, 0, 2)  # planes one after another
    check_samples(_kind(pixels.dtype), pixels.shape[2] if pixels.ndim == 3 else 1)
    if photometric == "CIELAB" and pixels.dtype == np.uint8:
        return _from_lab(pixels)
    image = pyvips.Image.new_from_array(np.ascontiguousarray(pixels))
    return image.invert() if photometric == "MINISWHITE" else image


def _from_lab(samples):
    """An sRGB image of 8-bit CIE Lab samples: lightness 0..255 for 0..100, then signed a* and b* (TIFF 6.0, §23)."""
    import numpy as np
    import pyvips

    signed = np.ascontiguousarray(samples[..., 1:3]).view(np.int8).astype(np.float32)
    values = np.concatenate([samples[..., :1] * np.float32(100 / 255), signed], axis=-1)
    return pyvips.Image.new_from_array(values).copy(interpretation="lab").colourspace("srgb")
