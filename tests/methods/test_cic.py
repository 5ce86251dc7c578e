"""The network of Zhang, Isola & Efros 2016, against the numbers of the paper and of the authors' release."""

import json

import keras
import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color.errors import WeightsError
from heritage_color.methods import cic, loading, weights
from heritage_color.methods.cards import Card
from heritage_color.methods.networks import bins
from heritage_color.methods.networks.efficientnet import ENCODER_FILE
from heritage_color.train.networks import loop, recipes

TINY = 1 / 32
PAPERS_BINS, PAPERS_MILLIONS = 313, 32.24  # the count of the Open Model Zoo's card colorization-v2


@pytest.fixture(scope="module")
def tiny():
    """The paper's network with a 32nd of its channels, untrained."""
    return cic.Cic(width=TINY, trunk="chain")


@pytest.fixture(scope="module")
def featured():
    """The same on the frozen features of EfficientNet-Lite0."""
    return cic.Cic(width=TINY)


def orange(size: int = 32, number: int = 4):
    """A tf.data set of one batch of grey noise whose colour is everywhere orange."""
    import tensorflow as tf

    grey = np.random.default_rng(0).uniform(0, 255, (number, size, size, 1)).astype(np.float32)
    ab = np.broadcast_to(np.array([30, 50], np.float32), (number, size // 4, size // 4, 2))
    return tf.data.Dataset.from_tensors((grey, ab))


def test_at_full_width_the_network_has_the_papers_parameters():
    network = cic.build_network(width=1.0, trunk="chain")
    trained = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    further_bins = PAPERS_BINS - len(bins.centres())
    head = further_bins * (256 + 1)  # a kernel and a bias for each bin that the paper has more
    assert (trained + head) / 1e6 == pytest.approx(PAPERS_MILLIONS, abs=0.01)


def test_it_answers_a_quarter_of_the_size_and_thinks_at_an_eighth(tiny):
    answer = tiny.network(np.zeros((1, 64, 96, 1), np.float32))
    assert answer.shape == (1, 16, 24, len(bins.centres()))
    middle = keras.Model(tiny.network.input, tiny.network.get_layer("conv7_norm").output)
    assert middle(np.zeros((1, 64, 96, 1), np.float32)).shape[1:3] == (8, 12)


def test_the_fifth_and_sixth_block_are_dilated_and_only_they(tiny):
    dilated = {layer.name[:5] for layer in tiny.network.layers if getattr(layer, "dilation_rate", (1, 1)) == (2, 2)}
    assert dilated == {"conv5", "conv6"}


def test_a_cell_sees_some_350_pixels_each_way():
    """By the table: 37 after conv3, 277 after conv6, 325 after conv7, and the eighth block's own at stride 4."""
    import tensorflow as tf

    network = cic.build_network(width=1 / 512, trunk="chain")
    network.set_weights([np.full(weight.shape, 0.1 if weight.ndim > 2 else 1.0) for weight in network.get_weights()])
    picture = tf.fill((1, 400, 400, 1), 60.0)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        cell = network(picture, training=False)[0, 50, 50, 0]
    seen = np.flatnonzero(np.abs(tape.gradient(cell, picture).numpy()[0, ..., 0]).max(0))
    assert seen[-1] - seen[0] + 1 == 349


def test_each_cell_weighs_as_much_as_its_nearest_bin():
    class_weights = np.random.default_rng(1).uniform(0.2, 5, len(bins.centres())).astype(np.float32)
    ab = np.array([[[[33, 41], [-20, 12]]]], np.float32)
    logits = np.zeros((1, 1, 2, len(bins.centres())), np.float32)
    of_cells = class_weights[bins.nearest(ab)]
    loss = np.asarray(cic.rebalanced_loss(class_weights)(ab, logits))
    assert loss == pytest.approx([of_cells.mean() * np.log(len(bins.centres()))], rel=1e-4)


def test_a_grey_picture_teaches_nothing_beside_a_coloured_one():
    loss = cic.rebalanced_loss(np.ones(len(bins.centres()), np.float32))
    ab = np.zeros((2, 4, 4, 2), np.float32)
    ab[0], ab[1, 2, 2] = 4, [0, 6]
    grey, coloured = np.asarray(loss(ab, np.zeros((2, 4, 4, len(bins.centres())), np.float32)))
    assert grey == 0
    assert coloured > 0


def test_without_the_rebalancing_a_preset_reads_colours_as_often_as_they_are():
    """Weighted classes answer p w: what divides by w again has the expectation of p."""
    random = np.random.default_rng(2)
    frequencies = bins.prior(random.uniform(0, 1, len(bins.centres())) ** 6)
    class_weights = bins.rebalancing_weights(frequencies)
    answer = cic.read_logits(np.log(frequencies * class_weights), class_weights, cic.Reading(0.0, 1.0))
    assert answer == pytest.approx(frequencies @ bins.centres(), abs=1e-2)


def test_a_lower_temperature_is_more_colourful(tiny):
    logits = np.random.default_rng(3).normal(0, 1, (50, len(bins.centres())))
    chroma = [
        np.linalg.norm(cic.read_logits(logits, tiny.class_weights, cic.Reading(1.0, temperature)), axis=-1)
        for temperature in (1.0, 0.38, 0.1)
    ]
    assert chroma[0].mean() < chroma[1].mean() < chroma[2].mean()


def test_it_starts_from_the_rebalanced_frequencies():
    method, prior = cic.Cic(width=TINY, trunk="chain"), bins.prior(np.arange(1.0, len(bins.centres()) + 1))
    method.compile(keras.optimizers.Adam(), prior)
    start = bins.probabilities(method.network.get_layer("bins").bias.numpy())
    expected = prior * bins.rebalancing_weights(prior)
    assert start == pytest.approx(expected / expected.sum(), rel=1e-2)


def test_a_tiny_one_learns_that_all_is_orange():
    keras.utils.set_random_seed(2016)
    method = cic.Cic(width=TINY, trunk="chain")
    method.network.compile(keras.optimizers.Adam(1e-2), cic.rebalanced_loss(method.class_weights))
    method.fit(orange().repeat(), epochs=1, steps_per_epoch=40, verbose=0)
    answer = method.predict(np.full((1, 32, 32), 50, np.float32), "vivid")
    assert answer.ab.mean((0, 1, 2)) == pytest.approx([30, 50], abs=5)
    assert answer.uncertainty.mean() < 0.5


def test_a_loaded_network_has_the_width_and_the_trunk_of_its_file(tiny, tmp_path):
    tiny.save(tmp_path / "cic.safetensors")
    loaded = loading.load("cic", tmp_path)
    assert (loaded.card.width, loaded.card.trunk) == (TINY, "chain")
    assert loaded.network.count_params() == tiny.network.count_params()


def test_the_frozen_features_are_the_shipped_encoders_and_not_repeated_in_the_file(featured, tmp_path):
    featured.save(tmp_path / "cic.safetensors")
    arrays, card = weights.load_weights(tmp_path / "cic.safetensors")
    assert card.encoder_sha256 == weights.read_card(ENCODER_FILE).sha256
    assert not any(name.startswith("stem") for name in arrays)
    assert sum(array.size for array in arrays.values()) < 100_000


def test_on_features_it_learns_that_all_is_orange_and_the_features_stay(featured):
    encoder = featured.network.get_layer("efficientnet_lite0").get_weights()
    featured.network.compile(keras.optimizers.Adam(1e-2), cic.rebalanced_loss(featured.class_weights))
    featured.fit(orange().repeat(), epochs=1, steps_per_epoch=40, verbose=0)
    answer = featured.predict(np.full((1, 32, 64), 50, np.float32), "vivid").ab
    assert answer.shape == (1, 8, 16, 2)
    assert all(map(np.array_equal, encoder, featured.network.get_layer("efficientnet_lite0").get_weights()))


def test_an_unknown_trunk_is_answered_with_those_that_exist():
    with pytest.raises(WeightsError, match=r"no trunk 'oak'\. Trunks: efficientnet-lite0, chain"):
        cic.Cic(trunk="oak")


def test_weights_of_another_encoder_are_refused(featured, tmp_path):
    featured.save(tmp_path / "cic.safetensors", Card(encoder_sha256="0" * 64))
    with pytest.raises(WeightsError, match="another encoder"):
        loading.load("cic", tmp_path)


def test_an_unknown_preset_is_answered_with_those_that_exist(tiny):
    with pytest.raises(WeightsError, match=r"cic has no preset 'loud'\. Presets: faithful, balanced, vivid"):
        tiny.reading(np.zeros((1, 1, 1, len(bins.centres()))), "loud")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run of one leg on eight crops of a photograph."""
    base = tmp_path_factory.mktemp("cic")
    for side, first, number in (("train", 0, 8), ("val", 8, 2)):
        (base / side).mkdir()
        for index in range(first, first + number):
            Image.fromarray(data.coffee()[30 * index : 30 * index + 64, :80]).save(base / side / f"p{index}.jpg")
    recipe = recipes.Recipe("cic", epochs=1, batch=4, crop=64)
    loop.train(base / "train", base / "val", base / "run", recipe, width=TINY)
    return base / "run"


def test_what_was_trained_is_loaded_with_its_card_and_its_weights_of_colours(run):
    card, method = json.loads((run / "cic.json").read_text()), loading.load("cic", run)
    assert (card["width"], card["recipe"]["crop"], card["photographs"]) == (TINY, 64, 8)
    expected = bins.rebalancing_weights(np.load(run / "prior.npy"))
    assert method.class_weights == pytest.approx(expected, rel=1e-3)


def test_a_run_can_start_from_a_file_of_the_same_width_only(run):
    cic.Cic(width=TINY).start_from(run / "cic.safetensors")
    with pytest.raises(WeightsError, match="the network needs"):
        cic.Cic(width=2 * TINY).start_from(run / "cic.safetensors")


def test_the_documented_blocks_and_presets_are_the_codes(repository):
    lines = (repository / "docs" / "methods" / "cic.md").read_text().splitlines()
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    rows = {row[0]: row[1:] for row in cells}
    for block in cic.BLOCKS:
        channels = ", ".join(map(str, block.channels))
        assert rows[block.name][:3] == [channels, str(block.stride), str(block.dilation)], block.name
    for name, reading in cic.DEFAULT_PRESETS.items():
        assert [float(value) for value in rows[name][:2]] == [reading.rebalanced, reading.temperature], name
