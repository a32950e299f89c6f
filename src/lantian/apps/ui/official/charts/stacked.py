"""Shares side by side (构成图): one level bar a row, each part with its number, parts told apart by fill and edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantian.apps.ui.official.charts.frame import (
    INK,
    LETTERS,
    MUTED,
    SMALL,
    WIDTH,
    box,
    drawing,
    fitted,
    legend,
    room_of,
    text,
)

ROW, NAMES, TOTAL = 20, 110, 40
EDGE = ' stroke="#ffffff" stroke-width="1"'


@dataclass(frozen=True)
class Part:
    """A kind of part: its name and fill; light: whether ink stands on it."""

    name: str
    fill: str
    light: bool = True
    mark: str = ""


@dataclass(frozen=True)
class Stack:
    """A row: its name and how many of each part, in the order of the chart's parts."""

    name: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Stacks:
    """The chart; whole: whether each row fills the width, else rows share one scale of counts."""

    label: str
    parts: Sequence[Part]
    stacks: Sequence[Stack]
    unit: str = ""
    whole: bool = True


def stacked_chart(chart: Stacks) -> str:
    """Draw it."""
    height = 28 + ROW * len(chart.stacks) + 6
    return drawing(_parts(chart), height, chart.label)


def _parts(chart: Stacks) -> Iterable[str]:
    marks = [
        (part.mark or box(0, 0, 18, 10, part.fill, ' stroke="#444444" stroke-width="0.7"'), part.name)
        for part in chart.parts
    ]
    room = room_of((one.name for one in chart.stacks), NAMES)
    yield from legend(marks, room, 14)
    longest = max((sum(one.counts) for one in chart.stacks), default=0)
    for number, stack in enumerate(chart.stacks):
        total = sum(stack.counts)
        top = 28 + number * ROW
        yield text(room - 6, top + 13, fitted(stack.name, room), side="end", size=LETTERS)
        yield text(WIDTH - 2, top + 13, f"{total}{chart.unit}", side="end", fill=MUTED)
        yield from _row(chart, stack, (room, top), (total if chart.whole else longest) or 1)


def _row(chart: Stacks, stack: Stack, place: tuple[float, float], full: int) -> Iterable[str]:
    x, top = place
    room = WIDTH - x - TOTAL
    for part, count in zip(chart.parts, stack.counts, strict=True):
        wide = room * count / full
        if count:
            yield box(x, top + 2, wide, ROW - 5, part.fill, EDGE)
            if wide >= SMALL * 0.62 * len(str(count)) + 3:
                ink = INK if part.light else "#ffffff"
                yield text(x + wide / 2, top + 13, str(count), side="middle", fill=ink)
        x += wide
