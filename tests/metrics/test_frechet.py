"""The Fréchet distance: closed forms on Gaussians, and real features of photographs with and without colour."""

import numpy as np
import pytest
from skimage import data

from heritage_color.metrics import frechet


def moments_of(features: np.ndarray) -> frechet.Moments:
    moments = frechet.Moments()
    for row in features:
        moments.add(row)
    return moments


@pytest.fixture(scope="module")
def drawn():
    """Features (400, 64) of correlated directions."""
    random = np.random.default_rng(0)
    return random.normal(size=(400, 64)) @ random.normal(size=(64, 64))


def test_mean_and_covariance_are_numpys(drawn):
    mean, covariance = moments_of(drawn).mean_and_covariance()
    np.testing.assert_allclose(mean, drawn.mean(0), atol=1e-9)
    np.testing.assert_allclose(covariance, np.cov(drawn.T), atol=1e-9)


def test_a_set_is_at_no_distance_from_itself(drawn):
    assert frechet.distance(moments_of(drawn), moments_of(drawn)) == pytest.approx(0, abs=1e-6)


def test_a_shifted_set_is_as_far_as_it_was_shifted(drawn):
    # equal covariances: only |m - m'|^2 is left, 64 x 0.25
    assert frechet.distance(moments_of(drawn), moments_of(drawn + 0.5)) == pytest.approx(16, rel=1e-6)


def test_a_wider_set_is_as_far_as_the_closed_form_says(drawn):
    centred = drawn - drawn.mean(0)
    # C' = 4 C: tr(C + 4 C - 2 x 2 C) = tr C
    expected = np.trace(np.cov(centred.T))
    assert frechet.distance(moments_of(centred), moments_of(2 * centred)) == pytest.approx(expected, rel=1e-6)


def test_the_directions_are_orthonormal_and_always_the_same():
    found = frechet.directions()
    np.testing.assert_allclose(found.T @ found, np.eye(64), atol=1e-12)
    np.testing.assert_array_equal(found, frechet.directions())


def test_pictures_without_their_colour_are_farther_than_pictures_with_half_of_it():
    encoder = frechet.Encoder()
    source = np.concatenate([data.coffee()[:400, :600], data.astronaut()[:400], data.chelsea().repeat(2, 0)[:400]], 1)
    places = np.random.default_rng(0).integers(0, (400 - 128, source.shape[1] - 128), (100, 2))
    sets = {share: frechet.Moments() for share in (0.0, 0.5, 1.0)}
    for top, left in places:
        photograph = source[top : top + 128, left : left + 128].astype(float)
        grey = photograph.mean(-1, keepdims=True)
        for share, moments in sets.items():
            moments.add(encoder.features((grey + share * (photograph - grey)).astype(np.uint8)))
    without, half = (frechet.distance(sets[share], sets[1.0]) for share in (0.0, 0.5))
    assert without > 2 * half > 0
