"""Data validity (数据有效性): how many values a mean needs (GB 3095-2012 table 4, HJ 663)."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class YearMinimum:
    """What an annual or seasonal mean needs.

    days: valid daily means in the whole period.
    month_days: valid daily means in every month of it.
    february_days: the same for February.
    """

    days: int
    month_days: int
    february_days: int

    def in_month(self, month: int) -> int:
        """Return the valid days that a month (1…12) needs."""
        return self.february_days if month == 2 else self.month_days


@dataclass(frozen=True)
class ValidityRules:
    """The smallest numbers of values that make a mean valid, as one pack states them for a date.

    edition: name of the rule set, such as ``2012``.
    hour_minutes: minutes sampled in a valid hour.
    day_hours: hourly values in a valid day, by factor.
    window_hours, window_minimum: length of the O3 window and the hourly values it needs.
    window_first_end: hour-ending label of the first window of the day.
    day_windows: valid windows that a day's maximum needs.
    exceeding: O3 concentration [µg/m³]; with fewer windows the maximum counts all the same when it lies above.
    month, year, season: minima by factor.
    """

    edition: str
    hour_minutes: int
    day_hours: Mapping[Factor, int]
    window_hours: int
    window_minimum: int
    window_first_end: int
    day_windows: int
    exceeding: Decimal
    month: YearMinimum
    year: Mapping[Factor, YearMinimum]
    season: Mapping[Factor, YearMinimum]

    def hour_is_valid(self, minutes: int) -> bool:
        """Tell whether an hour with so many sampled minutes is valid."""
        return minutes >= self.hour_minutes

    def window_is_valid(self, hours: int) -> bool:
        """Tell whether an O3 window with so many hourly values is valid."""
        return hours >= self.window_minimum

    def day_is_valid(self, factor: Factor, hours: int) -> bool:
        """Tell whether a daily mean of so many hourly values is valid."""
        return hours >= self.day_hours[factor]

    def month_is_valid(self, month: int, valid_days: int) -> bool:
        """Tell whether a month's mean of so many daily values is valid (month 1…12)."""
        return valid_days >= self.month.in_month(month)


def months_between(first: date, last: date) -> tuple[tuple[int, int], ...]:
    """Return the (year, month) pairs that a period touches.

    >>> months_between(date(2019, 12, 30), date(2020, 1, 2))
    ((2019, 12), (2020, 1))
    """
    start, stop = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple((index // 12, index % 12 + 1) for index in range(start, stop + 1))


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month."""
    return monthrange(year, month)[1]


@dataclass(frozen=True)
class PeriodValidity:
    """Whether a period's statistics count, and why not (年有效性).

    needed, short_months: days needed in the period; the (year, month) pairs with too few valid days.
    short_days: for each of short_months the valid days found and those needed.
    """

    valid: bool
    valid_days: int
    needed: int
    short_months: tuple[tuple[int, int], ...]
    short_days: tuple[tuple[int, int], ...] = field(default=(), compare=False)


def year_is_valid(valid_days: int, by_month: Sequence[int], minimum: YearMinimum) -> bool:
    """Judge a year from its valid days and those of January…December (324 days and the month rule)."""
    months = all(found >= minimum.in_month(month) for month, found in enumerate(by_month, start=1))
    return valid_days >= minimum.days and months
