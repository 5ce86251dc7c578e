"""Pictures of two short checks, drawn by ourselves: digits in coloured dots, and bars of grey.

A digit and its ground differ along the one direction of colour that a dichromat does not see, so that who lacks a cone
cannot tell their dots apart, whatever the screen makes of the brightness. A hint for screening votes, no diagnosis.
"""

import io
import random
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from heritage_color import lab

if TYPE_CHECKING:
    from PIL import Image

SIDE, SCALE = 320, 2  # pixels of a plate, and how much larger it is drawn before it is made smooth
DIGITS = "2345689"  # 1 and 7 are too thin for dots, 0 is taken for a ring
SETS = 8  # different sets of plates; a rater keeps one
KINDS = ("plain", "protan", "deutan")
# What a dichromat sees of linear RGB: Machado, Oliveira, Fernandes 2009, severity 1.0
SEEN = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
MIDDLE = np.array([0.30, 0.27, 0.16])  # linear RGB between digit and ground
PLAIN = np.array([0.16, 0.12, -0.14])  # a difference that everybody sees: light yellow on dark blue
BRIGHTNESS = (0.55, 1.25)  # dots differ so much among themselves that brightness gives nothing away
BARS = 6  # of grey in a row
STEP = 6  # of 255, from bar to bar


def digits(number: int) -> tuple[str, str, str]:
    """Return the digits of a set's three plates: plain, then along the two lines of red and green."""
    plain, protan, deutan = random.Random(number).sample(DIGITS, 3)  # noqa: S311
    return plain, protan, deutan


def colour_vision(number: int, answers: tuple[str, str, str]) -> str:
    """normal, deficient or unknown, from the digits that a rater read; "none" stands for none seen, "" for no answer.

    Where the plain plate is not read, screen or light are such that the others say nothing.
    """
    if "" in answers:
        return "unknown"
    right = [answer == digit for answer, digit in zip(answers, digits(number), strict=True)]
    if not right[0]:
        return "unknown"
    return "normal" if all(right) else "deficient" if not any(right[1:]) else "unknown"


def differences(kind: str) -> np.ndarray:
    """Linear RGB of digit and of ground, (2, 3), before their dots differ in brightness."""
    if kind == "plain":
        return MIDDLE + np.outer((1, -1), PLAIN)
    unseen = np.linalg.svd(np.array(SEEN[kind]))[2][-1]
    unseen = unseen * np.sign(unseen[0])
    room = np.min(MIDDLE / np.abs(unseen))  # as far as no channel becomes negative
    return MIDDLE + np.outer((1, -1), 0.9 * min(room, 0.2) * unseen)


@cache
def plate(number: int, place: int) -> bytes:
    """Return a PNG of a set's plate 0, 1 or 2: dots in a disc, those of the digit in another colour."""
    from PIL import Image, ImageDraw

    rng = np.random.default_rng(number)
    side = SIDE * SCALE
    image = Image.new("RGB", (side, side), (247, 242, 232))
    draw = ImageDraw.Draw(image)
    inside = _digit(digits(number)[place])
    colours = differences(KINDS[place])
    for x, y, radius in _dots(place):
        linear = colours[0 if inside[int(y), int(x)] else 1] * rng.uniform(*BRIGHTNESS)
        box = [SCALE * value for value in (x - radius, y - radius, x + radius, y + radius)]
        draw.ellipse(box, fill=_encode(linear))
    return _png(image.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


@cache
def greys() -> bytes:
    """Return a PNG of two rows of bars: the upper from black upwards, the lower from white downwards."""
    from PIL import Image

    levels = STEP * np.arange(BARS)
    rows = np.repeat(np.repeat(np.stack([levels, 255 - levels]), 60, axis=0), 50, axis=1)
    return _png(Image.fromarray(rows.astype(np.uint8)))


def _digit(digit: str) -> np.ndarray:
    """Return where a digit is, as (SIDE, SIDE) of bool."""
    from PIL import Image, ImageDraw, ImageFont

    mask = Image.new("1", (SIDE, SIDE))
    font = ImageFont.load_default(SIDE * 0.8)
    ImageDraw.Draw(mask).text((SIDE / 2, SIDE / 2), digit, fill=1, font=font, anchor="mm", stroke_width=5)
    return np.asarray(mask)


@cache
def _dots(place: int, tries: int = 7000) -> list[tuple[float, float, float]]:
    """Centres and radii in pixels of dots that do not touch, in a disc; the same for a place of all sets."""
    rng = np.random.default_rng(place)
    placed = np.empty((0, 3))
    middle = SIDE / 2
    for radius in np.sort(rng.uniform(2.5, 6.5, tries))[::-1]:
        angle, far = rng.uniform(0, 2 * np.pi), (middle - 2 - radius) * np.sqrt(rng.uniform())
        x, y = middle + far * np.cos(angle), middle + far * np.sin(angle)
        if np.all(np.hypot(placed[:, 0] - x, placed[:, 1] - y) > placed[:, 2] + radius + 1):
            placed = np.vstack([placed, (x, y, radius)])
    return [(x, y, radius) for x, y, radius in placed.tolist()]


def _encode(linear: np.ndarray) -> tuple[int, ...]:
    """8-bit sRGB of linear RGB (IEC 61966-2-1)."""
    return tuple(np.round(255 * lab.linear_to_srgb(np.clip(linear, 0, 1))).astype(int).tolist())


def _png(image: "Image.Image") -> bytes:
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()
