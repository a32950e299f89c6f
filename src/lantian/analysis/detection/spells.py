"""From compared values to findings (由判定到发现): the part that all mechanisms over series share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lantian.analysis.detection import wording
from lantian.analysis.detection.episodes import Timing, episodes
from lantian.analysis.detection.findings import Condition, Finding, subject_key
from lantian.analysis.detection.measure import beside_values
from lantian.analysis.detection.rules import Gate, Period, Rule
from lantian.analysis.detection.window import Bools, Floats, Grid, Indices, Series, Window
from lantian.kernel.errors import Text

GAP_MINUTES = 15
"""A gap that a beginning survives, or two periods, whichever is longer [min]."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Values on one grid with what they are compared with.

    rows: the series, grid.values: one row each. over, under: beyond the limit; on the good side of the off limit.
    limits: of each series. lowest: whether the worst value is the smallest.
    """

    rows: Indices
    grid: Grid
    over: Bools
    under: Bools
    limits: Floats
    lowest: bool = False


@dataclass(frozen=True)
class Spell:
    """The time in which a condition held for one series; row: in the window, index: among those judged."""

    row: int
    index: int
    step: int
    start: datetime
    end: datetime
    peak: float
    peak_at: datetime
    limit: float
    holds: bool


def compare(rows: Indices, grid: Grid, limits: Floats, off: Floats, *, lowest: bool = False) -> Judged:
    """Compare values with a limit and an off limit of each series; NaN is on neither side."""
    high, low = limits[:, np.newaxis], off[:, np.newaxis]
    with np.errstate(invalid="ignore"):
        over = grid.values < high if lowest else grid.values > high
        under = grid.values >= low if lowest else grid.values <= low
    return Judged(rows, grid, over, under, limits, lowest)


def gated(judged: Judged, hold: Bools) -> Judged:
    """Let the condition hold only where the gates do; where they do not, it has ceased."""
    over, under = judged.over & hold, judged.under | ~hold
    return Judged(judged.rows, judged.grid, over, under, judged.limits, judged.lowest)


def spells(rule: Rule, window: Window, judged: Judged) -> list[Spell]:
    """Return what holds, and what ceased within the window's minutes."""
    grid = judged.grid
    if not len(judged.rows) or not grid.steps:
        return []
    present = ~np.isnan(grid.values)
    active = np.array([subject_of(rule, window.series[row]) in window.active for row in judged.rows])
    found = episodes(judged.over & present, judged.under & present, present, timing(rule, grid.step_minutes), active)
    kept = np.flatnonzero(found.first >= 0)
    made = (_spell(judged, int(i), int(found.first[i]), int(found.last[i]), bool(found.holds[i])) for i in kept)
    return [spell for spell in made if spell.holds or spell.end >= window.minutes.start]


def timing(rule: Rule, step_minutes: int) -> Timing:
    """Turn the rule's minutes into steps of a grid."""

    def steps(minutes: int) -> int:
        return max(1, -(-minutes // step_minutes))

    return Timing(steps(rule.minimum_minutes), steps(rule.clear_minutes), max(2, GAP_MINUTES // step_minutes))


def _spell(judged: Judged, index: int, first: int, last: int, holds: bool) -> Spell:
    grid = judged.grid
    values = np.where(judged.over[index, first : last + 1], grid.values[index, first : last + 1], np.nan)
    if np.isnan(values).all():  # active before, and since between the two limits
        values = grid.values[index, first : last + 1]
    step = first + int(np.nanargmin(values) if judged.lowest else np.nanargmax(values))
    peak = float(grid.values[index, step])
    limit = float(judged.limits[index])
    start, end, peak_at = grid.at(first), grid.at(last + 1), grid.at(step)
    return Spell(int(judged.rows[index]), index, step, start, end, peak, peak_at, limit, holds)


def subject_of(rule: Rule, series: Series) -> str:
    """Return the key of a rule's alarm about a series."""
    return subject_key(rule.id, series.place, series.factor)


Explain = Callable[[Spell], tuple[Condition, ...]]
Evidence = Callable[[Spell], Mapping[str, object]]


def findings(
    rule: Rule, window: Window, judged: Judged, explain: Explain, evidence: Evidence | None = None
) -> list[Finding]:
    """Judge the compared values and explain what was found; the duration is the last row of each explanation."""
    return [
        finding_of(rule, window, spell, explain(spell), evidence(spell) if evidence else {})
        for spell in spells(rule, window, judged)
    ]


def finding_of(
    rule: Rule, window: Window, spell: Spell, conditions: tuple[Condition, ...], evidence: Mapping[str, object]
) -> Finding:
    """Make the finding of a spell."""
    series = window.series[spell.row]
    return Finding(
        rule=rule.id,
        subject=subject_of(rule, series),
        point=series.point,
        device=series.device,
        area=series.area,
        factor=series.factor,
        start=spell.start,
        end=spell.end,
        peak=spell.peak,
        peak_at=spell.peak_at,
        limit=spell.limit,
        unit=rule.unit or series.unit,
        level=rule.level,
        conditions=(*conditions, wording.lasted(spell.start, spell.end, rule.minimum_minutes)),
        judged_at=window.now,
        holds=spell.holds,
        evidence={**_wind(window, series), **evidence},
    )


def _wind(window: Window, series: Series) -> dict[str, object]:
    wind = window.winds.get(series.area)
    return {} if wind is None else {"wind": {"direction_deg": wind.direction_deg, "speed_ms": wind.speed_ms}}


def gate_rows(window: Window, spell: Spell, gates: tuple[Gate, ...], period: Period) -> tuple[Condition, ...]:
    """Explain the gates at the peak."""
    rows = []
    for gate in gates:
        beside = int(window.beside(np.array([spell.row]), gate.channel)[0])
        value = float(beside_values(window, np.array([spell.row]), gate.channel, period)[0, spell.step])
        unit = window.series[beside].unit
        bounds = [] if gate.above is None else [wording.amount(gate.above, unit, "> ")]
        bounds += [] if gate.below is None else [wording.amount(gate.below, unit, "< ")]
        limit = Text(" ".join(each.zh for each in bounds), " ".join(each.en for each in bounds))
        rows.append(wording.row(Text(gate.channel, gate.channel), wording.amount(value, unit), limit))
    return tuple(rows)


def names(window: Window, near: Indices) -> list[str]:
    """Return the places of neighbours, nearest first."""
    return [window.series[row].place for row in near if row >= 0]
