"""LEARCH as a method: it learns where colours are, its parts can be switched off, its presets move the histogram."""

import numpy as np
import pytest

from heritage_color.errors import WeightsError
from heritage_color.lab import grey_to_lightness
from heritage_color.methods.learch import colorizer
from heritage_color.methods.learch.boosting import Size
from heritage_color.methods.names import PRESETS
from heritage_color.methods.weights import load_weights, save_weights

SMALL = Size(trees=2, leaves=20, pair_trees=1, pair_leaves=10, rounds=2, round_trees=1, round_leaves=10)
BLUE, BROWN = np.array([0, -30], np.float32), np.array([12, 30], np.float32)


def landscapes(number: int):
    """A batch of grey (N, 64, 96, 1): a light blue sky over dark brown earth, the horizon anywhere between."""
    random = np.random.default_rng(number)
    grey, ab = random.normal(180, 4, (number, 64, 96, 1)), np.tile(BLUE, (number, 16, 24, 1))
    for row, horizon in enumerate(random.integers(5, 11, number)):
        grey[row, 4 * horizon :] = random.normal(70, 25, (64 - 4 * horizon, 96, 1))
        ab[row, horizon:] = BROWN
    return np.clip(grey, 0, 255).astype(np.float32), ab


@pytest.fixture(scope="module")
def trained():
    """The method after a look at 32 landscapes, four of which the rounds learn from."""
    method = colorizer.Learch(scenes=2, size=SMALL)
    method.fit([landscapes(16), landscapes(17)])
    return method


@pytest.fixture(scope="module")
def unseen():
    """Lightness (3, 64, 96) and chroma of landscapes that were not learned from."""
    grey, ab = landscapes(3)
    return grey_to_lightness(grey[..., 0] / 255), ab


def test_the_sky_becomes_blue_and_the_earth_brown(trained, unseen):
    lightness, truth = unseen
    found = trained.predict(lightness, "faithful").ab
    assert ((found - truth) ** 2).mean() < (truth**2).mean() / 4
    assert found[:, 0, :, 1].max() < 0 < found[:, -1, :, 1].min()


def test_less_of_what_was_learned_answers_worse(trained, unseen, monkeypatch):
    lightness, truth = unseen
    errors = []
    for part in colorizer.SWITCH:
        monkeypatch.setattr(trained, "use", part)
        errors.append(float(((trained.predict(lightness, "faithful").ab - truth) ** 2).mean()))
    assert errors[0] <= errors[1] * 1.02  # so few pictures leave the rounds little to learn
    assert errors[1] < errors[2]


def test_each_preset_is_more_colourful_and_faithful_is_the_plain_solution(trained, unseen):
    answers = trained.answers(unseen[0])
    assert np.array_equal(trained.reading(answers, "faithful").ab, answers.ab)
    deviations = [trained.reading(answers, preset).ab.std() for preset in PRESETS]
    assert deviations[0] < deviations[1] < deviations[2]


def test_a_picture_is_of_the_scene_whose_centre_is_nearest(trained):
    looked = trained.look(landscapes(1)[0][0, ..., 0])
    for number, centre in enumerate(trained.centres):
        assert trained.scene(colorizer.replace(looked, pooled=centre)) == number


def test_weights_that_another_encoder_saw_for_are_refused(trained, tmp_path):
    path = tmp_path / "learch.safetensors"
    trained.save(path)
    arrays, card = load_weights(path)
    save_weights(path, arrays, card.with_facts(encoder_sha256="another"))
    with pytest.raises(WeightsError, match=r"learch\.safetensors was trained with other encoder weights"):
        trained.load(path)


def test_an_unknown_preset_is_refused_with_those_that_exist(trained, unseen):
    with pytest.raises(WeightsError, match=r"no preset 'gaudy'\. Presets: faithful, balanced, vivid"):
        trained.predict(unseen[0], "gaudy")


def test_an_unknown_part_is_refused_with_those_that_exist():
    with pytest.raises(WeightsError, match=r"no part 'half' of learch.*learned, first, nothing"):
        colorizer.Learch(use="half")


def test_no_photograph_teaches_nothing(trained):
    with pytest.raises(WeightsError, match="no photograph to learn from"):
        trained.fit([])
