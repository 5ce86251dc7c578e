"""Weights on disk: what was written comes back, and what was altered is refused in a sentence."""

import numpy as np
import pytest

from heritage_color.digests import sha256_file
from heritage_color.errors import WeightsError
from heritage_color.methods import loading, weights
from heritage_color.methods.cards import Card


@pytest.fixture
def file(tmp_path):
    """A weight file of a method `sepia`, with its card."""
    path = tmp_path / "sepia.safetensors"
    weights.save_weights(path, {"tone": np.array([0.1, 20.25])}, Card(method="sepia"))
    return path


def test_what_was_written_comes_back_in_half_precision(file):
    arrays, card = weights.load_weights(file, "sepia")
    assert arrays["tone"].dtype == np.float32
    assert arrays["tone"] == pytest.approx([0.1, 20.25], rel=1e-3)
    assert card.sha256 == sha256_file(file)


def test_whole_numbers_stay_what_they_are(tmp_path):
    places = np.array([0, 2049, 65535], np.uint16)
    weights.save_weights(tmp_path / "places.safetensors", {"left": places}, Card())
    assert np.array_equal(weights.load_weights(tmp_path / "places.safetensors")[0]["left"], places)


def test_kernels_in_8_bits_come_back_within_half_a_step_of_their_channel(tmp_path):
    path = tmp_path / "toned.safetensors"
    kernel = np.random.default_rng(1).normal(0, [0.01, 1, 0], (3, 3, 8, 3)).astype(np.float32)
    arrays = {"a/kernel": kernel, "a/bias": np.array([1e-7, 3e6], np.float32)}
    weights.save_weights(path, arrays, Card(method="sepia"), bits=8)
    found, _ = weights.load_weights(path, "sepia")
    assert found.keys() == arrays.keys()
    assert np.all(np.abs(found["a/kernel"] - kernel) <= np.abs(kernel).max((0, 1, 2)) / 254 * 1.001)
    assert np.array_equal(found["a/bias"], arrays["a/bias"])
    assert path.stat().st_size < kernel.size + 400


def test_a_file_without_a_card_is_refused(file):
    file.with_suffix(".json").unlink()
    with pytest.raises(WeightsError, match=r"No weights at .*sepia\.json must be there"):
        weights.load_weights(file)


@pytest.mark.parametrize("card", ["", "{", "[1, 2]", "\x00\x01"])
def test_a_damaged_card_is_refused_in_a_sentence(file, card):
    file.with_suffix(".json").write_text(card)
    with pytest.raises(WeightsError, match=r"sepia\.json is damaged"):
        weights.load_weights(file)


def test_a_card_without_a_checksum_trusts_nothing(file):
    file.with_suffix(".json").write_text("{}")
    with pytest.raises(WeightsError, match="damaged or was exchanged"):
        weights.load_weights(file)


def test_a_file_of_another_format_is_refused_even_if_its_card_agrees(file):
    file.write_bytes(b"\x80\x04K\x01.")  # a pickle
    file.with_suffix(".json").write_text(f'{{"sha256": "{sha256_file(file)}"}}')
    with pytest.raises(WeightsError, match="no safetensors file"):
        weights.load_weights(file)


def test_nothing_half_written_is_left(file):
    assert sorted(path.name for path in file.parent.iterdir()) == ["sepia.json", "sepia.safetensors"]


def test_an_unknown_method_is_answered_with_those_that_exist():
    with pytest.raises(WeightsError, match=r"no method 'sepia'.*fusion-lite.*tint"):
        loading.create("sepia")


@pytest.mark.parametrize("bits", [8, 16])
def test_whole_numbers_stay_as_they_are(tmp_path, bits):
    path = tmp_path / "codes.safetensors"
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    weights.save_weights(path, {"codes": codes}, Card(method="sepia"), bits)
    found = weights.load_weights(path)[0]["codes"]
    assert found.dtype == np.uint8
    assert np.array_equal(found, codes)
