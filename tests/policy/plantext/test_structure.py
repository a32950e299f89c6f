"""Numbering habits, page furniture, footnotes, and what is left over."""

from datetime import date

import pytest

from lantian.policy.plantext import import_plan
from tests.policy.plantext.gold import SAMPLES, read_marked


def articles(text: str) -> list[tuple[int, int | None, str]]:
    return [(each.number, each.chapter, each.title) for each in import_plan(text).articles]


def test_articles_run_through_chapters() -> None:
    text = "一、甲\n（一）子。区环保局负责。\n（二）丑。区水务局负责。\n二、乙\n（三）寅。区农委负责。\n"
    assert articles(text) == [(1, 1, "子"), (2, 1, "丑"), (3, 2, "寅")]


def test_articles_begin_again_in_each_chapter() -> None:
    text = "一、甲\n（一）子\n区环保局负责。\n（二）丑\n区水务局负责。\n二、乙\n（一）寅\n区农委负责。\n"
    assert articles(text) == [(1, 1, "子"), (2, 1, "丑"), (1, 2, "寅")]


def test_running_numbers_below_sections_are_the_articles() -> None:
    text = "一、甲\n（一）天\n1.子\n区环保局负责。\n2.丑\n区水务局负责。\n二、乙\n（一）地\n3.寅\n区农委负责。\n"
    assert articles(text) == [(1, 1, "子"), (2, 1, "丑"), (3, 2, "寅")]


def test_clauses_of_a_rule_are_its_articles() -> None:
    text = "第一章　总则\n第一条　区环保局负责监督。\n第二章　附则\n第二条　区政府负责解释。\n"
    assert [(number, chapter) for number, chapter, _ in articles(text)] == [(1, 1), (2, 2)]


def test_ring_numbers_and_bracketed_numbers_below_articles_stay_text() -> None:
    text = "一、甲\n（一）子\n1.区环保局负责：\n（1）检查；\n①排查企业。\n（二）丑\n区水务局负责。\n"
    assert [number for number, _, _ in articles(text)] == [1, 2]


def test_offsets_are_those_of_the_text_as_read() -> None:
    text = "　　一、甲\n　　（一）子。由区环\n保局牵头，２０１９年底前完成改造３５家。\n"
    (task,) = import_plan(text).tasks
    places = [
        text[r.start : r.end]
        for r in (task.parties[0].reading.span, task.deadlines[0].reading.span, task.quantities[0].reading.span)
    ]
    assert places == ["区环\n保局", "２０１９年底前", "３５家"]


def test_page_furniture_and_footnotes_are_listed_and_not_counted() -> None:
    plan = import_plan(read_marked(SAMPLES / "dev-wrapped.txt").text)
    reasons = [left.reason for left in plan.unparsed]
    assert reasons.count("page-number") == 2
    assert reasons.count("page-header") == 3
    assert reasons.count("footnote") == 1


@pytest.mark.parametrize(
    "unit", ["区环保局，", "区环保、", "环", "10%、", "2020年", "（", "“", "一、环境\n", "环境\n", "①环\n"]
)
def test_a_long_run_of_one_thing_is_read_to_its_end(unit: str) -> None:
    text = "一、甲\n（一）子。区环保局负责检查。\n" + unit * (20_000 // len(unit))
    plan = import_plan(text)
    assert plan.tasks
    assert 0 <= plan.tasks[0].span.start < plan.tasks[-1].span.end <= len(text)


def test_a_long_plan_loses_no_task_of_its_parts() -> None:
    sample = read_marked(SAMPLES / "dev-bracketed.txt").text
    once, thrice = (len(import_plan(sample * times).tasks) for times in (1, 3))
    assert thrice >= 3 * once


def test_marks_of_lists_and_headings_are_no_part_of_the_text() -> None:
    text = "# 甲区2026年计划\n## 一、任务\n### （一）治理\n● 区环保局负责检查。\n- 区水务局负责\n清运垃圾。\n"
    plan = import_plan(text)
    assert plan.head.title is not None
    assert plan.head.title.value == "甲区2026年计划"
    assert [task.words for task in plan.tasks] == ["区环保局负责检查。", "区水务局负责清运垃圾。"]


def test_a_statement_in_brackets_may_stand_before_further_words_of_its_paragraph() -> None:
    text = "一、甲\n（一）子。全面实施标准。（省环保厅负责）加强监管。（省公安厅牵头；省财政厅配合）\n"
    assert [(task.names("lead"), task.names("joint")) for task in import_plan(text).tasks] == [
        (["省环保厅"], []), (["省公安厅"], ["省财政厅"]),
    ]  # fmt: skip


def test_an_annex_ends_the_article_before_it() -> None:
    text = "一、甲\n（一）子。区环保局负责检查。\n附件1：责任分工\n1.区水务局：负责清运垃圾。\n"
    assert [task.article for task in import_plan(text).tasks] == [0, None]


def test_decimal_numbers_make_chapters_articles_and_text() -> None:
    text = "1 总则\n1.1 目的\n为保护环境，制定本预案。\n2 响应\n2.1 县指挥部\n负责指挥。\n2.2 措施\n2.2.1 停止施工。\n"
    assert articles(text) == [(1, 1, "目的"), (1, 2, "县指挥部"), (2, 2, "措施")]


@pytest.mark.parametrize("line", ["5 台锅炉已改造", "2.5 微克", "1.2 万辆汽车"])
def test_a_number_at_the_start_of_a_line_is_no_heading_by_itself(line: str) -> None:
    text = f"一、甲\n（一）子\n区环保局负责检查。\n{line}\n"
    assert articles(text) == [(1, 1, "子")]


def test_paragraphs_told_by_indents_are_joined_whatever_the_length_of_lines() -> None:
    text = (
        "\u3000\u3000一、甲\n\u3000\u3000（一）治理。区住房和城\n乡建设局负责，2026年1\n0月底前完成改造3\n5家。\n"
        "\u3000\u3000区水务局负责清运\n垃圾。\n\u3000\u3000区环保局负责检\n查工地。\n"
    )
    assert [task.words for task in import_plan(text).tasks] == [
        "区住房和城乡建设局负责，2026年10月底前完成改造35家。", "区水务局负责清运垃圾。", "区环保局负责检查工地。",
    ]  # fmt: skip


WRAPPED = """清河县攻坚方案
一、主要任务
1．推进清洁取暖。县发改局牵头，县住建局、各乡镇（街道）
配合，2018年10月底前完成气代煤、电代煤3.26万户，县财政
局负责将每户不超过2700元的设备补贴及时拨付到位，县市场
监管局在县域主要路口查控劣质煤入境，对查获的在三日内作。
出处理的煤炭依法没收，并由县气象局每日发布遥感监测信息、
县公安局依法查处露天焚烧。
2．严禁秸秆焚烧。县农业农村局负责推进秸秆综合利用，利用
率保持在97%以上；各乡镇（街道）按照每200亩配备1名网格员
的标准配齐巡查人员，县气象局每天发布卫星遥感火

— 2 —

点信息。
3．管控烟花爆竹。从2019年1月1日起，县城建成区全面禁放烟
花爆竹，由县公安局牵头，县应急管理局、县供销社配合。
"""


def test_a_heading_with_its_text_on_a_full_line_goes_on_in_the_next_one_even_where_marks_hang_over() -> None:
    plan = import_plan(WRAPPED)
    words = [task.words for task in plan.tasks]
    assert words[0] == "县发改局牵头，县住建局、各乡镇（街道）配合，2018年10月底前完成气代煤、电代煤3.26万户，"
    assert "县气象局每天发布卫星遥感火点信息。" in words
    assert words[-1] == "从2019年1月1日起，县城建成区全面禁放烟花爆竹，由县公安局牵头，县应急管理局、县供销社配合。"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("一、情况\n（一）基本情况。2017年，全区浓度为61微克/立方米，但污染仍然偏重。", "past"),
        ("2017年，全区浓度为61微克/立方米，但污染仍然偏重。", "past"),
        ("本预案自发布之日起实施，2018年印发的预案同时废止。", "in-force"),
        ("本方案有效期至2020年12月31日。", "in-force"),
    ],
)
def test_what_was_before_and_when_the_plan_takes_force_are_no_duties(text: str, reason: str) -> None:
    plan = import_plan(f"清河区行动计划\n（2018—2020年）\n一、任务\n（一）治理。区环保局负责巡查。\n{text}\n")
    assert [each.words for each in plan.tasks] == ["区环保局负责巡查。"]
    assert reason in [left.reason for left in plan.unparsed]


def test_several_that_sign_together_are_no_part_of_the_title_and_the_date_stands_alone() -> None:
    text = """金岭州生态环境局等9部门
关于印发《金岭州攻坚实施方案》的通知

金州环〔2019〕62号

各县（市）人民政府：
现予印发，请抓好落实。

金岭州生态环境局　金岭州公安局　金岭州发展和改革委员会
金岭州财政局　金岭州市场监督管理局　金岭州住房和城乡建设局
2019年5月20日

金岭州攻坚实施方案
一、任务
（一）治理。州公安局即日起至8月31日开展检查。
公开方式：主动公开
"""
    plan = import_plan(text)
    assert plan.head.title is not None
    assert plan.head.title.value == "金岭州攻坚实施方案"
    assert plan.head.issued == date(2019, 5, 20)
    (task,) = plan.tasks
    assert [(due.kind, due.value) for due in task.deadlines] == [("from", "2019-05-20"), ("by", "2019-08-31")]


def test_a_list_of_contents_without_page_numbers_makes_no_headings_of_its_own() -> None:
    lines = ["1. 总则", "1.1 编制目的", "2. 响应", "2.1 响应程序"]
    text = "\n".join(["甲区应急预案", "目  录", *lines, *lines, "区指挥部办公室应在1小时内启动响应。"])
    plan = import_plan(text)
    assert [(each.chapter, each.title) for each in plan.articles] == [(1, "编制目的"), (2, "响应程序")]
    assert [left.reason for left in plan.unparsed].count("contents") == 5


def test_what_stands_below_a_title_that_is_a_departments_name_is_its_duty() -> None:
    text = """甲区工作方案
一、职责分工
（一）区生态环境局。负责统筹协调，每月通报结果。
（二）区住建局
负责工地监管。
1.督促企业整改。
2.6月底前完成在线监控安装。
（三）加强宣传。开展宣传活动。
"""
    tasks = import_plan(text).tasks
    assert [(task.words, task.names("lead")) for task in tasks] == [
        ("负责统筹协调，每月通报结果。", ["区生态环境局"]),
        ("负责工地监管。", ["区住建局"]),
        ("督促企业整改。", ["区住建局"]),
        ("6月底前完成在线监控安装。", ["区住建局"]),
        ("开展宣传活动。", []),
    ]


def test_paragraphs_that_are_one_sentence_make_articles_without_titles() -> None:
    lines = [
        "一、职责", "（一）区建设局", "1、区建设局负责工地管控，每周巡查。", "2、区建设局公开名单，每月更新。",
        "（二）各街道", "3、各街道每日巡查，及时上报。", "二、奖惩", "（一）考核。每月考核。",
    ]  # fmt: skip
    text = "\n".join(lines)
    assert articles(text) == [(1, 1, ""), (2, 1, ""), (3, 1, ""), (1, 2, "考核")]
    assert [task.words for task in import_plan(text).tasks] == [
        "区建设局负责工地管控，每周巡查。", "区建设局公开名单，每月更新。", "各街道每日巡查，及时上报。", "每月考核。",
    ]  # fmt: skip


RAGGED = """白杨镇2018年工作方案

一、工作目标
2018年，全镇细颗粒物平均浓度控制在58微克/立方
米以内。
二、重点工作
（一）禁止焚烧。镇农业服务中心牵头，各村
配合，在麦收、秋收期间每天昼夜轮流值守。2018年
9月底前，全镇秸秆综合利用率达到92%以上。
（二）整治散煤。镇财政所负责补贴资金审核，公示期
满后10个工作
- 2 -
日内拨付到户。镇村镇建设办公室负责督促施工
工地落实围挡、覆盖、冲洗措施，每两个月
清洗。镇环保所汇总工作进度，每
季度向镇党委汇报，对列入升级改造的家具厂，要
安装吸附装置。
"""


def test_lines_wrapped_by_words_go_on_also_where_a_page_ends() -> None:
    plan = import_plan(RAGGED)
    words = [task.words for task in plan.tasks]
    assert "镇农业服务中心牵头，各村配合，在麦收、秋收期间每天昼夜轮流值守。" in words
    assert "镇财政所负责补贴资金审核，公示期满后10个工作日内拨付到户。" in words
    assert "镇环保所汇总工作进度，每季度向镇党委汇报，对列入升级改造的家具厂，要安装吸附装置。" in words


def test_a_title_above_the_first_article_of_a_running_count_is_no_task() -> None:
    lines = [
        "一、措施", "（一）源头替代行动", "1.加快进度。区环保局摸清底数。", "2.严格准入。区环保局开展抽查。",
        "（二）过程管控行动", "3.规范设施。区环保局开展检查。",
    ]  # fmt: skip
    plan = import_plan("\n".join(lines))
    assert [task.words for task in plan.tasks] == ["区环保局摸清底数。", "区环保局开展抽查。", "区环保局开展检查。"]
    assert [left.reason for left in plan.unparsed] == ["title", "title"]


def test_notes_annexes_and_when_a_dated_plan_takes_force_are_no_duties() -> None:
    text = """甲区人民政府
2022年2月25日
甲区工作方案
一、任务
（一）治理。区环保局每周巡查。
本方案自印发之日起施行。
（注：①本方案所称“三年”指2018年至2020年。）
附件：甲区重点企业名单（略）
"""
    plan = import_plan(text)
    assert [task.words for task in plan.tasks] == ["区环保局每周巡查。"]
    assert {"in-force", "footnote"} <= {left.reason for left in plan.unparsed}
