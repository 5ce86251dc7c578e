"""Pages of text as scanners see them, written here: one to three columns, any size of letters, paper and light."""

from typing import TYPE_CHECKING

import numpy as np

from heritage_color.scans.decoding.decode import SAMPLE

if TYPE_CHECKING:
    from PIL import ImageFont

WIDTH = 1100  # pixels of a page before it is shrunk
WORDS = """the of and to in he it that for was on are as with his they at be this from have or by one had not but what
all were when we there can an your which their said if do will each about how up out them then she many some so these
would other into has more her two like him see time could no make than first been its who now people my made over did
down only way find use may water long little very after words called just where most know photograph village harbour
mountain collection negative municipality correspondence"""


def written_page(random: np.random.Generator) -> np.ndarray:
    """A page (h, w), uint8, small as pre-flight sees it; seldom black and white only, a quarter lies on its side."""
    ink = _columns(random, int(WIDTH * random.uniform(0.7, 1.5)))
    height, width = ink.shape
    rows, columns = np.mgrid[0:height, 0:width] / max(height, width)
    paper = random.uniform(0.45, 1)
    darkest = random.uniform(0, 0.35) * paper
    shade = 1 - random.uniform(0, 0.25) * (columns if random.random() < 0.5 else 1 - columns)
    levels = (paper * (1 - ink) + darkest * ink) * (shade - random.uniform(0, 0.1) * rows)
    levels += random.normal(0, random.uniform(0, 0.03), levels.shape)
    if random.random() < 0.4:
        levels = _on_the_glass(levels, random)
    if random.random() < 0.15:
        levels = (levels > paper / 2).astype(float)
    return _shrunk(levels.T if random.random() < 0.25 else levels)


def _columns(random: np.random.Generator, height: int) -> np.ndarray:
    """Return ink 0..1 of lines of words, a little askew."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (WIDTH, height), 255)
    size = random.uniform(16, 48)
    font, leading = ImageFont.load_default(size), size * random.uniform(1.05, 1.9)
    left, right = random.uniform(0.04, 0.16, 2) * WIDTH
    top, bottom = random.uniform(0.04, 0.2) * height, height * (1 - random.uniform(0.04, 0.3))
    number, gap = int(random.choice([1, 1, 1, 2, 3])), 0.04 * WIDTH
    width = (WIDTH - left - right - gap * (number - 1)) / number
    for column in range(number):
        for line in range(int((bottom - top) / leading)):
            place = (left + column * (width + gap), top + line * leading)
            end = width * (random.uniform(0.2, 0.9) if random.random() < 0.12 else 1)
            ImageDraw.Draw(page).text(place, _line(random, font, end), fill=0, font=font)
    turned = page.rotate(random.normal(0, 0.8), fillcolor=255, resample=Image.Resampling.BILINEAR)
    return 1 - np.asarray(turned, np.float64) / 255


def _line(random: np.random.Generator, font: "ImageFont.FreeTypeFont | ImageFont.ImageFont", width: float) -> str:
    """Words that fill a width."""
    line = ""
    for word in random.choice(WORDS.split(), 40):
        if font.getlength(f"{line} {word}") > width:
            break
        line = f"{line} {word}".strip()
    return line


def _on_the_glass(levels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the dark of the scanner beside the page, along one side or all around."""
    edge, dark = max(1, int(random.uniform(0.01, 0.12) * levels.shape[1])), random.uniform(0, 0.3)
    around = np.full_like(levels, dark)
    left, right, top = random.permutation([edge, 0, 0]) if random.random() < 0.75 else (edge, edge, edge)
    inside = slice(top, levels.shape[0] - min(top, left)), slice(left, levels.shape[1] - right)
    around[inside] = levels[inside]
    return around


def _shrunk(levels: np.ndarray) -> np.ndarray:
    """Means of blocks, as `decode` makes its small version."""
    down, across = (max(1, side // SAMPLE) for side in levels.shape)
    height, width = levels.shape[0] // down, levels.shape[1] // across
    blocks = levels[: height * down, : width * across].reshape(height, down, width, across).mean((1, 3))
    small: np.ndarray = np.rint(np.clip(blocks, 0, 1) * 255).astype(np.uint8)
    return small
