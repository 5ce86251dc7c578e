"""Training of the networks that classify colours: losses, schedule, checkpoints, and the weight file at the end.

A run is its folder: `photographs.csv` (what was learned from), `prior.npy`, `log.csv`, `tensorboard/`, `checkpoint/`
(the next call with the same folder goes on from there), and the best averaged weights so far,
`<method>.safetensors` with its card. The work is cut into legs: after each, validation and a checkpoint.
"""

from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from heritage_color.digests import sha256_file as sha256_of_weights
from heritage_color.errors import WeightsError
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.fusion import FusionLite
from heritage_color.methods.networks import bins
from heritage_color.methods.networks.classification import table_rows
from heritage_color.progress import track
from heritage_color.train import presets
from heritage_color.train.networks.callbacks import Checkpoint, Export, Progress, Statistics, Trained
from heritage_color.train.networks.gathering import Data, gather, learn_what_can_be_read
from heritage_color.train.networks.recipes import Recipe, complete
from heritage_color.train.pictures import photographs

PRIOR_PICTURES = 1500  # enough for a stable prior: 4.7 million cells
LEG = 200  # steps at most between two validations
MEASURED_PICTURES = 480  # that the normalisations' statistics are measured on: 1.5 million cells at the finest


def measure_prior(paths: list[str]) -> np.ndarray:
    """Return smoothed frequencies of the gamut bins (Q,) in photographs, each cell counted to its nearest bin."""
    nearest, counts = bins.table()[0][:, 0], np.zeros(len(bins.centres()))
    some = paths[:: max(1, len(paths) // PRIOR_PICTURES)]
    for _, ab in track(photographs.pairs(some, 16), "count colours", -(-len(some) // 16)):
        counts += np.bincount(nearest[np.asarray(table_rows(ab)).ravel()], minlength=len(counts))
    return bins.prior(counts)


def _prior(run: Path, paths: list[str]) -> np.ndarray:
    """Return the bin prior of the run, measured once and kept beside its checkpoints."""
    file = run / "prior.npy"
    if not file.is_file():
        np.save(file, measure_prior(paths))
    return np.load(file)


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Return AdamW on a cosine from the first to the last learning rate, with averaged weights."""
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
    """Return the name of the Keras policy: half precision pays on GPUs, on processors it is slower."""
    if recipe.precision != "auto":
        return recipe.precision
    return "mixed_float16" if tf.config.list_physical_devices("GPU") else "float32"


def prepare_network(recipe: Recipe, steps: int, prior: np.ndarray, start_from: Path | None, **options) -> Trained:
    """Return the network of a recipe, ready for its first step. Raises WeightsError."""
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
    """Return batches of grey to measure normalisations on: squares as in training, none aged."""
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
        lambda data: _learn(data, run, recipe, start_from, **options),
    )


def _learn(data: Data, run: Path, recipe: Recipe, start_from: Path | None, **options: object) -> Path:
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy(precision(recipe))
    leg = min(LEG, len(data.paths) // recipe.batch)
    legs = max(1, round(len(data.paths) * recipe.epochs / recipe.batch / leg))
    method = prepare_network(recipe, legs * leg, _prior(run, data.paths), start_from, **options)
    weights = run / f"{recipe.method}.safetensors"
    checkpoint = Checkpoint(run / "checkpoint")
    done = checkpoint.restore(method.network)
    card = Card().with_facts(recipe=asdict(recipe), photographs=len(data.paths), data_sha256=data.digest)
    card = card.with_facts(start_from=sha256_of_weights(start_from)) if start_from else card
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
