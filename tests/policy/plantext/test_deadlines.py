"""Deadlines as the plan's reading rules define them."""

from datetime import date

import pytest

from lantian.policy.plantext import import_plan
from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.deadlines import deadlines, due_in_cell
from lantian.policy.plantext.model import Span
from lantian.policy.plantext.times import plan_time, with_heating


def read(text: str, issued: date | None = date(2018, 12, 21)) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for each in deadlines(clean(text, [Span(0, len(text))]), plan_time(issued, []))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2020年，全部完成", [("by", "2020-12-31")]),
        ("2019年，基本淘汰国三货车", [("by", "2019-12-31")]),
        ("2019年3月底前完成", [("by", "2019-03-31")]),
        ("2020年2月底前完成", [("by", "2020-02-29")]),
        ("2019年10月15日前完成", [("by", "2019-10-15")]),
        ("２０１９年底前完成", [("by", "2019-12-31")]),
        ("二〇二〇年底前完成", [("by", "2020-12-31")]),
        ("20\n19年底前完成", [("by", "2019-12-31")]),
        ("2021年上半年完成", [("by", "2021-06-30")]),
        ("2021年第三季度末完成", [("by", "2021-09-30")]),
        ("自2019年起，禁止使用", [("from", "2019-01-01")]),
        ("自2018年9月起实施", [("from", "2018-09-01")]),
        ("2018—2020年，分批完成", [("from", "2018-01-01"), ("by", "2020-12-31")]),
        ("2018年10月至2019年3月，开展攻坚", [("from", "2018-10-01"), ("by", "2019-03-31")]),
        ("2019年5月1日，启动检查", [("on", "2019-05-01")]),
        ("每周通报", [("every", "week")]),
        ("按月排名", [("every", "month")]),
        ("每季度调度", [("every", "quarter")]),
        ("实行“周通报、月排名、季调度”机制", [("every", "week"), ("every", "month"), ("every", "quarter")]),
        ("24小时内核验", [("within", "PT24H")]),
        ("一周内反馈", [("within", "P7D")]),
        ("十五日内提交", [("within", "P15D")]),
        ("半年内完成", [("within", "P6M")]),
        ("年底前完成", [("by", "2018-12-31")]),
        ("9月底前完成", [("by", "2019-09-30")]),
        ("2020年，全部完成", [("by", "2020-12-31")]),
        ("自2019年1月1日以后，禁止使用", [("from", "2019-01-01")]),
        ("2019年11月15日零时起实施", [("from", "2019-11-15")]),
        ("2025年10月1日至2026年3月31日，开展攻坚", [("from", "2025-10-01"), ("by", "2026-03-31")]),
        ("自2026年1月1日起至2026年12月31日止", [("from", "2026-01-01"), ("by", "2026-12-31")]),
        ("到“十四五”末，达到20%", [("by", "2025-12-31")]),
        ("2019.12.31前完成", [("by", "2019-12-31")]),
        ("2019年三季度末前建成", [("by", "2019-09-30")]),
        ("一季度末全部覆盖", [("by", "2019-03-31")]),
        ("11月15日前完成", [("by", "2019-11-15")]),
        ("每月5日前报送", [("every", "month")]),
        ("每年3月底前制定", [("every", "year")]),
        ("每两周调度一次", [("every", "P14D")]),
        ("每半年评估一次", [("every", "P6M")]),
        ("每隔3天洒水", [("every", "P3D")]),
        ("逐月排名、按季考核", [("every", "month"), ("every", "quarter")]),
        ("应当在两小时内停止作业", [("within", "PT2H")]),
        ("1.5小时以内到达", [("within", "PT90M")]),
        ("30分钟内上报", [("within", "PT30M")]),
        ("三个月内完成", [("within", "P3M")]),
        ("限期3日整改", [("within", "P3D")]),
        ("6月底前完成30%，年底前全部完成", [("by", "2019-06-30"), ("by", "2018-12-31")]),
        ("從2019年起，每週通報", [("from", "2019-01-01"), ("every", "week")]),
        ("“十四五”期间，累计淘汰5台", [("from", "2021-01-01"), ("by", "2025-12-31")]),
        ("在“十三五”期间，完成造林", [("from", "2016-01-01"), ("by", "2020-12-31")]),
        ("“十五五”时期新增绿地5公顷", [("from", "2026-01-01"), ("by", "2030-12-31")]),
        ("每半个月通报", [("every", "P15D")]),
        ("2019年10月15日供暖季开始前完成改造", [("by", "2019-10-15")]),
        ("2019年供暖季前完成改造", [("by", "2019-11-14")]),
        ("上半年对企业断水断电", [("by", "2019-06-30")]),
        ("2019年6月底前完成三成，9月底前完成六成", [("by", "2019-06-30"), ("by", "2019-09-30")]),
        ("2020年，6月底前制定方案，9月底前建成", [("by", "2020-12-31"), ("by", "2020-06-30"), ("by", "2020-09-30")]),
        ("4月底、8月底、11月底前分别完成", [("by", "2019-04-30"), ("by", "2019-08-31"), ("by", "2019-11-30")]),
        ("2019年10月1日至次年3月31日，错峰生产", [("from", "2019-10-01"), ("by", "2020-03-31")]),
        ("集中整治阶段（3月1日—10月31日）", [("from", "2019-03-01"), ("by", "2019-10-31")]),
        ("总结阶段（11月至12月）", [("from", "2019-11-01"), ("by", "2019-12-31")]),
        ("2019年1-3月，动员部署", [("from", "2019-01-01"), ("by", "2019-03-31")]),
        ("即日起至3月31日，集中检查", [("from", "2018-12-21"), ("by", "2019-03-31")]),
        ("即日起，全面排查", [("from", "2018-12-21")]),
        ("7月1日起，禁止通行", [("from", "2019-07-01")]),
        ("3月中旬前完成", [("by", "2019-03-20")]),
        ("明年3月底前完成", [("by", "2019-03-31")]),
        ("二季度完成整治，三季度，全面验收", [("by", "2019-06-30"), ("by", "2019-09-30")]),
        ("2019年上半年完成50%，全年完成100%", [("by", "2019-06-30"), ("by", "2019-12-31")]),
        ("今年年底前完成", [("by", "2018-12-31")]),
        ("年内新增绿地20公顷", [("by", "2018-12-31")]),
        ("2019年采暖期前完成改造", [("by", "2019-11-14")]),
        ("用两年时间完成改造", [("within", "P2Y")]),
        ("自方案印发之日起15日内制定细则", [("within", "P15D")]),
        ("解除后次日报送总结", [("within", "P1D")]),
        (
            "日巡查、周研判、月排名、季约谈",
            [("every", "day"), ("every", "week"), ("every", "month"), ("every", "quarter")],
        ),
        ("问题清单实行月更新、季销号", [("every", "month"), ("every", "quarter")]),
        ("每学年不少于8课时", [("every", "year")]),
        ("一周一调度，月月通报", [("every", "week"), ("every", "month")]),
        ("每年11月至次年3月，开展攻坚", [("every", "year")]),
        ("20個工作天內發放", [("within", "P20D")]),
        ("每晚巡查", [("every", "day")]),
        ("淘汰2005年底前注册的车辆", []),
        ("检修不得晚于2020年5月31日", [("by", "2020-05-31")]),
        ("装配式建筑比例2025年达到35%", [("by", "2025-12-31")]),
        ("每年组织考核，结果于次年1月底前上报", [("every", "year")]),
        ("2019年春节前完成清查", [("by", "2019-02-04")]),
        ("春节前完成清查", [("by", "2019-02-04")]),
        ("国庆节前拆除", [("by", "2019-09-30")]),
        ("“五一”前完成", [("by", "2019-04-30")]),
        ("元旦前完成", [("by", "2018-12-31")]),
        ("每年春节前检查", [("every", "year")]),
        ("2020年春节前（1月20日前）完成两轮检查", [("by", "2020-01-20")]),
        ("2019年采暖季前（10月底前）散煤清零", [("by", "2019-10-31")]),
        ("采暖季开始前（10月20日前），锅炉拆除", [("by", "2019-10-20")]),
        ("区公安分局上半年淘汰320辆", [("by", "2019-06-30")]),
        ("重点企业2019年一季度完成治理", [("by", "2019-03-31")]),
        ("项目2019年6月完成招标", [("by", "2019-06-30")]),
        ("淘汰320辆，全年累计淘汰700辆", [("by", "2018-12-31")]),
        ("机扫率2022年、2025年分别达到92%、98%以上", [("by", "2022-12-31"), ("by", "2025-12-31")]),
        ("2019年3月、6月、9月底前分别完成", [("by", "2019-03-31"), ("by", "2019-06-30"), ("by", "2019-09-30")]),
        ("每年3月、9月底前报送", [("every", "year")]),
        ("6月30日截止", [("by", "2019-06-30")]),
        ("到年底确保全部完成", [("by", "2018-12-31")]),
        ("复工前10日内验收", [("within", "P10D")]),
        ("高值点位当日交办", [("within", "P1D")]),
        ("次月5日前报送", [("every", "month")]),
        ("每月汇总，次月5日前报送", [("every", "month")]),
        ("12月底前完成，次月5日前总结", [("by", "2018-12-31")]),
        ("道路一日两次冲洗", [("every", "day")]),
        ("一日三洒两冲", [("every", "day")]),
        ("隔周通报", [("every", "P14D")]),
        ("每20分钟巡查", [("every", "PT20M")]),
        ("评估两年一次", [("every", "P2Y")]),
        ("半年一次", [("every", "P6M")]),
        ("一个月一次", [("every", "month")]),
        ("上半年追加预算", [("by", "2019-06-30")]),
        ("10月底前80%，年底达100%", [("by", "2019-10-31"), ("by", "2018-12-31")]),
        ("年内压减产能1000万吨以上", [("by", "2018-12-31")]),
        ("接报后15分钟到场、2小时处置完毕", [("within", "PT15M"), ("within", "PT2H")]),
        ("半小时到场", [("within", "PT30M")]),
    ],
)
def test_a_deadline_is_read_as_an_iso_value(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "比2015年显著下降",
        "《三年行动计划（2018—2020年）》",
        "《目录（2017年版）》",
        "一年内依法处罚2次以上的企业",
        "暂停其投标资格半年",
        "三年内不得申请",
        "每日7时",
        "责令停工整改7天",
        "2019年行动计划",
        "停产整治三个月",
        "1年内被处罚3次以上的",
        "禁止驾驶三年",
        "较2015年下降18%以上",
        "以2017年为基准年",
        "截至2018年底，已完成100家",
        "2019年春节前后",
        "国庆节前夕",
        "去年上半年完成情况",
        "该项目2017年6月建成",
        "一年内发生2起以上",
        "一个月内出现3个及以上火点的",
        "对一年内超标车辆占总数10%以上的企业",
        "24小时发现率",
        "早7点前清扫",
        "7:30前",
        "22:00至次日6:00",
        "以秋冬季（10月—次年3月）为重点",
        "巩固“十三五”期间成果",
        "日常巡查、周边整治",
        "重污染天数分别控制在2天、9天以内",
        "比“十三五”末下降5%",
    ],
)
def test_base_years_titles_windows_and_sanctions_are_no_deadlines(text: str) -> None:
    assert [each for each in read(text) if each[0] != "every"] == []


def test_working_days_are_marked() -> None:
    (found,) = deadlines(clean("5个工作日内办结", [Span(0, 8)]))
    assert (found.kind, found.value, found.working_days) == ("within", "P5D", True)


def test_a_date_without_a_year_stays_unread_where_the_plan_has_no_date() -> None:
    assert read("年底前完成", None) == []


@pytest.mark.parametrize(
    ("text", "day", "working"),
    [("3个工作日内答复", "P3D", True), ("十五个工作日内办结", "P15D", True), ("7日内整改", "P7D", False),
     ("15个自然日内", "P15D", False)],
)  # fmt: skip
def test_only_working_days_carry_the_mark(text: str, day: str, working: bool) -> None:
    (found,) = deadlines(clean(text, [Span(0, len(text))]))
    assert (found.kind, found.value, found.working_days) == ("within", day, working)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026年9月30日", "2026-09-30"), ("2026年11月", "2026-11-30"), ("2026.6", "2026-06-30"),
        ("2026-06-15", "2026-06-15"),
        ("2026年", "2026-12-31"), ("2026年上半年", "2026-06-30"), ("三季度", "2026-09-30"), ("12月", "2026-12-31"),
        ("全年", "2026-12-31"), ("年底前", "2026-12-31"), ("10月底", "2026-10-31"),
    ],
)  # fmt: skip
def test_a_cell_of_deadlines_names_the_last_day(cell: str, expected: str) -> None:
    (found,) = due_in_cell(clean(cell, [Span(0, len(cell))]), plan_time(date(2026, 1, 1), []))
    assert (found.kind, found.value) == ("by", expected)


@pytest.mark.parametrize("cell", ["长期坚持", "持续推进", "—", "按要求完成"])
def test_a_cell_without_an_end_names_no_day(cell: str) -> None:
    assert due_in_cell(clean(cell, [Span(0, len(cell))]), plan_time(date(2026, 1, 1), [])) == []


def test_a_cell_without_a_year_stays_unread_where_the_plan_has_no_date() -> None:
    assert due_in_cell(clean("三季度", [Span(0, 3)])) == []


@pytest.mark.parametrize(
    ("issued", "title", "expected"),
    [
        (date(2025, 12, 25), "甲市2026年大气污染防治计划", ["2026-03-31", "2026-12-31"]),
        (date(2026, 4, 20), "甲市2026年大气污染防治计划", ["2026-03-31", "2026-12-31"]),
        (None, "甲市2026年大气污染防治计划", ["2026-03-31", "2026-12-31"]),
        (date(2025, 10, 9), "甲市2025—2026年秋冬季攻坚方案", ["2026-03-31", "2025-12-31"]),
        (date(2018, 12, 21), "甲市三年行动计划", ["2019-03-31", "2018-12-31"]),
        (date(2018, 9, 1), "甲市三年行动计划（2018—2020年）", ["2019-03-31", "2018-12-31"]),
        (date(2025, 4, 1), "甲市两年计划（2025—2026年）", ["2026-03-31", "2025-12-31"]),
        (date(2021, 5, 1), "甲市落实2013年计划的意见", ["2022-03-31", "2021-12-31"]),
        (None, "甲区2013-2017年清洁空气计划2015年工作措施", ["2015-03-31", "2015-12-31"]),
        (date(2019, 3, 14), "甲县2018年大气污染攻坚清单", ["2018-03-31", "2018-12-31"]),
        (date(2021, 5, 1), "甲市落实2020年督察反馈意见的方案", ["2022-03-31", "2021-12-31"]),
    ],
)
def test_a_month_without_a_year_is_of_the_plans_own_time(issued: date | None, title: str, expected: list[str]) -> None:
    text = "3月底前完成，年底前验收"
    found = deadlines(clean(text, [Span(0, len(text))]), plan_time(issued, [title]))
    assert [each.value for each in found] == expected


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("到2021年，浓度比2020年下降6%。", ["2021-12-31", "2021-10-31"]),
        ("到2025年，浓度比2020年下降16%。", ["2025-12-31"]),
        ("到2021年下降6%，到2022年下降8%。", ["2021-12-31", "2022-12-31"]),
        ("全面改善空气质量。", []),
    ],
)
def test_a_month_in_a_text_that_tells_no_year_is_of_the_one_year_of_its_goals(goal: str, expected: list[str]) -> None:
    text = f"甲县扬尘整治方案\n一、任务\n（一）目标。{goal}\n（二）工地。县住建局10月底前完成整治。"
    assert [due.value for task in import_plan(text).tasks for due in task.deadlines] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("采暖期前完成改造", "2024-11-14"), ("供暖季（11月1日至次年3月31日）管控。供暖季前完成", "2024-10-31")],
)
def test_before_heating_is_the_day_before_the_texts_own_date_else_before_15_november(words: str, expected: str) -> None:
    time = with_heating(plan_time(date(2024, 1, 5), []), words)
    found = deadlines(clean(words, [Span(0, len(words))]), time)
    assert (found[-1].value, found[-1].reading.confidence) == (expected, 0.4)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("采暖期（10月0日至次年3月1日）管控。采暖期前完成", "2024-11-14"),
        ("采暖期（10月32日至次年3月1日）管控。采暖期前完成", "2024-11-14"),
        ("采暖期（11月31日至次年3月1日）管控。采暖期前完成", "2024-11-14"),
        ("采暖期（10月31日至次年3月1日）管控。采暖期前完成", "2024-10-30"),
        ("采暖期（10月0日起）。采暖期（10月20日起）。采暖期前完成", "2024-10-19"),
        ("采暖期（2月30日至次年3月1日）管控。采暖期前完成", "2024-11-14"),
    ],
)
def test_a_day_that_no_calendar_has_tells_no_start_of_heating(words: str, expected: str) -> None:
    text = f"甲市2024年行动计划\n一、任务\n（一）改造。{words}改造。\n2024年1月5日"
    due = [each for task in import_plan(text).tasks for each in task.deadlines]
    assert [each.value for each in due if each.reading.rule == "采暖期前"] == [expected]


@pytest.mark.parametrize(
    "words",
    [
        "二〇〇二一年底前完成",
        "二〇〇二一年采暖期前完成",
        "20٢٠年底前完成",
        "2019年13月40日前完成",
        "2019年2月30日前完成",
    ],
)
def test_a_year_or_a_day_that_no_calendar_has_does_not_stop_the_reading(words: str) -> None:
    assert all(value.startswith("201") for _, value in read(words))


def test_since_the_issue_counts_from_the_day_of_issue() -> None:
    text = "自本方案印发之日起执行"
    (found,) = deadlines(clean(text, [Span(0, len(text))]), plan_time(date(2025, 12, 25), ["2026年行动方案"]))
    assert (found.kind, found.value) == ("from", "2025-12-25")
