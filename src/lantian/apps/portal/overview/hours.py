"""The hour that a page shows: values and real-time index of each station and of the district (实时报)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.airquality.evaluation_rules import EvaluationRules
from lantian.airquality.grid import MICRO, MISSING, HourGrid
from lantian.airquality.index import DayIndex, Edition, hourly_index
from lantian.airquality.spatial import enough_stations
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day

Values = Mapping[Factor, Fraction | None]


@dataclass(frozen=True)
class HourIndex:
    """The index of one place in one hour.

    end: UTC instant at which the hour ends (后标). values: exact hourly means [the factor's unit].
    stations: how many stations carry each value; of: how many belong to the place.
    """

    end: datetime
    index: DayIndex
    values: Values
    stations: Mapping[Factor, int]
    of: int


def hour_end(grid: HourGrid, column: int) -> datetime:
    """Return the UTC instant at which the hour of a grid column ends."""
    return beijing_day(grid.first_day) + timedelta(hours=column + 1)


def column_ending(grid: HourGrid, end: datetime) -> int:
    """Return the grid column of the hour that ends at an instant; it may lie outside the grid."""
    return int((end - beijing_day(grid.first_day)).total_seconds()) // 3600 - 1


def place_hour(grid: HourGrid, rows: Sequence[int], column: int, edition: Edition, rules: EvaluationRules) -> HourIndex:
    """Return a place's index in an hour: the mean of its stations, item by item, where enough of them have a value."""
    means = {factor: _mean(grid, rows, factor, column) for factor in grid.factors}
    values = {
        factor: mean if enough_stations(found, len(rows), rules) else None for factor, (mean, found) in means.items()
    }
    items = {own[0]: values.get(factor) for factor, own in edition.hourly_items.items()}
    counts = {factor: found for factor, (_, found) in means.items()}
    return HourIndex(hour_end(grid, column), hourly_index(items, edition), values, counts, len(rows))


def _mean(grid: HourGrid, rows: Sequence[int], factor: Factor, column: int) -> tuple[Fraction | None, int]:
    place = grid.factors.index(factor)
    known = [v for row in rows if (v := int(grid.micro[row, place, column])) != MISSING and v >= 0]
    return (Fraction(sum(known), len(known) * MICRO), len(known)) if known else (None, 0)


def last_column(grid: HourGrid, row: int, until: int) -> int | None:
    """Return the last column up to ``until`` in which a station has any value; None without one."""
    known = (grid.micro[row, :, : until + 1] != MISSING).any(axis=0)
    return int(known.nonzero()[0][-1]) if known.any() else None


def curve(
    grid: HourGrid, rows: Sequence[int], factor: Factor, columns: range, rules: EvaluationRules
) -> tuple[Fraction | None, ...]:
    """Return a place's hourly means in some columns; None is a gap (too few stations)."""
    found = (_mean(grid, rows, factor, column) for column in columns)
    return tuple(mean if enough_stations(count, len(rows), rules) else None for mean, count in found)
