"""Tasks are taken into work once, from the pack or by a review; lamps need few questions; a demonstration is lively."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.plans.models import MoneyMove, StrikeOff, Task, TaskEntry, TaskError
from lantian.apps.plans.selectors.lamps import LampRow, lamps_on
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services import measuring, task_demo
from lantian.apps.plans.services.task_demo import fill_tasks, forget_synthetic
from lantian.apps.plans.services.tasks import NewTask, add_task, take_into_work
from lantian.kernel.instants import day_of
from lantian.policy.reader import load_pack

AT = datetime(2019, 1, 7, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(db: None) -> None:
    sync_pack(load_pack(settings.PACK), at=AT)


def row(number: str, day: date) -> LampRow:
    return next(one for one in lamps_on(board(day)) if one.number == number)


def test_the_packs_tasks_and_targets_are_taken_into_work_once_as_the_plan_prints_them(district: None) -> None:
    assert len(take_into_work(by=None, at=AT)) == 143, "141 tasks of the plan and two targets of article 2"
    assert take_into_work(by=None, at=AT) == []
    assert Task.objects.count() == 143
    process = Task.objects.get(number="12.3")
    assert (process.article, process.due, process.first_due) == (12, date(2020, 12, 31), date(2020, 12, 31))
    measure = (process.comparator, process.target, process.unit, process.indicator)
    assert measure == (">=", Decimal(92), "%", "road-process")
    assert [one.organisation_id for one in process.parties.filter(role="lead")] == ["urban-management"]
    special = Task.objects.get(number="3.1")
    assert (special.due, special.deadlines[0]["printed"]) == (date(2019, 3, 31), "2019年3月底前")
    monthly = Task.objects.get(number="12.5")
    assert (monthly.rhythm, monthly.due) == ("month", None)
    assert Task.objects.get(number="2.1").target == Decimal(52)


def test_lamps_follow_the_deadline_cite_the_rule_and_need_few_questions(district: None) -> None:
    tasks = take_into_work(by=None, at=AT)
    early = row("3.1", date(2019, 3, 1))
    assert (early.colour, early.due, early.progress) == ("grey", date(2019, 3, 31), None)
    late = row("3.1", date(2019, 4, 2))
    assert late.colour == "red"
    assert late.reason.zh == "逾期 2 天，无进度数据（第三十一条 任务亮灯规则）"
    assert late.reason.en == "2 days overdue, no data on progress (Article 31, Lamps of tasks)"
    with CaptureQueriesContext(connection) as few:
        lamps_on(board(date(2019, 6, 1)))
    for task in tasks[:50]:
        TaskEntry.objects.create(task=task, value=40, day=date(2019, 5, 1), at=AT)
    with CaptureQueriesContext(connection) as many:
        assert len(lamps_on(board(date(2019, 6, 1)), parts=True)) == 143
    assert len(few) == len(many) <= 6
    led = lamps_on(board(date(2019, 6, 1)), organisation="development-reform")
    assert {one.number for one in led} >= {"16.1", "16.7", "16.8", "23.2"}
    parties = Task.objects.filter(parties__organisation="development-reform", parties__role="lead")
    assert {one.task for one in led} == set(parties.values_list("pk", flat=True))


def test_a_decision_of_a_review_becomes_a_task_and_one_without_a_known_lead_is_refused(district: None) -> None:
    new = NewTask(
        "对裸地集中的街乡专项督查", 13, ["environment"], due=date(2019, 9, 30), origin="review", reference="2019-Q2"
    )
    task = add_task(new, by=None, at=AT)
    assert (task.number, task.reference, task.origin) == ("R13.01", "2019-Q2", "review")
    assert row("R13.01", date(2019, 8, 1)).organisation == "environment"
    with pytest.raises(TaskError, match=r"stands already: R13\.01"):  # the button was pressed twice
        add_task(new, by=None, at=AT)
    add_task(replace(new, reference="2019-Q3"), by=None, at=AT)  # decided again by the next quarter's meeting
    add_task(replace(new, leads=["water"]), by=None, at=AT)
    assert Task.objects.count() == 3
    for leads in ([], ["nobody-knows"]):
        with pytest.raises(TaskError):
            add_task(NewTask("某事", 13, leads), by=None, at=AT)


def test_a_demonstration_has_tasks_in_every_state_and_is_forgotten_whole(
    district: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(task_demo, "TO_STREETS", ())
    monkeypatch.setattr(measuring, "measured", lambda *_: None)
    now = datetime(2026, 11, 27, 1, tzinfo=UTC)
    assert fill_tasks(at=now) == 150, "143 and seven parts"
    assert fill_tasks(at=now) == 0
    rows = lamps_on(board(day_of(now)))
    assert {one.colour for one in rows} == {"green", "yellow", "red", "grey"}
    states = set(StrikeOff.objects.values_list("state", flat=True))
    assert {"asked", "struck"} <= states
    assert set(MoneyMove.objects.values_list("kind", flat=True)) == {"budget", "allotted", "paid"}
    forget_synthetic((), ())
    assert not Task.objects.exists()
