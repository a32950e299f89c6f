"""Rhythm of recurring duties (周期任务): the periods of a week, month, quarter or year that fall due in a window."""

from collections.abc import Iterator
from datetime import date, timedelta

from lantian.kernel.periods import Period, Span


def occasions(span: Span, first: date, last: date) -> Iterator[Period]:
    """Yield the periods whose last day lies from ``first`` to ``last``, both inclusive; on it the period is due.

    >>> [str(one) for one in occasions("week", date(2020, 11, 1), date(2020, 11, 20))]
    ['2020-W44', '2020-W45', '2020-W46']
    """
    period = Period.containing(span, first)
    while period.last <= last:
        yield period
        period = period.following


def month_weeks(first: date) -> list[list[date]]:
    """Return the weeks, Monday to Sunday, that hold a month's days; those of the months beside it fill them.

    >>> [week[0].day for week in month_weeks(date(2021, 2, 1))]
    [1, 8, 15, 22]
    """
    month = Period.containing("month", first)
    monday = month.first - timedelta(days=month.first.weekday())
    starts = range(0, (month.last - monday).days + 1, 7)
    return [[monday + timedelta(days=start + place) for place in range(7)] for start in starts]
