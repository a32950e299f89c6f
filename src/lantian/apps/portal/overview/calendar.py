"""The index of every day of a year (逐日指数): a district's days, their levels and how many days each has."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

import numpy as np

from lantian.airquality.grid import DayGrid
from lantian.airquality.index import Edition, daily_index
from lantian.airquality.index_arrays import NONE, IndexGrid, daily_index_grid
from lantian.airquality.spatial import DaySeries
from lantian.kernel.factors import Factor

GOOD_LEVEL = 2
"""优良天: days up to this level."""
HEAVY_LEVEL = 5
"""重污染天: days from this level on."""


@dataclass(frozen=True)
class CalendarDay:
    """One day: index (None where invalid), primary pollutants, sub-indices and exact values by factor, edition."""

    day: date
    index: int | None
    primary: tuple[Factor, ...]
    iaqi: Mapping[Factor, int | None]
    values: Mapping[Factor, Fraction | None]
    edition: Edition

    def measure(self, factor: Factor | None) -> int | None:
        """Return the index, or one factor's sub-index."""
        return self.index if factor is None else self.iaqi.get(factor)

    def level(self, factor: Factor | None = None) -> int | None:
        """Return the level (1…6) of the index or of one factor's sub-index."""
        value = self.measure(factor)
        return None if value is None else self.edition.category(value).level


@dataclass(frozen=True)
class Counts:
    """Days by level (1…6) of one measure, and days without a valid value."""

    levels: Mapping[int, int]
    invalid: int

    @property
    def valid(self) -> int:
        """Days with a value."""
        return sum(self.levels.values())

    @property
    def good(self) -> int:
        """Good and moderate days (优良天)."""
        return sum(number for level, number in self.levels.items() if level <= GOOD_LEVEL)

    @property
    def heavy(self) -> int:
        """Days of heavy or severe pollution (重污染天)."""
        return sum(number for level, number in self.levels.items() if level >= HEAVY_LEVEL)


@dataclass(frozen=True)
class YearCalendar:
    """The days of a year up to and including the last one that is over."""

    year: int
    days: tuple[CalendarDay, ...]

    def counts(self, factor: Factor | None = None) -> Counts:
        """Count days by level of the index, or of one factor."""
        levels = [day.level(factor) for day in self.days]
        counted = Counter(level for level in levels if level is not None)
        return Counts({level: counted[level] for level in range(1, 7)}, levels.count(None))

    @cached_property
    def last(self) -> date | None:
        """The last day counted."""
        return self.days[-1].day if self.days else None

    def until(self, month: int, day: int) -> "YearCalendar":
        """Return the same year up to a day of it."""
        return YearCalendar(self.year, tuple(d for d in self.days if (d.day.month, d.day.day) <= (month, day)))


def year_calendar(series: DaySeries, year: int, last: date, edition_on: Callable[[date], Edition]) -> YearCalendar:
    """Return the index of each day from 1 January to ``last``, each by the edition of its date."""
    first = date(year, 1, 1)
    length = max((min(last, date(year, 12, 31)) - first).days + 1, 0)
    days = [first + timedelta(days=n) for n in range(length)]
    if not days or series.numerator.dtype != np.int64:
        return YearCalendar(year, tuple(_day(series, day, edition_on(day)) for day in days))
    grids = _Grids(series, series.as_grid().between(first, days[-1]))
    return YearCalendar(year, tuple(grids.day(day, edition_on(day)) for day in days))


def _day(series: DaySeries, day: date, edition: Edition) -> CalendarDay:
    values = {factor: series.value(factor, day) for factor in edition.daily_items}
    found = daily_index({own[0]: values[factor] for factor, own in edition.daily_items.items()}, edition)
    return CalendarDay(day, found.published, found.primary, found.iaqi, values, edition)


@dataclass(frozen=True)
class _Grids:
    """The indices of a series' days under each edition that was in force."""

    series: DaySeries
    days: DayGrid
    found: dict[str, IndexGrid] = field(default_factory=dict)

    def day(self, day: date, edition: Edition) -> CalendarDay:
        if edition.name not in self.found:
            self.found[edition.name] = daily_index_grid(self.days, edition)
        grid, at = self.found[edition.name], (day - self.days.first_day).days
        values = {factor: self.series.value(factor, day) for factor in edition.daily_items}
        cells = zip(grid.factors, grid.iaqi[0, :, at].tolist(), strict=True)
        iaqi = {factor: None if value == NONE else value for factor, value in cells}
        if any(values[factor] is not None and value is None for factor, value in iaqi.items()):
            return _day(self.series, day, edition)  # beyond the scale: only the scalar form tells it from a gap
        published = int(grid.published[0, at])
        primary = grid.primary_of(0, at)
        return CalendarDay(day, None if published == NONE else published, primary, iaqi, values, edition)
