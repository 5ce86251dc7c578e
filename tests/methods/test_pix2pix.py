"""pix2pix: the paper's layers and their numbers, the losses by hand, the noise, and pictures of any size."""

import numpy as np
import pytest
import tensorflow as tf

from heritage_color.errors import WeightsError
from heritage_color.methods import loading, pix2pix

PAPER_PARAMETERS = 54_413_955  # of the authors' generator from 3 to 3 channels, without BatchNorm's running statistics


@pytest.fixture(scope="module")
def small():
    """The smallest network, untrained."""
    return loading.create("pix2pix", width=4, side=32)


@pytest.fixture(scope="module")
def orange():
    """The same after a lesson of orange squares."""
    method = loading.create("pix2pix", width=4, side=32)
    grey = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 1)).astype(np.float32)
    ab = np.broadcast_to(np.array([30, 50], np.float32), (4, 8, 8, 2))
    method.fit(tf.data.Dataset.from_tensor_slices((grey, ab)).batch(2), epochs=50, learning_rate=2e-3)
    return method


@pytest.fixture(scope="module")
def discriminator():
    return pix2pix.build_discriminator(8)


def lightness(height: int, width: int) -> np.ndarray:
    """A picture (1, H, W) of lightness: a ramp with a grating on it."""
    rows, columns = np.mgrid[:height, :width]
    return (50 + 30 * np.sin(columns / 5) + 20 * rows / height - 10).astype(np.float32)[None]


def convolutions(model):
    return [layer for layer in model.layers if hasattr(layer, "kernel_size")]


def test_the_generator_of_the_paper_has_as_many_parameters():
    generator = pix2pix.build_generator()
    channels = [layer.filters for layer in convolutions(generator)]
    assert channels == [64, 128, 256, 512, 512, 512, 512, 512, 512, 512, 512, 512, 256, 128, 64, 2]
    of_colour = 2 * 64 * 4 * 4 + (128 * 4 * 4 + 1)  # two inputs more in the first layer, one output more in the last
    learned = sum(int(np.prod(weight.shape)) for weight in generator.trainable_weights)
    assert learned + of_colour == PAPER_PARAMETERS


def test_every_layer_on_the_way_up_sees_the_layer_of_its_size_on_the_way_down(small):
    joins = [layer for layer in small.generator.layers if layer.name.startswith("join")]
    of_each = [[tensor.shape[-1] for tensor in layer.input] for layer in joins]
    assert of_each == [[32, 32], [16, 16], [8, 8], [4, 4]]
    assert small.generator([tf.zeros((1, 64, 96, 1)), tf.constant([0, 0])]).shape == (1, 64, 96, 2)


def test_a_verdict_is_about_70_pixels_by_the_layers(discriminator):
    seen = 1
    for layer in reversed(convolutions(discriminator)):
        seen = (seen - 1) * layer.strides[0] + layer.kernel_size[0]
    assert seen == 70


def test_a_verdict_is_about_70_pixels_by_its_gradient(discriminator):
    light, ab = (tf.random.stateless_normal((1, 128, 128, number), [1, number]) for number in (1, 2))
    with tf.GradientTape() as tape:
        tape.watch(light)
        verdict = discriminator([light, ab], training=False)[0, 6, 7, 0]
    touched = tape.gradient(verdict, light)[0, ..., 0].numpy() != 0
    rows, columns = np.flatnonzero(touched.any(1)), np.flatnonzero(touched.any(0))
    assert (rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1) == (70, 70)
    assert touched[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()


def test_the_map_of_verdicts_is_30_by_30_for_the_papers_size(discriminator):
    assert discriminator([tf.zeros((1, 256, 256, 1)), tf.zeros((1, 256, 256, 2))]).shape == (1, 30, 30, 1)


def test_the_losses_are_those_computed_by_hand():
    ab, answer = tf.constant([[0.5, -0.5], [0.0, 1.0]]), tf.constant([[0.0, -0.5], [0.25, 0.75]])
    assert float(pix2pix.l1_loss(ab, answer)) == pytest.approx(100 * (0.5 + 0.25 + 0.25) / 4)
    true, made = tf.constant([2.0, 0.0]), tf.constant([-1.0, 0.5])
    sure = 1 / (1 + np.exp(-true.numpy())), 1 / (1 + np.exp(-made.numpy()))
    telling = -(np.log(sure[0]).mean() + np.log(1 - sure[1]).mean()) / 2
    assert float(pix2pix.telling_loss(true, made)) == pytest.approx(telling, rel=1e-5)
    assert float(pix2pix.deceiving_loss(made)) == pytest.approx(-np.log(sure[1]).mean(), rel=1e-5)


@pytest.mark.parametrize(("loss", "terms"), [("l1", {"l1"}), ("cgan", {"cgan", "discriminator"})])
def test_each_ablation_has_its_terms_only(loss, terms):
    rivals = pix2pix.Adversaries(pix2pix.build_generator(2, 32), 2, loss)
    before = rivals.discriminator.get_weights()
    found = rivals.turn(tf.zeros((1, 32, 32, 1)), tf.fill((1, 32, 32, 2), 0.3), tf.constant([1, 0]))
    same = [np.array_equal(was, now) for was, now in zip(before, rivals.discriminator.get_weights(), strict=True)]
    assert set(found) == terms
    assert all(same) == (loss == "l1")


def test_an_unknown_loss_is_refused_with_those_there_are():
    with pytest.raises(WeightsError, match=r"no loss 'l2'.*l1\+cgan, l1, cgan"):
        pix2pix.Adversaries(pix2pix.build_generator(2, 32), 2, "l2")


@pytest.mark.parametrize("side", [16, 100])
def test_a_side_that_halving_does_not_bring_to_one_pixel_is_refused(side):
    with pytest.raises(WeightsError, match=f"power of two from 32 on, such as 128 or 256, not {side}"):
        loading.create("pix2pix", side=side)


def test_half_of_the_numbers_are_dropped_and_the_rest_doubled():
    dropped = pix2pix.Noise(1)(tf.ones((1, 8, 8, 64)), tf.constant([3, 4])).numpy()
    assert set(np.unique(dropped)) == {0.0, 2.0}
    assert dropped.mean() == pytest.approx(1, abs=0.1)


def test_the_noise_is_there_at_prediction_and_its_seed_decides(orange):
    seen = lightness(64, 64)
    again = loading.create("pix2pix", width=4, side=32, seed=1)
    again.generator.set_weights(orange.generator.get_weights())
    assert np.array_equal(orange.predict(seen).ab, orange.predict(seen).ab)
    assert np.abs(orange.predict(seen).ab - again.predict(seen).ab).max() > 0.1


@pytest.mark.parametrize(("shape", "inner"), [((64, 96), (32, 48)), ((384, 384), (32, 32)), ((96, 32), (96, 32))])
def test_a_picture_keeps_its_aspect_and_the_rest_is_a_mirror(shape, inner):
    fitted, kept = pix2pix.fitted(tf.constant(lightness(*shape)[..., None]), 32)
    assert tuple(kept.numpy()) == inner
    assert fitted.shape == (1, *(32 * -(-side // 32) for side in inner), 1)
    width = inner[1]
    if width % 32:
        assert np.array_equal(fitted[:, :, width : width + 8], fitted[:, :, width - 8 : width][:, :, ::-1])


def test_the_batch_normalises_in_training_and_what_was_learned_at_prediction(small):
    pictures = [tf.random.stateless_normal((2, 32, 32, 1), [5, 6]), tf.constant([1, 0])]
    alone = [pictures[0][:1], pictures[1]]
    for training in (True, False):
        ab = small.generator(pictures, training=training)[:1].numpy()
        same = np.allclose(ab, small.generator(alone, training=training).numpy(), atol=1e-6)
        assert same == (not training)


def test_orange_squares_are_learned(orange):
    assert orange.predict(lightness(32, 32)).ab.mean((0, 1, 2)) == pytest.approx([30, 50], abs=12)


def test_a_file_says_how_wide_its_network_is(small, tmp_path):
    path = tmp_path / "pix2pix.safetensors"
    small.save(path)
    other = loading.create("pix2pix", width=2, side=32)
    before = other.predict(lightness(64, 64)).ab.shape
    other.load(path)
    assert (other.width, other.side) == (4, 32)
    assert other.predict(lightness(64, 64)).ab.shape == before
