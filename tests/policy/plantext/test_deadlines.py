"""Deadlines as the plan's reading rules define them."""

from datetime import date

import pytest

from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.deadlines import deadlines
from lantian.policy.plantext.model import Span


def read(text: str, issued: date | None = date(2018, 12, 21)) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for each in deadlines(clean(text, [Span(0, len(text))]), issued)]


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
    ],
)
def test_base_years_titles_windows_and_sanctions_are_no_deadlines(text: str) -> None:
    assert [each for each in read(text) if each[0] != "every"] == []


def test_working_days_are_marked() -> None:
    (found,) = deadlines(clean("5个工作日内办结", [Span(0, 8)]))
    assert (found.kind, found.value, found.working_days) == ("within", "P5D", True)


def test_a_date_without_a_year_stays_unread_where_the_plan_has_no_date() -> None:
    assert read("年底前完成", None) == []
