"""Reading what people hand in (读表): the head row found, merged cells filled down, formulas taken by their result.

Whatever is done to a sheet beyond reading it is said in a note. What cannot be read stands at its row.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl.utils.datetime import from_excel

from lantian.apps.ledger.sheets.cells import Cell, Failed, FileProblem, Grid, letters, read_workbook
from lantian.apps.ledger.sheets.columns import Column, Heads, columns_of, find_heads
from lantian.apps.ledger.sheets.template import EXAMPLE, HELP, LISTS
from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_ledger import Kind

MOST_ROWS = 200_000
_HEAD_WITHIN = 20
_LEAST_HEADS = 2
_SERIALS = (20_000, 80_000)
"""Day numbers that stand for days from 1954 to 2119."""
_EXACT = 10**15
"""Whole numbers above it have lost digits: a sheet keeps fifteen."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: its column (None is the row as a whole), what was found there, and what is allowed."""

    text: Text
    column: Column | None = None
    found: str = ""


@dataclass
class Row:
    """One row: its number in the file, values by own column and by attribute, the cells as found, a geometry."""

    number: int
    own: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    cells: Mapping[int, Cell] = field(default_factory=dict)
    geometry: Mapping[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What a file gave: its rows, its heads as found, and what has to be said of the reading."""

    rows: Sequence[Row]
    heads: Mapping[int, Column]
    titles: Mapping[int, str]
    notes: Sequence[Text] = ()


def read_sheet(path: Path, kind: Kind) -> Sheet:
    """Read an .xlsx or CSV file for a kind; raises FileProblem when there is no head row or nothing to read."""
    if path.suffix.lower() == ".xlsx":
        book = read_workbook(path)
        grids, notes = book.sheets, _hidden(book.hidden)
    else:
        grids, notes = (_csv_grid(path),), []
    grid, head_row, heads = _find_head(grids, kind)
    notes += _other_sheets(grids, grid)
    notes += _strange(heads)
    notes += _fill_merged(grid, head_row)
    notes += _said_of(grid, head_row)
    titles = {place: shown(cell) for place, cell in grid.rows[head_row].items()}
    rows = list(_rows(grid, head_row, heads))
    notes += _dropped_last(rows)
    if not rows:
        raise FileProblem(Text("表头下没有数据行。", "There are no rows below the head."))
    return Sheet(rows, heads.columns, titles, tuple(notes))


def _dropped_last(rows: list[Row]) -> list[Text]:
    """Drop a last row of one cell: who filled the table in, or made the export."""
    filled = [cell for cell in rows[-1].cells.values() if cell not in (None, "")] if len(rows) > 1 else []
    if len(filled) != 1:
        return []
    number = rows.pop().number
    return [
        Text(f"末行（第 {number} 行）只有一格，未当作数据。", f"The last row ({number}) has one cell; it is no data.")
    ]


def _hidden(names: Sequence[str]) -> list[Text]:
    names = [name for name in names if name != LISTS]
    if not names:
        return []
    listed = "、".join(names)
    return [Text(f"隐藏的工作表未读：{listed}。", f"Hidden sheets were not read: {', '.join(names)}.")]


def _other_sheets(grids: Sequence[Grid], chosen: Grid) -> list[Text]:
    names = [grid.name for grid in grids if grid is not chosen and grid.rows]
    if not names:
        return []
    return [
        Text(
            f"只读了工作表“{chosen.name}”，未读：{'、'.join(names)}。",
            f"Only the sheet “{chosen.name}” was read, not: {', '.join(names)}.",
        )
    ]


def _find_head(grids: Iterable[Grid], kind: Kind) -> tuple[Grid, int, Heads]:
    """Return the first sheet with a head row: of its first rows the one that names most columns."""
    for grid in grids:
        best: tuple[int, Heads] | None = None
        for number in sorted(grid.rows)[:_HEAD_WITHIN]:
            heads = find_heads(kind, {place: shown(cell) for place, cell in grid.rows[number].items()})
            if len(heads.columns) >= max(_LEAST_HEADS, len(best[1].columns) if best else 0):
                best = (number, heads)
        if best:
            return grid, *best
    columns = [column.text for column in columns_of(kind)][:6]
    raise FileProblem(
        Text(
            f"没有找到表头：前 {_HEAD_WITHIN} 行中应有一行写列名，如 {'、'.join(one.zh for one in columns)}。"
            "请用本台账的模板。",
            f"No head row: one of the first {_HEAD_WITHIN} rows has to name columns such as "
            f"{', '.join(one.en for one in columns)}. Use this ledger's template.",
        )
    )


def _strange(heads: Heads) -> list[Text]:
    if not heads.strange:
        return []
    zh = "；".join(f"“{name}”（{why.zh}）" for name, why in heads.strange)
    en = "; ".join(f"“{name}” ({why.en})" for name, why in heads.strange)
    return [Text(f"未导入的列：{zh}。", f"Columns that are not imported: {en}.")]


def _fill_merged(grid: Grid, head_row: int) -> list[Text]:
    """Give every cell of a merged range below the head the value that stands in its first cell."""
    said: list[str] = []
    for top, left, bottom, right in grid.merged:
        value = grid.rows.get(top, {}).get(left)
        if bottom <= head_row or value is None:
            continue
        said.append(f"{letters(left)}{top}:{letters(right)}{bottom}")
        for number in range(max(top, head_row + 1), min(bottom, top + MOST_ROWS) + 1):
            grid.rows.setdefault(number, {})[left] = value
    if not said:
        return []
    return [
        Text(
            f"合并单元格已把值填入其中每一行：{_some(said, '、')}。",
            f"Merged cells: each of their rows got the value: {_some(said, ', ')}.",
        )
    ]


def _said_of(grid: Grid, head_row: int) -> list[Text]:
    notes = []
    if grid.formulas:
        some_zh, some_en = _some(grid.formulas, "、"), _some(grid.formulas, ", ")
        notes.append(
            Text(
                f"公式按文件中保存的计算结果读取：{some_zh}。", f"Formulas were read by their stored result: {some_en}."
            )
        )
    hidden = [str(number) for number in sorted(grid.hidden_rows) if number > head_row and number in grid.rows]
    if hidden:
        notes.append(
            Text(
                f"隐藏或被筛选掉的行也已读取：第 {_some(hidden, '、')} 行。",
                f"Rows that are hidden or filtered were read too: {_some(hidden, ', ')}.",
            )
        )
    return notes


def _some(said: Sequence[str], joint: str, most: int = 5) -> str:
    rest = f"{joint}… ({len(said)})" if len(said) > most else ""
    return joint.join(said[:most]) + rest


def _rows(grid: Grid, head_row: int, heads: Heads) -> Iterable[Row]:
    for number in sorted(grid.rows):
        cells = grid.rows[number]
        if number <= head_row or _is_empty(cells) or _is_explanation(cells):
            continue
        yield _row(number, cells, heads.columns)


def _is_empty(cells: Mapping[int, Cell]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not plain(cell)) for cell in cells.values())


def _is_explanation(cells: Mapping[int, Cell]) -> bool:
    """Tell whether a row is the template's help or example."""
    first = cells.get(min(cells))
    return isinstance(first, str) and plain(first) in (*HELP.values(), *EXAMPLE.values())


def _row(number: int, cells: Mapping[int, Cell], columns: Mapping[int, Column]) -> Row:
    row = Row(number, cells=cells)
    for place, column in columns.items():
        cell = cells.get(place)
        problem = _unreadable(cell, column)
        if problem is not None:
            row.problems.append(problem)
            continue
        value = _mended(cell, column)
        if column.attribute is None:
            row.own[column.name] = value
        else:
            row.attributes[column.name] = value
    return row


def _unreadable(cell: Cell, column: Column) -> Problem | None:
    if isinstance(cell, Failed):
        if cell.error:
            text = Text(
                f"单元格是错误值 {cell.error}，请改为内容。", f"The cell is the error {cell.error}; type its content."
            )
        else:
            text = Text(
                "公式没有保存计算结果，请在表格软件中打开并保存一次，或改为数值。",
                "The formula has no stored result; open and save the file once, or type the value.",
            )
        return Problem(text, column, cell.error or "=")
    is_text = column.attribute is None or column.attribute.type not in ("number", "integer", "date", "month")
    if is_text and isinstance(cell, float) and abs(cell) >= _EXACT:
        return Problem(
            Text(
                "长编号被表格软件存成了数字，15 位以后已丢失，请把该列设为文本后重填。",
                "A long number was kept as a figure and lost its digits after the 15th; make the column text.",
            ),
            column,
            f"{cell:.0f}",
        )
    return None


def _mended(cell: Cell, column: Column) -> Any:
    """Return a cell as its attribute takes it: day numbers as days, whole figures without a decimal point."""
    if column.attribute is not None and column.attribute.type in ("date", "month"):
        return _day(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell


def _day(cell: Cell) -> Any:
    found: Cell = cell
    if isinstance(cell, str) and plain(cell).isdecimal() and len(plain(cell)) == 5:
        found = float(plain(cell))
    if isinstance(found, float) and not isinstance(found, bool) and _SERIALS[0] < found < _SERIALS[1]:
        moment = from_excel(int(found))
        return moment.date() if isinstance(moment, datetime) else cell
    return int(found) if isinstance(found, float) and found.is_integer() else found


def shown(cell: Cell) -> str:
    """Return a cell as a text."""
    if cell is None:
        return ""
    if isinstance(cell, Failed):
        return cell.error
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _csv_grid(path: Path) -> Grid:
    """Read a CSV file in UTF-8 or GBK, split by commas, semicolons or tabs."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = ""
    if not text or "\0" in text:
        raise FileProblem(Text("不是 UTF-8 或 GBK 编码的 CSV 文本文件。", "This is no CSV text in UTF-8 or GBK."))
    first = text.partition("\n")[0]
    separator = max((",", "\t", ";", "，"), key=first.count)
    grid = Grid(path.stem)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cells):
                grid.rows[reader.line_num] = dict(enumerate(cells))
    except csv.Error as error:
        raise FileProblem(
            Text(f"CSV 第 {reader.line_num} 行无法读取。", f"Line {reader.line_num} of the CSV cannot be read.")
        ) from error
    return grid
