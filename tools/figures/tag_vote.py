"""Make docs/images/tag-vote.png: python -m tools.figures.tag_vote

Five made-up tags on a circle, samples of a made-up generator that is sure of none, and the votes that come of it.
"""

import numpy as np
from PIL import Image, ImageDraw

from heritage_color.settings import ROOT
from heritage_color.tagging import vote

TAGS = {"animal": 70, "dog": 48, "cat": 100, "house": 215, "ship": 320}  # degrees
SIDE, RADIUS, SCALE = 300, 105, 2  # pixels; drawn twice as large and shrunk, for smooth edges
INK, SAMPLE, BAR = "#2b2118", "#b35900", "#7c2d1e"
OUT = ROOT / "docs" / "images" / "tag-vote.png"


def on_circle(degrees) -> np.ndarray:
    """Points (N, 2) of the unit circle."""
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], -1)


def main() -> None:
    """Draw tags and samples on the left, the votes of each tag on the right."""
    draw = np.random.default_rng(2014)
    samples = on_circle(draw.normal(58, 14, vote.SAMPLES)) * draw.normal(1, 0.08, (vote.SAMPLES, 1))
    tags = on_circle(np.array(list(TAGS.values())))
    votes, _ = vote.count(samples, tags, nearest=2)
    picture = Image.new("RGB", (2 * SIDE * SCALE, SIDE * SCALE), "white")
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "L"
    _space(pen, samples, tags)
    _votes(pen, votes)
    picture.resize((2 * SIDE, SIDE), Image.Resampling.LANCZOS).quantize(64).save(OUT, optimize=True)


def _at(point: np.ndarray) -> tuple[float, float]:
    return SCALE * (SIDE / 2 + RADIUS * point[0]), SCALE * (SIDE / 2 - RADIUS * point[1])


def _dot(pen: ImageDraw.ImageDraw, point: np.ndarray, radius: float, colour: str) -> None:
    x, y = _at(point)
    pen.ellipse([x - radius * SCALE, y - radius * SCALE, x + radius * SCALE, y + radius * SCALE], colour)


def _space(pen: ImageDraw.ImageDraw, samples: np.ndarray, tags: np.ndarray) -> None:
    for sample in samples:
        _dot(pen, sample, 2, SAMPLE)
    for name, tag in zip(TAGS, tags, strict=True):
        pen.line([_at(np.zeros(2)), _at(tag)], INK, SCALE)
        _dot(pen, tag, 4, INK)
        pen.text(_at(1.22 * tag), name, INK, font_size=13 * SCALE, anchor="mm")


def _votes(pen: ImageDraw.ImageDraw, votes: np.ndarray) -> None:
    pen.text((SCALE * (SIDE + 20), SCALE * 30), "votes of 100, each for its 2 nearest tags", INK, font_size=12 * SCALE)
    for row, place in enumerate(np.argsort(-votes, kind="stable")):
        top = SCALE * (70 + 40 * row)
        pen.text((SCALE * (SIDE + 20), top), list(TAGS)[place], INK, font_size=13 * SCALE)
        left = SCALE * (SIDE + 80)
        pen.rectangle([left, top, left + SCALE * 1.5 * votes[place], top + SCALE * 16], BAR)
        pen.text((left + SCALE * (1.5 * votes[place] + 8), top), str(votes[place]), INK, font_size=13 * SCALE)


if __name__ == "__main__":
    main()
