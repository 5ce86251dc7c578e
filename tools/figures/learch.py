"""Make docs/images/learch-*.jpg from the shipped weights: python -m tools.figures.learch

Photographs that scikit-image carries, as the method answers them with more and more of what was learned; and what the
objective of one of them holds: the targets, how sure they are, and where neighbours are tied.
"""

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from heritage_color import settings
from heritage_color.lab import join, lightness_to_grey, rgb_to_lab
from heritage_color.methods.learch.cells import pair_features
from heritage_color.methods.learch.colorizer import SWITCH, Learch
from heritage_color.methods.learch.objective import pairs
from heritage_color.methods.loading import weight_file

NAMES = ("coffee", "chelsea", "rocket")
SIZE, SMALL, LABEL = (384, 256), (216, 144), 16  # width and height that are answered, and that are shown
OUT = settings.ROOT / "docs" / "images"


def main() -> None:
    """Draw both pictures."""
    method = Learch()
    method.load(weight_file("learch", settings.read().weights))
    OUT.mkdir(exist_ok=True)
    parts(method).save(OUT / "learch-parts.jpg", quality=85)
    inside(method, "coffee").save(OUT / "learch-inside.jpg", quality=85)


def parts(method: Learch) -> Image.Image:
    """A row for each photograph: nothing, first forests, learned; then vivid and the truth."""
    columns: dict[str, list] = {}
    for rgb in map(photograph, NAMES):
        lightness = rgb_to_lab(rgb)[..., 0]
        for use in reversed(SWITCH):
            method.use = use
            columns.setdefault({"nothing": "no learning"}.get(use, use), []).append(
                coloured(method, lightness, "faithful")
            )
        columns.setdefault("vivid", []).append(coloured(method, lightness, "vivid"))
        columns.setdefault("true colours", []).append(rgb)
    method.use = SWITCH[0]
    return sheet(columns)


def inside(method: Learch, name: str) -> Image.Image:
    """The unary targets, their weights, and the ties of neighbours, of one photograph."""
    lightness = rgb_to_lab(photograph(name))[..., 0]
    looked = method.look(lightness_to_grey(lightness) * np.float32(255))
    cells = method.projection.features(looked)
    now = method.conditioning.coefficients(cells, pair_features(cells, *looked.size), method.scene(looked))
    objective = now.objective(looked.size)
    first, _, which = pairs(*looked.size)
    ties = np.bincount(first[which < 2], np.log(objective.tie[which < 2]), len(cells))
    light = np.full(looked.size, 60.0, np.float32)
    return sheet(
        {
            "targets of the cells": [join(light, objective.target.reshape(*looked.size, 2).astype(np.float32))],
            "the solution": [join(light, objective.minimiser().reshape(*looked.size, 2).astype(np.float32))],
            "weights: light is sure": [shade(np.log(objective.weight), looked.size)],
            "ties of neighbours": [shade(ties, looked.size)],
        }
    )


def shade(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Values (n,) as a grey picture (h, w, 3), from the darkest of them to the lightest."""
    low, high = np.quantile(values, (0.02, 0.98))
    return np.repeat(np.clip((values.reshape(*size, 1) - low) / max(high - low, 1e-6), 0, 1), 3, axis=-1)


def photograph(name: str) -> np.ndarray:
    """A photograph (256, 384, 3) in 0..1."""
    return np.asarray(Image.fromarray(getattr(data, name)()).resize(SIZE), np.float32) / 255


def coloured(method: Learch, lightness: np.ndarray, preset: str) -> np.ndarray:
    """sRGB (h, w, 3) in 0..1 of the method's answer at its own size."""
    fine = lightness.reshape(len(lightness) // 4, 4, -1, 4).mean((1, 3))
    return join(fine, method.predict(lightness[None], preset).ab[0])


def sheet(columns: dict[str, list]) -> Image.Image:
    """Pictures (h, w, 3) in 0..1 in labelled columns."""
    width, height = SMALL
    rows = len(next(iter(columns.values())))
    drawn = Image.new("RGB", (width * len(columns), LABEL + height * rows), "white")
    for column, (title, pictures) in enumerate(columns.items()):
        ImageDraw.Draw(drawn).text((column * width + 4, 2), title, "black")
        for row, picture in enumerate(pictures):
            small = Image.fromarray(np.rint(picture * 255).astype(np.uint8)).resize(SMALL, Image.Resampling.BICUBIC)
            drawn.paste(small, (column * width, LABEL + row * height))
    return drawn


if __name__ == "__main__":
    main()
