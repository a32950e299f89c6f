"""Mechanisms that compare a concentration (浓度类): limits, background, counts, ratios, rate, plant state."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Condition, Finding
from lantian.analysis.detection.measure import (
    background,
    beside_values,
    gates_hold,
    nan_median,
    neighbour_values,
    neighbours,
    period_grid,
)
from lantian.analysis.detection.rules import (
    AboveBackground,
    Allowance,
    DailyCount,
    Exceedance,
    NeighbourRatio,
    OperatingState,
    Period,
    RateOfChange,
    Rule,
)
from lantian.analysis.detection.spells import Spell, compare, finding_of, findings, gate_rows, gated, names
from lantian.analysis.detection.window import Bools, Floats, Grid, Indices, Series, Window, flag_code
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

AIR_OXYGEN = 21.0
"""Oxygen content of air by which concentrations are converted [%] (HJ 75-2017, GB 13223-2011)."""


def exceedance(rule: Rule, mechanism: Exceedance, window: Window) -> list[Finding]:
    """Find means beyond a limit while all gates hold; a point without a limit is not judged."""
    rows = window.rows(rule.kinds, rule.channel)
    limits = np.array([limit_of(mechanism, rule.channel, window.series[row]) for row in rows])
    rows, limits = rows[~np.isnan(limits)], limits[~np.isnan(limits)]
    grid = period_grid(window, rows, mechanism.period)
    if mechanism.oxygen:
        grid = grid.with_values(converted(window, rows, grid.values, mechanism.period))
    off = limits * (mechanism.off_share if mechanism.side == "above" else 2 - mechanism.off_share)
    judged = compare(rows, grid, limits, off, lowest=mechanism.side == "below")
    judged = gated(judged, gates_hold(window, rows, mechanism.gates, mechanism.period))
    base = _base(rule, mechanism, window)
    if base is not None:
        with np.errstate(invalid="ignore"):
            judged = gated(judged, grid.values - base >= _asked(mechanism, base))

    def explain(spell: Spell) -> tuple[Condition, ...]:
        return (
            _against(rule, mechanism.period, spell, ">" if mechanism.side == "above" else "<"),
            *(_oxygen_rows(window, spell) if mechanism.oxygen else ()),
            *(() if base is None else (_own_part(rule, mechanism, spell.peak, base[spell.step]),)),
            *gate_rows(window, spell, mechanism.gates, mechanism.period),
        )

    return findings(rule, window, judged, explain)


def _base(rule: Rule, mechanism: Exceedance, window: Window) -> Floats | None:
    """Return the background, where the rule asks for it and the area has regulatory stations."""
    if mechanism.contribution is None or not len(window.rows((mechanism.background.kind,), rule.channel)):
        return None
    return background(window, rule.channel, mechanism.period, mechanism.background)


def _asked(mechanism: Exceedance, base: Floats) -> Floats:
    """Return how far above the background a value must lie."""
    return np.maximum(mechanism.contribution or 0.0, mechanism.contribution_share * base)


def _own_part(rule: Rule, mechanism: Exceedance, peak: float, base: np.float64) -> Condition:
    least = wording.amount(float(_asked(mechanism, np.array([base]))[0]), rule.unit, "≥ ")
    return wording.row(_DIFFERENCE, wording.amount(peak - float(base), rule.unit), least)


def limit_of(mechanism: Exceedance, channel: str, series: Series) -> float:
    """Return the limit of a point: its own, of its case, or of all; NaN where none applies."""
    if mechanism.own:
        return _number(_mapping(series.details.get("limits")).get(channel))
    if mechanism.cases:
        case = str(series.details.get(mechanism.case_key) or mechanism.default_case)
        return mechanism.cases.get(case, np.nan)
    return np.nan if mechanism.limit is None else mechanism.limit


def converted(window: Window, rows: Indices, values: Floats, period: Period) -> Floats:
    """Convert to the point's reference oxygen: C·(21 - O2ref)/(21 - O2); NaN at 21 % and above and without one."""
    oxygen = beside_values(window, rows, "a19001", period)
    reference = np.array([_number(window.series[row].details.get("reference_oxygen")) for row in rows])
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = (AIR_OXYGEN - reference[:, np.newaxis]) / (AIR_OXYGEN - oxygen)
        return np.where(oxygen < AIR_OXYGEN, values * factor, np.nan)


def above_background(rule: Rule, mechanism: AboveBackground, window: Window) -> list[Finding]:
    """Find points that lie above the regulatory stations by more than the limit."""
    rows = window.rows(rule.kinds, rule.channel)
    grid = period_grid(window, rows, mechanism.period)
    base = background(window, rule.channel, mechanism.period, mechanism.background)
    limits = np.full(len(rows), mechanism.limit)
    judged = compare(rows, grid.with_values(grid.values - base), limits, limits * mechanism.off_share)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        own = float(grid.values[spell.index, spell.step])
        return (
            wording.row(wording.measured(rule, mechanism.period), wording.amount(own, rule.unit), _ANY),
            wording.row(_BACKGROUND, wording.amount(float(base[spell.step]), rule.unit), _ANY),
            wording.row(_DIFFERENCE, _with_time(spell, rule), wording.amount(spell.limit, rule.unit, "> ")),
        )

    return findings(rule, window, judged, explain)


def daily_count(rule: Rule, mechanism: DailyCount, window: Window) -> list[Finding]:
    """Find points with more periods of today above a value than a day may have; the first of ``counts`` goes first."""
    rows = window.rows(rule.kinds, rule.channel)
    grid = period_grid(window, rows, mechanism.period)
    if mechanism.background is not None:
        base = background(window, rule.channel, mechanism.period, mechanism.background)
        grid = grid.with_values(grid.values - base)
    every = [
        found for each in mechanism.counts for found in _counted(rule, mechanism.period, window, (rows, grid), each)
    ]
    return list({found.subject: found for found in reversed(every)}.values())


def _counted(
    rule: Rule, period: Period, window: Window, judged: tuple[Indices, Grid], allowance: Allowance
) -> list[Finding]:
    rows, grid = judged
    today = _today(grid, window.now)
    with np.errstate(invalid="ignore"):
        over = (grid.values > allowance.above) & today
    counts = over.sum(axis=1)
    found = []
    for index in np.flatnonzero(counts > allowance.allowed):
        steps = np.flatnonzero(over[index])
        first, last = grid.at(int(steps[allowance.allowed])), grid.at(int(steps[-1]) + 1)
        count, limit = float(counts[index]), float(allowance.allowed)
        spell = Spell(
            int(rows[index]), int(index), int(steps[-1]), first, last, count, grid.at(int(steps[-1])), limit, True
        )
        above = wording.amount(allowance.above, rule.unit, "> ")
        name = wording.measured(rule, period)
        label = Text(f"当日{name.zh} {above.zh} 的次数", f"periods of the day with {name.en} {above.en}")
        row = wording.row(label, wording.amount(count, ""), wording.amount(limit, "", "≤ "))
        found.append(replace(finding_of(rule, window, spell, (row,), {}), unit="1"))
    return found


def _today(grid: Grid, now: datetime) -> Bools:
    """Tell which periods belong to the Beijing day of the last of them that has ended."""
    days = [grid.at(step).astimezone(BEIJING).date() for step in range(grid.steps)]
    return np.array([day == days[-1] and grid.at(step) < now for step, day in enumerate(days)], dtype=np.bool_)


def neighbour_ratio(rule: Rule, mechanism: NeighbourRatio, window: Window) -> list[Finding]:
    """Find points at more than a multiple of the nearest peers."""
    rows, peers = window.rows(rule.kinds, rule.channel), window.rows(mechanism.peers, rule.channel)
    near = neighbours(window, rows, peers, mechanism.nearest, mechanism.radius_km)
    grid = period_grid(window, rows, mechanism.period)
    base = nan_median(neighbour_values(window, near, mechanism.period), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where((base > 0), grid.values / base, np.nan)
        far = grid.values - base >= mechanism.difference
    limits = np.full(len(rows), mechanism.times)
    judged = gated(compare(rows, grid.with_values(ratio), limits, limits * mechanism.off_share), far)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        own, theirs = float(grid.values[spell.index, spell.step]), float(base[spell.index, spell.step])
        return (
            wording.row(wording.measured(rule, mechanism.period), wording.amount(own, rule.unit), _ANY),
            wording.row(
                _NEIGHBOURS, wording.amount(theirs, rule.unit), wording.joined(names(window, near[spell.index]))
            ),
            wording.row(_RATIO, wording.amount(spell.peak, ""), wording.amount(spell.limit, "", "> ")),
        )

    found = findings(rule, window, judged, explain, lambda spell: {"neighbours": names(window, near[spell.index])})
    return [replace(each, unit="1") for each in found]


def rate_of_change(rule: Rule, mechanism: RateOfChange, window: Window) -> list[Finding]:
    """Find rises within some minutes: the value less the smallest of the 5-minute means before it."""
    rows = window.rows(rule.kinds, rule.channel)
    grid = period_grid(window, rows, "5min")
    back = max(1, mechanism.minutes // grid.step_minutes)
    lowest = np.full_like(grid.values, np.nan)
    for shift in range(1, back + 1):
        lowest[:, shift:] = np.fmin(lowest[:, shift:], grid.values[:, :-shift])
    with np.errstate(invalid="ignore"):
        high = grid.values >= mechanism.floor
    limits = np.full(len(rows), mechanism.limit)
    judged = gated(compare(rows, grid.with_values(grid.values - lowest), limits, limits), high)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        own = float(grid.values[spell.index, spell.step])
        label = Text(f"{mechanism.minutes} 分钟内升高", f"rise within {mechanism.minutes} min")
        return (
            wording.row(wording.measured(rule, "5min"), wording.amount(own, rule.unit), _ANY),
            wording.row(label, _with_time(spell, rule), wording.amount(spell.limit, rule.unit, "> ")),
        )

    return findings(rule, window, judged, explain)


def operating_state(rule: Rule, mechanism: OperatingState, window: Window) -> list[Finding]:
    """Find emissions while the plant is declared stopped, or none while it runs."""
    rows = window.rows(rule.kinds, rule.channel)
    gates = gates_hold(window, rows, mechanism.gates, mechanism.period)
    grid = period_grid(window, rows, mechanism.period)
    limits = np.full(len(rows), mechanism.value)
    if mechanism.state == "silent-while-running":
        judged = compare(rows, grid, np.nextafter(limits, np.inf), np.nextafter(limits, np.inf), lowest=True)
    else:
        judged = compare(rows, grid, limits, limits)
    judged = gated(judged, gates)
    sign = ">" if mechanism.state == "emitting-while-stopped" else "≤"

    def explain(spell: Spell) -> tuple[Condition, ...]:
        shown = _against(rule, mechanism.period, spell, sign)
        return (shown, *gate_rows(window, spell, mechanism.gates, mechanism.period))

    found = findings(rule, window, judged, explain)
    return [*found, *_flagged(rule, mechanism, window, rows, {each.subject for each in found})]


def _flagged(rule: Rule, mechanism: OperatingState, window: Window, rows: Indices, known: set[str]) -> list[Finding]:
    """Find values above the limit under the flag F, "instrument stopped" (HJ 212-2017 table 8)."""
    if mechanism.state != "emitting-while-stopped":
        return []
    stopped, values = window.flags[rows] == flag_code("F"), window.minutes.values[rows]
    grid = window.minutes.with_values(np.where(stopped | np.isnan(values), values, 0.0))
    limits = np.full(len(rows), mechanism.value)

    def explain(spell: Spell) -> tuple[Condition, ...]:
        flag = wording.row(Text("数据标记", "data flag"), Text("F（停运）", "F (stopped)"), Text("F", "F"))
        return (_against(rule, "1min", spell, ">"), flag)

    found = findings(rule, window, compare(rows, grid, limits, limits), explain)
    return [each for each in found if each.subject not in known]


def _oxygen_rows(window: Window, spell: Spell) -> tuple[Condition, ...]:
    reference = _number(window.series[spell.row].details.get("reference_oxygen"))
    label = Text("已折算到基准氧含量", "converted to reference oxygen")
    return (wording.row(label, wording.amount(reference, "%"), _ANY),)


def _against(rule: Rule, period: Period, spell: Spell, sign: str) -> Condition:
    limit = wording.amount(spell.limit, rule.unit, f"{sign} ")
    return wording.row(wording.measured(rule, period), _with_time(spell, rule), limit)


def _with_time(spell: Spell, rule: Rule) -> Text:
    value, at = wording.amount(spell.peak, rule.unit), wording.clock(spell.peak_at)
    return Text(f"{value.zh}（{at.zh}）", f"{value.en} ({at.en})")


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else np.nan


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


_ANY = Text("–", "–")
_BACKGROUND = Text("区域背景（同时段标准站）", "background (regulatory stations, same period)")
_DIFFERENCE = Text("与背景之差", "difference from the background")
_NEIGHBOURS = Text("周边点位", "neighbours")
_RATIO = Text("与周边之比", "ratio to the neighbours")
