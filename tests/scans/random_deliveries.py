"""Deliveries put together by chance from pieces whose fate is known: sound pictures, damaged ones, what lies about.

Each piece is a file's content with what must come of it: `sound` is accepted, with this size and depth of its
colorization; `damaged` is refused, or read all the same; `other` is no picture and only has to be accounted for.
"""

import hashlib
import io
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from hypothesis import strategies as some
from PIL import Image
from scan_pictures import RIGHTS, colour, grey

WIDTH, HEIGHT = 36, 24


@dataclass(frozen=True)
class Piece:
    """A file to deliver; `size` (width, height) and `bits` are those that its colorization should have."""

    name: str
    content: bytes
    fate: str  # sound, damaged or other
    size: tuple[int, int] = (WIDTH, HEIGHT)
    bits: int = 8


@dataclass(frozen=True)
class Delivery:
    """Pieces by their path; `links` are paths with what they point to."""

    pieces: dict[str, Piece]
    links: dict[str, str]

    def write(self, folder: Path) -> Path:
        """Lay it down in a folder."""
        folder.mkdir()
        for path, piece in self.pieces.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(piece.content)
        for path, target in self.links.items():
            (folder / path).symlink_to(target)
        return folder


def pillow(picture: np.ndarray, form: str, **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, form, **options)
    return file.getvalue()


def tiff(picture: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, picture, **{"photometric": "minisblack"} | options)
    return file.getvalue()


def turned(form: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return pillow(grey(6, WIDTH, HEIGHT), form, exif=exif)


def pyramid() -> bytes:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(grey(7, WIDTH, HEIGHT), photometric="minisblack")
        writer.write(grey(7, WIDTH // 2, HEIGHT // 2), photometric="minisblack", subfiletype=1)
    return file.getvalue()


DEEP = grey(1, WIDTH, HEIGHT).astype(np.uint16) * 257
SHADE = grey(2, WIDTH, HEIGHT)
THREE = np.repeat(SHADE[..., None], 3, 2)
SOUND = {
    "grey.tif": (tiff(SHADE), {}),
    "deep.tif": (tiff(DEEP), {"bits": 16}),
    "big-endian.tif": (tiff(DEEP, byteorder=">"), {"bits": 16}),
    "bigtiff.tif": (tiff(SHADE, bigtiff=True), {}),
    "tiled.tif": (tiff(np.tile(SHADE, (2, 2)), tile=(16, 16)), {"size": (2 * WIDTH, 2 * HEIGHT)}),
    "white-is-zero.tif": (tiff(SHADE, photometric="miniswhite"), {}),
    "deflate.tif": (tiff(DEEP, compression="zlib", predictor=True), {"bits": 16}),
    "lzw.tif": (tiff(SHADE, compression="lzw"), {}),
    "planar.tif": (tiff(np.moveaxis(THREE, 2, 0), photometric="rgb", planarconfig="separate"), {}),
    "colour.tif": (tiff(colour(3, 40, 30), photometric="rgb"), {"size": (40, 30)}),
    "bilevel.tif": (pillow(SHADE > 100, "TIFF", compression="group4"), {}),
    "pyramid.tif": (pyramid(), {}),
    "grey.png": (pillow(SHADE, "PNG"), {}),
    "deep.png": (pillow(DEEP, "PNG"), {"bits": 16}),
    "palette.png": (pillow(np.asarray(Image.fromarray(SHADE).quantize(16)), "PNG"), {}),
    "transparent.png": (pillow(np.dstack([THREE, np.full_like(SHADE, 255)]), "PNG"), {}),
    "grey.jpg": (pillow(SHADE, "JPEG", quality=95), {}),
    "colour.jpg": (pillow(colour(4, 40, 30), "JPEG", quality=95), {"size": (40, 30)}),
    "progressive.jpg": (pillow(THREE, "JPEG", progressive=True), {}),
    "lying.jpg": (turned("JPEG", 6), {"size": (HEIGHT, WIDTH)}),
    "lying.tif": (turned("TIFF", 8), {"size": (HEIGHT, WIDTH)}),
    "lossless.webp": (pillow(THREE, "WEBP", lossless=True), {}),
    "grey.jp2": (imagecodecs.jpeg2k_encode(SHADE, level=0, codecformat="jp2"), {}),
    "deep.jp2": (imagecodecs.jpeg2k_encode(DEEP, level=0, codecformat="jp2"), {"bits": 16}),
}
SOUND_PIECES = [Piece(name, content, "sound", **facts) for name, (content, facts) in SOUND.items()]


def packed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inside.tif", SOUND["grey.tif"][0])
    return file.getvalue()


OTHERS = [
    Piece("readme.txt", b"Box 12, shelf 3.", "other"),
    Piece("notes.pdf", b"%PDF-1.4\n1 0 obj\n", "other"),
    Piece("Thumbs.db", b"\xd0\xcf\x11\xe0", "other"),
    Piece("scan.log", b"started\n", "other"),
    Piece("inner.zip", packed(), "other"),
    Piece("voice.wav", b"RIFF\x24\0\0\0WAVEfmt ", "other"),
    Piece("table.xlsx", packed(), "other"),
    Piece("nothing", b"", "other"),
    Piece("film.dpx", b"SDPX" + bytes(2044), "other"),
    Piece("grey.tif.xmp", b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', "other"),
    Piece("grey.xmp", b"no xml at all \xff", "other"),
]


@some.composite
def damaged(draw) -> Piece:
    """A sound picture cut short, with some bytes changed, or none at all behind the name."""
    piece = draw(some.sampled_from(SOUND_PIECES))
    content = bytearray(piece.content)
    how = draw(some.sampled_from(["cut", "changed", "text", "empty", "head"]))
    if how == "cut":
        content = content[: draw(some.integers(1, len(content) - 1))]
    elif how == "changed":
        changes = some.tuples(some.integers(0, 400), some.integers(0, 255))
        for place, value in draw(some.lists(changes, min_size=1, max_size=3)):
            content[place % len(content)] = value
    else:
        content = {"text": b"<html>404</html>", "empty": b"", "head": bytes(content[:8]) + bytes(40)}[how]
    return Piece(piece.name, bytes(content), "damaged")


STEMS = [
    *(
        "plate 1",
        "Plate 1",
        "ta\u0308fel",
        "täfel",
        "con",
        "a\nb",
        "turned\u202efit",
        ".hidden",
        "x" * 80,
        "乾板" * 20,
    ),
    *("tail ", "a&b<c>", "-rf", "~", "$HOME", "\udcff"),
]
FOLDERS = ["", "box 1/", "box 1/deep/er/", "Box 2/", "data/", "@eaDir/"]
PLACED = some.tuples(
    some.one_of(some.sampled_from(SOUND_PIECES), damaged(), some.sampled_from(OTHERS)),
    some.sampled_from(FOLDERS),
    some.one_of(some.none(), some.sampled_from(STEMS)),
    some.sampled_from(["", "", "", ".TIF", ".jpg", ".bak"]),
)
CELLS = some.one_of(
    some.sampled_from(
        ["", "1912", "1912-13-01T10:00:00", "191X/..", "yes", "TRUE", "maybe", RIGHTS, "x" * 300, "=1+1"]
    ),
    some.sampled_from(['"', "\u200b", "\0", "a;b", "line\nbreak", "sha256:zz", "0" * 64, "..", "/etc/passwd", "٣"]),
    some.text(max_size=5),
)
COLUMNS = ["file", "rights", "identifier", "title", "date", "do_not_colorize", "do_not_colorize_reason", "reference",
           "sha256", "md5", "replaces", "do-not-colorize", "Rights statement", "remarks"]  # fmt: skip


def path_of(piece: Piece, folder: str, stem: str | None, ending: str) -> str:
    own, suffix = os.path.splitext(piece.name)
    return f"{folder}{stem or own}{ending or suffix}"


@some.composite
def manifests(draw, names: list[str]) -> bytes:
    """A manifest.csv of these names and others, with cells of every kind."""
    columns = draw(some.lists(some.sampled_from(COLUMNS), unique=True, max_size=6))
    files = some.sampled_from([*names, "missing.tif", "", "../up.tif", "grey.tif"])
    rows = draw(some.lists(some.tuples(files, *[CELLS] * len(columns)), max_size=4))
    separator = draw(some.sampled_from(",;\t"))
    lines = [separator.join(["file", *columns]), *(separator.join(row) for row in rows)]
    return "\r\n".join(lines).encode(draw(some.sampled_from(["utf-8", "utf-8-sig", "utf-16"])), "replace")


@some.composite
def checksum_lists(draw, pieces: dict[str, Piece]) -> bytes:
    """A list of right and wrong checksums, and of lines that are none."""
    lines = []
    for path, piece in pieces.items():
        right = hashlib.new(draw(some.sampled_from(["md5", "sha1", "sha256"])), piece.content).hexdigest()
        lines.append(draw(some.sampled_from([f"{right}  {path}", f"{right} *{path}", f"# {path}", path, right])))
    return "\n".join(lines).encode("utf-8", "replace")


@some.composite
def deliveries(draw) -> Delivery:
    """A delivery of up to seven files in folders, sometimes with manifest, checksums and links."""
    pieces: dict[str, Piece] = {}
    for piece, *where in draw(some.lists(PLACED, min_size=1, max_size=6)):
        pieces.setdefault(path_of(piece, *where), piece)
    names = list(pieces)
    for name, content in (("manifest.csv", manifests(names)), ("checksums.txt", checksum_lists(dict(pieces)))):
        if draw(some.integers(0, 3)) == 0:
            pieces[name] = Piece(name, draw(content), "other")
    links = draw(some.dictionaries(some.sampled_from(["link.tif", "loop", "folder-link"]),
                                   some.sampled_from([names[0], ".", "nowhere", "/etc"]), max_size=1))  # fmt: skip
    return Delivery(pieces, links)
