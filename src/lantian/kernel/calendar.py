"""The legal calendar (法定日历): statutory holidays and adjusted working days, and deadlines counted on it.

A *working day* is Monday to Friday unless it is a holiday, or a weekend day that the year's notice turns into a working
day (调休上班). The day on which a period begins is not counted; a period of calendar days that ends on a day off ends
on the next working day (行政处罚法 art. 85, 民法典 art. 203).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted

Unit = Literal["working", "calendar"]
_SATURDAY = 5
_DAY = timedelta(days=1)


class CalendarError(LantianError):
    """A day or period that the calendar cannot judge."""


@dataclass(frozen=True)
class LegalCalendar:
    """Days off and working weekends.

    holidays: days off by the year's notice, weekends among them or not; workdays: weekend days worked.
    years: the years whose notice is known; None answers for every year by weekends alone beside the given days.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int] | None = None

    @classmethod
    def of(
        cls, holidays: Iterable[date], workdays: Iterable[date] = (), years: Iterable[int] | None = None
    ) -> "LegalCalendar":
        """Build a calendar from any collections of days."""
        return cls(frozenset(holidays), frozenset(workdays), None if years is None else frozenset(years))

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked; CalendarError when its year's notice is not known.

        >>> LegalCalendar.of([date(2019, 10, 1)], [date(2019, 10, 12)]).is_working_day(date(2019, 10, 12))
        True
        """
        if self.years is not None and day.year not in self.years:
            known = f"{min(self.years)}–{max(self.years)}" if self.years else "—"
            raise CalendarError(
                Text(
                    f"没有 {day.year} 年的放假安排（已有 {known}），请在政策包里补上该年的 holiday_year 记录。",
                    f"The holidays of {day.year} are not known (known: {known}); "
                    "add that year's holiday_year record to the policy pack.",
                )
            )
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def roll(self, day: date) -> date:
        """Return the day itself if worked, else the next working day (顺延)."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Return the count-th working day after a day, which itself is not counted; count ≥ 0."""
        _not_negative(count)
        day = start
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def add_calendar_days(self, start: date, count: int, *, roll: bool = True) -> date:
        """Return the count-th calendar day after a day; with ``roll`` moved off days off."""
        _not_negative(count)
        end = start + count * _DAY
        return self.roll(end) if roll else end

    def due(self, start: date, count: int, unit: Unit, *, roll: bool = True) -> date:
        """Return the last day of a period of working or calendar days that begins on ``start``."""
        if unit == "working":
            return self.add_working_days(start, count)
        return self.add_calendar_days(start, count, roll=roll)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and with ``end``; 0 when end is not later."""
        return sum(self.is_working_day(start + offset * _DAY) for offset in range(1, (end - start).days + 1))


def add_months(day: date, months: int) -> date:
    """Return the same day of the month some months later, or the last day of a shorter month.

    >>> add_months(date(2019, 8, 31), 6)
    datetime.date(2020, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + (day.day - 1) * _DAY, following - _DAY)


def _not_negative(count: int) -> None:
    if count < 0:
        raise CalendarError(
            Text(f"期限天数是 {count}，不能为负。", f"A period has {counted(count, 'day')}; it cannot be negative.")
        )
