"""Photographs as training pairs: right colours, right shapes, and an order that a seed and a number fix."""

from itertools import islice

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data

from heritage_color import lab
from heritage_color.train.pictures import photographs


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Five colour photographs of different shapes."""
    folder = tmp_path_factory.mktemp("photographs")
    for number, name in enumerate(("a.jpg", "b.png", "c.png", "d.png", "e.jpeg")):
        Image.fromarray(data.astronaut()[60 * number : 60 * number + 120, 30 : 190 + 10 * number]).save(folder / name)
    return sorted(str(path) for path in folder.iterdir())


def seed(number: int = 3) -> tf.Tensor:
    return tf.constant([number, 5])


def batches(dataset, number: int) -> list[np.ndarray]:
    """The grey pictures of the first batches."""
    return [grey for grey, _ in islice(dataset.as_numpy_iterator(), number)]


@pytest.mark.parametrize("augment", [False, True])
def test_a_pair_has_its_shapes_and_ranges(paths, augment):
    grey, ab = photographs.pair(paths[0], seed(), augment)
    assert (grey.shape, ab.shape) == ((224, 224, 1), (56, 56, 2))
    assert 0 <= grey.numpy().min() < grey.numpy().max() <= 255
    assert 10 < np.abs(ab).max() < 110


def test_the_grey_of_a_pair_is_the_photographs_lightness(paths):
    grey, _ = photographs.pair(paths[1], seed(), augment=False)
    colour = np.asarray(Image.open(paths[1]), np.float32)[:, 25:145] / 255  # the square in the middle
    expected = lab.lightness_to_grey(lab.rgb_to_lab(colour)[..., 0]) * 255
    small = tf.image.resize(expected[..., None], (56, 56), antialias=True)
    assert np.abs(tf.image.resize(grey, (56, 56), antialias=True) - small).mean() < 2


def test_age_changes_the_grey_and_never_the_true_colours(paths):
    young, old = (photographs.pair(paths[0], seed(8), augment=True, aged=share) for share in (0.0, 1.0))
    assert not np.array_equal(young[0], old[0])
    assert np.array_equal(young[1], old[1])


def test_with_augmentation_another_seed_is_another_crop(paths):
    one, same, other = (photographs.pair(paths[0], seed(n), augment=True)[1] for n in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_photographs_to_validate_on_come_once_in_the_order_of_their_paths(paths):
    alone = [photographs.pair(path, seed(), augment=False)[0].numpy() for path in paths]
    assert np.array_equal(np.concatenate(batches(photographs.pairs(paths, 2), 9)), alone)


def test_a_seed_gives_the_same_pictures_in_the_same_order(paths):
    one, other = (batches(photographs.endless(paths, 2, 11), 4) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_run_that_goes_on_sees_what_it_would_have_seen(paths):
    whole, later = batches(photographs.endless(paths, 2, 11), 6), batches(photographs.endless(paths, 2, 11, 4), 2)
    assert all(np.array_equal(a, b) for a, b in zip(whole[4:], later, strict=True))


def test_each_pass_sees_every_photograph_once_in_an_order_of_its_own(paths):
    seen = photographs.numbered(paths, 5, 11, 0, lambda path, own: path)
    passes = [list(one) for one in islice(seen.as_numpy_iterator(), 3)]
    assert all(sorted(one) == [path.encode() for path in paths] for one in passes)
    assert len({tuple(one) for one in passes}) > 1
