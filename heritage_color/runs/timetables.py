"""When planned runs are due, and when the museum's hours let them start."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from heritage_color.runs.records import Hours, Timetable

DAY = timedelta(days=1)


def next_due(timetable: Timetable, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment after another, in UTC, that a timetable names by the clocks of a zone.

    A time that the clocks leave out in spring is due an hour later; one that they show twice, at the first.
    """
    today = after.astimezone(zone).date()
    days = (today + number * DAY for number in range(9))
    moments = (
        datetime.combine(day, timetable.at, zone).astimezone(UTC)
        for day in days
        if day.isoweekday() in timetable.weekdays
    )
    return next(moment for moment in moments if moment > after)


def allowed(hours: Hours | None, zone: ZoneInfo, moment: datetime) -> datetime:
    """The moment itself where it lies within the museum's hours, else that at which they begin next."""
    if hours is None:
        return moment
    day = moment.astimezone(zone).date()
    length = DAY if hours.ends <= hours.begins else timedelta(0)
    for number in range(-1, 9):
        begin = day + number * DAY
        begins = datetime.combine(begin, hours.begins, zone).astimezone(UTC)
        ends = datetime.combine(begin + length, hours.ends, zone).astimezone(UTC)
        if begin.isoweekday() in hours.weekdays and moment < ends:
            return max(moment, begins)
    return moment
