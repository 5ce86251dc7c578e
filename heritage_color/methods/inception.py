"""Inception-ResNetV2 (Szegedy et al. 2017) as a global embedding, taken as Baldassarre et al. 2017 take it.

The picture is resized to 299 x 299, repeated to three channels in -1..1, and the class logits before the softmax are
the embedding. The network comes from `keras.applications`; its weights from a named source.
"""

import hashlib
from pathlib import Path

import keras
from keras import layers

from heritage_color.errors import WeightsError

SIDE = 299
EMBEDDING = 1000  # ImageNet classes
UNTRAINED = "untrained"  # random weights: only to test the layers


def build_embedding(source: str) -> tuple[keras.Model, str]:
    """A frozen model from grey (N, H, W, 1) 0..255 to logits (N, 1000), and the SHA-256 of its weights.

    `source` is `imagenet` (downloaded by Keras and cached, its checksum verified by Keras), or the path of a
    Keras `.h5` file. Raises WeightsError in a plain sentence where that cannot be had.
    """
    grey = keras.Input((None, None, 1), name="grey")
    x = layers.Resizing(SIDE, SIDE, interpolation="bilinear", name="resize")(grey)
    x = layers.Rescaling(1 / 127.5, -1.0, name="scale")(x)
    x = layers.Concatenate(name="rgb")([x, x, x])
    network = _network(source)
    model = keras.Model(grey, network(x, training=False), name="inception_resnet_v2_embedding")
    model.trainable = False
    return model, _digest(network)


def _digest(network: keras.Model) -> str:
    """SHA-256 over all weights in their order: the same from whatever file or cache they came."""
    total = hashlib.sha256()
    for variable in network.weights:
        total.update(variable.numpy().tobytes())
    return total.hexdigest()


def _network(source: str) -> keras.Model:
    build = keras.applications.InceptionResNetV2
    options = {"include_top": True, "classifier_activation": None, "input_shape": (SIDE, SIDE, 3)}
    if source == UNTRAINED:
        return build(weights=None, **options)
    if source == "imagenet":
        return _from_keras(build, options)
    path = Path(source)
    if not path.is_file():
        raise WeightsError(f"There are no Inception-ResNetV2 weights at {source}: name a file, or `imagenet`.")
    network = build(weights=None, **options)
    try:
        network.load_weights(path)
    except (OSError, ValueError) as error:
        sentence = f"{path.name} holds no Inception-ResNetV2 weights that Keras can read: {error}"
        raise WeightsError(sentence) from error
    return network


def _from_keras(build, options: dict) -> keras.Model:
    try:
        return build(weights="imagenet", **options)
    except OSError as error:
        raise WeightsError(
            "Inception-ResNetV2's ImageNet weights could not be downloaded and are not cached. Connect once, or set "
            f"HERITAGE_INCEPTION_WEIGHTS to a file, or use the method fusion-lite. ({error})"
        ) from error
    except Exception as error:  # Keras raises a bare Exception for every failed download
        if "URL fetch failure" not in str(error):
            raise
        raise WeightsError(
            "Inception-ResNetV2's ImageNet weights are not cached and there is no network. Connect once, or set "
            "HERITAGE_INCEPTION_WEIGHTS to a file, or use the method fusion-lite."
        ) from error
