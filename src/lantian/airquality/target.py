"""Position against a year's target (目标进度, row S01): the year to date, the room left, the likely end of the year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lantian.airquality.evaluation import Statistic
from lantian.airquality.validity import PeriodValidity
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class Target:
    """A target for an annual mean (年度目标): the year's mean shall not lie above ``value`` [the factor's unit]."""

    factor: Factor
    year: int
    value: Decimal


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
    heavy_days: days so far above the concentration of heavy pollution (重污染天).
    change: change of the mean to date to the same days of the base year, percent; None without a base.
    """

    target: Target
    today: date
    to_date: Statistic | None
    validity: PeriodValidity
    days_passed: int
    remaining_days: int
    allowed: Statistic | None
    heavy_days: int
    base_heavy_days: int | None
    base_to_date: Statistic | None
    change: Statistic | None
    projection: Projection | None
