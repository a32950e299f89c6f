"""Files of every format, and files that are none."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml

from lantian.policy.plantext import import_plan, read_plan
from lantian.policy.plantext.errors import PlanTextError

PLAN = "清河区行动计划\n一、任务\n（一）治理\n由区交通局牵头，2019年底前完成改造35家。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert read_plan(PLAN.encode(encoding), "a.txt") == PLAN


def test_windows_line_ends_become_plain_ones() -> None:
    assert read_plan(PLAN.replace("\n", "\r\n").encode(), "a.txt") == PLAN


def word(fill: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table_of(document: docx.document.Document) -> None:
    document.add_paragraph("东湖区任务分解表")
    table = document.add_table(rows=2, cols=4)
    rows = [
        ["工作任务", "牵头单位", "责任单位", "完成时限"],
        ["完成改造35家", "区交通局", "区财政局\n各街道", "2019年底"],
    ]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def test_a_word_table_gives_a_task_for_each_row() -> None:
    plan = import_plan(read_plan(word(table_of), "a.docx"))
    (task,) = plan.tasks
    assert (task.names("lead"), task.names("joint")) == (["区交通局"], ["区财政局", "各街道"])
    assert [(due.kind, due.value) for due in task.deadlines] == [("by", "2019-12-31")]
    assert [(str(each.value), each.unit) for each in task.quantities] == [("35", "家")]
    assert plan.slice(task.span) == "完成改造35家"


def test_paragraphs_of_a_word_file_are_lines() -> None:
    def fill(document: docx.document.Document) -> None:
        for line in PLAN.strip().split("\n"):
            document.add_paragraph(line)

    assert import_plan(read_plan(word(fill), "a.docx")).tasks[0].names("lead") == ["区交通局"]


LISTS = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="（%2）"/></w:lvl><w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/>
<w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="70"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


NUMBERED: list[tuple[int | None, str]] = [
    (0, "任务"), (1, "治理扬尘"), (None, "区环保局负责检查。"), (1, "清扫"), (None, "区城管局负责清扫。"), (0, "保障"),
    (1, "督查"), (2, "区督查室每月督查。"),
]  # fmt: skip


def numbered(document: docx.document.Document) -> None:
    """Paragraphs whose numbers Word would make."""
    root = document.part.numbering_part.element
    for each in list(root):
        root.remove(each)
    for each in list(parse_xml(LISTS)):
        root.append(each)
    for depth, text in NUMBERED:
        paragraph = document.add_paragraph(text)
        if depth is not None:
            of = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            of.get_or_add_numId().val, of.get_or_add_ilvl().val = 70, depth


def test_numbers_that_word_makes_by_itself_are_written_out() -> None:
    text = read_plan(word(numbered), "a.docx")
    assert text.split("\n") == [
        "一、任务", "（一）治理扬尘", "区环保局负责检查。", "（二）清扫", "区城管局负责清扫。", "二、保障",
        "（一）督查", "•区督查室每月督查。",
    ]  # fmt: skip
    plan = import_plan(text)
    assert [(each.number, each.chapter, each.title) for each in plan.articles] == [
        (1, 1, "治理扬尘"), (2, 1, "清扫"), (1, 2, "督查"),
    ]  # fmt: skip


def test_an_html_cell_over_rows_counts_in_each() -> None:
    page = """<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body><h1>西湖区任务清单</h1>
    <table><tr><th>任务</th><th>责任单位</th><th>完成时限</th></tr>
    <tr><td>清扫<br>道路</td><td rowspan="2">区城管局</td><td>每月</td></tr>
    <tr><td>清运垃圾</td><td>2020年6月底前</td></tr>
    </table></body></html>"""
    plan = import_plan(read_plan(page.encode(), "a.html"))
    assert [task.names("lead") for task in plan.tasks] == [["区城管局"], ["区城管局"]]
    assert [[due.value for due in task.deadlines] for task in plan.tasks] == [["month"], ["2020-06-30"]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"%PDF-1.7 ...", "not a sound PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old DOC"),
        (b"PK\x03\x04broken", "not a sound DOCX"),
        (bytes(range(256)) * 4, "is not text"),
        ("﻿".encode() + b"<html><body></body></html>", "holds no text"),
    ],
    ids=["empty", "blank", "pdf", "doc", "torn-docx", "binary", "empty-html"],
)
def test_a_file_without_text_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PlanTextError, match=sentence):
        read_plan(data, "a")


def test_a_text_that_is_no_plan_is_refused() -> None:
    with pytest.raises(PlanTextError, match="this is no plan"):
        import_plan("今天天气很好。")
