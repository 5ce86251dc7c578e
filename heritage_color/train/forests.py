"""Training of `learch`: one look at each photograph, then forests and rounds of LEARCH; and what each part is worth.

    python -m heritage_color.train.forests PHOTOGRAPHS --weights FILE

prints the benchmark of a weight file beside its ablations: nothing conditioned on the picture (mean colour, equal
weights), and first forests without a round of LEARCH. `--beside FILE` adds another training, such as one with a single
scene (`train(..., scenes=1)`).
"""

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import Card
from heritage_color.methods.colorizer import Pairs
from heritage_color.methods.learch.boosting import Size
from heritage_color.methods.learch.colorizer import SWITCH, Learch
from heritage_color.metrics import report
from heritage_color.metrics.benchmark import Plan, benchmark
from heritage_color.progress import track
from heritage_color.train.networks.gathering import Data, gather, learn_what_can_be_read
from heritage_color.train.networks.recipes import Recipe
from heritage_color.train.pictures import photographs


def train(
    folder: Path,
    validation: Path | None,
    run: Path,
    recipe: Recipe,
    start_from: Path | None = None,
    scenes: int = 6,
    use: str = SWITCH[0],
    size: Size | None = None,
) -> Path:
    """Train on a folder of photographs. Returns the path of the weight file.

    Of the recipe only `batch`, `seed` and `aged` count: each photograph is looked at once. A run that was stopped
    starts anew, and the same photographs and recipe give the same weights. Raises DeliveryError for photographs,
    WeightsError where it is to start from other weights: forests are grown, not continued.
    """
    if start_from is not None:
        raise WeightsError(
            f"learch cannot go on from {start_from.name}: forests are grown anew. Leave --start-from out."
        )
    run.mkdir(parents=True, exist_ok=True)
    return learn_what_can_be_read(
        lambda: gather(Path(folder), Path(validation) if validation else None, run, recipe.batch),
        lambda data: _learn(data, run, recipe, Learch(scenes, use, size)),
    )


def _learn(data: Data, run: Path, recipe: Recipe, method: Learch) -> Path:
    start = time.monotonic()
    costs = method.fit(looks(data, recipe))
    path = run / f"{method.name}.safetensors"
    card = Card().with_facts(
        photographs=len(data.paths),
        data_sha256=data.digest,
        size=asdict(method.size),
        recipe={"seed": recipe.seed, "aged": recipe.aged},
        margin_costs=[round(cost, 2) for cost in costs],
        minutes=round((time.monotonic() - start) / 60, 1),
    )
    method.save(path, card)
    return path


def looks(data: Data, recipe: Recipe) -> Pairs:
    """Each photograph once, as batches of (grey, ab): cropped, mirrored, some aged, as the networks see them."""
    batches = len(data.paths) // recipe.batch
    pairs = photographs.endless(data.paths, recipe.batch, recipe.seed, aged=recipe.aged)
    return track(pairs.take(batches), "look at photographs, batches", batches)


def ablations(weights: Path, beside: Path | None) -> list[Learch]:
    """A weight file as it is and with less of it used, each under a name of its own."""
    return [_named(weights, part, f"learch, {part}") for part in reversed(SWITCH)] + (
        [_named(beside, SWITCH[0], f"learch, {beside.parent.name}")] if beside else []
    )


def _named(weights: Path, use: str, name: str) -> Learch:
    method = Learch(use=use)
    method.load(weights)
    method.name = name
    if use != SWITCH[0]:
        method.presets = ("faithful",)
    return method


def main(arguments: list[str]) -> None:
    """Print what each part of a weight file is worth."""
    parser = argparse.ArgumentParser(description="What each part of learch is worth, on photographs with a truth.")
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--pictures", type=int, default=0, help="so many of the photographs, evenly spaced; 0 is all")
    options = parser.parse_args(arguments)
    loaded = ablations(options.weights, options.beside)
    print(report.benchmark_table(benchmark(options.photographs, list(loaded), Plan(options.pictures))))


if __name__ == "__main__":
    main(sys.argv[1:])
