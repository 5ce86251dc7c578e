"""Training of the tagger: features of the photographs once, then the adversarial game over them.

A run is its folder: `features/` (the time-consuming part; the next call goes on from there), `learned.npz` (features
and tags, which the neighbours of the benchmark come from), `log.csv`, and at the end `tagging.safetensors` with its
card. The game itself takes minutes and begins anew when it was stopped.
"""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from heritage_color.errors import DeliveryError, PictureError
from heritage_color.methods.cards import Card
from heritage_color.methods.weights import collect
from heritage_color.progress import track
from heritage_color.tagging import cgan, figures, labels, vectors
from heritage_color.tagging.features import Encoder, encoder
from heritage_color.tagging.proposing import GENERATOR, Tagger, weight_file
from heritage_color.train.networks import callbacks
from heritage_color.train.pictures import photographs
from heritage_color.train.pictures.splitting import place
from heritage_color.train.pictures.survey import work_of
from heritage_color.train.records import Metric

LOT = 128  # photographs whose features are stored together
BATCH = 16  # grey pictures the encoder sees at once
HELD_BACK = 0.05  # of the works: the card's figures are of these
LEAST_SPREAD = 1e-3  # of a feature: one that hardly ever differs is not blown up
LINES = 20  # of the log


@dataclass(frozen=True)
class Recipe:
    """What a run is made of; written into the model card."""

    steps: int = 1500
    batch: int = 100  # Mirza & Osindero 2014, section 4.2
    width: float = 0.1  # of the paper's layers
    vector: int = vectors.SIZE
    dropout: float = cgan.DROPOUT
    mismatched: bool = True  # also judge tags beside another photograph's features; the paper does not
    learning_rate: float = 1e-3  # of Adam with a momentum of 0.5, as later adversarial nets are trained
    averaging: float = 0.99  # exponential moving average of the generator's weights, per step
    views: int = 2  # of each photograph: as it is, then cut, mirrored and half of the times aged
    aged: float = 0.5
    fewest: int = labels.FEWEST
    seed: int = 2014


@dataclass(frozen=True)
class Learned:
    """What a run learns from: features (N, views, 1280), tags (N, V), and which photographs are held back (N,)."""

    features: np.ndarray
    carried: np.ndarray
    held_back: np.ndarray


def train_tagger(folder: Path, tags_file: Path, run: Path, recipe: Recipe) -> Path:
    """Train a tagger on a folder's photographs and their tags; the path of its weight file. Raises DeliveryError."""
    started = time.monotonic()
    tagged = labels.of_folder(folder, labels.read_tags(tags_file))
    vocabulary = labels.vocabulary(tagged.values(), recipe.fewest)
    paths = [path for path, tags in tagged.items() if set(tags) & set(vocabulary.tags)]
    if len(paths) < recipe.batch:
        raise DeliveryError(f"{folder} holds {len(paths)} photographs with tags: training needs {recipe.batch}.")
    run.mkdir(parents=True, exist_ok=True)
    held_back = np.array([place(work_of(path.name)) < HELD_BACK for path in paths])
    learned = Learned(
        look(paths, run / "features", recipe), vocabulary.matrix(tagged[path] for path in paths), held_back
    )
    keep(run / "learned.npz", learned, vocabulary)
    tagger = game(learned, vocabulary, recipe, run / "log.csv")
    minutes = round((time.monotonic() - started) / 60, 1)
    card = tagger.card.with_facts(photographs=len(paths), minutes=minutes, data_sha256=digest(tagged))
    replace(tagger, card=card).save(weight_file(run))
    return weight_file(run)


def keep(file: Path, learned: Learned, vocabulary: labels.Vocabulary) -> None:
    """Features of the photographs as they are, in half precision, and their tags: what neighbours are found in."""
    with callbacks.whole(file) as partial, partial.open("wb") as stream:
        known = learned.features[:, 0].astype(np.float16)
        np.savez_compressed(stream, tags=np.array(vocabulary.tags), features=known, carried=learned.carried)


def digest(tagged: dict[Path, tuple[str, ...]]) -> str:
    """SHA-256 over the names and tags of what is learned from."""
    lines = "".join(f"{path.name}  {';'.join(tags)}\n" for path, tags in tagged.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def look(paths: list[Path], folder: Path, recipe: Recipe) -> np.ndarray:
    """Return features (N, views, 1280) of photographs, each lot computed once and kept in a folder."""
    folder.mkdir(exist_ok=True)
    lots = [paths[start : start + LOT] for start in range(0, len(paths), LOT)]
    looks = [(view, lot) for view in range(recipe.views) for lot in lots]
    kept = [_kept(folder, encoder(), view, lot, recipe) for view, lot in track(looks, "look, lots", len(looks))]
    views = [np.concatenate(kept[view * len(lots) : (view + 1) * len(lots)]) for view in range(recipe.views)]
    return np.stack(views, 1).astype(np.float32)


def _kept(folder: Path, encoder: Encoder, view: int, lot: list[Path], recipe: Recipe) -> np.ndarray:
    name = hashlib.sha256(f"{view} {recipe.seed} {recipe.aged} {[path.name for path in lot]}".encode()).hexdigest()
    file = folder / f"{name[:16]}.npy"
    if not file.is_file():
        seen = _as_they_are(encoder, lot) if view == 0 else _cut(encoder, view, lot, recipe)
        with callbacks.whole(file) as partial:
            np.save(partial, seen.astype(np.float16))
    return np.load(file)


def _as_they_are(encoder: Encoder, lot: list[Path]) -> np.ndarray:
    """Features of whole photographs, as the tagger will see others. Raises DeliveryError, naming a damaged one."""
    try:
        return np.stack([encoder.of_file(path) for path in lot])
    except PictureError as error:
        raise DeliveryError(f"{error} Take it out of the folder or of the tag file.") from error


def _cut(encoder: Encoder, view: int, lot: list[Path], recipe: Recipe) -> np.ndarray:
    """Features of a part of each photograph, perhaps mirrored, aged and mounted, as training of the methods does."""
    seeds = [(recipe.seed + view, int(place(path.name) * 2**31)) for path in lot]
    pictures = tf.data.Dataset.from_tensor_slices(([str(path) for path in lot], seeds))
    greys = pictures.map(lambda path, seed: photographs.pair(path, seed, True, recipe.aged)[0], tf.data.AUTOTUNE)
    return np.concatenate([encoder.of_batch(batch) for batch in greys.batch(BATCH).prefetch(1)])


def batches(learned: Learned, of_tags: np.ndarray, recipe: Recipe) -> Iterator[tuple[np.ndarray, ...]]:
    """Features, the vector of one of their tags, and noise, of photographs that are not held back, without end.

    A photograph with several tags is as many pairs (section 4.2); what a batch holds depends on its number alone.
    """
    photograph, tag = np.nonzero(learned.carried & ~learned.held_back[:, None])
    for number in range(recipe.steps):
        draw = np.random.default_rng([recipe.seed, number])
        chosen = draw.integers(len(photograph), size=recipe.batch)
        view = draw.integers(learned.features.shape[1], size=recipe.batch)
        noise = draw.standard_normal((2, recipe.batch, cgan.NOISE)).astype(np.float32)
        yield learned.features[photograph[chosen], view], of_tags[tag[chosen]], noise


def adversaries(generator: keras.Model, discriminator: keras.Model, recipe: Recipe) -> tuple[Callable, Callable]:
    """Build a step of the game, (features, vectors, noise) to both losses, and what puts the averaged weights in."""
    adam = {"learning_rate": recipe.learning_rate, "beta_1": 0.5}
    judge = keras.optimizers.Adam(**adam)
    maker = keras.optimizers.Adam(**adam, use_ema=True, ema_momentum=recipe.averaging)
    judge.build(discriminator.trainable_variables)
    maker.build(generator.trainable_variables)

    @tf.function
    def step(features, real, noise):
        with tf.GradientTape() as tape:
            made = generator([noise[0], features], training=True)
            pairs = [[real, features], [made, features], [real, tf.roll(features, 1, 0)]]
            judged = [discriminator(pair, training=True) for pair in pairs[: 3 if recipe.mismatched else 2]]
            loss = cgan.discriminator_loss(*judged)
        variables = discriminator.trainable_variables
        judge.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        with tf.GradientTape() as tape:
            made = generator([noise[1], features], training=True)
            other = cgan.generator_loss(discriminator([made, features], training=True))
        variables = generator.trainable_variables
        maker.apply_gradients(zip(tape.gradient(other, variables), variables, strict=True))
        return loss, other

    return step, lambda: maker.finalize_variable_values(generator.trainable_variables)


def game(learned: Learned, vocabulary: labels.Vocabulary, recipe: Recipe, log: Path) -> Tagger:
    """Play the adversarial game, and return a tagger with the averaged generator. The log has the losses."""
    keras.utils.set_random_seed(recipe.seed)
    shown = ~learned.held_back
    mean, scale = learned.features[shown].mean((0, 1)), learned.features[shown].std((0, 1)) + LEAST_SPREAD
    of_tags = vectors.tag_vectors(learned.carried[shown], learned.features[shown, 0], recipe.vector)
    seen = Learned((learned.features - mean) / scale, learned.carried, learned.held_back)
    generator = cgan.build_generator(len(mean), of_tags.shape[1], recipe.width, recipe.dropout)
    discriminator = cgan.build_discriminator(len(mean), of_tags.shape[1], recipe.width, recipe.dropout)
    drawn = of_tags * np.sqrt(of_tags.shape[1], dtype=np.float32)  # numbers about 1, as the features' are
    step, finish = adversaries(generator, discriminator, recipe)
    rows, every = [], max(1, recipe.steps // LINES)
    for number, batch in enumerate(track(batches(seen, drawn, recipe), "train, steps", recipe.steps), 1):
        losses = step(*map(tf.constant, batch))
        if number % every == 0:
            rows.append([number, *(round(float(loss), 4) for loss in losses)])
    finish()
    with log.open("w", newline="") as file:
        csv.writer(file).writerows([["step", "discriminator_loss", "generator_loss"], *rows])
    weights = {GENERATOR + name: array for name, array in collect(generator).items()}
    card = Card(width=recipe.width, facts={"recipe": asdict(recipe)})
    tagger = Tagger({**weights, "mean": mean, "scale": scale, "vectors": of_tags}, vocabulary, card)
    if learned.held_back.any():
        return replace(tagger, card=card.with_facts(held_back=held_back_figures(tagger, learned)))
    return tagger


def held_back_figures(tagger: Tagger, learned: Learned) -> dict[Metric, float]:
    """Return the figures of `figures.measure_ranking` on the photographs held back."""
    features = learned.features[learned.held_back, 0]
    ranking = np.stack([tagger.votes(photograph)[1] for photograph in features])
    measured = figures.measure_ranking(ranking, learned.carried[learned.held_back])
    return {name: round(value, 4) for name, value in asdict(measured).items()}
