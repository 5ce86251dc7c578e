"""Teach Inception-ResNetV2 what EfficientNet-Lite0 knows, where ImageNet's own weights cannot be had.

    python -m heritage_color.train.networks.distill PHOTOGRAPHS --validation HELD_BACK --out RUN --pictures 20000

The teacher sees a photograph in colour, the student the same square in grey, aged as an archive's pictures are, at 128
pixels: it learns the teacher's class logits and pooled features (Hinton, Vinyals & Dean 2015; Romero et al. 2015).
A run goes on where an earlier one with the same folder stopped. After each leg the weights are written in 8 bits as
`inception-heritage.safetensors`, with a card that says how well the student agrees with its teacher.
"""

import argparse
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from heritage_color.methods.cards import Card
from heritage_color.methods.networks import efficientnet, inception
from heritage_color.methods.networks.colours import srgb_to_linear
from heritage_color.methods.networks.efficientnet import ENCODER_FILE
from heritage_color.methods.weights import assign, load_weights
from heritage_color.progress import track
from heritage_color.train.networks.callbacks import Checkpoint, Progress
from heritage_color.train.networks.gathering import Data, gather, learn_what_can_be_read
from heritage_color.train.pictures import photographs
from heritage_color.train.pictures.aging import age, grey_of

SIDE = inception.SIDES["heritage"]
BATCH = 32
LEG = 15  # steps between two checkpoints: a run that is killed loses a minute
WARMUP = 50  # steps
SEED = 2017
TEMPERATURE = 2.0  # of both softmaxes: Hinton et al. 2015, section 2
FEATURES_SHARE = 2.0  # brings the features' gradient to the order of the logits'
SCALE_PICTURES = 512  # that the features' means and deviations are taken from
BATCH_NORM_MOMENTUM = 0.9  # runs are short: the statistics must follow


def build_teacher() -> keras.Model:
    """From colour (N, H, W, 3) 0..255 to pooled features (N, 1280) and class logits (N, 1000)."""
    encoder = efficientnet.build_encoder(classifier=True, channels=3)
    assign(encoder, load_weights(ENCODER_FILE)[0])
    pooled = layers.GlobalAveragePooling2D(name="pooled")(encoder.output["head"])
    return keras.Model(encoder.input, {"features": pooled, "logits": encoder.output["logits"]})


def build_student(side: int = SIDE) -> tuple[keras.Model, keras.Model]:
    """Inception-ResNetV2 itself, and the model that is trained: the same with a second answer, the features."""
    network = inception.build_network(side)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = BATCH_NORM_MOMENTUM
    grey = keras.Input((side, side, 1), name="grey")
    x = layers.Rescaling(1 / 127.5, -1.0)(grey)
    x = layers.Concatenate()([x, x, x])
    both = keras.Model(network.input, [network.layers[-2].output, network.output])
    pooled, logits = both(x)
    features = layers.Dense(efficientnet.HEAD_CHANNELS, name="features", dtype="float32")(pooled)
    logits = layers.Activation("linear", name="logits", dtype="float32")(logits)
    return network, keras.Model(grey, {"features": features, "logits": logits})


def lesson(path: tf.Tensor, seed: tf.Tensor, augment: bool = True) -> tuple[tf.Tensor, tf.Tensor]:
    """Colour (224, 224, 3) for the teacher and grey (128, 128, 1) for the student, 0..255, of one photograph."""
    draw = tf.random.stateless_uniform([5], seed)
    rgb = photographs.square(photographs.read_photograph(path), draw[:4], augment)
    linear = srgb_to_linear(rgb)
    grey = grey_of(linear)
    if augment and draw[4] < photographs.AGED_SHARE:
        grey = age(linear, seed + 2)
    small = tf.image.resize(grey, (SIDE, SIDE), antialias=True)
    return rgb * 255, tf.ensure_shape(small * 255, (SIDE, SIDE, 1))


def scales(teacher: keras.Model, paths: list[str], file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and standard deviation (1280,) of the teacher's features, measured once and kept in `file`."""
    if not file.is_file():
        some = paths[:: max(1, len(paths) // SCALE_PICTURES)]
        lessons = tf.data.Dataset.from_tensor_slices(some).map(lambda path: lesson(path, tf.zeros(2, tf.int32), False))
        batches = track(lessons.batch(BATCH), "look at features", -(-len(some) // BATCH))
        features = np.concatenate([teacher(colour, training=False)["features"].numpy() for colour, _ in batches])
        np.savez(file, mean=features.mean(0), deviation=features.std(0) + 1e-3)
    kept = np.load(file)
    return kept["mean"], kept["deviation"]


def taught(lessons: tf.data.Dataset, teacher: keras.Model, mean: np.ndarray, deviation: np.ndarray) -> tf.data.Dataset:
    """Batches of (grey, the teacher's answers), features with mean 0 and deviation 1."""

    def answer(colour, grey):
        lesson = teacher(colour, training=False)
        return grey, {"features": (lesson["features"] - mean) / deviation, "logits": lesson["logits"]}

    return lessons.map(answer).prefetch(1)


def logit_loss(taught, answered):
    """Cross entropy (N,) of the softened answers, times T^2, as Hinton et al. 2015 have it."""
    shares = ops.softmax(taught / TEMPERATURE)
    return -ops.sum(shares * ops.log_softmax(answered / TEMPERATURE), -1) * TEMPERATURE**2


def agreement(taught, answered):
    """Share (N,) of pictures where the first class is the teacher's."""
    return ops.cast(ops.argmax(taught, -1) == ops.argmax(answered, -1), "float32")


def among_five(taught, answered):
    """Share (N,) of pictures where the teacher's first class is among the student's first five."""
    return ops.cast(ops.in_top_k(ops.argmax(taught, -1), answered, 5), "float32")


class Export(keras.callbacks.Callback):
    """After each validation: the student's weights in 8 bits, and what is known of them."""

    def __init__(self, network: keras.Model, path: Path, card: Card):
        super().__init__()
        self.network, self.path, self.card, self.leg = network, path, card, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.leg = epoch + 1

    def on_test_end(self, logs=None):
        figures = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        inception.save(
            self.network, self.path, self.card.with_facts(pictures=self.leg * LEG * BATCH, validation=figures)
        )


def distill(
    folder: Path,
    validation: Path | None,
    run: Path,
    pictures: int,
    learning_rate: float = 1e-3,
    precision: str = "float32",
) -> Path:
    """Teach for so many pictures, or go on until then, the student in a precision of Keras' policies.

    Returns the weight file.
    """
    run.mkdir(parents=True, exist_ok=True)
    return learn_what_can_be_read(
        lambda: gather(folder, validation, run, BATCH),
        lambda data: _learn(data, run, pictures, learning_rate, precision),
    )


def _learn(data: Data, run: Path, pictures: int, learning_rate: float, precision: str) -> Path:
    keras.utils.set_random_seed(SEED)
    keras.mixed_precision.set_global_policy("float32")
    teacher = build_teacher()
    keras.mixed_precision.set_global_policy(precision)
    network, model = build_student()
    steps = max(LEG, pictures // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-4, steps, 1e-2, warmup_target=learning_rate, warmup_steps=WARMUP
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=1e-4, global_clipnorm=5.0),
        loss={"features": "mse", "logits": logit_loss},
        loss_weights={"features": FEATURES_SHARE, "logits": 1.0},
        metrics={"logits": [agreement, among_five]},
        jit_compile=False,
    )
    checkpoint = Checkpoint(run / "checkpoint")
    done = checkpoint.restore(model)
    how = scales(teacher, data.paths, run / "features.npz")
    lessons = photographs.numbered(data.paths, BATCH, SEED, done * LEG, lesson)
    held = tf.data.Dataset.from_tensor_slices(data.held_back)
    held = held.map(lambda path: lesson(path, tf.zeros(2, tf.int32), False)).batch(BATCH)
    facts = {"teacher": "efficientnet-lite0, in colour", "data_sha256": data.digest, "seed": SEED}
    card = Card(side=SIDE, facts=facts)
    path = run / inception.HERITAGE_FILE.name
    model.fit(
        taught(lessons, teacher, *how),
        validation_data=taught(held, teacher, *how),
        epochs=steps // LEG,
        initial_epoch=done,
        steps_per_epoch=LEG,
        verbose=0,
        callbacks=[Export(network, path, card), Progress(steps - done * LEG), checkpoint],
    )
    return path


def main(arguments: list[str]) -> None:
    """Distill from the command line."""
    parser = argparse.ArgumentParser(description="Teach Inception-ResNetV2 what EfficientNet-Lite0 knows.")
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--validation", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=1_000_000)
    parser.add_argument("--precision", default="float32", help="mixed_bfloat16 is faster on processors that have it")
    options = parser.parse_args(arguments)
    out = distill(options.photographs, options.validation, options.out, options.pictures, precision=options.precision)
    print(out)


if __name__ == "__main__":
    main(sys.argv[1:])
