"""Evaluation of a year or any other period (环境空气质量评价), HJ 663: statistics, compliance, validity.

Means and percentiles are exact fractions over the *unrounded* daily values and are rounded once, for print.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.evaluation_rules import EvaluationRules, LimitSet
from lantian.airquality.grid import MICRO, DayGrid
from lantian.airquality.percentile import interpolate
from lantian.airquality.period import Period, judge_period
from lantian.airquality.spatial import DaySeries, area_series, station_series
from lantian.airquality.validity import PeriodValidity
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import Exact, half_even, half_even_array

__all__ = [
    "EvaluationRules",
    "FactorEvaluation",
    "LimitSet",
    "Period",
    "PeriodEvaluation",
    "PlaceEvaluation",
    "Statistic",
    "YearEvaluation",
    "compliance_rate",
    "evaluate",
    "evaluate_series",
    "exceedance_multiple",
]


@dataclass(frozen=True)
class Statistic:
    """A number as computed and as printed.

    exact: the unrounded value; rounded: rounded half-even as the standard prints it.
    """

    exact: Fraction
    rounded: Decimal


@dataclass(frozen=True)
class FactorEvaluation:
    """One factor at one place in one period.

    mean, percentile: None when there is no valid day; percentile_rank is the share, such as 0.95.
    percentile_valid: whether there are enough valid days for the percentile (324 in a year).
    compliance_rate: compliant / valid days, percent.
    mean_limit, percentile_limit: the limits judged against; None where none is judged.
    mean_multiple, percentile_multiple: exceedance multiples (超标倍数), None when not above the limit.
    compliant: mean and percentile both within their limits; None without statistics.
    """

    factor: Factor
    mean: Statistic | None
    percentile: Statistic | None
    percentile_rank: Fraction
    days: int
    validity: PeriodValidity
    compliant_days: int
    compliance_rate: Statistic | None
    mean_limit: Decimal | None
    percentile_limit: Decimal | None
    mean_multiple: Decimal | None
    percentile_multiple: Decimal | None
    compliant: bool | None


@dataclass(frozen=True)
class PlaceEvaluation:
    """All factors at one station or in one area; compliant only when every factor is (None while one is unknown)."""

    place: str
    factors: Mapping[Factor, FactorEvaluation]
    compliant: bool | None


@dataclass(frozen=True)
class PeriodEvaluation:
    """Stations and their area in one period (both days inclusive)."""

    first: date
    last: date
    edition: str
    phase: str
    stations: tuple[PlaceEvaluation, ...]
    area: PlaceEvaluation


YearEvaluation = PeriodEvaluation


def evaluate(days: DayGrid, period: int | Period, rules: EvaluationRules, *, area: str = "area") -> PeriodEvaluation:
    """Evaluate every station of a grid and the area they stand for.

    period: a calendar year or any :class:`Period`; days of it that the grid does not hold count as missing.
    area: name of the place that all stations of the grid make up; take ``days.of_stations`` for another one.
    """
    span = Period.of_year(period) if isinstance(period, int) else period
    grid = days.between(span.first, span.last)
    return PeriodEvaluation(
        span.first,
        span.last,
        rules.edition,
        limits_on(rules, span.last).phase,
        tuple(evaluate_series(station_series(grid, station), span, rules) for station in grid.stations),
        evaluate_series(area_series(grid, rules, area), span, rules),
    )


def evaluate_series(series: DaySeries, period: Period, rules: EvaluationRules) -> PlaceEvaluation:
    """Evaluate one place's daily series, which covers exactly the days of the period."""
    factors = {factor: _Judge(series, at, period, rules).evaluation() for at, factor in enumerate(series.factors)}
    verdicts = [found.compliant for found in factors.values()]
    within = None if None in verdicts else all(verdicts)
    return PlaceEvaluation(series.place, factors, within)


def limits_on(rules: EvaluationRules, day: date) -> LimitSet:
    """Return the limits in force on a day; of days before the oldest phase, the oldest."""
    return next((limits for limits in rules.limits if limits.holds_on(day)), rules.limits[0])


def exceedance_multiple(concentration: Exact, limit: Exact, decimals: int) -> Decimal | None:
    """Return (C − S) / S, the exceedance multiple (超标倍数); None when C is not above S.

    >>> exceedance_multiple(90, 75, 2)
    Decimal('0.20')
    """
    found, allowed = Fraction(concentration), Fraction(limit)
    return half_even((found - allowed) / allowed, decimals) if found > allowed else None


def compliance_rate(compliant: int, valid: int, decimals: int) -> Statistic | None:
    """Return compliant / valid × 100, the compliance rate (达标率) in percent; None without valid days."""
    if valid == 0:
        return None
    share = Fraction(compliant * 100, valid)
    return Statistic(share, half_even(share, decimals))


@dataclass(frozen=True)
class _Judge:
    """One factor of a series: row ``at``."""

    series: DaySeries
    at: int
    period: Period
    rules: EvaluationRules

    @property
    def factor(self) -> Factor:
        return self.series.factors[self.at]

    def evaluation(self) -> FactorEvaluation:
        limits = limits_on(self.rules, self.period.last)
        mean, high = self._statistics()
        validity = judge_period(self.period, self._by_month(), self.rules.validity.year[self.factor])
        judged_mean = limits.year[self.factor] if self.factor in self.rules.means else None
        compliant = int(self._compliant().sum())
        return FactorEvaluation(
            factor=self.factor,
            mean=mean,
            percentile=high,
            percentile_rank=self.rules.percentiles[self.factor],
            days=self.period.days,
            validity=validity,
            compliant_days=compliant,
            compliance_rate=compliance_rate(compliant, validity.valid_days, self.rules.rate_decimals),
            mean_limit=judged_mean,
            percentile_limit=limits.day[self.factor],
            mean_multiple=self._multiple(mean, judged_mean),
            percentile_multiple=self._multiple(high, limits.day[self.factor]),
            compliant=self._within(mean, judged_mean, high, limits.day[self.factor]),
        )

    def _statistics(self) -> tuple[Statistic | None, Statistic | None]:
        keys, common = _common_keys(self._valid(self.series.numerator), self._valid(self.series.denominator))
        if not keys:
            return None, None
        scale = common * MICRO
        mean = Fraction(sum(keys), len(keys) * scale)
        return self._statistic(mean), self._statistic(interpolate(keys, self.rules.percentiles[self.factor]) / scale)

    def _statistic(self, exact: Fraction) -> Statistic:
        return Statistic(exact, half_even(exact, self.rules.decimals[self.factor]))

    def _valid(self, values: NDArray[Any]) -> NDArray[Any]:
        found: NDArray[Any] = values[self.at][self.series.valid[self.at]]
        return found

    def _by_month(self) -> dict[tuple[int, int], int]:
        valid, start, counts = self.series.valid[self.at], 0, {}
        for month in self.period.months:
            size = self.period.days_of(*month)
            counts[month] = int(valid[start : start + size].sum())
            start += size
        return counts

    def _compliant(self) -> NDArray[np.bool_]:
        """Judge each valid day by the limit of its own date."""
        numerator, denominator = self.series.numerator[self.at], self.series.denominator[self.at]
        valid = self.series.valid[self.at]
        within = np.zeros(len(valid), dtype=np.bool_)
        for start, stop, limit in self._limit_spans():
            span = slice(start, stop)
            divisor = np.where(valid[span], denominator[span], 1) * MICRO
            within[span] = self._day_within(numerator[span], divisor, limit)
        judged: NDArray[np.bool_] = within & valid
        return judged

    def _limit_spans(self) -> list[tuple[int, int, Decimal]]:
        spans: list[tuple[int, int, Decimal]] = []
        for limits in self.rules.limits:
            first, last = limits.valid_from or date.min, limits.valid_to or date.max
            start = max((first - self.period.first).days, 0)
            stop = min((last - self.period.first).days + 1, self.period.days)
            if start < stop:
                spans.append((start, stop, limits.day[self.factor]))
        return spans

    def _day_within(self, numerator: NDArray[Any], divisor: NDArray[Any], limit: Decimal) -> NDArray[np.bool_]:
        if self.rules.judged_decimals is None:
            exact: NDArray[np.bool_] = numerator * limit.as_integer_ratio()[1] <= divisor * limit.as_integer_ratio()[0]
            return exact
        tens = 10 ** self.rules.judged_decimals[self.factor]
        rounded: NDArray[np.bool_] = half_even_array(numerator * tens, divisor) <= int(limit * tens)
        return rounded

    def _judged(self, statistic: Statistic) -> Fraction:
        if self.rules.judged_decimals is None:
            return statistic.exact
        return Fraction(half_even(statistic.exact, self.rules.judged_decimals[self.factor]))

    def _multiple(self, statistic: Statistic | None, limit: Decimal | None) -> Decimal | None:
        if statistic is None or limit is None:
            return None
        return exceedance_multiple(self._judged(statistic), limit, self.rules.multiple_decimals)

    def _within(
        self, mean: Statistic | None, mean_limit: Decimal | None, high: Statistic | None, high_limit: Decimal
    ) -> bool | None:
        if mean is None or high is None:
            return None
        mean_is = mean_limit is None or self._judged(mean) <= mean_limit
        return mean_is and self._judged(high) <= high_limit


def _common_keys(numerator: NDArray[Any], denominator: NDArray[Any]) -> tuple[list[int], int]:
    """Bring fractions to one denominator; return the ascending numerators and that denominator."""
    if not len(numerator):
        return [], 1
    kinds = [int(kind) for kind in np.unique(denominator)]
    common = lcm(*kinds)
    if int(np.abs(numerator).max()) * (common // kinds[0]) < _ROOM:
        return np.sort(numerator * (common // denominator)).tolist(), common
    pairs = zip(numerator.tolist(), denominator.tolist(), strict=True)
    return sorted(value * (common // below) for value, below in pairs), common


_ROOM = 2**62
"""What int64 has room for, with a bit to spare."""
