"""Completeness (数据完整率): the share of a month's hours that hold a valid value, by factor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lantian.airquality.grid import MISSING, HourGrid
from lantian.kernel.factors import Factor

STEPS = (25, 50, 75, 90)
"""Upper limits [%] of the shades of the heat table but the darkest."""


@dataclass(frozen=True)
class Share:
    """Valid hours of the hours that a period has had so far."""

    valid: int
    due: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down so that 100 means complete; None before the period began."""
        return self.valid * 100 // self.due if self.due else None

    @property
    def step(self) -> int:
        """Shade 0 (nothing) to 5 of the heat table."""
        percent = self.percent
        return 0 if not percent else 1 + sum(percent >= limit for limit in STEPS)


@dataclass(frozen=True)
class MonthShares:
    """One row of the heat table: a month and its share by factor."""

    month: date
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Completeness:
    """Heat table of one point: months down, factors across, and the share of the whole period."""

    factors: tuple[Factor, ...]
    months: tuple[MonthShares, ...]
    total: tuple[Share, ...]


def completeness(hours: HourGrid, *, station: int, due_hours: int) -> Completeness:
    """Return a point's shares by month; only the first ``due_hours`` of the grid are due, later ones have not come yet.

    hours: a grid that starts on the first day of a month.
    """
    present = hours.micro[station, :, :due_hours] != MISSING
    months = tuple(
        MonthShares(month, tuple(_share(row) for row in present[:, first:end]))
        for month, first, end in _months(hours.first_day, hours.micro.shape[2])
    )
    return Completeness(hours.factors, months, tuple(_share(row) for row in present))


def _share(present: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Share:
    return Share(int(present.sum()), int(present.size))


def _months(first_day: date, hours: int) -> Iterator[tuple[date, int, int]]:
    """Yield each month with the positions of its hours in the grid."""
    start, end_day = first_day, first_day + timedelta(days=hours // 24)
    while start < end_day:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, (start - first_day).days * 24, (min(following, end_day) - first_day).days * 24
        start = following
