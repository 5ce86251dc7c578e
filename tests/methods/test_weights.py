"""Weights on disk: what was written comes back, and what was altered is refused in a sentence."""

import numpy as np
import pytest

from heritage_color import methods
from heritage_color.errors import WeightsError
from heritage_color.methods import weights


@pytest.fixture
def file(tmp_path):
    """A weight file of a method `sepia`, with its card."""
    path = tmp_path / "sepia.safetensors"
    weights.save_weights(path, {"tone": np.array([0.1, 20.25])}, {"method": "sepia"})
    return path


def test_what_was_written_comes_back_in_half_precision(file):
    arrays, card = weights.load_weights(file, "sepia")
    assert arrays["tone"].dtype == np.float32
    assert arrays["tone"] == pytest.approx([0.1, 20.25], rel=1e-3)
    assert card["sha256"] == weights.sha256(file)


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
    file.with_suffix(".json").write_text(f'{{"sha256": "{weights.sha256(file)}"}}')
    with pytest.raises(WeightsError, match="no safetensors file"):
        weights.load_weights(file)


def test_nothing_half_written_is_left(file):
    assert sorted(path.name for path in file.parent.iterdir()) == ["sepia.json", "sepia.safetensors"]


def test_an_unknown_method_is_answered_with_those_that_exist():
    with pytest.raises(WeightsError, match=r"no method 'sepia'.*fusion-lite.*tint"):
        methods.create("sepia")
