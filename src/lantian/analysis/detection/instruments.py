"""Mechanisms that doubt the instrument (仪器类): frozen, clipped, ordering, neighbours, drift, oxygen, sprinkling."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Condition, Finding
from lantian.analysis.detection.measure import (
    beside_values,
    gates_hold,
    nan_median,
    neighbour_values,
    neighbours,
    period_grid,
    picked,
)
from lantian.analysis.detection.rules import (
    Clipped,
    Drift,
    Frozen,
    NeighbourOutlier,
    Ordering,
    OxygenStep,
    Rule,
    Sprinkling,
)
from lantian.analysis.detection.spells import Spell, compare, finding_of, findings, gate_rows, gated, names
from lantian.analysis.detection.window import Bools, Floats, Grid, Indices, Window
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted

_DAY = timedelta(days=1)
MAD_TO_SD = 1.4826
"""Turns a median absolute deviation into a standard deviation of a normal law."""


def frozen(rule: Rule, mechanism: Frozen, window: Window) -> list[Finding]:
    """Find series whose newest value has been the same for long, and longer than repeats make likely.

    With share p of repeats outside the run, n values meet a run of r + 1 equal ones with at most n·p^r; r is chosen so
    that this is ``false_rate``, yet the run never shorter than ``minutes``.
    """
    rows = window.rows(rule.kinds, rule.channel)
    grid = window.usable.of(rows)
    values, order, count = _packed(grid.values)
    same = _same(values, window, rows)
    run = _newest_run(same, count)
    first = _pick(order, count - 1 - run)
    last = _pick(order, count - 1)
    least = np.maximum(mechanism.minutes, _run_asked(same, run, count, mechanism.false_rate) * _interval(window, rows))
    newest = _pick(values, count - 1)
    running = _pick(gates_hold(window, rows, mechanism.gates, "1min"), last.astype(np.intp))
    with np.errstate(invalid="ignore"):
        found = (count > 0) & (last - first + 1 >= least) & (newest > mechanism.above) & (running > 0)
    return [
        finding_of(rule, window, spell, (_repeats(rule, spell), *gate_rows(window, spell, mechanism.gates, "1min")), {})
        for index in np.flatnonzero(found)
        for spell in [_run_spell(rows, grid, int(index), (int(first[index]), int(last[index])), float(newest[index]))]
    ]


def _packed(values: Floats) -> tuple[Floats, Indices, Indices]:
    """Move what is there to the front of each row; return it, the step of each, and how many there are."""
    there = ~np.isnan(values)
    order = np.argsort(~there, axis=1, kind="stable")
    return np.take_along_axis(values, order, 1), order, there.sum(axis=1).astype(np.intp)


def _same(values: Floats, window: Window, rows: Indices) -> Bools:
    """Tell which values equal the one before, at half the resolution of the instrument."""
    half = np.array([0.5 * 10.0 ** -window.series[row].decimals for row in rows])
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(np.diff(values, axis=1)) < half[:, np.newaxis])


def _newest_run(same: Bools, count: Indices) -> Indices:
    """Return how many repeats end each row."""
    steps = np.arange(same.shape[1])
    inside = steps[np.newaxis, :] < (count - 1)[:, np.newaxis]
    breaks = np.where(inside & ~same, steps, -1).max(axis=1, initial=-1)
    return np.asarray(np.maximum(count - 2 - breaks, 0), dtype=np.intp)


def _run_asked(same: Bools, run: Indices, count: Indices, false_rate: float) -> Floats:
    """Return the run, in reports, that a clean series shows at most at the false rate."""
    outside = np.maximum(count - 1 - run, 0)
    share = np.clip((same.sum(axis=1) - run + 1) / (outside + 2), 1e-3, 0.99)
    return np.asarray(1 + np.log(false_rate / np.maximum(count, 1)) / np.log(share))


def _interval(window: Window, rows: Indices) -> Floats:
    return np.array([max(1.0, window.series[row].interval_s / 60) for row in rows])


def _pick(values: Floats | Indices | Bools, index: Indices) -> Floats:
    return np.take_along_axis(values, np.maximum(index, 0)[:, np.newaxis], 1)[:, 0].astype(np.float64)


def _run_spell(rows: Indices, grid: Grid, index: int, steps: tuple[int, int], value: float) -> Spell:
    first, last = steps
    start, end = grid.at(first), grid.at(last + 1)
    return Spell(int(rows[index]), index, last, start, end, value, start, value, True)


def _repeats(rule: Rule, spell: Spell) -> Condition:
    label = Text(f"{rule.channel_label.zh} 不变", f"{rule.channel_label.en} unchanged")
    return wording.row(label, wording.amount(spell.peak, rule.unit), Text("相同", "the same"))


def clipped(rule: Rule, mechanism: Clipped, window: Window) -> list[Finding]:
    """Find series at the end of their range, or with many values at one maximum while others vary."""
    rows = window.rows(rule.kinds, rule.channel)
    whole = window.usable.of(rows)
    skipped = max(0, whole.steps - mechanism.last_minutes)
    grid = Grid(whole.at(skipped), 1, whole.values[:, skipped:])
    top = np.fmax.reduce(grid.values, axis=1, initial=-np.inf)
    half = np.array([0.5 * 10.0 ** -window.series[row].decimals for row in rows])
    high = np.array([_or(window.series[row].high, np.inf) for row in rows])
    with np.errstate(invalid="ignore"):
        at_top = np.abs(grid.values - top[:, np.newaxis]) < half[:, np.newaxis]
    count, valid = at_top.sum(axis=1), np.maximum((~np.isnan(grid.values)).sum(axis=1), 1)
    plateau = (count >= mechanism.count) & (count >= mechanism.share * valid) & (count < valid)
    at_end = (top >= high - half) & (count * _interval(window, rows) >= mechanism.minutes)
    found = np.flatnonzero((plateau | at_end) & (top > mechanism.above))
    return [
        _clipped_finding(rule, window, (rows, grid, at_top), int(index))
        for index in found
        if at_end[index] or count[index] >= mechanism.times * _most_frequent(grid.values[index][~at_top[index]])
    ]


def _most_frequent(values: Floats) -> int:
    """Return how often the most frequent value occurs."""
    return int(np.unique(values[~np.isnan(values)], return_counts=True)[1].max(initial=0))


def _clipped_finding(rule: Rule, window: Window, judged: tuple[Indices, Grid, Bools], index: int) -> Finding:
    rows, grid, at_top = judged
    steps = np.flatnonzero(at_top[index])
    value = float(grid.values[index, steps[0]])
    high = window.series[rows[index]].high
    spell = replace(
        _run_spell(rows, grid, index, (int(steps[0]), int(steps[-1])), value), limit=value if high is None else high
    )
    label = Text(f"{rule.channel_label.zh} 停在最大值", f"{rule.channel_label.en} held at its maximum")
    top, end = wording.amount(value, rule.unit), wording.amount(spell.limit, rule.unit)
    found = Text(f"{len(steps)} 个值为 {top.zh}", f"{counted(len(steps), 'value')} of {top.en}")
    row = wording.row(label, found, Text(f"量程 {end.zh}", f"range {end.en}"))
    return finding_of(rule, window, spell, (row,), {})


def _or(value: float | None, instead: float) -> float:
    return instead if value is None else value


def ordering(rule: Rule, mechanism: Ordering, window: Window) -> list[Finding]:
    """Find means of a part above those of the whole, such as PM2.5 above PM10."""
    rows = window.rows(rule.kinds, rule.channel)
    grid = period_grid(window, rows, mechanism.period)
    whole = beside_values(window, rows, mechanism.whole, mechanism.period)
    excess = grid.values - np.maximum(whole * (1 + mechanism.share), whole + mechanism.difference)
    zero = np.zeros(len(rows))
    judged = compare(rows, grid.with_values(excess), zero, zero)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        part, total = float(grid.values[spell.index, spell.step]), float(whole[spell.index, spell.step])
        limit = wording.amount(total, rule.unit, f"{mechanism.whole} ")
        return (wording.row(wording.measured(rule, mechanism.period), wording.amount(part, rule.unit), limit),)

    return findings(rule, window, judged, explain)


def neighbour_outlier(rule: Rule, mechanism: NeighbourOutlier, window: Window) -> list[Finding]:
    """Find means out of line with their neighbours, on either side; judged on the absolute robust z."""
    rows = window.rows(rule.kinds, rule.channel)
    near = neighbours(window, rows, rows, mechanism.nearest, mechanism.radius_km)
    grid = period_grid(window, rows, mechanism.period)
    around = neighbour_values(window, near, mechanism.period)
    middle = nan_median(around, 1)
    mad = MAD_TO_SD * nan_median(np.abs(around - middle[:, np.newaxis, :]), 1)
    spread = np.fmax(np.fmax(mad, mechanism.floor), mechanism.floor_share * middle)
    enough = (~np.isnan(around)).sum(axis=1) >= mechanism.minimum
    z = np.where(enough, np.abs(grid.values - middle) / spread, np.nan)
    limits = np.full(len(rows), mechanism.z)
    judged = compare(rows, grid.with_values(z), limits, limits * 0.8)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        own, theirs = float(grid.values[spell.index, spell.step]), float(middle[spell.index, spell.step])
        listed = wording.joined(names(window, near[spell.index]))
        return (
            wording.row(wording.measured(rule, mechanism.period), wording.amount(own, rule.unit), _ANY),
            wording.row(_NEIGHBOURS, wording.amount(theirs, rule.unit), listed),
            wording.row(_ROBUST_Z, wording.amount(spell.peak, ""), wording.amount(spell.limit, "", "> ")),
        )

    found = findings(rule, window, judged, explain, lambda spell: {"neighbours": names(window, near[spell.index])})
    return [replace(each, unit="1") for each in found]


def drift(rule: Rule, mechanism: Drift, window: Window) -> list[Finding]:
    """Find gains that slowly move against the neighbours, from the daily means."""
    if window.days is None:
        return []
    rows = window.rows(rule.kinds, rule.channel)
    near = neighbours(window, rows, rows, mechanism.nearest, mechanism.radius_km)
    recent = Grid(window.days.start, 1440, window.days.values[:, -mechanism.days :])
    used = np.unique(near[near >= 0])
    middle = nan_median(picked(recent.values[used], used, near), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(recent.values[rows] / middle)
    ratio[~np.isfinite(ratio)] = np.nan
    slope, error = theil_sen(ratio)
    change = slope * mechanism.days
    enough = (~np.isnan(ratio)).sum(axis=1) >= mechanism.minimum_days
    with np.errstate(invalid="ignore"):
        found = enough & (np.abs(change) > math.log1p(mechanism.change)) & (np.abs(slope) > mechanism.score * error)
    return [_drifted(rule, mechanism, window, (int(rows[i]), near[i]), float(change[i])) for i in np.flatnonzero(found)]


def theil_sen(values: Floats) -> tuple[Floats, Floats]:
    """Return each row's slope per step, the median of all pairs' slopes, and its standard error.

    The error is that of a least-squares slope with the robust spread of the residuals.

    >>> slope, error = theil_sen(np.array([[1.0, 2.0, 3.0, np.nan, 5.0]]))
    >>> slope.tolist(), error.tolist()
    ([1.0], [0.0])
    """
    steps = np.arange(values.shape[1])
    left, right = np.triu_indices(len(steps), 1)
    slope = nan_median((values[:, right] - values[:, left]) / (right - left), 1)
    there = ~np.isnan(values)
    residual = values - slope[:, np.newaxis] * steps
    spread = MAD_TO_SD * nan_median(np.abs(residual - nan_median(residual, 1)[:, np.newaxis]), 1)
    count = np.maximum(there.sum(axis=1), 1)
    mean = (there * steps).sum(axis=1) / count
    squares = (there * (steps - mean[:, np.newaxis]) ** 2).sum(axis=1)
    return slope, np.where(squares > 0, spread / np.sqrt(np.maximum(squares, 1e-12)), np.nan)


def _drifted(rule: Rule, mechanism: Drift, window: Window, which: tuple[int, Indices], change: float) -> Finding:
    row, near = which
    percent, limit = 100 * math.expm1(change), 100 * mechanism.change
    start, end = window.now - mechanism.days * _DAY, window.now
    spell = Spell(row, 0, 0, start, end, percent, end, math.copysign(limit, change), True)
    label = Text(
        f"{mechanism.days} 天内相对周边的增益变化",
        f"change of gain against neighbours over {counted(mechanism.days, 'day')}",
    )
    shown = wording.row(label, wording.amount(percent, "%"), wording.amount(limit, "%", "± "))
    listed = names(window, near)
    around = wording.row(_NEIGHBOURS, wording.joined(listed), _ANY)
    return replace(finding_of(rule, window, spell, (shown, around), {"neighbours": listed}), unit="%")


def oxygen_step(rule: Rule, mechanism: OxygenStep, window: Window) -> list[Finding]:
    """Find oxygen that stepped while flow and temperature did not; a lead for a person to check."""
    rows = window.rows(rule.kinds, rule.channel)
    minutes = window.usable.of(rows)
    change = _change(minutes.values, mechanism.before_minutes, mechanism.after_minutes, relative=False)
    limits = np.full(len(rows), mechanism.step)
    judged = compare(rows, minutes.with_values(np.abs(change)), limits, limits * 0.8)
    steady = np.ones(change.shape, dtype=np.bool_)
    for channel in mechanism.steady:
        beside = beside_values(window, rows, channel, "1min")
        moved = _change(beside, mechanism.before_minutes, mechanism.after_minutes, relative=True)
        with np.errstate(invalid="ignore"):
            steady &= np.abs(moved) <= mechanism.steady_share

    def explain(spell: Spell) -> tuple[Condition, ...]:
        signed = float(change[spell.index, spell.step])
        label = Text(f"{rule.channel_label.zh} 阶跃", f"step of {rule.channel_label.en}")
        share = wording.amount(100 * mechanism.steady_share, "%", "≤ ")
        plant = Text("流速、温度等的变化", "change of the plant's channels")
        step = wording.row(label, wording.amount(signed, rule.unit), wording.amount(spell.limit, rule.unit, "> ± "))
        return (step, wording.row(plant, wording.joined(mechanism.steady), share))

    return findings(rule, window, gated(judged, steady), explain)


def sprinkling(rule: Rule, mechanism: Sprinkling, window: Window) -> list[Finding]:
    """Find humidity that jumps while PM10 drops, both against the neighbours; a lead for a person to check."""
    rows = window.rows(rule.kinds, rule.channel)
    before, after = mechanism.before_minutes, mechanism.after_minutes
    minutes = window.usable.of(rows)
    coarse = _change(minutes.values, before, after, relative=True)
    humid = _change(beside_values(window, rows, mechanism.humidity_channel, "1min"), before, after, relative=False)
    fine = _change(beside_values(window, rows, mechanism.fine_channel, "1min"), before, after, relative=True)
    peers = window.rows(mechanism.peers, rule.channel)
    near = neighbours(window, rows, peers, mechanism.nearest, mechanism.radius_km)
    used = np.unique(near[near >= 0])
    their_coarse = _change(window.usable.of(used).values, before, after, relative=True)
    their_humidity = beside_values(window, used, mechanism.humidity_channel, "1min")
    their_humid = _change(their_humidity, before, after, relative=False)
    drop = nan_median(picked(their_coarse, used, near), 1) - coarse
    rise = humid - nan_median(picked(their_humid, used, near), 1)
    limits = np.full(len(rows), mechanism.pm10_drop)
    with np.errstate(invalid="ignore"):
        wet = (rise >= mechanism.humidity_rise) & (fine > coarse - mechanism.fine_margin)
    judged = gated(compare(rows, minutes.with_values(drop), limits, limits * 0.8), wet)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        fell, rose = 100 * spell.peak, float(rise[spell.index, spell.step])
        humidity, points = Text("相对湿度比周边多升", "humidity rose more than nearby"), mechanism.humidity_rise
        return (
            wording.row(humidity, wording.amount(rose, "%"), wording.amount(points, "%", "≥ ")),
            wording.row(
                Text("PM10 比周边多降", "PM10 fell more than nearby"),
                wording.amount(fell, "%"),
                wording.amount(100 * spell.limit, "%", "> "),
            ),
            wording.row(_NEIGHBOURS, wording.joined(names(window, near[spell.index])), _ANY),
        )

    return findings(rule, window, judged, explain, lambda spell: {"neighbours": names(window, near[spell.index])})


def _change(values: Floats, before: int, after: int, *, relative: bool) -> Floats:
    """Return, at each minute, the mean of the last ``after`` minutes less that of the ``before`` minutes before them.

    Both need three quarters of their minutes. relative: as share of the earlier mean.
    """
    late, early = _sliding(values, after), np.full_like(values, np.nan)
    early[:, after:] = _sliding(values, before)[:, :-after]
    with np.errstate(invalid="ignore", divide="ignore"):
        change = late - early
        return np.where(early > 0, change / early, np.nan) if relative else change


def _sliding(values: Floats, size: int) -> Floats:
    """Return the mean of the last ``size`` minutes at each minute; NaN with under three quarters of them."""
    there = ~np.isnan(values)
    total, count = np.cumsum(np.where(there, values, 0.0), axis=1), np.cumsum(there, axis=1)
    total[:, size:], count[:, size:] = total[:, size:] - total[:, :-size], count[:, size:] - count[:, :-size]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(4 * count >= 3 * size, total / count, np.nan)


_ANY = Text("–", "–")
_NEIGHBOURS = Text("周边点位", "neighbours")
_ROBUST_Z = Text("与周边偏离（稳健 z）", "distance from the neighbours (robust z)")
