"""A year of one station day by day (逐日): index under the edition in force and under each, values, validity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from lantian.airquality.grid import DayGrid
from lantian.apps.telemetry.readings.indices import DailyIndices, LevelDays, level_days
from lantian.apps.telemetry.readings.marks import Mark
from lantian.apps.telemetry.readings.values import shown_mean
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class DayValue:
    """An item's mean of a day: shown also where not valid; hours counted in it (O3: windows)."""

    factor: Factor
    value: Decimal | None
    hours: int
    valid: bool


@dataclass(frozen=True)
class DayRow:
    """One day of a station: the mark under the edition in force, and under every edition by name."""

    day: date
    edition: str
    mark: Mark
    by_edition: Mapping[str, Mark]
    values: tuple[DayValue, ...]

    @property
    def invalid(self) -> tuple[Factor, ...]:
        """Items whose mean of the day does not count."""
        return tuple(value.factor for value in self.values if not value.valid)

    @property
    def differs(self) -> bool:
        """Whether the editions give different indices."""
        return len({found.aqi for found in self.by_edition.values()}) > 1


def day_rows(days: DayGrid, indices: DailyIndices, station: int = 0) -> tuple[DayRow, ...]:
    """Return a station's days, oldest first."""
    return tuple(_day_row(days, indices, station, place) for place in range(days.days))


def _day_row(days: DayGrid, indices: DailyIndices, station: int, place: int) -> DayRow:
    values = tuple(
        DayValue(
            factor=factor,
            value=shown_mean(days.total[station, at, place], days.count[station, at, place], factor),
            hours=int(days.hours[station, at, place]),
            valid=bool(days.valid[station, at, place]),
        )
        for at, factor in enumerate(days.factors)
    )
    return DayRow(
        day=days.first_day + timedelta(days=place),
        edition=indices.in_force[place],
        mark=indices.mark(station, place),
        by_edition={name: indices.mark(station, place, name) for name in indices.editions},
        values=values,
    )


@dataclass(frozen=True)
class EditionDays:
    """Days by level under one edition, for all days of a period (B10)."""

    edition: str
    levels: LevelDays


def by_edition(indices: DailyIndices, station: int = 0) -> tuple[EditionDays, ...]:
    """Return the days by level under each edition, the same days judged by each."""
    return tuple(
        EditionDays(name, level_days(indices.published(station, name), edition))
        for name, edition in indices.editions.items()
    )


def valid_days(days: DayGrid, station: int = 0) -> Mapping[Factor, int]:
    """Return the number of valid days by item."""
    counts = np.asarray(days.valid[station].sum(axis=1))
    return {factor: int(counts[at]) for at, factor in enumerate(days.factors)}
