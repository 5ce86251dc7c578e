"""Training of the networks that classify colours: losses, schedule, checkpoints, and the weight file at the end.

A run is its folder: `photographs.csv` (what was learned from), `prior.npy`, `log.csv`, `tensorboard/`, `checkpoint/`
(the next call with the same folder goes on from there), and the best averaged weights so far,
`<method>.safetensors` with its card. The work is cut into legs: after each, validation and a checkpoint.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeVar

import keras
import numpy as np
import tensorflow as tf

from heritage_color.digests import sha256_file as sha256_of_weights
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.keys import Word
from heritage_color.methods import loading
from heritage_color.methods.cic import Cic
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.fusion import FusionLite
from heritage_color.methods.networks import bins
from heritage_color.methods.networks.classification import table_rows
from heritage_color.methods.weights import Card
from heritage_color.progress import track
from heritage_color.train import presets
from heritage_color.train.networks import normalisation
from heritage_color.train.pictures import photographs, survey

PRIOR_PICTURES = 1500  # enough for a stable prior: 4.7 million cells
LEG = 200  # steps at most between two validations
VALIDATION_PICTURES = 128  # of those held back, evenly spaced: the benchmark judges on all
MEASURED_PICTURES = 480  # that the normalisations' statistics are measured on: 1.5 million cells at the finest
Learned = TypeVar("Learned")
Trained = FusionLite | Cic


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


@dataclass(frozen=True)
class Data:
    """What a run learns from and validates on."""

    paths: list[str]
    held_back: list[str]
    digest: str


def gather(folder: Path, validation: Path | None, run: Path, batch: int) -> Data:
    """The photographs of a run; without a folder to validate on, some works are held back.

    What is left out is said on standard error. Raises DeliveryError where too few are left.
    """
    surveyed = survey.survey(folder, run / "photographs.csv")
    others = survey.survey(validation, run / "validation.csv") if validation else []
    for sentence in survey.left_out(surveyed, folder) + survey.left_out(others, validation or folder):
        print(sentence, file=sys.stderr)
    coloured = [row for row in surveyed if row.state == "colour"]
    learned, held = (coloured, others) if validation else survey.split(coloured)
    paths = [str(folder / row.file) for row in learned]
    held_back = [str((validation or folder) / row.file) for row in held if row.state == "colour"]
    if len(paths) < batch or not held_back:
        raise DeliveryError(
            f"{folder} holds {len(paths)} colour photographs to learn from, and {len(held_back)} are held back: "
            f"training needs at least {batch} and 1."
        )
    return Data(paths, held_back[:: max(1, len(held_back) // VALIDATION_PICTURES)], survey.digest(learned))


def learn_what_can_be_read(gathering: Callable[[], Data], learn: Callable[[Data], Learned]) -> Learned:
    """What `learn` makes of the photographs that `gathering` finds.

    Where one is damaged or gone since it was looked at, it is named, and learning goes on from the last checkpoint
    without it. An error that no photograph explains is raised.
    """
    data = gathering()
    while True:
        try:
            return learn(data)
        except tf.errors.OpError:
            before, data = data, gathering()
            if data == before:
                raise


def measure_prior(paths: list[str]) -> np.ndarray:
    """Smoothed frequencies of the gamut bins (Q,) in photographs, each cell counted to its nearest bin."""
    nearest, counts = bins.table()[0][:, 0], np.zeros(len(bins.centres()))
    some = paths[:: max(1, len(paths) // PRIOR_PICTURES)]
    for _, ab in track(photographs.pairs(some, 16), "count colours", -(-len(some) // 16)):
        counts += np.bincount(nearest[np.asarray(table_rows(ab)).ravel()], minlength=len(counts))
    return bins.prior(counts)


def _prior(run: Path, paths: list[str]) -> np.ndarray:
    """The bin prior of the run, measured once and kept beside its checkpoints."""
    file = run / "prior.npy"
    if not file.is_file():
        np.save(file, measure_prior(paths))
    return np.load(file)


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """AdamW on a cosine from the first to the last learning rate, with averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate, steps, recipe.last_learning_rate / recipe.learning_rate
    )
    return keras.optimizers.AdamW(
        schedule, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.averaging
    )


def strategy() -> tf.distribute.Strategy:
    """One copy of the network per GPU of this machine. Raises WeightsError where TF_CONFIG describes several machines:
    Keras 3 cannot `fit` on those (keras-team/keras issue 20585; tried with 3.15, it fails at the first batch).
    """
    if len(tf.distribute.cluster_resolver.TFConfigClusterResolver().cluster_spec().as_cluster_def().job):
        raise WeightsError("Training runs on the GPUs of one machine: unset TF_CONFIG, and start it on one machine.")
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    names = [device.name for device in devices]
    return tf.distribute.MirroredStrategy(names) if len(names) > 1 else tf.distribute.get_strategy()


def precision(recipe: Recipe) -> str:
    """The name of the Keras policy: half precision pays on GPUs, on processors it is slower."""
    if recipe.precision != "auto":
        return recipe.precision
    return "mixed_float16" if tf.config.list_physical_devices("GPU") else "float32"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write to that becomes `path` at the end; nothing half-written stays. Raises WeightsError."""
    partial = path.with_name(f"partial-{path.name}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        sentence = f"{path.name} could not be written to {path.parent}: {error.strerror or error}."
        raise WeightsError(f"{sentence} What was saved before is kept; make room and start again.") from error


class Checkpoint(keras.callbacks.Callback):
    """After each leg, all that the run needs to go on, in one file whose name says how many legs are done."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def restore(self, model: keras.Model) -> int:
        """Load the newest checkpoint. Returns the number of legs done, 0 where there is none."""
        newest = max(self.folder.glob("leg-*.weights.h5"), default=None)
        if newest is None:
            return 0
        model.optimizer.build(model.trainable_variables)
        model.load_weights(newest)
        return int(newest.name[4:10])

    def on_epoch_end(self, epoch, logs=None):
        file = self.folder / f"leg-{epoch + 1:06d}.weights.h5"
        with whole(file) as partial:
            self.model.save_weights(partial)
        for older in set(self.folder.glob("leg-*.weights.h5")) - {file}:
            older.unlink()


class Export(keras.callbacks.Callback):
    """After each validation, while the averaged weights are in place: the weight file, where it is the best so far.

    Ends the run when it has not become better for `patience` legs.
    """

    def __init__(self, method: Colorizer, path: Path, card: Card, patience: int):
        super().__init__()
        self.method, self.path, self.card, self.patience = method, path, card, patience
        self.start, self.leg = time.monotonic(), 0
        file = path.with_suffix(".json")
        earlier = json.loads(file.read_text()) if path.is_file() and file.is_file() else {}
        self.best = earlier.get("validation", {}).get("loss", float("inf"))
        self.best_leg = earlier.get("legs_done", 0)
        self.before = earlier.get("minutes", 0.0)

    def on_epoch_begin(self, epoch, logs=None):
        self.leg = epoch + 1

    def on_test_end(self, logs=None):
        figures = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        if figures["loss"] < self.best:
            self.best, self.best_leg = figures["loss"], self.leg
            minutes = round(self.before + (time.monotonic() - self.start) / 60, 1)
            about = self.card | {"legs_done": self.leg, "minutes": minutes, "validation": figures}
            self.method.save(self.path, about)
        elif self.leg - self.best_leg >= self.patience:
            self.model.stop_training = True


class Statistics(keras.callbacks.Callback):
    """Before each validation, while the averaged weights are in place: the normalisations' statistics for those."""

    def __init__(self, method: Trained, greys: tf.data.Dataset):
        super().__init__()
        self.batches = greys.map(method.from_grey)

    def on_test_begin(self, logs=None):
        normalisation.measure(self.model, self.batches)


class Progress(keras.callbacks.Callback):
    """A line with the rate and an estimate of the end."""

    def __init__(self, steps: int):
        super().__init__()
        self.line = track(count(), "train, steps", steps)

    def on_train_batch_end(self, batch, logs=None):
        next(self.line)

    def on_epoch_end(self, epoch, logs=None):
        figures = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items() if "loss" in name)
        print(f"leg {epoch + 1}: {figures}", file=sys.stderr, flush=True)


def complete(recipe: Recipe) -> Recipe:
    """A recipe with the method's own crop and averaging where it names none. Raises WeightsError."""
    if recipe.method not in TRAINABLE:
        raise WeightsError(f"The method {recipe.method} has nothing to train here. Methods: {', '.join(TRAINABLE)}.")
    defaults = TRAINABLE[recipe.method]
    return replace(recipe, crop=recipe.crop or defaults.crop, averaging=recipe.averaging or defaults.averaging)


def prepare(recipe: Recipe, steps: int, prior: np.ndarray, start_from: Path | None, **options) -> Trained:
    """The network of a recipe, ready for its first step. Raises WeightsError."""
    with strategy().scope():
        method = loading.create(recipe.method, dropout=recipe.dropout, **options)
        assert isinstance(method, Trained)
        if start_from is not None:
            method.start_from(start_from)
        if recipe.only:
            freeze_others(method.network, recipe.only)
        method.compile(optimizer(recipe, steps), prior, recipe.rebalancing)
    return method


def measured(paths: list[str], recipe: Recipe) -> tf.data.Dataset:
    """Batches of grey to measure normalisations on: squares as in training, none aged."""
    batches = max(1, min(len(paths), MEASURED_PICTURES) // recipe.batch)
    pairs = photographs.endless(paths, recipe.batch, recipe.seed, aged=0.0, side=recipe.crop)
    return pairs.map(lambda grey, _: grey).take(batches)


def freeze_others(network: keras.Model, name: str) -> None:
    """Let one layer learn only; normalisations keep their statistics too. Raises WeightsError where there is none."""
    if name not in {layer.name for layer in network.layers if layer.trainable_variables}:
        raise WeightsError(f"{network.name} has no layer {name} that learns.")
    for layer in network.layers:
        layer.trainable = layer.name == name


def train(folder: Path, validation: Path | None, run: Path, recipe: Recipe, start_from: Path | None = None, **options):
    """Train, or go on where an earlier call with the same run folder stopped. Returns the path of the weight file.

    `start_from` names a weight file whose layers are taken over before the first step. Options are those of the
    method, such as `inception_weights`. At the end a fusion network's presets are chosen on the photographs held back.
    Raises DeliveryError for photographs, WeightsError for weights and disks.
    """
    recipe = complete(recipe)
    run.mkdir(parents=True, exist_ok=True)
    return learn_what_can_be_read(
        lambda: gather(Path(folder), Path(validation) if validation else None, run, recipe.batch),
        lambda data: _learn(data, run, recipe, start_from, options),
    )


def _learn(data: Data, run: Path, recipe: Recipe, start_from: Path | None, options: Mapping[Word, object]) -> Path:
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy(precision(recipe))
    leg = min(LEG, len(data.paths) // recipe.batch)
    legs = max(1, round(len(data.paths) * recipe.epochs / recipe.batch / leg))
    method = prepare(recipe, legs * leg, _prior(run, data.paths), start_from, **options)
    weights = run / f"{recipe.method}.safetensors"
    checkpoint = Checkpoint(run / "checkpoint")
    done = checkpoint.restore(method.network)
    card = {"recipe": asdict(recipe), "photographs": len(data.paths), "data_sha256": data.digest}
    card |= {"start_from": sha256_of_weights(start_from)} if start_from else {}
    method.fit(
        photographs.endless(data.paths, recipe.batch, recipe.seed, done * leg, recipe.aged, recipe.crop),
        validation_data=photographs.pairs(data.held_back, recipe.batch, side=recipe.crop),
        epochs=legs,
        initial_epoch=done,
        steps_per_epoch=leg,
        verbose=0,
        callbacks=[
            Export(method, weights, card, recipe.patience),
            keras.callbacks.SwapEMAWeights(),
            Statistics(method, measured(data.paths, recipe)),  # once the averaged weights are in place
            keras.callbacks.CSVLogger(run / "log.csv", append=True),
            keras.callbacks.TensorBoard(run / "tensorboard", write_graph=False),
            Progress((legs - done) * leg),
            checkpoint,
        ],
    )
    if isinstance(method, FusionLite):
        presets.choose(weights, [Path(path) for path in data.held_back])
    return weights
