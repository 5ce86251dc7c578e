"""Averages of weights: the mean of what belongs together, a refusal of what does not."""

import numpy as np
import pytest

from heritage_color.errors import WeightsError
from heritage_color.methods.weights import load_weights, save_weights
from heritage_color.train.averaging import average


def weights(folder, name: str, values, **card):
    path = folder / f"{name}.safetensors"
    save_weights(path, {"a/kernel": np.array(values, np.float32)}, {"method": "fusion-lite"} | card)
    return path


def test_the_mean_of_two_keeps_the_first_card_and_names_both(tmp_path):
    files = [weights(tmp_path, "one", [1, 2], photographs=7), weights(tmp_path, "other", [3, 6])]
    average(files, tmp_path / "mean.safetensors")
    arrays, card = load_weights(tmp_path / "mean.safetensors", "fusion-lite")
    assert arrays["a/kernel"].tolist() == [2, 4]
    assert card["photographs"] == 7
    assert card["averaged"] == [load_weights(file)[1]["sha256"] for file in files]


@pytest.mark.parametrize(("values", "card"), [([1, 2, 3], {}), ([1, 2], {"encoder_sha256": "another"})])
def test_weights_of_another_network_have_no_mean_with_these(tmp_path, values, card):
    files = [weights(tmp_path, "one", [1, 2]), weights(tmp_path, "other", values, **card)]
    with pytest.raises(WeightsError, match=r"other\.safetensors is not of the same network as one\.safetensors"):
        average(files, tmp_path / "mean.safetensors")
    assert not (tmp_path / "mean.safetensors").exists()
