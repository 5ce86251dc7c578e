"""What every method's answer gets: no colour on frames, less where it is unsure, facts for the record."""

import numpy as np
import pytest

from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import predict, uncertainty_map
from heritage_color.lab import rgb_to_lab
from heritage_color.methods.baselines import Tint
from heritage_color.methods.colorizer import Prediction

SHAPE = (256, 320)


class Unsure(Tint):
    """The tint method, sure on the left half of a picture and lost on the right."""

    def reading(self, answers, preset):
        """As the tint method, with an uncertainty."""
        ab = super().reading(answers, preset).ab
        uncertainty = np.zeros(ab.shape[:3], np.float32)
        uncertainty[:, :, SHAPE[1] // 8 :] = 1
        return Prediction(ab, uncertainty)


def scene(frame: int = 0) -> np.ndarray:
    """Lightness (256, 320) of waves, in a film frame of so many pixels."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    waves = 55 + 20 * np.sin(rows / 17) + 20 * np.cos(columns / 23)
    if frame:
        edge = np.ones(SHAPE, bool)
        edge[frame:-frame, frame:-frame] = False
        waves[edge] = 3
    return waves.astype(np.float32)


def test_without_a_frame_the_answer_has_the_methods_size_and_colour():
    (chroma,) = predict(Tint(), [scene()], "balanced")
    assert chroma.ab.shape == (64, 80, 2)
    assert np.allclose(chroma.ab, Tint.constant)
    assert chroma.facts() == {"frame": 0.0, "uncertainty": None}


def test_the_joined_picture_has_no_colour_on_the_frame_and_all_of_it_inside():
    (chroma,) = predict(Tint(), [scene(frame=24)], "balanced")
    large = np.kron(scene(frame=24), np.ones((3, 3), np.float32))
    out = np.empty((*large.shape, 3), np.uint8)
    join_into(large, chroma.ab, out)
    colours = np.hypot(*np.moveaxis(rgb_to_lab(out / np.float32(255))[..., 1:], -1, 0))
    assert colours[: 24 * 3].max() < 1
    assert colours[40 * 3 : -40 * 3, 40 * 3 : -40 * 3].min() > 5
    assert chroma.facts()["frame"] == pytest.approx(1 - (208 - 6) * (272 - 6) / (256 * 320), abs=0.02)


def test_chroma_is_halved_where_the_method_is_lost():
    (chroma,) = predict(Unsure(), [scene()], "balanced")
    assert np.allclose(chroma.ab[:, :40], Tint.constant)
    assert np.allclose(chroma.ab[:, 40:], Tint.constant / 2)
    assert chroma.facts()["uncertainty"] == 0.5


def test_the_map_is_bright_where_the_method_is_unsure_and_dark_on_frames():
    (chroma,) = predict(Unsure(), [scene(frame=24)], "balanced")
    levels = uncertainty_map(chroma)
    assert (levels.dtype, levels.shape) == (np.uint8, SHAPE)
    assert (levels[100, 100], levels[100, 220], levels[100, 315]) == (0, 255, 0)
    assert uncertainty_map(predict(Tint(), [scene()], "balanced")[0]) is None


def test_pictures_of_several_sizes_are_answered_in_their_order():
    answers = predict(Tint(), [scene(), scene()[:, :200], scene(24)], "balanced")
    assert [answer.photograph.shape for answer in answers] == [SHAPE, (256, 200), SHAPE]
