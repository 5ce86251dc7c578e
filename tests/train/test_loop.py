"""A training run, small and real: it writes what `load` takes, and a second call goes on instead of starting anew."""

import csv
import json

import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color import methods
from heritage_color.errors import DeliveryError
from heritage_color.methods import bins
from heritage_color.train import loop

PHOTOGRAPHS, BATCH = 16, 4


def write_photographs(folder, source: str, number: int):
    """Small crops of a sample photograph, as many as wanted."""
    folder.mkdir()
    for index in range(number):
        top, left = 30 * (index // 6), 50 * (index % 6)
        Image.fromarray(getattr(data, source)()[top : top + 64, left : left + 80]).save(folder / f"{index}.jpg")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Photographs to learn from, and others to validate on."""
    base = tmp_path_factory.mktemp("train")
    return write_photographs(base / "learn", "coffee", PHOTOGRAPHS), write_photographs(
        base / "held-back", "chelsea", 4
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory, folders):
    """The folder of a run of one epoch that is then told to make two."""
    folder = tmp_path_factory.mktemp("run")
    loop.train(*folders, folder, loop.Recipe(epochs=1, batch=BATCH))
    first = (folder / "fusion-lite.json").read_text()
    loop.train(*folders, folder, loop.Recipe(epochs=2, batch=BATCH))
    (folder / "first.json").write_text(first)
    return folder


def test_the_second_call_goes_on_where_the_first_stopped(run):
    with (run / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1"]


def test_the_optimizer_goes_on_too(run):
    import h5py

    with h5py.File(run / "checkpoint" / "latest.weights.h5") as file:
        assert int(file["optimizer/vars/0"][()]) == 2 * PHOTOGRAPHS // BATCH  # steps: both epochs'


def test_the_weights_can_be_loaded_and_answer(run):
    method = methods.load("fusion-lite", run)
    answer = method.predict(np.full((1, 64, 64), 50, np.float32))
    assert answer.ab.shape == (1, 16, 16, 2)
    assert np.isfinite(answer.ab).all()


def test_the_card_says_on_what_and_for_how_long(run):
    card = json.loads((run / "fusion-lite.json").read_text())
    assert (card["photographs"], card["epochs_done"], card["recipe"]["batch"]) == (PHOTOGRAPHS, 2, BATCH)
    assert card["validation"]["loss"] > 0


def test_each_epoch_exports_its_own_weights(run):
    first, second = (json.loads((run / name).read_text()) for name in ("first.json", "fusion-lite.json"))
    assert (first["epochs_done"], second["epochs_done"]) == (1, 2)
    assert first["sha256"] != second["sha256"]


def test_the_prior_is_measured_once_and_kept(run):
    prior = np.load(run / "prior.npy")
    assert prior.shape == (len(bins.centres()),)
    assert prior.sum() == pytest.approx(1, abs=1e-4)


def test_too_few_photographs_are_refused_with_their_numbers(tmp_path, folders):
    with pytest.raises(DeliveryError, match=r"holds 4 photographs .* needs at least 8 and 1"):
        loop.train(folders[1], folders[0], tmp_path, loop.Recipe(batch=8))


def test_photographs_without_colour_are_refused(tmp_path):
    (tmp_path / "grey").mkdir()
    for index in range(BATCH):
        Image.fromarray(data.camera()[index * 80 :][:64, :64]).save(tmp_path / "grey" / f"{index}.png")
    with pytest.raises(DeliveryError, match="All of the photographs are grey"):
        loop.train(tmp_path / "grey", tmp_path / "grey", tmp_path / "run", loop.Recipe(batch=BATCH))
