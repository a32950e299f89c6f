"""Position against a year's target (目标进度, row S01): the year to date, the room left, the likely end of the year."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.errors import AirQualityError
from lantian.airquality.evaluation import Statistic
from lantian.airquality.evaluation_rules import EvaluationRules
from lantian.airquality.period import Period, judge_period
from lantian.airquality.ranking import change_rate
from lantian.airquality.spatial import DaySeries
from lantian.airquality.validity import PeriodValidity
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even


@dataclass(frozen=True)
class Target:
    """A target for an annual mean (年度目标): the year's mean shall not lie above ``value`` [the factor's unit].

    base_year: the year to compare with.
    """

    factor: Factor
    year: int
    value: Decimal
    base_year: int | None = None


@dataclass(frozen=True)
class ProjectionRules:
    """Settings of the target card.

    factor: whose mean is the target.
    block_days, season_days, draws: see :func:`target_position`; coverage: of the interval, such as 0.90.
    season_share: days with values that a past year's season needs to be drawn from.
    follow_level: whether a past year's values are scaled by this year's mean to date over that year's.
    """

    factor: Factor
    block_days: int
    season_days: int
    draws: int
    coverage: Decimal
    season_share: Fraction
    follow_level: bool


@dataclass(frozen=True)
class TargetRules:
    """What a position is computed by."""

    evaluation: EvaluationRules
    projection: ProjectionRules


@dataclass(frozen=True)
class Projection:
    """The end of the year as past years' same season lets it look.

    mean: median of the projected annual means; low, high: ends of the interval that holds ``coverage`` of them.
    probability: share of the draws whose annual mean, rounded as published, meets the target.
    draws, block_days, seasons: how it was made: number of draws, length of the blocks, the past years drawn from.
    """

    mean: Decimal
    low: Decimal
    high: Decimal
    coverage: Decimal
    probability: Decimal
    draws: int
    block_days: int
    seasons: tuple[int, ...]


@dataclass(frozen=True)
class TargetPosition:
    """Where a place stands against its target after ``today`` (inclusive).

    to_date: mean of the valid days so far; validity: the same minima as a year's, pro rata of the days passed.
    allowed: exact mean the remaining days may have so that the year just meets the target; negative when out of reach.
    change: change of the mean to date to the same days of the base year, percent; None without a base.
    """

    target: Target
    today: date
    to_date: Statistic | None
    validity: PeriodValidity
    days_passed: int
    remaining_days: int
    allowed: Statistic | None
    base_to_date: Statistic | None
    change: Statistic | None
    projection: Projection | None


def target_position(
    history: DaySeries, target: Target, today: date, rules: TargetRules, randomness: np.random.Generator
) -> TargetPosition:
    """Return where a place stands after ``today``.

    history: the place's daily series over past years and this one; days after today are not looked at.
    randomness: a generator that the caller seeds and names, so that a projection can be made again.
    Raises AirQualityError when today does not lie in the target's year.
    """
    if today.year != target.year:
        raise AirQualityError(
            Text(
                f"目标年份是 {target.year}，而日期是 {today}；日期应在该年之内。",
                f"The target is of {target.year} and the day is {today}; it must lie in that year.",
            )
        )
    passed = Period(date(target.year, 1, 1), today)
    now = _ToDate.of(history, target.factor, passed)
    base = _ToDate.of(history, target.factor, same_days(passed, target.base_year)) if target.base_year else None
    remaining = (date(target.year, 12, 31) - today).days
    return TargetPosition(
        target=target,
        today=today,
        to_date=_statistic(now.mean, rules.evaluation.decimals[target.factor]),
        validity=judge_period(passed, now.by_month(), rules.evaluation.validity.year[target.factor]),
        days_passed=passed.days,
        remaining_days=remaining,
        allowed=_statistic(_allowed(now, target, remaining), rules.evaluation.decimals[target.factor] + 1),
        base_to_date=_statistic(base.mean, rules.evaluation.decimals[target.factor]) if base else None,
        change=_change(now, base, rules),
        projection=_project(history, now, target, rules, randomness),
    )


def same_days(period: Period, year: int) -> Period:
    """Return the same days of another year; 29 February becomes the 28th."""
    shift = (year - period.first.year) * 12
    return Period(add_months(period.first, shift), add_months(period.last, shift))


@dataclass(frozen=True)
class _ToDate:
    """The valid days of one factor in a period."""

    period: Period
    values: tuple[tuple[date, Fraction], ...]

    @classmethod
    def of(cls, history: DaySeries, factor: Factor, period: Period) -> "_ToDate":
        days = (period.first + timedelta(days=offset) for offset in range(period.days))
        found = ((day, history.value(factor, day)) for day in days)
        return cls(period, tuple((day, value) for day, value in found if value is not None))

    @property
    def total(self) -> Fraction:
        return sum((value for _, value in self.values), Fraction(0))

    @property
    def mean(self) -> Fraction | None:
        return self.total / len(self.values) if self.values else None

    def by_month(self) -> dict[tuple[int, int], int]:
        return dict(Counter((day.year, day.month) for day, _ in self.values))


def _statistic(exact: Fraction | None, decimals: int) -> Statistic | None:
    return None if exact is None else Statistic(exact, half_even(exact, decimals))


def _allowed(now: _ToDate, target: Target, remaining: int) -> Fraction | None:
    """Solve (total + remaining × allowed) / (days + remaining) = target."""
    if remaining == 0:
        return None
    return (Fraction(target.value) * (len(now.values) + remaining) - now.total) / remaining


def _change(now: _ToDate, base: _ToDate | None, rules: TargetRules) -> Statistic | None:
    if base is None or not base.mean or now.mean is None:
        return None
    return _statistic(change_rate(now.mean, base.mean), rules.evaluation.rate_decimals)


def _project(
    history: DaySeries, now: _ToDate, target: Target, rules: TargetRules, randomness: np.random.Generator
) -> Projection | None:
    """Continue the year with blocks of days out of past years' same season.

    Each block of ``block_days`` days comes from a past year drawn at random, from the same days shifted by up to
    ``season_days``; blocks keep episodes together. Missing days inside a block are left out of its mean.
    """
    seasons = _seasons(history, now, target, rules.projection)
    if not seasons or not now.values:
        return None
    remaining = (date(target.year, 12, 31) - now.period.last).days
    totals, counts = _draw(seasons, remaining, rules.projection, randomness)
    means = (float(now.total) + totals) / (len(now.values) + counts)
    return _summary(means, tuple(season.year for season in seasons), target, rules)


@dataclass(frozen=True)
class _Season:
    """A past year's values around the remaining days: index 0 is ``season_days`` before the first; NaN missing."""

    year: int
    values: NDArray[np.float64]


def _seasons(history: DaySeries, now: _ToDate, target: Target, rules: ProjectionRules) -> list[_Season]:
    first = now.period.last + timedelta(days=1)
    size = (date(target.year, 12, 31) - now.period.last).days
    padded = -(-size // rules.block_days) * rules.block_days + 2 * rules.season_days
    found = []
    for year in range(history.first_day.year, target.year):
        start = add_months(first, (year - first.year) * 12) - timedelta(days=rules.season_days)
        values = [history.value(target.factor, start + timedelta(days=offset)) for offset in range(padded)]
        known = sum(value is not None for value in values)
        if known >= rules.season_share * padded:
            level = _level(history, now, target, year) if rules.follow_level else 1.0
            found.append(_Season(year, np.array([np.nan if v is None else float(v) * level for v in values])))
    return found


def _level(history: DaySeries, now: _ToDate, target: Target, year: int) -> float:
    """This year's mean to date over that year's mean of the same days."""
    then = _ToDate.of(history, target.factor, same_days(now.period, year)).mean
    return float(now.mean / then) if then and now.mean is not None else 1.0


def _draw(
    seasons: list[_Season], remaining: int, rules: ProjectionRules, randomness: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return total and number of the values of every draw's remaining days; the last block is cut at the year's end."""
    values = np.stack([season.values for season in seasons])
    blocks = (values.shape[1] - 2 * rules.season_days) // rules.block_days
    shape = (rules.draws, blocks)
    years = randomness.integers(0, len(seasons), shape)
    shifts = randomness.integers(0, 2 * rules.season_days + 1, shape)
    starts = np.arange(blocks) * rules.block_days + shifts
    picked = values[years[..., np.newaxis], starts[..., np.newaxis] + np.arange(rules.block_days)]
    days = picked.reshape(rules.draws, -1)[:, :remaining]
    return np.nansum(days, axis=1), np.isfinite(days).sum(axis=1)


def _summary(means: NDArray[np.float64], years: tuple[int, ...], target: Target, rules: TargetRules) -> Projection:
    tail = (1 - float(rules.projection.coverage)) / 2
    low, middle, high = np.quantile(means, [tail, 0.5, 1 - tail]).tolist()
    decimals = rules.evaluation.decimals[target.factor]
    met = np.round(means, decimals) <= float(target.value)
    return Projection(
        mean=half_even(repr(middle), decimals),
        low=half_even(repr(low), decimals),
        high=half_even(repr(high), decimals),
        coverage=rules.projection.coverage,
        probability=half_even(Fraction(int(met.sum()), len(means)), 2),
        draws=len(means),
        block_days=rules.projection.block_days,
        seasons=years,
    )
