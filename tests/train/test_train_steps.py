"""The registry over a real catalog and a real S3 server; the weights are tints, which train in a moment."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import psycopg2
import pytest
import pyvips
from catalog_rows import add_colorization, add_reference, add_scan, insert
from damaging import overwrite
from skimage import data

from heritage_color import archive
from heritage_color.errors import ModelError, WeightsError
from heritage_color.methods.baselines import Tint
from heritage_color.methods.cards import Card
from heritage_color.metrics import slices
from heritage_color.store import Store
from heritage_color.train import collecting, promoting, registering, steps
from heritage_color.train.promoting import RolledBack
from heritage_color.train.registering import Provenance

FIGURES = {"psnr_rgb": 24.0, "ciede2000": 9.0, "auc_rebalanced": 70.0}
HALF = {"psnr_rgb": 0.5, "ciede2000": 0.3, "auc_rebalanced": 1.0}


@pytest.fixture
def museum(site, tmp_path):
    """A museum that colorizes with tint and has installed no weights of it."""
    return replace(site, method="tint", weights=tmp_path / "installed", home=tmp_path / "home")


def tint(folder, ab=(1.0, 8.0), name: str = "tint"):
    """A weight file of a tint with its card, as a training writes it."""
    method = Tint()
    method.constant = np.array(ab, np.float32)
    method.save(folder / f"{name}.safetensors", Card(facts={"photographs": 4}))
    return folder / f"{name}.safetensors"


def benchmark(**changes) -> dict:
    """What the command prints of a tint with these figures, and of grey, with both reports."""
    row = FIGURES | changes
    return {
        "pictures": 40,
        "rows": {"grey/-": {"psnr_rgb": 22.0}, "tint/balanced": row},
        "intervals": {"tint/balanced": {name: [row[name] - half, row[name] + half] for name, half in HALF.items()}},
        "over_grey": {},
        "skin_tone": {"tint/balanced": {"dark": 3.1}},
        "era": {"tint/balanced": {"1900": 24.0}},
    }


def candidate(museum, folder, number: int, **figures) -> int:
    """A registered and judged tint, another for each number."""
    model_id = registering.register(museum, tint(folder / str(number), (number, 8.0))).model_id
    registering.judge(museum, model_id, benchmark(**figures))
    return model_id


def champion(rows):
    found = rows("select model_id from champions")
    return found[0]["model_id"] if found else None


def first_champion(museum, folder) -> int:
    """A champion: the first must beat grey, whose figures are therefore all in its benchmark."""
    model_id = registering.register(museum, tint(folder / "1", (1, 8.0))).model_id
    grey = {"psnr_rgb": 22.0, "ciede2000": 12.0, "auc_rebalanced": 60.0}
    made = benchmark()
    registering.judge(museum, model_id, made | {"rows": made["rows"] | {"grey/-": grey}})
    promoting.promote(museum, model_id, "A. Curator", "The first.")
    return model_id


def test_registering_twice_leaves_one_row_and_one_object(museum, tmp_path, rows):
    file = tint(tmp_path)
    first = registering.register(museum, file, Provenance("abc"))
    assert registering.register(museum, file, Provenance("changed since")) == first
    key = archive.key_for("models", first.weights_sha256)
    assert [name for name, _ in Store(museum).keys(museum.archive_bucket, "models/")] == [
        f"{key}.json",
        f"{key}.safetensors",
    ]
    (row,) = rows("select * from models")
    assert row["code_revision"] == "abc"
    assert row["card"] == json.loads(Store(museum).read(museum.archive_bucket, row["card_key"]))


def test_a_kill_between_the_object_and_the_row_is_mended_by_the_next_call(museum, tmp_path, rows):
    file = tint(tmp_path)
    unreachable = replace(museum, database=museum.database.rsplit("/", 1)[0] + "/nowhere")
    with pytest.raises(Exception, match="catalog"):
        registering.register(unreachable, file)
    assert rows("select * from models") == []
    registering.register(museum, file)
    assert len(list(Store(museum).keys(museum.archive_bucket, "models/"))) == 2
    assert rows("select count(*) as n from models")[0]["n"] == 1


def test_damaged_weights_are_not_registered(museum, tmp_path, rows):
    file = tint(tmp_path)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="damaged"):
        registering.register(museum, file)
    assert list(Store(museum).keys(museum.archive_bucket, "models/")) == []


def test_a_benchmark_of_another_method_is_refused(museum, tmp_path):
    model_id = registering.register(museum, tint(tmp_path)).model_id
    with pytest.raises(ModelError, match="no rows of tint"):
        registering.judge(museum, model_id, {"rows": {"grey/-": {}, "fusion-lite/vivid": {}}})


def test_the_gate_says_everything_that_is_missing(museum, tmp_path):
    model_id = registering.register(museum, tint(tmp_path)).model_id
    registering.judge(museum, model_id, {"rows": {"grey/-": {}, "tint/balanced": {}}})
    verdict = promoting.gate(museum, model_id)
    assert not verdict.passes
    assert [sentence.split(":")[0] for sentence in verdict.reasons] == [
        "Its benchmark has no report by skin tone",
        "Its benchmark has no report by era",
        "The figure psnr_rgb is not in both benchmarks",
        "The figure ciede2000 is not in both benchmarks",
        "The figure auc_rebalanced is not in both benchmarks",
    ]


def test_a_better_candidate_takes_the_champions_place_once(museum, tmp_path, rows):
    first = first_champion(museum, tmp_path)
    registering.judge(museum, first, benchmark())
    second = candidate(museum, tmp_path, 2, auc_rebalanced=75.0)
    assert "champion (model" in promoting.gate(museum, second).text
    assert promoting.promote(museum, second, "A. Curator", "More colour.").new == 1
    assert promoting.promote(museum, second, "A. Curator", "More colour.").new == 0
    assert champion(rows) == second
    moves = rows("select model_id, from_model_id, approved_by, why from champion_moves order by move_id")
    assert moves[1:] == [
        {"model_id": second, "from_model_id": first, "approved_by": "A. Curator", "why": "More colour."}
    ]
    assert rows("select count(*) as n from events where event_key like 'champion:%%'")[0]["n"] == 2


def test_a_candidate_that_is_not_better_is_refused_with_the_figures(museum, tmp_path, rows):
    first = first_champion(museum, tmp_path)
    registering.judge(museum, first, benchmark())
    second = candidate(museum, tmp_path, 2, auc_rebalanced=70.5)
    with pytest.raises(ModelError, match=r"70\.5 against 70, within 1"):
        promoting.promote(museum, second, "A. Curator", "Why not?")
    assert champion(rows) == first


def test_of_two_promotions_at_one_moment_the_second_is_judged_against_the_first(museum, tmp_path, rows):
    first = first_champion(museum, tmp_path)
    registering.judge(museum, first, benchmark())
    equals = [candidate(museum, tmp_path, number, auc_rebalanced=75.0) for number in (2, 3)]

    def attempt(model_id):
        try:
            return promoting.promote(museum, model_id, "A. Curator", "More colour.").new
        except ModelError:
            return 0

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, equals)) == [0, 1]
    assert champion(rows) in equals


def test_roll_back_puts_back_the_one_before_and_in_the_end_the_installed_weights(museum, tmp_path, rows):
    first = first_champion(museum, tmp_path)
    registering.judge(museum, first, benchmark())
    second = candidate(museum, tmp_path, 2, auc_rebalanced=75.0)
    promoting.promote(museum, second, "A. Curator", "More colour.")
    assert promoting.roll_back(museum, "tint", "A. Curator") == RolledBack("tint", second, first)
    assert champion(rows) == first
    assert promoting.roll_back(museum, "tint", "A. Curator").model_id is None
    assert champion(rows) is None
    with pytest.raises(ModelError, match="installed weights"):
        promoting.roll_back(museum, "tint", "A. Curator")


def test_installed_weights_are_what_a_first_candidate_must_beat(museum, tmp_path, rows):
    tint(museum.weights, (9.0, 9.0))
    first = candidate(museum, tmp_path, 1, auc_rebalanced=90.0)
    verdict = promoting.gate(museum, first)
    assert verdict.reference.startswith("the installed weights (model ")
    assert "has no benchmark to compare with" in verdict.reasons[0]


def test_peoples_scores_decide_and_simulated_ones_do_not(museum, tmp_path):
    first = first_champion(museum, tmp_path)
    registering.judge(museum, first, benchmark())
    second = candidate(museum, tmp_path, 2)
    for number in range(12):
        scan = add_scan(museum, f"photo-{number}")
        for model_id, mos, simulated in ((first, 3.0, 5.0), (second, 3.5 + number % 2 / 10, 1.0)):
            colour = add_colorization(museum, scan, model_id=model_id)
            score(museum, colour, mos, False)
            score(museum, colour, simulated, True)
    verdict = promoting.gate(museum, second)
    assert verdict.passes
    assert (verdict.opinions.pairs, round(verdict.opinions.mean, 2)) == (12, 0.55)


def score(museum, colorization_id, mos, simulated):
    insert(
        museum, "opinion_scores", "votes",
        colorization_id=colorization_id, simulated=simulated, votes=15, mos=mos, low=mos, high=mos, recovered=mos,
    )  # fmt: skip


def test_the_catalog_refuses_a_champion_without_reports(museum, tmp_path):
    model_id = registering.register(museum, tint(tmp_path)).model_id
    registering.judge(museum, model_id, benchmark() | {"skin_tone": {}})
    with pytest.raises(psycopg2.errors.ForeignKeyViolation, match="champion_without_weights_or_reports"):
        insert(
            museum, "champion_moves", "move_id",
            method="tint", kind="promotion", model_id=model_id, approved_by="x", why="x", figures={},
        )  # fmt: skip


def test_a_champion_keeps_its_reports(museum, tmp_path):
    first = first_champion(museum, tmp_path)
    with pytest.raises(ModelError, match="no report era"):
        registering.judge(museum, first, benchmark() | {"era": None})


def test_moves_are_append_only(museum, tmp_path, rows):
    first_champion(museum, tmp_path)
    for change in ("update champion_moves set why = 'x'", "delete from champion_moves", "truncate champion_moves"):
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            rows(change)


def test_a_move_needs_a_person_and_a_reason(museum, tmp_path):
    model_id = candidate(museum, tmp_path, 1)
    for by, why in (("", "why"), ("A. Curator", " ")):
        with pytest.raises(ModelError, match="person's word"):
            promoting.promote(museum, model_id, by, why)


def test_the_catalogs_references_are_collected_split_and_resumed(museum, tmp_path, rows):
    for number in range(6):
        add_reference(museum, f"photo-{number}")
    closed = add_reference(museum, "photo-6", do_not_colorize=True, do_not_colorize_reason="sacred")
    first = collecting.collect(museum, tmp_path / "set")
    assert (first.train + first.val, first.left_out, first.unreadable) == (6, 1, [])
    assert first.val >= 1
    taken = {path.stem for path in (tmp_path / "set").rglob("*.jpg")}
    assert rows("select sha256 from colour_references where scan_id = %s", [closed])[0]["sha256"] not in taken
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "set").rglob("*.jpg")}
    assert collecting.collect(museum, tmp_path / "set") == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "set").rglob("*.jpg")} == before


def test_the_rights_of_collected_references_go_with_them(museum, tmp_path, rows):
    for number in range(3):
        add_reference(museum, f"photo-{number}", rights="https://creativecommons.org/publicdomain/zero/1.0/")
    collecting.collect(museum, tmp_path)
    with (tmp_path / "photographs.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    assert {tmp_path / row["file"] for row in listed} == set(tmp_path.rglob("*.jpg"))
    assert {row["source"] for row in listed} == {"photo-0", "photo-1", "photo-2"}
    assert {row["rights"] for row in listed} == {"https://creativecommons.org/publicdomain/zero/1.0/"}


def test_a_candidate_of_the_catalogs_references_has_the_report_by_era_that_the_gate_wants(museum, tmp_path, rows):
    for number in range(3):
        add_reference(museum, f"photo-{number}", date_created="1911~")
    folder = collecting.collect(museum, tmp_path / "set").folder
    model_id = registering.register(museum, tint(tmp_path)).model_id
    judged = registering.benchmark_candidate(museum, model_id, folder)
    era = rows("select protocol from models")[0]["protocol"]["era"]
    assert {decade: report["pictures"] for decade, report in era.items()} == {"1910s": judged.pictures}


def test_a_date_in_words_leaves_a_reference_undated(museum, tmp_path):
    for number in range(3):
        add_reference(museum, f"photo-{number}", date_created="about the war")
    collecting.collect(museum, tmp_path)
    assert {one.date for one in slices.read_list(tmp_path / "val").values()} == {""}


def test_a_scan_closed_since_leaves_the_folder(museum, tmp_path, rows):
    scans = [add_reference(museum, f"photo-{number}") for number in range(4)]
    first = collecting.collect(museum, tmp_path)
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'veto' where scan_id = %s", [scans[0]])
    second = collecting.collect(museum, tmp_path)
    assert (second.train + second.val, len(list(tmp_path.rglob("*.jpg")))) == (3, 3)
    assert second.manifest_sha256 != first.manifest_sha256


def test_a_damaged_reference_is_named_and_the_others_are_collected(museum, tmp_path, rows):
    for number in range(3):
        add_reference(museum, f"photo-{number}")
    key = rows("select object_key from colour_references order by scan_id")[0]["object_key"]
    overwrite(museum, key, b"no picture")
    found = collecting.collect(museum, tmp_path)
    assert found.train + found.val == 2
    assert key in found.unreadable[0]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """A folder to train on: 4 small colour photographs, and 2 held back."""
    folder = tmp_path_factory.mktemp("photographs")
    for side, source, number in (("train", data.coffee(), 4), ("val", data.chelsea(), 2)):
        (folder / side).mkdir()
        for index in range(number):
            top, left = 30 * (index // 6), 50 * (index % 6)
            crop = np.ascontiguousarray(source[top : top + 64, left : left + 80])
            pyvips.Image.new_from_array(crop).write_to_file(f"{folder}/{side}/{index}.png")
    return folder


def test_training_ends_with_a_registered_and_measured_candidate(museum, photographs, rows):
    trained = steps.train(museum, photographs, epochs=1, batch=4)
    (row,) = rows("select * from models")
    manifest = archive.key_for("models", row["data_manifest_sha256"], ".txt")
    assert Store(museum).read(museum.archive_bucket, manifest).count(b"\n") == 6
    assert row["code_revision"].startswith("heritage-color ")
    judged = registering.benchmark_candidate(museum, trained.model_id, photographs)
    assert (judged.pictures, len(judged.rows)) == (2, 3)


def test_a_candidate_and_the_installed_weights_are_measured_on_the_same_photographs(
    museum, photographs, tmp_path, rows
):
    tint(museum.weights, (0.0, 0.0))
    model_id = registering.register(museum, tint(tmp_path, (6.0, 12.0))).model_id
    registering.benchmark_candidate(museum, model_id, photographs)
    one, other = (row["protocol"] for row in rows("select protocol from models order by model_id"))
    assert one["rows"]["grey/-"] == other["rows"]["grey/-"]
    assert set(one["rows"]) == set(other["rows"])
    assert one["rows"]["tint/-"]["psnr_rgb"] != other["rows"]["tint/-"]["psnr_rgb"]
    assert other["rows"]["tint/-"]["colourfulness"] == other["rows"]["grey/-"]["colourfulness"]


def test_weights_trained_from_others_know_their_parent(museum, tmp_path, rows):
    first = registering.register(museum, tint(tmp_path / "1")).model_id
    second = registering.register(museum, tint(tmp_path / "2", (3.0, 3.0)), parent=first).model_id
    assert rows("select parent_id from models where model_id = %s", [second]) == [{"parent_id": first}]
    with pytest.raises(ModelError, match="no model 999"):
        registering.register(museum, tint(tmp_path / "3", (4.0, 4.0)), parent=999)


def test_an_unknown_model_is_a_sentence(museum):
    with pytest.raises(ModelError, match="heritage-color models"):
        promoting.gate(museum, 999)
