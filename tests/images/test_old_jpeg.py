"""JPEG in TIFF as its first edition had it: whole files, tables behind tags, strips with and without their headers."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import decode

WIDTH, HEIGHT = 64, 48
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
PICTURE = np.dstack([60 + COLUMNS * 2, 200 - ROWS * 2, 90 + COLUMNS + ROWS]).astype(np.uint8)
START, END, SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"
KINDS = {"B": 1, "H": 3, "I": 4}


def jpeg(**options) -> bytes:
    """The picture as a baseline JPEG file."""
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def markers(stream: bytes) -> list[bytes]:
    """The segments of a JPEG file, the last one with all that follows."""
    found, place = [], 2
    while True:
        (length,) = struct.unpack_from(">H", stream, place + 2)
        if stream[place + 1] == 0xDA:
            return [*found, stream[place:]]
        found.append(stream[place : place + 2 + length])
        place += 2 + length


def write(path, blobs: dict, tags: dict):
    """A TIFF of blobs and one directory; a text among a tag's values stands for the place of that blob."""
    content, places = bytearray(b"II*\0\0\0\0\0"), {}
    for name, blob in blobs.items():
        places[name] = len(content)
        content += blob + bytes(len(blob) % 2)
    stored = {}
    for number, (letter, values) in sorted(tags.items()):
        numbers = [places[value] if isinstance(value, str) else value for value in values]
        block = struct.pack(f"<{len(numbers)}{letter}", *numbers)
        at = struct.pack("<I", len(content)) if len(block) > 4 else block.ljust(4, b"\0")
        content += block if len(block) > 4 else b""
        stored[number] = struct.pack("<HHI", number, KINDS[letter], len(numbers)) + at
    content[4:8] = struct.pack("<I", len(content))
    content += struct.pack("<H", len(stored)) + b"".join(stored[number] for number in sorted(stored)) + bytes(4)
    path.write_bytes(content)
    return path


TAGS = {
    256: ("H", [WIDTH]), 257: ("H", [HEIGHT]), 258: ("H", [8, 8, 8]), 259: ("H", [6]), 262: ("H", [6]),
    277: ("H", [3]), 278: ("H", [HEIGHT]), 512: ("H", [1]), 530: ("H", [2, 2]),
}  # fmt: skip


def whole_file(path):
    """The JPEG file behind tag 513, the strip somewhere in it."""
    stream = jpeg()
    strip = {273: ("I", ["file"]), 279: ("I", [len(stream)])}
    return write(path, {"file": stream}, TAGS | strip | {513: ("I", ["file"]), 514: ("I", [len(stream)])})


def tables_and_scan(path, tiled=False):
    """Tables behind tags 519 to 521, and a bare scan."""
    segments = markers(jpeg())
    scan = segments[-1][2 + struct.unpack(">H", segments[-1][2:4])[0] :]
    tables = b"".join(segment[4:] for segment in segments if segment[1] in (0xDB, 0xC4))
    blobs, places = {"scan": scan}, {"quantization": [], "direct": [], "alternating": []}
    while tables:  # 64 levels of quantization come first, then the Huffman tables
        kind = "quantization" if len(places["quantization"]) < 2 else ("alternating" if tables[0] & 16 else "direct")
        size = 64 if kind == "quantization" else 16 + sum(tables[1:17])
        blobs[f"{kind}{len(places[kind])}"] = tables[1 : 1 + size]
        places[kind].append(f"{kind}{len(places[kind])}")
        tables = tables[1 + size :]
    numbers = zip((519, 520, 521), places.values(), strict=True)
    where = {273: ("I", ["scan"]), 279: ("I", [len(scan)])}
    tile = {322: ("H", [WIDTH]), 323: ("H", [HEIGHT]), 324: ("I", ["scan"]), 325: ("I", [len(scan)])}
    tags = TAGS | {number: ("I", [one, two, two]) for number, (one, two) in numbers}
    if tiled:
        tags = {number: value for number, value in tags.items() if number != 278}
    return write(path, blobs, tags | (tile if tiled else where))


def head_and_strip(path):
    """Tables and frame behind tag 513, the strip with its own scan header."""
    segments = markers(jpeg())
    head = START + b"".join(segments[:-1])
    strip = {273: ("I", ["strip"]), 279: ("I", [len(segments[-1])])}
    blobs = {"head": head, "strip": segments[-1]}
    return write(path, blobs, TAGS | strip | {513: ("I", ["head"]), 514: ("I", [len(head)])})


def one_scan_in_strips(path):
    """As Windows' imaging program wrote it: one scan cut where it restarts, the markers left out."""
    segments = markers(jpeg(restart_marker_rows=1))
    head = START + b"".join(segment for segment in segments[:-1] if segment[1] != 0xDD)
    cuts = [
        place
        for place in range(len(segments[-1]) - 1)
        if segments[-1][place : place + 2] in (b"\xff\xd0", b"\xff\xd1")
    ]
    starts, ends = [0, *[cut + 2 for cut in cuts]], [*cuts, len(segments[-1])]
    strips = {f"strip{number}": segments[-1][a:b] for number, (a, b) in enumerate(zip(starts, ends, strict=True))}
    lengths = [len(strip) for strip in strips.values()]
    where = {273: ("I", list(strips)), 279: ("I", lengths), 278: ("H", [16])}
    return write(path, {"head": head} | strips, TAGS | where | {513: ("I", ["head"]), 514: ("I", [len(head)])})


def tables_and_tile(path):
    """Tables behind tags, the scan as a tile, which libtiff does not read."""
    return tables_and_scan(path, tiled=True)


WRITERS = [whole_file, tables_and_scan, tables_and_tile, head_and_strip, one_scan_in_strips]


@pytest.mark.parametrize("writer", WRITERS)
def test_each_way_of_leaving_a_jpeg_in_a_tiff_is_read(tmp_path, writer):
    path = writer(tmp_path / "a.tif")
    answer = decode.examine(path, Limits(1_000_000, 2**31))
    assert answer.picture, answer.notes
    found = open_picture(path).image.numpy().astype(int)
    assert np.abs(found - PICTURE).mean() < 2
    assert np.abs(found - PICTURE).max() < 24


def test_levels_of_black_and_white_are_those_of_the_tags(tmp_path):
    path = tmp_path / "a.tif"
    stream = jpeg()
    video = {532: ("I", [16, 235, 128, 240, 128, 240])}
    strip = {273: ("I", ["file"]), 279: ("I", [len(stream)]), 513: ("I", ["file"]), 514: ("I", [len(stream)])}
    found = open_picture(write(path, {"file": stream}, TAGS | strip | video)).image.numpy().astype(float)
    luma = PICTURE @ np.array([0.299, 0.587, 0.114])
    assert np.abs(found @ np.array([0.299, 0.587, 0.114]) - (luma - 16) * 255 / 219).mean() < 3


@pytest.mark.parametrize(("kept", "stated"), [(0.5, 0.5), (1, 3)], ids=["cut in the scan", "beyond the file's end"])
def test_a_scan_that_is_cut_short_is_no_picture(tmp_path, kept, stated):
    stream = jpeg()
    length = ("I", [int(len(stream) * stated)])
    tags = TAGS | {273: ("I", ["file"]), 279: length, 513: ("I", ["file"]), 514: length}
    path = write(tmp_path / "a.tif", {"file": stream[: int(len(stream) * kept)]}, tags)
    answer = decode.examine(path, Limits(1_000_000, 2**31))
    assert (answer.picture, answer.notes[-1][0]) == (None, "truncated")
