"""Make docs/images/cic-bins.png and cic-temperatures.jpg from the shipped weights: python -m tools.figures.cic"""

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from heritage_color import lab, settings
from heritage_color.colorize.join import enlarge
from heritage_color.methods import cic, loading
from heritage_color.methods.networks import bins

TEMPERATURES = (1.0, 0.77, 0.58, 0.38, 0.14, 0.01)  # those of the paper's figure 6
LIGHTNESSES = np.arange(5, 100, 5)
CELL, GAP, LABEL = 18, 1, 22  # pixels
OUT = settings.ROOT / "docs" / "images"


def main() -> None:
    """Draw both pictures."""
    method = loading.load("cic", settings.read().weights)
    colours = [tuple(np.rint(255 * _colour(centre)).astype(int)) for centre in bins.centres()]
    weights = [(round(255 * weight / bins.WEIGHT_LIMITS[1]),) * 3 for weight in method.class_weights]
    Image.fromarray(np.hstack([_plane(colours), _plane(weights)])).save(OUT / "cic-bins.png", optimize=True)
    _temperatures(method, data.coffee()).save(OUT / "cic-temperatures.jpg", quality=85)


def _colour(centre: np.ndarray) -> np.ndarray:
    """A bin's colour (3,) at the lightness where the gamut holds most of its chroma."""
    ab = np.repeat(centre[None], len(LIGHTNESSES), 0)
    rgb = lab.join(LIGHTNESSES.astype(np.float32), ab)
    apart = np.linalg.norm(lab.rgb_to_lab(rgb[None])[0, :, 1:] - ab, axis=-1)
    return rgb[np.argmin(np.round(apart) + np.abs(LIGHTNESSES - 60) / 100)]


def _plane(colours: list[tuple]) -> np.ndarray:
    """The ab plane (side, side, 3), a to the right and b upwards, with a square of each bin's colour."""
    side = CELL * (2 * bins.TABLE_REACH // bins.GRID + 1)
    plane = Image.new("RGB", (side, side), "white")
    for (a, b), colour in zip(bins.centres(), colours, strict=True):
        left, top = (int((value + bins.TABLE_REACH) / bins.GRID) * CELL for value in (a, -b))
        ImageDraw.Draw(plane).rectangle([left, top, left + CELL - 1 - GAP, top + CELL - 1 - GAP], tuple(colour))
    return np.asarray(plane)


def _temperatures(method: cic.Cic, photograph: np.ndarray) -> Image.Image:
    """One photograph's lightness with the network's answer, read at each temperature."""
    small = np.asarray(Image.fromarray(photograph).resize((288, 192), Image.Resampling.LANCZOS)) / 255
    lightness = lab.rgb_to_lab(small)[..., 0]
    logits = method.answers(lightness[None])
    read = []
    for temperature in TEMPERATURES:
        ab = cic.read_logits(logits, method.class_weights, cic.Reading(1.0, temperature))[0]
        rgb = lab.join(lightness, enlarge(ab, *lightness.shape))
        read.append(_labelled(np.rint(255 * rgb).astype(np.uint8), f"T = {temperature}"))
    return Image.fromarray(np.vstack([np.hstack(read[:3]), np.hstack(read[3:])]))


def _labelled(rgb: np.ndarray, title: str) -> np.ndarray:
    strip = Image.new("RGB", (rgb.shape[1], LABEL), "white")
    ImageDraw.Draw(strip).text((6, 5), title, "black")
    return np.vstack([np.asarray(strip), rgb])


if __name__ == "__main__":
    main()
