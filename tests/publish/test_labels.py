"""The label: one sentence, the same wherever a published picture says what it is."""

import html
import json
import re

import exiv2
import pytest
import pyvips
from catalog_rows import add_colorization, add_scan, approve

from heritage_color.colorize.sources import DIGITAL_SOURCE_TYPE
from heritage_color.publish import derivatives, labels
from heritage_color.publish.steps import publish
from heritage_color.store import Store


@pytest.fixture
def published(site, monkeypatch):
    """A published picture with a hostile identifier and title: its index entry, and the texts drawn below pictures."""
    drawn = []
    label_strip = derivatives.label_strip
    monkeypatch.setattr(derivatives, "label_strip", lambda text, width: drawn.append(text) or label_strip(text, width))
    title = 'Bazaar "at dawn" <script>alert(1)</script> & \x07\u202eevil'
    approve(site, add_colorization(site, add_scan(site, "NEP <1923>/42 & so on", title=title)))
    publish(site)
    return json.loads(Store(site).read(site.public_bucket, "index.json"))["pictures"][0], drawn


def properties(site, key: str, tmp_path) -> dict[str, str]:
    """XMP of a published JPEG as exiv2 reads it."""
    file = Store(site).fetch(site.public_bucket, key, tmp_path / "published.jpg")
    image = exiv2.ImageFactory.open(str(file))
    image.readMetadata()
    return {datum.key(): datum.toString() for datum in image.xmpData()}


def test_the_label_names_method_version_date_and_original():
    assert labels.label("fusion-lite", "2", "2026-11-23", "NEP-42") == (
        "Colorized by fusion-lite 2 on 2026-11-23 from original NEP-42; colours are the model's guess"
    )


def test_what_no_document_holds_or_turns_its_direction_is_a_space():
    assert labels.plain(" a\x07b\x9bc\u202ed\ud800e\ufffef \n g ") == "a b c d e f g"
    assert labels.plain("काठमाडौं, Zoë") == "काठमाडौं, Zoë"


def test_texts_for_who_cannot_see_begin_with_the_title_where_there_is_one():
    assert labels.alternative_text("A\nmarket", "Colorized.") == "A market. Colorized."
    assert labels.alternative_text(" ", "Colorized.") == "Colorized."
    assert labels.original_text("A\nmarket", "NEP\t1") == "A market. Original photograph NEP 1"
    assert labels.original_text("", "NEP\t1") == "Original NEP 1"


def test_mark_alternative_text_xmp_manifest_row_and_page_say_the_same(site, published, rows, tmp_path):
    entry, drawn = published
    label = rows("select label from publications")[0]["label"]
    page = Store(site).read(site.public_bucket, "index.html").decode()
    manifest = json.loads(Store(site).read(site.public_bucket, entry["manifest"]))
    xmp = properties(site, entry["colour"]["key"], tmp_path)
    caption = html.unescape(re.search(r"AI modified</span> (.*?)</figcaption>", page)[1])
    alternative = html.unescape(re.search(r'alt="(Bazaar[^"]*guess)"', page)[1])
    assert {*drawn, caption, manifest["label"], xmp["Xmp.dc.description"].removeprefix('lang="x-default" ')} == {label}
    assert alternative.endswith(f". {label}")


def test_the_file_says_that_a_model_made_part_of_it_and_which(site, published, tmp_path):
    entry, _ = published
    xmp = properties(site, entry["colour"]["key"], tmp_path)
    assert xmp["Xmp.iptcExt.DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert xmp["Xmp.dc.source"] == xmp["Xmp.dc.identifier"] == "NEP <1923>/42 & so on"
    assert "5eed" * 16 in xmp["Xmp.xmpMM.History[1]/stEvt:parameters"]
    assert xmp["Xmp.xmpMM.History[2]/stEvt:parameters"] == "good; decided by A. Curator"


def test_the_original_carries_no_mark_of_a_model(site, published, tmp_path):
    entry, _ = published
    xmp = properties(site, entry["original"]["key"], tmp_path)
    assert "Xmp.iptcExt.DigitalSourceType" not in xmp
    assert (entry["original"]["width"], entry["original"]["height"]) == (96, 64)


def test_no_pixel_of_the_picture_is_covered_by_its_label():
    picture = (pyvips.Image.black(300, 200, bands=3) + 120).cast("uchar").copy(interpretation="srgb")
    marked = derivatives.with_label(picture, "Colorized by a model")
    assert marked.width == 300
    assert marked.height > 210
    assert (marked.crop(0, 0, 300, 200) == picture).min() == 255


@pytest.mark.parametrize("width", [1, 40, 300, 4000])
@pytest.mark.parametrize(
    "text", ["Colorized by fusion-lite 1 from original " + "X" * 120, "Colorized, from काठमाडौं <b>"]
)
def test_the_strip_fits_every_width_and_has_dark_letters_on_light_paper(width, text):
    strip = derivatives.label_strip(text, width)
    assert strip.width == width
    assert strip.max() == derivatives.PAPER
    assert strip.min() < 150 or width < 40


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("NEP-1923_42.a", "NEP-1923_42.a-colorized.jpg"),
        ('../../etc/"passwd"\r\n', "etc_passwd-colorized.jpg"),
        ("Zoë 1", "Zoe_1-colorized.jpg"),
        ("_X-7_", "X-7-colorized.jpg"),
        ("काठ", "scan-7-colorized.jpg"),
        ("x" * 500, "x" * 120 + "-colorized.jpg"),
    ],
)
def test_download_names_suit_every_file_system_and_header(identifier, name):
    assert labels.download_name(identifier, 7, "colorized") == name


def test_a_sixteen_bit_picture_with_profile_and_rotation_is_published_upright_in_srgb(tmp_path):
    wide = (pyvips.Image.black(40, 20, bands=3) + 257 * 100).cast("ushort").copy(interpretation="rgb16")
    wide.set_type(pyvips.GValue.gint_type, "orientation", 6)
    wide.tiffsave(str(tmp_path / "master.tif"), profile="p3")
    upright = derivatives.open_upright(tmp_path / "master.tif")
    found = pyvips.Image.new_from_file(str(derivatives.save_jpeg(upright, b"<x/>", tmp_path / "out.jpg")))
    assert (found.width, found.height, found.bands, found.format) == (20, 40, 3, "uchar")
    assert abs(found.avg() - 100) < 2


@pytest.mark.parametrize("resolution", [None, 11.8])
def test_tags_of_the_master_do_not_leak_into_the_published_file(tmp_path, resolution):
    picture = pyvips.Image.black(8, 8, bands=3).copy(interpretation="srgb")
    picture.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "secret")
    for name in ("iptc-data", "xmp-data"):
        picture.set_type(pyvips.GValue.blob_type, name, b"secret")
    if resolution:
        picture = picture.copy(xres=resolution, yres=resolution)
    picture.jpegsave(str(tmp_path / "master.jpg"))
    file = derivatives.save_jpeg(derivatives.open_upright(tmp_path / "master.jpg"), b"<x/>", tmp_path / "out.jpg")
    assert (tmp_path / "master.jpg").read_bytes().count(b"secret") == 3
    assert b"secret" not in file.read_bytes()


def test_a_published_file_has_full_colour_its_profile_and_its_packet(tmp_path):
    noise = pyvips.Image.gaussnoise(64, 64, mean=128, sigma=40)
    picture = noise.bandjoin([noise.rot90(), noise.rot180()]).cast("uchar").copy(interpretation="srgb")
    file = derivatives.save_jpeg(picture, b"<x/>", tmp_path / "out.jpg")
    stored = pyvips.Image.new_from_file(str(file))
    assert stored.get("xmp-data") == b"<x/>"
    assert stored.get("jpeg-chroma-subsample") == "4:4:4"
    assert "sRGB".encode("utf-16-be") in stored.get("icc-profile-data")
    assert (stored - picture).abs().avg() < 6  # 16 at libvips' own quality
    assert derivatives.shrink(stored, 32).width == 32
    assert derivatives.shrink(stored, 64) is stored
