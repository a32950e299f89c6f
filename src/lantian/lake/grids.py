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
from lantian.lake.schema import DAILY, HOURLY, TableSpec

_HOUR_US = 3_600_000_000
_BEIJING_HOURS = 8
_BEFORE_ALL = -(2**62)
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


def _in_order(table: pa.Table, cells: NDArray[np.int64], spec: TableSpec) -> NDArray[np.int64] | slice:
    """Return the order in which rows are laid so that a cell's newest version comes last."""
    if np.bincount(cells).max(initial=0) <= 1:
        return slice(None)
    versions = [pc.fill_null(table.column(name).cast(pa.int64()), _BEFORE_ALL).to_numpy() for name in spec.newest]
    return np.lexsort(versions[::-1])


def _index(column: pa.ChunkedArray, values: pa.Array) -> NDArray[np.int64]:
    found: NDArray[np.int64] = pc.index_in(column, value_set=values).to_numpy().astype(np.int64)
    return found


def day_grid(table: pa.Table, frame: Frame) -> DayGrid:
    """Lay out daily rows, the newest version of each."""
    day = table.column("day").cast(pa.int32()).to_numpy() - (frame.first - date(1970, 1, 1)).days
    cells = np.ravel_multi_index((*frame.rows_of(table), day), frame.shape)
    order = _in_order(table, cells, DAILY)

    def laid(name: str, kind: type[_Kind]) -> NDArray[_Kind]:
        array = np.zeros(frame.shape, dtype=kind)
        array.reshape(-1)[cells[order]] = table.column(name).to_numpy()[order]
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
    """Lay out hourly rows, the newest version of each; an hour that is not valid is missing."""
    points, factors, days = frame.shape
    shape = points, factors, days * HOURS
    hours = instants(table.column("start")) // _HOUR_US + _BEIJING_HOURS - (frame.first - date(1970, 1, 1)).days * HOURS
    cells = np.ravel_multi_index((*frame.rows_of(table), hours), shape)
    order = _in_order(table, cells, HOURLY)
    micro = np.where(table.column("valid").to_numpy(), to_micro(table.column("value").to_numpy()), MISSING)
    grid = np.full(shape, MISSING)
    grid.reshape(-1)[cells[order]] = micro[order]
    return HourGrid(frame.points, frame.first, SIX, grid)
