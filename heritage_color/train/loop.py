"""Training of the fusion networks: losses, schedule, checkpoints, and the weight file at the end.

A run is its folder: `checkpoint/` (resumed by the next call with the same folder), `log.csv`,
`prior.npy`, and after each epoch the averaged weights, `<method>.safetensors` with its card.
"""

import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from heritage_color import methods
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.methods import Colorizer, bins
from heritage_color.methods.fusion import FusionLite, table_rows
from heritage_color.train import photographs

PRIOR_PICTURES = 1500  # enough for a stable prior: 4.7 million cells


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of; written into the model card."""

    method: str = "fusion-lite"
    epochs: int = 16
    batch: int = 16
    learning_rate: float = 1e-3
    last_learning_rate: float = 1e-5
    weight_decay: float = 1e-4
    averaging: float = 0.998  # exponential moving average of the weights, per step
    seed: int = 2020
    precision: str = "float32"  # or mixed_bfloat16, mixed_float16


def measure_prior(paths: list[str]) -> np.ndarray:
    """Smoothed frequencies of the gamut bins (Q,) in photographs, each cell counted to its nearest bin."""
    nearest, counts = bins.table()[0][:, 0], np.zeros(len(bins.centres()))
    for _, ab in photographs.pairs(paths[:: max(1, len(paths) // PRIOR_PICTURES)], 16, seed=None, augment=False):
        counts += np.bincount(nearest[np.asarray(table_rows(ab)).ravel()], minlength=len(counts))
    if not counts.any():
        raise DeliveryError("All of the photographs are grey: there is no colour to learn from.")
    return bins.prior(counts)


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """AdamW on a cosine from the first to the last learning rate, with averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate, steps, recipe.last_learning_rate / recipe.learning_rate
    )
    return keras.optimizers.AdamW(
        schedule, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.averaging
    )


class Export(keras.callbacks.Callback):
    """After each validation, while the averaged weights are in place: the weight file and its card."""

    def __init__(self, method: Colorizer, path: Path, card: dict):
        super().__init__()
        self.method, self.path, self.card, self.start, self.epoch = method, path, card, time.monotonic(), 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_test_end(self, logs=None):
        figures = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        minutes = round((time.monotonic() - self.start) / 60, 1)
        about = self.card | {"epochs_done": self.epoch + 1, "minutes_since_start": minutes, "validation": figures}
        self.method.save(self.path, about)


def _prior(folder: Path, paths: list[str]) -> np.ndarray:
    """The bin prior of the run, measured once and kept beside its checkpoints."""
    file = folder / "prior.npy"
    if not file.is_file():
        np.save(file, measure_prior(paths))
    return np.load(file)


def _validation(paths: list[str], batch: int) -> tf.data.Dataset:
    """Batches to validate on, counted beforehand: else Keras takes their end for an interruption and warns."""
    batches = photographs.pairs(paths, batch, None, augment=False)
    number = sum(1 for _ in batches)
    if not number:
        raise DeliveryError("All of the photographs to validate on are grey: there is no colour to compare with.")
    return batches.apply(tf.data.experimental.assert_cardinality(number))


def train(photographs_folder: Path, validation_folder: Path, run: Path, recipe: Recipe, **options) -> Path:
    """Train, or go on where an earlier call with the same run folder stopped. Returns the weight file.

    Options are those of the method, such as `inception_weights`. Raises DeliveryError for a folder without pictures.
    """
    run.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy(recipe.precision)
    paths, held_back = photographs.find(photographs_folder), photographs.find(validation_folder)
    steps = len(paths) // recipe.batch
    if not steps or len(held_back) < 1:
        raise DeliveryError(
            f"{photographs_folder} holds {len(paths)} photographs and {validation_folder} {len(held_back)}: "
            f"training needs at least {recipe.batch} and 1."
        )
    method = methods.create(recipe.method, **options)
    if not isinstance(method, FusionLite):
        raise WeightsError(f"The method {recipe.method} has nothing that this command could train.")
    method.compile(optimizer(recipe, steps * recipe.epochs), _prior(run, paths))
    weights = run / f"{recipe.method}.safetensors"
    method.fit(
        photographs.pairs(paths, recipe.batch, recipe.seed).repeat(),
        validation_data=_validation(held_back, recipe.batch),
        epochs=recipe.epochs,
        steps_per_epoch=steps,
        verbose=1 if sys.stdout.isatty() else 2,  # a bar with the time left; in a log, a line per epoch
        callbacks=[
            Export(method, weights, {"recipe": asdict(recipe), "photographs": len(paths)}),
            keras.callbacks.SwapEMAWeights(),
            keras.callbacks.BackupAndRestore(run / "checkpoint", double_checkpoint=True, delete_checkpoint=False),
            keras.callbacks.CSVLogger(run / "log.csv", append=True),
        ],
    )
    return weights
