"""The list of stations (点位一览): the last hours of each, their index, completeness and the year so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from lantian.airquality.grid import HOURS, MISSING, DayGrid
from lantian.airquality.index import Edition
from lantian.airquality.index_arrays import NONE, IndexGrid, hourly_index_grid
from lantian.apps.telemetry.readings.completeness import Share
from lantian.apps.telemetry.readings.indices import DailyIndices, level_days
from lantian.apps.telemetry.readings.marks import NO_MARK, Mark, mark
from lantian.apps.telemetry.readings.spark import spark_path
from lantian.apps.telemetry.readings.values import mean_of_days, shown
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.factors import Factor
from lantian.kernel.rounding import half_even

SPARK_HOURS = 24


@dataclass(frozen=True)
class YearSoFar:
    """A station's year up to the moment: mean of the valid days of PM2.5, and days by index."""

    mean: Decimal | None
    valid_days: int
    days: int
    good: int
    heavy: int


@dataclass(frozen=True)
class StationRow:
    """One line of the list.

    last_end: end of the last hour with a value (UTC), None without any in the window; age: how long before the moment.
    mark: index of the hour that ends at the moment; values: its six items.
    completeness: valid values of six items among those due in the last 30 days.
    """

    station: str
    last_end: datetime | None
    age: timedelta | None
    mark: Mark
    values: Mapping[Factor, Decimal | None]
    spark: str
    completeness: Share
    year: YearSoFar

    @property
    def stale(self) -> bool:
        """Whether the moment's own hour has no value."""
        return self.age is None or self.age > timedelta(0)


def station_rows(window: Window, days: DayGrid, indices: DailyIndices, edition: Edition) -> tuple[StationRow, ...]:
    """Return one row per station of the window, in its order.

    window: at least 30 days of hours up to the moment; days: the year up to the moment, of the same stations;
    edition: the one in force, for the hourly index.
    """
    index = hourly_index_grid(window.hours, edition)
    return tuple(_row(station, window, days, indices, index) for station in range(len(window.hours.stations)))


def _row(station: int, window: Window, days: DayGrid, indices: DailyIndices, index: IndexGrid) -> StationRow:
    place = window.place
    present = (window.hours.micro[station, :, : place + 1] != MISSING).any(axis=0)
    last = int(np.flatnonzero(present)[-1]) if present.any() else None
    last_end = None if last is None else window.end_of(last)
    edition = indices.editions[index.edition]
    aqi = int(index.published[station, place])
    micro = window.hours.micro[station, :, place]
    recent = window.recent(station, Factor.PM25, SPARK_HOURS)
    return StationRow(
        station=window.hours.stations[station],
        last_end=last_end,
        age=None if last_end is None else window.moment - last_end,
        mark=NO_MARK if aqi == NONE else mark(aqi, edition, index.primary_of(station, place)),
        values={factor: shown(int(micro[at]), factor) for at, factor in enumerate(window.hours.factors)},
        spark=spark_path([None if value == MISSING else value / 1e6 for value in recent]),
        completeness=last_days_share(window, station, days=30),
        year=year_so_far(days, indices, station),
    )


def last_days_share(window: Window, station: int, *, days: int) -> Share:
    """Return the valid values of all items among those due in the last days."""
    end = window.place + 1
    present = window.hours.micro[station, :, max(end - days * HOURS, 0) : end] != MISSING
    return Share(int(present.sum()), int(present.size))


def year_so_far(days: DayGrid, indices: DailyIndices, station: int) -> YearSoFar:
    """Return a station's year up to the grid's last day."""
    at = days.factors.index(Factor.PM25)
    valid = days.valid[station, at]
    mean = mean_of_days(days.total[station, at].tolist(), days.count[station, at].tolist(), valid.tolist())
    levels = level_days(indices.published(station), list(indices.editions.values())[-1])
    return YearSoFar(
        mean=None if mean is None else half_even(mean, 1),
        valid_days=int(valid.sum()),
        days=days.days,
        good=levels.good,
        heavy=levels.heavy,
    )
