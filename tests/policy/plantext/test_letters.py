"""Short notices, plans in one line, and paragraphs before the first heading."""

import pytest

from lantian.policy.plantext import import_plan
from lantian.policy.plantext.errors import PlanTextError


def test_a_notice_that_passes_on_a_paper_holds_what_it_asks_for() -> None:
    notice = (
        "关于转发工地检查通知的通知\n临河住建〔2019〕4号\n各县住建局:\n"
        "现将《省厅关于开展工地检查的通知》(某建〔2019〕30号)转发给你们,请各县住建局制定检查方案,加强巡查。"
        "并将检查情况于4月15日前报送市住建局。\n2019年3月20日"
    )
    plan = import_plan(notice)
    assert [task.words for task in plan.tasks] == [
        "请各县住建局制定检查方案,加强巡查。",
        "并将检查情况于4月15日前报送市住建局。",
    ]
    assert plan.tasks[0].names("lead") == ["各县住建局"]
    assert [(each.kind, each.value) for each in plan.tasks[1].deadlines] == [("by", "2019-04-15")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("临河县治理实施方案", []),
        ("临河县治理实施方案\n各乡镇要清理垃圾", ["各乡镇要清理垃圾"]),
        ("请各乡镇清理垃圾", ["请各乡镇清理垃圾"]),
        ("淘汰锅炉20台", ["淘汰锅炉20台"]),
        ("关于印发方案的通知\n各乡镇:\n现将方案印发给你们,请认真贯彻执行。", []),
    ],
)
def test_a_text_with_a_title_or_a_duty_is_not_refused(text: str, words: list[str]) -> None:
    assert [task.words for task in import_plan(text).tasks] == words


def test_a_text_with_neither_title_nor_duty_is_refused() -> None:
    with pytest.raises(PlanTextError, match="neither a title nor"):
        import_plan("昨天下了一场雨。今天是晴天。")


def test_a_plan_in_one_line_has_its_title_and_its_headings() -> None:
    plan = import_plan(
        "临河市治理实施细则 为改善空气质 量,结合我市实际,制定本细则。 一、工作目标 改善空气质 量,到 2018 年,"
        "浓度降到 60 微克/ 立方米以 下。 二、主要任务 抓好下列工作,开展治理。 3 (一)调整结构 优化 布局。"
        "严禁新建 高耗能项目。 (二)治理扬尘。每月检查 工地两次。"
    )
    assert plan.head.title is not None
    assert plan.head.title.value == "临河市治理实施细则"
    assert [article.title for article in plan.articles] == ["调整结构优化布局", "治理扬尘"]
    assert [chapter.title for chapter in plan.chapters] == ["工作目标", "主要任务"]
    assert [task.words for task in plan.tasks] == [
        "改善空气质量,到2018年,浓度降到60微克/立方米以下。",
        "严禁新建高耗能项目。",
        "每月检查工地两次。",
    ]
    assert [left.reason for left in plan.unparsed if left.span.end - left.span.start == 1] == ["page-number"]


def test_headings_behind_spaces_need_no_full_stop() -> None:
    plan = import_plan("临河县治理实施方案 一、工作目标 浓度降到40微克/立方米以内 二、主要任务 淘汰锅炉20台")
    assert [chapter.title for chapter in plan.articles] == [
        "工作目标浓度降到40微克/立方米以内",
        "主要任务淘汰锅炉20台",
    ]
