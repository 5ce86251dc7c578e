"""Averages of weights: the mean of what belongs together, a refusal of what does not."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color.errors import WeightsError
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.weights import load_weights, save_weights
from heritage_color.train.networks.averaging import average, main


def weights(folder, name: str, values, **card):
    path = folder / f"{name}.safetensors"
    save_weights(path, {"a/kernel": np.array(values, np.float32)}, Card(method="fusion-lite").with_facts(**card))
    return path


def test_the_mean_of_two_keeps_the_first_card_and_names_both(tmp_path):
    files = [weights(tmp_path, "one", [1, 2], photographs=7), weights(tmp_path, "other", [3, 6])]
    average(files, tmp_path / "mean.safetensors")
    arrays, card = load_weights(tmp_path / "mean.safetensors", "fusion-lite")
    assert arrays["a/kernel"].tolist() == [2, 4]
    assert card.facts["photographs"] == 7
    assert card.facts["averaged"] == [load_weights(file)[1].sha256 for file in files]


@pytest.mark.parametrize(("values", "card"), [([1, 2, 3], {}), ([1, 2], {"encoder_sha256": "another"})])
def test_weights_of_another_network_have_no_mean_with_these(tmp_path, values, card):
    files = [weights(tmp_path, "one", [1, 2]), weights(tmp_path, "other", values, **card)]
    with pytest.raises(WeightsError, match=r"other\.safetensors is not of the same network as one\.safetensors"):
        average(files, tmp_path / "mean.safetensors")
    assert not (tmp_path / "mean.safetensors").exists()


def test_the_normalisations_of_a_mean_are_measured_on_photographs(tmp_path):
    method = loading.create("fusion-lite")
    method.network.get_layer("up_4_a_norm").moving_mean.assign(np.full(96, 99.0))
    for folder in ("one", "other"):
        method.save(tmp_path / folder / "fusion-lite.safetensors", Card(facts={"photographs": 7}))
    Image.fromarray(data.coffee()[:200, :300]).save(tmp_path / "coffee.png")
    files = [str(tmp_path / folder / "fusion-lite.safetensors") for folder in ("one", "other")]
    main([*files, "--photographs", str(tmp_path), "--out", str(tmp_path / "mean" / "fusion-lite.safetensors")])
    mean = loading.load("fusion-lite", tmp_path / "mean")
    assert np.all(np.abs(mean.network.get_layer("up_4_a_norm").moving_mean) < 10)
    assert (mean.card.facts["photographs"], len(mean.card.facts["averaged"])) == (7, 2)
