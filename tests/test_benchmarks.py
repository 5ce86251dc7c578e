"""`make bench` still fits the code it measures, tried on pictures too small to say anything."""

import sys

import numpy as np
import pytest
from PIL import Image
from skimage import data

from benchmarks import ablations, awkward, branch, desk, ingest, joining, likeness, readings, retrieval, scans
from benchmarks.__main__ import sample_master
from benchmarks.measuring import Row, peak_of_own_memory
from heritage_color.methods.names import PRESETS


@pytest.fixture
def masters(tmp_path):
    return [sample_master(tmp_path / f"{side}.tif", side) for side in (64, 128)]


def test_joining_is_measured_against_a_copy_of_the_same_file(masters, tmp_path):
    rows = joining.run(*masters, tmp_path)
    assert rows[0].limit_name == "TIFF copy"
    assert all(row.ours > 0 and row.limit > 0 for row in rows)


def test_every_file_of_a_folder_gets_its_verdict(masters, capsys):
    folder = masters[0].parent
    (folder / "torn.tif").write_bytes(masters[0].read_bytes()[:3000])
    (folder / "notes.txt").write_text("no picture")
    assert awkward.main([str(folder)]) == 0
    *lines, sums = capsys.readouterr().out.splitlines()
    cells = {line.split("\t")[0]: line.split("\t") for line in lines}
    assert [cells[name][1] for name in ("64.tif", "torn.tif", "notes.txt")] == ["accepted", "refused", "refused"]
    assert cells["notes.txt"][4].startswith("not-a-picture: ")
    assert sums.startswith("4 files")


def test_a_second_reading_tells_who_sees_what(masters, capsys):
    folder = masters[0].parent
    (folder / "torn.tif").write_bytes(masters[0].read_bytes()[:3000])
    Image.fromarray(np.full((20, 30), 100, np.uint8)).save(folder / "grey.png")
    Image.fromarray(np.full((20, 30), 100, np.uint8)).save(folder / "grey.jp2")
    assert awkward.main([str(folder), "--against", "tifffile,pillow"]) == 0
    lines = capsys.readouterr().out.splitlines()
    compared = {line.split("\t")[0]: line.split("\t")[-1] for line in lines if "\t" in line}
    assert compared == {
        "64.tif": "equal",
        "128.tif": "equal",
        "grey.png": "equal",
        "grey.jp2": "equal",
        "torn.tif": "alone",
    }
    assert "called damaged though the others agree: 0" in lines


def test_readings_differ_where_one_is_the_negative_of_the_other(tmp_path):
    ramp = np.tile(np.linspace(0, 255, 48, dtype=np.uint8), (32, 1))
    for name, samples in (("positive", ramp), ("negative", 255 - ramp)):
        Image.fromarray(samples).save(tmp_path / f"{name}.tif")
    positive, negative = (readings.tifffile(tmp_path / f"{name}.tif") for name in ("positive", "negative"))
    assert positive.like(readings.pillow(tmp_path / "positive.tif"))
    assert positive.like(readings.ours(tmp_path / "positive.tif"))
    assert not positive.like(negative)


def test_ingest_is_measured_against_an_earlier_build(repository, capsys):
    assert ingest.main([str(repository), "--pictures", "1", "--rounds", "1"]) == 0
    assert "median ratio, new to old:" in capsys.readouterr().out


def test_pre_flight_is_measured_against_the_libraries_below_it(masters, tmp_path):
    assert [row.limit_name for row in scans.run(masters[0], tmp_path)] == ["hashlib", "libvips avg", "one reader"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is read")
def test_memory_of_a_command_is_its_own():
    little, much = (peak_of_own_memory([sys.executable, "-c", f"list(range({n}))"]) for n in (1, 3_000_000))
    assert much - little > 50 * 2**20


def test_a_ratio_of_one_is_the_limit():
    assert Row("copy", 12.5, 12.5, "MP/s", "copy").ratio == 1


def test_a_network_read_without_its_embedding_answers_otherwise():
    grey = np.tile(np.linspace(0, 100, 96, dtype=np.float32), (1, 64, 1))
    whole, without = (ablations.variation("x", ablations.LOOKS, {}, embedding) for embedding in (True, False))
    assert np.abs(whole.predict(grey).ab - without.predict(grey).ab).max() > 1


def test_what_the_branch_adds_is_told_for_every_preset(tmp_path):
    for name in ("chelsea", "coffee"):
        Image.fromarray(getattr(data, name)()[:96, :128]).save(tmp_path / f"{name}.png")
    found = branch.differences(tmp_path, 0)
    assert set(found) == set(PRESETS)
    for each in found.values():
        value, low, high = each["psnr_rgb"]
        assert low <= value <= high


def test_a_row_of_one_part_is_read_through_faithful_alone():
    changed = ablations.variation("regression only", *ablations.VARIATIONS["regression only"])
    assert changed.presets == ("faithful",)
    assert changed.card.presets["faithful"]["regression"] == 1


def test_retrieval_is_measured_against_an_exact_search():
    codes = np.random.default_rng(0).integers(0, 90, (60, 512)).astype(np.uint8)
    rows = {row.name: row for row in retrieval.run(2000, codes)}
    assert {"build, 2,000 gists", "growth by a tenth", "reload", "query, median"} <= set(rows)
    assert rows["recall@10, percent"].ours > 90


def test_likenesses_are_looked_up_in_a_real_catalog_and_all_near_ones_found(site, tmp_path):
    for name in ("camera", "coins", "moon"):
        Image.fromarray(getattr(data, name)()).save(tmp_path / f"{name}.png")
    seen = [likeness.look_at(path) for path in likeness.photographs(tmp_path)]
    rows = {row.name: row for row in likeness.recall(seen)}
    assert rows["half the size"].ours == 100
    assert sum(row.ours for name, row in rows.items() if name.startswith("others at")) == 0
    waves = np.stack([waves for _, waves, _ in seen])
    found = {row.name: row for row in likeness.look_ups(site, waves, 3000)}
    assert found["found, among 3,000"].ours == 100
    assert "all 0 " not in found["found, among 3,000"].limit_name


def test_the_large_catalog_of_the_desk_has_a_queue_that_its_visitor_sees(site, rows):
    desk.fill(site, 400, 50)
    assert rows("select count(*) as pictures from review_queue where score is not null")[0]["pictures"] == 360
    with desk.visiting(site) as visitor:
        page = visitor.get(desk.pages(400)["queue, approved once, low"](0))
    assert page.count('name="chosen"') == 30


def test_a_share_of_none_has_an_interval_too():
    """Wilson's interval of 0 of 40 ends at z²/(n + z²)."""
    from benchmarks.looks import interval

    assert interval(0, 40) == pytest.approx((0, 100 * 1.96**2 / (40 + 1.96**2)))
    assert interval(20, 40) == pytest.approx((35.2, 64.8), abs=0.05)
