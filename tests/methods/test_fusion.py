"""The fusion network: its losses by hand, what it may learn, and what the shipped weights can do."""

import numpy as np
import pytest
from skimage import data, transform

from heritage_color.colorize.join import join_into
from heritage_color.errors import WeightsError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import fusion, loading, weights
from heritage_color.methods.names import PRESETS
from heritage_color.methods.networks import bins, enlarging, fusing
from heritage_color.metrics import figures
from heritage_color.settings import Settings

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
FOLDER = Settings().weights


@pytest.fixture(scope="module")
def untrained():
    """The network as it starts."""
    return fusion.FusionLite()


@pytest.fixture(scope="module")
def trained():
    """The network with the shipped weights."""
    return loading.load("fusion-lite", FOLDER)


def photograph(name: str, height: int = 256, width: int = 352) -> np.ndarray:
    """A sample photograph (height, width, 3), 8-bit sRGB."""
    return np.rint(transform.resize(getattr(data, name)(), (height, width), anti_aliasing=True) * 255).astype(np.uint8)


def colorized(method, truth: np.ndarray, preset: str) -> np.ndarray:
    """What the pipeline makes of a photograph's lightness."""
    lightness, out = rgb_to_lab(truth / 255)[..., 0], np.empty_like(truth)
    join_into(lightness, method.predict(lightness[None], preset).ab[0], out)
    return out


def psnr(method, truth: np.ndarray, preset: str) -> float:
    return figures.full_reference(colorized(method, truth, preset), truth)["psnr_rgb"]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", ["chelsea", "coffee"])
def test_the_shipped_weights_come_closer_to_the_truth_than_grey(trained, name, preset):
    truth = photograph(name)
    assert psnr(trained, truth, preset) > psnr(loading.create("grey"), truth, preset) + 1  # dB


def test_the_presets_go_from_cautious_to_colourful(trained):
    truths = [photograph(name) for name in PHOTOGRAPHS]
    found = [np.mean([figures.colourfulness(colorized(trained, t, preset)) for t in truths]) for preset in PRESETS]
    assert found == sorted(found)
    assert found[0] > 5  # even the cautious one colours


def test_the_shipped_card_says_what_made_the_weights(trained):
    assert {"recipe", "photographs", "minutes", "validation", "presets", "sha256"} <= trained.card.as_json().keys()
    assert trained.card.facts["recipe"]["method"] == "fusion-lite"
    assert set(trained.card.presets) == set(PRESETS)


def test_weights_without_the_inception_branch_do_not_fit_the_network_with_it():
    full = loading.create("fusion", inception_weights="untrained")
    with pytest.raises(WeightsError, match="holds weights of fusion-lite, not of fusion"):
        full.load(loading.weight_file("fusion-lite", FOLDER))


@pytest.mark.parametrize("part", ["encoder", "inception"])
def test_weights_trained_with_other_frozen_weights_are_refused(untrained, tmp_path, part):
    path = tmp_path / "fusion-lite.safetensors"
    weights.save_weights(path, untrained.trained(), untrained.card.with_facts(**{f"{part}_sha256": "0" * 64}))
    with pytest.raises(WeightsError, match=f"trained with other {part} weights"):
        untrained.load(path)


def test_weights_that_know_another_embedding_say_which(untrained, tmp_path):
    path = tmp_path / "fusion-lite.safetensors"
    about = {"inception_sha256": "0" * 64, "inception_weights": "imagenet"}
    weights.save_weights(path, untrained.trained(), untrained.card.with_facts(**about))
    with pytest.raises(WeightsError, match=r"names imagenet: set HERITAGE_INCEPTION_WEIGHTS to that\."):
        untrained.load(path)


def test_weights_of_the_other_encoder_bring_it_with_them(untrained, tmp_path):
    path, lightness = tmp_path / "fusion-lite.safetensors", np.full((1, 64, 64), 50, np.float32)
    larger = fusion.FusionLite(encoder="efficientnet-lite2")
    larger.save(path)
    loaded = loading.load("fusion-lite", tmp_path)
    assert loaded.card.encoder == "efficientnet-lite2"
    assert np.allclose(loaded.predict(lightness).ab, larger.predict(lightness).ab, atol=0.5)
    assert loaded.trained()["up_16_a/kernel"].shape != untrained.trained()["up_16_a/kernel"].shape


def test_an_unknown_encoder_is_answered_with_those_that_exist():
    with pytest.raises(WeightsError, match=r"no encoder 'oak'\. Encoders: efficientnet-lite0, efficientnet-lite2"):
        fusion.FusionLite(encoder="oak")


def test_an_unknown_preset_is_answered_with_those_that_exist(untrained):
    with pytest.raises(WeightsError, match=r"no preset 'loud'\. Presets: faithful, balanced, vivid"):
        untrained.predict(np.full((1, 64, 64), 50, np.float32), "loud")


def test_weights_that_lack_a_layer_leave_the_network_as_it_was(untrained, tmp_path):
    path, grey = tmp_path / "fusion-lite.safetensors", np.full((1, 64, 64), 50, np.float32)
    weights.save_weights(path, dict(list(untrained.trained().items())[1:]), untrained.card)
    before = untrained.predict(grey).ab
    with pytest.raises(WeightsError, match="belongs to another network"):
        untrained.load(path)
    assert np.array_equal(untrained.predict(grey).ab, before)


def test_training_leaves_the_encoder_alone(untrained):
    names = {variable.path for variable in untrained.network.trainable_variables}
    assert names <= untrained.trained().keys()
    assert not any(name.startswith(("stem", "block_", "head")) for name in untrained.trained())


def test_a_weight_file_holds_what_was_trained_and_not_the_encoder(untrained, tmp_path):
    path = tmp_path / "fusion-lite.safetensors"
    untrained.save(path)
    assert set(weights.load_weights(path)[0]) == set(untrained.trained())
    assert path.stat().st_size < 6_000_000


def test_doubling_keeps_a_constant_and_doubles_both_sides():
    x = np.full((1, 3, 5, 2), 7, np.float32)
    assert np.array_equal(enlarging.Double()(x), np.full((1, 6, 10, 2), 7))


def test_the_regression_loss_is_the_logarithm_of_hubers():
    ab, answer = np.full((1, 1, 1, 2), 55, np.float32), np.array([[[[0.4, 1.2]]]], np.float32)
    # ab / 110 = 0.5: off by 0.1 within 0.5, 0.1^2 / 2; off by 0.7 beyond it, 0.5 (0.7 - 0.25); their mean, the floor
    expected = np.log((0.005 + 0.225) / 2 + fusing.HUBER_FLOOR)
    assert np.asarray(fusing.regression_loss(ab, answer)) == pytest.approx([expected], rel=1e-5)


def test_an_error_halved_is_worth_as_much_in_a_good_picture_as_in_a_bad_one():
    ab = np.zeros((4, 1, 1, 2), np.float32)
    answer = np.array([0.1, 0.2, 0.2, 0.4], np.float32)[:, None, None, None] * np.ones(2, np.float32)
    better, good, bad, worse = np.asarray(fusing.regression_loss(ab, answer))
    assert good - better == pytest.approx(worse - bad, rel=0.05)


def answers() -> fusion.Answers:
    """Three answers for one cell: seen says grey, rebalanced says (20, 30), regression says (10, 10)."""
    seen, rebalanced = (np.zeros((1, 1, 1, len(bins.centres())), np.float32) for _ in range(2))
    seen[..., np.linalg.norm(bins.centres(), axis=1).argmin()] = 60
    rebalanced[..., np.linalg.norm(bins.centres() - [20, 30], axis=1).argmin()] = 60
    return fusion.Answers(seen, rebalanced, np.full((1, 1, 1, 2), 10 / 110, np.float32))


@pytest.mark.parametrize(
    ("rebalanced", "rarity", "regression", "gain", "expected"),
    [
        (0, 0, 0, 1, (0, 0)),
        (1, 0, 0, 1, (20, 30)),
        (0, 0, 1, 1, (10, 10)),
        (1, 0, 0.5, 1, (15, 20)),
        (0.5, 0, 0, 2, (20, 30)),
        (0, 0.4, 0, 1, (0, 0)),
        (0, 0.6, 0, 1, (20, 30)),
    ],
)
def test_a_preset_mixes_the_three_answers(rebalanced, rarity, regression, gain, expected):
    reading = fusion.Reading(rebalanced=rebalanced, rarity=rarity, temperature=1, regression=regression, gain=gain)
    rare = answers().rebalanced[0, 0, 0] * 2  # 120 for the bin of (20, 30), where `seen` gives grey 60
    assert fusion.read_answers(answers(), rare, reading)[0, 0, 0] == pytest.approx(expected, abs=1e-2)


def documented_rows(repository, columns: int) -> dict[str, list[str]]:
    """Rows of the tables of docs/methods.md that have so many columns: name in the first -> the others."""
    lines = (repository / "docs" / "methods.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows if len(row) == columns}


def test_the_documented_layers_have_the_networks_channels_and_parameters(repository, untrained):
    layers = documented_rows(repository, 5)
    assert len(layers) == 20
    for name, (_, _, channels, parameters) in layers.items():
        layer = untrained.network.get_layer(name)
        output = layer.output["head"] if isinstance(layer.output, dict) else layer.output
        assert (output.shape[-1], f"{layer.count_params():,}") == (int(channels), parameters), name


def test_the_documented_presets_are_the_codes(repository):
    rows = {name: row for name, row in documented_rows(repository, 7).items() if name in PRESETS}
    found = {name: [float(value) for value in row[:5]] for name, row in rows.items()}
    assert found == {
        name: [getattr(reading, part) for part in ("rebalanced", "rarity", "temperature", "regression", "gain")]
        for name, reading in fusion.DEFAULT_PRESETS.items()
    }
