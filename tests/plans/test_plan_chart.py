"""The plan as a chart: tasks by chapter, department and street, each with its lamp in words and its bar."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.plans import chart
from lantian.apps.plans.models import Task
from lantian.apps.plans.selectors.course import Point, course
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services import deciding, working
from lantian.apps.plans.services.splitting import PartOf, split
from lantian.apps.plans.services.tasks import NewTask, add_task
from lantian.apps.plans.templatetags.tasks import amount
from lantian.kernel.instants import beijing_day
from lantian.kernel.rounding import half_even

START, DUE = date(2019, 1, 1), date(2019, 12, 31)
AT = beijing_day(date(2019, 1, 2), 9)
NOW = "at=2019-07-01T10:00"


@pytest.fixture
def plan(db: None) -> list[Task]:
    """Return a task on schedule, one overdue, and one that is split to two streets."""
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for code in ("environment", "housing", "streets"):
        Organisation.objects.create(code=code, name_zh=f"区{code}", name_en=code.title(), kind="bureau")
    for number in (1, 2):
        code = f"11010500{number}"
        Area.objects.create(code=code, name_zh=f"第{number}街道", name_en=f"Street {number}", kind="street", parent=top)
        Organisation.objects.create(code=f"o{number}", name_zh=f"第{number}街道办", name_en="O", kind="street_office")
    late = NewTask("工地视频", 11, ["housing"], start=START, due=date(2019, 3, 31), number="11.1")
    good = NewTask("新工艺", 12, ["environment"], start=START, due=DUE, number="12.1")
    whole = NewTask("裸地治理", 13, ["streets"], start=START, due=DUE, number="13.1")
    made = [add_task(one, by=None, at=AT) for one in (late, good, whole)]
    working.lay_schedule(made[1], "general", by=None, at=AT)
    for step in made[1].milestones.filter(due__lt=date(2019, 7, 1)):
        working.reach(step, step.due, "", by=None, at=beijing_day(step.due, 12))
    working.enter(made[1], working.Reported(Decimal(60), date(2019, 6, 20)), by=None, at=beijing_day(date(2019, 6, 20)))
    parts = [PartOf("o1", Decimal(60), "110105001"), PartOf("o2", Decimal(40), "110105002")]
    made += split(made[2], parts, by=None, at=AT)
    return made


def test_tasks_stand_under_their_chapter_with_bar_milestones_and_the_reason_of_a_red_lamp(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    answer = signed_in("duty").get(f"/plan/tasks/?{NOW}")
    [group] = answer.context["chart"].groups
    assert group.name.zh.startswith("三 "), "articles 10 to 14 are one chapter"
    assert [row.line.standing.task.number for row in group.rows] == ["11.1", "12.1", "13.1"]
    late, good, _ = group.rows
    assert (late.line.letter, group.red) == ("r", 1)
    assert "逾期 92 天，无进度数据" in late.line.standing.lamp.reason.zh
    assert "逾期 92 天，无进度数据" in answer.content.decode()
    assert late.bar.late == (24.66, 25.2), "from 31 March to 1 July of 365 days"
    assert good.bar.done == pytest.approx(60, abs=0.2)
    assert good.bar.marks, "its milestones"
    assert answer.context["chart"].today == 49.59, "181 of 365 days"


def test_the_strip_counts_the_whole_plan_whatever_the_table_is_narrowed_to(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    duty = signed_in("duty")
    for query in ("", "&view=red", "&by=street", "&lead=housing&by=list"):
        strip = duty.get(f"/plan/tasks/?{NOW}{query}").context["strip"]
        assert (strip.articles, strip.made, strip.first, strip.final) == (3, 3, 2019, 2019)
        assert [(one.state, one.count) for one in strip.lamps if one.count] == [("red", 1), ("green", 1), ("grey", 1)]
        assert (strip.lamps[0].units, strip.left) == (1, 183), "days from 1 July to 31 December"


def test_by_street_only_parts_are_shown_and_by_department_the_late_ones_come_first(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    duty = signed_in("duty")
    streets = duty.get(f"/plan/tasks/?{NOW}&by=street").context
    assert [group.name.zh for group in streets["chart"].groups] == ["第1街道", "第2街道"]
    assert streets["table"].total == 2
    leads = duty.get(f"/plan/tasks/?{NOW}&by=lead").context["chart"].groups
    assert leads[0].name.zh == "区housing"


def test_another_year_shows_no_bar_where_a_task_does_not_run(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    duty = signed_in("duty")
    add_task(NewTask("来年", 14, ["housing"], start=date(2020, 1, 1), due=date(2020, 6, 30)), by=None, at=AT)
    chart = duty.get(f"/plan/tasks/?{NOW}&year=2020").context["chart"]
    widths = {row.line.standing.task.zh: row.bar.width for row in chart.groups[0].rows}
    assert widths["新工艺"] == 0
    assert widths["来年"] > 49
    assert chart.today is None
    assert len(duty.get(f"/plan/tasks/?{NOW}&year=all").context["chart"].ticks) == 24


def test_without_tasks_the_page_says_what_to_do(signed_in: Callable[..., Client]) -> None:
    text = signed_in("duty").get("/plan/tasks/").content.decode()
    assert "没有符合条件的任务" in text
    assert "plan-strip" not in text


def test_the_course_of_the_plan_is_the_mean_of_its_tasks_against_what_was_due(plan: list[Task]) -> None:
    day = date(2019, 7, 1)
    standings = board(day)
    found = course(standings.roots, day)
    assert found is not None
    assert found.today.done == Decimal("20.0"), "(0 + 60 + 0) / 3"
    laid = standings.by_pk[plan[1].pk].expected
    assert found.today.due == half_even((100 + laid + Decimal("49.9")) / 3, 1), (
        "over, by its milestones, 182 of 365 days"
    )
    assert [one.done for one in found.points if one.day == date(2019, 3, 31)] == [Decimal("0.0")]
    assert found.points[-1] == Point(DUE, Decimal("100.0"), None)
    assert course([], day) is None


def test_what_is_due_reaches_its_whole_on_a_last_deadline_within_a_month(plan: list[Task]) -> None:
    last = date(2020, 3, 12)
    add_task(NewTask("尾项", 12, ["environment"], start=START, due=last, number="12.9"), by=None, at=AT)
    for day in (date(2019, 7, 1), last):
        found = course(board(day).roots, day)
        assert found is not None
        days = [one.day for one in found.points]
        assert (days[-2:], found.points[-1].due) == ([date(2020, 2, 29), last], Decimal(100))
        assert days == sorted(set(days))
        assert found.due_line.endswith("392.0,12.0"), "at the right end, at 100 %"


def test_the_wall_names_fewer_tasks_where_many_follow_and_pages_through_what_is_red(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    for number in range(24):
        late = NewTask(f"逾期{number}", 11, ["housing"], start=START, due=date(2019, 2, 1), number=f"L{number}")
        add_task(late, by=None, at=AT)
    answer = signed_in("duty").get(f"/plan/wall/?{NOW}")
    [board_] = answer.context["wall"].boards
    assert (len(board_.named), len(board_.rest)) == (5, 22)
    assert [len(rows) for rows in answer.context["urgent"]] == [21, 4]
    text = answer.content.decode()
    assert "逾期 150 天，无进度数据</td>" in text, "the reason; the rule stands once above the table"
    assert text.count("data-wall-page") == 3 + 1, "three pages, and the place that says which"


def test_the_wall_says_how_often_a_duty_falls_due(
    plan: list[Task], signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, due in (("M", None), ("D", DUE)):
        duty = NewTask(f"按月通报{number}", 11, ["housing"], start=START, due=due, rhythm="month", number=number)
        working.enter(add_task(duty, by=None, at=AT), working.Reported(Decimal(1), START), by=None, at=AT)
    printed: list[str] = []

    def compiled(*_: object, sys_inputs: dict[str, str], **__: object) -> bytes:
        printed.extend(sys_inputs.values())
        return b"%PDF"

    monkeypatch.setattr(chart, "_compiled", compiled)
    desk = signed_in("duty")
    answer = desk.get(f"/plan/wall/?{NOW}")
    dues = {row.name.zh: row.due.zh for row in answer.context["urgent"][0]}
    assert dues == {"工地视频": "2019-03-31", "按月通报M": "每月", "按月通报D": "2019-12-31"}
    assert "<td>每月</td>" in answer.content.decode()
    assert desk.get(f"/plan/wall/a3.pdf?{NOW}").status_code == 200
    assert '"due": "每月"' in " ".join(printed)


def test_the_periods_of_a_duty_are_drawn_one_by_one(plan: list[Task], signed_in: Callable[..., Client]) -> None:
    duty = add_task(
        NewTask("每月通报", 10, ["environment"], start=START, rhythm="month", number="10.9"), by=None, at=AT
    )
    for on in (date(2019, 3, 20), date(2019, 5, 20)):
        working.enter(duty, working.Reported(Decimal(100), on), by=None, at=beijing_day(on, 12))
    client = signed_in("duty")

    def states(at: str) -> list[str]:
        return [one.state for one in client.get(f"/plan/tasks/{duty.pk}/?at={at}").context["page"].periods]

    assert states("2019-07-01T10:00") == ["done", "late", "done", "wait", "open"], "March to July; seven days to report"
    assert states("2019-07-09T10:00")[3] == "late"
    assert "至 2019-04-30 逾期未报" in client.get(f"/plan/tasks/{duty.pk}/?{NOW}").content.decode()


def test_a_task_counts_its_days_down_and_up(plan: list[Task], signed_in: Callable[..., Client]) -> None:
    client = signed_in("duty")
    answers = [client.get(f"/plan/tasks/{one.pk}/?{NOW}") for one in plan[:2]]
    clocks = [one.context["page"].clock for one in answers]
    assert [(one.left, one.all, one.late) for one in clocks] == [(0, 90, 92), (183, 365, 0)]
    late, early = (one.content.decode() for one in answers)
    assert '<span class="late">逾期 <b>92</b> 天</span>' in late
    assert "余 <b>183</b> 天，共 365 天" in early


def test_quantities_are_written_with_signs_units_and_days() -> None:
    assert amount({"comparator": ">=", "value": "92.0", "unit": "%"}) == "≥ 92 %"
    assert amount({"comparator": "<=", "value": "2020-12-31", "unit": ""}) == "至 2020-12-31"
    assert amount({"comparator": "=", "value": "三级", "unit": None}) == "三级"


def test_the_articles_carry_the_lamp_of_the_task_that_needs_somebody_most(
    plan: list[Task], signed_in: Callable[..., Client]
) -> None:
    context = signed_in("duty").get(f"/plan/articles/12/?{NOW}").context
    lamps = {item.article: lamp and lamp[0] for item, lamp in context["contents"]}
    assert (lamps[11], lamps[12], lamps[13], lamps[14]) == ("r", "g", "o", None)


def test_one_text_alone_cannot_be_compared(signed_in: Callable[..., Client]) -> None:
    page = signed_in("duty").get("/plan/texts/compare/").content.decode()
    assert "比较需要两份计划文本" in page
    assert "<select" not in page


def test_what_waits_for_a_check_is_what_waited_on_the_day(plan: list[Task], signed_in: Callable[..., Client]) -> None:
    client = signed_in("duty")
    lead, checker = Person.objects.get(username="duty"), Person.objects.create_person("second", None, name_zh="乙")
    Post.objects.create(person=checker, role="duty", organisation_id="office")
    asked = deciding.ask_change(plan[1], "due", "2020-06-30", "延期", by=lead, at=beijing_day(date(2019, 6, 3)))
    deciding.decide_change(asked, agree=True, answer="", by=checker, at=beijing_day(date(2019, 6, 9)))

    def waits(day: str) -> int:
        return len(client.get(f"/plan/department/?at={day}T10:00").context["page"].to_approve)

    assert [waits(day) for day in ("2019-06-02", "2019-06-05", "2019-06-10")] == [0, 1, 0]
