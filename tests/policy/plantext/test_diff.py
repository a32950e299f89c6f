"""Two versions of a plan compared: expectations by hand from the two texts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.policy.plantext import import_plan
from lantian.policy.plantext.diff import (
    ArticleChange,
    PlanDiff,
    Side,
    SideArticle,
    SideTask,
    TaskChange,
    as_json,
    diff,
    side_of,
    told,
)
from lantian.project.cli import group

OLD = """清源区2021年大气污染防治行动计划

一、移动源
（一）淘汰老旧车辆
区生态环境局牵头，区公安分局配合，2021年6月底前淘汰国三柴油货车500辆。
（二）推广新能源车
区交通局负责，2021年底前更新新能源公交车80辆。
二、扬尘
（三）管控工地
区住建局负责，每月检查规模以上工地一次。
（四）清扫道路
区城管局负责，建立道路保洁台账。
"""
NEW = """清源区2022年大气污染防治行动计划

一、移动源
（一）淘汰老旧车辆
区生态环境局牵头，区公安分局、区商务局配合，2021年9月底前淘汰国三柴油货车800辆。
（二）建设充电设施
区发展改革委负责，2022年底前建成公共充电桩300个。
（三）推广新能源车
区交通局负责，2021年底前更新新能源公交车80辆。
二、扬尘
（四）管控工地
区住建局负责，每月检查规模以上工地一次。
"""


@pytest.fixture
def found() -> PlanDiff:
    return diff(side_of(import_plan(OLD)), side_of(import_plan(NEW)))


def task_of(found: PlanDiff, words: str) -> TaskChange:
    tasks = [task for article in found.articles for task in article.tasks]
    return next(task for task in tasks if any(words in each.text for each in (task.old, task.new) if each))


@pytest.mark.row("B2")
def test_a_changed_task_tells_each_field_before_and_after(found: PlanDiff) -> None:
    task = task_of(found, "国三柴油货车")
    assert task.change == "changed"
    fields = {each.field: each for each in task.fields}
    assert set(fields) == {"text", "joint", "deadlines", "quantities"}
    assert fields["joint"].added == ("区商务局",)
    assert fields["joint"].removed == ()
    assert fields["deadlines"].old == ("by 2021-06-30",)
    assert fields["deadlines"].new == ("by 2021-09-30",)
    assert ("500" in fields["quantities"].removed[0], "800" in fields["quantities"].added[0]) == (True, True)


def test_the_text_of_a_change_shows_what_is_gone_and_what_is_new(found: PlanDiff) -> None:
    words = task_of(found, "国三柴油货车").words
    assert "".join(each.text for each in words if each.change != "added") in OLD
    assert "".join(each.text for each in words if each.change != "removed") in NEW
    assert [each.text for each in words if each.change == "removed"] == ["6", "5"]
    assert [each.text for each in words if each.change == "added"] == ["、区商务局", "9", "8"]


def test_a_task_that_only_one_version_has_is_added_or_removed(found: PlanDiff) -> None:
    assert task_of(found, "充电桩").change == "added"
    assert task_of(found, "保洁台账").change == "removed"
    assert found.counts == {"added": 1, "removed": 1, "changed": 1, "same": 2}


def test_an_article_with_a_new_number_is_found_by_its_title(found: PlanDiff) -> None:
    numbers = [(a.old and a.old.number, a.new and a.new.number, a.change) for a in found.articles]
    assert numbers == [
        (1, 1, "same"), (None, 2, "added"), (2, 3, "changed"), (3, 4, "changed"), (4, None, "removed"),
    ]  # fmt: skip


def test_a_version_compared_with_itself_has_no_change() -> None:
    side = side_of(import_plan(OLD))
    same = diff(side, side)
    assert same.counts == {"added": 0, "removed": 0, "changed": 0, "same": 4}
    assert {article.change for article in same.articles} == {"same"}
    assert [line.en for line in told(same)] == ["Tasks: 0 added, 0 removed, 0 changed, 4 the same"]


def test_a_task_that_went_into_another_article_is_found_there() -> None:
    articles = [SideArticle(1, "甲章的事项"), SideArticle(2, "乙项工程")]
    text = "区水务局建设再生水管网三十公里"
    old = Side(articles, [SideTask(0, text), SideTask(1, "完善制度")])
    new = Side(articles, [SideTask(1, text), SideTask(1, "完善制度")])
    task = task_of(diff(old, new), "再生水")
    assert [(each.field, each.old, each.new) for each in task.fields] == [("article", ("1",), ("2",))]


def test_tasks_outside_all_articles_are_compared_too() -> None:
    old = Side([], [SideTask(None, "完善制度建设"), SideTask(None, "每周通报")])
    new = Side([SideArticle(1, "制度")], [SideTask(0, "完善制度建设")])
    found = diff(old, new)
    assert [(a.change, [t.change for t in a.tasks]) for a in found.articles] == [
        ("same", ["removed"]), ("added", ["changed"]),
    ]  # fmt: skip
    assert ArticleChange(None, None).change == "same"
    assert any("条外" in line.zh for line in told(found))


@pytest.mark.row("B2")
def test_the_command_compares_two_files_as_text_and_as_json(tmp_path: Path) -> None:
    for name, text in (("old.txt", OLD), ("new.txt", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    arguments = ["plan", "diff", str(tmp_path / "old.txt"), str(tmp_path / "new.txt")]
    shown = CliRunner().invoke(group, arguments, env={"LANTIAN_LANG": "en"})
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Tasks: 1 added, 1 removed, 1 changed, 2 the same")
    assert "deadline: by 2021-06-30 → by 2021-09-30" in shown.stdout
    document = json.loads(CliRunner().invoke(group, [*arguments, "--json"]).stdout)
    assert document["tasks"] == {"added": 1, "removed": 1, "changed": 1, "same": 2}
    assert as_json(diff(Side([], []), Side([], []))) == {
        "tasks": {"added": 0, "removed": 0, "changed": 0, "same": 0}, "articles": [],
    }  # fmt: skip
