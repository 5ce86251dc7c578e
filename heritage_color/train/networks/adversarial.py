"""Training of pix2pix: generator and discriminator by turns, in legs that end with a validation and a checkpoint.

A run is its folder: `photographs.csv` (what was learned from), `log.csv`, `checkpoint/` (the next call with the same
folder goes on from there), and the generator of the last leg, `pix2pix.safetensors` with its card.
"""

import csv
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from heritage_color.digests import sha256_file as sha256_of_weights
from heritage_color.errors import WeightsError
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.networks import bins
from heritage_color.methods.networks.colours import grey_to_lightness, linear_to_lab, srgb_to_linear
from heritage_color.methods.pix2pix import (
    AB_SCALE,
    LOSSES,
    SIDE,
    WIDTH,
    Adversaries,
    Pix2Pix,
    Terms,
    scaled,
)
from heritage_color.metrics import bootstrap, figures
from heritage_color.progress import track
from heritage_color.train.networks.callbacks import whole
from heritage_color.train.networks.gathering import Data, gather, learn_what_can_be_read
from heritage_color.train.networks.loop import LEG
from heritage_color.train.networks.recipes import Recipe
from heritage_color.train.pictures import photographs
from heritage_color.train.pictures.aging import age

USED = ("method", "epochs", "batch", "learning_rate", "aged", "seed")  # of the recipe
CHECKPOINTS = 2  # the last two: one that a power cut spoilt does not end a run
JUDGED_TOGETHER = 16  # photographs held back in one batch: memory, not mathematics


def pair(path: tf.Tensor, seed: tf.Tensor, augment: bool, aged: float, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return lightness / 50 - 1 (side, side, 1) and ab / 110 (side, side, 2) of a square of one photograph."""
    draw = tf.random.stateless_uniform([5], seed)
    linear = srgb_to_linear(photographs.square(photographs.read_photograph(path), draw[:4], augment, side))
    lab = linear_to_lab(linear)
    light = lab[..., :1]
    if augment and aged:
        light = tf.cond(draw[4] < aged, lambda: grey_to_lightness(age(linear, seed + 2)), lambda: light)
    ab = tf.clip_by_value(lab[..., 1:] / AB_SCALE, -1.0, 1.0)
    return tf.ensure_shape(scaled(light), (side, side, 1)), tf.ensure_shape(ab, (side, side, 2))


def judged(answer: np.ndarray, ab: np.ndarray) -> Terms:
    """Return what validation says of chroma (N, H, W, 2) beside the true one, in ab units.

    `l1`; `auc_rebalanced` as the benchmark has it; `deviation` of chroma over all pixels as a share of the truth's;
    and how much the histograms of a and b have in common with the true ones (the paper's figure 7), 0..1.
    """
    classes = bins.nearest(ab).reshape(len(ab), -1)
    areas = figures.areas(np.linalg.norm(answer - ab, axis=-1)).reshape(len(ab), -1)
    counted = np.stack([np.bincount(row, minlength=len(bins.centres())) for row in classes])
    added = np.stack([np.bincount(*row, minlength=len(bins.centres())) for row in zip(classes, areas, strict=True)])
    rebalanced = bootstrap.rebalanced_auc(bootstrap.Sums({}, added, counted), bootstrap.once(len(ab)))
    figures_of = {
        "l1": np.abs(answer - ab).mean(),
        "auc_rebalanced": rebalanced[0],
        "deviation": answer.std((0, 1, 2)).mean() / ab.std((0, 1, 2)).mean(),
        "shared_a": intersection(answer[..., 0], ab[..., 0]),
        "shared_b": intersection(answer[..., 1], ab[..., 1]),
    }
    return {name: round(float(value), 4) for name, value in figures_of.items()}


def intersection(first: np.ndarray, other: np.ndarray) -> float:
    """Return what two histograms over whole ab units have in common, 0..1 (Swain & Ballard 1991)."""
    counts = [np.histogram(values, np.arange(-128.5, 129))[0] / values.size for values in (first, other)]
    return float(np.minimum(*counts).sum())


def rate(first: float, share: float) -> float:
    """Learning rate when a share 0..1 of the steps is done: kept for half of them, then linear to nothing.

    So do the authors' code; the paper's own schedule for colorization is not told.
    """
    return first * min(1.0, 2 * (1 - share))


class Run:
    """A training, as far as it is: the networks, and how many steps and minutes are behind it."""

    def __init__(self, method: Pix2Pix, recipe: Recipe, loss: str, folder: Path):
        self.method, self.recipe, self.folder = method, recipe, folder
        self.rivals = Adversaries(method.generator, method.width, loss, recipe.learning_rate)
        self.done, self.minutes = tf.Variable(0), tf.Variable(0.0)
        self.weights = folder / f"{method.name}.safetensors"
        self.checkpoints = self._restored()

    def _restored(self) -> tf.train.CheckpointManager:
        """The run's checkpoints, the newest of them restored. Raises WeightsError where it is of another network."""
        everything = tf.train.Checkpoint(
            generator=self.rivals.generator,
            discriminator=self.rivals.discriminator,
            generating=self.rivals.generating,
            telling=self.rivals.telling,
            done=self.done,
            minutes=self.minutes,
        )
        manager = tf.train.CheckpointManager(everything, str(self.folder / "checkpoint"), CHECKPOINTS)
        try:
            if manager.latest_checkpoint:
                everything.restore(manager.latest_checkpoint).expect_partial()  # or it complains at exit
        except ValueError as error:
            raise WeightsError(
                f"The run in {self.folder} is of another width or side: give it a folder of its own."
            ) from error
        return manager

    def leg(self, batches: Iterator, steps: Iterable, share: float) -> Terms:
        """Some steps at the learning rate of the share of the run that is done. Returns the mean of each term."""
        started, terms = time.monotonic(), []
        for optimizer in (self.rivals.generating, self.rivals.telling):
            optimizer.learning_rate = rate(self.recipe.learning_rate, share)
        for _ in steps:
            terms.append(self.rivals.step(*next(batches), tf.stack([self.recipe.seed, self.done])))
            self.done.assign_add(1)
        self.minutes.assign_add((time.monotonic() - started) / 60)
        return {name: float(np.mean([term[name] for term in terms])) for name in terms[0]}

    def judge(self, light: np.ndarray, ab: np.ndarray) -> Terms:
        """Validate the generator on lightness and chroma held back."""
        seed = tf.constant([self.method.seed, 0])
        parts = [tf.constant(light[at : at + JUDGED_TOGETHER]) for at in range(0, len(light), JUDGED_TOGETHER)]
        answers = [self.method.generator([part, seed]).numpy() for part in parts]
        return judged(AB_SCALE * np.concatenate(answers), AB_SCALE * ab)

    def keep(self, terms: Terms, validation: Terms, card: Card) -> Terms:
        """Write the weights, a checkpoint, and the leg's line, which is returned. Raises WeightsError."""
        row = {"step": int(self.done)} | terms | {f"validation_{name}": value for name, value in validation.items()}
        try:
            minutes = round(float(self.minutes), 1)
            about = card.with_facts(steps=int(self.done), minutes=minutes, validation=validation)
            self.method.save(self.weights, self.method.card | about)
            self.checkpoints.save()
            _log(self.folder / "log.csv", row)
        except (OSError, tf.errors.OpError) as error:
            sentence = f"The run could not be written to {self.folder}: {getattr(error, 'strerror', None) or error}."
            raise WeightsError(f"{sentence} What was saved before is kept; make room and start again.") from error
        return row


def _log(file: Path, row: Terms) -> None:
    """Add a leg's line to the log; one of the same step that a killed run left is replaced."""
    rows: list[Mapping[str, object]] = []
    if file.is_file():
        with file.open(newline="") as old:
            rows = [line for line in csv.DictReader(old) if int(line["step"]) < row["step"]]
    with whole(file) as partial, partial.open("w", newline="") as new:
        writer = csv.DictWriter(new, list(row))
        writer.writeheader()
        writer.writerows([*rows, row])


def held_back(data: Data, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Lightness / 50 - 1 (N, side, side, 1) and ab / 110 (N, side, side, 2) of the middles of what is held back."""
    pairs = [pair(tf.constant(path), tf.zeros(2, tf.int32), False, 0.0, side) for path in data.held_back]
    return np.stack([light for light, _ in pairs]), np.stack([ab for _, ab in pairs])


def prepare_run(recipe: Recipe, run: Path, start_from: Path | None, loss: str, width: int, side: int) -> Run:
    """The networks of a run, at their first step or where it was left. Raises WeightsError."""
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy("float32")  # half precision would need a scale for each of three losses
    method = loading.create("pix2pix", width=int(width), side=side)
    assert isinstance(method, Pix2Pix)
    if start_from is not None:
        method.load(start_from)
    return Run(method, recipe, loss, run)


def train(
    folder: Path, validation: Path | None, run: Path, recipe: Recipe, start_from: Path | None = None,
    loss: str = LOSSES[0], width: int = WIDTH, side: int = SIDE,
) -> Path:  # fmt: skip
    """Train, or go on where an earlier call with the same run folder stopped. Returns the path of the weight file.

    `loss` is one of `l1+cgan`, `l1`, `cgan`. `start_from` names a generator that is taken over before the first step,
    with its width and side. Raises DeliveryError and WeightsError.
    """
    run.mkdir(parents=True, exist_ok=True)
    return learn_what_can_be_read(
        lambda: gather(Path(folder), Path(validation) if validation else None, run, recipe.batch),
        lambda data: _learn(data, run, recipe, start_from, (loss, width, side)),
    )


def _learn(data: Data, run: Path, recipe: Recipe, start_from: Path | None, shape: tuple[str, int, int]) -> Path:
    loss, width, side = shape
    state = prepare_run(recipe, run, start_from, loss, width, side)
    side, steps = state.method.side, max(1, round(len(data.paths) * recipe.epochs / recipe.batch))
    first, truths = int(state.done), held_back(data, side)
    batches = iter(photographs.numbered(
        data.paths, recipe.batch, recipe.seed, first, lambda path, seed: pair(path, seed, True, recipe.aged, side)
    ))  # fmt: skip
    used = {name: asdict(recipe)[name] for name in USED} | {"loss": loss}
    card = Card().with_facts(recipe=used, photographs=len(data.paths), data_sha256=data.digest)
    card = card.with_facts(start_from=sha256_of_weights(start_from)) if start_from else card
    line = track(range(first, steps), "train, steps", steps - first)
    while (done := int(state.done)) < steps:
        terms = state.leg(batches, islice(line, LEG), done / steps)
        row = state.keep(terms, state.judge(*truths), card)
        print(", ".join(f"{name} {value:.4g}" for name, value in row.items()), file=sys.stderr, flush=True)
    return state.weights
