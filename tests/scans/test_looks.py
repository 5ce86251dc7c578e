"""Negatives and pages of text are warned of; the rules see no more than a small grey picture."""

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import looks
from heritage_color.settings import Settings
from heritage_color.train.pictures.pages import written_page


def grey(name: str) -> np.ndarray:
    """A photograph of scikit-image in grey, 300 pixels high or wide."""
    colours = pyvips.Image.new_from_array(getattr(data, name)()).thumbnail_image(384)
    return np.ascontiguousarray(colours.colourspace("b-w").numpy().reshape(colours.height, colours.width))


def codes(folder):
    """Reason codes of each picture of a delivery."""
    found = check_delivery(folder, Settings(home=folder.parent / "home"))
    return {one.name: {fault.code for fault in one.findings} for one in found.pictures}


def deliver(folder, **pictures):
    """A delivery of grey pictures by name."""
    folder.mkdir()
    for name, levels in pictures.items():
        pyvips.Image.new_from_array(levels).copy(interpretation="b-w").pngsave(str(folder / f"{name}.png"))
    return folder


def test_pre_flight_warns_of_a_negative_and_of_a_page_and_of_no_other(tmp_path):
    scene = grey("camera")
    found = codes(
        deliver(tmp_path / "box", positive=scene, negative=255 - scene, page=written_page(np.random.default_rng(2)))
    )
    assert found["positive.png"] == set()
    assert found["negative.png"] == {"looks-like-negative"}
    assert found["page.png"] == {"looks-like-page"}


def test_a_picture_and_its_inversion_have_opposite_scores():
    scene, arrays = grey("coffee"), looks.weights()
    assert looks.negative_score(scene, arrays) == pytest.approx(-looks.negative_score(255 - scene, arrays), abs=1e-3)


def test_brightness_and_contrast_alone_change_the_score_little():
    scene, arrays = grey("camera"), looks.weights()
    faded = np.rint(60 + scene * 0.5).astype(np.uint8)
    assert looks.negative_score(faded, arrays) == pytest.approx(looks.negative_score(scene, arrays), rel=0.25)


@pytest.mark.parametrize("levels", [np.full((300, 200), 128, np.uint8), np.zeros((300, 200), np.uint8)])
def test_of_an_empty_picture_nothing_is_said(levels):
    assert looks.looks_like(levels) == ""


def test_a_picture_smaller_than_what_the_rules_see_is_left_alone():
    assert looks.looks_like(255 - grey("camera")[:63]) == ""


def test_written_pages_are_pages_and_their_inversions_negatives():
    pages = [written_page(np.random.default_rng(seed)) for seed in range(20)]
    assert sum(looks.looks_like(page) == looks.PAGE for page in pages) >= 18
    assert sum(looks.looks_like(255 - page) == looks.NEGATIVE for page in pages) >= 15


def test_a_picture_in_colour_is_no_negative(tmp_path):
    (tmp_path / "box").mkdir()
    pyvips.Image.new_from_array(255 - data.coffee()).pngsave(str(tmp_path / "box" / "cup.png"))
    assert codes(tmp_path / "box") == {"cup.png": {"already-colour"}}
