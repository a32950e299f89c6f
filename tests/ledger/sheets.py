"""Workbooks for tests of imports, as people make them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

SITE_HEADS = ("名称", "工地类型", "建设单位", "施工单位", "施工阶段", "占地面积", "施工周期起", "施工许可证号", "街乡")
SITE_ROW = ("金泰里二期", "房屋建筑", "金泰置业", "中建一局", "土方", 28600, "2019-03-01", "GS-1", "第1街道")


def site_row(**changed: Any) -> list[Any]:
    """A good row of a construction site, with some cells changed by their heads."""
    return [changed.get(head, value) for head, value in zip(SITE_HEADS, SITE_ROW, strict=True)]


def workbook(path: Path, rows: Sequence[Sequence[Any]], **more: Any) -> Path:
    """Write rows as a sheet; ``more`` are other sheets by name."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    for name, lines in {"台账": rows, **more}.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                if value is not None:
                    sheet.write(number, place, value)
    book.close()
    return path


def sites(path: Path, *changes: Mapping[str, Any]) -> Path:
    """Write a sheet of construction sites, one row for each set of changed cells."""
    return workbook(path, [SITE_HEADS, *(site_row(**one) for one in changes)])
