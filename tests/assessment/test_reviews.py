"""The quarterly review: slides from the quarter's data, and decisions that become tasks."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.rankings import RankedPlace, RankingTable, written
from lantian.apps.assessment.reports.build import content_of
from lantian.apps.assessment.reports.facts import report_read, report_written
from lantian.apps.assessment.reports.review import Money, _money, _places, review_slides
from lantian.apps.assessment.services.report_facts import report_facts
from lantian.apps.assessment.templatetags.assessment import lamped
from lantian.apps.plans.models import Task
from lantian.apps.ui import middleware
from lantian.apps.ui.official.document import Table as SlideTable
from lantian.kernel.instants import BEIJING
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from lantian.policy.records_bulletin import ReviewRecord
from tests.telemetry.air_sample import fill

NOW = datetime(2020, 2, 3, 9, tzinfo=BEIJING)
ADDRESS = "/assessment/reviews/2019-Q4/"


@pytest.fixture
def air(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack's places, the sample's hours, and the clock in February 2020."""
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    sync_pack(load_pack(project.PACK), at=NOW)
    fill(tmp_path / "lake")

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return NOW.astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)


def client_of(role: str) -> Client:
    """Return a client of a new person."""
    person = Person.objects.create_person(role, None, name_zh="某人", name_en="Somebody")
    Post.objects.create(person=person, role=Role(role), organisation_id="pollution-headquarters")
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.row("S49")
def test_the_quarters_slides_tell_the_air_and_a_decision_becomes_a_task_that_they_show(air: None) -> None:
    duty = client_of("duty")
    assert duty.get("/assessment/reviews/").headers["Location"] == ADDRESS
    text = duty.get(ADDRESS).content.decode()
    assert "2019年第四季度大气污染防治工作调度" in text
    assert "按当前数据" in text
    assert "<b>70</b>" in text  # PM2.5 of every hour
    assert "尚无议定事项" in text
    given = {"text": "完成东坝地块裸地苫盖", "lead": "urban-management", "due": "2020-03-15"}
    duty.post(f"{ADDRESS}decide/", given)
    task = Task.objects.get(origin="review")
    assert (task.zh, str(task.due), task.article) == ("完成东坝地块裸地苫盖", "2020-03-15", 31)
    assert task.reference == "2019年第四季度调度会"
    for address in (ADDRESS, f"{ADDRESS}?show=1"):
        text = duty.get(address).content.decode()
        assert f"<td>{task.number}</td>" in text
    page = duty.get(ADDRESS).content.decode()
    assert "第三十一条" in page
    [link] = re.findall(r'href="(/plan/tasks/\?[^"]+)"', page)
    duty.post("/plan/tasks/take/")  # others, among which the link finds it
    listed = duty.get(link).context["table"].lines
    assert [one.standing.task.pk for one in listed] == [task.pk]
    assert "完成东坝地块裸地苫盖" not in duty.get("/assessment/reviews/2020-Q1/").content.decode()
    before = duty.get(f"{ADDRESS}?at=2020-02-02T09:00").content.decode()
    assert "尚无议定事项" in before  # nobody had decided anything the day before
    assert f'href="{ADDRESS}?at=2020-02-02T09:00&amp;show=1"' in before
    pdf = duty.get(f"{ADDRESS}slides.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert "review-2019-Q4.pdf" in pdf.headers["Content-Disposition"]


def test_what_is_no_decision_is_refused_and_only_the_duty_desk_decides(air: None) -> None:
    duty = client_of("duty")
    answer = duty.post(f"{ADDRESS}decide/", {"text": " ", "lead": "", "due": ""}, follow=True)
    assert (answer.status_code, "请写明任务" in answer.content.decode()) == (200, True)
    for due in ("soon", "0202-03-15"):
        given = {"text": "完成东坝地块裸地苫盖", "lead": "urban-management", "due": due}
        assert f"读到“{due}”" in duty.post(f"{ADDRESS}decide/", given, follow=True).content.decode()
    assert not Task.objects.filter(origin="review").exists()
    assert client_of("street").post(f"{ADDRESS}decide/", {"text": "x"}).status_code == 403
    assert duty.get("/assessment/reviews/2019-12/").status_code == 404


def test_a_decision_without_an_article_that_asks_for_reviews_is_refused(
    air: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = rules.first_bulletin("quarter", Period.read("2019-Q4"))
    bare = record.model_copy(update={"article": None, "also": ()})
    monkeypatch.setattr(rules, "first_bulletin", lambda *_: bare)
    given = {"text": "完成东坝地块裸地苫盖", "lead": "urban-management", "due": "2020-03-15"}
    answer = client_of("duty").post(f"{ADDRESS}decide/", given, follow=True)
    assert (answer.status_code, "没有写明依据哪一条" in answer.content.decode()) == (200, True)
    assert not Task.objects.filter(origin="review").exists()


def test_how_much_the_slides_show_is_the_packs(air: None) -> None:
    record = rules.first_bulletin("quarter", Period.read("2019-Q4"))
    assert (record.review.laggards, record.review.each_end, record.review.departments) == (7, 4, 10)
    places = tuple(
        RankedPlace(str(rank), f"街道{rank}", "S", "1", 1.0, rank, "ranked", band=1 + rank // 5)
        for rank in range(1, 10)
    )
    table = RankingTable(
        "pm25", "p", "PM2.5", "PM2.5", "pm25", "street", "2019-Q4", NOW, "µg/m³", 1, "smallest", 90, 1, places
    )
    facts = replace(report_facts(record, Period.read("2019-Q4"), NOW), rankings={"pm25": written(table)})
    short = record.model_copy(update={"review": ReviewRecord(laggards=1, each_end=2, departments=1)})
    content = content_of(short, report_read(report_written(facts)), rules.pack(), "x", "")
    [slide] = [one for one in review_slides(content, None, ()) if one.title == "排名：PM2.5"]
    assert [len(one.rows) for one in slide.blocks if isinstance(one, SlideTable)] == [2, 2]
    assert [(one.label, one.value) for one in slide.figures] == [("参加排名", "9"), ("数据不足", "0"), ("分档", "2")]


def test_a_bulletin_of_the_quarter_gives_the_slides_its_snapshot(air: None) -> None:
    client_of("enforcement").post("/assessment/bulletins/new/", {"record": "quarterly", "period": "2019-Q4"})
    assert "按通报快照" in client_of("duty").get(ADDRESS).content.decode()


def test_the_shape_of_a_lamp_on_a_slide_has_the_lamps_colour() -> None:
    assert lamped("■逾期") == '<i class="l-r">■</i>逾期'
    assert lamped("▲ 临期") == '<i class="l-y">▲</i> 临期'
    assert (lamped("○ 无数据"), lamped(""), lamped("<b>■")) == ("○ 无数据", "", "&lt;b&gt;■")


def test_slides_of_money_and_rankings_say_what_there_is() -> None:
    money = Money(
        Decimal(2_000_000), Decimal(1_500_000), Decimal(500_000), [("区级", Decimal(2_000_000), Decimal(0), Decimal(0))]
    )
    [slide] = _money(money)
    assert [(one.value, one.unit) for one in slide.figures] == [
        ("200.0", "万元"),
        ("150.0", "万元"),
        ("50.0", "万元"),
        ("25.0", "%"),
    ]
    assert list(_money(None)) == []
    place = RankedPlace("a", "甲街道", "A", "41.2", 41.2, 1, "ranked", band=1)
    table = RankingTable(
        "pm25", "p", "PM2.5", "PM2.5", "pm25", "street", "2019-Q4", NOW, "µg/m³", 1, "smallest", 90, 1, (place,)
    )
    assert _places(table, [place], "居前").rows == (("1", "甲街道", "41.2", "1", "—", "—"),)


def test_a_quarter_without_a_bulletin_asks_a_constant_number_of_questions_and_reads_tasks_once(
    air: None, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    duty = client_of("duty")
    duty.post("/plan/tasks/take/")
    duty.post(f"{ADDRESS}decide/", {"text": "完成东坝地块裸地苫盖", "lead": "urban-management", "due": "2020-03-15"})
    duty.get(ADDRESS)  # what the process keeps is read
    with django_assert_max_num_queries(23):  # three of them the shell's: session, posts, notices
        text = duty.get(ADDRESS).content.decode()
    assert "完成东坝地块裸地苫盖" in text
