"""Numbering habits, page furniture, footnotes, and what is left over."""

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
