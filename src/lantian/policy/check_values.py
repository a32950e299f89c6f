"""Checks that look at one record (单条记录检查): order, range and language of its values, whatever its type."""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.policy.problems import Problem, Where, one_of
from lantian.policy.records import Record

CHINESE = re.compile(r"[\u4e00-\u9fff]")
POSITIONS = ("reference_point", "further", "ring", "line")
"""Keys that hold one position or several, [longitude, latitude] in degrees."""

LONGITUDES, LATITUDES = (73, 136), (3, 54)
"""The degrees between which China lies, with a margin."""

UNITS = frozenset(
    {
        *("1", "%", "count", "stage", "rank", "item", "person", "vehicle", "dB", "ppb"),
        *("ppm", "s", "km/h"),
        *("µg/m³", "mg/m³", "g/m²", "t/km²·30d", "g/kWh", "g/L", "g/s", "mg/km", "kg/h", "m³/h", "m/s", "m⁻¹"),
        *("mg", "kg", "t", "t/a", "m", "km", "m²", "km²", "m³", "°C", "K", "Pa", "hPa", "kPa", "kW"),
        *("min", "h", "day", "week", "month", "quarter", "year"),
    }
)
"""Units that a record may use; a new one is added here, so that a misspelling is found."""

FACTORS = frozenset({*(factor.value for factor in Factor), "VOCs", "NMHC", "all", "dust", "smoke", "AQI"})
"""Factors and the words that stand for several of them."""


def at(
    record: Record, key: str | None, kind: str, what: Text, found: str | None = None, allowed: Text | None = None
) -> Problem:
    """Make a problem about one key of a record."""
    origin = record.origin
    file = (origin.pack, origin.file, origin.line or None) if origin else ("", "", None)
    return Problem(kind, Where(*file, record.table, record.id, key), what, found, allowed)


def _labels(record: Record) -> Iterator[Problem]:
    if not CHINESE.search(record.zh) and CHINESE.search(record.en):
        what = Text("zh 与 en 写反了", "zh and en are swapped")
        yield at(record, "zh", "labels-swapped", what, record.zh)
        return
    for key in ("en", *(key for key in type(record).model_fields if key.endswith("_en"))):
        text = getattr(record, key)
        if text and CHINESE.search(text):
            what = Text("英文中有汉字", "Chinese characters in the English text")
            yield at(record, key, "label-language", what, text)


def _notes(record: Record) -> Iterator[Problem]:
    for key in type(record).model_fields:
        if key.endswith("_zh") and bool(getattr(record, key)) != bool(getattr(record, f"{key[:-3]}_en", None)):
            what = Text(f"{key[:-3]} 须中英文成对", f"{key[:-3]} needs both languages")
            yield at(record, key, "one-language", what)


def _unit(record: Record) -> Iterator[Problem]:
    field, unit = type(record).model_fields.get("unit"), getattr(record, "unit", None)
    free = field is not None and field.annotation in (str, str | None)  # else the schema names the choices
    if free and unit is not None and unit not in UNITS:
        yield at(
            record, "unit", "unknown-unit", Text("没有这个单位", "there is no such unit"), unit, one_of(unit, UNITS)
        )


def _factor(record: Record) -> Iterator[Problem]:
    factor = getattr(record, "factor", None)
    if isinstance(factor, str) and factor not in FACTORS:
        what = Text("没有这个因子", "there is no such factor")
        yield at(record, "factor", "unknown-factor", what, str(factor), one_of(str(factor), FACTORS))


def _share(record: Record) -> Iterator[Problem]:
    value, unit = getattr(record, "value", None), getattr(record, "unit", None)
    if unit == "%" and isinstance(value, (int, Decimal)) and value > 100:
        what = Text("比例大于 100 %", "a share above 100 %")
        yield at(record, "value", "bad-share", what, f"{value} %", Text("0 … 100", "0 … 100"))


def _negative(record: Record) -> Iterator[Problem]:
    for key in type(record).model_fields:
        value = getattr(record, key)
        if isinstance(value, (int, Decimal)) and value < 0:
            yield at(record, key, "negative", Text("数值为负", "a negative number"), str(value), Text("≥ 0", "≥ 0"))


def _breakpoints(record: Record) -> Iterator[Problem]:
    rows = getattr(record, "breakpoints", None) or ()
    for column in zip(*rows, strict=False) if all(isinstance(row, tuple) for row in rows) else (rows,):
        for low, high in pairwise(column):
            if low is not None and high is not None and high <= low:
                what = Text("分段点须严格递增", "breakpoints must ascend")
                yield at(record, "breakpoints", "not-ascending", what, f"{low}, {high}")
                return


def _grades(record: Record) -> Iterator[Problem]:
    first, second = getattr(record, "grade1", None), getattr(record, "grade2", None)
    if first is not None and second is not None and first > second:
        what = Text("一级限值大于二级限值", "the limit of grade 1 is above that of grade 2")
        yield at(record, "grade1", "grade-order", what, str(first), Text(f"≤ {second}", f"≤ {second}"))


def _positions(record: Record) -> Iterator[Problem]:
    for key in POSITIONS:
        value = getattr(record, key, None) or ()
        for east, north in (value,) if value and isinstance(value[0], float) else value:
            if not (_inside(east, LONGITUDES) and _inside(north, LATITUDES)):
                yield _misplaced(record, key, east, north)


def _misplaced(record: Record, key: str, east: float, north: float) -> Problem:
    swapped = _inside(north, LONGITUDES) and _inside(east, LATITUDES)
    hint = Text("（经纬度写反了？）", " (swapped?)") if swapped else Text("", "")
    allowed = Text(f"[经度 73…136, 纬度 3…54]{hint.zh}", f"[longitude 73…136, latitude 3…54]{hint.en}")
    what = Text("坐标不在中国", "the position is not in China")
    return at(record, key, "bad-coordinate", what, f"[{east}, {north}]", allowed)


def _inside(degrees: float, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= degrees <= bounds[1]


VALUE_CHECKS: tuple[Callable[[Record], Iterable[Problem]], ...] = (
    _labels,
    _notes,
    _unit,
    _factor,
    _share,
    _negative,
    _breakpoints,
    _grades,
    _positions,
)
"""Every check of one record."""
