"""JPEG 2000: its description by the size segment, and its samples by imagecodecs, which holds OpenJPEG."""

import struct
from pathlib import Path

from heritage_color.images.description import GREY, RGB, TRANSPARENCY, Description
from heritage_color.images.formats import JPEG2000
from heritage_color.images.headers import BITS, roles_of
from heritage_color.images.refusals import Limits, RefusedError, refusal

SIZE_MARKER = b"\xff\x4f\xff\x51"  # ISO/IEC 15444-1: start of codestream, then the size segment
BYTES = 5  # a sample: OpenJPEG holds it in four, and what it answers takes one at least
BOX_HEADER = 16  # bytes: length, kind, and a longer length where the first is 1
END_OF_CODESTREAM = b"\xff\xd9"
CODING_STYLE = b"\xff\x52"  # ISO/IEC 15444-1, A.6.1: the segment that names the wavelet
WAVELET = 13  # bytes from the marker; 1 is the 5-3 filter that loses nothing
SIZE_SEGMENT = 43  # bytes from the start of the codestream to the end of the first component's depth
ROLES = {1: GREY, 2: (*GREY, TRANSPARENCY), 3: RGB, 4: (*RGB, TRANSPARENCY)}  # by the number of components


def describe(path: Path) -> Description:
    """The picture's description. Raises RefusedError."""
    head = path.read_bytes()
    start = head.find(SIZE_MARKER)
    if start < 0 or len(head) < start + SIZE_SEGMENT:
        raise RefusedError("truncated")
    right, bottom, left, top, count, depth = struct.unpack_from(">4I16xHB", head, start + 8)
    roles = ROLES.get(count)
    if roles is None:
        raise RefusedError("unsupported", format=f"a picture of {count} channels")
    bits = (depth & 0x7F) + 1
    return Description(JPEG2000, right - left, bottom - top, bits, roles, compression=_compression(head))


def _compression(head: bytes) -> str:
    start = head.find(CODING_STYLE, head.find(SIZE_MARKER))
    wavelet = head[start + WAVELET : start + WAVELET + 1] if start >= 0 else b""
    return {b"\0": "JPEG 2000 irreversible", b"\1": "JPEG 2000 reversible"}.get(wavelet, "JPEG 2000")


def read(path: Path, description: Description, limits: Limits):
    """A pyvips image in memory and the role of each band. Raises RefusedError."""
    import imagecodecs
    import pyvips

    content = path.read_bytes()
    if description.width * description.height * BYTES > limits.memory:
        raise RefusedError("too-much-memory")
    if END_OF_CODESTREAM not in _end_of_codestream(content):
        raise RefusedError("truncated")
    try:
        image = pyvips.Image.new_from_array(imagecodecs.jpeg2k_decode(content))
    except (RuntimeError, ValueError) as error:
        raise refusal(str(error)) from error
    if image.format not in BITS:
        raise RefusedError("unsupported-depth", found=image.format)
    return image, roles_of(image)


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
