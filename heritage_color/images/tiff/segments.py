"""Strips and tiles of a TIFF are read by our own directories and standard codecs, without a TIFF library.

This is the second witness of files that tifffile reads: another implementation of where the samples lie, of
predictors and of packed bits.
"""

import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color.images.description import Description
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged import directories
from heritage_color.images.tagged.directories import Entry, Tiff

ROWS_PER_STRIP, STRIPS, STRIP_BYTES, PREDICTOR, FILL_ORDER = 278, 273, 279, 317, 266
TILE_WIDTH, TILE_LENGTH, TILES, TILE_BYTES = 322, 323, 324, 325
BITS_TURNED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1)[:, 0]


@dataclass(frozen=True)
class Segment:
    """A strip or tile has bytes somewhere, and a place and size in the picture."""

    offset: int
    length: int
    left: int
    top: int
    width: int  # as stored; a tile at the right edge reaches beyond the picture
    height: int


@dataclass(frozen=True)
class Part:
    """A strip or tile has stored samples (h, w, samples), cut to the picture, and a place in it."""

    left: int
    top: int
    samples: np.ndarray


class UnreadError(Exception):
    """These segments are of a kind that is not read here."""


def _by_imagecodecs(name: str) -> Callable[[bytes], bytes | np.ndarray]:
    """Return a decoder of imagecodecs, which is imported at its first use."""

    def decode(content: bytes) -> bytes | np.ndarray:
        import imagecodecs

        decoded: bytes | np.ndarray = getattr(imagecodecs, name)(content)
        return decoded

    return decode


# By the number of tag 259; codecs of pictures give an array, all others the bytes of samples
CODECS: dict[int, Callable[[bytes], bytes | np.ndarray]] = {
    1: bytes, 5: _by_imagecodecs("lzw_decode"), 8: zlib.decompress, 32946: zlib.decompress,
    32773: _by_imagecodecs("packbits_decode"), 34925: lzma.decompress, 50000: _by_imagecodecs("zstd_decode"),
    33003: _by_imagecodecs("jpeg2k_decode"), 33005: _by_imagecodecs("jpeg2k_decode"),
    34712: _by_imagecodecs("jpeg2k_decode"), 34933: _by_imagecodecs("png_decode"),
    34927: _by_imagecodecs("webp_decode"), 50001: _by_imagecodecs("webp_decode"),
    22610: _by_imagecodecs("jpegxr_decode"), 34934: _by_imagecodecs("jpegxr_decode"),
    50002: _by_imagecodecs("jpegxl_decode"), 52546: _by_imagecodecs("jpegxl_decode"),
}  # fmt: skip


def parts(path: Path, description: Description, choose: Callable[[int], list[int]]) -> Iterator[Part]:
    """Yield some strips or tiles of a picture: `choose(count)` names those by number.

    Raises UnreadError for kinds that are not read here, RefusedError where bytes are missing.
    """
    layout = description.layout
    if layout.compression not in CODECS or layout.subsampling != (1, 1):
        raise UnreadError(f"no second reader knows {description.compression} in such an order")
    with path.open("rb") as file:
        tiff = directories.open_directories(file)
        entry = next(entry for entry in tiff.entries if entry.offset == layout.offset)
        planes = _planes(tiff, entry, description)
        for number in choose(len(planes[0])):
            samples = [_samples(tiff, entry, plane[number], description) for plane in planes]
            yield Part(planes[0][number].left, planes[0][number].top, np.concatenate(samples, axis=2))


def _planes(tiff: Tiff, entry: Entry, description: Description) -> list[list[Segment]]:
    """Return the strips or tiles of each plane, row by row; there is one plane where samples stand together."""
    width, height, tiled = description.width, description.height, TILE_WIDTH in entry.tags
    across, down = tiff.number(entry, TILE_WIDTH), tiff.number(entry, TILE_LENGTH)
    if not tiled:
        across, down = width, min(height, tiff.number(entry, ROWS_PER_STRIP, height))
    if across <= 0 or down <= 0:
        raise RefusedError("damaged", why="its strips have no size")
    offsets = tiff.values(entry, TILES if tiled else STRIPS)
    lengths = tiff.values(entry, TILE_BYTES if tiled else STRIP_BYTES)
    columns = -(-width // across)
    count = columns * -(-height // down)
    planes = len(description.roles) if description.planar else 1
    if min(len(offsets), len(lengths)) < count * planes:
        raise UnreadError("its list of strips is too long, or incomplete")
    places = [(place % columns * across, place // columns * down) for place in range(count)]
    sizes = [(across, down if tiled else min(down, height - top)) for _, top in places]
    return [
        [
            Segment(offsets[plane * count + place], lengths[plane * count + place], *places[place], *sizes[place])
            for place in range(count)
        ]
        for plane in range(planes)
    ]


def _samples(tiff: Tiff, entry: Entry, segment: Segment, description: Description) -> np.ndarray:
    """Return stored samples (h, w, samples of a plane) of a segment, cut to the picture."""
    if segment.offset + segment.length > tiff.size:
        raise RefusedError("truncated")
    tiff.file.seek(segment.offset)
    content = tiff.file.read(segment.length)
    if tiff.number(entry, FILL_ORDER, 1) == 2 and description.layout.compression != 7:
        content = BITS_TURNED[np.frombuffer(content, np.uint8)].tobytes()
    decoded = CODECS[description.layout.compression](content)
    count = 1 if description.planar else len(description.roles)
    samples = decoded if isinstance(decoded, np.ndarray) else _unpacked(tiff, decoded, segment, description, count)
    samples = samples.reshape(*samples.shape[:2], -1)
    if tiff.number(entry, PREDICTOR, 1) == 2 and description.layout.may_be_predicted:
        samples = np.cumsum(samples, axis=1, dtype=samples.dtype)
    return samples[: description.height - segment.top, : description.width - segment.left]


def _unpacked(tiff: Tiff, content: bytes, segment: Segment, description: Description, count: int) -> np.ndarray:
    """Return samples (h, w, count) of bytes; each row begins with a byte of its own (TIFF 6.0, section 4)."""
    bits, row = description.layout.stored_bits, segment.width * count
    length = -(-row * bits // 8)
    held = np.frombuffer(content[: length * segment.height], np.uint8).reshape(-1, length)
    if bits in (8, 16):
        kind = np.dtype("u1") if bits == 8 else np.dtype(f"{tiff.notation.order}u2")
        return held.view(kind).astype(kind.newbyteorder("=")).reshape(-1, segment.width, count)
    ones = np.unpackbits(held, axis=1)[:, : row * bits].reshape(len(held), row, bits)
    weights = 2 ** np.arange(bits - 1, -1, -1)
    samples = np.asarray(ones @ weights, np.uint8 if bits < 8 else np.uint16)
    return samples.reshape(-1, segment.width, count)
