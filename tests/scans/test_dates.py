"""Dates: EDTF of all three levels is read, what does not exist is not, and why is said."""

import calendar
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.scans.metadata import dates

LEVELS = {
    0: "1912 0000 1912-05 1912-05-31 1912-02-29 2000-02-29 1912-05-03T23:20:30 1912-05-03T23:20:30Z "
    "1912-05-03T23:20:30-04 1912-05-03T23:20:30+04:30 1912-05-03T24:00:00 1910/1915 1910-05-03/1910-05 1910-05/1910",
    1: "1912~ 1912-05? 1912-05-03% 191X 19XX 1912-XX 1912-05-XX 1912-XX-XX 1912-21 1912-24 -0044 -0044-03-15 "
    "Y17000 Y-17000 1912/.. ../1912 1912/ /1912 1912~/1915-05? -0044/1912",
    2: "1912?-06-11 ?1912-06-~11 1912-%06-11 1912-?06~-11 191X-06 15XX-12-25 XXXX-12-XX 1XXX-XX 1984-1X 1912-X2-X9 "
    "190X-02-29 1950S2 Y171010000S3 Y3388E2S3 Y-17E7 1912-25 1912-33 2001-41 [1667..1672] [1667,1668, 1670..1672] "
    "[..1912-12-03] [1912-12..] {1960,1961-12} {..1984} 1912-06-~01/1912-06-~20 1912-06-XX/1912-07-03",
}
WRONG = {
    "1912-13-01T10:00:00": "a month 13",
    "1912-00": "a month 00",
    "1912-05-32": "a day 32",
    "1912-04-31": "that its month has not",
    "1911-02-29": "that its month has not",
    "1900-02-29": "that its month has not",
    "191X-02-30": "that its month has not",
    "1912-02-3X": "that its month has not",
    "1900-02-29/1912": "that its month has not",
    "[1911-02-29,1912]": "that its month has not",
    "1914/1912": "ends before it begins",
    "2012-10-10/2012-10-09": "ends before it begins",
    "-0044/-0045": "ends before it begins",
    "[1672..1667]": "ends before it begins",
    "1912-05-03T25:61:00": "an hour 25",
    "1912-05-03T24:00:01": "an hour 24",
    "1912-05-03T10:60:00": "after 59",
    "1912-05-03T10:00:00+15:00": "a time zone",
    "1912-05-03T10:00:00-00:00": "a time zone",
    "1912-05T10:00:00": "without a whole day",
    "1912-05-03T10": "a time of day",
    "1912-05-03T10:00:00/1913": "times of day",
    "/": "neither a beginning nor an end",
    "../..": "neither a beginning nor an end",
    "[..]": "without beginning and end",
    "1912//1": "more than one stroke",
    "-0000": "a year -0000",
    "Y1912": "a Y before",
    "Y01912": "a Y before",
    "Y1E999999999": "too many digits",
    "Y" + "9" * 300: "too many digits",
    "1912S0": "significant digits",
    "1912S5": "significant digits",
    "1912-21-03": "a day in 21",
    "[1912": "not closed",
    "١٩١٢": "not ASCII",
    "１９１２": "not ASCII",
    "1912" * 300: "more than 1000 characters",
    "ca. 1912": "otherwise",
    "12.5.1912": "otherwise",
    "May 1912": "otherwise",
    "1912-1915": "otherwise",
    "1912 ": "otherwise",
    "19": "otherwise",
    "": "otherwise",
    "{}": "otherwise",
    "1912-05-03\n": "otherwise",
}


def by_level():
    return [(level, text) for level, texts in LEVELS.items() for text in re.split("(?<!,) ", texts)]


@pytest.mark.parametrize(("level", "text"), by_level())
def test_dates_of_every_level_are_read(level, text):
    assert (dates.fault(text), dates.read_date(text).level) == ("", level)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_date_says_why(text):
    assert WRONG[text] in dates.fault(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("191X-02-29", (1910, 2, 29), (1919, 2, 29)),
        ("1912-02", (1912, 2, 1), (1912, 2, 31)),
        ("1950S2", (1900, 1, 1), (1999, 12, 31)),
        ("1912-34", (1912, 4, 1), (1912, 6, 31)),
        ("-01XX", (-199, 1, 1), (-100, 12, 31)),
        ("{1960,1961-12}", (1960, 1, 1), (1961, 12, 31)),
        ("Y-17E7", (-170000000, 1, 1), (-170000000, 12, 31)),
    ],
)
def test_a_date_says_from_when_to_when(text, first, last):
    assert (dates.read_date(text).first, dates.read_date(text).last) == (first, last)


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
def test_a_day_is_a_date_where_the_calendar_has_it(year, month, day):
    there = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 4, month)[1]
    assert dates.is_date(f"{year:04}-{month:02}-{day:02}") == there


@given(st.dates(), st.dates())
def test_an_interval_is_one_where_it_does_not_end_before_it_begins(one, other):
    assert dates.is_date(f"{one}/{other}") == (one <= other)
    assert dates.is_date(f"[{one}..{other}]") == (one <= other)


@given(st.one_of(st.text(max_size=40), st.text("0123456789X-/.?~%[]{},TYES:Z+ ", max_size=24)))
def test_whatever_is_written_is_a_date_or_has_a_reason_and_the_shape_knows_every_date(text):
    assert dates.is_date(text) != bool(dates.fault(text))
    if dates.is_date(text):
        assert re.fullmatch(dates.SHAPE, text)
        assert dates.read_date(text).first <= dates.read_date(text).last


@given(st.dates(), st.data())
def test_a_day_with_unknown_digits_is_still_a_date_around_it(day, data):
    text = str(day)
    places = data.draw(st.sets(st.sampled_from([0, 1, 2, 3, 5, 6, 8, 9])))
    vague = "".join("X" if place in places else sign for place, sign in enumerate(text))
    span = dates.read_date(vague)
    assert span.first <= (day.year, day.month, day.day) <= span.last
