"""Daily indices under every edition of HJ 633, and under the one in force on each day (B10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import DayGrid
from lantian.airquality.index import Edition
from lantian.airquality.index_arrays import NONE, IndexGrid, daily_index_grid
from lantian.apps.telemetry.readings.marks import NO_MARK, Mark, mark
from lantian.apps.telemetry.readings.runs import IndexDay


@dataclass(frozen=True)
class DailyIndices:
    """Indices of every station and day.

    editions: by name, oldest first; grids: likewise; in_force: name of the edition of each day.
    """

    first_day: date
    editions: Mapping[str, Edition]
    grids: Mapping[str, IndexGrid]
    in_force: tuple[str, ...]

    def mark(self, station: int, day: int, edition: str | None = None) -> Mark:
        """Return the mark of a station-day by position; without an edition under the one in force."""
        name = edition or self.in_force[day]
        grid = self.grids[name]
        aqi = int(grid.published[station, day])
        return NO_MARK if aqi == NONE else mark(aqi, self.editions[name], grid.primary_of(station, day))

    def published(self, station: int, edition: str | None = None) -> NDArray[np.int16]:
        """Return a station's indices by day, NONE where there is none."""
        if edition:
            found: NDArray[np.int16] = self.grids[edition].published[station]
            return found
        rows = {name: grid.published[station] for name, grid in self.grids.items()}
        return np.array([rows[name][day] for day, name in enumerate(self.in_force)], dtype=np.int16)

    def days(self, station: int, edition: str | None = None) -> tuple[IndexDay, ...]:
        """Return a station's days, oldest first."""
        marks = (self.mark(station, day, edition) for day in range(len(self.in_force)))
        return tuple(
            IndexDay(self.first_day + timedelta(days=offset), shown.aqi, shown.primary)
            for offset, shown in enumerate(marks)
        )


def daily_indices(days: DayGrid, editions: Sequence[Edition]) -> DailyIndices:
    """Return the daily indices of a grid.

    editions: of the pack, oldest first; a day before the first of them is judged by the first.
    """
    chosen = tuple(_in_force(editions, days.first_day + timedelta(days=offset)).name for offset in range(days.days))
    return DailyIndices(
        days.first_day,
        {edition.name: edition for edition in editions},
        {edition.name: daily_index_grid(days, edition) for edition in editions},
        chosen,
    )


def _in_force(editions: Sequence[Edition], day: date) -> Edition:
    """Return the last edition that had come into force by a day."""
    return next(
        (edition for edition in reversed(editions) if edition.valid_from is None or edition.valid_from <= day),
        editions[0],
    )


@dataclass(frozen=True)
class LevelDays:
    """Days by level of the index (各级别天数): ``counts[0]`` is level 1; without: days that have no index."""

    counts: tuple[int, ...]
    without: int

    @property
    def indexed(self) -> int:
        """Days that have an index."""
        return sum(self.counts)

    @property
    def good(self) -> int:
        """Days of level 1 or 2 (优良天)."""
        return sum(self.counts[:2])

    @property
    def heavy(self) -> int:
        """Days of level 5 or 6 (重污染天)."""
        return sum(self.counts[4:])


def level_days(published: NDArray[np.int16], edition: Edition) -> LevelDays:
    """Count the days by level.

    published: indices of days, NONE where there is none.
    """
    bounds = np.array([category.high for category in edition.categories])
    known = published[published != NONE]
    levels = np.searchsorted(bounds, known)
    counts = np.bincount(levels, minlength=len(bounds))
    return LevelDays(tuple(int(count) for count in counts), int((published == NONE).sum()))
