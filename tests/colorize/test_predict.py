"""What every method's answer gets: no colour on frames, less where it is unsure, facts for the record."""

import numpy as np
import pytest

from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import ask, predict, uncertainty_map
from heritage_color.colorize.tint import NO_TINT
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
    assert chroma.facts() == {"frame": 0.0, "uncertainty": None, "uncertainty_p95": None}


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


def source(file: str) -> dict:
    return {"file": file, "source": "", "rights": "", "sha256": "5eed", "distance": 0.1, "mirrored": False}


class Sourced(Tint):
    """The tint method, that takes its colours of a photograph named after the preset and the picture's place."""

    def reading(self, answers, preset):
        """As the tint method, with a source for each picture; it is surer the higher the place."""
        ab = super().reading(answers, preset).ab
        uncertainty = np.broadcast_to(np.linspace(0, 0.6, ab.shape[1])[:, None], ab.shape[:3])
        return Prediction(ab, uncertainty, sources=[[source(f"{preset} {place}")] for place in range(len(ab))])


def test_each_picture_keeps_its_own_sources_and_the_preset_is_handed_on():
    answers = predict(Sourced(), [scene(), scene(24), scene()[:, :200]], "vivid")
    named = [answer.facts()["sources"][0]["file"] for answer in answers]
    assert named == ["vivid 0", "vivid 0", "vivid 0"]  # of three sizes: each was asked by itself
    assert [answer.sources[0]["file"] for answer in predict(Sourced(), [scene()] * 2, "faithful")] == [
        "faithful 0", "faithful 1",
    ]  # fmt: skip


def test_the_mean_uncertainty_is_that_of_the_photograph_without_its_frame():
    (chroma,) = predict(Sourced(), [scene(frame=24)], "balanced")
    assert chroma.facts()["frame"] > 0.2
    weights = chroma.photograph[::4, ::4]
    assert weights[0].max() == 0
    assert chroma.facts()["uncertainty"] == round(float(np.average(chroma.uncertainty, weights=weights)), 4)
    assert chroma.facts()["uncertainty"] != round(float(chroma.uncertainty.mean()), 4)


def test_the_window_holds_all_of_the_photograph_and_little_more():
    seen = ask(Tint(), [scene(frame=24)]).seen[0]
    inside = np.argwhere(seen.mask > 0)
    for span, (first, last) in zip(seen.window, zip(inside.min(0), inside.max(0), strict=True), strict=True):
        assert 0 <= first - span.start <= 3
        assert 0 <= span.stop - 1 - last <= 3


def test_lost_contrast_is_given_back_and_kept_for_the_record():
    faded = 40 + scene() / 5
    (chroma,) = predict(Tint(), [faded], "balanced")
    assert chroma.contrast == pytest.approx(np.percentile(faded, [0.5, 99.5]), abs=0.1)
    assert NO_TINT.facts(chroma.contrast)["stretched"] == list(chroma.contrast)


def test_a_picture_is_padded_with_its_own_mirror_image_to_the_networks_stride():
    shown = []

    class Shown(Tint):
        def answers(self, lightness):
            shown.append(lightness)
            return lightness

    full = np.tile(np.linspace(0, 100, 200, dtype=np.float32), (40, 1))
    (chroma,) = predict(Shown(), [full], "balanced")
    assert [batch.shape for batch in shown] == [(1, 64, 224)]
    assert np.array_equal(shown[0][0, :40, 200:], full[:, :175:-1])
    assert (shown[0].dtype, chroma.ab.shape) == (np.float32, (10, 50, 2))
