"""Measure picture files against their truth, at full size as far as memory is bounded."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.errors import DeliveryError, PictureError
from heritage_color.images.reading.light import to_srgb8
from heritage_color.images.reading.pictures import open_picture, to_array
from heritage_color.keys import FigureName, FileName
from heritage_color.metrics import figures

if TYPE_CHECKING:
    import pyvips

MOST_PIXELS = 8_000_000  # larger pairs are both shrunk to that; the answer says so in `measured_width`
PICTURE_SUFFIXES = {".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp"}
SHOWN = 5  # names of pictures in a sentence


def read_rgb(path: Path, most_pixels: int = MOST_PIXELS) -> np.ndarray:
    """Return a picture as upright 8-bit sRGB (H, W, 3), shrunk to at most so many pixels. Raises PictureError."""
    picture = open_picture(path)
    return to_array(_shrunk(to_srgb8(picture), most_pixels), path)


def bounded(rgb: np.ndarray, most_pixels: int = MOST_PIXELS) -> np.ndarray:
    """Return samples (H, W, 3) of a picture shrunk as `read_rgb` shrinks it."""
    import pyvips

    samples: np.ndarray = _shrunk(pyvips.Image.new_from_array(rgb), most_pixels).numpy()
    return samples


def _shrunk(image: "pyvips.Image", most_pixels: int) -> "pyvips.Image":
    scale = (most_pixels / (image.width * image.height)) ** 0.5
    return image.resize(scale) if scale < 1 else image


def measure_pair(output: Path, truth: Path) -> dict[FigureName, float]:
    """Return all metrics of a picture against its truth."""
    rgb, true_rgb = read_rgb(output), read_rgb(truth)
    return figures.full_reference(rgb, true_rgb) | {
        "colourfulness": figures.colourfulness(rgb),
        "colourfulness_truth": figures.colourfulness(true_rgb),
        "measured_width": rgb.shape[1],
        "measured_height": rgb.shape[0],
    }


def pair_up(output: Path, truth: Path) -> list[tuple[Path, Path]]:
    """Return two files, or the pictures of two folders that share a stem; of several, the one in the same subfolder.

    Raises DeliveryError where nothing pairs, or where a picture has several truths.
    """
    for path in (output, truth):
        if not path.exists():
            raise DeliveryError(f"There is nothing at {path}.")
    if output.is_file() and truth.is_file():
        return [(output, truth)]
    truths: dict[str, list[Path]] = {}
    for path in pictures_below(truth):
        truths.setdefault(path.stem, []).append(path)
    pairs = [
        (path, _truth_of(path, output, truths[path.stem], truth))
        for path in pictures_below(output)
        if path.stem in truths
    ]
    if not pairs:
        raise DeliveryError(f"No picture in {output} has the name of a picture in {truth}.")
    return pairs


def unpaired(pairs: list[tuple[Path, Path]], output: Path, truth: Path) -> list[str]:
    """Return a sentence on pictures without a truth, and on truths without a picture: no mean is over them."""
    lone = {
        "have no truth of their name": set(pictures_below(output)) - {picture for picture, _ in pairs},
        "are the truth of no picture": set(pictures_below(truth)) - {true for _, true in pairs},
    }
    told = {why: sorted(map(str, paths)) for why, paths in lone.items() if paths}
    return [
        f"Not measured, as they {why}: {', '.join(names[:SHOWN])}"
        f"{f' and {len(names) - SHOWN} more' if len(names) > SHOWN else ''}."
        for why, names in told.items()
    ]


def _truth_of(path: Path, output: Path, candidates: list[Path], truth: Path) -> Path:
    place = path.parent.relative_to(output) if output.is_dir() else Path()
    here = [candidate for candidate in candidates if candidate.parent == truth / place]
    if len(here or candidates) > 1:
        names = ", ".join(map(str, here or candidates))
        raise DeliveryError(f"{path} has several truths: {names}. Keep one, in the same subfolder or of another name.")
    return (here or candidates)[0]


def pictures_below(folder: Path) -> list[Path]:
    """Return the pictures of a folder and its subfolders, sorted; or the one picture."""
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file())


def measure_pairs(
    pairs: list[tuple[Path, Path]],
) -> tuple[dict[FileName, dict[FigureName, float | None]], list[str]]:
    """Figures by the output's name, and a sentence for each pair that could not be measured.

    A figure without a finite value, such as the PSNR of equal pictures, is None.
    """
    measured: dict[FileName, dict[FigureName, float | None]] = {}
    refused = []
    for output, truth in pairs:
        try:
            values = measure_pair(output, truth)
            name = output.name if output.name not in measured else str(output)
            measured[name] = {figure: value if math.isfinite(value) else None for figure, value in values.items()}
        except PictureError as error:
            refused.append(f"{output.name}: {error}")
    return measured, refused


def mean_of(measured: Sequence[dict[FigureName, float | None]]) -> dict[FigureName, float]:
    """The mean of each figure over the pictures that have it: `counted_in` says how many those are.

    Absent are the PSNR of a picture that equals its truth, which is infinite, and the SSIM of a tiny one.
    """
    return {name: float(values.mean()) for name, values in _finite(measured).items() if len(values)}


def counted_in(measured: Sequence[dict[FigureName, float | None]]) -> dict[FigureName, int]:
    """Of how many pictures each figure's mean is."""
    return {name: len(values) for name, values in _finite(measured).items()}


def _finite(measured: Sequence[dict[FigureName, float | None]]) -> dict[FigureName, np.ndarray]:
    names = measured[0] if measured else {}
    columns = {name: np.array([row[name] for row in measured], np.float64) for name in names}
    return {name: values[np.isfinite(values)] for name, values in columns.items()}


def figures_table(measured: dict[FileName, dict[FigureName, float | None]]) -> str:
    """Return a line per figure: of the one picture, or the mean over all, and over how many where some have none."""
    rows = list(measured.values())
    mean, counted = mean_of(rows), counted_in(rows)
    title = next(iter(measured)) if len(rows) == 1 else f"Mean over {len(rows)} pictures"
    lines = [f"  {name:<22}{_shown(mean.get(name))}{_of(name, count, len(rows))}" for name, count in counted.items()]
    return "\n".join([title, *lines])


def _shown(value: float | None) -> str:
    return f"{'-':>12}" if value is None else f"{value:12.4f}"


def _of(name: str, count: int, pictures: int) -> str:
    """Return what to say beside a figure that some pictures do not have."""
    if count == pictures:
        return ""
    if pictures == 1:
        return f"  {ABSENT[name == 'psnr_rgb'][0]}"
    return f"  over {count} of {pictures}: the others {ABSENT[name == 'psnr_rgb'][1]}"


# Why a figure is absent, of one picture and of several: whether it is the PSNR
ABSENT = {
    True: ("infinite: it equals its truth", "equal their truth, of infinite PSNR"),
    False: ("it has none", "have none"),
}
