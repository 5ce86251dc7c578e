"""What each part of the shipped network is worth: `python -m benchmarks.ablations PHOTOS [--pictures N]`.

Each row is the network read without one part, at the same weights: nothing is trained again. So a row says what the
part gives to this network, not how well another network could do without it. The trainings of `docs/methods.md` say
what training settings are worth.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from heritage_color.methods import loading
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.fusion import LOOKS, FusionLite
from heritage_color.metrics import report
from heritage_color.metrics.benchmark import Benchmark, Plan
from heritage_color.settings import read

LARGE, SMALL, _ = LOOKS
PRESETS = ("faithful", "balanced", "vivid")
# name -> the looks, the parts of `faithful`, whether the global embedding is there
VARIATIONS: dict[str, tuple] = {
    "whole": (LOOKS, {}, True),
    "384 pixels only": ((LARGE,), {}, True),
    "256 pixels only": (((SMALL[0], False),), {}, True),
    "without the look at 192": ((LARGE, SMALL), {}, True),
    "without the global embedding": (LOOKS, {}, False),
    "classification only": (LOOKS, {"regression": 0.0}, True),
    "regression only": (LOOKS, {"regression": 1.0}, True),
    "rebalanced only": (LOOKS, {"regression": 0.0, "rebalanced": 1.0}, True),
}


def variation(name: str, looks: tuple, faithful: dict, embedding: bool) -> Colorizer:
    """The shipped network with one part changed; parts of `faithful` are exchanged only where they are given."""
    method = loading.load("fusion-lite", read().weights)
    assert isinstance(method, FusionLite)
    presets = method.card.presets
    method.card = replace(method.card, presets=presets | {"faithful": presets["faithful"] | faithful})
    method.name, method.looks = name, looks
    method.presets = ("faithful",) if faithful else PRESETS
    if not embedding:
        kernel = method.network.get_layer("fusion_embedding").kernel
        kernel.assign(kernel * 0)
    return method


def main() -> None:
    """Print the table of the benchmark with a row for each variation and preset."""
    parser = argparse.ArgumentParser(description="What each part of the shipped network is worth.")
    parser.add_argument("photos", type=Path, help="colour photographs that the weights were not trained on")
    parser.add_argument("--pictures", type=int, default=100, metavar="N", help="only so many, evenly spaced")
    options = parser.parse_args()
    varied = [variation(name, *parts) for name, parts in VARIATIONS.items()]
    print(report.benchmark_table(Benchmark(options.photos, varied, Plan(options.pictures)).run()))


if __name__ == "__main__":
    main()
