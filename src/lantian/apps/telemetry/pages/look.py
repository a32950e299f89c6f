"""A first look at an uploaded file (试读): columns, hour label in words, readings as they would be stored, rejects."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.uploads import own_name
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.lake.imports import Layout, Look, layout, look, with_label
from lantian.lake.imports.looking import SeenHour

HOUR = timedelta(hours=1)
LABELS = {
    "start": Text(
        "前标：文件中的 10:00 是 10:00 至 11:00 这一小时，页面上记作 11 时。",
        "Labelled by the start: 10:00 in the file is the hour 10:00 to 11:00, shown as hour 11.",
    ),
    "end": Text(
        "后标：文件中的 10:00 是 09:00 至 10:00 这一小时，页面上记作 10 时。",
        "Labelled by the end: 10:00 in the file is the hour 09:00 to 10:00, shown as hour 10.",
    ),
}
INVERTED = "suspect-pm25-above-pm10"
SUSPECT = {
    "suspect-range": Text("超出常见范围", "beyond the usual range"),
    INVERTED: Text("PM2.5 大于 PM10", "PM2.5 above PM10"),
}


@dataclass(frozen=True)
class ColumnLine:
    """A column that the layout reads: what it is for, and whether the file has it."""

    name: str
    purpose: Text
    found: bool


@dataclass(frozen=True)
class SeenLine:
    """One hour as it would be stored; point: None where the import would make a new one."""

    hour: SeenHour
    values: tuple[str | None, ...]
    ends: datetime
    point: Point | None
    notes: tuple[Text, ...]


def look_page(path: Path, name: str, label: str | None, now: datetime) -> dict[str, Any]:
    """Return the context of the page that looks at an upload under a layout."""
    chosen = with_label(layout(name), label)
    found = look(path, chosen, now)
    known = {alias: point for point in Point.objects.all() for alias in point.names()}
    return {
        "file_name": own_name(path),
        "size": path.stat().st_size,
        "layout": chosen,
        "label": label or "",
        "look": found,
        "label_rule": LABELS[chosen.label],
        "columns": _columns(found, chosen),
        "ignored": [column for column in found.columns if column not in found.used],
        "lines": [_line(hour, known) for hour in found.hours],
        "new_names": [station for station in found.stations if station not in known],
    }


def _line(hour: SeenHour, known: dict[str, Point]) -> SeenLine:
    marks = dict.fromkeys(v if v == INVERTED else f"{f.value} {v}" for f, v in hour.suspect)
    notes = tuple(_note(mark) for mark in marks)
    values = tuple(None if value is None else f"{value:.6g}" for value in hour.values)
    return SeenLine(hour, values, hour.start + HOUR, known.get(hour.station), notes)


def _note(mark: str) -> Text:
    factor, _, verdict = mark.rpartition(" ")
    words = SUSPECT[verdict]
    return Text(f"{factor} {words.zh}".strip(), f"{factor} {words.en}".strip())


def _columns(found: Look, chosen: Layout) -> list[ColumnLine]:
    return [ColumnLine(name, _purpose(name, chosen), name in found.used) for name in (*found.used, *found.missing)]


def _purpose(column: str, chosen: Layout) -> Text:
    """Say what a column is read as, with its unit and the conversion into the stored one."""
    if column == chosen.station:
        return Text("站点", "station")
    if column == chosen.time or column in chosen.time_parts:
        return Text("时间（北京时间）", "time (Beijing)")
    for factor, value in chosen.values.items():
        if value.name == column:
            return _value(factor, value.times, value.divisor)
    words = {chosen.factor: Text("项目", "item"), chosen.value: Text("浓度", "concentration")}
    return words.get(column, Text("单位", "unit"))


def _value(factor: Factor, times: int, divisor: int) -> Text:
    if times == divisor:
        return Text(f"{factor} 小时均值，{factor.unit}", f"{factor} hourly mean, {factor.unit}")
    own = "µg/m³" if divisor > times else "mg/m³"
    sign = f"÷ {divisor}" if divisor > times else f"× {times}"
    return Text(
        f"{factor} 小时均值，{own}，{sign} 后以 {factor.unit} 入库",
        f"{factor} hourly mean, {own}, stored in {factor.unit} after {sign}",
    )
