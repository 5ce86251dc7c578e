"""Classification of colour in a graph, against the same arithmetic by hand."""

import numpy as np
import pytest

from heritage_color.methods.networks import bins, classification


def test_the_classification_loss_is_cross_entropy_with_the_soft_encoding():
    random = np.random.default_rng(0)
    ab = random.integers(-40, 40, (2, 3, 4, 2)).astype(np.float32)
    logits = random.normal(0, 2, (2, 3, 4, len(bins.centres()))).astype(np.float32)
    nearest, shares = bins.soft_encode(ab.reshape(-1, 2))
    chosen = np.take_along_axis(np.log(bins.probabilities(logits)).reshape(24, -1), nearest, 1)
    by_hand = -(shares * chosen).sum(1).reshape(2, 12).mean(1)
    assert np.asarray(classification.classification_loss(None)(ab, logits)) == pytest.approx(by_hand, rel=1e-4)


def test_class_weights_weigh_each_cell_by_its_expected_weight():
    ab, logits = np.zeros((1, 1, 1, 2), np.float32), np.zeros((1, 1, 1, len(bins.centres())), np.float32)
    class_weights = np.where(np.linalg.norm(bins.centres(), axis=1) == 0, 1, 5).astype(np.float32)
    plain, weighted = (np.asarray(classification.classification_loss(w)(ab, logits)) for w in (None, class_weights))
    # the soft encoding of grey: 0.6488 on grey itself and 0.3512 on its neighbours
    assert weighted / plain == pytest.approx(0.6488 * 1 + 0.3512 * 5, rel=1e-3)


def test_colours_beyond_the_table_take_its_rim():
    inside, beyond = np.array([[110, -110.0]], np.float32), np.array([[400, -400.0]], np.float32)
    assert np.array_equal(classification.table_rows(beyond), classification.table_rows(inside))
