"""Alarms to take away: a workbook written row by row, so that its size does not matter."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.listing import line
from lantian.apps.alarms.selectors.words import Words
from lantian.apps.ui.as_of import AsOf
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

HEADS = (
    Text("序号", "No."), Text("编号", "Number"), Text("点位", "Place"), Text("类别", "Kind"), Text("街乡", "Street"),
    Text("规则", "Rule"), Text("依据", "Basis"), Text("因子", "Factor"), Text("峰值", "Peak"), Text("限值", "Limit"),
    Text("单位", "Unit"), Text("级", "Level"), Text("起始", "From"), Text("最近", "To"), Text("报警", "Raised"),
    Text("状态", "State"), Text("处置", "Handling"), Text("结论", "Outcome"), Text("理由", "Reason"),
)  # fmt: skip


def write_workbook(file: IO[bytes], alarms: Iterable[Alarm], said: Words, as_of: AsOf, language: str) -> None:
    """Write the alarms as an Excel sheet; times are Beijing's."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(Text("报警", "Alarms").in_language(language))
    bold = book.add_format({"bold": True})
    sheet.set_column(0, len(HEADS) - 1, 14)
    made = f"{as_of.now.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    sheet.write_row(0, 0, [Text("报警，导出于", "Alarms, exported").in_language(language), made])
    sheet.write_row(1, 0, [head.in_language(language) for head in HEADS], bold)
    for at, alarm in enumerate(alarms, start=1):
        sheet.write_row(at + 1, 0, _cells(at, alarm, said, language))
    sheet.freeze_panes(2, 3)
    book.close()


def _cells(at: int, alarm: Alarm, said: Words, language: str) -> list[Any]:
    one = line(alarm, said)
    texts = [one.place, one.kind, one.area, one.rule, one.record.citation if one.record else Text("", ""), one.factor]
    return [
        at,
        alarm.number,
        *(text.in_language(language) for text in texts),
        alarm.value,
        alarm.limit,
        alarm.unit,
        alarm.level,
        *(_clock(moment) for moment in (alarm.first_at, alarm.last_at, alarm.raised_at)),
        *(str(label) for label in (alarm.get_state_display(), alarm.get_handling_display())),
        str(alarm.get_outcome_display()),
        alarm.outcome_reason,
    ]


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
