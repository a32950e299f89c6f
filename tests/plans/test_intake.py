"""Tasks are taken into work once, from the pack, from a reviewed text, or by a review; lamps need few questions."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.plans.models import Task, TaskEntry, TaskError
from lantian.apps.plans.selectors.lamps import LampRow, lamps_on
from lantian.apps.plans.services.tasks import NewTask, add_task, take_into_work
from lantian.policy.reader import load_pack

AT = datetime(2019, 1, 7, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db: None) -> list[Task]:
    sync_pack(load_pack(settings.PACK), at=AT)
    return take_into_work(by=None, at=AT)


def row(number: str, day: date, **asked: str) -> LampRow:
    return next(one for one in lamps_on(day, **asked) if one.number == number)  # type: ignore[arg-type]


def test_the_packs_tasks_and_targets_are_taken_into_work_once(plan: list[Task]) -> None:
    assert len(plan) == 143, "141 tasks of the plan and two targets of article 2"
    assert take_into_work(by=None, at=AT) == []
    assert Task.objects.count() == 143


def test_a_task_keeps_deadline_parties_and_indicator_of_the_plan(plan: list[Task]) -> None:
    process = Task.objects.get(number="12.3")
    assert (process.article, process.due, process.first_due) == (12, date(2020, 12, 31), date(2020, 12, 31))
    assert (process.comparator, process.target, process.unit, process.indicator) == (
        ">=",
        Decimal(92),
        "%",
        "road-process",
    )
    assert [one.organisation_id for one in process.parties.filter(role="lead")] == ["urban-management"]
    special = Task.objects.get(number="3.1")
    assert (special.due, special.deadlines[0]["printed"]) == (date(2019, 3, 31), "2019年3月底前")
    monthly = Task.objects.get(number="12.5")
    assert (monthly.rhythm, monthly.due) == ("month", None)
    assert Task.objects.get(number="2.1").target == Decimal(52)


def test_lamps_follow_the_deadline_and_cite_the_rule(plan: list[Task]) -> None:
    early = row("3.1", date(2019, 3, 1))
    assert (early.colour, early.due, early.progress) == ("grey", date(2019, 3, 31), None)
    late = row("3.1", date(2019, 4, 2))
    assert late.colour == "red"
    assert late.reason.zh == "逾期 2 天，无进度数据（第三十一条 任务亮灯规则）"
    assert late.reason.en == "2 days overdue, no data on progress (Article 31, Lamps of tasks)"


def test_lamps_of_all_tasks_need_a_constant_number_of_questions(plan: list[Task]) -> None:
    with CaptureQueriesContext(connection) as few:
        lamps_on(date(2019, 6, 1))
    for task in plan[:50]:
        TaskEntry.objects.create(task=task, value=40, day=date(2019, 5, 1), at=AT)
    with CaptureQueriesContext(connection) as many:
        assert len(lamps_on(date(2019, 6, 1), parts=True)) == 143
    assert len(few) == len(many) <= 6


def test_lamps_can_be_asked_for_one_lead(plan: list[Task]) -> None:
    rows = lamps_on(date(2019, 6, 1), organisation="development-reform")
    assert {one.number for one in rows} >= {"16.1", "16.7", "16.8", "23.2"}
    assert all(
        "development-reform" in [p.organisation_id for p in Task.objects.get(pk=one.task).parties.all()] for one in rows
    )


def test_a_decision_of_a_review_becomes_a_task_with_its_reference(plan: list[Task]) -> None:
    new = NewTask(
        "对裸地集中的街乡专项督查", 13, ["environment"], due=date(2019, 9, 30), origin="review", reference="2019-Q2"
    )
    task = add_task(new, by=None, at=AT)
    assert (task.number, task.reference, task.origin) == ("R13.01", "2019-Q2", "review")
    assert row("R13.01", date(2019, 8, 1)).organisation == "environment"


def test_a_task_without_lead_or_with_an_unknown_one_is_refused(plan: list[Task]) -> None:
    for leads in ([], ["nobody-knows"]):
        with pytest.raises(TaskError):
            add_task(NewTask("某事", 13, leads), by=None, at=AT)
