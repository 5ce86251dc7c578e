"""Dates of the Extended Date/Time Format (ISO 8601-2:2019): levels 0, 1 and 2 of the Library of Congress. Pure.

Level 0 is 1912, 1912-05, 1912-05-03, a time of day, 1910/1915; level 1 adds doubt (? ~ %), unknown digits (191X),
seasons, years before 0 and after 9999, and open intervals; level 2 adds sets, doubt and unknown digits anywhere,
significant digits (1950S2) and parts of a year. Beyond the shape, what a date names has to exist: months, days, leap
days, hours, and an interval that does not end before it begins. docs/deliveries.md says why no library does it.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

LONGEST = 1000  # characters; a set of a hundred days is as long
DIGITS_OF_A_YEAR = 18  # the universe is 1.4e10 years old
POWER_OF_A_YEAR = 99

_DOUBT = "[?~%]"
_YEAR, _TWO = "-?[0-9X]{4}", "[0-9X]{2}"
_DATE = re.compile(
    rf"({_DOUBT}?)({_YEAR})({_DOUBT}?)(?:-({_DOUBT}?)({_TWO})({_DOUBT}?)(?:-({_DOUBT}?)({_TWO})({_DOUBT}?))?)?"
)
_FAR_YEAR = re.compile(rf"Y(-?)([0-9]+)(?:E([0-9]+))?(?:S([0-9]+))?{_DOUBT}?")
_ROUND_YEAR = re.compile(rf"(-?)([0-9]{{4}})()S([0-9]+){_DOUBT}?")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:Z|([+-])([0-9]{2})(?::([0-9]{2}))?)?")
_USUAL_UNKNOWN = re.compile(r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-XX(-XX)?|[0-9]{4}-[0-9]{2}-XX")  # what level 1 has of X
# First and last month of quarters (33 to 36), thirds and halves of a year; a season's months are the hemisphere's
_PARTS = {
    33: (1, 3),
    34: (4, 6),
    35: (7, 9),
    36: (10, 12),
    37: (1, 4),
    38: (5, 8),
    39: (9, 12),
    40: (1, 6),
    41: (7, 12),
}
_SEASONS, _GROUPS = range(21, 25), range(21, 42)

_MONTH_CELL = "(0[1-9]|1[0-2]|2[1-9]|3[0-9]|4[01]|[01]X|X[0-9X])"
_DAY_CELL = "(0[1-9]|[12][0-9]|3[01]|[0-3]X|X[0-9X])"
_DATE_CELL = (
    rf"({_DOUBT}?{_YEAR}{_DOUBT}?(-{_DOUBT}?{_MONTH_CELL}{_DOUBT}?(-{_DOUBT}?{_DAY_CELL}{_DOUBT}?)?)?"
    rf"|(Y-?[0-9]+(E[0-9]+)?|-?[0-9]{{4}}(?=S))(S[0-9]+)?{_DOUBT}?)"
)
_TIME_CELL = (
    r"-?[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?"
    r"(Z|[+-](0[0-9]|1[0-4])(:[0-5][0-9])?)?"
)
_SET_CELL = rf"((\.\.)?{_DATE_CELL}|{_DATE_CELL}\.\.({_DATE_CELL})?)"
_SETS = r"(\[{0}\]|\{{{0}\}})".format(rf"{_SET_CELL}(, ?{_SET_CELL})*")
# The shape of every date, for JSON Schema: what exists, and the order of intervals, no pattern can say
SHAPE = rf"({_DATE_CELL}|{_TIME_CELL}|{_DATE_CELL}/({_DATE_CELL}|\.\.)?|(\.\.)?/{_DATE_CELL}|{_SETS})"


class NoDate(ValueError):
    """A text is no date of EDTF; the message says what it has, to be read after the text itself."""


@dataclass(frozen=True)
class Date:
    """What a date says: the level of EDTF that it needs, its first and its last possible day as year, month, day.

    Of an interval that is `open` at one end, both are those of the other.
    """

    level: int
    first: tuple[int, int, int]
    last: tuple[int, int, int]
    open: bool = False


def is_date(text: str) -> bool:
    """Return whether a text is a date of EDTF, level 0, 1 or 2, that exists."""
    return not fault(text)


def fault(text: str) -> str:
    """Why a text is no date, as the end of a sentence that begins with it ("has a month 13"); empty for a date."""
    try:
        read_date(text)
    except NoDate as why:
        return str(why)
    return ""


def read_date(text: str) -> Date:
    """The date that a text is. Raises NoDate."""
    if len(text) > LONGEST:
        raise NoDate(f"has more than {LONGEST} characters")
    if not text.isascii():
        raise NoDate("has digits or signs that are not ASCII")
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    return _moment(text) if "T" in text else _date(text)


def _interval(text: str) -> Date:
    if text.count("/") > 1:
        raise NoDate("has more than one stroke")
    ends = text.split("/")
    if all(end in ("", "..") for end in ends):
        raise NoDate("has neither a beginning nor an end")
    if "T" in text:
        raise NoDate("is an interval with times of day, which EDTF has not")
    first, last = (None if end in ("", "..") else _date(end) for end in ends)
    span = _between(first, last)
    return replace(span, level=2) if "X" in text else span


def _between(first: Date | None, last: Date | None) -> Date:
    """The span from a first to a last date, one of which may be open."""
    if first and last and first.first > last.last:
        raise NoDate("ends before it begins")
    ends = [end for end in (first, last) if end]
    lone = len(ends) < 2
    return Date(max([int(lone), *(end.level for end in ends)]), ends[0].first, ends[-1].last, lone)


def _set(text: str) -> Date:
    """One of several dates, [..], or all of them, {..}; consecutive ones as 1667..1672."""
    if text[-1] != {"[": "]", "{": "}"}[text[0]]:
        raise NoDate("is a set that is not closed")
    members = [_member(member) for member in re.split(", ?", text[1:-1])]
    lone = any(member.open for member in members)
    return Date(2, min(member.first for member in members), max(member.last for member in members), lone)


def _member(text: str) -> Date:
    begin, dots, end = text.partition("..")
    if not dots:
        return _date(text)
    if not (begin or end):
        raise NoDate("has a span without beginning and end")
    return _between(_date(begin) if begin else None, _date(end) if end else None)


def _moment(text: str) -> Date:
    """A day with its time: 1912-05-03T10:30:00, in no time zone, Z or one hour's and minute's difference from it."""
    day, _, time = text.partition("T")
    if not re.fullmatch("-?[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise NoDate("has a time without a whole day before it")
    date, parts = _date(day), _TIME.fullmatch(time)
    if parts is None:
        raise NoDate("has a time of day that is not hh:mm:ss")
    hour, minute, second = (int(part or 0) for part in parts.groups()[:3])
    if hour > 23 and (hour, minute, second) != (24, 0, 0):
        raise NoDate(f"has an hour {hour}")
    if minute > 59 or second > 59:
        raise NoDate("has a minute or second after 59")
    _check_zone(*parts.groups()[3:])
    return date


def _check_zone(sign: str | None, hours: str | None, minutes: str | None) -> None:
    """Clocks are at most 12 hours behind and 14 before UTC, and "minus nothing" is none (ISO 8601-1:2019, 4.3.13)."""
    away = int(hours or 0) * 60 + int(minutes or 0)
    allowed = range(1, 12 * 60 + 1) if sign == "-" else range(14 * 60 + 1)
    if away not in allowed or int(minutes or 0) > 59:
        raise NoDate("has a time zone that is none")


def _date(text: str) -> Date:
    far = _FAR_YEAR.fullmatch(text) or _ROUND_YEAR.fullmatch(text)
    if far:
        return _far(text, *far.groups())
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise NoDate("is written otherwise")
    year, month, day = parts.groups()[1::3]
    if year == "-0000":
        raise NoDate("has a year -0000, which is 0000")
    first, last = _years(year)
    months, days = _months(month, day), _days(year, month, day)
    return Date(_level(text), (first, months[0], days[0]), (last, months[-1], days[-1]))


def _far(text: str, sign: str, digits: str, power: str | None, significant: str | None) -> Date:
    """A year of more than four digits, or one of which only some digits are meant."""
    if len(digits) > DIGITS_OF_A_YEAR or int(power or 0) > POWER_OF_A_YEAR:
        raise NoDate("has a year of too many digits")
    if text[0] == "Y" and not power and (len(digits) < 5 or digits[0] == "0"):
        raise NoDate("has a Y before a year of four digits")
    year = int(digits) * 10 ** int(power or 0)
    size = len(str(year))
    if significant is not None and not 0 < int(significant) <= size:
        raise NoDate("has more significant digits than digits, or none")
    unit = 10 ** (size - int(significant)) if significant else 1
    first = year // unit * unit
    ends = sorted(-end if sign else end for end in (first, first + unit - 1))
    return Date(2 if power or significant else 1, (ends[0], 1, 1), (ends[1], 12, 31))


def _years(year: str) -> tuple[int, int]:
    ends = int(year.replace("X", "0")), int(year.replace("X", "9"))
    return min(ends), max(ends)


def _months(month: str | None, day: str | None) -> list[int]:
    """The months that a part may mean; all of them where it is left out or a season."""
    if month is None:
        return [1, 12]
    if month.isdigit() and int(month) in _GROUPS:
        if day is not None:
            raise NoDate(f"has a day in {month}, which is a season or part of a year")
        return list(_PARTS.get(int(month), (1, 12)))
    months = _fitting(month, range(1, 13))
    if not months:
        raise NoDate(f"has a month {month}")
    return months


def _days(year: str, month: str | None, day: str | None) -> list[int]:
    """The days that a part may mean, of which the longest of the months has at least one."""
    if month is None or day is None:
        return [1, 31]
    days = _fitting(day, range(1, 32))
    if not days:
        raise NoDate(f"has a day {day}")
    longest = max(_length(year, number, leap=29 in days) for number in _fitting(month, range(1, 13)))
    if days[0] > longest:
        raise NoDate(f"has a day {day} that its month has not")
    return [number for number in days if number <= longest]


def _length(year: str, month: int, leap: bool) -> int:
    """Days of a month; where `leap` days matter, February has 29 if one of the years that are meant is a leap year."""
    if month != 2:
        return calendar.monthrange(2000, month)[1]
    return 29 if leap and any(calendar.isleap(int(spelling)) for spelling in _spelled_out(year)) else 28


def _spelled_out(year: str) -> Iterable[str]:
    """Every year that a pattern with X means; at most 10,000."""
    return ("".join(signs) for signs in product(*("0123456789" if sign == "X" else sign for sign in year)))


def _fitting(pattern: str, numbers: Iterable[int]) -> list[int]:
    """The numbers of two digits that a pattern with X may mean."""
    shown = ((number, f"{number:02}") for number in numbers)
    return [
        number
        for number, text in shown
        if all(sign in ("X", digit) for sign, digit in zip(pattern, text, strict=True))
    ]


def _level(text: str) -> int:
    """Return the level of a date of the plain shape."""
    plain = re.sub(f"{_DOUBT}$", "", text)
    least = int(plain != text or plain.startswith("-"))
    plain = plain.removeprefix("-")
    if re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", plain):
        group = int(plain[5:]) if len(plain) == 7 else 0
        return max(least, 0 if group not in _GROUPS else 1 if group in _SEASONS else 2)
    return 1 if _USUAL_UNKNOWN.fullmatch(plain) else 2
