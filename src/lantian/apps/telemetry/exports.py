"""Files to take away: CSV behind charts, workbooks with title, unit, period, edition and snapshot."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from lantian.apps.telemetry.pages.stations import StationList
from lantian.apps.telemetry.readings.days import DayRow
from lantian.apps.telemetry.readings.hours import Hours
from lantian.apps.ui.as_of import AsOf
from lantian.kernel.errors import Text
from lantian.kernel.factors import SIX
from lantian.kernel.instants import BEIJING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"
"""What a spreadsheet needs to read Chinese in a CSV."""


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def hours_csv(hours: Hours, snapshot: str) -> Iterator[str]:
    """Yield the hours, oldest first; ``hour`` is the label 1…24 (后标), ``end`` the end of the hour, Beijing."""
    yield BOM
    yield _line(["day", "hour", "end", "AQI", *(f"{f.value} {f.unit}" for f in hours.factors), "snapshot"])
    for row in hours.rows:
        end = row.end.astimezone(BEIJING).isoformat(timespec="minutes")
        yield _line([row.day, row.label, end, _blank(row.mark.aqi), *map(_blank, row.values), snapshot])


def days_csv(days: Sequence[DayRow], snapshot: str) -> Iterator[str]:
    """Yield the days, oldest first, with the index under each edition and the validity of each item."""
    yield BOM
    editions = list(days[0].by_edition) if days else []
    factors = [value.factor for value in days[0].values] if days else []
    head = ["day", "edition", *(f"AQI {name}" for name in editions), "primary"]
    for factor in factors:
        head += [f"{factor.value} {factor.unit}", f"{factor.value} hours", f"{factor.value} valid"]
    yield _line([*head, "snapshot"])
    for row in days:
        cells: list[Any] = [row.day, row.edition, *(_blank(found.aqi) for found in row.by_edition.values())]
        cells.append(" ".join(factor.value for factor in row.mark.primary))
        for value in row.values:
            cells += [_blank(value.value), value.hours, int(value.valid)]
        yield _line([*cells, snapshot])


def _line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _blank(value: Any) -> Any:
    return "" if value is None else value


@dataclass(frozen=True)
class Sheet:
    """A sheet: title, what stands under it, heads and rows; numbers stay numbers."""

    name: Text
    title: Text
    facts: Sequence[tuple[Text, str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def workbook(sheets: Sequence[Sheet], language: str) -> bytes:
    """Write sheets as an Excel file, ready to print on A4 landscape."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "label": book.add_format({"font_color": "#5f6b79"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"}),
    }
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name.in_language(language)[:31]), sheet, styles, language)
    book.close()
    return buffer.getvalue()


def _write_sheet(page: Any, sheet: Sheet, styles: dict[str, Any], language: str) -> None:
    page.write(0, 0, sheet.title.in_language(language), styles["title"])
    for at, (label, value) in enumerate(sheet.facts, start=1):
        page.write(at, 0, label.in_language(language), styles["label"])
        page.write(at, 1, value)
    top = len(sheet.facts) + 2
    for column, head in enumerate(sheet.heads):
        page.write(top, column, head, styles["head"])
    for line, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            _write_cell(page, line, column, value)
    page.set_column(0, 0, 22)
    page.set_column(1, max(len(sheet.heads) - 1, 1), 13)
    if sheet.heads:
        page.freeze_panes(top + 1, 1)
        page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&F&R&P / &N")


def _write_cell(page: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        page.write_number(line, column, float(value))
    elif value is not None:
        page.write_string(line, column, str(value))


def period_facts(as_of: AsOf, snapshot: str) -> list[tuple[Text, str]]:
    """Return the lines that every export carries: moment, when it was made, snapshot."""
    made: datetime = as_of.now.astimezone(BEIJING)
    return [
        (Text("时点", "As of"), f"{as_of.beijing:%Y-%m-%d %H:%M}"),
        (Text("导出时间", "Exported"), f"{made:%Y-%m-%d %H:%M}"),
        (Text("快照", "Snapshot"), snapshot),
    ]


def stations_workbook(page: StationList, as_of: AsOf, language: str) -> bytes:
    """Write the list of stations as it is filtered and sorted."""

    def said(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    heads = [said("序号", "No."), said("点位", "Point"), "id", said("区域", "Area"), said("类型", "Kind"), "AQI"]
    heads += [said("首要污染物", "Primary"), *(f"{factor.value} {factor.unit}" for factor in SIX)]
    heads += [said("完整率 30 天 %", "Complete 30 d, %"), said("本年 PM2.5 均值 µg/m³", "PM2.5 mean this year µg/m³")]
    heads += [said("有效天", "Valid days"), said("重污染天", "Heavy days")]
    rows = [
        [
            at, line.point.name, line.point.pk, line.area.in_language(language), line.kind.in_language(language),
            line.row.mark.aqi, line.row.mark.primary_text, *(value.number for value in line.values),
            line.row.completeness.percent, line.row.year.mean, line.row.year.valid_days, line.row.year.heavy,
        ]
        for at, line in enumerate(page.rows, start=1)
    ]  # fmt: skip
    facts = period_facts(as_of, page.snapshot)
    if page.synthetic:
        facts.append((Text("说明", "Note"), said("含合成数据", "contains synthetic data")))
    name = Text("监测站点", "Stations")
    return workbook([Sheet(name, name, facts, heads, rows)], language)
