"""Slices of the benchmark: colours like skin and their tone, dates and their decade."""

import numpy as np
import pytest
from skimage import data

from heritage_color.errors import DeliveryError
from heritage_color.lab import rgb_to_lab
from heritage_color.metrics import slices

# angle = arctan((L - 50) / b), Chardon et al. 1991, table 1: 55, 41, 28, 10 and -30 degrees part the groups
TONES = [(56, "very light"), (55, "light"), (42, "light"), (30, "intermediate"), (28, "tan"), (11, "tan"),
         (0, "brown"), (-29, "brown"), (-31, "dark"), (-90, "dark")]  # fmt: skip
DECADES = [
    ("1912", "1910s"), ("1912-05", "1910s"), ("1912-05-09", "1910s"), ("1912~", "1910s"), ("191X", "1910s"),
    ("1911/1915", "1910s"), ("1908/1912", "undated"), ("19XX", "undated"), ("", "undated"), ("1910/..", "undated"),
    ("/1915", "undated"), ("1912-XX", "1910s"), ("-0500", "undated"), ("XXXX", "undated"),
    ("1950S2", "undated"), ("[1912..1915]", "1910s"), ("{1912,1925}", "undated"), ("ca. 1912", "undated"),
]  # fmt: skip


@pytest.mark.parametrize(("angle", "name"), TONES)
def test_a_typology_angle_has_chardons_group(angle, name):
    assert slices.tone(angle) == name


def test_the_typology_angle_of_a_light_skin():
    # L* 70, b* 15: arctan(20 / 15) = 53.13 degrees
    assert slices.typology_angle(np.array([[70.0, 9, 15]] * 3)) == pytest.approx(53.13, abs=0.01)


def test_a_face_is_like_skin_and_the_space_suit_is_not():
    astronaut = data.astronaut() / 255.0
    skin = slices.skin_like(astronaut, rgb_to_lab(astronaut))
    assert skin[90:130, 200:250].mean() > 0.8  # her cheeks and nose
    assert skin[20:200, 430:500].mean() < 0.1  # the shuttle and what is behind


def test_a_photograph_of_hardly_any_such_colour_has_no_tone():
    green = np.broadcast_to([0.2, 0.5, 0.2], (20, 20, 3))
    assert slices.skin_tone(green, rgb_to_lab(green))[1] is None


def test_errors_over_skin_have_the_sign_of_paleness():
    truth = np.array([[60.0, 15, 20]] * 4)
    pale = truth * [1, 0.5, 0.5]
    found = slices.skin_figures(pale, truth)
    assert found["skin_chroma_error"] == pytest.approx(-12.5)  # half of the chroma of (15, 20), which is 25
    assert found["skin_hue_error"] == pytest.approx(0, abs=1e-9)


def test_hues_are_compared_the_short_way_round():
    truth, output = (np.array([[60.0, -20, b]]) for b in (2.0, -2.0))
    assert slices.skin_figures(output, truth)["skin_hue_error"] == pytest.approx(2 * np.degrees(np.arctan(0.1)))


def test_a_grey_output_has_no_hue_error():
    truth = np.array([[60.0, 15, 20]])
    assert np.isnan(slices.skin_figures(truth * [1, 0, 0], truth)["skin_hue_error"])


@pytest.mark.parametrize(("date", "decade"), DECADES)
def test_a_date_lies_in_a_decade_or_in_none(date, decade):
    assert slices.decade(date) == decade


def test_the_list_is_read_by_file(tmp_path):
    (tmp_path / "photographs.csv").write_text("file,date,work\nbox/a.jpg,1911~,Lilacs\nb.jpg,,\n")
    assert slices.read_list(tmp_path) == {
        "box/a.jpg": slices.Listed("1911~", "Lilacs"), "b.jpg": slices.Listed("", "")
    }  # fmt: skip


def test_a_folder_without_a_list_has_none(tmp_path):
    assert slices.read_list(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,date\na.jpg,1911\n", "lacks the column work"),
        ("file,date,work\na.jpg,1911,\nb.jpg,long ago,\n", "row 3: 'long ago' is no date"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_in_a_sentence(tmp_path, text, sentence):
    (tmp_path / "photographs.csv").write_text(text)
    with pytest.raises(DeliveryError, match=sentence):
        slices.read_list(tmp_path)
