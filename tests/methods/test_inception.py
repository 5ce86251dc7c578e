"""The source of Inception-ResNetV2's weights: a file, or a plain sentence why it cannot be had."""

import numpy as np
import pytest
from skimage import data

from heritage_color.errors import WeightsError
from heritage_color.methods.networks import inception


@pytest.fixture(scope="module")
def embedding():
    """The embedding with random weights, and their checksum."""
    return inception.build_embedding(inception.UNTRAINED)


def test_any_size_gives_a_thousand_logits(embedding):
    picture = np.random.default_rng(0).uniform(0, 255, (1, 64, 96, 1)).astype(np.float32)
    logits = np.asarray(embedding[0](picture))
    assert logits.shape == (1, inception.EMBEDDING)
    assert not np.allclose(logits.sum(), 1)  # before the softmax


def test_the_embedding_is_frozen(embedding):
    assert embedding[0].trainable_variables == []


def test_weights_come_back_from_a_file_with_the_same_checksum(embedding, tmp_path):
    path = tmp_path / "inception.weights.h5"
    embedding[0].get_layer("inception_resnet_v2").save_weights(path)
    assert inception.build_embedding(str(path))[1] == embedding[1]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(
        WeightsError, match=r"no Inception-ResNetV2 weights at .*nowhere\.h5: name a file, or `heritage`"
    ):
        inception.build_embedding(str(tmp_path / "nowhere.h5"))


def test_the_shipped_weights_tell_pictures_apart():
    shipped, checksum = inception.build_embedding("heritage")
    assert checksum == inception.build_embedding("heritage")[1]
    pictures = [data.chelsea(), data.rocket(), data.coffee()]
    logits = np.stack([shipped(picture.mean(-1, keepdims=True)[None].astype(np.float32))[0] for picture in pictures])
    assert len({int(np.argmax(one)) for one in logits}) > 1
    assert np.corrcoef(logits)[np.triu_indices(3, 1)].max() < 0.95


def test_weights_of_our_own_that_are_not_there_are_said_how_to_make(tmp_path, monkeypatch):
    monkeypatch.setattr(inception, "HERITAGE_FILE", tmp_path / "inception-heritage.safetensors")
    with pytest.raises(WeightsError, match=r"inception-heritage\.safetensors is not in .*train\.networks\.distill"):
        inception.build_embedding("heritage")


@pytest.mark.parametrize("name", ["damaged.weights.h5", "picture.png"])
def test_a_file_that_keras_cannot_read_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"no weights")
    with pytest.raises(WeightsError, match=f"{name} holds no Inception-ResNetV2 weights"):
        inception.build_embedding(str(tmp_path / name))
