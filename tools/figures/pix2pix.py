"""Make docs/images/pix2pix.jpg from the shipped weights: python -m tools.figures.pix2pix

Three photographs that scikit-image carries: in grey, with the patch of 70 x 70 pixels that one verdict is about; the
answer; how far the answers of sixteen seeds lie from each other; the true colours.
"""

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from heritage_color import settings
from heritage_color.colorize.join import enlarge
from heritage_color.lab import join, rgb_to_lab
from heritage_color.methods import loading
from heritage_color.methods.pix2pix import SIDE

NAMES = ("coffee", "chelsea", "rocket")
TITLES = ("lightness, and one patch", "answer", "deviation over 16 seeds", "true colours")
HEIGHT, WIDTH, LABEL = 192, 288, 18
PATCH, SEEDS = 70, 16
WHITE_AT = 10.0  # ab units of deviation
OUT = settings.ROOT / "docs" / "images" / "pix2pix.jpg"


def main() -> None:
    """Lay the four versions of each photograph side by side."""
    method = loading.load("pix2pix", settings.read().weights)
    seeded = [loading.load("pix2pix", settings.read().weights, seed=seed) for seed in range(1, SEEDS + 1)]
    strip = Image.new("RGB", (len(TITLES) * WIDTH, LABEL + len(NAMES) * HEIGHT), "white")
    for column, title in enumerate(TITLES):
        ImageDraw.Draw(strip).text((column * WIDTH + 6, 3), title, "black")
    for row, name in enumerate(NAMES):
        truth = Image.fromarray(getattr(data, name)()).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        for column, picture in enumerate((*_answers(truth, method, seeded), truth)):
            strip.paste(picture, (column * WIDTH, LABEL + row * HEIGHT))
    strip.save(OUT, quality=85)


def _answers(truth: Image.Image, method, seeded: list) -> tuple[Image.Image, ...]:
    lightness = rgb_to_lab(np.asarray(truth) / 255)[..., 0]
    ab = enlarge(method.predict(lightness[None]).ab[0], HEIGHT, WIDTH)
    spread = np.stack([one.predict(lightness[None]).ab[0] for one in seeded]).std(0).mean(-1, keepdims=True)
    deviation = np.clip(enlarge(spread / WHITE_AT, HEIGHT, WIDTH)[..., 0], 0, 1)
    grey = _picture(join(lightness, np.zeros_like(ab)))
    side = PATCH * HEIGHT // SIDE
    ImageDraw.Draw(grey).rectangle([40, 40, 40 + side, 40 + side], outline="white", width=2)
    return grey, _picture(join(lightness, ab)), _picture(np.repeat(deviation[..., None], 3, -1))


def _picture(rgb: np.ndarray) -> Image.Image:
    return Image.fromarray((rgb * 255 + 0.5).astype(np.uint8))


if __name__ == "__main__":
    main()
