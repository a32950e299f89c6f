"""Pages as gazettes set them: titles in the middle, signatures on the right, footnotes in small type."""

import io

import pytest
from pypdf import PdfWriter, Transformation

from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.setting import page_lines
from lantian.policy.plantext.sheets import Piece
from tests.policy.plantext.gold import unexplained
from tests.policy.plantext.pages import compiled

SOURCE = """#set page(paper: "a4", margin: 2.5cm, numbering: "— 1 —",
  header: [#align(center)[德安市人民政府公报 2018年第12期]])
#set text(font: "Noto Serif SC", size: 12pt, lang: "zh")
#align(center)[德安市人民政府关于印发德安市打赢蓝天保卫战行动计划的通知]
#align(center)[德政发〔2018〕33号]

各县（市、区）人民政府：

现将行动计划印发给你们。

#align(right)[德安市人民政府]
#align(right)[2018年9月30日]
#pagebreak()
#align(center)[德安市打赢蓝天保卫战行动计划]

一、总体要求

（一）目标指标。到2020年，全市二氧化硫排放总量较2015年下降18%以上#footnote[基准年为2015年，2016年底前核定，由市环保局会同市统计局
按照国家规定的口径和方法于每年3月底前核算并公布结果。]，PM2.5浓度比2015年下降百分之十八以上，即降到38微克/m#super[3]。

（二）产业结构。由市经信委#footnote[机构改革后为市工信局。]牵头，2019年3月底前完成120家企业整治。
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return import_plan(read_plan(compiled(SOURCE), "a.pdf"))


@pytest.mark.row("B2")
def test_a_head_with_gaps_between_chinese_and_figures_is_found(plan: Plan) -> None:
    head = plan.head
    found = [each and each.value for each in (head.title, head.number, head.date, head.issuer)]
    assert found == ["德安市打赢蓝天保卫战行动计划", "德政发〔2018〕33号", "2018-09-30", "德安市人民政府"]
    assert head.notice is not None
    assert head.notice.value == "德安市人民政府关于印发德安市打赢蓝天保卫战行动计划的通知"


def test_footnotes_of_a_page_are_listed_and_their_marks_are_no_part_of_numbers_and_names(plan: Plan) -> None:
    notes = ["".join(plan.slice(left.span).split()) for left in plan.unparsed if left.reason == "footnote"]
    assert notes == [
        "[1]基准年为2015年，2016年底前核定，由市环保局会同市统计局按照国家规定的口径和方法于每年3月底前核算并公布结果。",
        "[2]机构改革后为市工信局。",
    ]
    goal, duty = plan.tasks
    assert [(str(each.value), each.unit) for each in goal.quantities] == [("18", "%"), ("18", "%"), ("38", "µg/m³")]
    assert [due.value for due in goal.deadlines] == ["2020-12-31"]
    assert duty.names("lead") == ["市经信委"]
    assert unexplained(plan) == ""


def test_the_mark_of_a_note_in_small_type_may_be_a_circle() -> None:
    body = [Piece(72, 700 - 20 * place, 12, "市环保局牵头，2019年底前完成改造任务并通过验收。") for place in range(4)]
    note = [Piece(84, 90, 9, "①含散煤治理。"), Piece(84, 75, 9, "②不含生物质。"), Piece(290, 40, 12, "3")]
    assert page_lines([*body, *note])[4:] == ["—————", "[1]含散煤治理。", "[2]不含生物质。", "　　3"]


def test_a_small_table_at_the_foot_of_a_page_is_no_footnote() -> None:
    body = [Piece(72, 700 - 20 * place, 12, "市环保局牵头，2019年底前完成改造任务并通过验收。") for place in range(4)]
    rows = [
        Piece(x, y, 9, text)
        for y, row in ((90, "①甲乙"), (75, "②丙丁"))
        for x, text in zip((72, 200, 350), row, strict=True)
    ]
    assert page_lines([*body, *rows])[4:] == ["①   甲   乙", "②   丙   丁"]


def test_running_text_is_not_parted_by_a_short_last_line() -> None:
    full = "一二三四五六七八九十" * 3
    pieces = [
        Piece(210, 760, 12, "某市公报第一期"), Piece(72, 740, 12, full), Piece(72, 720, 12, full),
        Piece(72, 700, 12, "完。"), Piece(204, 660, 12, "某市攻坚行动方案"),
        Piece(96, 640, 12, "第二段"), Piece(290, 40, 12, "3"),
    ]  # fmt: skip
    assert page_lines(pieces) == [
        "　　某市公报第一期", full, full, "完。", "", "　　某市攻坚行动方案", "", "　　第二段", "　　3",
    ]  # fmt: skip


WATERMARKED = """#set page(paper: "a5", margin: 2cm, background: rotate(-45deg)[#text(size: 40pt)[草稿]])
#set text(font: "Noto Serif SC", size: 12pt, lang: "zh")
一、任务

（一）治理。由区交通局牵头，区财政局、区环保局配合，2019年底前完成改造35家，每月检查不少于2次。
#pagebreak()
（二）清扫。由区城管局负责，每月清洗道路不少于2次。
"""


def test_a_watermark_across_the_page_is_listed_once_and_stands_in_no_line() -> None:
    plan = import_plan(read_plan(compiled(WATERMARKED), "a.pdf"))
    assert [task.names("lead") for task in plan.tasks] == [["区交通局"], ["区城管局"]]
    assert "草稿" not in "".join(task.words for task in plan.tasks)
    assert [plan.slice(left.span) for left in plan.unparsed if "草稿" in plan.slice(left.span)] == ["注：水印草稿"]
    assert unexplained(plan) == ""


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_as_it_is_seen(turn: int) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(compiled(SOURCE)))
    for page in writer.pages:
        page.add_transformation(Transformation().rotate(turn))
        page.rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    assert read_plan(out.getvalue(), "a.pdf") == read_plan(compiled(SOURCE), "a.pdf")


COPIED = """　　德安市人民政府关于印发德安市打赢蓝天保卫战行动计划的通知
　　德政发〔2018〕33 号
各县（市、区）人民政府：
现将行动计划印发给你们。
　　德安市人民政府
　　2018 年 9 月 30 日
　　德安市打赢蓝天保卫战行动计划
一、总体要求
（一）目标指标。到 2020 年，全市二氧化硫排放总量较 2015 年下降 18% 以上，PM2.5浓度比 2015 年下降百分之十八以上，
即降到 38 微克/立方米。
（二）产业结构。由市经信委牵头，2019 年 3 月底前完成 120 家企业整治。
"""


@pytest.mark.parametrize("gap", ["", " ", "\u3000"])
def test_a_number_on_a_line_of_its_own_is_no_part_of_the_lines_beside_it(gap: str) -> None:
    head = import_plan(COPIED.replace("〕33 号", f"〕{gap}33{gap}号")).head
    found = [each and each.value for each in (head.notice, head.number, head.date, head.issuer)]
    assert found == [
        "德安市人民政府关于印发德安市打赢蓝天保卫战行动计划的通知", "德政发〔2018〕33号", "2018-09-30",
        "德安市人民政府",
    ]  # fmt: skip
