"""The last hours of one station (小时): the index and six items, gaps as gaps, limits with their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lantian.airquality.evaluation import LimitSet
from lantian.airquality.grid import MICRO, MISSING
from lantian.airquality.index import Edition
from lantian.airquality.index_arrays import NONE, hourly_index_grid
from lantian.apps.telemetry.readings.marks import NO_MARK, Mark, mark
from lantian.apps.telemetry.readings.values import digits, shown
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING

SHOWN_HOURS = 72


@dataclass(frozen=True)
class HourRow:
    """One hour: its end (UTC), index, and the value of each item in the window's order."""

    end: datetime
    mark: Mark
    values: tuple[Decimal | None, ...]

    @property
    def day(self) -> date:
        """Beijing day of the hour."""
        return (self.end - timedelta(hours=1)).astimezone(BEIJING).date()

    @property
    def label(self) -> int:
        """The Chinese label, 1…24: the end of the hour."""
        return (self.end - timedelta(hours=1)).astimezone(BEIJING).hour + 1


@dataclass(frozen=True)
class ItemNow:
    """One item in the hour shown: value and sub-index."""

    factor: Factor
    value: Decimal | None
    mark: Mark


@dataclass(frozen=True)
class Hours:
    """The last hours, oldest first, and the hour shown by itself; missing counts hours by item."""

    factors: tuple[Factor, ...]
    rows: tuple[HourRow, ...]
    now: Mark
    items: tuple[ItemNow, ...]
    missing: Mapping[Factor, int]

    @property
    def first(self) -> datetime:
        """End of the first hour (UTC)."""
        return self.rows[0].end

    @property
    def last(self) -> datetime:
        """End of the last hour (UTC)."""
        return self.rows[-1].end


def last_hours(window: Window, edition: Edition, station: int = 0, *, count: int = SHOWN_HOURS) -> Hours:
    """Return the last hours up to the window's moment.

    window: its grid has to reach ``count`` hours back; edition: in force at the moment.
    """
    index = hourly_index_grid(window.hours, edition)
    place, factors = window.place, window.hours.factors

    def of(at: int) -> Mark:
        aqi = int(index.published[station, at])
        return NO_MARK if aqi == NONE else mark(aqi, edition, index.primary_of(station, at))

    def value(at: int, position: int, factor: Factor) -> Decimal | None:
        return shown(int(window.hours.micro[station, position, at]), factor)

    rows = tuple(
        HourRow(window.end_of(at), of(at), tuple(value(at, position, f) for position, f in enumerate(factors)))
        for at in range(place - count + 1, place + 1)
    )
    items = tuple(
        ItemNow(
            f, value(place, position, f), _sub_mark(int(index.iaqi[station, index.factors.index(f), place]), edition)
        )
        for position, f in enumerate(factors)
    )
    recent = window.hours.micro[station, :, place - count + 1 : place + 1]
    missing = {f: int((recent[position] == MISSING).sum()) for position, f in enumerate(factors)}
    return Hours(factors, rows, of(place), items, missing)


def _sub_mark(iaqi: int, edition: Edition) -> Mark:
    return NO_MARK if iaqi == NONE else mark(iaqi, edition)


def hours_chart(window: Window, hours: Hours, limits: LimitSet, station: int = 0) -> dict[str, Any]:
    """Return the chart's data: labels, the index with its levels, and each item with its limit.

    The limit drawn is that of the day's mean (O3: of the 8-hour mean): GB 3095 has none of one hour for PM.
    """
    place = window.place
    columns = slice(place - len(hours.rows) + 1, place + 1)
    items = [
        {
            "factor": factor.value,
            "unit": factor.unit,
            "digits": digits(factor),
            "limit": float(limits.day[factor]) if factor in limits.day else None,
            "values": [_number(int(value)) for value in window.hours.micro[station, position, columns]],
        }
        for position, factor in enumerate(hours.factors)
    ]
    return {
        "ends": [row.end.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M") for row in hours.rows],
        "labels": [f"{row.day:%m-%d} {row.label}" for row in hours.rows],
        "aqi": [row.mark.aqi for row in hours.rows],
        "levels": [row.mark.level for row in hours.rows],
        "items": items,
    }


def _number(micro: int) -> float | None:
    return None if micro == MISSING else round(micro / MICRO, 2)
