"""Publicity, capacity, calendar, wall chart and article page, through the client."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.cases.models import Case
from lantian.apps.cases.rules import rules
from lantian.apps.ledger.figures import figure
from lantian.apps.ledger.kinds import kind, ledger_figures
from lantian.apps.ledger.models import LedgerImport, Source
from lantian.apps.ledger.services.sources import Values, create_source
from lantian.apps.plans.ics import feed
from lantian.apps.plans.models import Milestone, Task
from lantian.apps.plans.selectors.months import Item
from lantian.apps.plans.services.deciding import ask_change, ask_strike_off
from lantian.apps.plans.services.measuring import measure_all
from lantian.apps.plans.services.money import NewLine, add_line
from lantian.apps.plans.services.splitting import PartOf, split
from lantian.apps.plans.services.tasks import take_into_work
from lantian.apps.plans.services.working import lay_schedule
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day
from lantian.policy.reader import load_pack
from tests.ledger.sheets import workbook

AT = datetime(2019, 1, 7, 2, tzinfo=UTC)
ON = "2019-06-15T10:00"
"""The moment of the pages, Beijing time."""
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(db: None) -> None:
    sync_pack(load_pack(project.PACK), at=AT)


@pytest.fixture
def at_desk(district: None) -> Callable[..., Client]:
    """Return a maker of signed-in clients of real departments: ``at_desk("bureau", "education")``."""

    def make(role: str, organisation: str, area: str | None = None) -> Client:
        person = Person.objects.create_person(f"{role}-{organisation}", None, name_zh="甲", name_en="A")
        Post.objects.create(person=person, role=role, organisation_id=organisation, area_id=area)
        client = Client()
        client.force_login(person)
        return client

    return make


def activity(name: str, day: str, organiser: str, state: str, street: str = "110105001", **more: Any) -> Source:
    own = {"name": name, "state": state, "area_id": street}
    facts = {"held_on": day, "organiser": organiser, "form": "community", **more}
    return create_source(kind("publicity-event"), Values(own, facts), by=None, at=AT)


@pytest.mark.row("S40")
def test_a_department_plans_holds_and_counts_its_own_activities(at_desk: Callable[..., Client]) -> None:
    education = at_desk("bureau", "education")
    form = {
        "name": "蓝天课堂", "area": "110105001", "a.held_on": "2019-06-05", "a.hour": "09:30",
        "a.organiser": "education", "a.joint": ["environment", "street"], "a.form": "school",
        "a.theme": "environment-day", "a.people": "320", "a.volunteers": "12",
    }  # fmt: skip
    assert education.post("/ledgers/publicity-event/new/", form).status_code == 302
    made = Source.objects.get(kind="publicity-event")
    assert (made.trade_id, made.state, made.attributes["joint"]) == ("education", "planned", ["environment", "street"])
    page = education.get("/plan/publicity/", {"month": "2019-06", "at": ON})
    assert page.context["record"].whole.missed == 1, "its day has passed and nobody recorded it"
    assert "蓝天课堂" in page.content.decode()
    moved = education.post(f"/ledgers/publicity-event/{made.code}/move/", {"end": "held"})
    assert moved.status_code == 302
    whole = education.get("/plan/publicity/", {"month": "2019-06", "at": ON}).context["record"].whole
    assert (whole.planned, whole.held, whole.missed, whole.percent) == (1, 1, 0, 100)
    assert (whole.people, whole.volunteers) == (320, 12)
    other = at_desk("bureau", "science")
    assert other.get(f"/ledgers/publicity-event/{made.code}/edit/").status_code == 403


@pytest.mark.row("S40")
def test_a_year_is_recorded_by_department_and_street_and_counted_in_a_figure(at_desk: Callable[..., Client]) -> None:
    activity("甲", "2019-03-20", "environment", "held", people=100, volunteers=5)
    activity("乙", "2019-04-22", "environment", "held", "110105002", people=50)
    activity("丙", "2019-05-01", "environment", "planned")
    activity("丁", "2019-09-01", "street", "planned", "110105002")
    activity("戊", "2019-02-01", "street", "cancelled")
    activity("去年", "2018-12-30", "environment", "held", people=999)
    page = at_desk("duty", "environment").get("/plan/publicity/", {"at": ON})
    record = page.context["record"]
    lines = {line.key: line.tally for line in record.departments}
    assert (lines["environment"].planned, lines["environment"].held, lines["environment"].missed) == (3, 2, 1)
    assert (lines["environment"].percent, lines["environment"].people) == (67, 150)
    assert (lines["street"].ahead, lines["street"].cancelled, lines["street"].percent) == (1, 1, None)
    assert {line.key: line.tally.planned for line in record.streets} == {"110105001": 2, "110105002": 2}
    assert len(record.without) == Area.objects.of_kind("street").count() - 2
    share = figure(ledger_figures()["publicity-held"], Source.objects.all(), date(2019, 6, 15))
    assert (share.whole.numerator, share.whole.denominator) == (3, 4), "the last 365 days, without what was cancelled"
    take_into_work(by=None, at=AT)
    measure_all(datetime(2019, 6, 15, 2, tzinfo=UTC))
    task = Task.objects.get(record="t27.1")
    assert [(one.value, one.way) for one in task.entries.all()] == [(Decimal(75), "ledger")], "3 of 4 count in the task"
    street = at_desk("street", "office-110105002")
    own = street.get("/plan/publicity/", {"at": ON}).context["record"]
    assert (own.whole.planned, [line.key for line in own.streets], own.without) == (2, ["110105002"], [])


@pytest.mark.row("S40")
def test_activities_come_and_go_as_sheets(at_desk: Callable[..., Client], tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    education = at_desk("bureau", "education")
    template = load_workbook(BytesIO(b"".join(education.get("/ledgers/publicity-event/template.xlsx"))))
    heads = {str(cell.value) for row in template.worksheets[0].iter_rows(max_row=6) for cell in row if cell.value}
    assert {"活动日期 *", "主办单位 *", "参加人数"} <= heads
    rows: list[list[Any]] = [
        ["名称", "街乡", "活动日期", "开始时间", "主办单位", "活动形式", "参加人数", "状态"],
        ["蓝天课堂", "建外街道", "2019-06-05", "09:30", "区教委", "进学校", 320, "已开展"],
        ["地球日", "建外街道", "2019-04-22", "25:00", "区教委", "进社区", 50, "已开展"],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    tried = education.post("/ledgers/publicity-event/import/", {"file": file}, follow=True)
    assert (tried.status_code, "25:00" in tried.content.decode()) == (200, True)
    education.post(f"/ledgers/imports/{LedgerImport.objects.get().pk}/", {"act": "import"})
    made = Source.objects.get(kind="publicity-event")
    assert (made.name, made.state, made.trade_id, made.area_id) == ("蓝天课堂", "held", "education", "110105001")
    answer = education.get("/ledgers/publicity-event/export.csv")
    assert "2019-06-05" in b"".join(answer).decode("utf-8-sig")


def held(kind_name: str, name: str, end: str, use: str, *, owner: str = "environment", state: str = "working") -> None:
    facts = (
        {"calibration_due": end, "use": use, "model": "X50", "serial": name}
        if kind_name == "instrument"
        else {"valid_until": end, "ability": use, "certificate": name}
    )
    create_source(kind(kind_name), Values({"name": name, "state": state, "owner_id": owner}, facts), by=None, at=AT)


@pytest.mark.row("S45")
def test_capacity_counts_what_is_valid_and_lists_what_ends_first(at_desk: Callable[..., Client]) -> None:
    for number in range(4):
        held("instrument", f"车{number}", "2020-01-01", "vehicle")
    held("instrument", "昨到期", "2019-06-14", "voc")
    held("instrument", "今到期", "2019-06-15", "voc", owner="transport")
    held("instrument", "送修", "2020-01-01", "voc", state="repair")
    held("instrument", "报废", "2018-01-01", "voc", state="retired")
    for number in range(8):
        held("staff-certificate", f"证{number}", "2019-07-10" if number < 2 else "2021-01-01", "vehicle")
    page = at_desk("bureau", "environment").get("/plan/capacity/", {"at": ON})
    found = page.context["capacity"]
    assert [one.source.name for one in found.held[:4]] == ["昨到期", "今到期", "证0", "证1"]
    assert [(one.lamp, one.days) for one in found.held[:3]] == [("r", -1), ("y", 0), ("y", 25)]
    by_need = {one.need.id: one for one in found.abilities}
    assert (by_need["vehicle-tests"].instruments.valid, by_need["vehicle-tests"].lamp) == (4, "y")
    assert (by_need["voc-monitoring"].instruments.valid, by_need["voc-monitoring"].instruments.lost) == (1, 2)
    assert by_need["voc-monitoring"].lamp == "r"
    holders = {one.key: one for one in found.holders}
    assert (holders["environment"].instruments.lost, holders["transport"].instruments.near) == (2, 1)
    text = page.content.decode()
    assert "第二十八条" in text
    assert "逾期 1" in text
    only = page.client.get("/plan/capacity/", {"at": ON, "of": "instrument", "standing": "near"})
    assert [one.source.name for one in only.context["held"]] == ["今到期"]


@pytest.fixture
def plan(district: None) -> list[Task]:
    return take_into_work(by=None, at=AT)


def test_the_calendar_shows_deadlines_milestones_and_duties(plan: list[Task], at_desk: Callable[..., Client]) -> None:
    special = Task.objects.get(number="3.1")
    Milestone.objects.create(
        task=special, zh="方案送审", begins=date(2019, 2, 1), due=date(2019, 3, 11), share=60, done_on=None
    )
    viewer = at_desk("viewer", "environment")
    page = viewer.get("/plan/calendar/", {"month": "2019-03", "at": ON})
    days = {day.day: day.items for week in page.context["sheet"].weeks for day in week}
    assert next((one.sort, one.lamp) for one in days[date(2019, 3, 31)] if one.url) == ("deadline", "r")
    assert [one.said.zh for one in days[date(2019, 3, 11)]] == ["节点逾期"]
    assert {one.sort for one in days[date(2019, 3, 31)]} == {"deadline", "duty"}
    own = viewer.get("/plan/calendar/", {"month": "2019-03", "at": ON, "article": "3", "department": "transport"})
    items = [one for week in own.context["sheet"].weeks for day in week for one in day.items]
    assert [one.sort for one in items] == ["milestone", "deadline"]
    text = viewer.get("/plan/calendar/plan.ics", {"at": "2019-03-01T08:00", "article": "3"}).content.decode()
    assert "DTSTART;VALUE=DATE:20190331\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")


def test_a_calendar_holds_the_tasks_that_concern_the_reader(plan: list[Task], at_desk: Callable[..., Client]) -> None:
    street = at_desk("street", "office-110105002")
    own = set(Task.objects.visible_to(Person.objects.get(username="street-office-110105002")))
    line = street.get("/plan/calendar/", {"view": "line", "at": ON, "year": "all"}).context["gantt"]
    assert {bar.number for bar in line.bars} == {one.number for one in own}
    assert 0 < len(own) < len(plan)
    under = street.get("/plan/articles/12/", {"at": ON}).context["under"]
    assert {bool(one.url) for one in under.tasks} == {True, False}, "lamps are for every officer, pages for some"


def test_the_time_line_lays_tasks_by_their_days(plan: list[Task], at_desk: Callable[..., Client]) -> None:
    page = at_desk("viewer", "environment").get("/plan/calendar/", {"view": "line", "at": ON, "article": "3"})
    line = page.context["gantt"]
    assert (page.context["year"], line.today) == (2019, 45.21), "165 of 365 days are over on the morning of 15 June"
    special = next(bar for bar in line.bars if bar.number == "3.1")
    assert special.x + special.width == pytest.approx(24.66), "90 of 365 days end with 31 March"
    assert special.late == (24.66, 20.82), "to the end of 15 June, day 166"
    every = page.client.get("/plan/calendar/", {"view": "line", "at": ON, "year": "all"})
    assert len(every.context["gantt"].bars) == len(plan)


@pytest.mark.row("S52")
def test_the_wall_shows_every_task_once_with_the_overdue_first(
    plan: list[Task], at_desk: Callable[..., Client]
) -> None:
    viewer = at_desk("viewer", "environment")
    page = viewer.get("/plan/wall/", {"at": ON})
    shown = page.context["wall"]
    assert shown.counts.all == sum(len(board.rows) for board in shown.boards) == len(plan)
    assert [board.number for board in shown.boards] == list(range(1, 10))
    transport = shown.boards[1]
    red = [row.lamp for row in transport.rows if row.state == "red"]
    assert [row.lamp for row in transport.rows[: len(red)]] == red
    assert [one.due for one in red] == sorted(one.due for one in red if one.due)
    assert "3.1" in [one.number for one in red]
    assert sum(one.counts.all for one in shown.departments) == len(plan)
    assert page.context["next"][0].days >= 0
    pdf = viewer.get("/plan/wall/a3.pdf", {"at": ON})
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"


def test_an_article_shows_lamps_figures_cases_and_what_is_due(plan: list[Task], at_desk: Callable[..., Client]) -> None:
    viewer = at_desk("viewer", "environment")
    viewer.get("/plan/articles/12/", {"at": ON})
    with CaptureQueriesContext(connection) as few:
        page = viewer.get("/plan/articles/12/", {"at": ON})
    under = page.context["under"]
    assert {card.result.record.id for card in under.figures} == {"road-coverage", "road-process", "cleaning-process"}
    assert under.of_record["t12.3"].lamp in ("o", "g", "y", "r")
    assert "road-process" in page.content.decode()
    for task in Task.objects.filter(article=12):
        Milestone.objects.create(task=task, zh="节点", begins=date(2019, 1, 1), due=date(2019, 12, 1), share=50)
    with CaptureQueriesContext(connection) as many:
        page = viewer.get("/plan/articles/12/", {"at": ON})
    assert len(page.context["under"].next) == 6
    assert len(few) == len(many)
    firm = at_desk("enterprise", "environment")
    assert firm.get("/plan/articles/12/").context["under"] is None, "lamps are for officers"
    assert firm.get("/plan/wall/").status_code == 403


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("tasks/?by=chapter", 10),
        ("tasks/?by=list", 10),
        ("tasks/?by=street", 10),
        ("department/?", 11),
        ("calendar/?", 10),
        ("money/?", 11),
        ("articles/12/?", 10),
        ("wall/?", 8),
    ],
)
def test_a_list_of_tasks_asks_few_questions(
    plan: list[Task],
    at_desk: Callable[..., Client],
    django_assert_max_num_queries: Callable[[int], Any],
    address: str,
    most: int,
) -> None:
    duty = at_desk("duty", "environment")
    lead = Person.objects.get(username="duty-environment")
    whole = Task.objects.get(number="12.3")
    split(whole, [PartOf(f"office-11010500{n}", Decimal(50), f"11010500{n}") for n in (1, 2)], by=None, at=AT)
    add_line(whole, NewLine(2019, "district", "购车", Decimal(500_000)), by=lead, at=AT)
    ask_change(whole, "target", "90", "下调", by=lead, at=AT)
    other = Task.objects.get(number="3.1")
    lay_schedule(other, "works", by=None, at=AT)
    ask_strike_off(other, "已完成", (), by=lead, at=AT, evidence_needed=False)
    url = f"/plan/{address}&at={ON}"
    assert duty.get(url).status_code == 200
    with django_assert_max_num_queries(most):
        duty.get(url)


def test_a_calendar_file_folds_long_lines_between_characters() -> None:
    item = Item(date(2019, 6, 5), "deadline", Text("任务" * 40, "task, " * 30), "/plan/")
    lines = feed([item], AT, "http://x/", "zh-hans").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = "".join(line[1:] if line.startswith(" ") else f"\n{line}" for line in lines)
    assert f"SUMMARY:期限 {'任务' * 40}\n" in unfolded
    assert r"SUMMARY:Deadline task\, task" in feed([item], AT, "http://x/", "en")


def test_an_article_counts_its_cases_as_they_stood_at_the_moment_looked_back_upon(
    at_desk: Callable[..., Client],
) -> None:
    record = rules().types(date(2019, 6, 15))["dust-violation"]
    june = [beijing_day(date(2019, 6, day), 9) for day in range(1, 31)]
    office = Organisation.objects.get(pk="environment")
    for serial, (opened, closed, due) in enumerate(((1, None, 10), (2, 20, 9), (3, 12, 30), (25, None, 28)), 1):
        case = Case.objects.create(
            type=record.id, year=2019, serial=serial, number=f"案{serial}", slug=f"c{serial}", title="扬尘",
            origin="own", happened_at=june[opened], opened_at=june[opened], closed_at=june[closed] if closed else None,
        )  # fmt: skip
        case.threads.create(
            number=1, step="verify", holder=office, since=june[opened], due_at=june[due - 1],
            ended_at=june[closed] if closed else None,
        )  # fmt: skip
    duty = at_desk("duty", "environment")

    def counts(at: str) -> tuple[int, int, int]:
        under = duty.get(f"/plan/articles/{record.article}/?{at}").context["under"]
        return next((one.open, one.closed, one.late) for one in under.cases if one.type == record.id)

    assert counts("at=2019-06-15T10:00") == (2, 1, 2), "the third is closed, the second is not yet, the fourth to come"
    assert counts("at=2019-06-30T10:00") == (2, 2, 2)
    assert counts("at=2019-06-30T10:00&known=2019-06-15T10:00") == (2, 1, 2)
