"""Texts of strangers are read by their marks, then as UTF-8, then as Windows wrote them."""

import pytest

from heritage_color.texts import read_text


@pytest.mark.parametrize(
    ("encoding", "guessed"), [("utf-16", False), ("utf-8-sig", False), ("utf-8", False), ("cp1252", True)]
)
def test_a_text_is_read_however_it_was_encoded(encoding, guessed):
    assert read_text("Höfe, é".encode(encoding)) == ("Höfe, é", guessed)


def test_half_a_sign_at_the_end_of_utf_16_costs_no_other():
    assert read_text("Höfe".encode("utf-16")[:-1]).text == "Höf\ufffd"
