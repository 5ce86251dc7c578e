"""What the Inception-ResNetV2 branch adds: `python -m benchmarks.branch PHOTOS [--pictures N]`.

`fusion` beside `fusion-lite` on the same photographs: the difference picture by picture, with its 95% interval.
"""

import argparse
from pathlib import Path

import numpy as np

from heritage_color.methods.names import PRESETS
from heritage_color.metrics import bootstrap
from heritage_color.metrics.benchmark import Benchmark, Plan, load_methods
from heritage_color.settings import read

ROW = "{preset:<10} PSNR {psnr_rgb[0]:+.2f} dB ({psnr_rgb[1]:+.2f} to {psnr_rgb[2]:+.2f}), AuC rebalanced "
ROW += "{auc_rebalanced[0]:+.2f} ({auc_rebalanced[1]:+.2f} to {auc_rebalanced[2]:+.2f})"


def differences(photos: Path, pictures: int) -> dict[str, dict[str, list[float]]]:
    """By preset, `[difference, low, high]` of each figure, `fusion` less `fusion-lite`."""
    measured = Benchmark(photos, load_methods("fusion,fusion-lite", read()), Plan(pictures))
    measured.run()
    sums = {name: tally.sums(np.stack(measured.pixels)) for name, tally in measured.tallies.items()}
    draws = bootstrap.resamples(len(measured.taken))
    return {name: bootstrap.over(sums[f"fusion/{name}"], sums[f"fusion-lite/{name}"], draws) for name in PRESETS}


def main() -> None:
    """Print a line for each preset."""
    parser = argparse.ArgumentParser(description="What the Inception-ResNetV2 branch adds to fusion-lite.")
    parser.add_argument("photos", type=Path, help="colour photographs that the weights were not trained on")
    parser.add_argument("--pictures", type=int, default=0, metavar="N", help="only so many, evenly spaced")
    options = parser.parse_args()
    for preset, found in differences(options.photos, options.pictures).items():
        print(ROW.format(preset=preset, **found))


if __name__ == "__main__":
    main()
