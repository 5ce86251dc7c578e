"""Tag vectors from labels and looks."""

import numpy as np
import pytest

from heritage_color.tagging import vectors

CARRIED = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]], bool)
FEATURES = np.array([[4, 0], [4, 0], [0, 4], [-4, -4], [-4, -4]], np.float32)


def test_information_of_tags_given_together_is_that_of_their_counts():
    found = vectors.shared_information(CARRIED)
    # of 5 photographs 3 carry the first tag, 2 the second, 2 both: log((2 + 1) / (3 * 2 / 5 + 1))
    assert found[0, 1] == pytest.approx(np.log(3 / 2.2))
    assert found[0, 3] == 0
    assert (found == found.T).all()


def test_looks_are_the_mean_features_about_that_of_all_tags():
    found = vectors.mean_features(CARRIED, FEATURES)
    assert found.sum(0) == pytest.approx([0, 0])
    assert found[1] - found[3] == pytest.approx([8, 4])


def test_vectors_have_length_one_and_tags_of_the_same_photographs_lie_together():
    found = vectors.tag_vectors(CARRIED, FEATURES)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(4))
    cosine = found @ found.T
    assert cosine[0, 1] > 0 > cosine[0, 3]


def test_principal_directions_keep_distances_and_have_fixed_signs():
    found = vectors.principal(FEATURES.astype(float), 2)
    assert found @ found.T == pytest.approx(FEATURES @ FEATURES.T)
    assert vectors.principal(FEATURES[::-1].astype(float), 2)[::-1] == pytest.approx(found)
