"""Grids of observations (观测网格): hours and days of many points as exact integers.

A concentration is held as an int64 number of *micro* units: millionths of the factor's own unit (µg/m³, CO mg/m³),
so 43.1 µg/m³ is 43 100 000. Sums of micro values are exact; a mean is the pair (total, count) and is divided only when
it is rounded, once, by integer arithmetic.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantian.airquality.errors import AirQualityError
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor

MICRO = 1_000_000
"""Micro units in one unit of a factor."""

MISSING = int(np.iinfo(np.int64).min)
"""What an hour without a value holds."""

HOURS = 24


def to_micro(values: ArrayLike) -> NDArray[np.int64]:
    """Turn concentrations into micro units; NaN becomes MISSING. The result has the shape of ``values``.

    >>> to_micro([43.1, float("nan")]).tolist() == [43_100_000, MISSING]
    True
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = np.isfinite(numbers)
    return np.where(known, np.rint(np.where(known, numbers, 0.0) * MICRO).astype(np.int64), MISSING)


@dataclass(frozen=True)
class HourGrid:
    """Hourly means of points on Beijing calendar days (小时值).

    micro: ``[station, factor, day × 24 + hour − 1]`` micro units, hour = hour-ending label 1…24; MISSING where absent.
    """

    stations: tuple[str, ...]
    first_day: date
    factors: tuple[Factor, ...]
    micro: NDArray[np.int64]

    def __post_init__(self) -> None:
        expected = (len(self.stations), len(self.factors))
        if self.micro.ndim != 3 or self.micro.shape[:2] != expected or self.micro.shape[2] % HOURS:
            raise AirQualityError(
                Text(
                    f"小时网格的形状是 {self.micro.shape}，应为 {expected} 加上 24 的整数倍小时。",
                    f"The hour grid has shape {self.micro.shape}; expected {expected} and a multiple of 24 hours.",
                )
            )

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return int(self.micro.shape[2]) // HOURS

    @property
    def last_day(self) -> date:
        """The last calendar day."""
        return self.first_day + timedelta(days=self.days - 1)

    def factor(self, factor: Factor) -> NDArray[np.int64]:
        """Return one factor's micro values, ``[station, hour]``."""
        return self.micro[:, self.factors.index(factor), :]


@dataclass(frozen=True)
class DayGrid:
    """Daily means of points (日均值); for O3 the daily maximum 8-hour mean (日最大8小时平均).

    All arrays are ``[station, factor, day]``. The exact mean of a cell is ``total / count / 1e6`` of the factor's unit.

    total: int64 sum of the micro values in the mean (O3: of the chosen 8-hour window), 0 where nothing was measured.
    count: int16 number of values in that mean (0 = no value).
    hours: int16 valid hours of the day (O3: valid 8-hour windows).
    valid: whether the mean counts under the validity rules (有效性).
    """

    stations: tuple[str, ...]
    first_day: date
    factors: tuple[Factor, ...]
    total: NDArray[np.int64]
    count: NDArray[np.int16]
    hours: NDArray[np.int16]
    valid: NDArray[np.bool_]

    def __post_init__(self) -> None:
        expected = (len(self.stations), len(self.factors))
        shapes = {self.total.shape, self.count.shape, self.hours.shape, self.valid.shape}
        if len(shapes) != 1 or self.total.ndim != 3 or self.total.shape[:2] != expected:
            raise AirQualityError(
                Text(
                    f"日网格各数组的形状是 {sorted(shapes)}，应同为 {expected} 加天数。",
                    f"The day grid's arrays have shapes {sorted(shapes)}; expected {expected} and the days, all alike.",
                )
            )

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return int(self.total.shape[2])

    @property
    def last_day(self) -> date:
        """The last calendar day."""
        return self.first_day + timedelta(days=self.days - 1)

    def mean(self, station: str, factor: Factor, day: date) -> Fraction | None:
        """Return the exact mean of one cell, in the factor's unit, whether valid or not; None without any value."""
        cell = self.stations.index(station), self.factors.index(factor), (day - self.first_day).days
        count = int(self.count[cell])
        return Fraction(int(self.total[cell]), count * MICRO) if count else None

    def between(self, first: date, last: date) -> Self:
        """Return the days from first to last (both inclusive); days outside the grid are there, without values."""
        lead, size = (first - self.first_day).days, (last - first).days + 1
        start, stop = max(lead, 0), max(min(lead + size, self.days), lead, 0)
        before = min(max(-lead, 0), size)
        pad = ((0, 0), (0, 0), (before, size - before - (stop - start)))
        return replace(
            self,
            first_day=first,
            total=np.pad(self.total[:, :, start:stop], pad),
            count=np.pad(self.count[:, :, start:stop], pad),
            hours=np.pad(self.hours[:, :, start:stop], pad),
            valid=np.pad(self.valid[:, :, start:stop], pad),
        )

    def of_stations(self, stations: tuple[str, ...]) -> Self:
        """Return the grid of some of its stations, in the order given; ValueError names one that is not there."""
        rows = [self.stations.index(name) for name in stations]
        return replace(
            self,
            stations=stations,
            total=self.total[rows],
            count=self.count[rows],
            hours=self.hours[rows],
            valid=self.valid[rows],
        )
