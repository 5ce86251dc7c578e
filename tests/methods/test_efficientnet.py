"""The shipped encoder: it sees what it should see in grey, and its taps have the documented shapes."""

import numpy as np
import pytest
from skimage import color, data, transform

from heritage_color.digests import sha256_file
from heritage_color.methods import weights
from heritage_color.methods.networks import efficientnet
from heritage_color.methods.networks.efficientnet import ENCODER_FILE, LITE0, LITE2

CATS = set(range(281, 286))  # ImageNet: tabby, tiger cat, Persian, Siamese, Egyptian
ROCKETS = {657, 744, 812, 833}  # missile, projectile, space shuttle, submarine


@pytest.fixture(scope="module", params=[LITE0, LITE2], ids=lambda variant: variant.name)
def variant(request):
    """One of the shipped sizes."""
    return request.param


@pytest.fixture(scope="module")
def encoder(variant):
    """The encoder with its classifier and the shipped weights."""
    model = efficientnet.build_encoder(classifier=True, variant=variant)
    weights.assign(model, weights.load_weights(variant.file)[0])
    return model


def grey(photograph: np.ndarray, height: int = 224, width: int = 224) -> np.ndarray:
    """A photograph as the encoder takes it: (1, height, width, 1), sRGB 0..255."""
    small = transform.resize(color.rgb2gray(photograph), (height, width), anti_aliasing=True)
    return (small[None, ..., None] * 255).astype(np.float32)


def first_answers(encoder, photograph: np.ndarray, number: int = 5) -> set[int]:
    """The most likely ImageNet classes of a photograph seen in grey."""
    logits = np.asarray(encoder(grey(photograph))["logits"])[0]
    return set(np.argsort(-logits)[:number].tolist())


def test_a_cat_in_grey_is_a_cat(encoder):
    assert first_answers(encoder, data.chelsea(), 3) <= CATS


def test_a_rocket_in_grey_is_a_rocket(encoder):
    assert first_answers(encoder, data.rocket()) & ROCKETS


CHANNELS = {
    LITE0: {"stride_4": 24, "stride_8": 40, "stride_16": 112, "head": 1280},
    LITE2: {"stride_4": 24, "stride_8": 48, "stride_16": 120, "head": 1280},
}


@pytest.mark.parametrize(("tap", "stride"), [("stride_4", 4), ("stride_8", 8), ("stride_16", 16), ("head", 32)])
def test_taps_have_the_documented_strides_and_channels(encoder, variant, tap, stride):
    answers = encoder(grey(data.chelsea(), 96, 160))
    assert answers[tap].shape == (1, 96 // stride, 160 // stride, CHANNELS[variant][tap])


def test_the_larger_one_has_the_published_stages():
    assert [stage[3:] for stage in LITE2.stages] == [
        (16, 1), (24, 3), (48, 3), (88, 4), (120, 4), (208, 5), (352, 1),
    ]  # fmt: skip


def test_activations_are_bounded_as_relu6_bounds_them(encoder):
    head = np.asarray(encoder(grey(data.coffee()))["head"])
    assert head.min() >= 0
    assert 0.1 < head.max() <= 6


def test_a_grey_picture_of_three_channels_is_seen_as_one_of_one(encoder, variant):
    in_colour = efficientnet.build_encoder(channels=3, variant=variant)
    weights.assign(in_colour, weights.load_weights(variant.file)[0])
    picture = grey(data.chelsea(), 96, 96)
    one, three = encoder(picture)["head"], in_colour(np.repeat(picture, 3, -1))["head"]
    np.testing.assert_allclose(one, three, atol=1e-3)


def test_colour_changes_what_the_encoder_of_three_channels_sees():
    in_colour = efficientnet.build_encoder(channels=3)
    weights.assign(in_colour, weights.load_weights(ENCODER_FILE)[0])
    photograph = data.coffee()[None, :96, :96].astype(np.float32)
    without = photograph.mean(-1, keepdims=True).repeat(3, -1)
    seen, seen_grey = (np.asarray(in_colour(picture)["head"]) for picture in (photograph, without))
    assert np.abs(seen - seen_grey).mean() > 0.1 * seen.mean()


def test_the_cards_checksum_is_the_files(variant):
    assert weights.read_card(variant.file).sha256 == sha256_file(variant.file)
