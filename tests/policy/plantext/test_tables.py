"""Tables of task breakdown, however a copy has flattened them."""

import pytest

from lantian.policy.plantext import Plan, import_plan, read_plan

HEAD = ["序号", "重点任务", "工作措施", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    ["1", "扬尘", "完成道路清洗35公里", "县城管局", "各镇", "2026年8月底"],
    ["2", "燃煤", "淘汰锅炉27台", "县环保局", "县市场监管局、县财政局", "三季度"],
]
TITLE = "柳泉县2026年大气污染防治任务分解表"


def facts(plan: Plan) -> list[object]:
    return [
        (task.words, task.names("lead"), task.names("joint"), [due.value for due in task.deadlines],
         [(str(each.value), each.unit) for each in task.quantities])
        for task in plan.tasks
    ]  # fmt: skip


EXPECTED = [
    ("完成道路清洗35公里", ["县城管局"], ["各镇"], ["2026-08-31"], [("35", "km")]),
    ("淘汰锅炉27台", ["县环保局"], ["县市场监管局", "县财政局"], ["2026-09-30"], [("27", "台")]),
]


@pytest.mark.parametrize(
    "between", ["\t", " | ", "   ", "\u3000\u3000", "\n"], ids=["tab", "bar", "spaces", "wide", "lines"]
)
def test_rows_are_read_however_their_cells_are_parted(between: str) -> None:
    text = "\n".join([TITLE, *(between.join(row) for row in [HEAD, *ROWS])])
    assert facts(import_plan(text)) == EXPECTED


@pytest.mark.parametrize("between", ["\t", "   "])
def test_headings_and_page_numbers_between_rows_end_no_table(between: str) -> None:
    head, first, second = (between.join(row) for row in [HEAD, *ROWS])
    text = "\n".join([TITLE, head, "一、扬尘行动", first, "— 2 —", "二、燃煤行动", second])
    plan = import_plan(text)
    assert facts(plan) == EXPECTED
    assert [task.article for task in plan.tasks] == [0, 1]


def test_cells_merged_over_rows_may_be_missing_where_each_cell_has_its_line() -> None:
    lines = [*HEAD, *ROWS[0], ROWS[1][0], *ROWS[1][2:]]
    assert facts(import_plan("\n".join([TITLE, *lines]))) == EXPECTED


def test_lines_that_do_not_fit_a_head_stay_text() -> None:
    lines = [*HEAD, "1", "扬尘", "区环保局负责检查。", "", "区水务局负责清运垃圾。"]
    plan = import_plan("\n".join([TITLE, *lines]))
    assert [task.words for task in plan.tasks][-1] == "区水务局负责清运垃圾。"


def test_an_html_cell_over_rows_and_columns_counts_in_each_row() -> None:
    page = """<html><body><h1>柳泉县2026年任务清单</h1><table>
    <tr><th>序号</th><th>重点任务</th><th>工作措施</th><th>牵头单位</th><th>配合单位</th><th>完成时限</th></tr>
    <tr><td>1</td><td rowspan="2">扬尘</td><td>完成道路清洗35公里</td><td rowspan=2>县城管局</td><td>各镇</td>
    <td>2026年8月底</td></tr>
    <tr><td>2</td><td>淘汰锅炉27台</td><td>县财政局</td><td>三季度</td></tr></table></body></html>"""
    plan = import_plan(read_plan(page.encode(), "a.html"))
    assert [(task.words, task.names("lead"), task.names("joint")) for task in plan.tasks] == [
        ("完成道路清洗35公里", ["县城管局"], ["各镇"]), ("淘汰锅炉27台", ["县城管局"], ["县财政局"]),
    ]  # fmt: skip


def test_a_deadline_in_the_measure_and_one_in_its_column_both_count() -> None:
    row = ["1", "扬尘", "每月检查工地", "县城管局", "各镇", "2026年12月31日"]
    plan = import_plan("\n".join([TITLE, "\t".join(HEAD), "\t".join(row)]))
    assert [(due.kind, due.value) for due in plan.tasks[0].deadlines] == [("every", "month"), ("by", "2026-12-31")]


def test_empty_cells_at_the_start_of_a_row_keep_the_columns() -> None:
    row = ["", "", "淘汰锅炉27台", "县环保局", "", "6月底"]
    plan = import_plan("\n".join([TITLE, "\t".join(HEAD), "\t".join(ROWS[0]), "\t".join(row)]))
    assert facts(plan)[1] == ("淘汰锅炉27台", ["县环保局"], [], ["2026-06-30"], [("27", "台")])


def test_the_word_of_an_annex_is_no_part_of_the_title() -> None:
    plan = import_plan("\n".join(["附表", TITLE, "\t".join(HEAD), "\t".join(ROWS[0])]))
    assert plan.head.title is not None
    assert plan.head.title.value == TITLE


def test_a_title_above_the_rows_of_its_group_is_no_task() -> None:
    text = "\n".join([TITLE, "\t".join(HEAD), "一、推进道路治理行动", "\t".join(ROWS[0])])
    assert [task.words for task in import_plan(text).tasks] == ["完成道路清洗35公里"]


def test_each_sentence_of_a_cell_is_a_task_of_the_same_departments() -> None:
    row = ["1", "监测", "建设监测点8个。超标车辆3日内维修。", "县环保局", "县公安局", "10月底前"]
    tasks = import_plan("\n".join([TITLE, *("\t".join(each) for each in [HEAD, row])])).tasks
    assert [task.words for task in tasks] == ["建设监测点8个。", "超标车辆3日内维修。"]
    assert [task.names("lead") for task in tasks] == [["县环保局"], ["县环保局"]]
    assert [[due.value for due in task.deadlines] for task in tasks] == [["2026-10-31"], ["P3D", "2026-10-31"]]


def test_the_title_of_a_table_and_the_remarks_below_it_are_no_tasks() -> None:
    text = "\n".join([TITLE, "一、任务", "镇（街道）攻坚项目表", "属地\t项目内容\t责任单位\t时限",
                      "江湾镇\t拆除码头5个\t江湾镇人民政府\t8月底", "备注：1.本表由县环委办负责解释。"])  # fmt: skip
    plan = import_plan(text)
    assert facts(plan) == [("拆除码头5个", ["江湾镇人民政府"], [], ["2026-08-31"], [("5", "个")])]
    assert {(plan.slice(left.span), left.reason) for left in plan.unparsed} >= {("镇（街道）攻坚项目表", "caption")}


SPACED = """柳泉县2026年大气污染防治任务分解表
序号    任务                            牵头单位          责任单位            完成时限
1       建设扬尘在线监管平台，接入      县住建局          县城管局、          2026年5月底
        工地52个，数据上传率不低于95%。                   各镇政府
2       城中村散煤清零，改造860户。     县发改局、        各镇政府            10月底前
                                        县能源局
"""
BARRED = """柳泉县2026年大气污染防治任务分解表
│ 序号 │任务                  │牵头单位    │责任单位    │完成时限  │
│ 1    │建设扬尘在线监管平台，│县住建局    │县城管局、  │2026年5月 │
│      │接入工地52个，数据上传│            │各镇政府    │          │
│      │率不低于95%。         │            │            │          │
│ 2    │城中村散煤清零，改造86│县发改局、  │各镇政府    │10月底前  │
│      │0户。                 │县能源局    │            │          │
"""


@pytest.mark.parametrize("text", [SPACED, BARRED], ids=["spaces", "bars"])
def test_a_wrapped_cell_goes_on_in_the_lines_below(text: str) -> None:
    assert facts(import_plan(text)) == [
        ("建设扬尘在线监管平台，接入工地52个，数据上传率不低于95%。", ["县住建局"], ["县城管局", "各镇政府"],
         ["2026-05-31"], [("52", "个"), ("95", "%")]),
        ("城中村散煤清零，改造860户。", ["县发改局", "县能源局"], ["各镇政府"], ["2026-10-31"], [("860", "户")]),
    ]  # fmt: skip


def test_names_on_lines_of_their_own_in_a_wrapped_cell_are_parted() -> None:
    text = BARRED.replace("县城管局、", "县城管局  ")
    assert import_plan(text).tasks[0].names("joint") == ["县城管局", "各镇政府"]


def test_a_merged_cell_of_numbers_begins_a_task_of_its_own_where_the_one_above_has_ended() -> None:
    text = "\n".join([TITLE, " | ".join(HEAD), "1 | 扬尘 | 完成清洗35公里。 | 县城管局 | 各镇 | 8月底",
                      " | 扬尘 | 淘汰锅炉27台。 | 县环保局 | 各镇 | "])  # fmt: skip
    assert len(import_plan(text).tasks) == 2


def test_a_table_with_a_line_for_each_cell_may_begin_with_any_number() -> None:
    rows = [[str(12 + int(row[0])), *row[1:]] for row in ROWS]
    assert facts(import_plan("\n".join([TITLE, *("\n".join(row) for row in [HEAD, *rows])]))) == EXPECTED


@pytest.mark.parametrize(
    "order",
    [[0, 1, 2, 3, 4, 5], [0, 1, 2, 5, 3, 4], [1, 2, 5, 3, 4], [1, 3, 4, 5, 2]],
    ids=["time-last", "helpers-last", "without-numbers", "task-last"],
)
def test_cells_with_line_breaks_as_pasted_from_a_word_processor_are_read_whole(order: list[int]) -> None:
    first = ["1", "扬\n尘", "完成道路清洗\n35公里。", "县城\n管局", "各\n镇", "2026年8月\n底"]
    second = ["2", "燃煤", "淘汰锅炉\n27台。", "县环\n保局", "县市场监管局、\n县财政局", "三季\n度"]
    rows = ["\t".join(row[place] for place in order) for row in (HEAD, first, second)]
    plan = import_plan("\n".join([TITLE, *rows, "二、保障措施", "县环保局负责督查。"]))
    assert facts(plan)[:2] == [(words + "。", *rest) for words, *rest in EXPECTED]
    assert [(task.words, task.names("lead")) for task in plan.tasks[2:]] == [("县环保局负责督查。", ["县环保局"])]


def test_rows_without_all_their_cells_stay_as_they_are_below_a_head_with_tabs() -> None:
    short = "\t".join(["淘汰锅炉27台", "县环保局"])
    plan = import_plan("\n".join([TITLE, "\t".join(HEAD), "\t".join(ROWS[0]), short, "县水务局负责清运垃圾。"]))
    assert facts(plan)[0] == EXPECTED[0]
    assert [task.words for task in plan.tasks][-1] == "县水务局负责清运垃圾。"


PASTED = {
    "head": (
        "序号\t重点\n任务\t工作措施\t牵头\n单位\t配合单位\t完成\n时限",
        "1\t扬尘\t完成道路\n清洗35公里\t县城管局\t各镇\t2026年8月\n底",
    ),
    "quotes": ("\t".join(HEAD), '1\t"扬\n尘"\t"完成道路\n清洗35公里"\t县城管局\t各镇\t2026年8月底'),
    "empty": ("\t".join(HEAD), "1\t\t完成道路\n清洗35公里\t县城\n管局\t各镇\t2026年8月底"),
}


@pytest.mark.parametrize(("head", "row"), PASTED.values(), ids=PASTED)
def test_heads_and_quoted_cells_with_line_breaks_are_read_whole(head: str, row: str) -> None:
    plan = import_plan("\n".join([TITLE, head, row, "\t".join(ROWS[1]), "备注：以上任务由县大气办督办。"]))
    assert facts(plan) == EXPECTED


def test_numbered_lines_of_a_cell_are_tasks_and_names_on_lines_of_their_own_are_parted() -> None:
    row = "1\t扬尘\t1.完成道路清洗35公里\n2.每月检查工地不少于2次\t县城管局\n县环保局\t各镇\n县财政局\t2026年8月底"
    plan = import_plan("\n".join([TITLE, "\t".join(HEAD), row, "\t".join(ROWS[1])]))
    assert [task.words for task in plan.tasks][:2] == ["1.完成道路清洗35公里", "2.每月检查工地不少于2次"]
    assert [(task.names("lead"), task.names("joint")) for task in plan.tasks][:2] == [
        (["县城管局", "县环保局"], ["各镇", "县财政局"])
    ] * 2
    assert [each.object for each in plan.tasks[0].quantities] == ["道路清洗"]


def test_numbered_lines_of_a_cell_that_stand_on_one_line_are_tasks_each() -> None:
    items = "（1）完成道路清洗 35 公里　（2）每月检查 3 家企业 （3）培训"
    row = ["1", "扬尘", items, "县城管局", "各镇", "2026年8月底"]
    plan = import_plan("\n".join([TITLE, "\t".join(HEAD), "\t".join(row)]))
    assert [task.words for task in plan.tasks] == ["（1）完成道路清洗35公里", "（2）每月检查3家企业", "（3）培训"]


def test_each_row_of_a_table_of_indicators_sets_its_last_years_value_as_a_goal() -> None:
    plan = import_plan(
        "临河县规划\n一、目标\n完成下列指标。\n序号\t指标\t单位\t2020年\t2025年\t属性\n"
        "1\t细颗粒物浓度\t微克/立方米\t40\t33\t约束性\n2\t重污染天数\t天\t5\t≤2\t约束性\n3\t公众满意度\t\t较高\t高\t预期性\n"
    )
    goals = [(task.words, task.quantities[0]) for task in plan.tasks if task.rule == "table-indicator"]
    assert [words[:6] for words, _ in goals] == ["细颗粒物浓度", "重污染天数天"]
    assert [(str(goal.value), goal.unit, goal.comparator, goal.object) for _, goal in goals] == [
        ("33", "µg/m³", "=", "细颗粒物浓度"),
        ("2", "day", "<=", "重污染天数"),
    ]
    assert [plan.slice(goal.reading.span) for _, goal in goals] == ["33", "≤2"]


def test_a_table_of_indicators_behind_one_of_tasks_is_none_of_its_rows() -> None:
    plan = import_plan(
        "临河县方案\n序号\t任务\t责任单位\t时限\n1\t改造锅炉\t县工信局\t6月底前\n附表\n"
        "指标\t单位\t2020年\t2025年\n优良天数比率\t%\t75\t82\n"
    )
    assert [task.rule for task in plan.tasks] == ["table-row", "table-indicator"]
