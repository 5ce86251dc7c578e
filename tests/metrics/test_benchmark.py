"""The benchmark on two small photographs: the rows, the figures, and that grey is grey."""

import json
import re
from dataclasses import asdict, replace

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.errors import DeliveryError, ProtocolError, WeightsError
from heritage_color.methods import names
from heritage_color.metrics import benchmark, report, steps
from heritage_color.metrics.definitions import METRICS
from heritage_color.metrics.results import as_json
from heritage_color.metrics.slices import SKIN_FIGURES
from heritage_color.settings import Settings

JSON_NAMES = {
    "pictures", "rows", "intervals", "counted", "resampled", "over_grey", "counted_over_grey", "cost", "skin_tone",
    "era", "sheets", "refused",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two colour photographs, one of them in a subfolder, and a file that is none."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "more").mkdir()
    (folder / "readme.txt").write_text("no photograph")
    (folder / "photographs.csv").write_text("file,date,work\nmore/cup.jpg,191X,\n")
    for name, rgb in (("cat.png", data.chelsea()[60:188, 100:260]), ("more/cup.jpg", data.coffee()[80:208, 150:310])):
        pyvips.Image.new_from_array(rgb).write_to_file(str(folder / name))
    return folder


@pytest.fixture(scope="module")
def result(folder):
    """The benchmark of all methods whose weights are here."""
    return benchmark.benchmark(folder, benchmark.load_methods("all", Settings()))


@pytest.fixture(scope="module")
def compared(folder):
    """The baselines' benchmark with its protocol, as the command line has it."""
    return steps.compare(Settings(), folder, "tint", benchmark.Plan())


def test_rows_are_the_baselines_and_every_preset(result):
    presets = [f"fusion-lite/{preset}" for preset in names.PRESETS]
    assert list(result.rows)[:2] == ["grey/-", "tint/-"]
    assert set(presets) <= set(result.rows)


def test_both_photographs_were_measured(result):
    assert result.pictures == 2


def test_grey_has_no_colour_and_misses_all_of_the_truths(result):
    grey = result.rows["grey/-"]
    assert grey["colourfulness"] < 0.5
    assert grey["colourfulness_distance"] == pytest.approx(grey["colourfulness_truth"], abs=0.5)


def test_grey_does_no_harm_and_harm_is_printed_with_its_interval(result):
    assert result.rows["grey/-"]["harm"] == 0
    low, high = result.intervals["tint/-"]["harm"]
    harm = result.rows["tint/-"]["harm"]
    assert low <= harm <= high
    assert f"; harm {harm:.1f} ({low:.1f} to {high:.1f}) %" in report.benchmark_table(result)


def test_tint_has_the_colour_of_its_constant(result):
    assert result.rows["tint/-"]["colourfulness"] > 5


def test_every_figure_of_a_truth_is_there_and_finite(result):
    wanted = {metric.name for metric in METRICS if metric.name != "uncertainty"}  # baselines have none
    wanted |= {"auc_rebalanced", "colourfulness_absolute", "colourfulness_absolute_truth", "colourfulness_distance"}
    wanted |= {"colourfulness_absolute_distance", "colourfulness_difference"}
    for name, row in result.rows.items():
        assert wanted <= row.keys(), name
        assert np.isfinite(list(row.values())).all(), name


def test_every_output_keeps_the_photographs_lightness(result):
    assert max(row["lightness_error"] for row in result.rows.values()) <= 1


def test_the_result_is_json(result):
    kept = as_json(result)
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept
    assert set(kept) == JSON_NAMES


def test_the_table_names_every_row_and_the_number_of_photographs(compared):
    text = report.benchmark_table(compared)
    assert all(name in text for name in compared.rows)
    assert "Means over 2 photographs, each seen only as its lightness" in text
    assert text.endswith("With so few, the intervals are too narrow.")


def test_the_page_has_every_figure_with_its_interval_and_the_protocol(compared):
    page = report.benchmark_page(compared)
    titles = page.splitlines()[2]
    assert all(f"| {title} |" in titles for title in [*report.COLUMNS, *report.COSTS])
    assert re.search(r"\| `tint/-` \| \d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\) \|", page)
    assert compared.protocol.list_sha256 in page


def test_the_comparison_has_every_row_with_the_intervals_of_its_figures(compared):
    lines = report.comparison(compared).splitlines()
    assert lines[0].count("|") == 2 + len(report.COMPARED) + len(report.COSTS)
    assert [line.split("`")[1] for line in lines[2:4]] == list(compared.rows)
    assert " to " in lines[3]


def test_every_figure_of_every_row_has_its_interval(result):
    for name, row in result.rows.items():
        assert result.intervals[name].keys() == row.keys()
        assert all(low <= row[figure] <= high for figure, (low, high) in result.intervals[name].items())


def test_a_grey_photograph_that_grey_answers_exactly_is_counted_out_aloud(tmp_path):
    for name, rgb in {"cat": data.chelsea()[60:124, 100:164], "moon": np.full((64, 64, 3), 119, np.uint8)}.items():
        pyvips.Image.new_from_array(rgb).write_to_file(str(tmp_path / f"{name}.png"))
    found = steps.compare(Settings(), tmp_path, "tint", benchmark.Plan())
    assert [found.counted[name]["psnr_rgb"] for name in ("grey/-", "tint/-")] == [1, 2]
    assert found.counted_over_grey == {"grey/-": 1, "tint/-": 1}
    said = "PSNR of grey/- over 1 of 2: the others equal their truth, their PSNR is infinite. PSNR over grey of"
    assert said in report.benchmark_table(found)
    assert said in report.benchmark_page(found)
    assert said in report.comparison(found)


def test_grey_is_at_no_distance_from_grey(result):
    assert result.over_grey["grey/-"] == {"psnr_rgb": [0, 0, 0], "auc_rebalanced": [0, 0, 0]}


def test_over_grey_is_the_difference_of_the_rows(result):
    rows = result.rows
    for name, found in result.over_grey.items():
        for figure in ("psnr_rgb", "auc_rebalanced"):
            assert found[figure][0] == pytest.approx(rows[name][figure] - rows["grey/-"][figure], abs=1e-4)


def test_a_cat_and_a_cup_have_colours_like_skin_and_are_of_a_known_decade(result):
    skin, era = result.skin_tone, result.era
    assert sum(group.pictures for group in skin.groups.values()) + skin.pictures_without == 2
    assert set(next(iter(skin.groups.values())).rows["tint/-"]) == set(SKIN_FIGURES)
    assert {name: (group.pictures, group.works) for name, group in era.items()} == {
        "1910s": (1, 1), "undated": (1, 1)
    }  # fmt: skip
    assert era["1910s"].rows["grey/-"]["psnr_rgb"] > 10


def test_the_slices_are_printed_by_group(compared):
    text = report.slices_text(compared)
    assert "1910s" in text
    assert "it finds no persons" in text


def test_the_same_protocol_twice_gives_the_same_digits(folder, tmp_path):
    plan, results = benchmark.Plan(crop=96), []
    for run in ("first", "second"):
        results.append(steps.compare(Settings(), folder, "fusion-lite", plan, tmp_path / run, tmp_path / "p.json"))
    first, second = (replace(result, cost={}, sheets=[]) for result in results)
    assert first == second
    assert json.loads((tmp_path / "p.json").read_text()) == asdict(first.protocol)
    assert (tmp_path / "first/sheet.jpg").read_bytes() == (tmp_path / "second/sheet.jpg").read_bytes()


def test_another_protocol_is_refused_before_anything_is_measured_or_written(folder, tmp_path):
    steps.compare(Settings(), folder, "grey", benchmark.Plan(pictures=1), None, tmp_path / "p.json")
    with pytest.raises(ProtocolError, match=r"list_sha256 is .+; pictures is 2, there 1"):
        steps.compare(Settings(), folder, "grey", benchmark.Plan(), tmp_path / "out", tmp_path / "p.json")
    assert not (tmp_path / "out").exists()


def test_a_torn_photograph_is_left_out_and_named(folder, tmp_path):
    (tmp_path / "a.png").write_bytes((folder / "cat.png").read_bytes())
    (tmp_path / "b.jpg").write_bytes((folder / "more" / "cup.jpg").read_bytes()[:3000])
    result = benchmark.benchmark(tmp_path, [])
    assert result.pictures == 1
    assert ["b.jpg cannot be read" in sentence for sentence in result.refused] == [True]


def test_a_folder_of_torn_photographs_is_an_error(tmp_path):
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    with pytest.raises(DeliveryError, match=r"No photograph in .* can be read. torn.jpg"):
        benchmark.benchmark(tmp_path, [])


def test_the_step_of_the_dag_writes_table_figures_and_pictures(folder, tmp_path):
    out = tmp_path / "out"
    counts = steps.benchmark(Settings(), str(folder), "grey", str(out), pictures=1)
    assert counts == steps.Compared(pictures=1, rows=2, left_out=[])
    assert sorted(path.name for path in out.iterdir()) == ["benchmark.json", "sheet.jpg", "table.md"]
    assert json.loads((out / "benchmark.json").read_text())["rows"].keys() == {"grey/-", "tint/-"}


def test_a_hundred_photographs_have_a_frechet_distance(tmp_path):
    for number in range(100):
        at = 2 * number
        pyvips.Image.new_from_array(data.coffee()[at : at + 64, at : at + 64]).write_to_file(
            f"{tmp_path}/{number}.png"
        )
    rows = benchmark.benchmark(tmp_path, []).rows
    assert rows["grey/-"]["frechet_lite0"] > rows["tint/-"]["frechet_lite0"] > 0  # a cup of coffee is brown


def test_photographs_without_colour_still_give_a_table(tmp_path):
    grey = np.repeat(data.camera()[::4, ::4, None], 3, 2)
    pyvips.Image.new_from_array(grey).write_to_file(str(tmp_path / "grey.png"))
    result = benchmark.benchmark(tmp_path, [])
    assert result.rows["grey/-"]["auc"] == 100


def test_a_method_that_does_not_exist_is_named():
    with pytest.raises(WeightsError, match="no method 'sepia'"):
        benchmark.load_methods("grey,sepia", Settings())


def test_baselines_are_there_without_being_asked_for():
    assert benchmark.load_methods("grey, tint", Settings()) == []
