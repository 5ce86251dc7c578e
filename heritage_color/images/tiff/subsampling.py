"""TIFF without JPEG stores YCbCr in blocks of pixels that share their chroma (TIFF 6.0, section 21)."""

from typing import TYPE_CHECKING

import numpy as np

from heritage_color.images.description import Description
from heritage_color.images.refusals import RefusedError

if TYPE_CHECKING:
    import tifffile

PLAIN = {1: "", 5: "lzw", 8: "zlib", 32773: "packbits", 32946: "zlib", 34925: "lzma", 50000: "zstd"}


def read_subsampled(file: "tifffile.FileHandle", page: "tifffile.TiffPage", description: Description) -> np.ndarray:
    """Return samples (H, W, 3) of a tifffile page, each block's chroma repeated, as libtiff does.

    Raises RefusedError.
    """
    import imagecodecs

    layout = description.layout
    if description.planar or layout.stored_bits != 8 or len(description.roles) != 3 or page.predictor != 1:
        raise RefusedError("unsupported-colours", found="YCbCr of fewer colours than pixels, in planes or over 8 bits")
    samples = np.zeros((description.height, description.width, 3), np.uint8)
    deep, wide = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, description.width)
    across = -(-description.width // wide)
    for number, (offset, length) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        row, column = number // across * deep, number % across * wide
        target = samples[row : row + deep, column : column + wide]
        rows = deep if page.is_tiled else len(target)
        file.seek(offset)
        content: bytes = file.read(length)
        if page.fillorder == 2:  # each byte from its other end
            content = bytes(imagecodecs.bitorder_decode(content))
        block = _unpacked(_decoded(content, layout.compression), rows, wide, layout.subsampling)
        target[:] = block[: target.shape[0], : target.shape[1]]
    return samples


def _decoded(content: bytes, compression: int) -> bytes:
    import imagecodecs

    if compression not in PLAIN:
        raise RefusedError("unsupported-colours", found="YCbCr of fewer colours than pixels in a rare compression")
    name = PLAIN[compression]
    return bytes(getattr(imagecodecs, f"{name}_decode")(content)) if name else content


def _unpacked(content: bytes, rows: int, columns: int, factors: tuple[int, int]) -> np.ndarray:
    """Return samples (rows, columns, 3) of blocks, which have luma row by row, then Cb and Cr.

    Where there are as many bytes, they are whole triples.
    """
    if len(content) >= rows * columns * 3:
        return np.frombuffer(content, np.uint8, rows * columns * 3).reshape(rows, columns, 3)
    wide, deep = factors
    across, down = -(-columns // wide), -(-rows // deep)
    size = wide * deep + 2
    if len(content) < across * down * size:
        raise RefusedError("truncated")
    blocks = np.frombuffer(content, np.uint8, across * down * size).reshape(down, across, size)
    luma = blocks[..., :-2].reshape(down, across, deep, wide).transpose(0, 2, 1, 3).reshape(down * deep, across * wide)
    chroma = blocks[..., -2:].repeat(deep, axis=0).repeat(wide, axis=1)
    return np.dstack([luma, chroma])
