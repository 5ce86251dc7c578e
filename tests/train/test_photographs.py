"""Photographs as training pairs: right colours, right shapes, and an order that a seed fixes."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data

from heritage_color import lab
from heritage_color.train import photographs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six colour photographs, one of them grey in three channels, and a file that is none."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "more").mkdir()
    (folder / "readme.txt").write_text("no photograph")
    names = ("b.png", "a.jpg", "more/c.png", "more/d.PNG", "e.jpeg")
    for number, name in enumerate(names):
        Image.fromarray(data.astronaut()[60 * number : 60 * number + 120, 30 : 190 + 10 * number]).save(folder / name)
    Image.fromarray(np.repeat(data.camera()[::4, ::4, None], 3, 2)).save(folder / "grey.png")
    return folder


def whole(dataset) -> list[np.ndarray]:
    """All grey pictures of a data set, one after the other."""
    return [picture for grey, _ in dataset.as_numpy_iterator() for picture in grey]


def seed(number: int = 3) -> tf.Tensor:
    return tf.constant([number, 5])


def test_photographs_are_found_sorted_at_any_depth(folder):
    found = [path.removeprefix(f"{folder}/") for path in photographs.find(folder)]
    assert found == ["a.jpg", "b.png", "e.jpeg", "grey.png", "more/c.png", "more/d.PNG"]


def test_lab_in_the_graph_is_lab_outside_it():
    rgb = np.concatenate([data.chelsea()[:40, :50], data.rocket()[-40:, :50]]).astype(np.float32) / 255
    rgb[0, :3] = [[0, 0, 0], [1, 1, 1], [0, 0, 1]]
    found = photographs.linear_to_lab(photographs.to_linear(tf.constant(rgb))).numpy()
    assert np.abs(found - lab.rgb_to_lab(rgb)).max() < 0.1


def test_linear_light_in_the_graph_is_that_outside_it():
    values = np.linspace(0, 1, 300, dtype=np.float32)
    linear = photographs.to_linear(tf.constant(values))
    assert linear.numpy() == pytest.approx(lab.srgb_to_linear(values), abs=1e-6)
    assert photographs.from_linear(linear).numpy() == pytest.approx(values, abs=1e-5)


@pytest.mark.parametrize("augment", [False, True])
def test_a_pair_has_its_shapes_and_ranges(folder, augment):
    grey, ab = photographs.pair(str(folder / "a.jpg"), seed(), augment)
    assert (grey.shape, ab.shape) == ((224, 224, 1), (56, 56, 2))
    assert 0 <= grey.numpy().min() < grey.numpy().max() <= 255
    assert 10 < np.abs(ab).max() < 110


def test_the_grey_of_a_pair_is_the_photographs_lightness(folder):
    grey, _ = photographs.pair(str(folder / "b.png"), seed(), augment=False)
    colour = np.asarray(Image.open(folder / "b.png"), np.float32)[:, 20:140] / 255  # the square in the middle
    expected = lab.lightness_to_grey(lab.rgb_to_lab(colour)[..., 0]) * 255
    small = tf.image.resize(expected[..., None], (56, 56), antialias=True)
    assert np.abs(tf.image.resize(grey, (56, 56), antialias=True) - small).mean() < 2


def test_without_augmentation_the_seed_changes_nothing(folder):
    one, other = (photographs.pair(str(folder / "a.jpg"), seed(n), augment=False) for n in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_with_augmentation_another_seed_is_another_crop(folder):
    one, same, other = (photographs.pair(str(folder / "a.jpg"), seed(n), augment=True)[1] for n in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_grey_pictures_teach_nothing_and_are_left_out(folder):
    paths = photographs.find(folder)
    assert len(whole(photographs.pairs(paths, 2, None, augment=False))) == len(paths) - 1


def test_without_a_seed_the_order_is_that_of_the_paths(folder):
    paths = [path for path in photographs.find(folder) if "grey" not in path]
    alone = [photographs.pair(path, seed(), augment=False)[0].numpy() for path in paths]
    assert all(
        np.array_equal(a, b) for a, b in zip(whole(photographs.pairs(paths, 2, None, False)), alone, strict=True)
    )


def test_a_seed_gives_the_same_pictures_in_the_same_order(folder):
    paths = photographs.find(folder)
    one, other = (whole(photographs.pairs(paths, 2, 11)) for _ in range(2))
    assert len(one) == 4  # five have colour; an unfinished batch is dropped
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_another_epoch_has_other_crops_in_another_order(folder):
    epochs = photographs.pairs(photographs.find(folder), 2, 11)
    one, other = whole(epochs), whole(epochs)
    assert not any(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("number", range(12))
def test_an_aged_picture_stays_a_picture(number):
    linear = photographs.to_linear(tf.constant(data.rocket()[::4, ::4].astype(np.float32) / 255))
    aged = photographs.age(linear, seed(number)).numpy()
    assert aged.shape == (*linear.shape[:2], 1)
    assert 0 <= aged.min() < aged.max() <= 255
    assert np.isfinite(aged).all()


def test_every_film_keeps_white_white():
    assert photographs.FILMS.sum(1) == pytest.approx(1, abs=0.02)
