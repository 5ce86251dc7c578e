"""Training of `learch` from a folder: a weight file that loads, a card that says how, ablations by name."""

import json

import pytest
from PIL import Image
from skimage import data

from heritage_color.digests import sha256_file as sha256_of_weights
from heritage_color.errors import WeightsError
from heritage_color.methods import loading
from heritage_color.methods.learch.boosting import Size
from heritage_color.train import forests
from heritage_color.train.networks.recipes import Recipe

SMALL = Size(trees=2, leaves=20, pair_trees=1, pair_leaves=10, rounds=1, round_trees=1, round_leaves=10)
RECIPE = Recipe(method="learch", batch=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twelve small crops of a photograph."""
    folder = tmp_path_factory.mktemp("photographs")
    for index in range(12):
        top, left = 60 * (index // 6), 80 * (index % 6)
        Image.fromarray(data.coffee()[top : top + 64, left : left + 80]).save(folder / f"p{chr(97 + index)}.jpg")
    return folder


@pytest.fixture(scope="module")
def weights(folder, tmp_path_factory):
    """The weight file of a run."""
    return forests.train(folder, folder, tmp_path_factory.mktemp("run"), RECIPE, scenes=2, size=SMALL)


def test_the_weight_file_loads_and_answers(weights):
    method = loading.load("learch", weights.parent)
    assert len(method.centres) == len(method.conditioning.scenes) == 2
    assert method.conditioning.scenes[0].left.shape[0] == SMALL.trees


def test_the_card_says_on_what_it_was_trained_and_what_each_round_brought(weights):
    card = json.loads(weights.with_suffix(".json").read_text())
    assert card["photographs"] == 12
    assert card["recipe"] == {"seed": RECIPE.seed, "aged": RECIPE.aged}
    assert len(card["margin_costs"]) == card["rounds"] + 1
    assert len(card["data_sha256"]) == 64


def test_the_same_photographs_give_the_same_weights(weights, folder, tmp_path):
    again = forests.train(folder, folder, tmp_path, RECIPE, scenes=2, size=SMALL)
    assert sha256_of_weights(again) == sha256_of_weights(weights)


def test_forests_are_not_continued(folder, weights, tmp_path):
    with pytest.raises(WeightsError, match=r"learch cannot go on from learch\.safetensors"):
        forests.train(folder, folder, tmp_path, RECIPE, start_from=weights)


def test_ablations_are_rows_of_their_own(weights, folder, capsys):
    forests.main([str(folder), "--weights", str(weights), "--pictures", "2"])
    printed = capsys.readouterr().out
    for row in ("learch, nothing/faithful", "learch, first/faithful", "learch, learned/vivid"):
        assert row in printed
