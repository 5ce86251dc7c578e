"""Inception-ResNetV2 (Szegedy et al. 2017) as a global embedding, taken as Baldassarre et al. 2017 take it.

The picture is resized to 299 x 299, repeated to three channels in -1..1, and the class logits before the softmax are
the embedding. The network comes from `keras.applications`; its weights from a named source.
"""

from pathlib import Path

import keras
from keras import layers

from heritage_color.errors import WeightsError
from heritage_color.methods.weights import assign, load_weights, sha256

SIDE = 299
EMBEDDING = 1000  # ImageNet classes
UNTRAINED = "untrained"  # random weights: only to test the layers


def build_embedding(source: str) -> tuple[keras.Model, str]:
    """A frozen model from grey (N, H, W, 1) 0..255 to logits (N, 1000), and the SHA-256 of its weights.

    `source` is `imagenet` (downloaded by Keras and cached, its checksum verified by Keras), or the path of a
    Keras `.h5` or of a `.safetensors` file. Raises WeightsError in a plain sentence where that cannot be had.
    """
    grey = keras.Input((None, None, 1), name="grey")
    x = layers.Resizing(SIDE, SIDE, interpolation="bilinear", name="resize")(grey)
    x = layers.Rescaling(1 / 127.5, -1.0, name="scale")(x)
    x = layers.Concatenate(name="rgb")([x, x, x])
    network, digest = _network(source)
    model = keras.Model(grey, network(x, training=False), name="inception_resnet_v2_embedding")
    model.trainable = False
    return model, digest


def _network(source: str) -> tuple[keras.Model, str]:
    build = keras.applications.InceptionResNetV2
    options = {"include_top": True, "classifier_activation": None, "input_shape": (SIDE, SIDE, 3)}
    if source == UNTRAINED:
        return build(weights=None, **options), UNTRAINED
    if source == "imagenet":
        return _from_keras(build, options)
    path = Path(source)
    if not path.is_file():
        raise WeightsError(f"There are no Inception-ResNetV2 weights at {source}: name a file, or `imagenet`.")
    network = build(weights=None, **options)
    if path.suffix == ".safetensors":
        assign(network, load_weights(path)[0])
    else:
        network.load_weights(path)
    return network, sha256(path)


def _from_keras(build, options: dict) -> tuple[keras.Model, str]:
    try:
        network = build(weights="imagenet", **options)
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
    cached = Path.home() / ".keras" / "models" / "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels.h5"
    return network, sha256(cached) if cached.is_file() else "imagenet"
