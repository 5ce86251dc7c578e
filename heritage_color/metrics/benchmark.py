"""Compare methods and presets on a folder of colour photographs, each seen only as its lightness.

Every picture goes the way of the pipeline: lightness, working size, prediction, joining with the lightness, 8-bit
sRGB; then it is measured against the photograph. `grey` and `tint` are always among the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color import methods
from heritage_color.colorize import files
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import predict
from heritage_color.errors import DeliveryError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import BASELINES, METHODS, PRESETS, Colorizer, bins
from heritage_color.metrics import figures
from heritage_color.metrics.pictures import bounded, mean_of, pictures_below, read_rgb
from heritage_color.progress import track
from heritage_color.settings import Settings

SAMPLE_STEP = 4  # of each axis: the pixels that the set's bin frequencies are counted on


@dataclass(frozen=True)
class Row:
    """One line of the table: a method read through one preset."""

    name: str
    method: Colorizer
    preset: str


def load(names: str, settings: Settings) -> list[Colorizer]:
    """Methods by names with commas, or `all` whose weights are here. Raises WeightsError for a name that is none."""
    here = [name for name in METHODS if methods.weight_file(name, settings.weights).is_file()]
    wanted = here if names == "all" else [name.strip() for name in names.split(",")]
    return [
        methods.load_configured(name, settings.weights, settings.inception_weights)
        for name in wanted
        if name not in BASELINES
    ]


def rows_of(loaded: list[Colorizer]) -> list[Row]:
    """`grey/-` and `tint/-`, then each method with its three presets."""
    baselines = [Row(f"{name}/-", methods.create(name), PRESETS[0]) for name in BASELINES]
    return baselines + [Row(f"{m.name}/{preset}", m, preset) for m in loaded for preset in PRESETS]


def photographs_of(folder: Path) -> list[Path]:
    """The pictures below a folder, sorted. Raises DeliveryError where there is none."""
    paths = pictures_below(folder)
    if not paths:
        raise DeliveryError(f"There is no photograph in {folder}.")
    return paths


def bin_frequencies(paths: list[Path]) -> np.ndarray:
    """How often each gamut bin occurs in the photographs themselves (Q,), for the rebalanced figure."""
    nearest, counts = bins.table()[0][:, 0], np.zeros(len(bins.centres()))
    for path in track(paths, "count colours", len(paths)):
        rgb = read_rgb(path)[::SAMPLE_STEP, ::SAMPLE_STEP]
        ab = rgb_to_lab(figures.to_unit(rgb))[..., 1:]
        counts += np.bincount(nearest[_table_rows(ab)], minlength=len(counts))
    return counts / counts.sum()


def _table_rows(ab: np.ndarray) -> np.ndarray:
    whole = np.clip(np.rint(ab).astype(int) + bins.TABLE_REACH, 0, 2 * bins.TABLE_REACH).reshape(-1, 2)
    return whole[:, 0] * (2 * bins.TABLE_REACH + 1) + whole[:, 1]


def outputs(path: Path, rows: list[Row]) -> Iterator[np.ndarray]:
    """The picture of each row as 8-bit sRGB (H, W, 3), from the photograph's lightness."""
    with files.prepared(path) as ready:
        for row in rows:
            prediction = predict(row.method, [ready.small], row.preset)[0]
            out = np.empty((*ready.lightness.shape, 3), np.uint8)
            join_into(ready.lightness, prediction.ab, out)
            yield out


def measure(output: np.ndarray, truth: np.ndarray, frequencies: np.ndarray) -> dict[str, float]:
    """All figures of one picture, and those of the set: rebalanced area, colourfulness of the truth."""
    lab, true_lab = (rgb_to_lab(figures.to_unit(rgb)) for rgb in (output, truth))
    distance = np.linalg.norm((lab - true_lab)[..., 1:].reshape(-1, 2), axis=1)
    weights = 1 / np.maximum(frequencies[bins.table()[0][_table_rows(true_lab[..., 1:]), 0]], 1e-6)
    return figures.full_reference(output, truth) | {
        "auc_rebalanced": figures.area_under_curve(distance, weights),
        "colourfulness": figures.colourfulness(output),
        "colourfulness_truth": figures.colourfulness(truth),
        "lightness_error": figures.lightness_error(true_lab[..., 0], lab[..., 0]),
    }


def benchmark(folder: Path, loaded: list[Colorizer]) -> dict:
    """`{"pictures": n, "rows": {"NAME/PRESET": {figure: mean over pictures}}}` for baselines and methods.

    `colourfulness_distance` is |mean colourfulness of the outputs - of the photographs|, over the set.
    """
    paths, rows = photographs_of(folder), rows_of(loaded)
    frequencies = bin_frequencies(paths)
    measured: dict[str, list] = {row.name: [] for row in rows}
    for path in track(paths, "benchmark", len(paths)):
        truth = read_rgb(path)
        for row, output in zip(rows, outputs(path, rows), strict=True):
            measured[row.name].append(measure(bounded(output), truth, frequencies))
    return {"pictures": len(paths), "rows": {name: _summary(each) for name, each in measured.items()}}


def _summary(measured: list[dict]) -> dict[str, float]:
    mean = mean_of(measured)
    distance = abs(mean["colourfulness"] - mean["colourfulness_truth"])
    return {name: round(value, 5) for name, value in mean.items()} | {"colourfulness_distance": round(distance, 3)}


COLUMNS = ("psnr_rgb", "mse_ab127", "ciede2000", "auc", "auc_rebalanced", "within_10", "colourfulness_distance")


def as_text(result: dict) -> str:
    """The benchmark as a table of its main figures."""
    head = f"{'method/preset':<22}" + "".join(f"{name:>{max(9, len(name) + 2)}}" for name in COLUMNS)
    lines = [
        f"{name:<22}" + "".join(f"{row.get(column, np.nan):>{max(9, len(column) + 2)}.4g}" for column in COLUMNS)
        for name, row in result["rows"].items()
    ]
    return "\n".join([head, *lines, f"Means over {result['pictures']} photographs, each seen only as its lightness."])
