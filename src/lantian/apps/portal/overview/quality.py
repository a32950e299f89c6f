"""How whole the data are (数据质量): who reported this hour, how full the last day is, who lags behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.airquality.grid import MISSING, HourGrid
from lantian.apps.portal.overview.hours import hour_end, last_column
from lantian.apps.portal.overview.places import Station

WINDOW_HOURS = 24


@dataclass(frozen=True)
class PointQuality:
    """One point's last day.

    last: end (UTC) of its last hour with a value, None when there is none in the hours looked at; late: hours behind.
    hours: of the last 24, those with at least one value; values: share of all items in all hours.
    """

    station: Station
    last: datetime | None
    late: int | None
    hours: int
    values: Fraction


@dataclass(frozen=True)
class Quality:
    """All points' last day, the worst first; reporting: points with a value in the hour shown."""

    points: tuple[PointQuality, ...]
    reporting: int
    complete: Fraction

    @property
    def of(self) -> int:
        """Number of points."""
        return len(self.points)

    @property
    def behind(self) -> tuple[PointQuality, ...]:
        """The points without a value in the hour shown."""
        return tuple(point for point in self.points if point.late != 0)


def quality(grid: HourGrid, stations: Sequence[Station], column: int) -> Quality:
    """Return the completeness of stations (rows of the grid in this order) in the 24 hours that end with a column."""
    points = [_point(grid, row, station, column) for row, station in enumerate(stations)]
    ordered = sorted(
        points, key=lambda point: (point.hours, -(point.late if point.late is not None else 1 << 30), point.values)
    )
    shares = [point.values for point in points]
    whole = sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)
    return Quality(tuple(ordered), sum(point.late == 0 for point in points), whole)


def _point(grid: HourGrid, row: int, station: Station, column: int) -> PointQuality:
    last = last_column(grid, row, column)
    known = grid.micro[row, :, max(column - WINDOW_HOURS + 1, 0) : column + 1] != MISSING
    values = Fraction(int(known.sum()), len(grid.factors) * WINDOW_HOURS)
    return PointQuality(
        station,
        None if last is None else hour_end(grid, last),
        None if last is None else column - last,
        int(known.any(axis=0).sum()),
        values,
    )


def age(end: datetime, at: datetime) -> timedelta:
    """Return how old a value is whose hour ended at ``end``, never negative."""
    return max(at - end, timedelta(0))
