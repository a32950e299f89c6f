"""Plans as PDF: lines joined, page headers and numbers set aside, and what is refused."""

import io
import re
from collections.abc import Sequence

import pytest
from pypdf import PdfReader, PdfWriter

from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.setting import page_lines
from lantian.policy.plantext.sheets import AT_ONCE, Piece
from tests.policy.plantext.gold import SAMPLES, read_marked, unexplained
from tests.policy.plantext.pages import HEADER, as_pdf, compiled

PROVINCE = read_marked(SAMPLES / "more-province.txt").text


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return as_pdf(PROVINCE)


def facts(plan: Plan) -> list[object]:
    """What an officer reads of each task, wherever the lines were broken."""
    return [
        (task.names("lead"), task.names("joint"), [(due.kind, due.value) for due in task.deadlines],
         [(each.comparator, each.value, each.unit) for each in task.quantities])
        for task in plan.tasks
    ]  # fmt: skip


@pytest.mark.row("B2")
def test_a_plan_as_pdf_is_read_like_its_text(pdf: bytes) -> None:
    plan, text = import_plan(read_plan(pdf, "plan.pdf")), import_plan(PROVINCE)
    assert facts(plan) == facts(text)
    assert [(each.number, each.chapter, each.title) for each in plan.articles] == [
        (each.number, each.chapter, each.title) for each in text.articles
    ]
    assert plan.head.number is not None
    assert plan.head.number.value == "江政发〔2024〕11号"
    assert unexplained(plan) == ""


def test_page_headers_and_numbers_are_set_aside_by_their_repetition(pdf: bytes) -> None:
    plan = import_plan(read_plan(pdf, "plan.pdf"))
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    assert pages == 2
    reasons = [left.reason for left in plan.unparsed]
    assert (reasons.count("page-header"), reasons.count("page-number")) == (pages, pages)
    assert not any(HEADER in task.words for task in plan.tasks)


def test_offsets_are_those_of_the_text_as_read_from_the_pdf(pdf: bytes) -> None:
    plan = import_plan(read_plan(pdf, "plan.pdf"))
    for task in plan.tasks:
        for party in task.parties:
            at_place = re.sub(rf"\s|— \d —|{HEADER}", "", plan.slice(party.reading.span))
            assert at_place == party.name


def test_a_scan_is_refused() -> None:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(600, 800)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(PlanTextError, match="PDF without text"):
        read_plan(out.getvalue(), "scan.pdf")


def locked(pdf: bytes, user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_that_needs_a_password_is_refused(pdf: bytes) -> None:
    with pytest.raises(PlanTextError, match="is an encrypted PDF"):
        read_plan(locked(pdf, "secret", "secret"), "plan.pdf")


def test_a_file_that_everybody_can_open_is_read(pdf: bytes) -> None:
    assert "空气质量持续改善" in read_plan(locked(pdf, "", "owner"), "plan.pdf")


@pytest.mark.parametrize("cut", [9, 400, 5000])
def test_a_torn_file_is_refused_or_read_but_never_fails(pdf: bytes, cut: int) -> None:
    with pytest.raises(PlanTextError, match=r"not a sound PDF|PDF without text"):
        read_plan(pdf[:cut], "plan.pdf")


def test_stretches_on_a_page_become_lines_with_indents_and_columns() -> None:
    pieces = [
        Piece(72, 700, 12, "第1页"), Piece(96, 680, 12, "一、"), Piece(120, 680.4, 12, "任务"),
        Piece(72, 660, 12, "PM2.5"), Piece(110, 660, 12, "and"), Piece(300, 660, 12, "区环保局"),
    ]  # fmt: skip
    assert page_lines(pieces) == ["第1页", "　　一、任务", "PM2.5 and   区环保局"]
    assert page_lines([]) == []


def test_each_line_of_a_page_is_parted_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    parted: list[float] = []

    def clusters(line: Sequence[Piece]) -> list[list[Piece]]:
        parted.append(line[0].y)
        return [[piece] for piece in line]

    monkeypatch.setattr("lantian.policy.plantext.setting.clusters", clusters)
    pieces = [Piece(72, 9 * number, 9, "完成改造任务") for number in range(500)]
    assert page_lines(pieces) == ["完成改造任务"] * 500
    assert sorted(parted) == [piece.y for piece in pieces]


def test_columns_that_are_none_are_looked_for_over_no_more_lines_than_a_page_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float] = []

    def crosses(line: Sequence[Piece], gutter: float) -> bool:
        asked.append(gutter)
        return False

    monkeypatch.setattr("lantian.policy.plantext.setting._crosses", crosses)
    lines = 2 * AT_ONCE
    pieces = [Piece(x, 9 * number, 9, "市局") for number in range(lines) for x in (72, 350, 620)]
    assert page_lines(pieces) == ["市局   市局   市局"] * lines
    assert 0 < len(asked) <= lines * AT_ONCE - AT_ONCE * (AT_ONCE - 1) // 2


def test_a_heads_columns_are_told_by_no_more_lines_than_a_page_has(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def free(pieces: Sequence[Piece], left: float, right: float) -> list[tuple[float, float]]:
        looked.append(len(pieces))
        return []

    monkeypatch.setattr("lantian.policy.plantext.sheets._free", free)
    head = [Piece(72 + 90 * place, 9000, 9, word) for place, word in enumerate(HEAD)]
    lines = page_lines([*head, *(Piece(72, 9 * number, 9, "1") for number in range(2 * AT_ONCE))])
    assert lines[0] == "\t".join(HEAD)
    assert looked == [AT_ONCE - 1] * (len(HEAD) - 1)


HEAD = ["序号", "重点任务", "牵头单位", "责任单位", "完成时限"]
ROWS = [
    ["建设全市扬尘在线监管平台，接入工地520个，数据上传率不低于95%，并与省级平台联网运行。", "市住建局",
     "市城管局、市交通局、各区政府", "2020年5月底"],
    ["淘汰国三及以下柴油货车1500辆以上。", "市交通局", "市公安局、市财政局", "2020年底"],
    ["对主干道实施洗扫一体作业，机械化清扫率提高到93%，重点路段增加频次。", "市城管局", "各区政府", "6月30日"],
] * 4  # fmt: skip


def table_source(place: str, rows: list[list[str]], head: list[str], columns: str) -> str:
    cells = ", ".join(f"[{cell}]" for row in [head, *rows] for cell in row)
    return f"""#set page(paper: "a5", margin: 1.5cm, numbering: "— 1 —")
#set text(font: "Noto Serif SC", size: 10pt, lang: "zh")
#align(center)[宁港市2020年大气污染防治攻坚任务分解表]

#table(columns: {columns}, align: {place} + left, {cells})

注：由市大气办汇总。
"""


def told(plan: Plan) -> list[list[str]]:
    return [[task.words, "、".join(task.names("lead")), "、".join(task.names("joint"))] for task in plan.tasks]


@pytest.mark.parametrize("place", ["top", "horizon"])
def test_wrapped_cells_of_a_table_are_put_together_even_where_a_page_tears_a_row(place: str) -> None:
    rows = [[str(number), *row] for number, row in enumerate(ROWS, 1)]
    source = table_source(place, rows, HEAD, "(2em, 1fr, 5.5em, 6em, 5em)")
    plan = import_plan(read_plan(compiled(source), "table.pdf"))
    assert told(plan) == [row[1:4] for row in rows]
    assert [[due.value for due in task.deadlines] for task in plan.tasks] == [
        ["2020-05-31"], ["2020-12-31"], ["2020-06-30"]] * 4  # fmt: skip
    assert unexplained(plan) == ""


def test_a_table_without_numbers_has_its_rows_where_the_gaps_are_wider() -> None:
    source = table_source("top", ROWS, HEAD[1:], "(1fr, 5.5em, 6em, 5em)")
    assert told(import_plan(read_plan(compiled(source), "table.pdf"))) == [row[:3] for row in ROWS]


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    things = ["厂房", "环卫", "农田", "商超", "校园", "馆舍", "库区", "医院"]
    bureaus = ["住建委", "城管委", "农委", "商务委", "教委", "科委", "经信委", "卫健委"]
    duties = [
        f"区{bureau}牵头，区财政局、各街乡配合，2019年{month}月底前对{thing}范围内超过{month + 1}000平方米的{thing}工地"
        f"安装{thing}监测设备，{thing}每月抽查不少于{month + 2}次，{thing}问题{month + 1}日内整改。"
        for month, (bureau, thing) in enumerate(zip(bureaus, things, strict=True), 1)
    ]
    articles = "\n\n".join(
        f"（{number}）治理事项{number}。{duty}" for number, duty in zip("一二三四五六七八", duties, strict=True)
    )
    source = f"""#set page(paper: "a5", margin: 1.5cm)
#set text(font: "Noto Serif SC", size: 9pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true), justify: true)
#align(center)[清河区大气污染防治三年行动计划任务及责任分工方案说明]

#columns(2)[一、治理任务

{articles}]
"""
    plan = import_plan(read_plan(compiled(source), "columns.pdf"))
    assert [task.words for task in plan.tasks] == duties


def test_lines_that_come_again_with_other_numbers_are_no_page_headers_where_they_hold_a_comma() -> None:
    text = "一、任务\n" + "\n".join(f"（{n}）事项。\n各街乡配合，{n}月底前完成。" for n in "一二三四")
    assert not [left for left in import_plan(text).unparsed if left.reason == "page-header"]
