"""Replays: how tasks stood on a day, by what was recorded until an instant; schedules that move with their deadline."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from lantian.apps.accounts.models import Organisation, Person, Post, Role
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskEntry, TaskError
from lantian.apps.plans.selectors.lamps import LampRow, lamps_on
from lantian.apps.plans.selectors.standing import board, boards
from lantian.apps.plans.services import deciding, money, working
from lantian.apps.plans.services.splitting import PartOf, reweigh, split
from lantian.apps.plans.services.tasks import NewTask, add_task
from lantian.kernel.instants import beijing_day

START, DUE = date(2019, 1, 1), date(2019, 12, 31)
JUNE = date(2019, 6, 30)
JULY = date(2019, 7, 31)


def on(day: int, hour: int = 10, month: int = 7) -> datetime:
    return beijing_day(date(2019, month, day), hour)


@pytest.fixture
def people(db: None) -> tuple[Person, Person]:
    """Return a lead of the task and a checker of the district office."""
    made = []
    for code, role in (("urban-management", Role.BUREAU), ("environment", Role.DUTY)):
        Organisation.objects.create(code=code, name_zh=f"区{code}", name_en=code.title(), kind="bureau")
        person = Person.objects.create_person(code, None, name_zh="某甲", name_en="A")
        Post.objects.create(person=person, role=role, organisation_id=code)
        made.append(person)
    return made[0], made[1]


@pytest.fixture
def task(people: tuple[Person, Person]) -> Task:
    new = NewTask("扫路车新工艺", 12, ["urban-management"], start=START, due=DUE, number="12.3")
    return add_task(new, by=None, at=on(1, month=1))


def row(day: date, known_at: datetime | None = None, number: str = "12.3") -> LampRow:
    return next(one for one in lamps_on(board(day, known_at), parts=True) if one.number == number)


def test_a_value_entered_later_for_an_earlier_day_is_unseen_where_it_had_to_be_known(
    task: Task, people: tuple[Person, Person]
) -> None:
    working.enter(task, working.Reported(Decimal(40), date(2019, 6, 20)), by=None, at=on(20, month=6))
    late = working.enter(task, working.Reported(Decimal(55), JUNE), by=None, at=on(10))
    assert (row(JUNE).progress, row(JUNE, on(1)).progress) == (Decimal("55.0"), Decimal("40.0"))
    working.correct(late, working.Reported(Decimal(45), JUNE, "笔误"), by=people[0], at=on(20))
    found = [row(JUNE, at).progress for at in (on(1), on(15), on(20), None)]
    assert found == [Decimal("40.0"), Decimal("55.0"), Decimal("45.0"), Decimal("45.0")]


def test_tasks_come_and_go_in_a_replay_as_they_were_known(task: Task, people: tuple[Person, Person]) -> None:
    by_hand = add_task(NewTask("会议议定", 13, ["urban-management"], number="H13.01"), by=None, at=on(5))
    deciding.withdraw(by_hand, "重复", by=people[1], at=on(9))
    known = [[one.number for one in lamps_on(board(JULY, at))] for at in (on(1), on(6), on(9), None)]
    assert known == [["12.3"], ["12.3", "H13.01"], ["12.3"], ["12.3"]]


def test_a_strike_off_and_its_reopening_hold_from_when_they_were_known(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead, checker = people
    asked = deciding.ask_strike_off(task, "已完成", (), by=lead, at=on(2), evidence_needed=False)
    deciding.decide_strike_off(asked, agree=True, reason="", by=checker, at=on(3))
    deciding.reopen(task, "复查不合格", by=checker, at=on(5))
    assert [row(JULY, at).struck for at in (on(2), on(4), on(6), None)] == [False, True, False, False]


def test_a_milestone_and_an_extension_told_of_later_turn_the_lamp_only_from_then_on(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead, checker = people
    Milestone.objects.create(
        task=task, order=1, zh="方案", begins=START, due=date(2019, 6, 10), share=50, laid_at=on(2, month=1)
    )
    Milestone.objects.create(
        task=task, order=2, zh="完工", begins=date(2019, 6, 11), due=DUE, share=100, laid_at=on(2, month=1)
    )
    working.enter(task, working.Reported(Decimal(60), JUNE), by=None, at=on(30, month=6))
    first = task.milestones.get(order=1)
    working.reach(first, date(2019, 6, 8), "已印发", by=lead, at=on(4))
    assert [row(JUNE, at).colour for at in (on(3), on(5), None)] == ["red", "green", "green"]
    change = deciding.ask_change(task, "due", "2020-06-30", "延期", by=lead, at=on(6))
    deciding.decide_change(change, agree=True, answer="", by=checker, at=on(8))
    assert [row(JULY, at).due for at in (on(7), on(9), None)] == [DUE, date(2020, 6, 30), date(2020, 6, 30)]
    assert row(date(2020, 1, 10)).colour == "yellow", "the last milestone moved with the deadline: it is not late"
    assert row(date(2020, 1, 10), on(7)).colour == "red"
    steps = [(one.order, one.due, one.done_on) for one in task.milestones.standing()]
    assert steps == [(1, date(2019, 6, 10), date(2019, 6, 8)), (2, date(2020, 6, 30), None)]
    assert [one.due for one in task.milestones.standing(on(7))] == [date(2019, 6, 10), DUE]


def test_a_schedule_laid_anew_keeps_the_old_one_for_replays(task: Task, people: tuple[Person, Person]) -> None:
    working.lay_schedule(task, "general", by=people[0], at=on(2))
    working.lay_schedule(task, "works", by=people[0], at=on(9))
    old, new = board(JULY, on(3)).by_pk[task.pk], board(JULY).by_pk[task.pk]
    assert {one.name.zh for one in old.laid} != {one.name.zh for one in new.laid}
    assert len(board(date(2019, 7, 1)).by_pk[task.pk].laid) == 1, "no schedule was laid by then"


def test_boards_of_several_days_are_those_of_each_day_and_read_at_once(
    task: Task, people: tuple[Person, Person], django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    working.lay_schedule(task, "general", by=people[0], at=on(2))
    working.lay_schedule(task, "works", by=people[0], at=on(9))
    TaskEntry.objects.create(task=task, day=date(2019, 7, 5), value=40, at=on(5))
    TaskEntry.objects.create(task=task, day=date(2019, 7, 12), value=60, at=on(12))
    days = (date(2019, 7, 1), date(2019, 7, 6), JULY)
    each = [board(day, on(20)) for day in days]
    with django_assert_num_queries(6):
        found = boards(days, on(20))
    assert [one.by_pk[task.pk] for one in found] == [one.by_pk[task.pk] for one in each]
    assert [len(one.by_pk[task.pk].values) for one in found] == [0, 1, 2]
    assert len({str(one.by_pk[task.pk].laid) for one in found}) == 3, "none, the first and the second schedule"


@pytest.mark.parametrize("said", ["NaN", "1e99", "-Infinity", "0.00001", "许多"])
def test_a_target_that_is_no_number_is_refused(task: Task, people: tuple[Person, Person], said: str) -> None:
    with pytest.raises(TaskError, match="cannot be the new value"):
        deciding.ask_change(task, "target", said, "理由", by=people[0], at=on(2))


def test_the_same_target_written_otherwise_is_no_change(task: Task, people: tuple[Person, Person]) -> None:
    task.refresh_from_db()
    with pytest.raises(TaskError, match="is the old one"):
        deciding.ask_change(task, "target", "100.0", "理由", by=people[0], at=on(2))


def test_deadlines_of_a_whole_and_its_parts_stay_in_order(task: Task, people: tuple[Person, Person]) -> None:
    lead = people[0]
    parts = [
        PartOf("urban-management", Decimal(50), due=date(2019, 10, 31)),
        PartOf("environment", Decimal(50), due=date(2019, 11, 30)),
    ]
    first, _ = split(task, parts, by=lead, at=on(2))
    with pytest.raises(TaskError, match="after the whole's, 2019-12-31"):
        deciding.ask_change(first, "due", "2020-01-31", "延期", by=lead, at=on(3))
    with pytest.raises(TaskError, match=r"before that of the part 12\.3-02, 2019-11-30"):
        deciding.ask_change(task, "due", "2019-11-15", "提前", by=lead, at=on(3))
    with pytest.raises(TaskError, match="cannot be the new value"):
        deciding.ask_change(task, "due", "年底", "提前", by=lead, at=on(3))


def test_the_page_of_a_task_replays_what_had_happened_and_was_known(task: Task, people: tuple[Person, Person]) -> None:
    lead, checker = people
    working.enter(task, working.Reported(Decimal(33), date(2019, 6, 20)), by=lead, at=on(15))
    line = money.add_line(task, money.NewLine(2019, "district", "购车", Decimal(500_000)), by=lead, at=on(1))
    money.move(line, money.NewMove("allotted", Decimal(300_000), date(2019, 7, 12)), by=lead, at=on(12))
    change = deciding.ask_change(task, "target", "90", "下调", by=lead, at=on(16))
    asked = deciding.ask_strike_off(task, "都办完了", (), by=lead, at=on(17), evidence_needed=False)
    deciding.decide_change(change, agree=True, answer="准", by=checker, at=on(18))
    deciding.decide_strike_off(asked, agree=False, reason="缺材料", by=checker, at=on(19))
    client = Client()
    client.force_login(lead)

    def page(at: str) -> Any:
        return client.get(f"/plan/tasks/{task.pk}/?{at}").context["page"]

    early = page("at=2019-07-10T10:00")
    assert (len(early.values), early.changes, early.strike_offs) == (1, [], []), "a value of June, entered later"
    assert early.sums.allotted == 0
    assert page("at=2019-07-10T10:00&known=2019-07-10T10:00").values == []
    between = page("at=2019-07-17T20:00")
    assert (between.changes[0].row.state, between.asked is not None) == ("asked", True)
    assert between.sums.allotted == Decimal(300_000)
    late = page("at=2019-07-20T10:00")
    assert (late.changes[0].row.state, late.asked) == ("approved", None)
    assert StrikeOff.objects.get().state == "returned"


def test_my_department_counts_the_milestones_that_stand(
    task: Task, people: tuple[Person, Person], signed_in: Callable[..., Client]
) -> None:
    working.lay_schedule(task, "general", by=people[0], at=on(2))
    working.lay_schedule(task, "works", by=people[0], at=on(3))
    client = Client()
    client.force_login(people[0])
    coming = client.get("/plan/department/?at=2019-07-05T10:00").context["page"].coming
    standing = set(task.milestones.standing().values_list("due", flat=True))
    assert coming
    assert {one.day for one in coming} <= standing


def test_a_change_that_waits_is_answered_before_the_task_is_struck_off(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead, checker = people
    change = deciding.ask_change(task, "target", "90", "下调", by=lead, at=on(2))
    asked = deciding.ask_strike_off(task, "已完成", (), by=lead, at=on(3), evidence_needed=False)
    with pytest.raises(TaskError, match="still waits for an answer"):
        deciding.decide_strike_off(asked, agree=True, reason="", by=checker, at=on(4))
    deciding.decide_change(change, agree=False, answer="不调", by=checker, at=on(5))
    deciding.decide_strike_off(asked, agree=True, reason="", by=checker, at=on(6))
    assert row(JULY).struck


def test_a_split_keeps_what_was_done_and_waits_while_a_strike_off_is_checked(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead = people[0]
    halves = [PartOf("urban-management", Decimal(50)), PartOf("environment", Decimal(50))]
    first, second = split(task, halves, by=lead, at=on(2))
    reweigh(task, {first.pk: Decimal(70), second.pk: Decimal(30)}, "按量", by=lead, at=on(3))
    with pytest.raises(TaskError, match="worked on already"):
        split(task, halves, by=lead, at=on(4))
    other = add_task(NewTask("另一项", 12, ["urban-management"], start=START, due=DUE), by=None, at=on(1))
    deciding.ask_strike_off(other, "已完成", (), by=lead, at=on(5), evidence_needed=False)
    with pytest.raises(TaskError, match="not split meanwhile"):
        split(other, halves, by=lead, at=on(6))


def test_an_open_step_keeps_its_share_of_the_days_when_the_steps_after_it_are_done(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead, checker = people
    for order, (begins, due, share) in enumerate([(START, date(2019, 4, 10), 30), (date(2019, 4, 11), DUE, 100)], 1):
        Milestone.objects.create(
            task=task, order=order, zh=f"第{order}步", begins=begins, due=due, share=share, laid_at=on(2, month=1)
        )
    working.reach(task.milestones.get(order=2), date(2019, 6, 8), "先做完了", by=lead, at=on(1))

    def dues(new: str, day: int) -> list[date]:
        asked = deciding.ask_change(task, "due", new, "调整", by=lead, at=on(day))
        deciding.decide_change(asked, agree=True, answer="", by=checker, at=on(day, 12))
        return [one.due for one in task.milestones.standing().order_by("order")]

    assert dues("2020-12-30", 2) == [date(2019, 7, 19), DUE], "100 of 365 days, 200 of 730"
    assert dues("2019-03-14", 3) == [date(2019, 1, 20), DUE], "20 of 73; what is done stays where it was"
    assert dues("2019-12-31", 4) == [date(2019, 4, 10), DUE], "and back"


def test_what_waits_is_checked_again_against_the_task_as_it_is_when_it_is_approved(
    task: Task, people: tuple[Person, Person]
) -> None:
    lead, checker = people
    shorter = deciding.ask_change(task, "due", "2019-10-31", "提前", by=lead, at=on(2))
    halves = [
        PartOf("urban-management", Decimal(50)),
        PartOf("urban-management", Decimal(50), zh="支路", due=date(2019, 9, 30)),
    ]
    first, second = split(task, halves, by=lead, at=on(3))
    with pytest.raises(TaskError, match=r"before that of the part 12\.3-01, 2019-12-31"):
        deciding.decide_change(shorter, agree=True, answer="", by=checker, at=on(4))
    task.refresh_from_db()
    shorter.refresh_from_db()
    assert (task.due, shorter.state) == (DUE, "asked"), "nothing was recorded"
    later = deciding.ask_change(second, "due", "2019-11-30", "延期", by=lead, at=on(5))
    moved = deciding.ask_change(first, "due", "2019-10-31", "提前", by=lead, at=on(5))
    for change in (moved, shorter):
        deciding.decide_change(change, agree=True, answer="", by=checker, at=on(6))
    with pytest.raises(TaskError, match="after the whole's, 2019-10-31"):
        deciding.decide_change(later, agree=True, answer="", by=checker, at=on(7))
    assert deciding.decide_change(later, agree=False, answer="上级已提前", by=checker, at=on(8)).state == "refused"


def test_who_left_since_is_not_made_responsible(task: Task, people: tuple[Person, Person]) -> None:
    lead, checker = people
    asked = deciding.ask_change(task, "responsible", lead.username, "分工", by=lead, at=on(2))
    Person.objects.filter(pk=lead.pk).update(is_active=False)
    with pytest.raises(TaskError, match=r"[Nn]o such person"):
        deciding.decide_change(asked, agree=True, answer="", by=checker, at=on(3))
    task.refresh_from_db()
    assert task.responsible is None


def test_a_milestone_of_a_schedule_that_was_laid_anew_is_not_reached(task: Task, people: tuple[Person, Person]) -> None:
    old, *_ = working.lay_schedule(task, "general", by=people[0], at=on(2))
    working.lay_schedule(task, "works", by=people[0], at=on(3))
    with pytest.raises(TaskError, match="holds no longer"):
        working.reach(old, date(2019, 7, 3), "", by=people[0], at=on(4))
    old.refresh_from_db()
    assert old.done_on is None


def test_who_was_responsible_is_replayed_as_known(task: Task, people: tuple[Person, Person]) -> None:
    lead, checker = people
    Person.objects.filter(pk=lead.pk).update(name_zh="某乙")
    second = Person.objects.create_person("second", None, name_zh="某丙")
    Post.objects.create(person=second, role=Role.BUREAU, organisation_id="urban-management")
    for login, day in ((lead.username, 5), ("second", 10)):
        asked = deciding.ask_change(task, "responsible", login, "分工", by=lead, at=on(day))
        deciding.decide_change(asked, agree=True, answer="", by=checker, at=on(day + 2))
    client = Client()
    client.force_login(lead)

    def said(at: str) -> str:
        return str(client.get(f"/plan/tasks/{task.pk}/?{at}").context["page"].responsible)

    days = [said(f"at=2019-07-{day:02}T20:00") for day in (6, 7, 11, 12)]
    assert days == ["", "某乙", "某乙", "某丙"]
    assert said("at=2019-07-20T10:00&known=2019-07-08T10:00") == "某乙"
    assert "<dd>某乙</dd>" in client.get(f"/plan/tasks/{task.pk}/?at=2019-07-11T10:00").content.decode()
    second.delete()
    assert said("at=2019-07-20T10:00") == "", "nobody any more"


@pytest.mark.parametrize("layout", ["chapter", "list"])
def test_what_waited_for_its_check_is_replayed_on_the_list(
    task: Task, people: tuple[Person, Person], layout: str
) -> None:
    lead, checker = people
    asked = deciding.ask_strike_off(task, "已完成", (), by=lead, at=on(5), evidence_needed=False)
    client = Client()
    client.force_login(checker)

    def waits(at: str) -> tuple[int, bool, str]:
        answer = client.get(f"/plan/tasks/?by={layout}&{at}")
        rows = {name: count for name, _, count in answer.context["table"].counts}
        book = load_workbook(BytesIO(client.get(f"/plan/tasks/export.xlsx?{at}").content))
        state = str(book.worksheets[0].cell(3, 18).value)
        return rows["asked"], '<span class="tag line">待审核</span>' in answer.content.decode(), state

    waiting, not_yet = (1, True, "待审核销号"), (0, False, "办理中")
    assert [waits("at=2019-07-04T20:00"), waits("at=2019-07-05T20:00")] == [not_yet, waiting]
    deciding.decide_strike_off(asked, agree=True, reason="", by=checker, at=on(9))
    assert [waits(f"at=2019-07-{day:02}T20:00") for day in (4, 8, 9)] == [not_yet, waiting, (0, False, "已销号")]
    assert waits("at=2019-07-20T10:00&known=2019-07-06T10:00") == waiting
    deciding.reopen(task, "复查不合格", by=checker, at=on(12))
    again = deciding.ask_strike_off(task, "再办完", (), by=lead, at=on(13), evidence_needed=False)
    deciding.decide_strike_off(again, agree=False, reason="缺材料", by=checker, at=on(15))
    found = [waits(f"at=2019-07-{day:02}T20:00") for day in (11, 12, 14, 15)]
    assert found == [(0, False, "已销号"), not_yet, waiting, not_yet]


def test_every_page_replays_the_deadline_that_was_known_then(task: Task, people: tuple[Person, Person]) -> None:
    lead, checker = people
    dues = ["2019-12-31", "2020-03-31", "2019-11-30"]
    for day, due in zip((5, 10), dues[1:], strict=True):
        asked = deciding.ask_change(task, "due", due, "调整", by=lead, at=on(day))
        deciding.decide_change(asked, agree=True, answer="", by=checker, at=on(day + 2))
    client = Client()
    client.force_login(checker)

    def shown(at: str) -> list[str]:
        """The deadline on the task's page, the list, the chart, the department's page and the export."""
        page = client.get(f"/plan/tasks/{task.pk}/?{at}").context["page"]
        lines = [page.line, *(client.get(f"/plan/tasks/?by={by}&{at}").context["table"].lines[0] for by in LISTS)]
        lines.append(client.get(f"/plan/department/?org=urban-management&{at}").context["page"].leads[0])
        book = load_workbook(BytesIO(client.get(f"/plan/tasks/export.xlsx?{at}").content))
        return [*(line.due.zh for line in lines), str(book.worksheets[0].cell(3, 16).value)]

    for day, due in ((6, dues[0]), (7, dues[1]), (11, dues[1]), (12, dues[2])):
        assert set(shown(f"at=2019-07-{day:02}T20:00")) == {due}
        assert set(shown(f"at=2019-07-30T20:00&known=2019-07-{day:02}T20:00")) == {due}
        in_month = client.get(f"/plan/calendar/?month={due[:7]}&at=2019-07-{day:02}T20:00").context["counts"]
        assert in_month["deadline"] == 1


LISTS = ("list", "chapter", "lead", "tree")
