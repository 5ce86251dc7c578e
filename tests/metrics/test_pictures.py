"""Picture files against their truth: folders, depths, and what cannot be measured."""

import json

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.cli.commands import DONE
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.metrics import pictures

TRUTH = data.chelsea()[50:130, 100:220]


def write(path, rgb: np.ndarray = TRUTH, **options):
    """A picture file of samples (H, W, 3)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    space = "rgb16" if rgb.dtype == np.uint16 else "srgb"
    pyvips.Image.new_from_array(rgb).copy(interpretation=space).write_to_file(str(path), **options)
    return path


def washed_out() -> np.ndarray:
    """The picture with half its colour."""
    grey = TRUTH.mean(2, keepdims=True)
    return (grey + 0.5 * (TRUTH - grey)).astype(np.uint8)


@pytest.fixture
def folders(tmp_path):
    """`out` and `truth` with two pictures, one of which has no truth, and a truth without a picture."""
    write(tmp_path / "out" / "a.png", washed_out())
    write(tmp_path / "out" / "b.png", washed_out())
    write(tmp_path / "truth" / "a.tif")
    write(tmp_path / "truth" / "c.png")
    return tmp_path / "out", tmp_path / "truth"


def test_pictures_of_two_folders_meet_by_their_stems(folders):
    measured, refused = pictures.measure_pairs(pictures.pair_up(*folders))
    assert list(measured) == ["a.png"]
    assert refused == []
    assert 15 < measured["a.png"]["psnr_rgb"] < 40
    assert measured["a.png"]["colourfulness"] < measured["a.png"]["colourfulness_truth"]


def test_two_files_need_no_common_name(folders):
    one, other = folders[0] / "b.png", folders[1] / "a.tif"
    assert pictures.pair_up(one, other) == [(one, other)]


def test_folders_without_a_common_name_are_refused(tmp_path, folders):
    write(tmp_path / "others" / "z.png")
    with pytest.raises(DeliveryError, match=r"No picture in .*out has the name of a picture in .*others"):
        pictures.pair_up(folders[0], tmp_path / "others")


def test_a_path_that_is_not_there_is_named(folders):
    with pytest.raises(DeliveryError, match=r"nothing at .*nowhere"):
        pictures.pair_up(folders[0], folders[1] / "nowhere")


def test_of_equal_names_the_one_of_the_same_subfolder_is_the_truth(tmp_path):
    for box in ("box-1", "box-2"):
        write(tmp_path / "out" / box / "001.png")
        write(tmp_path / "truth" / box / "001.png")
    pairs = pictures.pair_up(tmp_path / "out", tmp_path / "truth")
    assert [(one.parent.name, other.parent.name) for one, other in pairs] == [("box-1", "box-1"), ("box-2", "box-2")]
    assert len(pictures.measure_pairs(pairs)[0]) == 2


def test_a_picture_with_two_possible_truths_is_not_measured_against_either(tmp_path):
    write(tmp_path / "out" / "001.png")
    for box in ("box-1", "box-2"):
        write(tmp_path / "truth" / box / "001.png")
    with pytest.raises(DeliveryError, match="several truths"):
        pictures.pair_up(tmp_path / "out", tmp_path / "truth")


def test_sixteen_bits_are_measured_against_eight(tmp_path):
    deep = write(tmp_path / "deep.tif", TRUTH.astype(np.uint16) * 257)
    found = pictures.measure_pair(deep, write(tmp_path / "flat.png"))
    assert found["mse_rgb"] == 0


def test_a_grey_file_is_measured_as_three_equal_channels(tmp_path):
    grey = write(tmp_path / "grey.png", TRUTH[..., :1])
    assert pictures.measure_pair(grey, write(tmp_path / "truth.png"))["colourfulness"] == 0


def test_the_figures_of_equal_pictures_are_json_that_anyone_can_read(tmp_path):
    measured, _ = pictures.measure_pairs([(write(tmp_path / "a.png"), write(tmp_path / "b.png"))])
    assert json.loads(json.dumps(measured, allow_nan=False))["a.png"]["psnr_rgb"] is None


def test_a_damaged_file_is_refused_while_the_others_go_on(folders):
    out, truth = folders
    torn = write(out / "c.tif", washed_out())
    torn.write_bytes(torn.read_bytes()[:-2000])
    measured, refused = pictures.measure_pairs(pictures.pair_up(out, truth))
    assert list(measured) == ["a.png"]
    assert len(refused) == 1
    assert "c.tif cannot be read" in refused[0]


def test_pictures_of_different_sizes_are_refused_while_the_others_go_on(folders):
    out, truth = folders
    write(out / "c.png", washed_out()[:-8])
    measured, refused = pictures.measure_pairs(pictures.pair_up(out, truth))
    assert list(measured) == ["a.png"]
    assert refused == ["c.png: The picture has 120 x 72 pixels and its truth 120 x 80."]


def test_a_large_picture_is_shrunk_alike_as_file_and_as_array(tmp_path):
    small = pictures.read_rgb(write(tmp_path / "a.png"), most_pixels=2400)
    assert small.shape[0] * small.shape[1] <= 2400 * 1.02  # sides are whole pixels
    assert np.array_equal(small, pictures.bounded(TRUTH, most_pixels=2400))


def test_the_mean_leaves_out_what_is_not_finite():
    rows = [
        {"psnr_rgb": 20.0, "ssim": float("nan")},
        {"psnr_rgb": None, "ssim": float("nan")},
        {"psnr_rgb": 30.0, "ssim": 1},
    ]
    assert pictures.mean_of(rows) == {"psnr_rgb": 25, "ssim": 1}
    assert pictures.counted_in(rows) == {"psnr_rgb": 2, "ssim": 1}
    assert (pictures.mean_of([]), pictures.counted_in([])) == ({}, {})


def test_a_mean_says_of_how_many_pictures_it_is_where_some_equal_their_truth(tmp_path, capsys):
    for name, rgb in {"a": washed_out(), "b": TRUTH, "c": TRUTH}.items():
        write(tmp_path / "out" / f"{name}.png", rgb)
        write(tmp_path / "truth" / f"{name}.png")
    folders = [str(tmp_path / "out"), str(tmp_path / "truth")]
    assert main(["measure", *folders]) == DONE
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["psnr_rgb"].endswith("  over 1 of 3: the others equal their truth, of infinite PSNR")
    assert "over" not in lines["mse_rgb"]
    assert main(["measure", *folders, "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["counted"]["psnr_rgb"], told["counted"]["mse_rgb"]) == (1, 3)
    assert told["mean"]["psnr_rgb"] == told["pictures"]["a.png"]["psnr_rgb"]


def test_a_picture_that_equals_its_truth_says_so_in_place_of_a_number(tmp_path):
    measured, _ = pictures.measure_pairs([(write(tmp_path / "a.png"), write(tmp_path / "b.png"))])
    assert "psnr_rgb                         -  infinite: it equals its truth" in pictures.figures_table(measured)


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "notes.png").write_text("no picture")
    with pytest.raises(PictureError, match=r"notes\.png cannot be read"):
        pictures.read_rgb(tmp_path / "notes.png")


def test_pictures_without_truth_and_truths_without_picture_are_said(tmp_path, capsys):
    for folder, names in (("out", "ab"), ("truth", "bcdefghi")):
        for name in names:
            write(tmp_path / folder / f"{name}.png", TRUTH[:16, :16])
    assert main(["measure", str(tmp_path / "out"), str(tmp_path / "truth")]) == DONE
    printed = capsys.readouterr()
    assert printed.out.startswith("b.png")
    first, second = printed.err.splitlines()
    assert first == f"Not measured, as they have no truth of their name: {tmp_path / 'out' / 'a.png'}."
    assert second.startswith("Not measured, as they are the truth of no picture: ")
    assert second.endswith("g.png and 2 more.")
