"""A TIFF is what its tags say: samples by their roles, one master among its directories."""

import itertools
import os
import struct
from dataclasses import replace

import imagecodecs
import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms
from tiff_files import Page, write

from heritage_color import lab
from heritage_color.errors import PictureError
from heritage_color.images import formats
from heritage_color.images.description import Directory
from heritage_color.images.reading import opening
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.images.tagged import directories
from heritage_color.images.tiff.describing import describe_tiff
from heritage_color.scans.decoding import decode
from heritage_color.scans.reporting.reasons import finding

LIMITS = Limits(1_000_000, 2**31)
ROWS, COLUMNS = np.mgrid[:24, :32]
LIGHT = 0.1 + 0.8 * (COLUMNS / 31 * 0.6 + ROWS / 23 * 0.4)  # grey (24, 32), 0..1
HUES = np.stack([LIGHT, LIGHT * 0.8 + 0.05, 0.9 - LIGHT * 0.7], axis=-1)
GREY, WHITE_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, CIE_LAB, ICC_LAB = 1, 0, 2, 3, 4, 5, 6, 8, 9
NONE, CCITT, LZW, OLD_JPEG, JPEG, DEFLATE, PACKBITS, LZMA, ZSTD = 1, 4, 5, 6, 7, 8, 32773, 34925, 50000
INFRARED, TRANSPARENCY = (0,), (2,)


def levels(values, bits):
    """Values 0..1 as whole numbers of so many bits."""
    return np.rint(values * (2**bits - 1)).astype(np.int64)


def lightness(values):
    """CIE lightness of sRGB values 0..1, grey (H, W) or colour (H, W, 3)."""
    linear = lab.srgb_to_linear(values)
    luminance = linear if linear.ndim == 2 else linear @ np.array(lab.RGB_TO_XYZ[1])
    return np.where(luminance > lab.EPSILON, 116 * np.cbrt(luminance) - 16, luminance * lab.KAPPA)


def beside(samples, *further):
    """Samples (H, W) or (H, W, S) with further ones (H, W) after them."""
    return np.dstack([samples, *further])


def light_of(path):
    """Lightness (H, W) of a file as every consumer opens it."""
    return lightness_of(open_picture(path)).numpy().squeeze()


def examined(path):
    """The facts of a file, and its notes by code."""
    answer = decode.examine(path, LIMITS)
    return answer.picture, dict(answer.notes)


def assert_is(path, expected):
    """A file is accepted, and its lightness is the expected one in each pixel."""
    picture, notes = examined(path)
    assert picture, notes
    found = light_of(path)
    assert found.shape == expected.shape
    assert abs(found.mean() - expected.mean()) < 0.3
    assert np.abs(found - expected).max() < 2


DEPTHS = (1, 2, 4, 8, 10, 12, 14, 16)
LAYOUTS = list(itertools.product((NONE, LZW, DEFLATE, PACKBITS, ZSTD, LZMA), (0, 16), (False, True), "<>"))


@pytest.mark.parametrize("bits", DEPTHS)
@pytest.mark.parametrize("photometric", [WHITE_IS_ZERO, GREY, RGB])
def test_samples_mean_what_their_tags_say_in_every_layout(tmp_path, photometric, bits):
    shade = levels(HUES if photometric == RGB else LIGHT, bits)
    most = 2**bits - 1
    stored = most - shade if photometric == WHITE_IS_ZERO else shade
    for number, (compression, tile, planar, order) in enumerate(LAYOUTS[bits % 4 :: 4]):
        kinds = [(), INFRARED, TRANSPARENCY][number % 3]
        further = [np.full(LIGHT.shape, most) if kinds == TRANSPARENCY else shade[::-1].reshape(24, 32, -1)[..., 0]]
        page = Page(
            beside(stored, *further[: len(kinds)]), bits, photometric, compression, planar, tile, 7, kinds,
            fill_order=1 + number % 2,
        )  # fmt: skip
        assert_is(write(tmp_path / "a.tif", page, order=order, big=number % 5 == 0), lightness(shade / most))


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("compression", "predictor"), [(LZW, 2), (DEFLATE, 2), (ZSTD, 2)])
def test_differences_are_added_up(tmp_path, bits, compression, predictor):
    page = Page(levels(LIGHT, bits), bits, compression=compression, predictor=predictor, rows=5)
    assert_is(write(tmp_path / "a.tif", page, order=">"), lightness(LIGHT))


UNPREDICTED = {
    "12 bits": (Page(levels(LIGHT, 12), 12), LIGHT),
    "PackBits, and infrared": (Page(beside(levels(HUES, 16), levels(LIGHT, 16)), 16, RGB, PACKBITS, extra=(0,)), HUES),
    "PNG": (Page(levels(LIGHT, 8), 8, compression=34933), LIGHT),
    "JPEG 2000": (Page(levels(LIGHT, 8), 8, compression=34712), LIGHT),
    "none at all": (Page(levels(LIGHT, 16), 16), LIGHT),
}


@pytest.mark.parametrize("kind", UNPREDICTED)
def test_a_predictor_without_its_compressions_means_nothing(tmp_path, kind):
    page, shade = UNPREDICTED[kind]
    path = write(tmp_path / "a.tif", replace(page, tags={317: (3, (2,))}))
    assert_is(path, lightness(shade))
    notes = examined(path)[1]
    assert "predictor-left-aside" in notes  # tifffile and others would add up what is no difference
    assert not notes.keys() & {"one-reader", "readers-disagree"}


@pytest.mark.parametrize("tile", [0, 16])
def test_planes_in_jpeg_are_planes(tmp_path, tile):
    path = write(tmp_path / "a.tif", Page(levels(HUES, 8), 8, RGB, JPEG, planar=True, tile=tile))
    assert_is(path, lightness(HUES))


@pytest.mark.parametrize("compression", [JPEG, 34712, 34933])
def test_pictures_inside_a_tiff_are_pictures(tmp_path, compression):
    assert_is(write(tmp_path / "a.tif", Page(levels(LIGHT, 8), 8, compression=compression)), lightness(LIGHT))


SHADES = np.stack([np.arange(256), np.full(256, 60), 255 - np.arange(256)])


@pytest.mark.parametrize("step", [257, 1], ids=["16-bit map", "8-bit map of old writers"])
@pytest.mark.parametrize("further", [(), INFRARED, TRANSPARENCY])
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_a_palette_stands_for_its_colours(tmp_path, bits, further, step):
    index, most = levels(LIGHT, bits), 2**bits - 1
    shades = SHADES[:, :: 255 // most][:, : most + 1]
    page = Page(
        beside(index, *[np.full(LIGHT.shape, most)] * len(further)), bits, PALETTE, LZW, extra=further,
        tags={320: (3, tuple((shades * step).ravel()))},
    )  # fmt: skip
    assert_is(write(tmp_path / "a.tif", page), lightness(shades.T[index] / 255))


@pytest.mark.parametrize("further", [(), INFRARED, TRANSPARENCY, (0, 0, 0)])
@pytest.mark.parametrize("compression", [NONE, LZMA])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_four_inks_are_the_same_whatever_stands_beside_them(tmp_path, bits, planar, compression, further):
    inks = levels(np.stack([LIGHT, 1 - LIGHT, LIGHT / 2, 0.3 - 0.3 * LIGHT], -1), bits)
    image = pyvips.Image.new_from_array(inks.astype(f"u{bits // 8}")).copy(interpretation="cmyk")
    expected = image.colourspace("rgb16" if bits == 16 else "srgb").numpy() / (2.0**bits - 1)
    stored = beside(inks, *[np.full(LIGHT.shape, 2**bits - 1)] * len(further))
    page = Page(stored, bits, CMYK, compression, planar, extra=further)
    assert_is(write(tmp_path / "a.tif", page), lightness(expected))
    assert open_picture(tmp_path / "a.tif").bits == bits


@pytest.mark.parametrize("further", [(), INFRARED, TRANSPARENCY])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [CIE_LAB, ICC_LAB])
def test_lab_is_lab_signed_or_unsigned(tmp_path, photometric, bits, planar, further):
    step, most = (1, 255) if bits == 8 else (256, 65280 if photometric == ICC_LAB else 65535)
    light, a, b = 20 + 60 * LIGHT, 30 * LIGHT - 15, 6 - 20 * LIGHT
    middle = 0 if photometric == CIE_LAB else 128
    stored = np.rint(np.dstack([light / 100 * most, (a + middle) * step, (b + middle) * step])).astype(np.int64)
    stored = beside(stored % 2**bits, *[np.full(LIGHT.shape, 2**bits - 1)] * len(further))
    assert_is(write(tmp_path / "a.tif", Page(stored, bits, photometric, LZW, planar, extra=further)), light)


def test_icc_lab_of_a_blue_is_as_light_as_its_grey(tmp_path):
    blue = np.broadcast_to([127.5, 168, 98], (24, 32, 3)).round().astype(int)
    assert light_of(write(tmp_path / "a.tif", Page(blue, 8, ICC_LAB))).mean() == pytest.approx(50, abs=0.3)


def luma(rgb):
    """Y, Cb and Cr 0..255 of RGB 0..1 (ITU-R BT.601, full range)."""
    red, green, blue = np.moveaxis(rgb * 255, -1, 0)
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.rint(np.dstack([light, (blue - light) / 1.772 + 128, (red - light) / 1.402 + 128])).astype(int)


@pytest.mark.parametrize("compression", [NONE, LZW, ZSTD])
@pytest.mark.parametrize("planar", [False, True])
def test_luma_and_chroma_without_jpeg_are_rgb(tmp_path, planar, compression):
    page = Page(luma(HUES), 8, YCBCR, compression, planar, rows=8, tags={530: (3, (1, 1))})
    assert_is(write(tmp_path / "a.tif", page), lightness(HUES))


@pytest.mark.parametrize(("wide", "deep"), [(2, 2), (2, 1), (4, 2), (1, 2)])
@pytest.mark.parametrize("compression", [NONE, LZW])
def test_blocks_of_pixels_share_their_chroma(tmp_path, compression, wide, deep):
    values = luma(np.kron(HUES[:24:deep, :32:wide], np.ones((deep, wide, 1))))
    blocks = (
        values[..., 0].reshape(24 // deep, deep, 32 // wide, wide).swapaxes(1, 2).reshape(24 // deep, 32 // wide, -1)
    )
    stored = np.concatenate([blocks, values[::deep, ::wide, 1:]], -1).reshape(24 // deep, -1)
    tags = {
        256: (4, (32,)),
        257: (4, (24,)),
        277: (3, (3,)),
        258: (3, (8, 8, 8)),
        278: (4, (24,)),
        530: (3, (wide, deep)),
    }
    write(tmp_path / "a.tif", Page(stored, 8, YCBCR, compression, tags=tags))
    assert_is(tmp_path / "a.tif", lightness(np.kron(HUES[:24:deep, :32:wide], np.ones((deep, wide, 1)))))


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("compression", [NONE, ZSTD])
def test_transparent_parts_lie_on_white_and_nothing_else_does(tmp_path, compression, bits):
    most = 2**bits - 1
    half = np.where(COLUMNS < 16, most, 0)
    shade = levels(LIGHT, bits)
    for kind in (1, 2):
        stored = np.where(half, shade, 0) if kind == 1 else shade
        path = write(tmp_path / "a.tif", Page(beside(stored, half), bits, GREY, compression, extra=(kind,)))
        assert_is(path, lightness(np.where(half, LIGHT, 1)))
    path = write(tmp_path / "a.tif", Page(beside(shade, half), bits, GREY, compression, extra=(0,)))
    assert_is(path, lightness(LIGHT))
    assert examined(path)[1]["samples-set-aside"] == {"found": "sample 2"}


def test_a_saved_selection_is_called_by_its_name(tmp_path):
    names = b"\x07Alpha 1\x04Dust"
    resource = b"8BIM" + struct.pack(">HHI", 1006, 0, len(names)) + names + bytes(len(names) % 2)
    shade = levels(LIGHT, 8)
    page = Page(beside(shade, shade, shade), 8, extra=(0, 0), tags={34377: (7, tuple(resource))})
    notes = examined(write(tmp_path / "a.tif", page))[1]
    assert notes["samples-set-aside"] == {"found": "sample 2 “Alpha 1”, sample 3 “Dust”"}


GREY8 = levels(LIGHT, 8)
SCAN, SMALL = levels(LIGHT, 16), levels(1 - LIGHT, 8)[::2, ::2]
REDUCED = {254: (4, (1,))}


def pages_of(path):
    """The roles of a file's directories."""
    return [one.role for one in opening.describe_picture(path, formats.TIFF).directories]


FILES = {
    "thumbnail first": ([Page(SMALL, tags=REDUCED), Page(SCAN, 16)], ["reduced copy", "picture"]),
    "thumbnail second": ([Page(SCAN, 16), Page(SMALL, tags=REDUCED)], ["picture", "reduced copy"]),
    "thumbnail of the old tag": ([Page(SMALL, tags={255: (3, (2,))}), Page(SCAN, 16)], ["reduced copy", "picture"]),
    "pyramid": (
        [Page(SCAN, 16, tile=16), *(Page(SCAN[::step, ::step], 16, tile=16, tags=REDUCED) for step in (2, 4))],
        ["picture", "reduced copy", "reduced copy"],
    ),
    "pyramid below": (
        [Page(SCAN, 16, tile=16, below=[Page(SCAN[::step, ::step], 16, tile=16) for step in (2, 4)])],
        ["picture", "reduced copy", "reduced copy"],
    ),
    "scan below its thumbnail": ([Page(SMALL, below=[Page(SCAN, 16)])], ["page", "picture"]),
    "mask": (
        [Page(SCAN, 16), *(Page(SMALL // 128, 1, MASK, tags={254: (4, (kind,))}) for kind in (4, 5))],
        ["picture", "mask", "mask"],
    ),
    "infrared plane": ([Page(SCAN, 16), Page(SCAN[::-1], 16, tags={254: (4, (4,))})], ["picture", "infrared plane"]),
    "infrared by name": (
        [Page(SCAN, 16), Page(SCAN[::-1], 16, tags={285: (2, tuple(b"Infrared\0"))})],
        ["picture", "infrared plane"],
    ),
    "only directory, called reduced": ([Page(SCAN, 16, tags=REDUCED)], ["picture"]),
}  # fmt: skip


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("kind", FILES)
def test_the_master_is_the_largest_picture_that_is_no_copy(tmp_path, kind, big, order):
    pages, roles = FILES[kind]
    path = write(tmp_path / "a.tif", *pages, big=big, order=order)
    assert_is(path, lightness(LIGHT))
    assert pages_of(path) == roles
    assert ("several-pages" in examined(path)[1]) == ("page" in roles)


def test_pages_are_counted_and_the_shown_one_is_named(tmp_path):
    path = write(tmp_path / "a.tif", Page(SMALL), Page(SCAN, 16), Page(SCAN, 16))
    picture, notes = examined(path)
    assert (picture.metadata["pages"], notes["several-pages"]) == (3, {"pages": 3, "shown": 2})
    assert opening.describe_picture(path, formats.TIFF).directory == Directory(1, None, "picture", 32, 24)


RAWS = {
    "mosaic": [Page(SCAN, 16, 32803)],
    "linear raw": [Page(SCAN, 16, 34892)],
    "DNG": [Page(SCAN, 16, tags={50706: (1, (1, 4, 0, 0))})],
    "preview over a mosaic": [Page(SMALL, tags=REDUCED, below=[Page(SCAN, 16, 32803)])],
    "preview over the sensor's samples": [Page(SMALL, tags=REDUCED, below=[Page(SCAN, 16)])],
}


@pytest.mark.parametrize("name", ["a.tif", "a.nef", "a.iiq"])
@pytest.mark.parametrize("kind", RAWS)
def test_a_cameras_raw_file_is_one_whatever_its_name(tmp_path, kind, name):
    picture, notes = examined(write(tmp_path / name, *RAWS[kind]))
    assert (picture, notes["camera-raw"]) == (None, {"format": "a camera's raw file"})


ODD = {
    "bits as a float": {258: (12, (1e-40,))},
    "samples without end": {277: (4, (2**32 - 1,))},
    "palette of long numbers": {262: (3, (PALETTE,)), 320: (4, (2**31,) * 768)},
    "subsampling of one number": {262: (3, (YCBCR,)), 277: (3, (3,)), 530: (3, (2,))},
    "no room between black and white": {262: (3, (YCBCR,)), 277: (3, (3,)), 530: (3, (1, 1)), 532: (3, (7, 7) * 3)},
    "tables of JPEG nowhere": {259: (3, (OLD_JPEG,)), 519: (4, (2**32 - 1,)), 520: (4, (1,)), 521: (4, (2,))},
    "a size without end": {256: (4, (2**32 - 1,)), 257: (4, (2**32 - 1,))},
    "a SubIFD before the start": {330: (9, (-5,))},
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_no_tag_leads_astray(tmp_path, kind):
    path = write(tmp_path / "a.tif", Page(GREY8, tags=ODD[kind]))
    picture, notes = examined(path)
    assert notes or picture
    if picture:
        assert open_picture(path).size == (picture.width, picture.height)


def test_a_list_of_directories_may_end_in_nothing_or_in_itself(tmp_path):
    path = write(tmp_path / "a.tif", Page(SCAN, 16), last=10_000_000)
    assert_is(path, lightness(LIGHT))
    assert examined(path)[1]["directories-broken"] == {"why": "goes on beyond the file's end"}
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 10_000_000), content[4:8]))
    assert_is(path, lightness(LIGHT))
    assert examined(path)[1]["directories-broken"] == {"why": "runs in a circle"}


REFUSED = {
    "signed": (Page(GREY8, tags={339: (3, (2,))}), "unsupported-sign"),
    "floating-point": (Page(GREY8, 16, tags={339: (3, (3,))}), "unsupported-depth"),
    "complex": (Page(GREY8, 16, tags={339: (3, (6,))}), "unsupported-depth"),
    "unlike samples": (Page(HUES * 255, 8, RGB, tags={339: (3, (1, 1, 3))}), "unsupported-depth"),
    "32 bits": (Page(GREY8, tags={258: (3, (32,))}), "unsupported-depth"),
    "unequal bits": (Page(HUES * 30, 8, RGB, tags={258: (3, (5, 6, 5))}), "unsupported-depth"),
    "spectrum of four": (Page(beside(*[GREY8] * 4), extra=(0, 0, 0)), "unsupported"),
    "spectrum of five": (Page(beside(*[GREY8] * 5)), "unsupported"),
    "other inks": (Page(beside(*[GREY8] * 4), 8, CMYK, tags={332: (3, (2,))}), "unsupported-inks"),
    "six inks": (Page(beside(*[GREY8] * 6), 8, CMYK, tags={334: (3, (6,))}), "unsupported-inks"),
    "only a mask": (Page(GREY8 // 128, 1, MASK), "unsupported-colours"),
    "LogLuv": (Page(beside(*[GREY8] * 3), 16, 32845), "unsupported-colours"),
    "RGB of one sample": (Page(GREY8, 8, RGB), "unsupported-colours"),
    "four of no meaning": (Page(beside(*[GREY8] * 4), tags={262: None}), "unsupported-colours"),
    "planes of JPEG of TIFF 6.0": (
        Page(HUES * 255, 8, YCBCR, tags={259: (3, (OLD_JPEG,)), 284: (3, (2,))}), "unsupported-compression"
    ),
    "unknown method": (Page(GREY8, tags={259: (3, (50013,))}), "unsupported-compression"),
    "strips that were never written": (Page(GREY8, compression=ZSTD, rows=12, tags={279: (4, (0, 0))}), "unsupported"),
    "strips of zero bytes": (Page(levels(LIGHT, 12), 12, tags={279: (4, (0,))}), "unsupported"),
    "strips of no stated length": (Page(levels(LIGHT, 12), 12, tags={279: None}), "unsupported"),
    "holes among the strips of LZW": (Page(GREY8, compression=LZW, rows=12, tags={279: (4, (0, 300))}), "unsupported"),
    "unknown predictor": (
        Page(GREY8, compression=LZW, tags={317: (3, (9,))}), "unsupported-compression"
    ),
    "predictor of floats": (
        Page(levels(LIGHT, 16), 16, compression=ZSTD, tags={317: (3, (3,))}), "unsupported-compression"
    ),
    "volume": (Page(GREY8, tags={32997: (4, (5,))}), "unsupported"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_no_reader_gives_is_refused_by_its_kind(tmp_path, kind):
    page, code = REFUSED[kind]
    path = write(tmp_path / "a.tif", page)
    picture, notes = examined(path)
    assert picture is None
    sentence = finding(code, "a.tif", **notes[code]).sentence
    assert not any(word in sentence for word in ("Scan", "again", "damaged"))
    with pytest.raises(PictureError, match=code):
        open_picture(path)


MISSING = {
    "one sample": (Page(GREY8, tags={262: None}), "black is zero", lightness(LIGHT)),
    "three": (Page(levels(HUES, 8), tags={262: None}), "RGB", lightness(HUES)),
    "one and transparency": (
        Page(beside(GREY8, np.full_like(GREY8, 255)), extra=(2,), tags={262: None}), "black is zero", lightness(LIGHT)
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MISSING)
def test_samples_without_an_interpretation_are_the_usual_ones(tmp_path, kind):
    page, taken, expected = MISSING[kind]
    path = write(tmp_path / "a.tif", page)
    assert_is(path, expected)
    assert examined(path)[1]["photometric-missing"] == {"taken": taken}


def test_a_fax_without_an_interpretation_is_white_where_it_is_zero(tmp_path):
    Image.fromarray(LIGHT > 0.5).save(tmp_path / "a.tif", compression="group4")
    content = (tmp_path / "a.tif").read_bytes()
    tag = struct.pack("<HHI", 262, 3, 1)
    (tmp_path / "a.tif").write_bytes(content.replace(tag, struct.pack("<HHI", 65262, 3, 1)))
    assert content.count(tag) == 1
    assert_is(tmp_path / "a.tif", 100.0 * (LIGHT <= 0.5))  # Pillow says 1, "black is zero", of such a file
    assert examined(tmp_path / "a.tif")[1]["photometric-missing"] == {"taken": "white is zero"}


def resolution(unit, across=300, down=(300, 1)):
    """Tags of a resolution; a unit of None is not written."""
    return {282: (5, (across, 1)), 283: (5, down)} | ({296: (3, (unit,))} if unit else {})


PIXELS_PER_INCH = {
    "inches": (resolution(2), [300, 300]),
    "centimetres": (resolution(3), [762, 762]),
    "no unit": (resolution(1), None),
    "the standard's unit": (resolution(None), [300, 300]),
    "nothing": ({}, None),
    "no denominator": (resolution(2, down=(300, 0)), [300, 300]),
    "nonsense": (resolution(2, across=0), None),
    "one pixel to the inch": (resolution(2, across=1, down=(1, 1)), None),
}


@pytest.mark.parametrize("compression", [NONE, ZSTD])
@pytest.mark.parametrize("kind", PIXELS_PER_INCH)
def test_a_resolution_is_what_the_header_says_with_its_unit(tmp_path, kind, compression):
    tags, expected = PIXELS_PER_INCH[kind]
    path = write(tmp_path / "a.tif", Page(GREY8, compression=compression, tags=tags))
    assert examined(path)[0].metadata.get("pixels_per_inch") == expected


@pytest.mark.parametrize(("number", "value"), [(274, 0), (274, 9), (296, 0), (296, 4), (266, 0), (266, 3), (284, 0)])
def test_a_number_that_the_standard_has_not_is_no_damage(tmp_path, number, value):
    path = write(tmp_path / "a.tif", Page(GREY8, tags={number: (3, (value,))}))
    assert_is(path, lightness(LIGHT))
    assert not examined(path)[1]


def test_photoshops_layers_may_be_large(tmp_path):
    layers, place = 60_000_000, 100_000  # bytes, of which the file system keeps none
    path = write(tmp_path / "a.tif", Page(GREY8, tags={37724: (4, (place,))}))
    entry = struct.pack("<HHI", 37724, 4, 1)
    path.write_bytes(path.read_bytes().replace(entry, struct.pack("<HHI", 37724, 7, layers)))
    os.truncate(path, place + layers)
    assert_is(path, lightness(LIGHT))
    assert not examined(path)[1]
    assert "too-much-memory" in dict(decode.examine(path, Limits(1_000_000, layers)).notes)


@pytest.mark.parametrize("factors", ["444", "422", "420", "411"])
@pytest.mark.parametrize("stated", [(1, 1), (2, 2), None])
def test_a_jpeg_in_a_tiff_knows_itself_how_its_chroma_is_shared(tmp_path, factors, stated):
    stream = imagecodecs.jpeg8_encode(levels(HUES, 8).astype(np.uint8), level=98, subsampling=factors)
    tags = {259: (3, (JPEG,)), 530: (3, stated) if stated else None, 279: (4, (len(stream),))}
    path = write(tmp_path / "a.tif", Page(levels(HUES, 8), 8, YCBCR, tags=tags))
    tags[273] = (4, (path.stat().st_size,))
    path = write(tmp_path / "a.tif", Page(levels(HUES, 8), 8, YCBCR, tags=tags))
    path.write_bytes(path.read_bytes() + stream)
    assert abs(light_of(path).mean() - lightness(HUES).mean()) < 0.5
    assert examined(path)[0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", [NONE, LZMA])
def test_every_way_of_lying_is_put_upright(tmp_path, compression, orientation):
    page = Page(GREY8, compression=compression, tags={274: (3, (orientation,))})
    path = write(tmp_path / "a.tif", page)
    turns = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: -1, 7: -1, 8: 1}
    shown = np.rot90(LIGHT, turns[orientation])
    shown = shown[:, ::-1] if orientation in (2, 4) else shown[::-1] if orientation in (5, 7) else shown
    assert_is(path, lightness(shown))
    assert (examined(path)[0].width, examined(path)[0].height) == shown.shape[::-1]


@pytest.mark.parametrize("compression", [NONE, ZSTD])
def test_a_profile_counts_whatever_compresses_the_samples(tmp_path, compression):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    page = Page(levels(HUES, 8), 8, RGB, compression, tags={34675: (7, tuple(profile))})
    path = write(tmp_path / "a.tif", page)
    assert "sRGB" in examined(path)[0].metadata["icc_profile"]
    assert open_picture(path).image.get("icc-profile-data") == profile


def test_significant_bits_count_and_are_told(tmp_path):
    text = b'<OME><Image><Pixels SignificantBits="12"/></Image></OME>\0'
    path = write(tmp_path / "a.tif", Page(levels(LIGHT, 12), 16, tags={270: (2, tuple(text))}))
    assert_is(path, lightness(LIGHT))
    assert examined(path)[1]["significant-bits"] == {"bits": 12, "stored": 16}


def test_a_brightest_sample_below_the_bits_is_told(tmp_path):
    path = write(tmp_path / "a.tif", Page(levels(LIGHT, 12), 16, tags={281: (3, (4095,))}))
    assert examined(path)[1]["brightest-sample"] == {"found": 4095, "most": 65535}
    assert "brightest-sample" not in examined(write(path, Page(SCAN, 16, tags={281: (3, (65535,))})))[1]


@pytest.mark.parametrize("bits", [8, 16])
def test_a_picture_that_is_transparent_throughout_is_told(tmp_path, bits):
    nothing = np.zeros(LIGHT.shape, int)
    path = write(tmp_path / "a.tif", Page(beside(levels(LIGHT, bits), nothing), bits, extra=(2,)))
    assert "transparent-throughout" in examined(path)[1]
    nothing[3, 4] = 2**bits - 1
    path = write(tmp_path / "a.tif", Page(beside(levels(LIGHT, bits), nothing), bits, extra=(2,)))
    assert "transparent-throughout" not in examined(path)[1]


def test_what_is_read_as_a_whole_must_fit_into_memory(tmp_path):
    path = write(tmp_path / "a.tif", Page(GREY8, compression=ZSTD))
    description = describe_tiff(path)
    with pytest.raises(RefusedError, match="too-much-memory"):
        opening.open_described(path, description, Limits(1_000_000, 2000), "random", "error")


@pytest.mark.parametrize("compression", [NONE, ZSTD, LZW])
@pytest.mark.parametrize("bits", [8, 12])
def test_a_file_cut_short_is_never_taken(tmp_path, bits, compression):
    noise = np.random.default_rng(0).integers(0, 2**bits, (24, 32))
    content = write(tmp_path / "a.tif", Page(noise, bits, compression=compression)).read_bytes()
    directory = struct.unpack("<I", content[4:8])[0]
    (tmp_path / "a.tif").write_bytes(content[: directory - 400] + content[directory:])
    moved = struct.pack("<I", directory - 400)
    (tmp_path / "a.tif").write_bytes(content[:4] + moved + content[8 : directory - 400] + content[directory:])
    picture, notes = examined(tmp_path / "a.tif")
    assert picture is None
    assert {"truncated", "damaged"} & set(notes)


def test_sub_directories_that_are_one_and_the_same_are_read_to_a_bound(tmp_path):
    """A list of 10,000 directories that all are one of 60,000 tags would be 600 million tags."""
    count = 60_000
    entry = struct.pack("<HHI", 65000, 3, 1) + bytes(4)
    first = struct.pack("<H", 1) + struct.pack("<HHII", 330, 4, 10_000, 26) + bytes(4)
    below = 26 + 40_000
    file = tmp_path / "many.tif"
    head = struct.pack("<2sHI", b"II", 42, 8)
    lists = struct.pack("<10000I", *[below] * 10_000)
    file.write_bytes(head + first + lists + struct.pack("<H", count) + entry * count + bytes(4))
    with file.open("rb") as opened:
        found = directories.open_directories(opened)
    assert len(found.entries) == 1 + directories.MOST_TAGS // count


def test_names_of_channels_that_are_none_end(tmp_path):
    resource = b"8BIM" + struct.pack(">H", 1006) + bytes(2) + struct.pack(">I", 2**21) + bytes(2**21)
    page = Page(np.zeros((4, 4, 2), np.uint8), extra=(0,), tags={34377: (7, tuple(resource))})
    assert describe_tiff(write(tmp_path / "a.tif", page)).roles == ("grey", "set aside")
