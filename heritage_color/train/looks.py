"""Makes the rules of `decoding.looks`: `python -m heritage_color.train.looks FOLDER... --validation FOLDER --out RUN`.

Photographs in grey, and their inversions, teach a small network what a negative is; pages of text that are written
here, beside the same photographs, teach a logistic regression what a page is. A further folder of photographs sets
the limit above which a picture is called a negative: 2 % of its photographs lie there.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from heritage_color.methods.cards import Card
from heritage_color.methods.weights import Arrays, save_weights
from heritage_color.progress import track
from heritage_color.scans.decoding import looks
from heritage_color.train.pictures.pages import written_page
from heritage_color.train.pictures.scenes import drawn_scene

SUFFIXES = (".jpg", ".png", ".tif", ".avif")
STORED = 80  # pixels of the squares that crops are taken from
BATCH, STEPS = 128, 3500
WIDTHS, SIDES = (16, 32, 32, 64), (5, 3, 3, 3)  # channels and kernels of the convolutions
RATE = 2e-3  # of Adam at the start, falling as a cosine
FURTHER, FURTHER_RATE = 160, 3e-4  # steps at the end with drawn scenes among the photographs, and their rate
FALSE_ALARMS = 0.025  # share of the validation folder's photographs above the limit
PAGES = 300
PAGE_BIAS = 1.0  # a page is called one from a probability of 0.27 on: photographs lie far below


def greys(folders: list[Path]) -> Iterator[np.ndarray]:
    """Yield every picture below folders in grey (h, w), uint8, as small as pre-flight sees it."""
    import pyvips

    from heritage_color.scans.decoding.decode import SAMPLE

    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    for path in track(paths, "read", len(paths)):
        image = pyvips.Image.new_from_file(str(path), access="sequential")
        small = image.shrink(max(1, image.width // SAMPLE), max(1, image.height // SAMPLE), ceil=True)
        yield np.ascontiguousarray(small.colourspace("b-w")[0].numpy().reshape(small.height, small.width))


def distorted(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A crop (64, 64), 0..1, of a square (80, 80), uint8: mirrored, soft, of another gamma and contrast, framed."""
    height, width = random.integers(looks.SIDE, STORED + 1, 2)
    top, left = random.integers(0, STORED - height + 1), random.integers(0, STORED - width + 1)
    rows, columns = (np.arange(looks.SIDE) * side // looks.SIDE for side in (height, width))
    levels = square[top + rows][:, left + columns] / np.float32(255)
    levels = levels[:, ::-1] if random.random() < 0.5 else levels
    if random.random() < 0.5:
        levels = sum(np.roll(levels, shift, (0, 1)) for shift in ((0, 0), (0, 1), (1, 0), (1, 1))) / 4
    levels = levels ** np.exp(random.uniform(-0.5, 0.5))
    if random.random() < 0.3:  # clipped, or faded
        darkest, lightest = random.uniform(-0.15, 0.15), random.uniform(0.85, 1.15)
        levels = np.clip((levels - darkest) / (lightest - darkest), 0, 1)
    darkest, lightest = random.uniform(0, 0.3), random.uniform(0.7, 1)
    levels = darkest + (lightest - darkest) * levels
    if random.random() < 0.25:
        levels = _framed(levels, random)
    return np.clip(levels + random.normal(0, random.uniform(0, 0.02), levels.shape), 0, 1)


def _framed(levels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a picture with a border of one level: of a print or of film, so that borders tell nothing."""
    top, bottom, left, right = random.integers(1, 7, 4)
    framed = np.full_like(levels, random.choice([random.uniform(0, 0.15), random.uniform(0.85, 1), random.random()]))
    framed[top:-bottom, left:-right] = levels[top:-bottom, left:-right]
    return framed


def standardised(squares: np.ndarray) -> np.ndarray:
    """Squares (n, 64, 64), 0..1, as the network sees them, (n, 64, 64, 1): their inversions are their negatives."""
    middle, deviation = squares.mean((1, 2), keepdims=True), squares.std((1, 2), keepdims=True)
    return ((squares - middle) / (deviation + looks.NOISE))[..., None].astype(np.float32)


def network():
    """Build convolutions with batch normalisation, and one weight for each place: (n, 64, 64, 1) to (n, 1)."""
    import keras

    shown = features = keras.Input((looks.SIDE, looks.SIDE, 1))
    for width, side, stride in zip(WIDTHS, SIDES, looks.STRIDES, strict=True):
        features = keras.layers.Conv2D(width, side, stride, use_bias=False)(features)
        features = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.95)(features))
    features = keras.layers.Dropout(0.3)(keras.layers.Flatten()(features))
    places = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(1e-4))(features)
    return keras.Model(shown, places)


def plain_network(arrays: Arrays):
    """Return the same from arrays of `folded`, to be taught further: without batch normalisation."""
    import keras

    shown = features = keras.Input((looks.SIDE, looks.SIDE, 1))
    for number, (width, side, stride) in enumerate(zip(WIDTHS, SIDES, looks.STRIDES, strict=True), 1):
        start = [keras.initializers.Constant(arrays[f"{name}{number}"]) for name in ("kernel", "bias")]
        features = keras.layers.Conv2D(
            width, side, stride, activation="relu", kernel_initializer=start[0], bias_initializer=start[1]
        )(features)
    places = keras.initializers.Constant(arrays["places"][:, None])
    return keras.Model(
        shown, keras.layers.Dense(1, use_bias=False, kernel_initializer=places)(keras.layers.Flatten()(features))
    )


def teach(squares: np.ndarray, steps: int, seed: int = 0, model=None, rate: float = RATE):
    """A network that answers more for squares (n, 80, 80), uint8, than for their inversions; a new one, or `model`."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    model = model or network()
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))

    @tf.function
    def step(shown):
        with tf.GradientTape() as tape:
            answers = model(tf.concat([shown, -shown], 0), training=True)
            gain = answers[: tf.shape(shown)[0]] - answers[tf.shape(shown)[0] :]
            loss = tf.reduce_mean(tf.nn.softplus(-gain)) + sum(model.losses)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
        )

    for _ in track(range(steps), "teach", steps):
        chosen = random.integers(0, len(squares), BATCH)
        step(standardised(np.stack([distorted(squares[place], random) for place in chosen])))
    return model


def folded(model) -> Arrays:
    """The network's arrays as `scans.decoding.looks` takes them: each normalisation is part of its convolution."""
    convolutions = [layer for layer in model.layers if "conv" in layer.name]
    if convolutions[0].use_bias:
        arrays = {"places": model.layers[-1].get_weights()[0][:, 0]}
        for number, convolution in enumerate(convolutions, 1):
            arrays[f"kernel{number}"], arrays[f"bias{number}"] = convolution.get_weights()
        return arrays
    normalisations = [layer for layer in model.layers if "batch" in layer.name]
    arrays = {"places": model.layers[-1].get_weights()[0][:, 0]}
    for number, (convolution, norm) in enumerate(zip(convolutions, normalisations, strict=True), 1):
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        arrays |= {f"kernel{number}": convolution.get_weights()[0] * scale, f"bias{number}": beta - mean * scale}
    return arrays


def page_rule(photographs: list[np.ndarray], pages: int, seed: int = 0) -> Arrays:
    """The regression that tells written pages from photographs and their inversions."""
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(seed)
    written = [looks.page_features(written_page(random)) for _ in track(range(pages), "write", pages)]
    others = [looks.page_features(picture) for grey in photographs for picture in (grey, 255 - grey)]
    known, unknown = (np.array([picture for picture in group if picture is not None]) for group in (written, others))
    features = np.concatenate([known, unknown])
    mean, deviation = features.mean(0), features.std(0)
    regression = LogisticRegression(C=3, max_iter=2000)
    regression.fit((features - mean) / deviation, np.arange(len(features)) < len(known))
    bias = regression.intercept_ + PAGE_BIAS
    return {"page_mean": mean, "page_deviation": deviation, "page_weight": regression.coef_[0], "page_bias": bias}


def train_looks(
    photographs: list[Path],
    validation: Path,
    out: Path,
    steps: int = STEPS,
    pages: int = PAGES,
    further: int = FURTHER,
) -> Path:
    """Teach both rules, write `looks.safetensors` and its card into a folder, and return the file."""
    shown = list(greys(photographs))
    squares = np.stack([np.rint(looks.square(grey, STORED) * 255).astype(np.uint8) for grey in shown])
    arrays = folded(teach(squares, steps))
    random = np.random.default_rng(0)
    drawn = np.stack([drawn_scene(random, STORED) for _ in range(max(1, len(squares) // 10))])
    model = teach(np.concatenate([squares, drawn]), further, 1, plain_network(arrays), FURTHER_RATE)
    arrays = folded(model) | page_rule(shown[::8], pages)
    scores = [looks.negative_score(grey, arrays) for grey in greys([validation])]
    arrays["limit"] = np.array([np.quantile(scores, 1 - FALSE_ALARMS)])
    learned = {"photographs": len(shown), "validation": len(scores), "steps": steps, "pages": pages}
    about = Card(method="looks", scenes=len(drawn), facts={**learned, "further_steps": further})
    save_weights(out / looks.WEIGHTS.name, arrays, about)
    return out / looks.WEIGHTS.name


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m heritage_color.train.looks", description=__doc__)
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pages", type=int, default=PAGES)
    options = parser.parse_args(arguments)
    print(train_looks(options.photographs, options.validation, options.out, options.steps, options.pages))


if __name__ == "__main__":
    main()
