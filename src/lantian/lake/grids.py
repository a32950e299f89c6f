"""Rows of roll-ups laid out as arrays for the pure core."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.airquality.grid import HOURS, MISSING, DayGrid, HourGrid, to_micro
from lantian.kernel.factors import SIX
from lantian.lake.intake import instants

_HOUR_US = 3_600_000_000
_BEIJING_HOURS = 8
_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True)
class Frame:
    """The points, in order, and the Beijing days (inclusive) that a grid spans; factors are the six."""

    points: tuple[str, ...]
    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Points, factors, days."""
        return len(self.points), len(SIX), self.days

    def rows_of(self, table: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the point and factor index of each row."""
        codes = pa.array([factor.code for factor in SIX])
        return _index(table.column("point"), pa.array(self.points, pa.string())), _index(table.column("factor"), codes)


def _index(column: pa.ChunkedArray, values: pa.Array) -> NDArray[np.int64]:
    found: NDArray[np.int64] = pc.index_in(column, value_set=values).to_numpy().astype(np.int64)
    return found


def day_grid(table: pa.Table, frame: Frame) -> DayGrid:
    """Lay out current daily rows."""
    day = table.column("day").cast(pa.int32()).to_numpy() - (frame.first - date(1970, 1, 1)).days
    cell = (*frame.rows_of(table), day)

    def laid(name: str, kind: type[_Kind]) -> NDArray[_Kind]:
        array = np.zeros(frame.shape, dtype=kind)
        array[cell] = table.column(name).to_numpy()
        return array

    return DayGrid(
        frame.points,
        frame.first,
        SIX,
        laid("total", np.int64),
        laid("count", np.int16),
        laid("hours", np.int16),
        laid("valid", np.bool_),
    )


def hour_grid(table: pa.Table, frame: Frame) -> HourGrid:
    """Lay out current hourly rows; an hour that is not valid is missing."""
    hours = instants(table.column("start")) // _HOUR_US + _BEIJING_HOURS
    micro = to_micro(table.column("value").to_numpy())
    points, factors, days = frame.shape
    grid = np.full((points, factors, days * HOURS), MISSING)
    first = (frame.first - date(1970, 1, 1)).days * HOURS
    grid[(*frame.rows_of(table), hours - first)] = np.where(table.column("valid").to_numpy(), micro, MISSING)
    return HourGrid(frame.points, frame.first, SIX, grid)
