"""The benchmark on two small photographs: the rows, the figures, and that grey is grey."""

import json

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color import methods
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.metrics import benchmark
from heritage_color.metrics.definitions import METRICS
from heritage_color.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two colour photographs, one of them in a subfolder, and a file that is none."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "more").mkdir()
    (folder / "readme.txt").write_text("no photograph")
    for name, rgb in (("cat.png", data.chelsea()[60:188, 100:260]), ("more/cup.jpg", data.coffee()[80:208, 150:310])):
        pyvips.Image.new_from_array(rgb).write_to_file(str(folder / name))
    return folder


@pytest.fixture(scope="module")
def result(folder):
    """The benchmark of all methods whose weights are here."""
    return benchmark.benchmark(folder, benchmark.load("all", Settings()))


def test_rows_are_the_baselines_and_every_preset(result):
    presets = [f"fusion-lite/{preset}" for preset in methods.PRESETS]
    assert list(result["rows"])[:2] == ["grey/-", "tint/-"]
    assert set(presets) <= set(result["rows"])


def test_both_photographs_were_measured(result):
    assert result["pictures"] == 2


def test_grey_has_no_colour_and_misses_all_of_the_truths(result):
    grey = result["rows"]["grey/-"]
    assert grey["colourfulness"] < 0.5
    assert grey["colourfulness_distance"] == pytest.approx(grey["colourfulness_truth"], abs=0.5)


def test_tint_has_the_colour_of_its_constant(result):
    assert result["rows"]["tint/-"]["colourfulness"] > 5


def test_every_figure_of_a_truth_is_there_and_finite(result):
    wanted = {metric.name for metric in METRICS if metric.name != "uncertainty"}  # baselines have none
    wanted |= {"auc_rebalanced", "colourfulness_truth", "colourfulness_distance"}
    for name, row in result["rows"].items():
        assert wanted <= row.keys(), name
        assert np.isfinite(list(row.values())).all(), name


def test_every_output_keeps_the_photographs_lightness(result):
    assert max(row["lightness_error"] for row in result["rows"].values()) <= 1


def test_the_result_is_json(result):
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_the_table_names_every_row_and_the_number_of_photographs(result):
    text = benchmark.as_text(result)
    assert all(name in text for name in result["rows"])
    assert text.endswith("Means over 2 photographs, each seen only as its lightness.")


def test_frequencies_are_those_of_the_photographs_colours(folder):
    frequencies = benchmark.bin_frequencies(benchmark.photographs_of(folder))
    assert frequencies.sum() == pytest.approx(1)
    assert 2 < (frequencies > 0).sum() < 60  # a cat and a cup of coffee hold few of the 258 bins


def test_photographs_without_colour_still_give_a_table(tmp_path):
    grey = np.repeat(data.camera()[::4, ::4, None], 3, 2)
    pyvips.Image.new_from_array(grey).write_to_file(str(tmp_path / "grey.png"))
    result = benchmark.benchmark(tmp_path, [])
    assert "grey/-" in benchmark.as_text(result)


def test_a_folder_without_photographs_is_named(tmp_path):
    with pytest.raises(DeliveryError, match=f"no photograph in {tmp_path}"):
        benchmark.photographs_of(tmp_path)


def test_a_method_that_does_not_exist_is_named():
    with pytest.raises(WeightsError, match="no method 'sepia'"):
        benchmark.load("grey,sepia", Settings())


def test_baselines_are_there_without_being_asked_for():
    assert benchmark.load("grey, tint", Settings()) == []
