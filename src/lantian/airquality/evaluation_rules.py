"""The rules by which a period is evaluated: an edition of HJ 663 bound to the limits of GB 3095."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.airquality.validity import ValidityRules
from lantian.kernel.factors import Factor


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
    judged_decimals: digits to which a daily value or statistic is rounded before it is compared with its limit;
    None compares unrounded.
    station_share, few_stations, few_station_share: the city rule (75 %, or 50 % when fewer than 4 stations).
    limits: every phase of the limits; a day is judged by those of its date, a period's statistics by those of its end.
    """

    edition: str
    percentiles: Mapping[Factor, Fraction]
    means: frozenset[Factor]
    decimals: Mapping[Factor, int]
    published_decimals: Mapping[Factor, int]
    judged_decimals: Mapping[Factor, int] | None
    multiple_decimals: int
    rate_decimals: int
    station_share: Fraction
    few_stations: int
    few_station_share: Fraction
    limits: tuple[LimitSet, ...]
    validity: ValidityRules
