"""The list of stations: filter, sort, and the preview of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lantian.apps.telemetry.air import Air
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.pages.points import PointWords, point_words
from lantian.apps.telemetry.readings.curve import Curve, curve
from lantian.apps.telemetry.readings.hours import last_hours
from lantian.apps.telemetry.readings.marks import Mark
from lantian.apps.telemetry.readings.stations import StationRow, station_rows
from lantian.apps.telemetry.readings.window import Window
from lantian.kernel.errors import Text
from lantian.kernel.factors import SIX, Factor

WINDOW_DAYS = 30
STALE_AFTER = timedelta(hours=4)


@dataclass(frozen=True)
class StationQuery:
    """What the address asks: filters, sorting (``-`` descending) and the selected point."""

    text: str = ""
    area: str = ""
    kind: str = ""
    view: str = ""
    sort: str = ""
    station: str = ""


@dataclass(frozen=True)
class ItemValue:
    """One item of the hour shown; over: above the limit of the day (GB 3095)."""

    factor: Factor
    number: Decimal | None
    mark: Mark | None
    over: bool


@dataclass(frozen=True)
class StationLine:
    """A station in the list."""

    point: Point
    row: StationRow
    area: Text
    kind: Text
    values: tuple[ItemValue, ...]

    @property
    def listed(self) -> tuple[ItemValue, ...]:
        """The items of the list's columns."""
        return tuple(value for value in self.values if value.factor in LISTED)


@dataclass(frozen=True)
class Option:
    """A choice of a filter; count where it is a saved view."""

    value: str
    label: Text
    count: int = 0


@dataclass(frozen=True)
class Heading:
    """A column of the table: key by which it sorts, "" where it does not."""

    key: str
    label: Text
    unit: Text | None = None
    classes: str = ""
    sorted: bool = False
    down: bool = False

    @property
    def next(self) -> str:
        """The sorting that a click asks for: descending first for numbers, then the other way round."""
        descending_first = "r" in self.classes.split()
        down = (not self.down) if self.sorted else descending_first
        return f"-{self.key}" if down else self.key


@dataclass(frozen=True)
class StationList:
    """The page."""

    query: StationQuery
    rows: tuple[StationLine, ...]
    columns: tuple[Heading, ...]
    views: tuple[Option, ...]
    areas: tuple[Option, ...]
    kinds: tuple[Option, ...]
    selected: StationLine | None
    curve: Curve | None
    year: int
    snapshot: str
    synthetic: bool

    @property
    def conditions(self) -> Text:
        """The conditions in force, in words."""
        chosen = [option.label for option in self.areas if option.value == self.query.area]
        chosen += [option.label for option in self.kinds if option.value == self.query.kind]
        chosen += [option.label for option in self.views if option.value == self.query.view and option.value]
        texts = [Text(f"“{self.query.text}”", f"“{self.query.text}”")] if self.query.text else []
        parts = texts + chosen
        return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def station_list(air: Air, points: Sequence[Point], query: StationQuery) -> StationList:
    """Return the page of the stations that the reader may see."""
    words = point_words(air.pack)
    lines, window = _lines(air, points, words)
    shown = _sorted([line for line in lines if _matches(line, query)], query.sort)
    own = air.pack.header.jurisdiction.removeprefix("cn-")
    first = next((line for line in shown if line.point.area_code.startswith(own)), shown[0] if shown else None)
    selected = next((line for line in shown if line.point.pk == query.station), first)
    selected = _with_marks(air, selected) if selected else None
    return StationList(
        query=query,
        rows=tuple(shown),
        columns=_headings(query.sort),
        views=_views(lines),
        areas=_options((line.point.area_code[:6], line.area) for line in lines),
        kinds=_options((line.point.kind, line.kind) for line in lines),
        selected=selected,
        curve=_curve(air, window, selected) if selected else None,
        year=air.day.year,
        snapshot=air.snapshot,
        synthetic=any(line.point.synthetic for line in lines),
    )


def _lines(air: Air, points: Sequence[Point], words: PointWords) -> tuple[list[StationLine], Window]:
    ids = tuple(point.pk for point in points)
    window = air.window(ids, days_back=WINDOW_DAYS)
    first = date(air.full_day.year, 1, 1)
    days = air.days(ids, first, air.full_day)
    rows = station_rows(window, days, air.indices(days), air.edition)
    limits = air.rules.limits(air.day).day
    lines = []
    for point, row in zip(points, rows, strict=True):
        facts = words.facts(point)
        values = tuple(_value(factor, row.values.get(factor), limits.get(factor)) for factor in SIX)
        lines.append(StationLine(point, row, facts.area, facts.kind, values))
    return lines, window


def _value(factor: Factor, number: Decimal | None, limit: Decimal | None) -> ItemValue:
    return ItemValue(factor, number, None, number is not None and limit is not None and number > limit)


def _with_marks(air: Air, line: StationLine) -> StationLine:
    hours = last_hours(air.window((line.point.pk,), days_back=WINDOW_DAYS), air.edition, count=1)
    marks = {item.factor: item.mark for item in hours.items}
    values = tuple(ItemValue(value.factor, value.number, marks[value.factor], value.over) for value in line.values)
    return StationLine(line.point, line.row, line.area, line.kind, values)


def _curve(air: Air, window: Window, line: StationLine) -> Curve:
    station = window.hours.stations.index(line.point.pk)
    return curve(window, station, air.rules.limits(air.day).day.get(Factor.PM25))


def _matches(line: StationLine, query: StationQuery) -> bool:
    words = " ".join(line.point.names()).lower()
    return (
        all(word in words for word in query.text.lower().split())
        and (not query.area or line.point.area_code.startswith(query.area))
        and (not query.kind or line.point.kind == query.kind)
        and _in_view(line, query.view)
    )


def _in_view(line: StationLine, view: str) -> bool:
    if view == "evaluated":
        return line.point.evaluated
    if view == "silent":
        return line.row.age is None or line.row.age > STALE_AFTER
    if view == "polluted":
        return (line.row.mark.level or 0) > 2
    return True


def _views(lines: Sequence[StationLine]) -> tuple[Option, ...]:
    names = (
        ("", Text("全部点位", "All points")),
        ("evaluated", Text("评价点", "Evaluated")),
        ("polluted", Text("本时污染", "Polluted this hour")),
        ("silent", Text("离线超 4 时", "Silent over 4 h")),
    )
    return tuple(Option(name, label, sum(_in_view(line, name) for line in lines)) for name, label in names)


def _options(pairs: Any) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in dict(sorted(pairs, key=lambda pair: str(pair[0]))).items())


LISTED = (Factor.PM25, Factor.PM10, Factor.NO2, Factor.O3)
"""Items that the list has room for; the preview shows all six."""

COLUMNS = (
    Heading("aqi", Text("AQI", "AQI"), Text("本时", "this hour")),
    Heading("name", Text("点位", "Point")),
    Heading("area", Text("区域", "Area")),
    Heading("kind", Text("类型", "Kind")),
    *(
        Heading(
            factor.value,
            Text(factor.value, factor.value),
            Text(factor.unit, factor.unit),
            "r" + (" p2" if at > 1 else ""),
        )
        for at, factor in enumerate(LISTED)
    ),
    Heading("", Text("PM2.5", "PM2.5"), Text("近 24 小时", "last 24 h")),
    Heading("age", Text("末次数据", "Last data")),
    Heading("completeness", Text("完整率", "Complete"), Text("30 天 %", "30 d, %"), "r"),
    Heading("mean", Text("年均", "Year mean"), Text("PM2.5", "PM2.5"), "r"),
    Heading("heavy", Text("重污染", "Heavy"), Text("天", "days"), "r"),
)


def _headings(sort: str) -> tuple[Heading, ...]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    return tuple(
        Heading(h.key, h.label, h.unit, h.classes, sorted=bool(name) and h.key == name, down=down) for h in COLUMNS
    )


def _sorted(lines: list[StationLine], sort: str) -> list[StationLine]:
    """Return the lines in order; those without a value last."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if not name:
        return lines
    known = [line for line in lines if _sort_value(line, name) is not None]
    rest = [line for line in lines if _sort_value(line, name) is None]
    return sorted(known, key=lambda line: _sort_value(line, name), reverse=down) + rest


def _sort_value(line: StationLine, name: str) -> Any:
    row = line.row
    plain = {
        "aqi": row.mark.aqi,
        "name": line.point.pk,
        "area": line.point.area_code,
        "kind": line.point.kind,
        "age": row.age,
        "completeness": row.completeness.percent,
        "mean": row.year.mean,
        "heavy": row.year.heavy,
    }
    numbers = {value.factor.value: value.number for value in line.values}
    return plain.get(name, numbers.get(name))
