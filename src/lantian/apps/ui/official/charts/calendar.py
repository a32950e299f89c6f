"""The index calendar (日历图): weeks across, Monday on top; a square grows with its level, told so in grey too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.ui.official.charts.frame import GRID, MUTED, SMALL, WIDTH, box, drawing, legend, text

SHARES = (0.0, 0.42, 0.55, 0.68, 0.80, 0.91, 1.0)
"""Side of a square as a share of its cell, by level; 0: no index."""
LEFT, TOP = 22, 20
EDGE = ' stroke="#444444" stroke-width="0.7"'


@dataclass(frozen=True)
class CalendarDay:
    """A day. level: 1 to 6, 0 without an index; fill: the standard's colour of the level."""

    day: date
    level: int
    fill: str


def calendar_chart(days: Sequence[CalendarDay], levels: Sequence[tuple[str, str]], label: str) -> str:
    """Draw days that follow each other. levels: name and fill of each level from 1, for the key."""
    shift = days[0].day.weekday() if days else 0
    weeks = (len(days) + shift + 6) // 7
    pitch = min((WIDTH - LEFT - 2) / max(weeks, 1), 22.0)
    height = TOP + 7 * pitch + 26
    return drawing(_parts(days, levels, shift, pitch), height, label)


def _parts(days: Sequence[CalendarDay], levels: Sequence[tuple[str, str]], shift: int, pitch: float) -> Iterable[str]:
    for place, name in ((0, "一"), (2, "三"), (4, "五"), (6, "日")):
        yield text(LEFT - 6, TOP + place * pitch + pitch / 2 + 4, name, side="end", fill=MUTED)
    for place, one in enumerate(days):
        week, weekday = divmod(place + shift, 7)
        x, y = LEFT + week * pitch, TOP + weekday * pitch
        if one.day.day == 1 or (place == 0 and one.day.day < 15):
            yield text(x, TOP - 7, f"{one.day.month}月", fill=MUTED)
        yield _square(one, x, y, pitch)
    marks = [(_mark(number, fill), name) for number, (name, fill) in enumerate(levels, start=1)]
    yield from legend([*marks, (_mark(0, ""), "无有效指数")], LEFT, TOP + 7 * pitch + 18)


def _square(one: CalendarDay, x: float, y: float, pitch: float) -> str:
    cell = pitch - 1.5
    if not one.level:
        return box(x + cell / 2 - 0.8, y + cell / 2 - 0.8, 1.6, 1.6, GRID)
    side = cell * SHARES[one.level]
    inset = (cell - side) / 2
    return box(x + inset, y + inset, side, side, one.fill, EDGE)


def _mark(level: int, fill: str) -> str:
    side = SMALL * SHARES[level]
    if not level:
        return box(8, 4, 2, 2, GRID)
    return box(9 - side / 2, 5 - side / 2, side, side, fill, EDGE)
