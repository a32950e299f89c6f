"""Files of results (结果文件): the city's published lists and our own templates, as CSV or Excel, row by row.

A row that cannot be taken is named with its line and the reason; the others are taken.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lantian.apps.accounts.services.sheets import ROWS, Heading, Line, SheetRefused, read_lines, written
from lantian.apps.assessment.street_names import district_names, stem, street_codes
from lantian.kernel.errors import LantianError, Text

LARGEST = 5 << 20
"""Bytes of a file at most."""

ROAD_DUST = (
    Heading("month", Text("月份", "month"), required=True, example="2026-10"),
    Heading("street", Text("街乡", "street_town"), example="建外街道"),
    Heading("road", Text("道路", "road"), example="建国路辅路"),
    Heading("grade", Text("等级", "grade"), example="一级"),
    Heading("body", Text("责任单位", "body"), example="区环卫中心一队"),
    Heading("value", Text("积尘负荷", "value"), required=True, example="0.42"),
    Heading("unit", Text("单位", "unit"), example="g/m2"),
    Heading("district", Text("区", "district"), example="朝阳区"),
    Heading("level", Text("范围", "level"), example="road"),
    Heading("rank", Text("名次", "rank")),
)
CITY_TSP = (
    Heading("period", Text("期间", "period"), required=True, example="2026-10-01/2026-10-15"),
    Heading("rank", Text("倒数名次", "rank_from_worst"), required=True, example="12"),
    Heading("district", Text("区", "district"), required=True, example="朝阳区"),
    Heading("street", Text("街乡", "street_town"), required=True, example="小红门乡"),
    Heading("captured", Text("收录", "rows_captured"), example="30 of 30"),
    Heading("source", Text("出处", "source")),
)
HEADINGS: Mapping[str, Sequence[Heading]] = {"road-dust": ROAD_DUST, "city-tsp": CITY_TSP}
"""Columns by layout; either language and any order will do."""

_MONTH = re.compile(r"^(\d{4})[-年/.](\d{1,2})月?(?:-01)?$")
_UNITS = frozenset({"", "g/m2", "g/m²", "克/平方米"})
_GRAMS_AT_MOST = Decimal(1000)
_PLACES = Decimal("0.001")


@dataclass
class ReadFile:
    """What a file gave. rows: fields of the model; problems: line, reason; unknown: names of ours not matched."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, Text]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class _BadRow(LantianError):
    """A row that is not taken."""


def read_results(layout: str, name: str, content: bytes, grades: Mapping[str, str]) -> ReadFile:
    """Read a file of a layout; raises SheetRefused. grades: ids of grades of roads by each name."""
    if len(content) > LARGEST:
        raise SheetRefused(Text("文件不得大于 5 MB。", "A file may have 5 MB at most."))
    headings = HEADINGS[layout]
    lines = read_lines(content, headings) if name.lower().endswith(".xlsx") else _csv_lines(content, headings)
    found, streets = ReadFile(), _Streets(street_codes(), district_names())
    make: Callable[[Mapping[str, str]], dict[str, Any]] = (
        (lambda cells: _road_dust(cells, grades)) if layout == "road-dust" else _city_rank
    )
    for line in lines:
        try:
            row = make(line.cells)
        except _BadRow as problem:
            found.problems.append((line.number, problem.text))
            continue
        row["area_code"], known = streets.code_of(row["district"], row["street"])
        if not known and row["street"] not in found.unknown:
            found.unknown.append(row["street"])
        found.rows.append(row)
    return found


@dataclass(frozen=True)
class _Streets:
    codes: Mapping[str, str]
    ours: frozenset[str]

    def code_of(self, district: str, street: str) -> tuple[str, bool]:
        """Return the code of an own street or of the own district, "" for others; and whether the name is known."""
        if district and district not in self.ours:
            return "", True
        if not street:
            return next(iter(self.codes.values()))[:6] if self.codes else "", True
        code = self.codes.get(stem(street), "")
        return code, bool(code)


def _csv_lines(content: bytes, headings: Sequence[Heading]) -> list[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if len(rows) > ROWS + 1:
        raise SheetRefused(Text(f"一次至多 {ROWS} 行，请分批。", f"At most {ROWS} rows at a time; split the table."))
    heads = {written(cell).strip("*＊ "): place for place, cell in enumerate(rows[0] if rows else [])}
    places = {one.name: heads[said] for one in headings for said in (one.text.zh, one.text.en) if said in heads}
    missing = [one.text for one in headings if one.required and one.name not in places]
    if missing:
        zh, en = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
        raise SheetRefused(Text(f"第一行缺少列：{zh}。", f"The first row lacks these columns: {en}."))
    return list(_filled(rows[1:], places))


def _filled(rows: Sequence[Sequence[str]], places: Mapping[str, int]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        cells = {name: written(row[place]) for name, place in places.items() if place < len(row)}
        if any(cells.values()):
            yield Line(number, cells)


def _road_dust(cells: Mapping[str, str], grades: Mapping[str, str]) -> dict[str, Any]:
    said = _MONTH.match(cells.get("month", ""))
    if not said or not 1 <= int(said[2]) <= 12:
        raise _BadRow(Text(f"月份“{cells.get('month', '')}”应如 2026-10。", "Write the month as 2026-10."))
    if cells.get("unit", "") not in _UNITS:
        raise _BadRow(Text(f"单位“{cells['unit']}”应为 g/m²。", f"The unit {cells['unit']!r} is not g/m²."))
    grade = cells.get("grade", "")
    if grade and grade not in grades:
        listed = "、".join(grades)
        raise _BadRow(Text(f"没有等级“{grade}”，可写：{listed}。", f"There is no grade {grade!r}; write {listed}."))
    road, street = cells.get("road", ""), cells.get("street", "")
    value = _grams(cells.get("value", ""))
    if value is None and not (cells.get("level") or cells.get("rank")):
        raise _BadRow(Text("没有积尘负荷。", "There is no value."))
    return {
        "month": f"{said[1]}-{int(said[2]):02}",
        "level": cells.get("level", "")[:60] or ("road" if road else "street"),
        "district": cells.get("district", "")[:40],
        "street": street[:60],
        "road": road[:120],
        "grade": grades.get(grade, ""),
        "body": cells.get("body", "")[:120],
        "value": value,
        "place": _whole(cells.get("rank", "")),
    }


def _grams(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _BadRow(Text(f"“{text}”不是数。", f"{text!r} is no number.")) from None
    if not value.is_finite() or not 0 <= value <= _GRAMS_AT_MOST:
        raise _BadRow(Text(f"积尘负荷 {text} 应在 0 至 1000 g/m² 之间。", f"{text} is not within 0 to 1000 g/m²."))
    if value != value.quantize(_PLACES):
        raise _BadRow(Text(f"积尘负荷 {text} 至多三位小数。", f"{text} has more than three decimals."))
    return value


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 10_000:
        raise _BadRow(Text(f"名次“{text}”应为正整数。", f"The rank {text!r} is no whole number."))
    return int(text)


def _city_rank(cells: Mapping[str, str]) -> dict[str, Any]:
    first, _, last = cells.get("period", "").partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise _BadRow(Text("期间应如 2026-10-01/2026-10-15。", "Write the period as 2026-10-01/2026-10-15.")) from None
    rank = _whole(cells.get("rank", ""))
    if rank is None or not cells.get("street") or not cells.get("district"):
        raise _BadRow(Text("缺少名次、区或街乡。", "Rank, district or street is missing."))
    if days[1] < days[0]:
        raise _BadRow(Text("期间的末日早于首日。", "The period ends before it begins."))
    return {
        "first": days[0],
        "last": days[1],
        "rank": rank,
        "district": cells["district"][:40],
        "street": cells["street"][:60],
        "captured": cells.get("captured", "")[:40],
        "source": cells.get("source", "")[:200],
    }
