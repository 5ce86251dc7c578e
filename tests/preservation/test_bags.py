"""Names and texts of a bag, whatever identifiers and suppliers' file names hold."""

from dataclasses import fields
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
    assert 0 < len(held.encode()) <= bags.LONGEST + 1
    assert bags.portable(held) == held


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=20))
def test_two_identifiers_never_share_a_folder(identifiers):
    places = bags.Places()
    found = [places.of(identifier, f"{number:064x}"[::-1]) for number, identifier in enumerate(identifiers)]
    assert len({place.casefold() for place in found}) == len(identifiers)


@pytest.mark.parametrize("letter", ["x", "é", "図", "𠀀", " ", "."])
def test_a_long_file_name_is_cut_by_bytes_and_keeps_its_ending(letter):
    held = bags.portable("plate" + letter * 300 + "s.tiff")
    assert (held[:5], held[-5:]) == ("plate", ".tiff")
    assert 100 - 3 - len("s.tiff") <= len(held.encode()) <= 100 or letter in " ."


def test_long_identifiers_that_begin_alike_are_kept_apart():
    places = bags.Places()
    found = {places.of("図" * 86 + ending, f"{number:064x}"[::-1]) for number, ending in enumerate("甲乙丙")}
    assert len(found) == 3
    assert all(len(place.encode()) <= 113 for place in found)


@pytest.mark.parametrize("identifier", ["manifest.csv", "Manifest.CSV", "__MACOSX", "@eaDir"])
def test_no_folder_of_a_scan_hides_what_else_is_in_the_payload(identifier):
    assert bags.Places().of(identifier, "0123456789ab" * 6).endswith("-0123456789ab")


def test_no_folder_is_taken_twice_even_where_an_identifier_is_what_another_becomes():
    places, sha256 = bags.Places(), "0123456789abcdef" * 4
    found = [places.of(name, sha256) for name in ("a-0123456789ab", "A", "a")]
    assert len({place.casefold() for place in found}) == 3


def test_a_scan_called_as_the_folder_of_its_reference_gets_another_name():
    assert bags.file_name("plates/Reference") == "_Reference"


def test_a_second_delivery_does_not_hide_the_first_name():
    unset = dict.fromkeys(field.name for field in fields(bags.BagScan))
    names = {"further_columns": {"supplier_filename": "plates/a.tif"}, "supplier_filename": "data/A 1/a.tif"}
    assert bags.first_name(bags.BagScan(**unset | names)) == "plates/a.tif"


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


def test_a_profile_is_named_first():
    text = bags.information("A", "b", "c", 1, 1, date(2026, 5, 4), "https://example.org/profile.json")
    assert text.splitlines()[0] == "BagIt-Profile-Identifier: https://example.org/profile.json"
