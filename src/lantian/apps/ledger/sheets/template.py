"""The Excel template of a kind (导入模板): heads in the reader's language, drop-downs, help, an example row.

Its first column, the code, is locked, as are head, help and example; everything else is free.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.ledger.sheets.columns import DATUM_NAMES, Column, columns_of
from lantian.kernel.errors import Text
from lantian.policy.records_ledger import Attribute, Kind

LISTS = "选项Lists"
"""The hidden sheet that holds what drop-downs offer."""

HELP: Mapping[str, str] = {"zh": "说明", "en": "Help"}
EXAMPLE: Mapping[str, str] = {"zh": "示例", "en": "Example"}
"""What the first cell of the rows says that are not imported."""

ROWS = 2000
"""Rows that are ready to be filled in."""

_FIRST = 3
_EXAMPLES: Mapping[str, str] = {
    "text": "示例",
    "long_text": "示例",
    "number": "12.5",
    "integer": "12",
    "date": "2019-06-01",
    "month": "2019-06",
    "phone": "13800100000",
    "identity": "11010519491231002X",
    "plate": "京A12345",
    "credit_code": "91350100M000100Y43",
    "vin": "1M8GDM9AXKP042788",
}
_OWN_EXAMPLES: Mapping[str, str] = {
    "name": "示例",
    "address": "金蝉西路18号",
    "longitude": "116.4832",
    "latitude": "39.9214",
    "datum": "WGS-84",
}


def template(kind: Kind, language: str) -> bytes:
    """Return the template of a kind as a workbook."""
    key = "en" if language.startswith("en") else "zh"
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    columns = columns_of(kind)
    sheet = book.add_worksheet(_sheet_name(kind, key))
    lists = book.add_worksheet(LISTS)
    _Writer(book, sheet, key).write(columns)
    for place, column in enumerate(columns):
        choices = _choices(kind, column, key)
        if choices:
            _drop_down(book, sheet, lists, place, choices)
    lists.very_hidden()
    book.close()
    return out.getvalue()


def _sheet_name(kind: Kind, key: str) -> str:
    name = kind.en if key == "en" else kind.zh
    return "".join(one for one in name if one not in "[]:*?/\\'")[:31]


class _Writer:
    """Writes the rows of the template's sheet."""

    def __init__(self, book: Any, sheet: Worksheet, key: str) -> None:
        self.sheet, self.key = sheet, key
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.must = book.add_format(
            {"bold": True, "bg_color": "#FBE9D0", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.grey = book.add_format({"font_color": "#6B7280", "italic": True, "text_wrap": True, "valign": "top"})
        self.free = book.add_format({"locked": False, "num_format": "@"})
        self.figure = book.add_format({"locked": False})
        self.locked = book.add_format({"locked": True, "num_format": "@", "bg_color": "#F3F4F6"})

    def write(self, columns: Sequence[Column]) -> None:
        """Write head, help and example, and format the columns below."""
        for place, column in enumerate(columns):
            self._column(place, column)
            self.sheet.write_string(0, place, column.head(self.key), self.must if column.required else self.head)
            self.sheet.write_string(1, place, HELP[self.key] if place == 0 else self._help(column), self.grey)
            self.sheet.write_string(2, place, EXAMPLE[self.key] if place == 0 else self._example(column), self.grey)
        self.sheet.freeze_panes(_FIRST, 2)
        self.sheet.set_row(1, 45)
        self.sheet.protect("", {"format_columns": True, "insert_rows": True, "delete_rows": True, "sort": True,
                                "autofilter": True})  # fmt: skip

    def _column(self, place: int, column: Column) -> None:
        is_figure = column.attribute is not None and column.attribute.type in ("number", "integer")
        style = (
            self.locked
            if column.name == "code" and column.attribute is None
            else self.figure
            if is_figure
            else self.free
        )
        self.sheet.set_column(place, place, max(12, min(30, 2 * len(column.head(self.key)))), style)
        if column.help.zh:
            self.sheet.write_comment(0, place, column.help.in_language(self.key))

    def _help(self, column: Column) -> str:
        parts = [column.help.in_language(self.key)]
        attribute = column.attribute
        if column.required:
            parts.insert(0, Text("必填", "required").in_language(self.key))
        if attribute is not None:
            parts.append(_bounds(attribute))
            if attribute.type == "choices":
                parts.append(Text("可多填，用顿号隔开", "several, separated by commas").in_language(self.key))
        return "; ".join(part for part in parts if part)

    def _example(self, column: Column) -> str:
        attribute = column.attribute
        if attribute is None:
            return _OWN_EXAMPLES.get(column.name, "")
        if attribute.choices:
            return attribute.choices[0].en if self.key == "en" else attribute.choices[0].zh
        if attribute.type == "flag":
            return Text("是", "yes").in_language(self.key)
        return attribute.example or _EXAMPLES.get(attribute.type, "")


def _bounds(attribute: Attribute) -> str:
    if attribute.low is None and attribute.high is None:
        return ""
    return f"{'' if attribute.low is None else attribute.low}…{'' if attribute.high is None else attribute.high}"


def _choices(kind: Kind, column: Column, key: str) -> list[str]:
    """Return what a column's drop-down offers; several choices in one cell have none."""
    attribute = column.attribute
    if attribute is not None:
        if attribute.type == "flag":
            return ["yes", "no"] if key == "en" else ["是", "否"]
        several = attribute.type == "choices"
        return [] if several else [one.en if key == "en" else one.zh for one in attribute.choices]
    if column.name == "state":
        return [one.en if key == "en" else one.zh for one in kind.states]
    if column.name == "datum":
        return list(DATUM_NAMES.values())
    if column.name == "street":
        streets = Area.objects.of_kind(AreaKind.STREET)
        return [one.name_en if key == "en" and one.name_en else one.name_zh for one in streets]
    return []


def _drop_down(book: Any, sheet: Worksheet, lists: Worksheet, place: int, choices: Sequence[str]) -> None:
    """Keep the choices in a named list of the hidden sheet and offer them in a column."""
    lists.write_column(0, place, choices)
    name = f"list_{place + 1}"
    letter = xlsxwriter.utility.xl_col_to_name(place)
    book.define_name(name, f"='{LISTS}'!${letter}$1:${letter}${len(choices)}")
    sheet.data_validation(
        _FIRST, place, _FIRST + ROWS, place, {"validate": "list", "source": f"={name}", "error_type": "warning"}
    )
