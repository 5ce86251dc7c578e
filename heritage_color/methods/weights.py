"""Weights on disk: safetensors files (no code runs at load) whose SHA-256 stands in the model card beside them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from heritage_color.digests import sha256_file
from heritage_color.errors import WeightsError
from heritage_color.methods.cards import Card
from heritage_color.whole_files import whole, write_whole

ArrayName = str  # `layer/variable`, as Keras has it
Arrays = dict[ArrayName, np.ndarray]


class Network(Protocol):
    """A Keras model, as far as its weights go."""

    weights: list[Any]


SCALE = "/scale"  # ending of the name of a quantised array's scales
LEVELS = 127  # steps on each side of zero


def save_weights(path: Path, arrays: Arrays, about: Card, bits: int = 16) -> str:
    """Write arrays in half precision, or kernels in 8 bits, and a card `<path>.json`. Returns the file's checksum.

    Arrays of whole numbers stay as they are.
    """
    from safetensors.numpy import save_file

    numbers = {name: array for name, array in arrays.items() if array.dtype.kind in "iu"}
    others = {name: array for name, array in arrays.items() if name not in numbers}
    stored = quantise(others) if bits == 8 else {name: array.astype(np.float16) for name, array in others.items()}
    with whole(path) as partial:
        save_file({name: np.ascontiguousarray(array) for name, array in (stored | numbers).items()}, partial)
        partial.chmod(0o644)
    sha256 = sha256_file(path)
    write_card(path, about.with_facts(file=path.name, sha256=sha256))
    return sha256


def write_card(path: Path, card: Card) -> None:
    """Write the card beside a weight file, whole or not at all."""
    write_whole(path.with_suffix(".json"), card.text())


def quantise(arrays: Arrays) -> Arrays:
    """Kernels as whole numbers of 8 bits, with a scale per output channel in `<name>/scale`; vectors in 32 bits."""
    stored = {}
    for name, array in arrays.items():
        if array.ndim < 2:
            stored[name] = array.astype(np.float32)
            continue
        largest = np.abs(array).reshape(-1, array.shape[-1]).max(0)
        stored[name + SCALE] = np.maximum(largest, 1e-12).astype(np.float32) / LEVELS
        stored[name] = np.rint(array / stored[name + SCALE]).astype(np.int8)
    return stored


def restore(stored: Arrays) -> Arrays:
    """Arrays (float32) of what a file holds: whole numbers times their channel's scale, or as they are without one."""
    return {
        name: _restored(array, stored.get(name + SCALE)) for name, array in stored.items() if not name.endswith(SCALE)
    }


def _restored(array: np.ndarray, scale: np.ndarray | None) -> np.ndarray:
    if scale is not None:
        result: np.ndarray = array.astype(np.float32) * scale
        return result
    return array if array.dtype.kind in "iu" else array.astype(np.float32)


def read_card(path: Path) -> Card:
    """Return the card beside a weight file. Raises WeightsError where there is none, or none that can be read."""
    card = path.with_suffix(".json")
    if not path.is_file() or not card.is_file():
        raise WeightsError(f"No weights at {path}: both the file and its card {card.name} must be there.")
    try:
        return Card(sha256="none") | Card.read(card.read_text())
    except (ValueError, TypeError) as error:
        raise WeightsError(f"{card.name} is damaged, it is no model card: {error}.") from error


def load_weights(path: Path, method: str = "") -> tuple[Arrays, Card]:
    """Return arrays, in float32 or of whole numbers, and card.

    Raises WeightsError when the checksum is not the card's, or the method another.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    card, stored = read_card(path), sha256_file(path)
    if stored != card.sha256:
        raise WeightsError(f"{path.name} is damaged or was exchanged: its card says {card.sha256}, found {stored}.")
    if method and card.method != method:
        raise WeightsError(f"{path.name} holds weights of {card.method or 'no method'}, not of {method}.")
    try:
        return restore(load_file(path)), card
    except SafetensorError as error:
        raise WeightsError(f"{path.name} is no safetensors file: {error}.") from error


def collect(model: Network) -> Arrays:
    """The variables of a Keras model that hold weights, named `layer/variable`."""
    return {variable.path: variable.numpy() for variable in model.weights}


def assign(model: Network, arrays: Arrays, missing: Iterable[str] = ()) -> None:
    """Set a Keras model's weights from arrays of the same names and shapes; extra arrays are left aside.

    Raises WeightsError, before anything is set, for a weight that has no array, and for the names in `missing`.
    """
    missing = [*missing, *(variable.path for variable in model.weights if variable.path not in arrays)]
    if missing:
        raise WeightsError(f"The weight file has no {missing[0]}: it belongs to another network.")
    for variable in model.weights:
        if arrays[variable.path].shape != tuple(variable.shape):
            raise WeightsError(
                f"{variable.path} has shape {arrays[variable.path].shape}, the network needs {tuple(variable.shape)}."
            )
    for variable in model.weights:
        variable.assign(arrays[variable.path])
