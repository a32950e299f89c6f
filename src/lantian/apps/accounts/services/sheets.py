"""Tables that people fill in (Excel): read with forgiving cells, and empty ones to fill in."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import plain

ROWS = 5000


class SheetRefused(LantianError):
    """A file that is no table of this form."""


@dataclass(frozen=True)
class Heading:
    """A column: what it is stored as, its heading, whether each row must fill it, and an example."""

    name: str
    text: Text
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Line:
    """A filled row: its number as the sheet shows it, and its cells by column, as trimmed half-width text."""

    number: int
    cells: dict[str, str]


def read_lines(content: bytes, headings: Sequence[Heading]) -> list[Line]:
    """Read the first visible sheet; raises SheetRefused. Empty rows are left out."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise SheetRefused(Text("文件不是 Excel 工作簿（.xlsx）。", "The file is no Excel workbook (.xlsx).")) from None
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])
    rows = sheet.iter_rows(values_only=True, max_row=ROWS + 2)
    places = _places([written(cell) for cell in next(rows, ())], headings)
    lines = list(_lines(rows, places))
    if len(lines) > ROWS:
        raise SheetRefused(Text(f"一次至多 {ROWS} 行，请分批。", f"At most {ROWS} rows at a time; split the table."))
    return lines


def read_table(content: bytes, headings: Sequence[Heading]) -> list[Line]:
    """Read a workbook, or a CSV file in UTF-8 or GB 18030; raises SheetRefused. Empty rows are left out."""
    if content[:2] == b"PK":
        return read_lines(content, headings)
    rows = csv.reader(io.StringIO(_decoded(content), newline=""))
    try:
        places = _places([written(cell) for cell in next(rows, [])], headings)
        lines = list(_lines(((*row,) for row in rows), places))
    except csv.Error as error:
        raise SheetRefused(Text(f"CSV 不能读取：{error}", f"The CSV cannot be read: {error}")) from error
    if len(lines) > ROWS:
        raise SheetRefused(Text(f"一次至多 {ROWS} 行，请分批。", f"At most {ROWS} rows at a time; split the table."))
    return lines


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetRefused(
        Text("文件不是 Excel 工作簿（.xlsx）或 CSV 文本。", "The file is neither a workbook (.xlsx) nor CSV text.")
    )


def _places(heads: Sequence[str], headings: Sequence[Heading]) -> dict[str, int]:
    """Return which column holds what; either language and any order will do."""
    known = {text.strip("*＊ "): place for place, text in enumerate(heads)}
    found = {one.name: known[said] for one in headings for said in (one.text.zh, one.text.en) if said in known}
    missing = [one.text for one in headings if one.required and one.name not in found]
    if missing:
        zh, en = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
        raise SheetRefused(Text(f"第一行缺少列：{zh}。", f"The first row lacks these columns: {en}."))
    return found


def _lines(rows: Iterator[tuple[Any, ...]], places: dict[str, int]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        cells = {name: written(row[place]) for name, place in places.items() if place < len(row)}
        if any(cells.values()):
            yield Line(number, cells)


def written(cell: Any) -> str:
    """Return a cell as text: a day as ISO, a whole number without its point, full width as half.

    >>> written(13800002207.0), written(None), written(" １２ ")
    ('13800002207', '', '12')
    """
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == datetime.min.time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else plain(str(cell))


def day(text: str) -> date | None:
    """Read a day such as 2020-11-23, 2020/11/23 or 2020年11月23日; None when empty; raises SheetRefused.

    >>> day("2020年11月3日").isoformat()
    '2020-11-03'
    """
    said = text
    for old, new in (("年", "-"), ("月", "-"), ("日", ""), ("/", "-"), (".", "-")):
        said = said.replace(old, new)
    if not said:
        return None
    try:
        year, month, number = (int(part) for part in said[:10].split("-"))
        return date(year, month, number)
    except ValueError:
        raise SheetRefused(
            Text(f"“{text}”不是日期，应如 2020-11-23。", f"{text!r} is no date; write 2020-11-23.")
        ) from None


def template(headings: Sequence[Heading], choices: dict[str, Sequence[str]], language: str) -> bytes:
    """Return an empty workbook: headings, one example row, and drop-downs where only some words are allowed."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
        for place, one in enumerate(headings):
            head = one.text.in_language(language) + ("*" if one.required else "")
            sheet.write_string(0, place, head, bold)
            sheet.write_string(1, place, one.example)
            if words := choices.get(one.name):
                sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": list(words)})
        sheet.set_column(0, len(headings), 18)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def workbook(heads: Sequence[str], rows: Sequence[Sequence[str]], footer: str) -> bytes:
    """Return a filled workbook with whose copy it is in its last row and at the foot of each printed page."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
        sheet.write_row(0, 0, heads, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        sheet.write_string(len(rows) + 2, 0, footer)
        sheet.set_footer(f"&L{footer}")
        sheet.set_column(0, len(heads), 18)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
