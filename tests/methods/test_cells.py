"""Cells, pairs of cells, and the way back to pixels."""

import numpy as np
import pytest

from heritage_color.methods.learch import cells, projection
from heritage_color.methods.learch.objective import OFFSETS, pairs


@pytest.fixture(scope="module")
def grey():
    """Dark above and light below, with stripes that run down the lower half."""
    picture = np.full((64, 96), 0.2, np.float32)
    picture[32:] = 0.7 + 0.2 * (np.arange(96) // 2 % 2)
    return picture


def test_a_cell_knows_its_light_its_texture_and_its_place(grey):
    own = cells.own_features(grey).reshape(8, 12, cells.OWN)
    assert own[0, 0, 0] == pytest.approx(0.2)
    assert own[6, 5, 0] == pytest.approx(0.8)
    assert own[6, 5, 1] == pytest.approx(0.1)
    assert own[6, 5, 2] > own[6, 5, 3] == pytest.approx(0)  # stripes that run down change across
    assert own[0, 0, 8] < own[7, 0, 8]
    assert own[0, 0, 9] > own[0, 5, 9]


def test_a_pair_knows_how_far_and_how_unlike_its_cells_are(grey):
    features = np.column_stack([cells.own_features(grey), np.zeros((96, 32))]).astype(np.float16)
    found = cells.pair_features(features, 8, 12)
    first, second, which = pairs(8, 12)
    assert np.array_equal(found[:, :2], np.array(OFFSETS)[which])
    assert found[:, 3] == pytest.approx((features[second, 0] - features[first, 0]).astype(np.float32), abs=1e-3)


def test_enlarged_colour_ends_where_lightness_has_an_edge():
    lightness = np.full((48, 48), 20.0)
    lightness[:, 20:] = 80  # inside the second of four cells, which is dark in most of its pixels
    chroma = np.zeros((4, 4, 2), np.float32)
    chroma[:, 2:] = 40
    found = cells.enlarge(chroma, lightness)
    assert found.shape == (48, 48, 2)
    assert found[:, :19].max() < 10
    assert found[:, 26:].min() > 30


def test_one_colour_stays_one_colour_when_enlarged():
    lightness = np.random.default_rng(0).uniform(0, 100, (40, 64))
    assert cells.enlarge(np.full((3, 5, 2), 7.0, np.float32), lightness) == pytest.approx(7, abs=1e-4)


def test_a_map_projected_small_is_the_map_projected_large():
    random = np.random.default_rng(1)
    maps = {
        tap: random.normal(size=(8 // part, 12 // part, channels)).astype(np.float32)
        for (tap, channels), part in zip(projection.TAPS.items(), (1, 2, 4), strict=True)
    }
    looked = projection.Looked((8, 12), maps, random.normal(size=(96, cells.OWN)), random.normal(size=1280))
    weights = random.normal(0, 0.02, (projection.CHANNELS, projection.LEARNED)).astype(np.float32)
    found = projection.Projection(weights, np.ones(projection.LEARNED, np.float32))
    rows = np.array([0, 17, 95])
    expected = found.project(looked.own[rows], looked.raw(rows), looked.pooled)
    assert found.features(looked)[rows].astype(np.float32) == pytest.approx(expected.astype(np.float32), abs=0.02)
