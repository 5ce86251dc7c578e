"""What a training run is made of, and what each method has of its own."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from heritage_color.errors import WeightsError
from heritage_color.methods.networks import bins
from heritage_color.train.pictures import photographs


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of; written into the model card."""

    method: str = "fusion-lite"
    epochs: float = 16
    batch: int = 16
    learning_rate: float = 1e-3
    last_learning_rate: float = 1e-5
    weight_decay: float = 1e-4
    dropout: float = 0.0  # share of embedding and bottom left out at random
    averaging: float = 0.0  # exponential moving average of the weights, per step; 0: the method's own
    rebalancing: float = bins.REBALANCING
    only: str = ""  # the one layer that learns, all others staying as they are; empty: every layer
    crop: int = 0  # pixels: the side of a training picture; 0: the method's own
    aged: float = photographs.AGED_SHARE  # share of the pictures that get an archive's defects
    patience: int = 8  # legs without a better validation loss, then the run ends
    seed: int = 2020
    precision: str = "auto"  # mixed_float16 where there are GPUs, else float32; or a name of Keras' policies


class Own(NamedTuple):
    """What each method has of its own: the side of its training pictures in pixels, and the averaging.

    `cic` was trained with a short average: before averaged weights had statistics of their own, a longer one spoiled
    its validation.
    """

    crop: int
    averaging: float


TRAINABLE = {
    "fusion-lite": Own(photographs.CROP, 0.998),
    "fusion": Own(photographs.CROP, 0.998),
    "cic": Own(160, 0.98),
}


def complete(recipe: Recipe) -> Recipe:
    """Return a recipe with the method's own crop and averaging where it names none. Raises WeightsError."""
    if recipe.method not in TRAINABLE:
        raise WeightsError(f"The method {recipe.method} has nothing to train here. Methods: {', '.join(TRAINABLE)}.")
    defaults = TRAINABLE[recipe.method]
    return replace(recipe, crop=recipe.crop or defaults.crop, averaging=recipe.averaging or defaults.averaging)
