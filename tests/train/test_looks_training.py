"""What is taught is what pre-flight asks: the network without Keras answers as it did with it."""

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.methods.weights import load_weights
from heritage_color.scans.decoding import looks
from heritage_color.train import looks as training

PICTURES = ("coffee", "chelsea", "astronaut", "rocket")


@pytest.fixture
def photographs(tmp_path):
    """A folder with four photographs, 160 pixels wide."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name in PICTURES:
        pyvips.Image.new_from_array(getattr(data, name)()).thumbnail_image(160).jpegsave(str(folder / f"{name}.jpg"))
    return folder


def test_the_network_answers_without_keras_as_with_it(photographs):
    greys = list(training.greys([photographs]))
    model = training.teach(np.stack([np.uint8(255 * looks.square(grey, training.STORED)) for grey in greys]), steps=2)
    arrays = training.folded(model)
    for grey in greys:
        seen = training.standardised(looks.square(grey, looks.SIDE)[None])
        expected = float(np.asarray(model(-seen) - model(seen))[0, 0])
        assert looks.negative_score(grey, arrays) == pytest.approx(expected, abs=1e-4)


def test_a_run_leaves_weights_with_a_card_and_a_limit(photographs, tmp_path):
    file = training.train_looks([photographs], photographs, tmp_path / "run", steps=1, pages=3, further=1)
    arrays, card = load_weights(file, "looks")
    assert (card.facts["photographs"], card.facts["steps"]) == (4, 1)
    assert set(arrays) == set(looks.weights())
    assert arrays["page_weight"].shape == (10,)
