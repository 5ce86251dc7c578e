"""Measure picture files against their truth, at full size as far as memory is bounded."""

from pathlib import Path

import numpy as np

from heritage_color import images
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.metrics import figures

MOST_PIXELS = 8_000_000  # larger pairs are both shrunk to that; the answer says so in `measured_width`
PICTURE_SUFFIXES = {".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp"}


def read_rgb(path: Path, most_pixels: int = MOST_PIXELS) -> np.ndarray:
    """A picture as upright 8-bit sRGB (H, W, 3), shrunk to at most so many pixels. Raises PictureError."""
    picture = images.open_picture(path)
    image = images.to_srgb8(picture)
    scale = (most_pixels / (image.width * image.height)) ** 0.5
    return images.to_array(image.resize(scale) if scale < 1 else image, path)


def measure_pair(output: Path, truth: Path) -> dict[str, float]:
    """All metrics of a picture against its truth."""
    rgb, true_rgb = read_rgb(output), read_rgb(truth)
    return figures.full_reference(rgb, true_rgb) | {
        "colourfulness": figures.colourfulness(rgb),
        "colourfulness_truth": figures.colourfulness(true_rgb),
        "measured_width": rgb.shape[1],
        "measured_height": rgb.shape[0],
    }


def pair_up(output: Path, truth: Path) -> list[tuple[Path, Path]]:
    """Two files, or the pictures of two folders that share a stem. Raises DeliveryError where nothing pairs."""
    for path in (output, truth):
        if not path.exists():
            raise DeliveryError(f"There is nothing at {path}.")
    if output.is_file() and truth.is_file():
        return [(output, truth)]
    truths = {path.stem: path for path in _pictures(truth)}
    pairs = [(path, truths[path.stem]) for path in _pictures(output) if path.stem in truths]
    if not pairs:
        raise DeliveryError(f"No picture in {output} has the name of a picture in {truth}.")
    return pairs


def _pictures(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)


def measure_pairs(pairs: list[tuple[Path, Path]]) -> tuple[dict[str, dict], list[str]]:
    """Figures by the output's name, and a sentence for each pair that could not be measured."""
    measured, refused = {}, []
    for output, truth in pairs:
        try:
            measured[output.name] = measure_pair(output, truth)
        except PictureError as error:
            refused.append(f"{output.name}: {error}")
    return measured, refused


def mean_of(measured: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each figure over pictures; infinite ones (identical pictures) are left out."""
    names = measured[0] if measured else {}
    columns = {name: np.array([row[name] for row in measured], np.float64) for name in names}
    return {name: float(values[np.isfinite(values)].mean()) for name, values in columns.items() if _any(values)}


def _any(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).any())


def as_text(measured: dict[str, dict], mean: dict[str, float]) -> str:
    """A line per figure: of the one picture, or the mean over all."""
    title = next(iter(measured)) if len(measured) == 1 else f"Mean over {len(measured)} pictures"
    return "\n".join([title, *(f"  {name:<22}{value:12.4f}" for name, value in mean.items())])
