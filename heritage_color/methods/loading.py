"""A method by its name, untrained or with the weights of a folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from heritage_color.errors import WeightsError
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.names import BASELINES, METHODS
from heritage_color.methods.weights import read_card


def create(name: str, **options: object) -> Colorizer:
    """Return a method by its name, untrained."""
    if name not in METHODS:
        raise WeightsError(f"There is no method {name!r}. Methods: {', '.join(METHODS)}.")
    module, attribute = METHODS[name].split(":")
    with _quiet():
        method: Colorizer = getattr(import_module(module), attribute)(**options)
    return method


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep TensorFlow's native start-up remarks, which no log level silences, off standard error."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def weight_file(name: str, folder: Path) -> Path:
    """Return where a method's shipped weights lie."""
    return folder / f"{name}.safetensors"


def load(name: str, folder: Path, **options: object) -> Colorizer:
    """Return a method with the weights of a folder, ready to predict."""
    if name in METHODS and name not in BASELINES:
        read_card(weight_file(name, folder))  # before a network is built, or another's weights are downloaded
    method = create(name, **options)
    method.load(weight_file(name, folder))
    return method


def load_configured(name: str, folder: Path, inception_weights: str) -> Colorizer:
    """As `load`, with the source of Inception-ResNetV2's weights for the method that has such a branch."""
    return load(name, folder, **({"inception_weights": inception_weights} if name == "fusion" else {}))
