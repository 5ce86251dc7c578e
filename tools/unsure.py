"""Measure what a method's uncertainty is worth, on photographs whose colours are known.

`python -m tools.unsure PHOTOGRAPHS [--pictures 150] [--method fusion-lite] [--preset faithful]` prints how harm, PSNR
and colourfulness go with curves of `colorize.fade`, and the threshold from which a picture is held back: of the 95th
percentiles of each photograph's uncertainty, the one that 19 of 20 photographs stay below. It also says how well that
percentile tells the fifth of the photographs with the most harm from the others: nobody should expect too much of it.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color import settings as process
from heritage_color.colorize import files
from heritage_color.colorize.fade import CURVE, Curve
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import ask, read_answers
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import loading
from heritage_color.methods.colorizer import Colorizer
from heritage_color.metrics import figures, protocol
from heritage_color.metrics.pictures import read_rgb
from heritage_color.metrics.truth import Truth
from heritage_color.progress import track

WORST = 0.2  # share of the photographs that count as wrong
HELD_BACK = 0.05  # share of the photographs that the threshold may hold back
WHOLE = Curve(0.65, 0.85, 1.0)  # no fading at all
CURVES = (
    WHOLE, Curve(0.65, 0.85, 0.5), Curve(0.65, 0.85, 0.0), Curve(0.6, 0.8, 0.0), Curve(0.55, 0.75, 0.0),
    Curve(0.5, 0.7, 0.0), Curve(0.6, 0.7, 0.0),
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One photograph: its 95th percentile of uncertainty, and under each curve (harm, PSNR, colourfulness)."""

    p95: float
    figures: np.ndarray
    colourfulness: float


@dataclass(frozen=True)
class Threshold:
    """Where pictures are held back, and the shares of the worst and of the others that it takes."""

    value: float
    caught: float
    taken_along: float
    ranked: float  # the chance that a bad photograph has the higher percentile, of a bad and a good one (ROC area)


def look(path: Path, method: Colorizer, preset: str, curves: tuple[Curve, ...]) -> Seen:
    """Measure one photograph under each curve. Raises PictureError."""
    truth = Truth(read_rgb(path))
    with files.prepared(path) as ready:
        asked = ask(method, [ready.small])
        rows, p95 = [], 0.0
        for curve in curves:
            (chroma,) = read_answers(method, asked, preset, curve)
            p95 = chroma.most_unsure or 0.0
            output = np.empty((*ready.lightness.shape, 3), np.uint8)
            join_into(ready.lightness, chroma.ab, output)
            rows.append(_figures(output, truth))
    return Seen(p95, np.array(rows), figures.colourfulness(truth.rgb))


def _figures(output: np.ndarray, truth: Truth) -> tuple[float, float, float]:
    unit = figures.to_unit(output)
    mse = float(np.mean((unit.astype(np.float64) - truth.unit) ** 2)) * 255**2
    difference = figures.ciede2000(rgb_to_lab(unit), truth.lab)
    return (
        figures.harm(difference, truth.grey_difference),
        10 * np.log10(255**2 / max(mse, 1e-9)),
        figures.colourfulness(output),
    )


def threshold(p95: np.ndarray, harm: np.ndarray) -> Threshold:
    """The percentile (n,) that all but the HELD_BACK share stay below, and what it is worth against harm (n,)."""
    value = round(float(np.quantile(p95, 1 - HELD_BACK)), 3)
    worst = harm >= np.quantile(harm, 1 - WORST)
    ranked = float((p95[worst][:, None] > p95[~worst]).mean())
    return Threshold(value, float((p95[worst] >= value).mean()), float((p95[~worst] >= value).mean()), ranked)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--pictures", type=int, default=0, help="so many, evenly spaced; default: all")
    parser.add_argument("--method", default="fusion-lite")
    parser.add_argument("--preset", default="faithful")
    parser.add_argument("--shipped", action="store_true", help="the shipped curve only, for the threshold")
    options = parser.parse_args()
    settings = process.read()
    method = loading.load_configured(options.method, settings.weights, settings.inception_weights)
    paths = protocol.photographs_of(options.photographs, options.pictures)
    curves = (CURVE,) if options.shipped else CURVES
    seen = [look(path, method, options.preset, curves) for path in track(paths, "unsure", len(paths))]
    print(f"{options.method}/{options.preset}, {len(seen)} photographs of {options.photographs.name}")
    print(f"{'sure':>6} {'unsure':>6} {'least':>6} {'harm %':>7} {'PSNR':>6} {'colourful':>9}")
    table = np.array([each.figures for each in seen])
    for at, curve in enumerate(curves):
        harm, psnr, colour = table[:, at].mean(0)
        print(f"{curve.sure:6.2f} {curve.unsure:6.2f} {curve.least:6.2f} {harm:7.2f} {psnr:6.2f} {colour:9.2f}")
    print(f"the photographs: colourfulness {np.mean([each.colourfulness for each in seen]):.2f}")
    p95 = np.array([each.p95 for each in seen])
    found = threshold(p95, table[:, curves.index(CURVE) if CURVE in curves else 0, 0])
    print(
        f"held back from {found.value:.3f} on: {found.caught:.0%} of the worst fifth by harm, {found.taken_along:.0%} "
        f"of the others; ROC area {found.ranked:.2f}; percentiles of p95: "
        + ", ".join(f"{q}% {np.percentile(p95, q):.3f}" for q in (5, 25, 50, 75, 95))
    )


if __name__ == "__main__":
    main()
