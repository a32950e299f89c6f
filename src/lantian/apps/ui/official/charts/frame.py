"""The paper under a chart: size, axis, grid, letters and the small parts that all charts share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from math import ceil, floor, log10

WIDTH = 620
"""Units across; set as wide as the type area (156 mm) a unit is a quarter of a millimetre."""
SMALL, LETTERS = 11, 12
"""Height of letters: at the axes, and of names."""
INK, MUTED, GRID = "#111111", "#555555", "#d0d0d0"
STRONG, PALE = "#1f4f8f", "#9bb4d3"
"""Fills of what is told and of what it is compared with: dark and light, also in grey."""


@dataclass(frozen=True)
class Frame:
    """Where values stand: the plot's edges in units, and the lowest and highest value of its axis."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Return the height of a value on an upright axis."""
        return round(self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top), 1)

    def x(self, value: float) -> float:
        """Return the place of a value on a level axis."""
        return round(self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left), 1)


def ticks(highest: float, most: int = 5) -> list[float]:
    """Return round steps from 0 to the first at or above the highest value.

    >>> ticks(87), ticks(0.9), ticks(0)
    ([0, 20, 40, 60, 80, 100], [0, 0.2, 0.4, 0.6, 0.8, 1], [0, 1])
    """
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    size = 10 ** floor(log10(rough))
    step = next(size * many for many in (1, 2, 2.5, 5, 10) if size * many >= rough * 0.999)
    return [_whole(round(step * number, 10)) for number in range(ceil(highest / step - 1e-9) + 1)]


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def text(
    x: float, y: float, said: str, *, side: str = "start", size: int = SMALL, fill: str = INK, more: str = ""
) -> str:
    """Write letters; side: start, middle or end."""
    own = f'font-size="{size}" fill="{fill}"{"" if side == "start" else f" text-anchor={chr(34)}{side}{chr(34)}"}{more}'
    place = f'x="{round(x, 1)}" y="{round(y, 1)}"'
    return f'<text {place} font-family="Noto Sans SC" {own}>{escape(said)}</text>'


def rule(start: tuple[float, float], end: tuple[float, float], *, stroke: str = GRID, more: str = "") -> str:
    """Draw a straight line."""
    ends = " ".join(
        f'{name}="{round(value, 1)}"' for name, value in zip(("x1", "y1", "x2", "y2"), (*start, *end), strict=True)
    )
    return f'<line {ends} stroke="{stroke}" stroke-width="1"{more}/>'


def box(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    """Draw a filled rectangle."""
    sizes = f'x="{round(x, 1)}" y="{round(y, 1)}" width="{round(max(width, 0), 1)}" height="{round(max(height, 0), 1)}"'
    return f'<rect {sizes} fill="{fill}"{more}/>'


def upright_axis(frame: Frame, steps: Sequence[float], unit: str) -> Iterable[str]:
    """Draw the grid with its values at the left and the unit above them."""
    for step in steps:
        yield rule((frame.left, frame.y(step)), (frame.right, frame.y(step)), stroke=INK if step == frame.low else GRID)
        yield text(frame.left - 5, frame.y(step) + 4, f"{step:g}", side="end", fill=MUTED)
    yield text(2, 13, unit, fill=MUTED)


LIMIT = ' stroke-dasharray="6 3"'


def limit_line(frame: Frame, value: float) -> Iterable[str]:
    """Draw a limit across the plot; the key names it."""
    yield rule((frame.left, frame.y(value)), (frame.right, frame.y(value)), stroke=INK, more=LIMIT)


def limit_mark() -> str:
    """Return the limit's line for the key."""
    return rule((0, 5), (18, 5), stroke=INK, more=LIMIT)


def legend(items: Sequence[tuple[str, str]], x: float, y: float) -> Iterable[str]:
    """Write names beside their marks from left to right; items: SVG of a mark 18 units wide at 0, 0, and its name."""
    for mark, name in items:
        yield f'<g transform="translate({round(x, 1)} {round(y - 9, 1)})">{mark}</g>'
        yield text(x + 23, y, name, fill=MUTED)
        x += 23 + width_of(name, SMALL) + 16


def width_of(said: str, size: int) -> float:
    """Return how wide letters are: of Latin ones and figures a little more than half.

    >>> width_of("街乡", 12), width_of("AQI", 10)
    (24, 17.4)
    """
    return sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in said)


MOST_NAMES = 0.4
"""Share of the width that names may take at the left."""


def room_of(names: Iterable[str], least: float) -> float:
    """Return the room that names take at the left: what the longest needs, within what is left for the chart."""
    longest = max((width_of(one, LETTERS) for one in names), default=0.0)
    return max(least, min(longest + 10, WIDTH * MOST_NAMES))


def fitted(name: str, room: float) -> str:
    """Return a name, cut with … where it is too long for its room.

    >>> fitted("北京市朝阳区人民政府", 130), fitted("北京市朝阳区人民政府", 70)
    ('北京市朝阳区人民政府', '北京市朝…')
    """
    if width_of(name, LETTERS) <= room - 10:
        return name
    while name and width_of(f"{name}…", LETTERS) > room - 10:
        name = name[:-1]
    return f"{name}…"


def drawing(parts: Iterable[str], height: float, label: str) -> str:
    """Return the SVG document; label: what a screen reader says."""
    size = f'width="{WIDTH}" height="{round(height)}" viewBox="0 0 {WIDTH} {round(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def spread(places: int, most: int) -> list[int]:
    """Return at most so many places, evenly from the first on, at which names fit.

    >>> spread(30, 10), spread(3, 10)
    ([0, 3, 6, 9, 12, 15, 18, 21, 24, 27], [0, 1, 2])
    """
    step = next(step for step in count(1) if ceil(places / step) <= most)
    return list(range(0, places, step))
