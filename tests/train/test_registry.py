"""The gate's rules, on benchmarks as `heritage-color benchmark --json` prints them."""

import math
from dataclasses import replace

import pytest

from heritage_color.train import figures, registry
from heritage_color.train.records import Model, Move, Protocol, Reference

ROW = "fusion-lite/balanced"
GREY = {"psnr_rgb": 22.0, "ciede2000": 12.0, "auc_rebalanced": 60.0}
CHAMPION = {"psnr_rgb": 24.0, "ciede2000": 9.0, "auc_rebalanced": 70.0}
HALF_WIDTHS = {"psnr_rgb": 0.5, "ciede2000": 0.3, "auc_rebalanced": 1.0}


def protocol(**changes) -> dict:
    """The protocol of a model with the champion's figures, some of them changed."""
    row = CHAMPION | changes
    intervals = {name: [row[name] - half, row[name] + half] for name, half in HALF_WIDTHS.items()}
    return {
        "pictures": 40,
        "rows": {"grey/-": GREY, ROW: row},
        "intervals": {ROW: intervals},
        "skin_tone": {ROW: {"light": 3.0, "dark": 3.1}},
        "era": {ROW: {"1900": 24.0}},
    }


def model(made: dict | None, **changes) -> Model:
    facts = {"model_id": 2, "method": "fusion-lite", "weights_sha256": "aa", "weights_key": "models/sha256/aa"}
    return Model(**facts | {"protocol": made, "is_champion": False} | changes)


REFERENCE = Reference("the champion (model 1)", Protocol.read(protocol()), ROW, ROW)


def reasons(candidate, reference=REFERENCE, figure="auc_rebalanced", opinions=None):
    return registry.judge_candidate(candidate, ROW, reference, figure, opinions)[0]


def test_better_in_the_chosen_figure_and_worse_in_none_passes():
    assert reasons(model(protocol(auc_rebalanced=71.5))) == []


def test_within_the_interval_it_is_neither_worse_nor_better():
    (sentence,) = reasons(model(protocol(psnr_rgb=23.6, auc_rebalanced=70.9)))
    assert sentence.startswith("It is better than the champion (model 1) neither in auc_rebalanced")


def test_a_smaller_colour_difference_is_better():
    assert reasons(model(protocol(ciede2000=8.0)), figure="ciede2000") == []


@pytest.mark.parametrize("worse", [{"psnr_rgb": 23.4}, {"ciede2000": 9.4}])
def test_worse_beyond_the_interval_in_a_guarded_figure_fails_however_good_the_chosen_one_is(worse):
    (sentence,) = reasons(model(protocol(auc_rebalanced=80.0, **worse)))
    assert sentence.startswith(f"In {next(iter(worse))} it is worse than the champion (model 1)")


def test_people_who_like_it_more_stand_in_for_the_figure():
    liked = registry.paired([0.4, 0.6] * 10)
    assert reasons(model(protocol()), opinions=liked) == []


def test_the_gain_over_grey_gives_the_interval_where_it_was_measured():
    narrow = protocol() | {"over_grey": {ROW: {"auc_rebalanced": [10.0, 9.9, 10.1]}}}
    reference = replace(REFERENCE, protocol=Protocol.read(narrow))
    assert reasons(model(protocol(auc_rebalanced=70.2)), reference) == []


def test_all_faults_come_in_one_pass():
    made = protocol(psnr_rgb=20.0)
    del made["skin_tone"], made["era"]
    found = reasons(model(made, weights_key=None, is_champion=True))
    assert len(found) == 6
    assert any("skin tone" in sentence for sentence in found)
    assert any("era" in sentence for sentence in found)


def test_a_model_without_a_benchmark_is_told_how_to_get_one():
    (sentence,) = reasons(model(None))
    assert "heritage-color benchmark" in sentence


def test_a_reference_without_a_benchmark_is_named():
    (sentence,) = reasons(model(protocol()), replace(REFERENCE, protocol=None))
    assert sentence.startswith("The champion (model 1) has no benchmark")


def test_benchmarks_of_different_photographs_are_not_compared():
    other = protocol()
    other["rows"] = other["rows"] | {"grey/-": GREY | {"psnr_rgb": 21.0}}
    (sentence,) = reasons(model(protocol(auc_rebalanced=90.0)), replace(REFERENCE, protocol=Protocol.read(other)))
    assert "different photographs" in sentence


def test_without_intervals_nothing_can_be_said():
    bare = protocol()
    del bare["intervals"]
    found = reasons(model(protocol(auc_rebalanced=90.0)), replace(REFERENCE, protocol=Protocol.read(bare)))
    assert found == [f"The benchmark has no interval of {name}: measure both anew." for name in registry.GUARDED]


def test_the_first_champion_must_beat_grey():
    grey = Reference("the grey baseline", Protocol.read(protocol()), "grey/-", ROW)
    assert reasons(model(protocol()), grey) == []
    brown = protocol(psnr_rgb=20.0, auc_rebalanced=60.5)
    found = reasons(model(brown), replace(grey, protocol=Protocol.read(brown)))
    assert [sentence.split(",")[0].split(" (")[0] for sentence in found] == [
        "In psnr_rgb it is worse than the grey baseline beyond the interval: 20 against 22 within 0.5.",
        "It is better than the grey baseline neither in auc_rebalanced",
    ]


def test_a_benchmark_is_cut_to_one_model_and_its_baselines():
    both = {
        "pictures": 3,
        "rows": {
            "grey/-": {},
            "tint/-": {},
            "tint/vivid": {"psnr_rgb": 1.0},
            "replaced/vivid": {"psnr_rgb": math.nan},
        },
        "era": {"replaced/vivid": {"1900/1910": [math.inf, 2.0]}},
    }
    assert registry.protocol_of(both, "replaced", "tint") == {
        "pictures": 3,
        "rows": {"grey/-": {}, "tint/-": {}, "tint/vivid": {"psnr_rgb": None}},
        "era": {"tint/vivid": {"1900/1910": [None, 2.0]}},
    }


def test_paired_scores_have_students_interval():
    opinions = registry.paired([0.0, 1.0] * 6)  # mean 0.5, deviation 0.5222, 11 degrees of freedom: t = 2.201
    assert (opinions.pairs, opinions.mean) == (12, 0.5)
    assert opinions.low == pytest.approx(0.5 - 2.20099 * 0.52223 / 12**0.5, abs=1e-4)
    assert opinions.high == pytest.approx(0.5 + 2.20099 * 0.52223 / 12**0.5, abs=1e-4)


def test_a_few_pairs_prove_nothing_even_when_they_agree():
    opinions = registry.paired([2.0] * (registry.LEAST_PAIRS - 1))
    assert (opinions.low, opinions.high) == (-4.0, 4.0)
    assert registry.paired([]) is None


def test_roll_backs_undo_promotions_one_by_one():
    moves = [Move("promotion", number) for number in (1, 2)]
    back = Move("roll back", None)
    assert registry.standing(moves) == [None, 1, 2]
    assert registry.standing([*moves, back]) == [None, 1]
    again = [*moves, back, Move("promotion", 3), back, back]
    assert registry.standing(again) == [None]


def test_every_figure_that_can_be_chosen_has_a_better_side():
    assert {figures.FIGURE, *registry.GUARDED} <= set(figures.FIGURES)
    assert "colourfulness" not in figures.FIGURES


def test_a_method_with_one_answer_is_judged_by_its_one_row():
    protocol = Protocol({"grey/-": {}, "pix2pix/-": {}, "cic/vivid": {}})
    assert registry.row_of(protocol, "pix2pix", "vivid") == "pix2pix/-"
    assert registry.row_of(protocol, "cic", "vivid") == "cic/vivid"
    assert registry.row_of(None, "cic", "vivid") == "cic/vivid"
