"""Reviewed tasks as pack records: what the pack can hold, what goes into notes, and departments old and new."""

from decimal import Decimal
from pathlib import Path

import pytest

from lantian.policy.check import check_pack
from lantian.policy.plantext.resolving import name_table, resolve
from lantian.policy.plantext.reviewed import (
    Base,
    ReviewedArticle,
    ReviewedDeadline,
    ReviewedParty,
    ReviewedPlan,
    ReviewedQuantity,
    ReviewedTask,
    reviewed_files,
)
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import Organisation, Quantity, Task

BASE = Base("cn-110105-2018", "cn-110105", frozenset({"environment", "water"}))
ARTICLES = [ReviewedArticle("淘汰车辆", 0, 10, 60), ReviewedArticle('管控"工地"', 1, 60, 90)]
KNOWN = ReviewedParty("区环保局", "lead", "environment")
UNKNOWN = ReviewedParty("区气象局", "joint")


def written(folder: Path, plan: ReviewedPlan) -> Path:
    folder.mkdir()
    for name, content in reviewed_files(plan, folder.name, BASE).items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_records_cite_article_and_place_and_name_the_packs_departments(tmp_path: Path) -> None:
    tasks = [
        ReviewedTask(0, "淘汰货车", "Scrap trucks", 12, 40, [KNOWN, UNKNOWN],
                     [ReviewedDeadline("by", "2021-06-30", "6月底前")],
                     [ReviewedQuantity("=", Decimal("500"), "辆", "货车", "500辆")]),
        ReviewedTask(1, "检查工地", "", 62, 80, [ReviewedParty("环保", "lead", "environment"), KNOWN],
                     [ReviewedDeadline("every", "month", "每月")]),
    ]  # fmt: skip
    folder = written(tmp_path / "mine", ReviewedPlan("某计划", "某政发〔2021〕1号", ["一", "二"], ARTICLES, tasks))
    assert check_pack(folder) == []
    pack = load_pack(folder)
    first, second = pack.get(Task, "t1.1"), pack.get(Task, "t2.1")
    assert (first.article, first.lead, first.joint) == (1, ("environment",), ("imported-1",))
    assert (first.note_zh, first.note_en) == ("原文字符 12–40", "Characters 12 to 40 of the text")
    assert pack.get(Organisation, "imported-1").zh == "区气象局"
    assert (second.lead, second.en, second.deadlines[0].value) == (("environment",), "Task 2.1", "month")
    assert pack.get(Quantity, "q1.1.1").value == 500


def test_a_share_above_the_whole_is_in_the_note_and_in_no_record(tmp_path: Path) -> None:
    task = ReviewedTask(0, "奖励", "Reward", 12, 40, [KNOWN], [],
                        [ReviewedQuantity(">=", Decimal(120), "%", "减排任务", "120%及以上")])  # fmt: skip
    folder = written(tmp_path / "mine", ReviewedPlan("某计划", "", ["一", "二"], ARTICLES, [task]))
    assert check_pack(folder) == []
    assert "120" in (load_pack(folder).get(Task, "t1.1").note_zh or "")


def test_what_a_pack_cannot_hold_is_in_the_note(tmp_path: Path) -> None:
    task = ReviewedTask(
        0, "回访", "Visit again", 12, 40, [UNKNOWN],
        [ReviewedDeadline("every", "P6M", "每半年"),
         ReviewedDeadline("within", "P5D", "5个工作日内", working_days=True)],
        [ReviewedQuantity(">=", Decimal("0.5"), "蒸吨", "锅炉", "0.5蒸吨")], ["空气重污染期间"],
    )  # fmt: skip
    folder = written(tmp_path / "mine", ReviewedPlan("某计划", "某计划", [], [], [task]))
    assert check_pack(folder) == []
    found = load_pack(folder).get(Task, "t1.1")
    assert [deadline.value for deadline in found.deadlines] == ["P5D"]
    assert found.quantities == ()
    assert (found.lead, found.lead_named) == (("imported-unnamed",), False)
    assert (
        found.note_zh
        == "原文字符 12–40；条件：空气重污染期间；另有数量：>= 0.5 蒸吨；另有期限：每半年；5个工作日内按工作日计"
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [("区水务局", "water"), ("水务局", "water"), ("区 水务局", "water"), ("市水务局", ""),
     ("某市某区水务局", "water"), ("各部门", ""), ("区水务", "")],
)  # fmt: skip
def test_a_printed_name_means_an_organisation_only_where_no_other_is_meant(name: str, meant: str) -> None:
    water = Organisation(
        id="water", zh="区水务局", en="Water", official_zh="某市某区水务局", article=1, kind="bureau",
        aliases=("各部门", "水务"),
    )  # fmt: skip
    other = Organisation(id="other", zh="别的", en="Other", article=1, kind="bureau", aliases=("各部门",))
    assert resolve(name, name_table([water, other])) == meant
