"""Quantities that rules compare (待判量): period means, background, neighbours, gates."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from lantian.analysis.detection.rules import PERIOD_MINUTES, Background, Gate, Period
from lantian.analysis.detection.window import Bools, Floats, Grid, Indices, Window

CAPTURE = 0.75
"""Least share of the reports due in a mean of minutes, as 45 of 60 (GB 3095-2012 table 4)."""

_CHUNK = 512
"""Rows of a distance matrix computed at a time."""


def period_grid(window: Window, rows: Indices, period: Period) -> Grid:
    """Return the means of a period: as reported, clock-aligned blocks of minutes, or the validated hours."""
    if period == "1h":
        return window.hours.of(rows)
    if period == "15min" and window.quarters is not None:
        return window.quarters.of(rows)
    minutes = window.usable.of(rows)
    if period == "1min":
        return minutes
    intervals = np.array([window.series[row].interval_s / 60 for row in rows])
    return block_means(minutes, PERIOD_MINUTES[period], intervals)


def block_means(minutes: Grid, size: int, intervals: Floats) -> Grid:
    """Return means of clock-aligned blocks of ``size`` minutes; NaN with under 75 % of the reports due.

    intervals: minutes between reports of each series.
    """
    skip = -minutes.start.minute % size
    blocks = max(0, (minutes.steps - skip) // size)
    cut = minutes.values[:, skip : skip + blocks * size].reshape(len(intervals), blocks, size)
    due = np.maximum(1.0, np.floor(size / np.maximum(intervals, 1.0)) * CAPTURE)
    there = ~np.isnan(cut)
    count = there.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(count >= due[:, np.newaxis], np.where(there, cut, 0.0).sum(axis=2) / count, np.nan)
    return Grid(minutes.at(skip), size, means)


def nan_median(values: Floats, axis: int) -> Floats:
    """Return the median of what is there; NaN where nothing is.

    >>> nan_median(np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, np.nan]]), 1).tolist()
    [2.0, nan]
    """
    if not values.shape[axis]:
        return nan_mean(values, axis)
    ordered = np.sort(values, axis=axis)
    count = (~np.isnan(values)).sum(axis=axis, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    high = np.minimum(high, values.shape[axis] - 1)
    middle = (np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)) / 2
    return np.asarray(np.squeeze(middle, axis))


def nan_mean(values: Floats, axis: int) -> Floats:
    """Return the mean of what is there; NaN where nothing is, without a warning."""
    there = ~np.isnan(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def neighbours(window: Window, rows: Indices, peers: Indices, nearest: int, radius_km: float) -> Indices:
    """Return for each series its nearest peers at other places, nearest first; -1 where there are fewer."""
    found = np.full((len(rows), nearest), -1, dtype=np.intp)
    if not len(peers):
        return found
    here, there = window.positions_km(rows), window.positions_km(peers)
    names = {name: number for number, name in enumerate(dict.fromkeys(each.place for each in window.series))}
    own = np.array([names[window.series[row].place] for row in rows])
    theirs = np.array([names[window.series[row].place] for row in peers])
    taken = min(nearest, len(peers))
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        apart = np.hypot(here[part, None, 0] - there[None, :, 0], here[part, None, 1] - there[None, :, 1])
        apart[(own[part, None] == theirs[None, :]) | ~(apart <= radius_km)] = np.inf
        order = np.argpartition(apart, taken - 1, axis=1)[:, :taken]
        order = np.take_along_axis(order, np.argsort(np.take_along_axis(apart, order, 1), axis=1, kind="stable"), 1)
        near = np.take_along_axis(apart, order, 1) < np.inf
        found[part, :taken] = np.where(near, peers[order], -1)
    return found


def neighbour_values(window: Window, near: Indices, period: Period) -> Floats:
    """Return the same-period values of neighbours [series, neighbour, step]; NaN for those that are not there."""
    return picked(period_grid(window, used := np.unique(near[near >= 0]), period).values, used, near)


def picked(values: Floats, used: Indices, near: Indices) -> Floats:
    """Spread rows of values, which belong to the series ``used`` in ascending order, over the neighbours."""
    if not len(used):
        return np.full((*near.shape, values.shape[1]), np.nan)
    place = np.searchsorted(used, np.maximum(near, used[0]))
    return np.where((near >= 0)[:, :, np.newaxis], values[place], np.nan)


def background(window: Window, channel: str, period: Period, rule: Background) -> Floats:
    """Return the same-period value of the regulatory stations [step]; NaN where it may not be used.

    It may not with too few valid stations, in sand dust, and in humid air (optical sensors).
    """
    stations = window.rows((rule.kind,), channel)
    grid = period_grid(window, stations, period)
    value = (nan_median if rule.statistic == "median" else nan_mean)(grid.values, 0)
    count = (~np.isnan(grid.values)).sum(axis=0)
    humid = period_grid(window, window.rows((rule.kind,), rule.humidity_channel), period).values
    humidity = nan_median(humid, 0) if len(humid) else np.full(grid.steps, np.nan)
    barred = (count < rule.minimum_stations) | (humidity > rule.humidity) | in_spans(grid, window.sand_dust)
    return np.where(barred, np.nan, value)


def in_spans(grid: Grid, spans: Iterable[tuple[datetime, datetime]]) -> Bools:
    """Tell which periods overlap one of the spans."""
    inside = np.zeros(grid.steps, dtype=np.bool_)
    for start, end in spans:
        first = max(0, grid.step_of(start))
        inside[first : max(first, -(-(end - grid.start) // (grid.at(1) - grid.start)))] = True
    return inside


def gates_hold(window: Window, rows: Indices, gates: tuple[Gate, ...], period: Period) -> Bools:
    """Tell in which periods all gates hold [series, step]; a gate without a value does not."""
    steps = period_grid(window, rows, period).steps
    hold = np.ones((len(rows), steps), dtype=np.bool_)
    for gate in gates:
        value = beside_values(window, rows, gate.channel, period)
        with np.errstate(invalid="ignore"):
            above = value > (-np.inf if gate.above is None else gate.above)
            below = value < (np.inf if gate.below is None else gate.below)
        hold &= above & below
    return hold


def beside_values(window: Window, rows: Indices, channel: str, period: Period) -> Floats:
    """Return the same-period values of another channel of each device [series, step]; NaN where there is none."""
    beside = window.beside(rows, channel)
    grid = period_grid(window, np.maximum(beside, 0), period)
    return np.where((beside >= 0)[:, np.newaxis], grid.values, np.nan)
