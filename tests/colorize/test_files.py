"""Files in, files out: what must stay with a picture stays, whatever the method answers."""

from dataclasses import replace

import exiv2
import numpy as np
import pytest
import pyvips
import tifffile
from skimage import data
from skimage.color import rgb2lab

from heritage_color.colorize import files
from heritage_color.colorize.predict import predict, working_size
from heritage_color.demo import samples
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture, to_memory_map
from heritage_color.methods.baselines import Tint
from heritage_color.scans.reporting.reasons import finding

SHAPE = (60, 90)


def grey(bits: int = 8) -> np.ndarray:
    """A soft scene (60, 90) that uses the whole range."""
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    wave = (np.sin(rows / 9) + np.cos(columns / 13) + 2) / 4
    return np.rint(wave * (2**bits - 1)).astype(f"uint{bits}")


def colorize(path, folder):
    """The file that the tint method makes of a master."""
    method = Tint()
    with files.prepared(path) as ready:
        prediction = predict(method, [ready.small], "balanced")[0]
        out = folder / f"out{ready.picture.suffix}"
        files.write(ready, prediction, out, files.provenance(method, "balanced", "0" * 64))
    return out


def test_a_16_bit_tiff_stays_one_of_the_same_size_with_its_resolution(tmp_path):
    master = tmp_path / "master.tif"
    tifffile.imwrite(master, grey(16), resolution=(600, 600), resolutionunit="INCH", photometric="minisblack")
    with tifffile.TiffFile(colorize(master, tmp_path)) as tiff:
        page = tiff.pages[0]
        assert (page.dtype, page.shape) == (np.uint16, (*SHAPE, 3))
        assert page.tags["XResolution"].value[0] / page.tags["XResolution"].value[1] == pytest.approx(600, rel=1e-3)


@pytest.mark.parametrize("suffix", [".tif", ".png"])
@pytest.mark.parametrize("bits", [8, 16])
def test_lightness_is_the_masters_within_one_level_everywhere(tmp_path, suffix, bits):
    master = tmp_path / f"master{suffix}"
    space = {8: "b-w", 16: "grey16"}[bits]
    pyvips.Image.new_from_array(grey(bits)).copy(interpretation=space).write_to_file(str(master))
    out = pyvips.Image.new_from_file(str(colorize(master, tmp_path))).numpy() / (2**bits - 1)
    one = np.repeat(grey(bits)[..., None] / (2**bits - 1), 3, 2)
    assert np.abs(rgb2lab(out)[..., 0] - rgb2lab(one)[..., 0]).max() <= 100 / 255


def test_colour_is_there(tmp_path):
    master = tmp_path / "master.png"
    pyvips.Image.new_from_array(grey()).write_to_file(str(master))
    out = pyvips.Image.new_from_file(str(colorize(master, tmp_path))).numpy()
    middle = (rgb2lab(out)[..., 0] > 20) & (rgb2lab(out)[..., 0] < 90)
    assert rgb2lab(out)[middle][:, 2].mean() == pytest.approx(8.1, abs=0.5)


def test_a_rotated_scan_is_turned_once_and_says_so(tmp_path):
    master = tmp_path / "master.jpg"
    turned = pyvips.Image.new_from_array(grey()).copy()
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned.jpegsave(str(master), Q=95)
    out = pyvips.Image.new_from_file(str(colorize(master, tmp_path)))
    assert (out.width, out.height) == SHAPE
    assert out.get("orientation") == 1 if "orientation" in out.get_fields() else True


def test_the_masters_own_profile_is_honoured(tmp_path):
    """A linear-light grey profile: a middle value is much lighter than the same value in sRGB."""
    master, plain = tmp_path / "linear.tif", tmp_path / "plain.tif"
    colour = pyvips.Image.new_from_array(np.full((*SHAPE, 3), 128, np.uint8)).copy(interpretation="srgb")
    colour.tiffsave(str(plain))
    colour.icc_transform("p3", input_profile="srgb").tiffsave(str(master), profile="p3")
    light = [files.prepare(path, tmp_path).lightness.mean() for path in (master, plain)]
    assert light[0] == pytest.approx(light[1], abs=0.3)


def test_exif_iptc_and_xmp_are_carried_over_and_provenance_added(tmp_path):
    master = tmp_path / "master.tif"
    tifffile.imwrite(master, grey(), photometric="minisblack")
    _write_metadata(master)
    out = exiv2.ImageFactory.open(str(colorize(master, tmp_path)))
    out.readMetadata()
    assert out.exifData()["Exif.Image.Artist"].print() == "A. Photographer"
    assert out.iptcData()["Iptc.Application2.Headline"].print() == "Market day"
    assert out.xmpData()["Xmp.dc.rights"].print().endswith("public domain")
    assert out.xmpData()["Xmp.iptcExt.DigitalSourceType"].toString().endswith("compositeWithTrainedAlgorithmicMedia")


def _write_metadata(path):
    picture = exiv2.ImageFactory.open(str(path))
    picture.readMetadata()
    exif, iptc, xmp = picture.exifData(), picture.iptcData(), picture.xmpData()
    exif["Exif.Image.Artist"] = "A. Photographer"
    iptc["Iptc.Application2.Headline"] = "Market day"
    xmp["Xmp.dc.rights"] = "public domain"
    picture.writeMetadata()


def test_the_original_is_never_altered(tmp_path):
    master = tmp_path / "master.tif"
    tifffile.imwrite(master, grey(16), photometric="minisblack")
    before = master.read_bytes()
    colorize(master, tmp_path)
    assert master.read_bytes() == before


def test_a_truncated_picture_is_refused_with_its_name_and_leaves_nothing(tmp_path):
    master = tmp_path / "torn.jpg"
    pyvips.Image.new_from_array(grey()).jpegsave(str(master))
    master.write_bytes(master.read_bytes()[:-400])
    with pytest.raises(PictureError, match=r"torn\.jpg cannot be read"):
        colorize(master, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["torn.jpg"]


@pytest.mark.parametrize(
    ("size", "working"),
    [((1000, 500), (768, 384)), ((500, 1000), (384, 768)), ((4000, 400), (768, 76)), ((10, 10), (384, 384))],
)
def test_the_working_size_keeps_the_aspect(size, working):
    assert working_size(*size) == working


def test_two_pictures_of_one_stem_are_not_written_over_each_other(tmp_path, site):
    scans = tmp_path / "scans"
    scans.mkdir()
    for suffix in (".png", ".tif"):
        pyvips.Image.new_from_array(grey()).write_to_file(str(scans / f"one{suffix}"))
    refused = files.colorize_files(_tint(site), [scans], tmp_path / "out").refused
    assert len(refused) == 1
    assert "has the same name" in refused[0]


def test_a_path_that_is_not_there_is_named(tmp_path, site):
    with pytest.raises(DeliveryError, match=r"nothing at .*nowhere"):
        files.colorize_files(_tint(site), [tmp_path / "nowhere"], tmp_path / "out")


def test_a_refusal_has_the_words_of_pre_flight(tmp_path, site):
    signed = np.zeros((40, 60), np.int16)
    tifffile.imwrite(tmp_path / "plate.tif", signed, metadata=None)
    (refused,) = files.colorize_files(_tint(site), [tmp_path / "plate.tif"], tmp_path / "out").refused
    assert refused == finding("unsupported-sign", "plate.tif", bits=16).sentence


def test_what_is_in_colour_already_is_refused_and_recoloured_only_on_request(tmp_path, site):
    scans = tmp_path / "scans"
    scans.mkdir()
    pyvips.Image.new_from_array(data.coffee()).write_to_file(str(scans / "cup.jpg"))
    (refused,) = files.colorize_files(_tint(site), [scans], tmp_path / "out").refused
    assert refused.startswith("cup.jpg is already in colour")
    assert files.colorize_files(_tint(site), [scans], tmp_path / "out", recolour=True).refused == []
    out = exiv2.ImageFactory.open(str(tmp_path / "out" / "cup.png"))
    out.readMetadata()
    assert "An experiment" in out.xmpData()["Xmp.photoshop.Instructions"].toString()


def test_a_sepia_print_is_no_colour_original(tmp_path):
    master = tmp_path / "sepia.png"
    toned = samples.tone(grey() / 255, None)
    pyvips.Image.new_from_array(np.rint(toned * 255).astype(np.uint8)).write_to_file(str(master))
    assert files.toning(master).kind == "sepia"


@pytest.mark.parametrize("method", ["tint", "fusion-lite"])
def test_the_map_of_uncertainty_lies_beside_the_result_where_the_method_has_one(tmp_path, site, method):
    pyvips.Image.new_from_array(data.camera()[::2, ::2]).write_to_file(str(tmp_path / "man.tif"))
    configured = replace(site, method=method)
    assert files.colorize_files(configured, [tmp_path / "man.tif"], tmp_path / "out", uncertainty=True).refused == []
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == (["man.tif"] if method == "tint" else ["man.tif", "man.uncertainty.png"])


def _tint(site):
    return replace(site, method="tint")


def test_memory_of_a_lightness_map_is_the_files_not_the_processes(tmp_path):
    master = tmp_path / "master.png"
    pyvips.Image.new_from_array(grey()).write_to_file(str(master))
    picture = open_picture(master)
    assert isinstance(to_memory_map(lightness_of(picture), tmp_path / "map"), np.memmap)


def test_a_file_that_another_one_replaced_is_read_anew(tmp_path):
    means = []
    for level in (10, 200):
        tifffile.imwrite(tmp_path / "source.tif", np.full(SHAPE, level, np.uint8))
        means.append(open_picture(tmp_path / "source.tif").image.avg())
    assert means == [10, 200]
