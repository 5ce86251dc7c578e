"""Training of pix2pix, small and real: it goes on where it stopped as if it had not, and judges what it made."""

import csv
import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data

from heritage_color.errors import WeightsError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import loading
from heritage_color.methods.pix2pix import AB_SCALE
from heritage_color.train.networks import adversarial
from heritage_color.train.networks.recipes import Recipe

TINY = {"width": 2, "side": 32}


def recipe(epochs: float) -> Recipe:
    return Recipe("pix2pix", epochs=epochs, batch=2, learning_rate=2e-4, aged=0.4)


def write_photographs(folder, source: str, number: int):
    """Small crops of a sample photograph."""
    folder.mkdir()
    for index in range(number):
        crop = getattr(data, source)()[30 * index : 30 * index + 64, 100:180]
        Image.fromarray(crop).save(folder / f"p{index}.png")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    base = tmp_path_factory.mktemp("train")
    return write_photographs(base / "learn", "coffee", 4), write_photographs(base / "held-back", "chelsea", 2)


@pytest.fixture(scope="module")
def run(tmp_path_factory, folders):
    """The folder of a run of two steps that is then told to make six."""
    folder = tmp_path_factory.mktemp("run")
    for epochs in (1, 3):
        adversarial.train(*folders, folder, recipe(epochs), **TINY)
    return folder


def rows(folder):
    with (folder / "log.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_run_that_was_stopped_ends_as_one_that_was_not(run, folders, tmp_path):
    adversarial.train(*folders, tmp_path, recipe(3), **TINY)
    assert [row["step"] for row in rows(run)] == ["2", "6"]
    (whole,) = rows(tmp_path)
    for figure in ("validation_l1", "validation_deviation"):
        assert float(rows(run)[-1][figure]) == pytest.approx(float(whole[figure]), abs=2e-3)


def test_a_line_that_a_killed_run_left_is_replaced(tmp_path):
    for step in (2, 4, 6, 4):
        adversarial._log(tmp_path / "log.csv", {"step": step, "l1": 1.0})
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4"]


def test_the_weights_can_be_loaded_and_their_card_says_how_they_came_about(run):
    method = loading.load("pix2pix", run)
    card = json.loads((run / "pix2pix.json").read_text())
    assert (method.width, method.side) == (2, 32)
    assert (card["photographs"], card["recipe"]["loss"], card["recipe"]["batch"]) == (4, "l1+cgan", 2)
    assert card["steps"] == 6
    assert card["validation"]["l1"] == float(rows(run)[-1]["validation_l1"])


def test_a_run_of_another_width_is_refused(run, folders):
    with pytest.raises(WeightsError, match="another width or side: give it a folder of its own"):
        adversarial.train(*folders, run, recipe(4), width=4, side=32)


def test_a_run_can_start_from_weights(run, tmp_path):
    state = adversarial.prepare_run(recipe(1), tmp_path, run / "pix2pix.safetensors", "l1", 24, 128)
    learned = loading.load("pix2pix", run).generator.get_weights()
    assert (state.method.width, state.method.side) == (2, 32)
    for mine, stored in zip(state.rivals.generator.get_weights(), learned, strict=True):
        assert np.array_equal(mine, stored)


def test_a_pair_is_lightness_and_chroma_of_the_same_square(folders):
    path = tf.constant(str(folders[0] / "p0.png"))
    light, ab = adversarial.pair(path, tf.zeros(2, tf.int32), False, 0.4, 64)
    expected = rgb_to_lab(np.asarray(Image.open(folders[0] / "p0.png"))[:, 8:72] / 255)
    assert 50 * (light[..., 0].numpy() + 1) == pytest.approx(expected[..., 0], abs=0.1)
    assert AB_SCALE * ab.numpy() == pytest.approx(expected[..., 1:], abs=0.2)


def test_the_truth_is_judged_perfect_and_grey_narrow():
    ab = np.random.default_rng(3).uniform(-60, 60, (2, 16, 16, 2)).astype(np.float32)
    perfect, grey = adversarial.judged(ab, ab), adversarial.judged(np.zeros_like(ab), ab)
    assert perfect == {"l1": 0, "auc_rebalanced": 100, "deviation": 1, "shared_a": 1, "shared_b": 1}
    assert grey["l1"] == pytest.approx(np.abs(ab).mean(), abs=1e-3)
    assert grey["deviation"] == 0
    assert max(grey["shared_a"], grey["shared_b"]) < 0.05


def test_the_learning_rate_is_kept_for_half_the_run_and_ends_at_nothing():
    assert [adversarial.rate(2e-4, share) for share in (0, 0.5, 0.75, 1)] == pytest.approx([2e-4, 2e-4, 1e-4, 0])
