"""Names and texts of a bag, whatever identifiers and suppliers' file names hold."""

from datetime import date
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.preservation import bags


@pytest.mark.parametrize("name", ["plate 4711.tif", "Straße_12-a.jpg", "図版.png", "a,b(1)+=.tif"])
def test_a_name_that_every_system_holds_stays_as_it_is(name):
    assert bags.portable(name) == name


@pytest.mark.parametrize(
    ("name", "held"), [("..", "_"), ("", "_"), ("con.tif", "_con.tif"), ("a/b%0A:c", "a_b_0A_c"), ("x. ", "x_")]
)
def test_what_some_system_cannot_hold_is_replaced(name, held):
    assert bags.portable(name) == held


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(name):
    held = bags.portable(name)
    assert PurePosixPath(held).name == PureWindowsPath(held).name == held
    assert 0 < len(held) <= bags.LONGEST + 1


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=20))
def test_two_identifiers_never_share_a_folder(identifiers):
    places = bags.Places()
    found = [places.of(identifier, f"{number:064x}"[::-1]) for number, identifier in enumerate(identifiers)]
    assert len({place.casefold() for place in found}) == len(identifiers)


def test_a_long_file_name_keeps_its_ending():
    assert bags.portable("x" * 300 + ".tiff").endswith(".tiff")


def test_a_second_delivery_does_not_hide_the_first_name():
    scan = {"further_columns": {"supplier_filename": "plates/a.tif"}, "supplier_filename": "data/A 1/a.tif"}
    assert bags.first_name(scan) == "plates/a.tif"


def test_the_information_is_one_line_each():
    text = bags.information("Our\narchive", "heritage-color 1", "3 masters", 12, 3, date(2026, 5, 4))
    assert text.splitlines() == [
        "Source-Organization: Our archive",
        "External-Description: 3 masters",
        "Bagging-Date: 2026-05-04",
        "Bagging-Software: heritage-color 1",
        "Bag-Size: 12 bytes",
        "Payload-Oxum: 12.3",
    ]
