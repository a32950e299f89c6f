"""Daily values out of hourly ones (日均值与臭氧日最大8小时平均), HJ 663-2013 6.1 (unchanged in HJ 663-2026)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.grid import HOURS, MICRO, MISSING, DayGrid, HourGrid
from lantian.airquality.validity import ValidityRules
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class _Cells:
    """Arrays ``[station, day]`` of one factor."""

    total: NDArray[np.int64]
    count: NDArray[np.int16]
    hours: NDArray[np.int16]
    valid: NDArray[np.bool_]


def day_grid(hours: HourGrid, rules: ValidityRules) -> DayGrid:
    """Return the daily means of a grid of hours, and for O3 the daily maximum 8-hour means.

    O3 windows end at the labels ``window_first_end``…24 and lie inside the natural day; of equal maxima the first
    window is taken. A day of O3 is valid with ``day_windows`` valid windows, or with fewer when its maximum lies above
    ``exceeding``. Every cell carries its value even where it is not valid.
    """
    cells = [_factor_days(hours, factor, rules) for factor in hours.factors]
    return DayGrid(
        hours.stations,
        hours.first_day,
        hours.factors,
        np.stack([cell.total for cell in cells], axis=1),
        np.stack([cell.count for cell in cells], axis=1),
        np.stack([cell.hours for cell in cells], axis=1),
        np.stack([cell.valid for cell in cells], axis=1),
    )


def _factor_days(hours: HourGrid, factor: Factor, rules: ValidityRules) -> _Cells:
    micro = hours.factor(factor).reshape(len(hours.stations), hours.days, HOURS)
    known = micro != MISSING
    values = np.where(known, micro, 0)
    if factor is Factor.O3:
        return _ozone_days(values, known, rules)
    count = known.sum(axis=2, dtype=np.int16)
    return _Cells(values.sum(axis=2), count, count, count >= rules.day_hours[factor])


def _ozone_days(values: NDArray[np.int64], known: NDArray[np.bool_], rules: ValidityRules) -> _Cells:
    totals = _window_sums(values, rules)
    counts = _window_sums(known.astype(np.int64), rules)
    full = counts >= rules.window_minimum
    scale = lcm(*range(rules.window_minimum, rules.window_hours + 1))
    ranked = np.where(full, totals * (scale // np.maximum(counts, rules.window_minimum)), MISSING)
    best = ranked.argmax(axis=2)[..., np.newaxis]
    windows = full.sum(axis=2, dtype=np.int16)
    total = np.where(windows > 0, np.take_along_axis(totals, best, axis=2)[..., 0], 0)
    count = np.where(windows > 0, np.take_along_axis(counts, best, axis=2)[..., 0], 0)
    above = total > _micro_limit(rules.exceeding) * count
    return _Cells(total, count.astype(np.int16), windows, (windows >= rules.day_windows) | above)


def _window_sums(values: NDArray[np.int64], rules: ValidityRules) -> NDArray[np.int64]:
    """Sums over the windows of each day, ``[station, day, window]``."""
    running = np.cumsum(values, axis=2)
    opened = np.concatenate([np.zeros_like(running[..., :1]), running[..., : HOURS - rules.window_hours]], axis=2)
    sums: NDArray[np.int64] = running[..., rules.window_hours - 1 :] - opened
    return sums[..., rules.window_first_end - rules.window_hours :]


def _micro_limit(limit: Decimal) -> int:
    return int(limit * MICRO)


@dataclass(frozen=True)
class DayMaximum:
    """One day's maximum 8-hour mean of O3, exact.

    windows: valid windows of the day; mean: the maximum [µg/m³], None without any valid window.
    """

    windows: int
    mean: Fraction | None
    valid: bool


def day_maximum(hours: Sequence[Fraction | None], rules: ValidityRules) -> DayMaximum:
    """Return the daily maximum 8-hour mean of 24 hourly values with labels 1…24 (scalar form of :func:`day_grid`)."""
    means = [
        Fraction(sum(known), len(known))
        for end in range(rules.window_first_end, HOURS + 1)
        if len(known := [v for v in hours[end - rules.window_hours : end] if v is not None]) >= rules.window_minimum
    ]
    best = max(means, default=None)
    enough = len(means) >= rules.day_windows or (best is not None and best > Fraction(rules.exceeding))
    return DayMaximum(len(means), best, enough)
