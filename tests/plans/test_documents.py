"""A task that was taken over from another document's text stands on that document's article, not on ours."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.apps import apps
from django.conf import settings as project
from django.test import Client
from openpyxl import load_workbook

from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.reports.facts import Lamp, ReportFacts, lamp_written
from lantian.apps.assessment.reports.tasks import laggard_rows
from lantian.apps.assessment.services.report_facts import lamps_of
from lantian.apps.plans.models import PlanText, Task
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services.splitting import PartOf, split
from lantian.apps.plans.services.tasks import NewTask, add_task, take_into_work, take_text_into_work
from lantian.kernel.instants import beijing_day
from lantian.policy.plantext.reviewed import (
    Base,
    ReviewedArticle,
    ReviewedParty,
    ReviewedPlan,
    ReviewedTask,
    reviewed_files,
)
from lantian.policy.reader import load_pack

AT = beijing_day(date(2019, 1, 7), 10)
ON = "at=2019-06-15T10:00"
CITY = "京政发〔2018〕22号"
ARTICLES = [{"number": 12, "label": "十二", "title": "道路", "start": 4, "end": 20}]
pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(db: None) -> Client:
    """Return somebody of the district office, in a district whose own plan has a task under article 12."""
    sync_pack(load_pack(project.PACK), at=AT)
    duty = Person.objects.create_person("duty", None, name_zh="甲", name_en="A")
    Post.objects.create(person=duty, role=Role.DUTY, organisation_id="environment")
    due = date(2019, 12, 31)
    add_task(NewTask("本区扫路", 12, ["urban-management"], start=date(2019, 1, 1), due=due), by=None, at=AT)
    client = Client()
    client.force_login(duty)
    return client


@pytest.fixture
def taken(reader: Client) -> Callable[..., Task]:
    """Return what takes a task over from a text with a number, at a place in it."""

    def take(number: str, *, start: int = 5, article: int | None = 0, **given: Any) -> Task:
        duty, place = Person.objects.get(username="duty"), PlanText.objects.count()
        text = PlanText.objects.create(
            slug=f"t{place}", file_name="t.txt", sha256=f"{place:064}", text="字" * 20,
            number=number, issued=date(2018, 12, 21), imported_at=AT, imported_by=duty,
            **({"title": "市行动计划", "articles": ARTICLES} | given),
        )  # fmt: skip
        text.tasks.create(
            start=start, end=9, article=article, zh="全市扫路", state="accepted", rule="x", confidence=0.9,
            parties=[{"name": "区城管委", "role": "lead", "organisation": "urban-management"}],
            deadlines=[{"kind": "by", "value": "2019-05-31", "printed": "5月底前", "working_days": False}],
        )  # fmt: skip
        return take_text_into_work(text, by=duty, at=AT)[0]

    return take


@pytest.mark.row("S52")
def test_a_task_of_another_document_cites_it_and_stays_off_our_article(
    reader: Client, taken: Callable[..., Task]
) -> None:
    task = taken(CITY)
    assert (task.article, task.document) == (12, CITY)
    page = reader.get(f"/plan/articles/12/?{ON}")
    assert [one.name.zh for one in page.context["under"].tasks] == ["本区扫路"]
    assert "全市扫路" not in page.content.decode()
    lamps = {item.article: lamp for item, lamp in page.context["contents"] if lamp}
    assert lamps[12][0] == "o", "our own task has no data; the city's, which is overdue, does not count here"
    shown = reader.get(f"/plan/tasks/{task.pk}/?{ON}").content.decode()
    assert shown.count(f'<span class="cite" title="{CITY}第十二条">{CITY}第十二条</span>') == 2
    assert 'href="/plan/articles/12/' not in shown


def test_lists_charts_wall_and_calendar_tell_our_articles_from_those_of_other_documents(
    reader: Client, taken: Callable[..., Task]
) -> None:
    taken(CITY)

    def names(address: str) -> list[str]:
        return [line.name.zh for line in reader.get(f"/plan/tasks/?{address}&{ON}").context["table"].lines]

    assert names("by=list") == ["本区扫路", "全市扫路"], "our own plan comes first"
    assert names("by=list&article=12") == ["本区扫路"]
    assert names(f"by=list&text={CITY}") == ["全市扫路"]
    chart = reader.get(f"/plan/tasks/?by=chapter&year=all&{ON}")
    assert [one.name.zh for one in chart.context["chart"].groups][-1] == CITY
    assert chart.context["strip"].articles == 1
    wall = reader.get(f"/plan/wall/?{ON}").context["wall"]
    assert (wall.others.name.zh, [row.name.zh for row in wall.others.rows]) == ("其他文件", ["全市扫路"])
    assert [row.name.zh for one in wall.chapters for row in one.rows] == ["本区扫路"]
    assert [row.name.zh for row in wall.urgent] == ["全市扫路"]
    calendar = "/plan/calendar/?month=2019-05&{}&" + ON
    assert "全市扫路" in reader.get(calendar.format("article=")).content.decode()
    assert "全市扫路" not in reader.get(calendar.format("article=12")).content.decode()
    sheet = load_workbook(BytesIO(reader.get(f"/plan/tasks/export.xlsx?{ON}").content)).worksheets[0]
    assert [sheet.cell(row, 3).value for row in (3, 4)] == [12, f"{CITY}第十二条"]
    assert reader.get(f"/plan/wall/a3.pdf?{ON}").content.startswith(b"%PDF")


def test_bulletins_name_the_document_and_old_facts_are_written_as_before(
    reader: Client, taken: Callable[..., Task]
) -> None:
    taken(CITY)
    lamps: list[Lamp] = list(lamps_of(board(date(2019, 6, 15))))
    assert [(one.article, one.document) for one in lamps] == [(12, ""), (12, CITY)]
    assert [row["article"] for row in laggard_rows(cast(ReportFacts, SimpleNamespace(lamps=lamps)))] == [
        f"{CITY}第12条"
    ]
    ours, theirs = (lamp_written(one) for one in lamps)
    assert (len(ours), theirs[-1]) == (12, CITY), "without a document a lamp is written, and so numbered, as ever"
    assert [Lamp(*ours), Lamp(*theirs)] == lamps


def test_parts_stand_on_the_article_of_their_whole(taken: Callable[..., Task]) -> None:
    halves = [PartOf("urban-management", Decimal(50)), PartOf("water", Decimal(50))]
    assert {one.document for one in split(taken(CITY), halves, by=None, at=AT)} == {CITY}


@pytest.mark.parametrize("number", ["朝政发〔2018〕12号", "朝政发[2018] 12号", ""])
def test_a_task_of_our_own_plans_text_stands_on_our_article(
    reader: Client, taken: Callable[..., Task], number: str
) -> None:
    assert taken(number, title="朝阳区打赢蓝天保卫战三年行动计划").document == ""
    tasks = reader.get(f"/plan/articles/12/?{ON}").context["under"].tasks
    assert [one.name.zh for one in tasks] == ["本区扫路", "全市扫路"]


def test_a_foreword_stands_on_the_next_article_and_a_text_without_articles_on_the_whole(
    taken: Callable[..., Task], reader: Client
) -> None:
    assert taken(CITY, start=0, article=None).article == 12
    whole = taken("", article=None, articles=[], title="某会议纪要")
    assert (whole.article, whole.document) == (0, "某会议纪要")
    assert 'title="某会议纪要">某会议纪要</span>' in reader.get(f"/plan/tasks/{whole.pk}/?{ON}").content.decode()


@pytest.mark.row("S52")
def test_a_pack_of_another_plan_over_ours_shows_its_own_articles_and_cites_ours_by_name(
    reader: Client, tmp_path: Path, settings: Any
) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    titles = [ReviewedArticle(f"第{n}题", 0, n, n + 1) for n in range(1, 13)]
    lead = [ReviewedParty("区城管委", "lead", "urban-management")]
    plan = ReviewedPlan("市计划", CITY, ["一"], titles, [ReviewedTask(11, "全市扫路", "", 12, 13, lead)])
    base = Base(settings.PACK, "cn-110105", frozenset({"urban-management"}))
    for name, content in reviewed_files(plan, "city", base).items():
        (folder / name).write_text(content, encoding="utf-8")
    Task.objects.all().delete()
    settings.PACK = str(folder)
    ours = "朝政发〔2018〕12号"
    made = {one.record: one.document for one in take_into_work(by=None, at=AT)}
    assert (made["t12.1"], made["t12.3"], made["indicator.pm25"]) == ("", ours, ours)
    page = reader.get(f"/plan/articles/12/?{ON}").context
    assert [line.name.zh for line, _ in page["tasks"]] == [one.name.zh for one in page["under"].tasks] == ["全市扫路"]
    assert {line.layer for line in page["page"].records} == {"city"}
    assert not page["under"].figures
    assert not page["under"].cases
    assert reader.get("/plan/articles/20/").status_code == 404
    record = reader.get("/system/standards/task/t12.3/").content.decode()
    assert f'<span class="cite">{ours}第十二条</span>' in record


def test_tasks_that_were_taken_over_before_are_given_their_document(taken: Callable[..., Task]) -> None:
    city, own = taken(CITY), taken("朝政发〔2018〕12号")
    part, _ = split(city, [PartOf("urban-management", Decimal(50)), PartOf("water", Decimal(50))], by=None, at=AT)
    Task.objects.update(document="")
    import_module("lantian.apps.plans.migrations.0005_document").name_documents(apps, None)
    assert set(Task.objects.filter(document=CITY).values_list("pk", flat=True)) >= {city.pk, part.pk}
    assert Task.objects.get(pk=own.pk).document == ""
