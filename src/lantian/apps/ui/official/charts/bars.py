"""Bars (条形图): level ones with intervals for places, upright pairs for months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantian.apps.ui.official.charts.frame import (
    GRID,
    INK,
    LETTERS,
    MUTED,
    PALE,
    SMALL,
    STRONG,
    WIDTH,
    Frame,
    box,
    drawing,
    fitted,
    legend,
    limit_line,
    limit_mark,
    room_of,
    rule,
    text,
    ticks,
    upright_axis,
)


@dataclass(frozen=True)
class Bar:
    """A place: value None where it has none; low, high: its interval; said: in words; parted: a band begins here."""

    name: str
    value: float | None
    said: str
    low: float | None = None
    high: float | None = None
    parted: bool = False


@dataclass(frozen=True)
class Bars:
    """A chart of places. limit: a value with its name."""

    label: str
    unit: str
    bars: Sequence[Bar]
    limit: tuple[float, str] | None = None


ROW = 16
NAMES = 96
"""Height of a row, and room for names at the left."""


def bar_chart(chart: Bars) -> str:
    """Draw level bars, the first on top; a thin line is the interval, a rule parts bands that can be told apart."""
    reach = [one for bar in chart.bars for one in (bar.value, bar.high) if one is not None]
    steps = ticks(max([*reach, chart.limit[0] * 1.05 if chart.limit else 0.0], default=0.0))
    bottom = 26 + ROW * len(chart.bars)
    frame = Frame(room_of((one.name for one in chart.bars), NAMES), 24, WIDTH - 62, bottom, 0, steps[-1])
    return drawing(_bars(chart, frame, steps), bottom + (20 if chart.limit else 8), chart.label)


def _bars(chart: Bars, frame: Frame, steps: Sequence[float]) -> Iterable[str]:
    for step in steps:
        yield rule((frame.x(step), frame.top), (frame.x(step), frame.bottom))
        yield text(frame.x(step), frame.top - 6, f"{step:g}", side="middle", fill=MUTED)
    yield text(WIDTH - 4, frame.top - 6, chart.unit, side="end", fill=MUTED)
    for number, bar in enumerate(chart.bars):
        yield from _bar(frame, bar, frame.top + 2 + number * ROW)
    if chart.limit:
        x = frame.x(chart.limit[0])
        yield rule((x, frame.top), (x, frame.bottom), stroke=INK, more=' stroke-dasharray="5 3"')
        yield text(x, frame.bottom + 13, chart.limit[1], side="middle")


def _bar(frame: Frame, bar: Bar, top: float) -> Iterable[str]:
    if bar.parted:
        yield rule((4, top - 1), (WIDTH - 4, top - 1), stroke=INK)
    middle = top + ROW / 2 - 1
    yield text(frame.left - 6, middle + 4, fitted(bar.name, frame.left), side="end", size=LETTERS)
    yield text(WIDTH - 4, middle + 4, bar.said, side="end", size=LETTERS)
    if bar.value is not None:
        yield box(frame.left, top + 2, frame.x(bar.value) - frame.left, ROW - 7, PALE)
    if bar.low is not None and bar.high is not None:
        yield rule((frame.x(bar.low), middle), (frame.x(bar.high), middle), stroke=INK)
        for end in (bar.low, bar.high):
            yield rule((frame.x(end), middle - 3), (frame.x(end), middle + 3), stroke=INK)


@dataclass(frozen=True)
class Group:
    """A month: its values in the order of the chart's names; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Groups:
    """Upright bars by month. names: of the bars of each month, two at most; decimals: of the values over the bars."""

    label: str
    unit: str
    names: Sequence[str]
    groups: Sequence[Group]
    decimals: int = 0
    limit: tuple[float, str] | None = None
    height: int = 230


FILLS = (STRONG, PALE)


def group_chart(chart: Groups) -> str:
    """Draw it."""
    highest = max((one for group in chart.groups for one in group.values if one is not None), default=0.0)
    steps = ticks(max(highest * 1.08, chart.limit[0] * 1.05 if chart.limit else 0.0))
    frame = Frame(44, 30, WIDTH - 8, chart.height - 26, 0, steps[-1])
    return drawing(_groups(chart, frame, steps), chart.height, chart.label)


def _groups(chart: Groups, frame: Frame, steps: Sequence[float]) -> Iterable[str]:
    yield from upright_axis(frame, steps, chart.unit)
    pitch = (frame.right - frame.left) / max(len(chart.groups), 1)
    wide = min(pitch * 0.38, 26)
    for number, group in enumerate(chart.groups):
        middle = frame.left + (number + 0.5) * pitch
        yield text(middle, frame.bottom + 16, group.name, side="middle", fill=MUTED)
        for place, value in enumerate(group.values):
            if value is not None:
                left = middle + (place - len(group.values) / 2) * wide
                yield box(left + 1, frame.y(value), wide - 2, frame.bottom - frame.y(value), FILLS[place % 2])
                said = f"{value:.{chart.decimals}f}"
                yield text(left + wide / 2, frame.y(value) - 3, said, side="middle", size=SMALL - 2)
    if chart.limit:
        yield from limit_line(frame, chart.limit[0])
    marks = [(box(0, 0, 18, 10, FILLS[place % 2], f' stroke="{GRID}"'), name) for place, name in enumerate(chart.names)]
    marks += [(limit_mark(), chart.limit[1])] if chart.limit else []
    yield from legend(marks, frame.left + 60, 14)
