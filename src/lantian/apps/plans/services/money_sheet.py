"""Money by Excel (资金表): all lines as a workbook, and the same workbook back; only what differs is entered.

A row names its line by task, year, source and purpose, and says what was budgeted, passed down and paid so far. The
import enters the differences as sums of the day; bringing the same file in again enters nothing.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.sheets.cells import Cell, read_workbook
from lantian.apps.plans.models import BudgetLine, MoneyMove, Task, TaskError
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.money import fund_name, summed
from lantian.apps.plans.services.money import NewLine, NewMove, add_line, move
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.plurals import counted

WAN = Decimal(10_000)
HEADS: Mapping[str, Text] = {
    "task": Text("任务编号", "Task"),
    "year": Text("年度", "Year"),
    "fund": Text("资金来源", "Source of money"),
    "title": Text("用途", "Purpose"),
    "budget": Text("预算（万元）", "Budget (10,000 yuan)"),
    "allotted": Text("下达（万元）", "Allotted (10,000 yuan)"),
    "paid": Text("支付（万元）", "Paid (10,000 yuan)"),
    "voucher": Text("凭证号", "Voucher"),
}
KINDS = (MoneyMove.Kind.BUDGET, MoneyMove.Kind.ALLOTTED, MoneyMove.Kind.PAID)
MOST_ROWS = 5000
MOST_TOLD = 12


class SheetRefused(TaskError):
    """Rows that cannot be entered; nothing of the file was. rows: what is wrong with which."""

    def __init__(self, rows: Sequence[Text]) -> None:
        self.rows = rows
        more = len(rows) - MOST_TOLD
        zh, en = "；".join(row.zh for row in rows[:MOST_TOLD]), "; ".join(row.en for row in rows[:MOST_TOLD])
        rest = (f"；另有 {more} 行", f"; and {counted(more, 'row')} more") if more > 0 else ("", "")
        super().__init__(Text(f"未导入：{zh}{rest[0]}", f"Nothing was imported. {en}{rest[1]}"))


@dataclass(frozen=True)
class SheetRow:
    """A row as it was read; sums in yuan."""

    number: int
    task: str
    year: int
    fund: str
    title: str
    sums: Mapping[MoneyMove.Kind, Decimal]
    voucher: str


def write_sheet(tasks: Sequence[int], language: str) -> bytes:
    """Return the lines of tasks as a workbook that can be brought back."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(Text("资金", "Money").in_language(language))
    sheet.write_row(0, 0, [head.in_language(language) for head in HEADS.values()], book.add_format({"bold": True}))
    sheet.set_column(0, len(HEADS) - 1, 16)
    lines = summed(BudgetLine.objects.filter(task__in=tasks)).select_related("task").order_by("task", "year", "pk")
    for at, line in enumerate(lines, 1):
        sums = [float(one / WAN) for one in (line.s_budget, line.s_allotted, line.s_paid)]
        fund = fund_name(line.fund).in_language(language)
        sheet.write_row(at, 0, [line.task.number, line.year, fund, line.title, *sums])
    sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def bring_sheet(content: bytes, *, by: Person, at: datetime) -> int:
    """Enter what differs; return how many sums were entered. Raises SheetRefused, or FileProblem for no workbook."""
    rows, wrong = _read(content)
    tasks = {task.number: task for task in Task.objects.visible_to(by).filter(number__in={row.task for row in rows})}
    entered = 0
    with transaction.atomic():
        for row in rows:
            try:
                entered += _enter(row, tasks.get(row.task), by=by, at=at)
            except LantianError as error:
                wrong.append(_at(row.number, error.text))
        if wrong:
            raise SheetRefused(wrong)
    return entered


def _at(number: int, text: Text) -> Text:
    return Text(f"第 {number} 行：{text.zh}", f"row {number}: {text.en}")


def _read(content: bytes) -> tuple[list[SheetRow], list[Text]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "money.xlsx"
        path.write_bytes(content)
        grid = next(iter(read_workbook(path).sheets), None)
    cells = grid.rows if grid else {}
    first = min(cells, default=0)
    columns = _columns(cells.get(first, {}))
    rows: list[SheetRow] = []
    wrong: list[Text] = []
    for number in sorted(cells)[1 : MOST_ROWS + 1]:
        if any(_text(cell) for cell in cells[number].values()):
            try:
                rows.append(_row(number, {name: cells[number].get(at) for name, at in columns.items()}))
            except LantianError as error:
                wrong.append(_at(number, error.text))
    return rows, wrong


def _columns(head: Mapping[int, Cell]) -> dict[str, int]:
    """Return where each column is, by its Chinese or English name."""
    said = {_text(cell): at for at, cell in head.items()}
    found = {name: said[text] for name, head_ in HEADS.items() for text in (head_.zh, head_.en) if text in said}
    missing = [head_ for name, head_ in HEADS.items() if name not in found and name != "voucher"]
    if missing:
        zh, en = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
        raise SheetRefused([Text(f"缺少列：{zh}", f"columns are missing: {en}")])
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _row(number: int, cells: Mapping[str, Cell]) -> SheetRow:
    said = {name: _text(cell) for name, cell in cells.items()}
    if not said["year"].isdecimal():
        raise TaskError(Text(f"年度“{said['year']}”不是年份", f"{said['year']!r} is no year"))
    sums = {kind: _sum(said[kind], HEADS[kind]) for kind in KINDS}
    fund = next((one for one, name in _funds().items() if said["fund"] in (one, name.zh, name.en)), "")
    if not fund:
        raise TaskError(Text(f"没有资金来源“{said['fund']}”", f"no source of money {said['fund']!r}"))
    return SheetRow(number, said["task"], int(said["year"]), fund, said["title"], sums, said.get("voucher", ""))


def _funds() -> dict[str, Text]:
    return {code: fund_name(code) for code in rules().funds}


def _sum(said: str, head: Text) -> Decimal:
    try:
        return Decimal(said.replace(",", "") or "0") * WAN
    except InvalidOperation as error:
        raise TaskError(Text(f"{head.zh}“{said}”不是数字", f"{head.en} {said!r} is no number")) from error


def _enter(row: SheetRow, task: Task | None, *, by: Person, at: datetime) -> int:
    """Enter the differences of one row, a budget before what is passed down, that before what is paid."""
    if task is None:
        raise TaskError(Text(f"没有任务 {row.task}", f"no task {row.task}"))
    found = summed(task.budget_lines.filter(year=row.year, fund=row.fund, title=row.title)).first()
    made = 0
    if found is None:
        found = add_line(task, NewLine(row.year, row.fund, row.title, row.sums[MoneyMove.Kind.BUDGET]), by=by, at=at)
        made, had = 1, {MoneyMove.Kind.BUDGET: row.sums[MoneyMove.Kind.BUDGET]}
    else:
        had = dict(zip(KINDS, (found.s_budget, found.s_allotted, found.s_paid), strict=True))
    for kind, amount in _steps(row, had):
        move(found, NewMove(kind, amount, day_of(at), row.voucher, "Excel"), by=by, at=at)
        made += 1
    return made


def _steps(row: SheetRow, had: Mapping[MoneyMove.Kind, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """Yield what differs in an order in which no sum is ever above the one that it is part of."""
    differs = {kind: row.sums[kind] - had.get(kind, Decimal(0)) for kind in KINDS}
    yield from ((kind, differs[kind]) for kind in KINDS if differs[kind] > 0)
    yield from ((kind, differs[kind]) for kind in reversed(KINDS) if differs[kind] < 0)
