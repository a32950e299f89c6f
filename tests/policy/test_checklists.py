"""The checklists of the Chaoyang pack: which there are, what a failing item opens, and what the plan asks of them."""

from datetime import date
from typing import Any

import pytest

from lantian.policy.reader import load_pack
from lantian.policy.records_case import CaseTypeRecord
from lantian.policy.records_inspection import ChecklistRecord, DrawRuleRecord, VisitCapRecord, VisitRuleRecord
from lantian.policy.records_ledger import Kind

PACK = load_pack("cn-110105-2018")
DAY = date(2019, 5, 6)
LISTS = {one.id: one for one in PACK.on(ChecklistRecord, DAY)}


def test_there_is_a_checklist_for_each_check_that_the_plan_names() -> None:
    assert set(LISTS) == {
        "site-six", "site-gate", "site-trucks", "diesel-vehicle", "fleet-vehicle", "machine", "restaurant",
        "spray-booth", "voc-trade", "mixing-plant", "paint-sampling", "fuel-sampling", "heating-unit", "bare-land",
        "scattered",
    }  # fmt: skip


def test_the_six_hundred_per_cent_items_are_those_of_article_11() -> None:
    """围挡、物料覆盖、湿法作业、路面硬化、车辆清洗、密闭运输."""
    six = [item.id for item in LISTS["site-six"].items][:6]
    assert six == ["fencing", "covering", "wet-work", "hardening", "washing", "sealed-trucks"]


def test_three_are_not_let_in_and_two_not_let_out() -> None:
    """Article 14: 不达标、无准运证、密闭装置损坏禁止进入；车厢未密闭、车身不洁禁止驶出."""
    items = [item.id for item in LISTS["site-trucks"].items]
    assert [one.split("-")[0] for one in items[:5]] == ["in", "in", "in", "out", "out"]


@pytest.mark.parametrize("checklist", LISTS.values(), ids=lambda one: one.id)
def test_every_item_opens_a_case_that_its_entries_may_be_about(checklist: ChecklistRecord) -> None:
    types = {one.id: one for one in PACK.on(CaseTypeRecord, DAY)}
    for item in checklist.items:
        opened = types[item.opens or checklist.opens]
        assert not opened.subjects or set(checklist.kinds) <= set(opened.subjects), item.id


def test_each_checklist_asks_for_a_photo_of_what_fails() -> None:
    assert {item.photo for one in LISTS.values() for item in one.items if item.severity == "serious"} <= {
        "always",
        "fail",
    }


def test_rules_of_visits_and_draws_use_checklists_of_their_ledgers() -> None:
    for draw in PACK.on(DrawRuleRecord, DAY):
        assert set(draw.kinds) <= set(LISTS[draw.checklist].kinds), draw.id
    for visit in PACK.on(VisitRuleRecord, DAY):
        assert set(visit.kinds) <= set(LISTS[visit.checklist].kinds), visit.id
        assert visit.early_days < visit.every_days


def test_no_ledger_has_two_caps_and_unconfirmed_settings_say_so() -> None:
    caps = list(PACK.on(VisitCapRecord, DAY))
    kinds = [kind for cap in caps for kind in cap.kinds]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= {one.id for one in PACK.all(Kind)}
    settings = (*caps, *PACK.on(VisitRuleRecord, DAY), *PACK.on(DrawRuleRecord, DAY))
    assert {one.confidence for one in settings} == {"B?"}


GOOD: dict[str, Any] = {
    "id": "x", "zh": "某", "en": "some", "article": 1, "organisation": "housing", "opens": "y", "kinds": ["z"],
    "items": [{"id": "a", "zh": "某项", "en": "an item"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": [{"id": "a", "zh": "某项", "en": "an item", "answer": "number"}]},
        {"items": [{"id": "a", "zh": "某项", "en": "an item", "high": 1}]},
        {"items": [{"id": "a", "zh": "某项", "en": "an item", "answer": "choice"}]},
        {"items": GOOD["items"] * 2},
        {"items": []},
        {"kinds": []},
    ],
)
def test_a_checklist_that_cannot_be_filled_in_is_refused(wrong: dict[str, Any]) -> None:
    assert ChecklistRecord.model_validate(GOOD).item("a").zh == "某项"
    with pytest.raises(ValueError, match="validation error"):
        ChecklistRecord.model_validate(GOOD | wrong)


def test_the_last_class_of_risk_holds_for_all_that_is_left() -> None:
    risk = {"id": "a", "zh": "某级", "en": "a class", "weight": 1, "after_fail_days": 30}
    values = {
        "id": "x", "zh": "某", "en": "some", "article": 1, "kinds": ["z"], "checklist": "y", "inspectors": 2,
        "beacon_zh": "某数", "beacon_en": "a number", "risks": [risk],
    }  # fmt: skip
    with pytest.raises(ValueError, match="no condition"):
        DrawRuleRecord.model_validate(values)
