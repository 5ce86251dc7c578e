"""Writes TIFF and BigTIFF of known samples: every layout that the standard has, and the slips of its writers."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import imagecodecs
import numpy as np

LETTERS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 7: "B", 8: "h", 9: "i", 12: "d", 16: "Q"}
COMPRESSORS = {
    1: bytes,
    5: imagecodecs.lzw_encode,
    8: zlib.compress,
    32773: imagecodecs.packbits_encode,
    32946: zlib.compress,
    34925: imagecodecs.lzma_encode,
    50000: imagecodecs.zstd_encode,
}
AS_RGB = {"colorspace": "RGB", "outcolorspace": "RGB", "subsampling": "444"}
PICTURES = {  # codecs that take samples (rows, columns, bands) and not bytes
    7: lambda block: imagecodecs.jpeg_encode(block, level=98, **(AS_RGB if block.ndim == 3 else {})),
    34712: lambda block: imagecodecs.jpeg2k_encode(block, codecformat="j2k", reversible=True),
    34933: imagecodecs.png_encode,
    50001: lambda block: imagecodecs.webp_encode(block, lossless=True),
    50002: lambda block: imagecodecs.jpegxl_encode(block, lossless=True),
}


@dataclass
class Page:
    """One directory: stored samples (H, W, S) or (H, W) of so many bits, and how they are laid out.

    `tags` adds to or replaces tags by number: (type, values), or None to leave one out. `below` are its SubIFDs.
    """

    samples: np.ndarray
    bits: int = 8
    photometric: int = 1
    compression: int = 1
    planar: bool = False
    tile: int = 0
    rows: int = 0
    extra: tuple = ()
    predictor: int = 1
    fill_order: int = 1
    encode: Callable | None = None  # a codec of samples (rows, columns, bands) that PICTURES does not have
    tags: dict = field(default_factory=dict)
    below: list = field(default_factory=list)


def write(path, *pages, order="<", big=False, last=0):
    """Write the pages to a file, and answer its path; `last` is the offset after the last directory."""
    head = order_mark(order) + (struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0))
    writer = _Writer(bytearray(head), order, big)
    place = len(head) - writer.width
    for page in pages:
        place = writer.directory(page, place)
    writer.patch(place, last)
    path.write_bytes(writer.content)
    return path


def order_mark(order: str) -> bytes:
    """The first two bytes of a file of that byte order."""
    return b"II" if order == "<" else b"MM"


class _Writer:
    def __init__(self, content, order, big):
        self.content, self.order, self.big = content, order, big
        self.width, self.offset = (8, "Q") if big else (4, "I")

    def patch(self, place, value):
        self.content[place : place + self.width] = struct.pack(self.order + self.offset, value)

    def append(self, block) -> int:
        if len(self.content) % 2:
            self.content += b"\0"
        self.content += block
        return len(self.content) - len(block)

    def directory(self, page, pointer) -> int:
        """Write a page and point at it; the place of its own pointer to the next."""
        tags = self.tags(page)
        if page.below:
            tags[330] = (16 if self.big else 4, (0,) * len(page.below))
        values = {number: self.packed(*tags[number]) for number in sorted(tags)}
        places = {number: self.append(block) for number, block in values.items() if len(block) > self.width}
        start = self.append(struct.pack(self.order + ("Q" if self.big else "H"), len(tags)))
        subs = 0
        for number, block in values.items():
            kind, count = tags[number][0], len(tags[number][1]) // (2 if tags[number][0] == 5 else 1)
            self.content += struct.pack(self.order + "HH" + self.offset, number, kind, count)
            subs = len(self.content) if number == 330 else subs
            at = places.get(number)
            self.content += block.ljust(self.width, b"\0") if at is None else struct.pack(self.order + self.offset, at)
        following = len(self.content)
        self.content += bytes(self.width)
        self.patch(pointer, start)
        for index, sub in enumerate(page.below):
            self.directory(sub, (places.get(330) or subs) + index * self.width)
        return following

    def packed(self, kind, values) -> bytes:
        return struct.pack(f"{self.order}{len(values)}{LETTERS[kind]}", *values)

    def tags(self, page) -> dict:
        samples = page.samples.reshape(*page.samples.shape[:2], -1)
        height, width, count = samples.shape
        blocks = [self.compressed(block, page) for block in blocks_of(samples, page)]
        places = [self.append(block) for block in blocks]
        offset = 16 if self.big else 4
        tags = {
            256: (4, (width,)), 257: (4, (height,)), 258: (3, (page.bits,) * count), 259: (3, (page.compression,)),
            262: (3, (page.photometric,)), 277: (3, (count,)), 284: (3, (2 if page.planar else 1,)),
            **({322: (4, (page.tile,)), 323: (4, (page.tile,)), 324: (offset, places), 325: (offset, lengths(blocks))}
            if page.tile
            else {273: (offset, places), 278: (4, (page.rows or height,)), 279: (offset, lengths(blocks))}),
        }  # fmt: skip
        tags |= {338: (3, page.extra)} if page.extra else {}
        tags |= {317: (3, (page.predictor,))} if page.predictor > 1 else {}
        tags |= {266: (3, (page.fill_order,))} if page.fill_order > 1 else {}
        return {number: value for number, value in (tags | page.tags).items() if value is not None}

    def compressed(self, block, page) -> bytes:
        encode = page.encode or PICTURES.get(page.compression)
        if encode:
            block = (block.squeeze(2) if block.shape[2] == 1 else block).astype(f"u{-(-page.bits // 8)}")
            return bytes(encode(np.ascontiguousarray(block)))
        stored = bytes(COMPRESSORS[page.compression](self.stored(block, page)))
        return imagecodecs.bitorder_encode(stored) if page.fill_order == 2 else stored

    def stored(self, block, page) -> bytes:
        rows = len(block)
        if page.predictor == 2:
            block = np.concatenate([block[:, :1], np.diff(block.astype(np.int64), axis=1)], axis=1)
        if page.bits in (8, 16):
            most = 2**page.bits
            return (block.astype(np.int64) % most).astype(f"{self.order}u{page.bits // 8}").tobytes()
        bits = (block.reshape(rows, -1)[..., None] >> np.arange(page.bits)[::-1]) & 1
        return np.packbits(bits.reshape(rows, -1).astype(np.uint8), axis=1).tobytes()


def lengths(blocks) -> list:
    """How many bytes each block has."""
    return [len(block) for block in blocks]


def blocks_of(samples, page):
    """Strips or tiles (rows, columns, bands) in the order of the standard, planes one after another."""
    planes = np.split(samples, samples.shape[2], axis=2) if page.planar else [samples]
    for plane in planes:
        height, width = plane.shape[:2]
        if not page.tile:
            step = page.rows or height
            yield from (plane[row : row + step] for row in range(0, height, step))
            continue
        plane = np.pad(plane, ((0, -height % page.tile), (0, -width % page.tile), (0, 0)), mode="edge")
        for row in range(0, height, page.tile):
            yield from (
                plane[row : row + page.tile, column : column + page.tile] for column in range(0, width, page.tile)
            )
