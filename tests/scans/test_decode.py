"""Every kind of file that a scanner writes is decoded in full; every kind of damage has its verdict."""

import struct
import zlib

import numpy as np
import pytest
import pyvips
import tifffile
from PIL import Image
from scan_pictures import colour, grey, save

from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import decode
from heritage_color.scans.reporting.reasons import finding

PIXELS = 10_000_000


def verdict(path, max_pixels=PIXELS):
    """Codes of a file, and its picture."""
    answer = decode.examine(path, Limits(max_pixels, 2**32))
    return [code for code, _ in answer.notes], answer.picture


def shape(picture):
    return picture.width, picture.height, picture.bits, picture.channels


def write_tiff(path, picture, **options):
    tifffile.imwrite(path, picture, metadata=None, **options)
    return path


DEEP = grey().astype(np.uint16) * 257
RGB16 = colour().astype(np.uint16) * 257
PALETTE = colour(1, 160, 160)[::10, ::10].reshape(256, 3).T.astype(np.uint16) * 257
TIFFS = {
    "8 bit": (grey(), {}, (60, 40, 8, 1)),
    "16 bit": (DEEP, {}, (60, 40, 16, 1)),
    "RGB 16 bit": (RGB16, {"photometric": "rgb"}, (60, 40, 16, 3)),
    "planes": (np.moveaxis(RGB16, 2, 0), {"photometric": "rgb", "planarconfig": "separate"}, (60, 40, 16, 3)),
    "white is zero": (grey(), {"photometric": "miniswhite"}, (60, 40, 8, 1)),
    "tiled": (grey(), {"tile": (16, 16)}, (60, 40, 8, 1)),
    "BigTIFF": (grey(), {"bigtiff": True}, (60, 40, 8, 1)),
    "big endian": (DEEP, {"byteorder": ">"}, (60, 40, 16, 1)),
    "LZW": (grey(), {"compression": "lzw"}, (60, 40, 8, 1)),
    "LZMA": (grey(), {"compression": "lzma"}, (60, 40, 8, 1)),
    "palette": (grey(), {"photometric": "palette", "colormap": PALETTE}, (60, 40, 8, 3)),
    "tiled RGB BigTIFF": (RGB16, {"photometric": "rgb", "tile": (16, 16), "bigtiff": True}, (60, 40, 16, 3)),
    "JPEG in TIFF": (grey(), {"compression": "jpeg"}, (60, 40, 8, 1)),
    "CMYK": (np.dstack([colour(), grey()]), {"photometric": "separated"}, (60, 40, 8, 4)),
}


@pytest.mark.parametrize("kind", TIFFS)
def test_tiff_as_scanners_write_it(tmp_path, kind):
    pixels, options, expected = TIFFS[kind]
    codes, picture = verdict(write_tiff(tmp_path / "a.tif", pixels, **options))
    assert (codes, shape(picture)) == ([], expected)


OTHERS = {
    "grey.jpg": ("L", {}, 8, 1),
    "progressive.jpg": ("RGB", {"progressive": True}, 8, 3),
    "cmyk.jpg": ("CMYK", {}, 8, 4),
    "grey.png": ("L", {}, 8, 1),
    "palette.png": ("P", {}, 8, 3),
    "deep.png": ("I;16", {}, 16, 1),
    "a.jp2": ("L", {}, 8, 1),
    "colour.jp2": ("RGB", {}, 8, 3),
    "a.webp": ("RGB", {}, 8, 3),
    "palette.tif": ("P", {}, 8, 3),
    "bilevel.tif": ("1", {}, 1, 1),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_formats(tmp_path, name):
    mode, options, bits, channels = OTHERS[name]
    image = Image.fromarray(DEEP) if mode == "I;16" else Image.fromarray(colour()).convert(mode)
    image.save(tmp_path / name, **options)
    codes, picture = verdict(tmp_path / name)
    assert (codes, shape(picture)) == ([], (60, 40, bits, channels))


@pytest.mark.parametrize("name", ["a.jpg", "a.webp"])
def test_a_turned_picture_has_the_size_that_people_see(tmp_path, name):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    codes, picture = verdict(save(tmp_path / name, exif=exif))
    assert (codes, shape(picture)[:2], picture.metadata["orientation"]) == ([], (40, 60), 6)


def test_sixteen_bits_of_colour_in_png(tmp_path):
    pyvips.Image.new_from_array(RGB16).copy(interpretation="rgb16").pngsave(str(tmp_path / "a.png"))
    codes, picture = verdict(tmp_path / "a.png")
    assert (codes, shape(picture)) == ([], (60, 40, 16, 3))


@pytest.mark.parametrize("bigtiff", [False, True])
def test_pages_are_counted(tmp_path, bigtiff):
    write_tiff(tmp_path / "a.tif", np.stack([grey(), grey(1)]), photometric="minisblack", bigtiff=bigtiff)
    assert verdict(tmp_path / "a.tif")[1].metadata["pages"] == 2


BAD_TAGS = {
    "unknown": [(65000, "s", 0, "of a scanner", True)],
    "private": [(50000 + number, "I", 1, number, True) for number in range(40)],
    "no text": [(315, "B", 3, b"\xff\xfe\xfd", True)],
    "no resolution": [(282, "2I", 1, (300, 0), True)],
}


@pytest.mark.parametrize("kind", BAD_TAGS)
def test_a_bad_tag_stops_nothing(tmp_path, kind):
    codes, picture = verdict(write_tiff(tmp_path / "a.tif", grey(), extratags=BAD_TAGS[kind]))
    assert shape(picture) == (60, 40, 8, 1)
    assert set(codes) <= {"decoder-complaint", "metadata-unreadable"}


def test_a_tag_that_points_out_of_the_file_is_a_warning(tmp_path):
    path = write_tiff(tmp_path / "a.tif", grey(), description="d" * 40)
    content = path.read_bytes()
    (place,) = struct.unpack("<I", content[4:8])
    tags = [place + 2 + 12 * number for number in range(struct.unpack("<H", content[place : place + 2])[0])]
    (at,) = [tag for tag in tags if content[tag : tag + 2] == struct.pack("<H", 270)]
    path.write_bytes(content[: at + 8] + struct.pack("<I", 2**31) + content[at + 12 :])
    codes, picture = verdict(path)
    assert (bool(picture), bool(set(codes) & {"decoder-complaint", "metadata-unreadable"})) == (True, True)


@pytest.mark.parametrize(("name", "kind"), [("a.tif", "JPEG"), ("a.jpg", "PNG"), ("a.png", "TIFF"), ("a.jp2", "WEBP")])
def test_a_file_under_another_formats_name_is_kept_as_what_it_is(tmp_path, name, kind):
    codes, picture = verdict(save(tmp_path / name, format=kind))
    assert (codes, picture.media_type) == (["disguised"], f"image/{kind.lower()}")


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_heif_is_refused_with_what_to_do_instead(tmp_path, brand):
    (tmp_path / "a.jpg").write_bytes(struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1" + brand)
    answer = decode.examine(tmp_path / "a.jpg", Limits(PIXELS, 2**32))
    ((code, facts),) = answer.notes
    assert finding(code, "a.jpg", **facts).sentence.endswith(
        "is a HEIF or AVIF file. Export it as TIFF, JPEG, PNG, JPEG 2000 or WebP."
    )


WHOLE = {
    "white is zero": (255 - grey(), {"photometric": "miniswhite"}),
    "palette": (
        grey(),
        {"photometric": "palette", "colormap": np.tile(np.arange(256, dtype=np.uint16) * 257, (3, 1))},
    ),
    "LZMA, white is zero": (255 - grey(), {"photometric": "miniswhite", "compression": "lzma"}),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_samples_mean_what_their_tags_say(tmp_path, kind):
    samples, options = WHOLE[kind]
    picture = open_picture(write_tiff(tmp_path / "a.tif", samples, **options))
    assert np.abs(picture.image.colourspace("b-w").numpy().squeeze().astype(int) - grey()).max() <= 1


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "progressive.jpg", "a.png", "a.jp2", "a.webp", "lzw.tif"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_file_cut_short_never_passes(tmp_path, name, kept):
    options = {"progressive.jpg": {"progressive": True}, "lzw.tif": {"compression": "tiff_lzw"}}.get(name, {})
    path = save(tmp_path / name, grey(3, 300, 200), **options)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    codes, picture = verdict(path)
    assert picture is None
    assert codes[0] in ("truncated", "damaged")


def test_boxes_after_the_codestream_of_jpeg_2000_are_no_damage(tmp_path):
    path = save(tmp_path / "a.jp2")
    content = path.read_bytes()
    path.write_bytes(content + struct.pack(">I4s", 308, b"uuid") + bytes(300))
    assert verdict(path)[0] == []
    at = content.index(b"jp2c") - 4
    whole = struct.pack(">I", len(content) - at) + content[at + 4 :]
    for codestream, codes in ((whole, []), (whole[:-9], ["truncated"])):
        path.write_bytes(content[:at] + codestream)
        assert verdict(path)[0] == codes


def test_several_pages_are_noted_and_the_first_is_taken(tmp_path):
    write_tiff(tmp_path / "a.tif", np.stack([grey(), grey(1), grey(2)]), photometric="minisblack")
    codes, picture = verdict(tmp_path / "a.tif")
    assert (codes, shape(picture)) == (["several-pages"], (60, 40, 8, 1))


def test_floating_point_samples_are_refused(tmp_path):
    codes, picture = verdict(write_tiff(tmp_path / "a.tif", grey().astype(np.float32)))
    assert (codes, picture) == (["unsupported-depth"], None)


def test_a_cameras_raw_file_is_not_taken_for_its_thumbnail(tmp_path):
    codes, picture = verdict(write_tiff(tmp_path / "a.dng", grey()))
    assert (codes, picture) == (["camera-raw"], None)


def test_a_bomb_is_refused_by_its_header(tmp_path):
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    assert verdict(tmp_path / "bomb.png", 500_000_000) == (["too-many-pixels"], None)


def test_a_picture_over_the_limit_is_refused(tmp_path):
    assert verdict(save(tmp_path / "a.jp2"), max_pixels=2399) == (["too-many-pixels"], None)


def test_spoiled_jpeg_data_are_refused_though_the_decoder_only_warns(tmp_path):
    path = save(tmp_path / "a.jpg", grey(3, 300, 200))
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + content[half + 900 :])
    codes, picture = verdict(path)
    assert (codes, picture) == (["damaged"], None)


def test_embedded_metadata_and_resolution_are_read(tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "Scanner works", "Scan\0ware"
    _, picture = verdict(save(tmp_path / "a.jpg", dpi=(600, 600), exif=exif))
    assert picture.metadata["Exif.Image.Make"] == "Scanner works"
    assert picture.metadata["pixels_per_inch"] == [600, 600]


def test_broken_metadata_are_noted_and_the_picture_is_taken(tmp_path):
    path = save(tmp_path / "a.jpg", exif=b"Exif\0\0broken, no TIFF header")
    codes, picture = verdict(path)
    assert (codes, picture.width) == (["metadata-unreadable"], 60)


def test_cielab_is_read_as_the_colour_that_it_is(tmp_path):
    Image.fromarray(colour()).convert("RGB").save(tmp_path / "rgb.png")
    lab = np.dstack([grey(), np.zeros_like(grey()), np.zeros_like(grey())])
    codes, picture = verdict(write_tiff(tmp_path / "lab.tif", lab, photometric="cielab"))
    assert (codes, picture.colour) == ([], False)
