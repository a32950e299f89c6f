"""The queue as a workbook (导出): what the reader may see and asked for; who reported is not in it, and cannot be."""

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from lantian.apps.complaints.models import ComplaintQuerySet
from lantian.apps.complaints.selectors.lines import Line
from lantian.apps.ui.formats import instant
from lantian.apps.ui.watermark import export_mark
from lantian.kernel.errors import Text

MOST = 50_000
"""Rows of one file."""
HEADS = (
    Text("投诉编号", "Number"), Text("渠道", "Channel"), Text("工单号", "Order number"), Text("类别", "Topic"),
    Text("时限类别", "Class of times"), Text("内容", "Text"), Text("地点", "Place"), Text("街乡", "Street"),
    Text("发生时间", "Happened"), Text("收到时间", "Received"), Text("答复止于", "Reply due"), Text("状态", "State"),
    Text("受理时间", "Taken up"), Text("答复时间", "Replied"), Text("答复", "Reply"), Text("案号", "Case"),
    Text("并入", "Joined to"), Text("回访", "Call back"),
)  # fmt: skip


def workbook(found: ComplaintQuerySet, language: str, at: datetime, by: Any) -> bytes:
    """Return complaints as a workbook; the last row says who took it and when."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page, bold = book.add_worksheet(), book.add_format({"bold": True})
        for place, head in enumerate(HEADS):
            page.write_string(0, place, head.in_language(language), bold)
        row = 0
        for row, one in enumerate(found.select_related("case", "duplicate_of")[:MOST], 1):
            for place, text in enumerate(_cells(Line(one, at), language)):
                page.write_string(row, place, text)
        page.write_string(row + 2, 0, export_mark(by, at).in_language(language))
        page.set_column(0, len(HEADS), 16)
        page.freeze_panes(1, 1)
    return out.getvalue()


def _cells(line: Line, language: str) -> list[str]:
    one = line.complaint
    said = line.visit
    return [
        one.number, line.channel.in_language(language), one.order_number, line.topic.in_language(language),
        line.times.label.in_language(language), one.text, one.place, line.area.in_language(language),
        _at(one.happened_at), _at(one.received_at), _at(one.due_at), line.state.in_language(language),
        _at(one.accepted_at), _at(one.replied_at), one.reply, one.case.number if one.case else "",
        one.duplicate_of.number if one.duplicate_of else "", said.in_language(language) if said else "",
    ]  # fmt: skip


def _at(moment: datetime | None) -> str:
    return instant(moment) if moment else ""
