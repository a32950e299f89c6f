"""Years of one station side by side (历年对比): means of months and of the year, change against a base year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.evaluation import FactorEvaluation, PeriodEvaluation, PlaceEvaluation
from lantian.airquality.grid import DayGrid
from lantian.apps.telemetry.readings.values import digits, mean_of_days
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even


def change_percent(value: Fraction | None, base: Fraction | None) -> Decimal | None:
    """Return (value − base) / base × 100 with one decimal, from unrounded means; None without a base.

    >>> change_percent(Fraction(42), Fraction(51))
    Decimal('-17.6')
    """
    return None if value is None or not base else half_even((value - base) / base * 100, 1)


@dataclass(frozen=True)
class YearStat:
    """One year of one item: the statistics of its evaluation and the change of the mean (CO, O3: percentile)."""

    year: int
    evaluation: FactorEvaluation
    change: Decimal | None


def principal(evaluation: FactorEvaluation) -> Fraction | None:
    """Return the statistic by which years are compared: the mean, for CO and O3 the percentile."""
    statistic = evaluation.percentile if evaluation.factor in (Factor.CO, Factor.O3) else evaluation.mean
    return None if statistic is None else statistic.exact


def year_stats(years: Mapping[int, PlaceEvaluation], base: int) -> Mapping[Factor, tuple[YearStat, ...]]:
    """Return each item's years, oldest first, with the change against the base year."""
    factors = next(iter(years.values())).factors if years else ()
    return {
        factor: tuple(
            YearStat(year, place.factors[factor], _change(years, factor, year, base))
            for year, place in sorted(years.items())
        )
        for factor in factors
    }


def _change(years: Mapping[int, PlaceEvaluation], factor: Factor, year: int, base: int) -> Decimal | None:
    if base not in years or year == base:
        return None
    return change_percent(principal(years[year].factors[factor]), principal(years[base].factors[factor]))


@dataclass(frozen=True)
class MonthMeans:
    """Twelve monthly means of one year, None where no valid day is."""

    year: int
    means: tuple[float | None, ...]


def month_means(days: DayGrid, factor: Factor, station: int = 0) -> tuple[MonthMeans, ...]:
    """Return monthly means of the valid days by year; the grid may hold several years."""
    found = {}
    for year in range(days.first_day.year, days.last_day.year + 1):
        found[year] = tuple(_month_mean(days, factor, station, date(year, month, 1)) for month in range(1, 13))
    return tuple(MonthMeans(year, means) for year, means in found.items())


def _month_mean(days: DayGrid, factor: Factor, station: int, month: date) -> float | None:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    first = max((month - days.first_day).days, 0)
    last = max(min((following - days.first_day).days, days.days), first)
    at = days.factors.index(factor)
    cut = (station, at, slice(first, last))
    mean = mean_of_days(days.total[cut].tolist(), days.count[cut].tolist(), days.valid[cut].tolist())
    return None if mean is None else float(half_even(mean, digits(factor) + 1))


def place_of(period: PeriodEvaluation, station: str) -> PlaceEvaluation:
    """Return one station's evaluation; KeyError names a station that is not there."""
    found = {place.place: place for place in period.stations}
    return found[station]


def years_with_data(first: date | None, last: date | None) -> Sequence[int]:
    """Return the years from the first to the last day with data, newest first."""
    return () if first is None or last is None else tuple(range(last.year, first.year - 1, -1))
