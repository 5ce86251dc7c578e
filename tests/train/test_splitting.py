"""The split of the catalog's photographs: no work on both sides, the same on every machine."""

import pytest

from heritage_color.errors import DeliveryError
from heritage_color.train.pictures.splitting import ColourReference, groups, split


def row(identifier: str, sha256: str = "", collection: str = "", closed: bool = False, **further) -> ColourReference:
    return ColourReference(
        1, identifier, collection, sha256 or identifier, further_columns=further, do_not_colorize=closed
    )


@pytest.mark.parametrize("other", ["4711a", "4711-2", "4711_recto", "4711 verso", "4711.03"])
def test_views_of_one_number_are_one_work(other):
    assert row("4711").work == row(other).work


@pytest.mark.parametrize("other", ["4712", "demo-0012", "47111", "1984-4711"])
def test_other_numbers_are_other_works(other):
    assert row("4711").work != row(other).work


def test_the_museums_own_column_decides_across_collections():
    one, other = (
        row("a-1", collection="Glass", Work="Harbour 1911"),
        row("b-2", collection="Paper", Work="harbour 1911"),
    )
    assert one.work == other.work


def test_works_that_share_a_photograph_are_one_group():
    found = groups([row("1", "x"), row("2", "x"), row("2b", "y"), row("3", "z")])
    assert found["x"] == found["y"] != found["z"]


def test_all_views_of_a_work_are_on_one_side():
    rows = [row(f"{number}{view}") for number in range(200) for view in "abc"]
    side = split(rows)
    assert all(len({side[f"{number}{view}"] for view in "abc"}) == 1 for number in range(200))
    assert 0.04 < list(side.values()).count("val") / len(side) < 0.2  # a tenth, drawn 200 times


def test_the_split_neither_knows_the_order_nor_changes_when_others_come():
    rows = [row(str(number)) for number in range(100, 200)]
    side = split(rows)
    assert split(rows[::-1]) == side
    more = split([*rows, *(row(str(number)) for number in range(200, 300))])
    assert {name: more[name] for name in side} == side


def test_a_photograph_of_a_closed_scan_is_left_out_even_where_an_open_one_shows_it():
    assert set(split([row("1"), row("2"), row("3", "shared"), row("4", "shared", closed=True)])) == {"1", "2"}


def test_two_works_are_one_to_learn_from_and_one_to_validate_on():
    assert sorted(split([row("1"), row("2")]).values()) == ["train", "val"]


def test_one_work_cannot_be_split():
    with pytest.raises(DeliveryError, match="two works at least"):
        split([row("1a"), row("1b")])
