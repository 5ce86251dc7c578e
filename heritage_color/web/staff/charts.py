"""Geometry of our drawings: numbers in, places in a box of WIDTH by HEIGHT out. Pure; charts.html draws them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LineName = str  # of a line in a drawing
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 34  # room for labels


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` with round ticks, laid over pixels `first` to `last`."""

    low: float
    high: float
    first: float
    last: float
    whole: bool = False  # counts have no halves

    def at(self, value: float) -> float:
        """Return the pixel of a value, one decimal."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.first + share * (self.last - self.first), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Pixels and words of four to eight round values."""
        step = max(_round_step((self.high - self.low) / 5), 1 if self.whole else 0)
        first = math.ceil(self.low / step - 1e-9)
        values = [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [(self.at(value), f"{value:,.10g}") for value in values]


def across(low: float, high: float) -> Axis:
    """Return a horizontal axis."""
    return Axis(low, high, LEFT, WIDTH - RIGHT)


def upward(low: float, high: float, whole: bool = False) -> Axis:
    """Return a vertical axis; pixels grow downwards."""
    return Axis(low, high, HEIGHT - BOTTOM, TOP, whole)


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten."""
    if not least > 0 or not math.isfinite(least):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


@dataclass(frozen=True)
class Bar:
    """A bar: its upper left corner, its size, the middle below which its name stands, and the value."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    name: str
    value: float


@dataclass(frozen=True)
class BarChart:
    """Bars side by side over an axis from 0."""

    bars: list[Bar]
    y: Axis


@dataclass(frozen=True)
class LineChart:
    """Lines by name, each through places in pixels; ticks as dates."""

    lines: dict[LineName, list[tuple[float, float]]]
    ticks: list[tuple[float, str]]
    y: Axis


@dataclass(frozen=True)
class DotChart:
    """Dots in pixels, and the ends of the straight line of least squares."""

    dots: list[tuple[float, float]]
    x: Axis
    y: Axis
    line: tuple[float, float, float, float]


@dataclass(frozen=True)
class Mean:
    """A mean with its interval, as a row of a drawing."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """A mean with its interval in pixels, at a height of its own."""

    name: str
    y: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class RangeChart:
    """Means with their intervals below each other, over one axis."""

    rows: list[Range]
    x: Axis
    height: int


def bars(values: Sequence[tuple[str, float]]) -> BarChart:
    """Values side by side with their words below."""
    y = upward(0, max([value for _, value in values] + [1]), whole=True)
    room = (WIDTH - LEFT - RIGHT) / max(len(values), 1)
    drawn = [
        Bar(
            x=round(LEFT + number * room + room * 0.1, 1),
            y=y.at(value),
            width=round(room * 0.8, 1),
            height=round(y.at(0) - y.at(value), 1),
            middle=round(LEFT + (number + 0.5) * room, 1),
            name=name,
            value=value,
        )
        for number, (name, value) in enumerate(values)
    ]
    return BarChart(drawn, y)


def lines(days: Sequence[date], series: Mapping[LineName, Sequence[float]]) -> LineChart:
    """Lines over days, which ascend and may have gaps."""
    first, last = days[0].toordinal(), max(days[-1].toordinal(), days[0].toordinal() + 1)
    most = max([value for values in series.values() for value in values] + [1])
    x, y = across(first, last), upward(0, most, whole=True)
    drawn = {
        name: [(x.at(day.toordinal()), y.at(value)) for day, value in zip(days, values, strict=True)]
        for name, values in series.items()
    }
    shown = {0, len(days) - 1, len(days) // 2} if len(days) > 2 else {0, len(days) - 1}
    ticks = [(x.at(days[place].toordinal()), days[place].isoformat()) for place in sorted(shown)]
    return LineChart(drawn, ticks, y)


def dots(points: Sequence[tuple[float, float]]) -> DotChart:
    """Dots of a metric (across) and scores 1 to 5 (up), with the straight line of least squares."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    x, y = across(min(xs), max(xs)), upward(1, 5)
    return DotChart([(x.at(metric), y.at(score)) for metric, score in points], x, y, _line(xs, ys, x, y))


def _line(xs: Sequence[float], ys: Sequence[float], x: Axis, y: Axis) -> tuple[float, float, float, float]:
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    room = sum((value - mean_x) ** 2 for value in xs)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(xs, ys, strict=True)) / room if room else 0.0
    ends = [(at, min(5.0, max(1.0, mean_y + slope * (at - mean_x)))) for at in (x.low, x.high)]
    return (x.at(ends[0][0]), y.at(ends[0][1]), x.at(ends[1][0]), y.at(ends[1][1]))


def ranges(means: Sequence[Mean], low: float, high: float) -> RangeChart:
    """Means with their intervals on one axis from `low` to `high`."""
    x = across(low, high)
    drawn = [
        Range(mean.name, 24 + 34 * number, x.at(mean.low), x.at(mean.mean), x.at(mean.high))
        for number, mean in enumerate(means)
    ]
    return RangeChart(drawn, x, 34 * len(means) + 44)
