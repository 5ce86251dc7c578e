"""Distillation: what teacher and student see, and a run that goes on and writes weights that load."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data

from heritage_color.methods.cards import Card
from heritage_color.methods.networks import inception
from heritage_color.methods.weights import read_card
from heritage_color.train.networks import distill


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    path = tmp_path_factory.mktemp("photograph") / "chelsea.png"
    Image.fromarray(data.chelsea()).save(path)
    return str(path)


def test_the_teacher_in_colour_knows_a_cat(photograph):
    colour, _ = distill.lesson(photograph, tf.zeros(2, tf.int32), augment=False)
    answer = distill.build_teacher()(colour[None])
    assert answer["features"].shape == (1, 1280)
    assert set(np.argsort(-answer["logits"].numpy()[0])[:3].tolist()) <= set(range(281, 287))  # ImageNet's cats


def test_the_student_sees_the_same_square_small_and_in_grey(photograph):
    colour, grey = distill.lesson(photograph, tf.constant([4, 9]), augment=True)
    assert (colour.shape, grey.shape) == ((224, 224, 3), (128, 128, 1))
    small = tf.image.resize(tf.image.rgb_to_grayscale(colour), (128, 128), antialias=True)
    assert np.corrcoef(small.numpy().ravel(), grey.numpy().ravel())[0, 1] > 0.85


def test_agreement_counts_the_teachers_first_answer():
    said = tf.constant([[0.0, 9, 0, 0, 0, 0, 0], [9.0, 0, 0, 0, 0, 0, 0]])
    answered = tf.constant([[0.0, 1, 0, 0, 0, 0, 0], [0.0, 9, 8, 7, 6, 5, 4]])
    assert distill.agreement(said, answered).numpy().tolist() == [1, 0]
    assert distill.among_five(said, answered).numpy().tolist() == [1, 0]


def test_the_loss_is_least_where_the_student_says_the_same():
    said = tf.constant([[2.0, -1.0, 0.5]])
    same, other = (
        float(distill.logit_loss(said, tf.constant([answer]))[0]) for answer in ([2.0, -1, 0.5], [0.0, 1, 0])
    )
    assert same < other


def test_shipped_weights_load_from_8_bits_and_say_the_same(tmp_path, monkeypatch):
    network = inception.build_network(inception.SIDES["heritage"])
    path = tmp_path / "inception-heritage.safetensors"
    inception.save(network, path, Card(side=128))
    monkeypatch.setattr(inception, "HERITAGE_FILE", path)
    embedding, checksum = inception.build_embedding("heritage")
    picture = np.random.default_rng(0).uniform(0, 255, (1, 96, 64, 1)).astype(np.float32)
    expected = inception.grey_input(network, 128)(picture).numpy()
    assert embedding(picture).numpy() == pytest.approx(expected, abs=0.1 * float(np.abs(expected).max()))
    assert len(checksum) == 64
    assert path.stat().st_size < 60 * 2**20
    assert read_card(path).method == inception.METHOD
