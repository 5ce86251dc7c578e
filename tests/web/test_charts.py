"""Geometry of the drawings: places that can be worked out by hand."""

from datetime import date

import pytest

from heritage_color.web.staff import charts


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (1, 5, ["1", "2", "3", "4", "5"]),
        (0, 2_000_000, ["0", "500,000", "1,000,000", "1,500,000", "2,000,000"]),
        (-0.013, 0.021, ["-0.01", "0", "0.01", "0.02"]),
    ],
)
def test_ticks_are_round_numbers_inside_the_axis(low, high, words):
    assert [word for _, word in charts.across(low, high).ticks] == words


def test_an_axis_of_one_value_has_its_place_in_the_middle():
    axis = charts.across(3, 3)
    assert axis.at(3) == (charts.LEFT + charts.WIDTH - charts.RIGHT) / 2


def test_bars_stand_on_the_ground_and_the_highest_reaches_the_top():
    drawn = charts.bars([("Bad", 0), ("Poor", 5), ("Fair", 10)]).bars
    assert [bar.height for bar in drawn] == [0, 96, 192]
    assert drawn[2].y == charts.TOP


def test_days_without_votes_take_room_on_a_line():
    days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 5)]
    places = [x for x, _ in charts.lines(days, {"votes": [1, 2, 3]}).lines["votes"]]
    assert places[2] - places[1] == pytest.approx(3 * (places[1] - places[0]))


def test_counts_have_no_halves():
    assert [word for _, word in charts.bars([("Bad", 2)]).y.ticks] == ["0", "1", "2"]


def test_the_line_of_dots_is_the_one_of_least_squares():
    drawn = charts.dots([(0, 2), (1, 3), (2, 4)])
    assert drawn.line == (drawn.x.at(0), drawn.y.at(2), drawn.x.at(2), drawn.y.at(4))


def test_one_day_and_no_bars_are_drawn_without_a_fault():
    assert charts.lines([date(2026, 11, 1)], {"votes": [0]}).ticks
    assert charts.bars([]).bars == []
