"""Which keys a file has brought already: twelve bytes an hour of each series, however large the file."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import MISSING
from lantian.lake.imports.errors import ImportFileError

MOST_CELLS = 1 << 27
"""Series times hours that are remembered at most, twelve bytes each; more would fill a small server."""


@dataclass(frozen=True)
class FirstComers:
    """For each row: the number of the first row with its key, whether it repeats that row, or contradicts it."""

    row: NDArray[np.int64]
    same: NDArray[np.bool_]
    conflicting: NDArray[np.bool_]


class Seen:
    """Remembers the first row of every key (group, hour) and a print of its values.

    slots: groups of one station.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._base = 0
        self._row = np.zeros((0, 0), dtype=np.int32)
        self._print = np.zeros((0, 0), dtype=np.int64)

    def add(
        self, group: NDArray[np.int64], hour: NDArray[np.int64], values: NDArray[np.int64], row: NDArray[np.int64]
    ) -> FirstComers:
        """Enter rows in order; of equal keys the first counts."""
        if not len(group):
            none = np.zeros(0, dtype=np.bool_)
            return FirstComers(row, none, none)
        self._reach(int(group.max()) + 1, int(hour.min()), int(hour.max()))
        at = hour - self._base
        fresh = self._row[group, at] == 0
        back = np.flatnonzero(fresh)[::-1]
        self._row[group[back], at[back]] = row[back]
        first = self._row[group, at].astype(np.int64)
        leads = first == row
        self._print[group[leads], at[leads]] = values[leads]
        equal = self._print[group, at] == values
        return FirstComers(first, ~leads & equal, ~leads & ~equal)

    def print_of(self, group: NDArray[np.int64], hour: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the print of the first row of each key, MISSING where there was none."""
        if not self._row.size:
            return np.full(len(group), MISSING, dtype=np.int64)
        inside = (group < self._row.shape[0]) & (hour >= self._base) & (hour < self._base + self._row.shape[1])
        g, at = np.where(inside, group, 0), np.where(inside, hour - self._base, 0)
        return np.where(inside & (self._row[g, at] > 0), self._print[g, at], MISSING)

    def _reach(self, groups: int, first: int, last: int) -> None:
        """Grow so that the groups and hours have a place; generously, for growing copies."""
        have_groups, have_hours = self._row.shape
        inside = first >= self._base and last < self._base + have_hours
        if groups <= have_groups and inside:
            return
        low = min(first, self._base) if have_hours else first
        span = (max(last, self._base + have_hours - 1) if have_hours else last) - low + 1
        more_groups = groups if groups <= have_groups else max(groups, have_groups + have_groups // 4)
        size = (max(more_groups, have_groups), span if inside else span + span // 4)
        if size[0] * size[1] > MOST_CELLS:
            raise _too_wide(size[0] // self.slots, span)
        shift = self._base - low if have_hours else 0
        for name, kind in (("_row", np.int32), ("_print", np.int64)):
            grown = np.zeros(size, dtype=kind)
            grown[:have_groups, shift : shift + have_hours] = getattr(self, name)
            setattr(self, name, grown)
        self._base = low


def _too_wide(stations: int, hours: int) -> ImportFileError:
    years = hours // 8766
    return ImportFileError(
        f"文件约有 {stations} 个站点、跨 {years} 年，超过一次导入的上限：请检查站点列和时间列，或按年份拆分文件。",
        f"The file names about {stations} stations over {years} years, more than one import takes: check the columns "
        "of station and time, or split the file by years.",
    )
