"""Frames take no colour; skies, snow, backdrops and walls that reach the edge are no frames."""

import numpy as np
import pytest
from scipy import ndimage

from heritage_color.colorize.frame import photograph_mask

SHAPE = (256, 340)
ROWS, COLUMNS = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)


def scene(seed: int = 1) -> np.ndarray:
    """Lightness (256, 340) of soft shapes of every shade, with grain."""
    random = np.random.default_rng(seed)
    shapes = ndimage.gaussian_filter(random.normal(0, 1, SHAPE), 12)
    return (50 + 22 * shapes / shapes.std() + random.normal(0, 1.5, SHAPE)).clip(20, 98).astype(np.float32)


def framed(level: float, depth: int, tilt: float = 0.0, grain: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """A scene in a frame of one lightness, turned by degrees; and where the photograph is."""
    inside = np.zeros(SHAPE, np.float32)
    inside[depth:-depth, depth:-depth] = 1
    inside = ndimage.rotate(inside, tilt, reshape=False, order=1)
    frame = level + np.random.default_rng(2).normal(0, grain, SHAPE)
    return (inside * scene() + (1 - inside) * frame).clip(0, 100).astype(np.float32), inside > 0.5


@pytest.mark.parametrize("tilt", [0, -1, 1.5])
@pytest.mark.parametrize(("level", "depth"), [(3, 10), (3, 36), (14, 20), (97, 24)])
def test_film_and_paper_around_a_photograph_are_masked_also_where_they_lie_askew(level, depth, tilt):
    lightness, inside = framed(level, depth, tilt)
    mask = photograph_mask(lightness)
    assert mask[~inside].max() == 0
    assert mask[ndimage.binary_erosion(inside, iterations=7)].min() == 1


def test_the_mask_is_soft_where_the_frame_ends():
    mask = photograph_mask(framed(3, 20)[0])
    assert mask.dtype == np.float32
    assert ((mask > 0) & (mask < 1)).any(1)[40:200].all()


def test_white_lettering_on_the_film_is_masked_with_it():
    lightness, inside = framed(3, 30)
    lightness[8:20, 60:280:6] = 85
    assert photograph_mask(lightness)[~inside].max() == 0


def test_a_notch_that_reaches_into_the_photograph_is_masked():
    lightness, _ = framed(3, 16)
    notch = np.hypot(ROWS - 60, COLUMNS - 16) < 8
    lightness[notch] = 3
    mask = photograph_mask(lightness)
    assert mask[notch].max() < 0.5
    assert mask[40:80, 40:300].min() == 1


def test_film_inside_the_white_of_the_scanner_is_found_behind_it():
    lightness, inside = framed(3, 24)
    around = np.ones(SHAPE, bool)
    around[8:-8, 8:-8] = False
    lightness[around] = 99
    assert photograph_mask(lightness)[~inside].max() == 0


def test_a_caption_below_the_photograph_is_masked_and_an_empty_white_strip_is_not():
    lightness = scene()
    lightness[-30:] = 96
    blank = photograph_mask(lightness.copy())
    lightness[-20:-12, 60:280:5] = 20
    written = photograph_mask(lightness)
    assert blank.min() == 1
    assert (written[-30:].max(), written[:-36].min()) == (0, 1)


def no_frames():
    """Lightness of photographs without a frame, by what they show."""
    sky, snow, backdrop, wall, window = (scene() for _ in range(5))
    sky[:110] = (92 - ROWS[:110] / 10) + np.random.default_rng(3).normal(0, 0.4, (110, SHAPE[1]))
    snowline = 40 + 12 * np.sin(COLUMNS / 30)
    snow[snowline > ROWS] = 97
    snow[215:] = 96
    backdrop[:] = 8 + 70 * np.exp(-(((COLUMNS - 170) / 60) ** 2) - ((ROWS - 140) / 70) ** 2)
    wall[:, :50] = 93
    window[ROWS > 210 + 0.3 * COLUMNS / 3] = 9
    vignette = scene() * np.clip(1.25 - np.hypot((ROWS - 128) / 150, (COLUMNS - 170) / 200), 0, 1)
    horizon = scene()
    horizon[:45] = 94
    names = ("sky", "snow", "backdrop", "white wall", "dark ground", "vignette", "bright sky over a straight horizon")
    return dict(zip(names, (sky, snow, backdrop, wall, window, vignette, horizon), strict=True))


@pytest.mark.parametrize("name", no_frames())
def test_what_merely_reaches_the_edge_stays(name):
    assert photograph_mask(no_frames()[name].astype(np.float32)).min() == 1


@pytest.mark.parametrize("shape", [(4, 512), (512, 12), (256, 256)])
def test_flat_and_narrow_pictures_are_all_photograph(shape):
    assert photograph_mask(np.full(shape, 50, np.float32)).min() == 1
    assert photograph_mask(np.full(shape, 2, np.float32)).shape == shape
