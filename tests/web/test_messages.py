"""What volunteers read and look at first: every message in every language, and plates of dots."""

import io
import string

import numpy as np
import pytest
from PIL import Image

from heritage_color.rating import methods
from heritage_color.web.raters import plates
from heritage_color.web.raters.languages import choose_language, languages, offered

CODES = sorted(languages())


def blanks(text) -> set[str]:
    lines = [text] if isinstance(text, str) else text
    return {name for line in lines for _, name, _, _ in string.Formatter().parse(line) if name}


def test_english_nepali_and_spanish_are_there():
    assert sorted(methods.LANGUAGES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_in_every_language_with_the_same_blanks(code):
    english, other = languages()["en"].messages, languages()[code].messages
    assert set(other) == set(english)
    assert {name for name in english if blanks(other[name]) != blanks(english[name])} == set()
    assert [
        name for name, text in other.items() if not text or isinstance(text, str) != isinstance(english[name], str)
    ] == []


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_no_message_was_left_in_english(code):
    english, other = languages()["en"].messages, languages()[code].messages
    assert [name for name in english if other[name] == english[name]] == []


def test_every_message_is_used_and_every_message_used_exists(repository):
    sources = [*(repository / "heritage_color" / "web").rglob("*.py")]
    sources += (repository / "heritage_color" / "web" / "templates" / "raters").glob("*.html")
    text = "".join(path.read_text() for path in sources)
    made = (
        "kind-",
        "how-",
        "score-",
        "note-",
        "skip-",
        "screen-",
        "question-",
        "first-",
        "second-",
        "one-",
        "two-",
    )
    named = [name for name in languages()["en"].messages if not name.startswith(made)]
    assert [name for name in named if f'"{name}"' not in text and f"'{name}'" not in text] == []


def test_the_standard_question_is_translated_and_a_curators_own_is_not():
    spanish = languages()["es"]
    for method, question in methods.QUESTIONS.items():
        assert spanish.question(question, method) not in (question, "")
    assert spanish.question("Is the sky right?", "acr") == "Is the sky right?"


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [("ne", "es", "ne"), ("", "fr, es-MX;q=0.8, en;q=0.5", "es"), ("fr", "", "en"), ("", "de;q=x,*;q=0.1", "en")],
)
def test_a_language_is_chosen_by_wish_then_by_browser_then_the_campaigns_first(wanted, accepted, chosen):
    assert choose_language(offered(["en", "es", "ne"]), wanted, accepted).code == chosen


@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_who_lacks_a_cone_sees_no_difference_of_colour_where_others_see_a_digit(kind):
    colours = plates.differences(kind).T
    seen = np.array(plates.SEEN[kind]) @ colours
    chromaticity, ours = seen / seen.sum(0), colours / colours.sum(0)
    assert np.abs(chromaticity[:, 0] - chromaticity[:, 1]).max() < 0.02
    assert np.abs(ours[:, 0] - ours[:, 1]).max() > 0.25


@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_everybody_sees_two_colours_on_the_plain_plate(kind):
    seen = np.array(plates.SEEN[kind]) @ plates.differences("plain").T
    chromaticity = seen / seen.sum(0)
    assert np.abs(chromaticity[:, 0] - chromaticity[:, 1]).max() > 0.25


def test_plates_are_the_same_at_each_drawing_and_no_two_of_a_set_hide_one_digit():
    plates.plate.cache_clear()
    first = plates.plate(3, 1)
    plates.plate.cache_clear()
    assert plates.plate(3, 1) == first
    assert Image.open(io.BytesIO(first)).size == (plates.SIDE, plates.SIDE)
    assert all(len(set(plates.digits(number))) == 3 for number in range(plates.SETS))


@pytest.mark.parametrize(
    ("right", "result"),
    [
        ((1, 1, 1), "normal"),
        ((1, 0, 0), "deficient"),
        ((1, 0, 1), "unknown"),
        ((0, 0, 0), "unknown"),
        ((0, 1, 1), "unknown"),
    ],
)
def test_colour_vision_is_said_only_where_the_plates_agree(right, result):
    answers = tuple(digit if fits else "none" for digit, fits in zip(plates.digits(5), right, strict=True))
    assert plates.colour_vision(5, answers) == result


def test_plates_that_were_not_answered_say_nothing():
    assert plates.colour_vision(5, (plates.digits(5)[0], "", "")) == "unknown"
