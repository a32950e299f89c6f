"""Periods that are evaluated (评价时段): a year, half-year, quarter, month, the year to date, or any days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from lantian.airquality.validity import PeriodValidity, YearMinimum, days_in_month, months_between


@dataclass(frozen=True)
class Period:
    """Calendar days from first to last, both inclusive."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> Self:
        """Return a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_months(cls, year: int, first: int, last: int) -> Self:
        """Return whole months of a year, such as 1–6 for its first half."""
        return cls(date(year, first, 1), date(year, last, monthrange(year, last)[1]))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def is_year(self) -> bool:
        """Whether it is one calendar year."""
        return self == Period.of_year(self.first.year)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """The (year, month) pairs that it touches."""
        return months_between(self.first, self.last)

    def days_of(self, year: int, month: int) -> int:
        """Return how many of a month's days lie in the period."""
        first, last = date(year, month, 1), date(year, month, days_in_month(year, month))
        return max(0, (min(last, self.last) - max(first, self.first)).days + 1)


def judge_period(period: Period, by_month: dict[tuple[int, int], int], minimum: YearMinimum) -> PeriodValidity:
    """Judge whether a period has enough valid days (年有效性与月规则).

    by_month: valid days of each month. A calendar year needs ``minimum.days`` and the month rule. Any other period
    needs the month rule for each of its months, a month that it holds in part pro rata (rounded up), and their sum.
    """
    needs = {month: _needed(period, month, minimum) for month in period.months}
    short = tuple(month for month, need in needs.items() if by_month.get(month, 0) < need)
    found = sum(by_month.values())
    needed = minimum.days if period.is_year else sum(needs.values())
    days = tuple((by_month.get(month, 0), needs[month]) for month in short)
    return PeriodValidity(found >= needed and not short, found, needed, short, days)


def _needed(period: Period, month: tuple[int, int], minimum: YearMinimum) -> int:
    whole = days_in_month(*month)
    return -(-minimum.in_month(month[1]) * period.days_of(*month) // whole)
