"""The table of tasks to take away (任务台账导出): a workbook, written row by row."""

from collections.abc import Iterable
from datetime import date
from typing import IO, Any

import xlsxwriter

from lantian.apps.plans.selectors.standing import plain
from lantian.apps.plans.selectors.task_list import TaskLine
from lantian.kernel.errors import Text

HEADS = (
    Text("序号", "No."), Text("编号", "Number"), Text("条", "Article"), Text("任务", "Task"), Text("灯", "Lamp"),
    Text("亮灯理由", "Reason"), Text("牵头单位", "Lead"), Text("配合单位", "Joint"), Text("责任区域", "Ground"),
    Text("权重 %", "Weight %"), Text("指标值", "Value"), Text("目标", "Target"), Text("计量单位", "Unit"),
    Text("进度 %", "Progress %"), Text("应达进度 %", "Progress due %"), Text("期限", "Deadline"),
    Text("原定期限", "First deadline"), Text("状态", "State"),
)  # fmt: skip
WIDE = {3: 60, 5: 44, 6: 20, 7: 30}


def write_tasks(file: IO[bytes], lines: Iterable[TaskLine], day: date, language: str) -> None:
    """Write tasks as they stand on a day; parts follow their wholes."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(Text("任务台账", "Tasks").in_language(language))
    bold = book.add_format({"bold": True})
    for column in range(len(HEADS)):
        sheet.set_column(column, column, WIDE.get(column, 12))
    sheet.write_row(0, 0, [Text("任务台账，截至", "Tasks, as of").in_language(language), day.isoformat()])
    sheet.write_row(1, 0, [head.in_language(language) for head in HEADS], bold)
    for at, line in enumerate(lines, start=1):
        sheet.write_row(at + 1, 0, _cells(at, line, language))
    sheet.freeze_panes(2, 4)
    book.close()


def _cells(at: int, line: TaskLine, language: str) -> list[Any]:
    one, task = line.standing, line.standing.task
    joined = Text("、", ", ").in_language(language)
    target = f"{one.goal.comparator} {plain(one.goal.target)}"
    article = line.cite.in_language(language) if task.document else task.article
    return [
        at, task.number, article, line.name.in_language(language), line.word.in_language(language),
        one.lamp.reason.in_language(language), joined.join(n.in_language(language) for n in (line.lead, *line.more)),
        joined.join(name.in_language(language) for name in line.joint), line.area.in_language(language),
        float(one.weight), float(one.value.value) if one.value else None, target, task.unit,
        float(one.progress) if one.progress is not None else None, float(one.expected),
        line.due.in_language(language), task.first_due.isoformat() if task.first_due else "",
        str(one.state.label),
    ]  # fmt: skip
