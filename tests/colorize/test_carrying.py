"""A colorization says what its master says, tag by tag, and of itself beside it."""

import hashlib
import struct

import exiv2
import numpy as np
import pytest
import pyvips
import rich_metadata
import tifffile
from PIL import Image, PngImagePlugin

from heritage_color.colorize import files
from heritage_color.colorize.predict import predict
from heritage_color.images.metadata import embedded, grafting
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing import carrying
from heritage_color.methods.baselines import Tint

SHA256 = "5eed" * 16
NOTE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{digest}"/>
</rdf:RDF></x:xmpmeta>"""
# What stands in XMP once only, and in which the result speaks for itself: the master's goes into the event
STATED = {"Xmp.iptcExt.DigitalSourceType"}


def tags(path, carried=carrying.is_carried):
    """Every tag with its type and value, a set of triples."""
    image, lost = embedded.open_metadata(path)
    assert lost == []
    groups = (image.exifData(), image.iptcData(), image.xmpData())
    return {(one.key(), one.typeName(), one.toString()) for group in groups for one in group if carried(one)}


def values(path):
    """Every tag's value by its name."""
    return {name: value for name, _, value in tags(path, lambda datum: True)}


def colorize(master, bigtiff_from=2**31):
    """What the tint method makes of a master, and the warnings."""
    with files.prepared(master) as ready:
        prediction = predict(Tint(), [ready.small], "balanced")[0]
        out = master.with_name(f"out{ready.picture.suffix}")
        about = files.provenance(Tint(), "balanced", SHA256)
        return out, files.write(ready, prediction, out, about, bigtiff_from)


@pytest.mark.parametrize("kind", rich_metadata.KINDS)
def test_every_tag_of_a_master_is_in_its_colorization(tmp_path, kind):
    master = rich_metadata.master(tmp_path, kind)
    out, warnings = colorize(master)
    lost = {name for name, *_ in tags(master) - tags(out)}
    assert (lost - STATED, warnings) == (set(), [])
    assert len(tags(master)) > 40 - 6 * (kind == "webp")  # WebP has no place for IPTC


@pytest.mark.parametrize("kind", ["tiff", "bigtiff"])
def test_a_result_that_is_a_bigtiff_says_as_much(tmp_path, kind):
    master = rich_metadata.master(tmp_path, kind)
    out, warnings = colorize(master, bigtiff_from=0)
    with tifffile.TiffFile(out) as tiff:
        assert (tiff.is_bigtiff, tiff.pages[0].shape) == (True, (30, 40, 3))
        assert tiff.pages[0].tags["ExifTag"].value["UserComment"] == "Hütte am See"
    assert ({name for name, *_ in tags(master) - tags(out)} - STATED, warnings) == (set(), [])


def test_texts_longer_than_exiv2_writes_into_a_jpeg_or_png_are_whole(tmp_path):
    long = "One of many sentences. " * 9000
    out, warnings = colorize(rich_metadata.master(tmp_path, "tiff", long))
    assert (values(out)["Xmp.dc.description"], warnings) == (f'lang="x-default" {long}', [])
    png = tmp_path / "plain.png"
    pyvips.Image.black(8, 8).copy(interpretation="b-w").pngsave(str(png), keep="icc")
    assert carrying.carry(tmp_path / "master.tif", png, carrying.Provenance()) == []
    assert tags(tmp_path / "master.tif") <= tags(png)


@pytest.mark.parametrize("spoiled", [False, True])
def test_xmp_beyond_64_kib_of_a_jpeg_is_put_together_or_named(tmp_path, spoiled):
    master, long = tmp_path / "master.jpg", "One of many sentences. " * 9000
    further = rich_metadata.PACKET.format(long=long).encode()
    digest = hashlib.md5(further).hexdigest().upper()
    plain = pyvips.Image.black(64, 64).copy(interpretation="b-w")
    plain.set_type(pyvips.GValue.blob_type, "xmp-data", NOTE.format(digest=digest).encode())
    plain.jpegsave(str(master))
    content = master.read_bytes()
    portions = [(place, further[place : place + 60_000]) for place in range(0, len(further), 60_000)][spoiled:]
    segments = b"".join(_extension(digest, len(further), *one) for one in reversed(portions))
    master.write_bytes(content[:2] + segments + content[2:])
    out, warnings = colorize(master)
    assert ("Xmp.dc.description" in values(out)) is not spoiled
    assert spoiled or values(out)["Xmp.dc.description"] == f'lang="x-default" {long}'
    assert warnings == (["master.jpg has tags that were not carried over: Xmp.xmpNote.HasExtendedXMP."] * spoiled)


def _extension(digest: str, length: int, place: int, portion: bytes) -> bytes:
    content = b"http://ns.adobe.com/xmp/extension/\0" + digest.encode() + struct.pack(">II", length, place) + portion
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _say(path, name: str, value: str) -> None:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    image.iptcData()[name] = value
    image.writeMetadata()


def test_what_is_left_out_says_how_the_masters_own_file_lies_or_looks(tmp_path):
    master = rich_metadata.master(tmp_path, "tiff")
    out, _ = colorize(master)
    left_out = {
        name for name in set(values(master)) - set(values(out)) if not name.startswith("Xmp.xmpMM.DerivedFrom")
    }
    assert left_out == {"Exif.Photo.ColorSpace", "Xmp.tiff.Orientation"}


def test_a_masters_own_source_tool_and_instructions_stand_and_ours_beside_them(tmp_path):
    out, _ = colorize(rich_metadata.master(tmp_path, "jpeg"))
    found = values(out)
    assert found["Xmp.dc.source"] == "Album 7, page 3"
    assert found["Xmp.xmp.CreatorTool"] == "VueScan 9.8"
    assert found["Xmp.photoshop.Instructions"] == "Ask the family before printing"
    assert found["Xmp.xmpMM.DerivedFrom/stRef:documentID"] == "xmp.did:raw"
    assert found["Xmp.xmpMM.Ingredients[1]/stRef:documentID"] == f"sha256:{SHA256}"
    assert found["Xmp.xmpMM.History[1]/stEvt:action"] == "created"
    assert found["Xmp.xmpMM.History[2]/stEvt:softwareAgent"].startswith("Heritage Color tint")
    assert "the colours are a guess" in found["Xmp.xmpMM.History[2]/stEvt:parameters"]


def test_the_label_of_ai_is_the_results_and_the_masters_source_type_is_in_the_history(tmp_path):
    found = values(colorize(rich_metadata.master(tmp_path, "png"))[0])
    assert found["Xmp.iptcExt.DigitalSourceType"].endswith("compositeWithTrainedAlgorithmicMedia")
    assert found["Xmp.iptcExt.AISystemUsed"] == "Heritage Color tint"
    assert found["Xmp.xmpMM.History[2]/stEvt:parameters"].endswith("digitalsourcetype/negativeFilm")


def test_a_master_that_says_nothing_leaves_the_usual_places_to_us(tmp_path):
    pyvips.Image.black(64, 64).copy(interpretation="b-w").pngsave(str(tmp_path / "plain.png"))
    found = values(colorize(tmp_path / "plain.png")[0])
    assert found["Xmp.xmp.CreatorTool"].startswith("Heritage Color tint")
    assert "the colours are a guess" in found["Xmp.photoshop.Instructions"]
    assert found["Xmp.xmpMM.DerivedFrom/stRef:documentID"] == f"sha256:{SHA256}"
    assert "Xmp.dc.source" not in found


def test_instructions_in_iptc_are_not_hidden_by_ours_in_xmp(tmp_path):
    master = tmp_path / "master.jpg"
    pyvips.Image.black(64, 64).copy(interpretation="b-w").jpegsave(str(master))
    _say(master, "Iptc.Application2.SpecialInstructions", "Do not crop")
    found = values(colorize(master)[0])
    assert found["Iptc.Application2.SpecialInstructions"] == "Do not crop"
    assert "Xmp.photoshop.Instructions" not in found


def test_old_iptc_keeps_its_bytes(tmp_path):
    master = rich_metadata.master(tmp_path, "jpeg")
    content = master.read_bytes()
    master.write_bytes(content.replace("Anna Bergström".encode(), b"Anna Bergstr\xf6m "))
    out, warnings = colorize(master)
    assert (b"Anna Bergstr\xf6m ".hex() in _profile(out), warnings) == (True, [])


def _profile(path) -> str:
    with Image.open(path) as picture:
        picture.load()
        return picture.info["Raw profile type iptc"].replace("\n", "")


def test_the_texts_of_a_png_and_the_comment_of_a_jpeg_are_kept(tmp_path):
    grey, texts = Image.new("L", (64, 64), 9), PngImagePlugin.PngInfo()
    texts.add_text("Source", "Album 7")
    texts.add_itxt("Title", "तालको घर")
    grey.save(tmp_path / "one.png", pnginfo=texts)
    grey.save(tmp_path / "two.jpg", comment="Hütte am See".encode())
    grey.save(tmp_path / "three.jpg", comment=b"H\xfctte am See")  # as old programs wrote it
    said = []
    for name in ("one.png", "two.jpg", "three.jpg"):
        with Image.open(colorize(tmp_path / name)[0]) as picture:
            said.append({key: picture.info.get(key) for key in ("Source", "Title", "Comment") if key in picture.info})
    assert said == [{"Source": "Album 7", "Title": "तालको घर"}, *[{"Comment": "Hütte am See"}] * 2]


@pytest.mark.parametrize("big", [False, True])
def test_bytes_of_no_encoding_and_private_tags_of_any_type_are_kept(tmp_path, big):
    master = tmp_path / "master.tif"
    further = [
        (315, 2, None, b"Bj\xf6rn Berg\0", True),
        (65000, 16 if big else 4, 2, (5, 6), True),
        (65001, 12, 3, (1.5, 2.5, 3.5), True),
        (65002, 7, 4, b"\0\1\2\3", True),
    ]
    tifffile.imwrite(master, np.full((64, 64), 9, np.uint8), bigtiff=big, metadata=None, extratags=further)
    out, warnings = colorize(master)
    with tifffile.TiffFile(out) as tiff:
        found = [tiff.pages[0].tags[tag].value for tag in (315, 65000, 65001, 65002)]
    assert (found, warnings) == (["Björn Berg", (5, 6), (1.5, 2.5, 3.5), b"\0\1\2\3"], [])


def test_exiv2_writes_into_blocks_in_memory_only(repository):
    sources = [path for path in (repository / "heritage_color").rglob("*.py") if "writeMetadata" in path.read_text()]
    assert [path.name for path in sources] == ["carrying.py"]
    assert sources[0].read_text().count("empty = grafting.empty(order)") == 1


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_pages_and_tiles_behind_the_tags_stay_as_they_are(tmp_path, big, order):
    source, pages = rich_metadata.master(tmp_path, "tiff"), tmp_path / "pages.tif"
    with tifffile.TiffWriter(pages, bigtiff=big, byteorder=order) as tiff:
        for page in range(5):
            tiff.write(np.full((64, 64), 40 * page + 1, np.uint8), tile=(16, 16), metadata=None)
    carrying.carry(source, pages, carrying.Provenance())
    with tifffile.TiffFile(pages) as tiff:
        assert [set(page.asarray().flat) for page in tiff.pages] == [{1}, {41}, {81}, {121}, {161}]
    assert tags(source) <= tags(pages)


def test_a_tag_that_lies_outside_its_file_is_named(tmp_path):
    master = rich_metadata.with_a_tag_outside(tmp_path / "master.tif")
    _, warnings = colorize(master)
    assert warnings == ["master.tif has tags that were not carried over: Exif.Image.ImageDescription."]
    assert embedded.read_embedded(master)[1] == "Exif.Image.ImageDescription cannot be read"


def test_photoshops_layers_are_the_masters(tmp_path):
    master = tmp_path / "master.tif"
    layers = b"Adobe Photoshop Document Data Block\0" + bytes(5000)
    shade = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
    tifffile.imwrite(master, shade, metadata=None, extratags=[(37724, 7, None, layers, True)])
    out, warnings = colorize(master)
    assert (b"Adobe Photoshop Document" in out.read_bytes(), warnings) == (False, [])


OF_PROGRAMS = {
    "OME": {"ome": True, "metadata": {"axes": "YX", "SignificantBits": 12}},
    "ImageJ": {"imagej": True, "metadata": {"min": 0, "max": 4095}},
    "tifffile": {"shaped": True},
}


@pytest.mark.parametrize("program", OF_PROGRAMS)
def test_a_description_of_how_samples_lie_stays_with_its_file(tmp_path, program):
    master = tmp_path / "master.tif"
    tifffile.imwrite(master, np.tile(np.linspace(0, 4095, 64).astype(np.uint16), (64, 1)), **OF_PROGRAMS[program])
    out, warnings = colorize(master)
    assert warnings == ["master.tif has tags that were not carried over: Exif.Image.ImageDescription."]
    found, wanted = (lightness_of(open_picture(path)).avg() for path in (out, master))
    assert abs(found - wanted) < 0.3


def test_a_directory_that_points_to_itself_is_read_once(tmp_path):
    block = bytearray(grafting.empty("<"))
    block[10:22] = (34665).to_bytes(2, "little") + b"\4\0\1\0\0\0\10\0\0\0"
    assert set(grafting.read_block(bytes(block))) == {0, 34665}
