"""A training run, small and real: it writes what `load` takes, and a second call goes on instead of starting anew."""

import csv
import json
import os
import shutil
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data

from heritage_color.digests import sha256_file as sha256_of_weights
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.networks import bins
from heritage_color.train.networks import callbacks, gathering, loop, recipes
from heritage_color.train.pictures import photographs

PHOTOGRAPHS, BATCH = 16, 4


def write_photographs(folder, source: str, number: int):
    """Small crops of a sample photograph, as many as wanted."""
    folder.mkdir()
    for index in range(number):
        top, left = 30 * (index // 6), 50 * (index % 6)
        Image.fromarray(getattr(data, source)()[top : top + 64, left : left + 80]).save(folder / f"p{index:03d}.jpg")
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
    loop.train(*folders, folder, recipes.Recipe(epochs=1, batch=BATCH))
    loop.train(*folders, folder, recipes.Recipe(epochs=2, batch=BATCH))
    return folder


def test_the_second_call_goes_on_where_the_first_stopped(run):
    with (run / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1"]


def test_the_optimizer_goes_on_too_and_one_checkpoint_stays(run):
    import h5py

    (file,) = (run / "checkpoint").iterdir()
    assert file.name == "leg-000002.weights.h5"
    with h5py.File(file) as stored:
        assert int(stored["optimizer/vars/0"][()]) == 2 * PHOTOGRAPHS // BATCH  # steps: both epochs'


def test_the_weights_can_be_loaded_and_answer(run):
    method = loading.load("fusion-lite", run)
    answer = method.predict(np.full((1, 64, 64), 50, np.float32))
    assert answer.ab.shape == (1, 16, 16, 2)
    assert np.isfinite(answer.ab).all()


def test_its_normalisations_are_measured_not_those_of_the_last_steps(run):
    """After eight steps, nine tenths of what a normalisation starts with would be left: a variance near 1."""
    variance = loading.load("fusion-lite", run).network.get_layer("up_16_a_norm").moving_variance.numpy()
    assert np.mean(np.abs(variance - 1) > 0.1) > 0.5


def test_the_card_says_on_what_and_for_how_long(run):
    card = json.loads((run / "fusion-lite.json").read_text())
    assert (card["photographs"], card["recipe"]["batch"]) == (PHOTOGRAPHS, BATCH)
    assert len(card["data_sha256"]) == 64
    assert card["validation"]["loss"] > 0


def test_the_prior_is_measured_once_and_kept(run):
    prior = np.load(run / "prior.npy")
    assert prior.shape == (len(bins.centres()),)
    assert prior.sum() == pytest.approx(1, abs=1e-4)


def test_tensorboard_finds_the_curves(run):
    assert list((run / "tensorboard").rglob("events.out.tfevents.*"))


def test_a_run_can_start_from_other_weights_and_hold_back_its_own_validation(run, folders, tmp_path):
    weights = run / "fusion-lite.safetensors"
    recipe = recipes.Recipe(epochs=0.25, batch=BATCH, learning_rate=1e-9, weight_decay=0.0)
    loop.train(folders[0], None, tmp_path, recipe, start_from=weights)
    before, after = (loading.load("fusion-lite", folder).trained() for folder in (run, tmp_path))
    assert np.allclose(before["seen/kernel"], after["seen/kernel"], atol=1e-3)
    assert json.loads((tmp_path / "fusion-lite.json").read_text())["start_from"] == sha256_of_weights(weights)


def test_weights_of_another_family_are_no_start(folders, tmp_path):
    weights = tmp_path / "tint.safetensors"
    loading.create("tint").save(weights)
    with pytest.raises(WeightsError, match="has no layer of fusion-lite"):
        loop.train(*folders, tmp_path / "run", recipes.Recipe(batch=BATCH), start_from=weights)


def test_a_baseline_has_nothing_to_train(folders, tmp_path):
    with pytest.raises(WeightsError, match="tint has nothing to train here"):
        loop.train(*folders, tmp_path, recipes.Recipe(method="tint", batch=BATCH))


@pytest.mark.parametrize(("method", "crop", "averaging"), [("fusion-lite", 224, 0.998), ("cic", 160, 0.98)])
def test_what_a_recipe_does_not_name_is_its_methods_own(method, crop, averaging):
    recipe = recipes.complete(recipes.Recipe(method=method))
    assert (recipe.crop, recipe.averaging) == (crop, averaging)
    assert recipes.complete(recipes.Recipe(method=method, crop=128, averaging=0.9)).crop == 128


def test_of_a_network_one_layer_can_learn_alone():
    network = loading.create("fusion-lite").network
    loop.freeze_others(network, "fusion_embedding")
    assert [variable.path for variable in network.trainable_variables] == ["fusion_embedding/kernel"]
    with pytest.raises(WeightsError, match="has no layer efficientnet_lite0 that learns"):
        loop.freeze_others(network, "efficientnet_lite0")


def test_too_few_photographs_are_refused_with_their_numbers(tmp_path, folders):
    with pytest.raises(DeliveryError, match=r"holds 4 colour photographs .* 16 are held back.* at least 8 and 1"):
        loop.train(folders[1], folders[0], tmp_path, recipes.Recipe(batch=8))


def test_a_damaged_photograph_among_others_is_named_and_left_out(tmp_path, folders, capsys):
    torn = folders[0] / "torn.jpg"
    torn.write_bytes((folders[0] / "p000.jpg").read_bytes()[:400])
    data = gathering.gather(*folders, tmp_path, BATCH)
    torn.unlink()
    assert len(data.paths) == PHOTOGRAPHS
    assert f"{torn} is damaged" in capsys.readouterr().err


def test_a_photograph_damaged_during_the_run_is_named_and_the_run_goes_on_without_it(tmp_path, folders, capsys):
    folder = shutil.copytree(folders[0], tmp_path / "learn")

    def learn(data):
        (folder / "p003.jpg").write_bytes(b"torn")
        return [grey.shape for grey, _ in photographs.pairs(data.paths, 1)]

    gather = partial(gathering.gather, folder, folders[1], tmp_path, BATCH)
    assert len(gathering.learn_what_can_be_read(gather, learn)) == PHOTOGRAPHS - 1
    assert f"{folder / 'p003.jpg'} is damaged or no picture: left out." in capsys.readouterr().err


def test_an_error_that_no_photograph_explains_ends_a_run():
    def fail(data):
        raise tf.errors.ResourceExhaustedError(None, None, "no memory")

    with pytest.raises(tf.errors.ResourceExhaustedError):
        gathering.learn_what_can_be_read(lambda: gathering.Data(["a"], ["b"], "0"), fail)


def test_a_run_that_learns_nothing_more_ends_early(tmp_path):
    class Model:
        stop_training = False

    export = callbacks.Export(loading.create("tint"), tmp_path / "tint.safetensors", Card(), patience=2)
    export.set_model(Model())
    for leg, loss in enumerate([3.0, 2.0, 2.5, 2.1]):
        assert not export.model.stop_training
        export.on_epoch_begin(leg)
        export.on_test_end({"loss": loss})
    assert export.model.stop_training
    assert json.loads((tmp_path / "tint.json").read_text())["legs_done"] == 2


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing_half_written(tmp_path):
    (tmp_path / "whole.bin").write_bytes(b"earlier")
    code = f"""
import resource, signal
from pathlib import Path
from heritage_color.train.networks.callbacks import whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with whole(Path({str(tmp_path / "whole.bin")!r})) as partial:
    partial.write_bytes(bytes(5000))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "WeightsError: whole.bin could not be written" in done.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("whole.bin", b"earlier")]


def test_two_devices_share_each_batch(tmp_path, folders):
    code = f"""
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from pathlib import Path
from heritage_color.train.networks import loop
from heritage_color.train.networks.recipes import Recipe
assert loop.strategy().num_replicas_in_sync == 2
learn, held_back, run = (Path(each) for each in {[str(folders[0]), str(folders[1]), str(tmp_path)]})
loop.train(learn, held_back, run, Recipe(epochs=0.5, batch={BATCH}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert loading.load("fusion-lite", tmp_path).card.facts["legs_done"] == 1


def test_several_machines_are_refused_with_a_sentence():
    cluster = {"cluster": {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}, "task": {"type": "worker", "index": 0}}
    code = "from heritage_color.train.networks import loop; loop.strategy()"
    environment = os.environ | {"TF_CONFIG": json.dumps(cluster)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert "WeightsError: Training runs on the GPUs of one machine: unset TF_CONFIG" in done.stderr
