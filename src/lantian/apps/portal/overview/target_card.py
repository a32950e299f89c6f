"""The target of the year (年度目标, row S01): where the district stands, and the running mean of the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.airquality.spatial import DaySeries
from lantian.airquality.target import Target as AnnualTarget
from lantian.airquality.target import TargetPosition, TargetRules, target_position
from lantian.apps.portal.overview.calendar import year_calendar
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.policy.air import AirRules
from lantian.policy.records_plan import Target


@dataclass(frozen=True)
class TargetCard:
    """A target record of the pack and the position against it.

    daily: the valid daily means since 1 January, None where not valid.
    running: mean of the valid days from 1 January to each day (累计均值), None before the first valid day.
    voices: names of the stations whose mean is judged; of_year: whether the record is for the moment's own year, else
    its value is only a yardstick. seed: of the projection's draws, so that it can be made again.
    heavy_days: days so far with an index of heavy or severe pollution (重污染天), each by the edition of its date;
    base_heavy_days: the same days of the base year, None without any valid day there.
    """

    record: Target
    position: TargetPosition
    daily: tuple[Fraction | None, ...]
    running: tuple[Fraction | None, ...]
    voices: tuple[Text, ...]
    of_year: bool
    seed: int
    heavy_days: int
    base_heavy_days: int | None


def running_means(values: Sequence[Fraction | None]) -> tuple[Fraction | None, ...]:
    """Return the mean of all values so far, at each place.

    >>> running_means([Fraction(2), None, Fraction(5)])
    (Fraction(2, 1), Fraction(2, 1), Fraction(7, 2))
    """
    total, count, means = Fraction(0), 0, []
    for value in values:
        if value is not None:
            total, count = total + value, count + 1
        means.append(total / count if count else None)
    return tuple(means)


def year_to(series: DaySeries, factor: Factor, day: date) -> list[Fraction | None]:
    """Return a factor's valid daily values from 1 January of a day's year to the day."""
    first = date(day.year, 1, 1)
    return [series.value(factor, first + timedelta(days=offset)) for offset in range((day - first).days + 1)]


def chosen(targets: Sequence[Target], year: int) -> Target | None:
    """Return the annual-mean target of a year; else the nearest later one, which is being worked for; else the last.

    Only targets with a value are measured here.
    """
    known = sorted((t for t in targets if t.statistic == "annual_mean" and t.value is not None), key=lambda t: t.year)
    later = [target for target in known if target.year >= year]
    return later[0] if later else (known[-1] if known else None)


def target_card(record: Target, series: DaySeries, today: date, air: AirRules, voices: tuple[Text, ...]) -> TargetCard:
    """Return the position after ``today`` against a target's value; the projection is seeded by the day.

    series: the daily values of the target's stations, past years and this one.
    """
    factor, seed = Factor(record.factor), int(f"{today:%Y%m%d}")
    base = record.base_year if record.base_year and record.base_year < today.year else None
    wanted = AnnualTarget(factor, today.year, record.value or Decimal(0), base)
    given = TargetRules(air.evaluation(today), air.projection())
    position = target_position(series, wanted, today, given, np.random.default_rng(seed))
    daily = tuple(year_to(series, factor, today))
    this, then = (_heavy_days(series, day, air) for day in (today, same_day(today, base or today.year)))
    return TargetCard(
        record,
        position,
        daily,
        running_means(daily),
        voices,
        record.year == today.year,
        seed,
        this or 0,
        then if base else None,
    )


def same_day(day: date, year: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th."""
    return add_months(day, (year - day.year) * 12)


def _heavy_days(series: DaySeries, last: date, air: AirRules) -> int | None:
    """Count the heavy days from 1 January to a day; None where no day has an index."""
    counts = year_calendar(series, last.year, last, air.edition).counts()
    return counts.heavy if counts.valid else None
