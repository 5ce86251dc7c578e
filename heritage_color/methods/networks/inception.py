"""Inception-ResNetV2 (Szegedy et al. 2017) as a global embedding, taken as Baldassarre et al. 2017 take it.

The picture is resized with its aspect kept and padded to a square, repeated to three channels in -1..1, and the class
logits before the softmax are the embedding. The network comes from `keras.applications`, its weights from a named
source: `imagenet`, downloaded by Keras; `heritage`, our own, which `heritage_color/train/networks/distill.py` makes;
or a Keras `.h5` file.
"""

import hashlib
from pathlib import Path

import keras
from keras import layers

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import NO_FACTS, Card
from heritage_color.methods.weights import load_weights, save_weights

EMBEDDING = 1000  # ImageNet classes
SIDES = {"heritage": 128}  # pixels that the shipped weights were trained at
SIDE = 299  # of all others, as published
UNTRAINED = "untrained"  # random weights: only to test the layers
HERITAGE_FILE = Path(__file__).parents[2] / "weights" / "inception-heritage.safetensors"
METHOD = "inception-resnet-v2"  # what the card of a weight file of this network says


def build_embedding(source: str) -> tuple[keras.Model, str]:
    """Build a frozen model from grey (N, H, W, 1) 0..255 to logits (N, 1000), and the SHA-256 of its weights.

    `source` is `imagenet` (downloaded by Keras and cached, its checksum verified by Keras), `heritage` (our own), or
    the path of a Keras `.h5` file. Raises WeightsError in a plain sentence where that cannot be had.
    """
    network = _network(source)
    model = grey_input(network, side_of(source))
    model.trainable = False
    return model, _digest(network)


def side_of(source: str) -> int:
    """Pixels that the pictures are resized to."""
    return SIDES.get(source, SIDE)


def grey_input(network: keras.Model, side: int) -> keras.Model:
    """The network behind what makes its input of grey (N, H, W, 1) 0..255 of any size."""
    grey = keras.Input((None, None, 1), name="grey")
    resize = layers.Resizing(side, side, interpolation="bilinear", pad_to_aspect_ratio=True, name="resize")
    x = layers.Rescaling(1 / 127.5, -1.0, name="scale")(resize(grey))
    x = layers.Concatenate(name="rgb")([x, x, x])
    return keras.Model(grey, network(x, training=False), name="inception_resnet_v2_embedding")


def build_network(side: int = SIDE) -> keras.Model:
    """Build Inception-ResNetV2 with its 1,000 class logits, random weights."""
    return keras.applications.InceptionResNetV2(weights=None, classifier_activation=None, input_shape=(side, side, 3))


def save(network: keras.Model, path: Path, about: Card = NO_FACTS) -> str:
    """Write the network's weights in 8 bits per kernel value, and the card. Returns the file's SHA-256."""
    arrays = {_name(place, weight): weight.numpy() for place, weight in enumerate(network.weights)}
    return save_weights(path, arrays, Card(method=METHOD) | about, bits=8)


def _name(place: int, weight) -> str:
    """Return a weight's name by its place: Keras numbers the layers anew in each process."""
    return f"{place:04d}/{weight.name}"


def _digest(network: keras.Model) -> str:
    """Return the SHA-256 over all weights in their order: the same from whatever file or cache they came."""
    total = hashlib.sha256()
    for variable in network.weights:
        total.update(variable.numpy().tobytes())
    return total.hexdigest()


def _network(source: str) -> keras.Model:
    if source == UNTRAINED:
        return build_network()
    if source == "imagenet":
        return _from_keras()
    if source == "heritage":
        return _from_shipped(HERITAGE_FILE)
    return _from_file(Path(source))


def _from_shipped(path: Path) -> keras.Model:
    if not path.is_file():
        raise WeightsError(
            f"{path.name} is not in {path.parent}: teach it with `python -m heritage_color.train.networks.distill`, "
            "or set HERITAGE_INCEPTION_WEIGHTS to imagenet or to a file, or use the method fusion-lite."
        )
    network = build_network(SIDES["heritage"])
    arrays, _ = load_weights(path, METHOD)
    names = [_name(place, weight) for place, weight in enumerate(network.weights)]
    if arrays.keys() != set(names):
        raise WeightsError(
            f"{path.name} does not hold the layers of Inception-ResNetV2: it belongs to another network."
        )
    network.set_weights([arrays[name] for name in names])
    return network


def _from_file(path: Path) -> keras.Model:
    if not path.is_file():
        raise WeightsError(
            f"There are no Inception-ResNetV2 weights at {path}: name a file, or `heritage`, or `imagenet`."
        )
    network = build_network()
    try:
        network.load_weights(path)
    except (OSError, ValueError) as error:
        sentence = f"{path.name} holds no Inception-ResNetV2 weights that Keras can read: {error}"
        raise WeightsError(sentence) from error
    return network


def _from_keras() -> keras.Model:
    advice = "Connect once, or set HERITAGE_INCEPTION_WEIGHTS to heritage or to a file, or use the method fusion-lite."
    try:
        return keras.applications.InceptionResNetV2(weights="imagenet", classifier_activation=None)
    except OSError as error:
        raise WeightsError(
            f"Inception-ResNetV2's ImageNet weights could not be downloaded and are not cached. {advice} ({error})"
        ) from error
    except Exception as error:  # Keras raises a bare Exception for every failed download
        if "URL fetch failure" not in str(error):
            raise
        raise WeightsError(
            f"Inception-ResNetV2's ImageNet weights are not cached and there is no network. {advice}"
        ) from error
