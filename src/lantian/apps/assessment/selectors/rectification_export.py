"""The rectification ledger as a workbook and as a paper to print (台账导出)."""

from datetime import datetime
from typing import Any

from lantian.apps.accounts.services.sheets import workbook as filled_workbook
from lantian.apps.assessment.models.rectification import ProblemQuerySet
from lantian.apps.assessment.rectifying import rule
from lantian.apps.assessment.rules import pack
from lantian.apps.assessment.selectors.rectification import ProblemLine, line_of, source_name, with_steps
from lantian.apps.ui.official.document import Official, Paragraph, Table, chinese_day
from lantian.apps.ui.watermark import export_mark
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

MOST = 20_000
"""Rows of one file."""
MOST_PRINTED = 1_000
HEADS = (
    Text("督察来源", "Source"), Text("轮次", "Round"), Text("反馈文号", "Feedback"), Text("清单序号", "List number"),
    Text("问题", "Problem"), Text("类别", "Category"), Text("街乡", "Street"), Text("地点", "Place"),
    Text("牵头单位", "Led by"), Text("配合单位", "Joined by"), Text("整改目标", "Goal"), Text("反馈时限", "Stated"),
    Text("整改时限", "Deadline"), Text("进展（%）", "Progress [%]"), Text("当前环节", "Step"), Text("灯", "Lamp"),
    Text("案号", "Case"), Text("办结日期", "Closed"),
)  # fmt: skip
LAMPS = {
    "r": Text("逾期", "overdue"),
    "y": Text("临期", "near"),
    "g": Text("正常", "on schedule"),
    "p": Text("暂停", "paused"),
}


def workbook(found: ProblemQuerySet, language: str, now: datetime, by: Any) -> bytes:
    """Return problems as a workbook; its foot says who took it and when."""
    rows = [_cells(line_of(one, now), language) for one in with_steps(found).prefetch_related("joint")[:MOST]]
    heads = [head.in_language(language) for head in HEADS]
    return filled_workbook(heads, rows, export_mark(by, now).in_language(language))


def _cells(line: ProblemLine, language: str) -> list[str]:
    one = line.problem
    closed = one.case.closed_at
    lamp = LAMPS.get(line.lamp, Text("", "")) if line.step else Text("", "")
    return [
        source_name(one.batch).in_language(language), one.batch.round, one.batch.number, one.list_number, one.text,
        line.category.in_language(language), line.area.in_language(language) if one.area_code else "", one.place,
        one.lead.name, "、".join(other.name for other in one.joint.all()), one.goal, str(one.stated or ""),
        str(one.deadline), str(line.percent), line.state.in_language(language), lamp.in_language(language),
        one.case.number, str(day_of(closed)) if closed else "",
    ]  # fmt: skip


def printed_ledger(found: ProblemQuerySet, now: datetime, office: str) -> Official:
    """Return problems as a paper: whose, what, by when, how far. office: whose print it is."""
    rows = []
    for number, one in enumerate(with_steps(found)[:MOST_PRINTED], 1):
        line = line_of(one, now)
        lamp = LAMPS.get(line.lamp) if line.step else None
        state = f"{line.state.zh}\n{lamp.zh}" if lamp else line.state.zh
        rows.append((str(number), one.text, one.lead.name_zh, str(one.deadline), f"{line.percent}%", state))
    day = day_of(now)
    columns, widths = ("序号", "问题", "牵头单位", "整改时限", "进展", "状态"), (1.0, 4.8, 2.8, 2.2, 1.2, 2.2)
    table = Table(columns, tuple(rows), "督察反馈问题整改台账", widths, (1, 2))
    return Official(
        issuer=office, number="", title="督察反馈问题整改台账", to="",
        blocks=(
            Paragraph(
                f"依据《{pack().zh}》（{pack().header.source}）{rule(day).citation.zh}。截至{chinese_day(day)}，"
                f"列入{len(rows)}个问题。"
            ),
            table,
        ),
        signer="", day=day, head=office,
    )  # fmt: skip
