"""The one contract that every method keeps, whatever it does inside: lightness in, chroma out; fit, save, load."""

import numpy as np
import pytest

from heritage_color.digests import sha256_file
from heritage_color.errors import WeightsError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.names import METHODS, PRESETS

OPTIONS = {"fusion": {"inception_weights": "untrained"}, "pix2pix": {"width": 4, "side": 32}}
LEARNING = [name for name in METHODS if name != "grey"]
HALF_PRECISION = 0.1  # ab units: 11 bits of mantissa, through some forty layers
EIGHT_BITS = {"pix2pix": 0.5}  # ab units: of those that are stored in 8 bits, their tolerance


@pytest.fixture(scope="module", params=list(METHODS))
def method(request):
    """Each method once, untrained."""
    return loading.create(request.param, **OPTIONS.get(request.param, {}))


def lightness(*shape: int) -> np.ndarray:
    """Pictures (N, H, W) of lightness 0..100: the same at each call."""
    from skimage import data

    whole = rgb_to_lab(data.chelsea()[:, 60:])[..., 0]
    return np.stack([whole[40 * n :: 2, 30 * n :: 2][: shape[1], : shape[2]] for n in range(shape[0])])


def orange_squares(batches: int = 1):
    """A tf.data set of batches of grey (2, 64, 96, 1) whose colour is everywhere orange."""
    import tensorflow as tf

    grey = np.random.default_rng(0).uniform(0, 255, (2 * batches, 64, 96, 1)).astype(np.float32)
    ab = np.broadcast_to(np.array([30, 50], np.float32), (2 * batches, 16, 24, 2))
    return tf.data.Dataset.from_tensor_slices((grey, ab)).batch(2)


def saved(method, folder):
    """The method's weights as a file."""
    path = folder / f"{method.name}.safetensors"
    method.save(path, Card(facts={"note": "only for a test"}))
    return path


@pytest.mark.parametrize("shape", [(1, 64, 96), (2, 96, 32)])
def test_chroma_is_finite_and_a_quarter_of_the_size(method, shape):
    ab = method.predict(lightness(*shape)).ab
    assert ab.shape == (shape[0], shape[1] // 4, shape[2] // 4, 2)
    assert np.isfinite(ab).all()
    assert np.abs(ab).max() <= 128


def test_uncertainty_is_a_share_or_absent(method):
    prediction = method.predict(lightness(1, 64, 96))
    found = np.zeros((1, 16, 24)) if prediction.uncertainty is None else prediction.uncertainty
    assert found.shape == (1, 16, 24)
    assert found.min() >= 0
    assert found.max() <= 1


def test_black_and_white_are_no_trouble(method):
    extremes = np.stack([np.zeros((64, 32)), np.full((64, 32), 100)]).astype(np.float32)
    assert np.isfinite(method.predict(extremes).ab).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_picture_twice_gives_the_same_answer(method, preset):
    one, other = (method.predict(lightness(1, 64, 96), preset).ab for _ in range(2))
    assert np.array_equal(one, other)


def test_a_picture_is_answered_alike_alone_and_in_company(method):
    pictures = lightness(2, 64, 96)
    assert method.predict(pictures[1:]).ab == pytest.approx(method.predict(pictures).ab[1:], abs=1e-3)


def test_fitting_changes_the_answer_of_what_can_learn(method):
    before = method.predict(lightness(1, 64, 96)).ab
    method.fit(orange_squares(), epochs=1, verbose=0)
    changed = np.abs(method.predict(lightness(1, 64, 96)).ab - before).max()
    assert (changed > 0.01) == (method.name in LEARNING)


def test_what_was_saved_answers_as_before(method, tmp_path):
    path, before = saved(method, tmp_path), method.predict(lightness(1, 64, 96)).ab
    method.fit(orange_squares(), epochs=1, verbose=0)
    method.load(path)
    assert method.predict(lightness(1, 64, 96)).ab == pytest.approx(
        before, abs=EIGHT_BITS.get(method.name, HALF_PRECISION)
    )
    assert method.card.facts["note"] == "only for a test"
    assert method.card.sha256 == sha256_file(path)


def test_a_flipped_byte_is_refused_by_the_files_name(method, tmp_path):
    path = saved(method, tmp_path)
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(WeightsError, match=path.name):
        method.load(path)


def test_weights_of_another_method_are_refused(method, tmp_path):
    path = saved(loading.create("grey" if method.name == "tint" else "tint"), tmp_path)
    with pytest.raises(WeightsError, match=f"{path.name} holds weights of .*, not of {method.name}"):
        method.load(path)
