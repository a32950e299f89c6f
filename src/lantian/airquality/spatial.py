"""City and area values (区域平均): the mean of the valid stations when enough of them are valid (HJ 663-2013 6.2).

Statistics of an area are made from its *daily series*, not from its stations' annual values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.evaluation_rules import EvaluationRules
from lantian.airquality.grid import MICRO, DayGrid
from lantian.kernel.factors import Factor

_ROOM = 2**62
"""Sums stay below; larger ones are made of Python integers."""


@dataclass(frozen=True)
class AreaMean:
    """mean: of the valid stations, exact, also where too few are valid; None without any."""

    mean: Fraction | None
    valid: bool


def enough_stations(valid: int, total: int, rules: EvaluationRules) -> bool:
    """Tell whether so many valid stations of all carry an area's value (75 %, or 50 % when fewer than 4)."""
    share = rules.few_station_share if total < rules.few_stations else rules.station_share
    return valid > 0 and valid >= share * total


def area_mean(values: Sequence[Fraction], total: int, rules: EvaluationRules) -> AreaMean:
    """Return the area's value from the values of its valid stations; total counts all its stations."""
    mean = sum(values, Fraction(0)) / len(values) if values else None
    return AreaMean(mean, enough_stations(len(values), total, rules))


@dataclass(frozen=True)
class DaySeries:
    """The daily series of one place (日均值序列), exact: a cell is ``numerator / denominator / 1e6`` of the unit.

    All arrays are ``[factor, day]``; denominator 0 where there is no value. stations: valid stations behind a cell.
    numerator is int64, or Python integers where int64 has no room.
    """

    place: str
    first_day: date
    factors: tuple[Factor, ...]
    numerator: NDArray[Any]
    denominator: NDArray[Any]
    stations: NDArray[np.int16]
    valid: NDArray[np.bool_]

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return int(self.numerator.shape[1])

    @property
    def last_day(self) -> date:
        """The last calendar day."""
        return self.first_day + timedelta(days=self.days - 1)

    def value(self, factor: Factor, day: date) -> Fraction | None:
        """Return the exact value of a valid day in the factor's unit; None where not valid."""
        cell = self.factors.index(factor), (day - self.first_day).days
        if not (0 <= cell[1] < self.days and self.valid[cell]):
            return None
        return Fraction(int(self.numerator[cell]), int(self.denominator[cell]) * MICRO)

    def values(self, factor: Factor) -> list[Fraction | None]:
        """Return the exact values of every day of a factor; None where not valid."""
        return [self.value(factor, self.first_day + timedelta(days=offset)) for offset in range(self.days)]

    def as_grid(self) -> DayGrid:
        """Return the series, whose numerators fit int64, as a grid of one station: all its days are judged at once."""
        return DayGrid(
            (self.place,),
            self.first_day,
            self.factors,
            total=self.numerator[np.newaxis],
            count=self.denominator[np.newaxis],
            hours=self.stations[np.newaxis],
            valid=self.valid[np.newaxis],
        )


def station_series(days: DayGrid, station: str) -> DaySeries:
    """Return one station of a grid as a series."""
    row = days.stations.index(station)
    known = (days.count[row] > 0).astype(np.int16)
    return DaySeries(
        station, days.first_day, days.factors, days.total[row], days.count[row].astype(np.int64), known, days.valid[row]
    )


def area_series(days: DayGrid, rules: EvaluationRules, place: str = "area") -> DaySeries:
    """Return the daily series of the area that a grid's stations stand for.

    A day's value is the mean of the valid stations' exact daily means; it is valid with enough valid stations.
    """
    parts = [_area_factor(days, at) for at in range(len(days.factors))]
    stations = days.valid.sum(axis=0, dtype=np.int16)
    enough = np.array([enough_stations(valid, len(days.stations), rules) for valid in range(len(days.stations) + 1)])
    return DaySeries(
        place,
        days.first_day,
        days.factors,
        np.stack([numerator for numerator, _ in parts]),
        np.stack([denominator for _, denominator in parts]),
        stations,
        enough[stations],
    )


def _area_factor(days: DayGrid, at: int) -> tuple[NDArray[Any], NDArray[Any]]:
    valid, count = days.valid[:, at], days.count[:, at].astype(np.int64)
    total = np.where(valid, days.total[:, at], 0)
    common = lcm(*np.unique(count[valid]).tolist())
    weight = np.where(valid, common // np.where(valid, count, 1), 0)
    if int(np.abs(total).max(initial=0)) * common * len(days.stations) >= _ROOM:
        total, weight = total.astype(object), weight.astype(object)
    return (total * weight).sum(axis=0), common * valid.sum(axis=0)
