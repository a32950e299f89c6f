"""The index calendar of a year (逐日指数): weeks across, Monday on top; a square grows with its level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.telemetry.readings.marks import Mark

SIZES: Mapping[int, float] = {1: 0.38, 2: 0.52, 3: 0.66, 4: 0.80, 5: 0.92, 6: 1.0}
"""Side of a square as a share of its cell, by level (tokens ``--aqi-n-size``)."""

PITCH = 16
"""Distance between the middles of neighbouring days [px]."""

CELL = 13
"""Side of a full cell [px]."""

TOP = 18
"""Room above for the months' names [px]."""

LEFT = 22
"""Room at the left for the weekdays' names [px]."""


@dataclass(frozen=True)
class Square:
    """One day: upper left corner and side [px]; ``mark`` tells the index."""

    day: date
    mark: Mark
    x: float
    y: float
    side: float
    mid_x: float
    mid_y: float


@dataclass(frozen=True)
class Calendar:
    """A drawn year."""

    squares: tuple[Square, ...]
    months: tuple[tuple[date, float], ...]
    width: int
    height: int


def calendar(days: Sequence[tuple[date, Mark]]) -> Calendar:
    """Lay out the days of one year.

    days: consecutive days, beginning on 1 January.
    """
    shift = days[0][0].weekday() if days else 0
    squares = tuple(_square(day, mark, place + shift) for place, (day, mark) in enumerate(days))
    months = tuple((square.day, square.mid_x - CELL / 2) for square in squares if square.day.day == 1)
    weeks = (len(days) + shift + 6) // 7
    return Calendar(squares, months, LEFT + weeks * PITCH + 2, TOP + 7 * PITCH)


def _square(day: date, mark: Mark, place: int) -> Square:
    week, weekday = divmod(place, 7)
    side = CELL * SIZES.get(mark.level or 0, 0)
    mid_x, mid_y = LEFT + week * PITCH + CELL / 2, TOP + weekday * PITCH + CELL / 2
    return Square(day, mark, round(mid_x - side / 2, 1), round(mid_y - side / 2, 1), round(side, 1), mid_x, mid_y)
