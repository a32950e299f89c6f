"""Evaluation of a year or any other period (环境空气质量评价), HJ 663: statistics, compliance, validity.

Means and percentiles are exact fractions over the *unrounded* daily values and are rounded once, for print.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.validity import PeriodValidity, ValidityRules
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class Statistic:
    """A number as computed and as printed.

    exact: the unrounded value; rounded: rounded half-even as the standard prints it.
    """

    exact: Fraction
    rounded: Decimal


@dataclass(frozen=True)
class LimitSet:
    """The ambient limits of one grade in one phase (浓度限值), µg/m³, CO mg/m³.

    year: limits of the annual mean; day: of the daily mean, for O3 of the daily maximum 8-hour mean.
    """

    phase: str
    grade: int
    valid_from: date | None
    valid_to: date | None
    year: Mapping[Factor, Decimal]
    day: Mapping[Factor, Decimal]

    def holds_on(self, day: date) -> bool:
        """Tell whether the limits are in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class EvaluationRules:
    """How a period is evaluated: one edition of HJ 663 bound to the limits of GB 3095.

    percentiles: the percentile of daily values per factor, as a share (0.95).
    means: factors whose annual mean is judged; for the others the mean is information.
    decimals, published_decimals: digits of statistics, and of publication.
    day_decimals: digits to which a daily value is rounded before it is compared with the limit;
    None compares unrounded.
    station_share, few_stations, few_station_share: the city rule (75 %, or 50 % when fewer than 4 stations).
    limits: every phase of the limits; a day is judged by those of its date, a period's statistics by those of its end.
    """

    edition: str
    percentiles: Mapping[Factor, Fraction]
    means: frozenset[Factor]
    decimals: Mapping[Factor, int]
    published_decimals: Mapping[Factor, int]
    day_decimals: Mapping[Factor, int] | None
    multiple_decimals: int
    rate_decimals: int
    station_share: Fraction
    few_stations: int
    few_station_share: Fraction
    limits: tuple[LimitSet, ...]
    validity: ValidityRules


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
