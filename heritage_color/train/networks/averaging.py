"""Average the weights of several trainings of one network into one (model soup, Wortsman et al. 2022).

    python -m heritage_color.train.networks.averaging A.safetensors B.safetensors --photographs LEARNED_FROM \
        --out soup/fusion-lite.safetensors

It helps where the later trainings started from the first: what each learned by heart is averaged away, and the result
costs no more to use than one of them. No batch was ever seen with these weights, so their normalisations are measured
on photographs. The mean of one file is itself, measured.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from heritage_color.errors import WeightsError
from heritage_color.methods import loading
from heritage_color.methods.weights import load_weights, save_weights
from heritage_color.train.networks import loop, normalisation, recipes
from heritage_color.train.pictures import survey

SAME = ("method", "encoder_sha256", "inception_sha256")  # of the cards: what must agree


def average(files: list[Path], out: Path) -> str:
    """Write the mean of weight files, with the first one's card. Returns the new file's SHA-256.

    Raises WeightsError where they are not of one network.
    """
    loaded = [load_weights(file) for file in files]
    arrays, card = loaded[0]
    for file, (others, other) in zip(files, loaded, strict=True):
        shapes = {name: array.shape for name, array in arrays.items()} == {n: a.shape for n, a in others.items()}
        if not shapes or any(getattr(card, part) != getattr(other, part) for part in SAME):
            raise WeightsError(f"{file.name} is not of the same network as {files[0].name}: they have no mean.")
    mean = {name: np.mean([others[name] for others, _ in loaded], axis=0) for name in arrays}
    return save_weights(out, mean, card.with_facts(averaged=[other.sha256 for _, other in loaded]))


def measure_weights(weights: Path, folder: Path, out: Path) -> str:
    """Write a weight file anew, its normalisations measured on a folder's photographs. Returns the new SHA-256.

    Raises DeliveryError where the folder has none, WeightsError where the method is not trained by `loop`.
    """
    recipe = recipes.complete(recipes.Recipe(method=weights.stem))
    with tempfile.TemporaryDirectory() as place:
        measured = survey.survey(folder, Path(place) / "photographs.csv")
    paths = [str(folder / row.file) for row in measured if row.state == "colour"]
    method = loading.load(weights.stem, weights.parent)
    assert isinstance(method, loop.Trained)
    normalisation.measure_normalisations(method.network, loop.measured(paths, recipe).map(method.from_grey))
    return method.save(out)


def main(arguments: list[str]) -> None:
    """Average from the command line."""
    parser = argparse.ArgumentParser(description="Average weight files of one network into one.")
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--photographs", type=Path, required=True, help="that were learned from")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:  # a mean that is not measured is never left where it is looked for
        mean = Path(place) / options.out.name
        average(options.weights, mean)
        print(measure_weights(mean, options.photographs, options.out))


if __name__ == "__main__":
    main(sys.argv[1:])
