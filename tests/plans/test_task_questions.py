"""The page of one task asks few questions of the record store, however much stands on it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Area, Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.plans.models import (
    BudgetLine,
    Milestone,
    PlanText,
    StrikeOff,
    Task,
    TaskChange,
    TaskEntry,
    TaskFile,
    TaskLamp,
)
from lantian.apps.plans.services.splitting import PartOf, for_streets, split
from lantian.apps.plans.services.tasks import Measure, NewTask, add_task
from lantian.kernel.instants import beijing_day
from lantian.policy.reader import load_pack
from tests.plans.test_tasks import clock

pytestmark = pytest.mark.django_db
START, DUE = date(2019, 1, 1), date(2019, 12, 31)
MOST = 20


def on(day: int, month: int = 7) -> datetime:
    return beijing_day(date(2019, month, day), 10)


@pytest.fixture
def people(db: None) -> list[Person]:
    """Return people of the district office and of the lead, each of whom did something."""
    sync_pack(load_pack(project.PACK), at=on(1, month=1))
    made = []
    for number in range(8):
        role, office = (Role.DUTY, "environment") if number % 2 else (Role.BUREAU, "urban-management")
        person = Person.objects.create_person(f"p{number}", None, name_zh=f"第{number}人", name_en=f"No. {number}")
        Post.objects.create(person=person, role=role, organisation_id=office)
        made.append(person)
    return made


@pytest.fixture
def task(people: list[Person]) -> Task:
    measure = Measure(indicator="road-process", target=Decimal(92))
    new = NewTask("新工艺作业", 12, ["urban-management"], joints=["streets"], start=START, due=DUE, measure=measure)
    return add_task(new, by=None, at=on(1, month=1))


def fill(task: Task, people: list[Person], places: range) -> None:
    """Let much happen to a task: each row by another person, with files."""
    for place in places:
        who, other = people[place % 8], people[(place + 1) % 8]
        day = date(2019, 6, 1 + place)
        entry = TaskEntry.objects.create(task=task, value=place, day=day, at=on(1), by=who)
        how = {"numerator": place, "denominator": 40, "entries": [[f"园{place}", 1, 2]]}
        TaskEntry.objects.create(
            task=task, value=place, day=day, at=on(2), by=other, corrects=entry, way="ledger", how=how
        )
        step = Milestone.objects.create(
            task=task, order=place, zh=f"节点{place}", begins=START, due=date(2019, 6, 1 + place), share=place, by=who
        )
        TaskChange.objects.create(
            task=task, field="responsible", old=who.username, new=other.username, reason="分工", state="approved",
            asked_at=on(1), asked_by=who, decided_at=on(2), decided_by=other,
        )  # fmt: skip
        strike = StrikeOff.objects.create(
            task=task, state="returned", statement="办完", asked_at=on(3), asked_by=who, decided_at=on(4),
            decided_by=other,
        )  # fmt: skip
        for of in ({"entry": entry}, {"milestone": step}, {"strike_off": strike}, {}):
            TaskFile.objects.create(
                task=task, name=f"{place}.png", path="x", media_type="image/png", size=1, sha256="0" * 64, at=on(3),
                by=who, **of,
            )  # fmt: skip
        BudgetLine.objects.create(
            task=task, year=2019, fund="district", title=f"用途{place}", created_at=on(1), created_by=who
        )
        TaskLamp.objects.create(task=task, day=date(2019, 6, 1 + place), colour="red", reason_zh="逾期", at=on(1))


def asked(reader: Person, task: Task) -> int:
    """Return how many questions the page of a task asks while one may act on it."""
    client = Client()
    client.force_login(reader)
    with clock(on(20)):
        client.get(f"/plan/tasks/{task.pk}/")
        with CaptureQueriesContext(connection) as questions:
            page = client.get(f"/plan/tasks/{task.pk}/")
    assert page.status_code == 200
    return len(questions)


def test_the_page_of_a_task_asks_few_questions_however_much_happened_to_it(task: Task, people: list[Person]) -> None:
    fill(task, people, range(1, 3))
    few = [asked(reader, task) for reader in people[:2]]
    fill(task, people, range(3, 15))
    many = [asked(reader, task) for reader in people[:2]]
    assert few == many
    assert max(many) <= MOST


def test_the_page_of_a_whole_asks_few_questions_however_many_parts_it_has(task: Task, people: list[Person]) -> None:
    streets = [f"1101050{n:02}" for n in range(1, 41)]
    parts = split(task, for_streets(list(Area.objects.filter(pk__in=streets))), by=None, at=on(1))
    office = Person.objects.create_person("street", None, name_zh="某", name_en="A")
    Post.objects.create(person=office, role=Role.STREET, organisation=parts[0].parties.get().organisation)
    deeper = [PartOf("urban-management", Decimal(40)), PartOf("housing", Decimal(60))]
    first, _ = split(parts[0], deeper, by=None, at=on(2))
    fill(first, people, range(1, 15))
    readers = (people[0], people[1], office)
    assert max(asked(reader, one) for reader in readers for one in (task, parts[0], first)) <= MOST
    proposal = PlanText.objects.create(
        slug="other", file_name="x.txt", sha256="0" * 64, text="任务", title="另一计划", imported_at=on(1),
        imported_by=people[0],
    ).tasks.create(start=0, end=2, zh="任务", rule="", confidence=1)  # fmt: skip
    Task.objects.filter(pk=task.pk).update(proposal=proposal)
    assert max(asked(reader, task) for reader in readers) <= MOST
