"""Tasks that are typed or taken over at one instant get numbers of their own, and none is taken over twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.plans.models import PlanText, Task
from lantian.apps.plans.services.tasks import NewTask, add_task, take_text_into_work
from tests.overtaking import on_postgresql, overtake

AT = datetime(2019, 7, 1, 2, tzinfo=UTC)
pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def bureaus(db: None) -> None:
    for code in ("water", "housing"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


def test_two_tasks_that_are_typed_at_one_instant_get_two_numbers() -> None:
    def typed(words: str, lead: str) -> Callable[[], str]:
        return lambda: add_task(NewTask(words, 13, [lead], due=date(2019, 9, 30)), by=None, at=AT).number

    assert overtake(typed("查裸地", "water"), typed("查工地", "housing")) == ("H13.01", "H13.02")
    assert set(Task.objects.values_list("number", "zh")) == {("H13.01", "查裸地"), ("H13.02", "查工地")}


def test_a_text_that_two_take_into_work_at_one_instant_becomes_tasks_once() -> None:
    reviewer = Person.objects.create_person("reviewer", None, name_zh="某甲")
    text = PlanText.objects.create(
        slug="other", file_name="x.txt", sha256="0" * 64, text="查裸地", title="另一计划", imported_at=AT,
        imported_by=reviewer,
    )  # fmt: skip
    lead = [{"name": "水务局", "role": "lead", "organisation": "water"}]
    text.tasks.create(start=0, end=3, zh="查裸地", parties=lead, rule="", confidence=1, state="accepted")

    def take() -> int:
        return len(take_text_into_work(text, by=reviewer, at=AT))

    assert overtake(take, take) == (1, 0)
