"""Lines over days with a limit (折线图); a gap stays a gap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantian.apps.ui.official.charts.frame import (
    MUTED,
    STRONG,
    WIDTH,
    Frame,
    drawing,
    legend,
    limit_line,
    limit_mark,
    spread,
    text,
    ticks,
    upright_axis,
)

Values = Sequence[float | None]
STYLES = ((STRONG, 1.8, ""), ("#777777", 1.2, ' stroke-dasharray="4 3"'), ("#111111", 1.0, ' stroke-dasharray="1 2"'))
"""Stroke, width and dashes of the first, second and third line: told apart without colour."""


@dataclass(frozen=True)
class Line:
    """One line; None where there is no value."""

    name: str
    values: Values


@dataclass(frozen=True)
class Lines:
    """A chart of lines. names: under the places; limit: a value with its name."""

    label: str
    unit: str
    names: Sequence[str]
    lines: Sequence[Line]
    limit: tuple[float, str] | None = None
    height: int = 230


def line_chart(chart: Lines) -> str:
    """Draw it."""
    highest = max((one for line in chart.lines for one in line.values if one is not None), default=0.0)
    steps = ticks(max(highest, chart.limit[0] * 1.05 if chart.limit else 0.0))
    frame = Frame(44, 30, WIDTH - 8, chart.height - 26, 0, steps[-1])
    return drawing(_parts(chart, frame, steps), chart.height, chart.label)


def _parts(chart: Lines, frame: Frame, steps: Sequence[float]) -> Iterable[str]:
    yield from upright_axis(frame, steps, chart.unit)
    for place in spread(len(chart.names), 16):
        yield text(_x(frame, place, len(chart.names)), frame.bottom + 16, chart.names[place], side="middle", fill=MUTED)
    if chart.limit:
        yield from limit_line(frame, chart.limit[0])
    for number, line in reversed(list(enumerate(chart.lines))):
        yield from _line(frame, line, len(chart.names), number)
    marks = [(_mark(number), line.name) for number, line in enumerate(chart.lines)]
    marks += [(limit_mark(), chart.limit[1])] if chart.limit else []
    yield from legend(marks, frame.left + 60, 14)


def _x(frame: Frame, place: int, places: int) -> float:
    return round(frame.left + (place + 0.5) * (frame.right - frame.left) / max(places, 1), 1)


def _line(frame: Frame, line: Line, places: int, number: int) -> Iterable[str]:
    stroke, width, dashes = STYLES[number % len(STYLES)]
    for run in _runs(line.values):
        points = " ".join(f"{_x(frame, place, places)},{frame.y(value)}" for place, value in run)
        if len(run) == 1:
            x, y = points.split(",")
            yield f'<circle cx="{x}" cy="{y}" r="1.8" fill="{stroke}"/>'
        else:
            yield f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="{width}"{dashes}/>'


def _runs(values: Values) -> list[list[tuple[int, float]]]:
    """Return the stretches of values that follow each other."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place, value))
    return [run for run in runs if run]


def _mark(number: int) -> str:
    stroke, width, dashes = STYLES[number % len(STYLES)]
    return f'<line x1="0" y1="5" x2="18" y2="5" stroke="{stroke}" stroke-width="{width}"{dashes}/>'
