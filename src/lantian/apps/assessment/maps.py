"""The streets as a map in SVG (街乡图): coloured by class, hatched without data, the same on pages and on paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import cos, radians
from typing import Any

from lantian.analysis.league import League
from lantian.apps.ui.official.document import width_in_characters
from lantian.kernel.rounding import half_even

CLASSES = 5
PAPER_FILLS = ("#f2f2f2", "#d9d9d9", "#b8b8b8", "#8f8f8f", "#666666")
"""Fills on paper, which is often copied in grey; on pages the classes take the page's own ramp."""
WIDTH = 620
LETTERS = {True: 11, False: 19}
"""Height of names [px]: on paper the map is as wide as the type area, on pages it is drawn smaller."""


@dataclass(frozen=True)
class Shape:
    """A street on the map: its polygons in degrees, its name, its value and the value in words."""

    code: str
    name: str
    geometry: Mapping[str, Any]
    longitude: float
    latitude: float
    value: Fraction | None
    text: str


def values_of(league: League, figure: str) -> dict[str, Fraction | None]:
    """Return the figure that a map shows of each place; None where there is no data."""
    if figure == "rate":
        return {one.place: one.rate if one.state == "ranked" else None for one in league.standings}
    return {one.place: Fraction(one.checks) if one.checks else None for one in league.standings}


def breaks(values: Sequence[Fraction | None]) -> list[Fraction]:
    """Return the lowest value of each class from the second on: at most five classes with about as many places each.

    >>> [int(one) for one in breaks([Fraction(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)])]
    [3, 5, 7, 9]
    """
    known = sorted(one for one in values if one is not None)
    found = [known[len(known) * step // CLASSES] for step in range(1, CLASSES)] if known else []
    return [one for one in dict.fromkeys(found) if one > known[0]]


def class_of(value: Fraction | None, limits: Sequence[Fraction]) -> int | None:
    """Return a value's class from 0, None without data.

    >>> class_of(Fraction(4), [Fraction(3), Fraction(5)])
    1
    """
    return None if value is None else sum(value >= one for one in limits)


def step_of(found: int | None, classes: int) -> int | None:
    """Spread the classes there are over the five fills, so that few classes are still told apart.

    >>> [step_of(one, 2) for one in (0, 1)], step_of(None, 2)
    ([0, 4], None)
    """
    return None if found is None else (found * (CLASSES - 1) // (classes - 1) if classes > 1 else 0)


def svg(shapes: Sequence[Shape], links: Mapping[str, str], label: str, *, paper: bool) -> str:
    """Draw the map. links: addresses by code, none on paper. label: what a screen reader says."""
    if not shapes:
        return ""
    project, height = _projection(shapes)
    limits = breaks([one.value for one in shapes])
    drawn = [_street(one, project, limits, links.get(one.code, ""), paper) for one in shapes]
    placed = _placed(shapes, project, LETTERS[paper], apart=not paper)
    names = [line for one in shapes for line in _written(one, placed.get(one.code), limits, paper)]
    size = f'width="{WIDTH}" height="{height}" ' if paper else ""
    hatch = (
        '<defs><pattern id="no-data" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" {_fill(None, paper, "ground")}/><path d="M0 0V6" {_fill(None, paper, "line")}/>'
        "</pattern></defs>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(label)}">{hatch}{"".join(drawn)}{"".join(names)}</svg>'
    )


def _fill(step: int | None, paper: bool, part: str = "") -> str:
    if part == "ground":
        return 'fill="#ffffff"' if paper else 'class="ground"'
    if part == "line":
        return 'stroke="#999999" stroke-width="1"' if paper else 'class="hatch-line"'
    if step is None:
        return 'fill="url(#no-data)"'
    return f'fill="{PAPER_FILLS[step]}"' if paper else f'class="s{step + 1}"'


Projection = Any


def _projection(shapes: Sequence[Shape]) -> tuple[Projection, int]:
    """Return what puts degrees onto the picture, equirectangular about the middle, and the picture's height."""
    points = [point for one in shapes for ring in _rings(one.geometry) for point in ring]
    west, east = min(x for x, *_ in points), max(x for x, *_ in points)
    south, north = min(y for _, y, *_ in points), max(y for _, y, *_ in points)
    squeeze = cos(radians((south + north) / 2))
    scale = (WIDTH - 8) / ((east - west) * squeeze)
    height = round((north - south) * scale) + 8

    def project(x: float, y: float) -> tuple[float, float]:
        return round(4 + (x - west) * squeeze * scale, 1), round(4 + (north - y) * scale, 1)

    return project, height


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def _street(one: Shape, project: Projection, limits: Sequence[Fraction], link: str, paper: bool) -> str:
    path = "".join(
        "M" + "L".join(f"{x} {y}" for x, y in (project(*point[:2]) for point in ring)) + "Z"
        for ring in _rings(one.geometry)
    )
    step = step_of(class_of(one.value, limits), len(limits) + 1)
    edge = 'stroke="#ffffff" stroke-width="1.2"' if paper else ""
    said = escape(f"{one.name} {one.text}")
    drawn = f'<path d="{path}" fill-rule="evenodd" {_fill(step, paper)} {edge}><title>{said}</title></path>'
    return f'<a href="{escape(link)}" aria-label="{said}">{drawn}</a>' if link else drawn


@dataclass(frozen=True)
class _Label:
    """Lines one below the other about a point. size: their height; width: of the longest."""

    lines: Sequence[str]
    x: float
    y: float
    size: float

    @property
    def width(self) -> float:
        return max(width_in_characters(line) for line in self.lines) * self.size

    def touches(self, other: "_Label") -> bool:
        """Tell whether two would run into each other."""
        beside = abs(self.x - other.x) * 2 < self.width + other.width + self.size / 2
        return beside and abs(self.y - other.y) * 2 < len(self.lines) * self.size + len(other.lines) * other.size


SHIFTS = (0.0, -0.5, 0.5, -1.0, 1.0)
"""How far a label may move from its street's middle, in lines."""


def _placed(shapes: Sequence[Shape], project: Projection, size: float, *, apart: bool) -> dict[str, _Label]:
    """Place names and values so that none touches another, by code: the widest streets first.

    Name and value where a street has room, else the one of them that has; the table beside the map says both of all.
    On paper letters are small enough to stay where they are (not apart): signed papers are set again to the byte.
    """
    rooms = {one.code: _width(one, project) for one in shapes}
    found: dict[str, _Label] = {}
    for one in sorted(shapes, key=lambda shape: -rooms[shape.code]):
        free = (each for each in _labels(one, project, size) if each.width <= rooms[one.code])
        others = found.values() if apart else ()
        label = next((each for each in free if not any(map(each.touches, others))), None)
        if label is not None:
            found[one.code] = label
    return found


def _width(one: Shape, project: Projection) -> float:
    across = [project(*point[:2])[0] for ring in _rings(one.geometry) for point in ring]
    return float(max(across) - min(across))


def _labels(one: Shape, project: Projection, size: float) -> Iterator[_Label]:
    """Yield what may be written in a street, the fullest first and the nearest to its middle."""
    x, y = project(one.longitude, one.latitude)
    for lines in ((one.name, one.text), (one.name,), (one.text,)):
        for shift in SHIFTS:
            yield _Label(lines, x, y + shift * size, size)


def _written(one: Shape, label: _Label | None, limits: Sequence[Fraction], paper: bool) -> Iterator[str]:
    if label is None:
        return
    step = step_of(class_of(one.value, limits), len(limits) + 1)
    dark = paper and step is not None and step >= CLASSES - 2
    style = f'font-family="Noto Sans SC" fill="{"#ffffff" if dark else "#111111"}"' if paper else ""
    for line, text in enumerate(label.lines):
        y = round(label.y + label.size * (line + 0.9 - len(label.lines) / 2), 1)
        yield f'<text x="{label.x}" y="{y}" text-anchor="middle" font-size="{label.size}" {style}>{escape(text)}</text>'


@dataclass(frozen=True)
class KeyStep:
    """A class in the key: its fill and its lowest and highest value in words."""

    step: int
    text: str


def key(shapes: Sequence[Shape], *, percent: bool) -> list[KeyStep]:
    """Return the classes of a map with their bounds, as far as places lie in them."""
    limits = breaks([one.value for one in shapes])
    found = []
    for number in range(len(limits) + 1):
        inside = [one.value for one in shapes if one.value is not None and class_of(one.value, limits) == number]
        if inside:
            low, high = (_number(one, percent) for one in (min(inside), max(inside)))
            step = step_of(number, len(limits) + 1) or 0
            found.append(KeyStep(step + 1, low if low == high else f"{low}–{high}"))
    return found


def _number(value: Fraction, percent: bool) -> str:
    return str(half_even(value * 100, 1)) if percent else str(value)
