"""How long a run will take: from the moments at which earlier results came."""

from datetime import UTC, datetime, timedelta

import pytest
from catalog_rows import add_colorization, add_scan

from heritage_color import db
from heritage_color.web.runs import paces
from heritage_color.web.runs.paces import Estimate, Result, Work, duration, pace_of

MORNING = datetime(2026, 5, 4, 9, tzinfo=UTC)


def results(seconds: list[float], megapixels: float = 2.0) -> list[Result]:
    """Results that came so long after each other, newest first."""
    moments = [MORNING]
    for gap in seconds:
        moments.append(moments[-1] + timedelta(seconds=gap))
    return [Result(moment, megapixels, 4_000_000) for moment in reversed(moments)]


def test_a_pace_is_what_lies_between_results():
    pace = pace_of(results([4.0] * 10))
    assert (pace.seconds, pace.bytes, pace.pictures) == (2.0, 2_000_000, 10)
    estimate = Estimate(Work(42, 84.0), pace)
    assert (estimate.seconds, estimate.bytes) == (168.0, 168_000_000)
    assert duration(estimate.seconds) == "about 3 minutes"


def test_the_night_between_two_runs_is_nobodys_work():
    assert pace_of(results([4.0] * 5 + [36_000.0] + [4.0] * 5)).seconds == pytest.approx(2.0)


def test_two_lanes_that_end_together_count_as_one_pace():
    assert pace_of(results([0.1, 3.9] * 5)).seconds == pytest.approx(1.0)


@pytest.mark.parametrize("few", [[], [4.0], [4.0] * 4])
def test_of_too_few_results_no_pace_is_told(few):
    assert pace_of(results(few)) is None
    assert Estimate(Work(42, 84.0), None).seconds is None


def test_the_catalog_tells_the_pace_of_a_method_and_nothing_of_another(site, rows):
    for number in range(8):
        add_colorization(site, add_scan(site, f"photo-{number}"))
    rows("update colorizations set colorized_at = '2026-05-04'::timestamptz + colorization_id * interval '3 seconds'")
    with db.connect(site) as connection:
        known = paces.colouring(connection, "fusion-lite")
        assert paces.colouring(connection, "cic") is None
        assert paces.pace(connection, paces.MEASURE) is None
        assert paces.pace(connection, paces.TAKE_IN) is not None
    assert known.seconds * 96 * 64 / 1e6 == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute"),
        (59, "about 1 minute"),
        (125, "about 2 minutes"),
        (5_000, "about 83 minutes"),
        (7_000, "about 2 hours"),
        (200_000, "about 2 days"),
    ],
)
def test_how_long_is_said_as_one_says_it(seconds, words):
    assert duration(seconds) == words
